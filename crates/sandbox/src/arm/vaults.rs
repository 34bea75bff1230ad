//! Key vaults and their keys as resources: Microsoft.KeyVault 2026-02-01, and the versions before and after it.
//!
//! The firewall of a vault does not apply here (Key Vault, "Network security": the control plane is exempt).

use serde_json::{Value, json};

use super::{
    authorize, body, error, group_not_found, method_not_allowed, require_version, resource_not_found,
};
use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::material::Kind;
use crate::token::Caller;
use crate::world::{Key, Vault, Version, World, stamp};

const VERSIONS: &[&str] = &[
    "2015-06-01",
    "2016-10-01",
    "2018-02-14",
    "2019-09-01",
    "2021-10-01",
    "2022-07-01",
    "2022-11-01",
    "2023-02-01",
    "2023-07-01",
    "2024-11-01",
    "2024-12-01-preview",
    "2025-05-01",
    "2026-02-01",
    "2026-05-15",
];

/// The first version in which a new vault uses Azure RBAC unless it says otherwise.
const RBAC_BY_DEFAULT: &str = "2026-02-01";

/// Below `/subscriptions/{id}/providers/Microsoft.KeyVault`.
pub(super) fn in_subscription(
    world: &World,
    caller: &Caller,
    call: &Call,
    id: &str,
    rest: &[&str],
) -> Outcome {
    let lower: Vec<String> = rest.iter().map(|part| part.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    require_version(call, "vaults", VERSIONS)?;
    let may = |action: &str| {
        authorize(
            world,
            caller,
            &format!("Microsoft.KeyVault/{action}"),
            &format!("/subscriptions/{id}"),
            call.now,
        )
    };
    match (call.method.as_str(), lower.as_slice()) {
        ("GET", ["vaults"]) => {
            may("vaults/read")?;
            Ok(list(world.vaults.iter().filter(|vault| vault.subscription.eq_ignore_ascii_case(id))))
        }
        ("GET", ["deletedvaults"]) => {
            may("deletedVaults/read")?;
            Ok(Reply::json(200, &json!({"value": []})))
        }
        ("GET", ["locations", _, "deletedvaults", name]) => {
            may("locations/deletedVaults/read")?;
            Err(error(
                404,
                "DeletedVaultNotFound",
                &format!("The specified deleted vault '{name}' does not exist."),
            ))
        }
        ("POST", ["checknameavailability"]) => {
            may("checkNameAvailability/read")?;
            let body = body(call)?;
            let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
            Ok(Reply::json(200, &availability(world, name)))
        }
        _ => Err(error(
            404,
            "InvalidResourceType",
            "The resource type could not be found in the namespace 'Microsoft.KeyVault'.",
        )),
    }
}

/// Below `/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.KeyVault`.
pub(super) fn in_group(
    world: &mut World,
    caller: &Caller,
    call: &Call,
    id: &str,
    group: &str,
    rest: &[&str],
) -> Outcome {
    require_version(call, "vaults", VERSIONS)?;
    let scope = format!("/subscriptions/{id}/resourceGroups/{group}");
    let Some((kind, rest)) = rest.split_first().filter(|(kind, _)| kind.eq_ignore_ascii_case("vaults"))
    else {
        return Err(error(
            404,
            "InvalidResourceType",
            "The resource type could not be found in the namespace 'Microsoft.KeyVault'.",
        ));
    };
    if world.group(id, group).is_none() {
        return Err(group_not_found(group));
    }
    let write = !matches!(call.method.as_str(), "GET" | "HEAD");
    let action = match (rest.len() > 1, call.method.as_str()) {
        (true, _) if write => "Microsoft.KeyVault/vaults/keys/write",
        (true, _) => "Microsoft.KeyVault/vaults/keys/read",
        (false, "DELETE") => "Microsoft.KeyVault/vaults/delete",
        (false, _) if write => "Microsoft.KeyVault/vaults/write",
        (false, _) => "Microsoft.KeyVault/vaults/read",
    };
    let target = rest
        .first()
        .map_or_else(|| scope.clone(), |name| format!("{scope}/providers/Microsoft.KeyVault/{kind}/{name}"));
    authorize(world, caller, action, &target, call.now)?;
    let found = rest.first().and_then(|_| world.vault_by_id(&target));
    match (call.method.as_str(), rest, found) {
        ("GET", [], _) => Ok(list(world.vaults.iter().filter(|vault| {
            vault.subscription.eq_ignore_ascii_case(id) && vault.group.eq_ignore_ascii_case(group)
        }))),
        ("GET", [_], Some(vault)) => Ok(Reply::json(200, &entity(vault))),
        ("PUT", [name], _) => create_or_update(world, call, id, group, name),
        ("PATCH", [name], Some(_)) => {
            let body = body(call)?;
            let vault = world.vault_mut(name).ok_or_else(|| Reply::empty(404))?;
            apply(vault, body.get("properties").unwrap_or(&Value::Null))?;
            Ok(Reply::json(200, &entity(vault)))
        }
        ("GET", [_, word, tail @ ..], Some(vault)) if word.eq_ignore_ascii_case("keys") => {
            keys(vault, group, tail)
        }
        (_, [name, ..], None) => Err(resource_not_found(&format!("Microsoft.KeyVault/vaults/{name}"), group)),
        _ => Err(method_not_allowed(call)),
    }
}

fn list<'vault>(vaults: impl Iterator<Item = &'vault Vault>) -> Reply {
    Reply::json(200, &json!({"value": vaults.map(entity).collect::<Vec<_>>()}))
}

fn availability(world: &World, name: &str) -> Value {
    if !ids::is_vault_name(name) {
        json!({"nameAvailable": false, "reason": "AccountNameInvalid", "message": "The vault name is invalid: 3-24 letters, digits and single hyphens, starting with a letter."})
    } else if world.vault(name).is_some() {
        json!({"nameAvailable": false, "reason": "AlreadyExists", "message": format!("The vault name '{name}' is already in use.")})
    } else {
        json!({"nameAvailable": true})
    }
}

fn create_or_update(world: &mut World, call: &Call, id: &str, group: &str, name: &str) -> Outcome {
    let body = body(call)?;
    if !ids::is_vault_name(name) {
        let text = format!(
            "The vault name '{name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens."
        );
        return Err(error(400, "VaultNameNotValid", &text));
    }
    let properties = body
        .get("properties")
        .filter(|value| value.is_object())
        .ok_or_else(|| bad("The 'properties' are missing."))?;
    let location = body.get("location").and_then(Value::as_str).map(ids::region).ok_or_else(|| {
        error(400, "LocationRequired", "The location property is required for this definition.")
    })?;
    let tenant = properties.get("tenantId").and_then(Value::as_str).unwrap_or_default();
    let subscription = world.subscription(id).ok_or_else(|| super::subscription_not_found(id))?;
    if !tenant.eq_ignore_ascii_case(&subscription.tenant) {
        return Err(bad("The tenant ID of the vault must be the tenant of its subscription."));
    }
    let sku =
        properties.pointer("/sku/name").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    if !["standard", "premium"].contains(&sku.as_str()) {
        return Err(bad("The vault's 'sku' must be of family 'A' and named 'standard' or 'premium'."));
    }
    let place =
        format!("/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}");
    if let Some(old) = world.vault(name) {
        if !old.id().eq_ignore_ascii_case(&place) {
            let text = format!(
                "The vault name '{name}' is already in use. Vault names are globally unique so it is possible that the name is already taken."
            );
            return Err(error(409, "VaultAlreadyExists", &text));
        }
        if old.region != location {
            let text = format!(
                "The resource '{name}' already exists in location '{}'. A resource with the same name cannot be created in location '{location}'.",
                old.region
            );
            return Err(error(409, "InvalidResourceLocation", &text));
        }
        let vault = world.vault_mut(name).ok_or_else(|| Reply::empty(404))?;
        vault.sku = sku;
        apply(vault, properties)?;
        return Ok(Reply::json(200, &entity(vault)));
    }
    let group_name = world.group(id, group).map_or_else(|| group.to_owned(), |group| group.name.clone());
    let mut vault =
        Vault::good(name, &subscription.id, &group_name, &subscription.tenant, &location, call.now);
    vault.created = call.now;
    vault.keys.clear();
    vault.sku = sku;
    vault.about = "Made through Azure Resource Manager.".into();
    vault.purge_protection = false;
    vault.rbac = call.query("api-version").unwrap_or_default() >= RBAC_BY_DEFAULT;
    apply(&mut vault, properties)?;
    let reply = Reply::json(200, &entity(&vault));
    world.vaults.push(vault);
    Ok(reply)
}

/// Takes over what a body says and leaves the rest.
fn apply(vault: &mut Vault, properties: &Value) -> Result<(), Reply> {
    let flag = |name: &str| match properties.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(*value)),
        Some(_) => Err(bad(&format!("The property '{name}' must be true or false."))),
    };
    match flag("enablePurgeProtection")? {
        Some(true) => vault.purge_protection = true,
        Some(false) => {
            return Err(bad(
                "The property \"enablePurgeProtection\" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.",
            ));
        }
        None => {}
    }
    if flag("enableSoftDelete")? == Some(false) {
        return Err(bad(
            "The property \"enableSoftDelete\" can be set to false only for creating new vault. Enabling the 'soft delete' functionality is an irreversible action.",
        ));
    }
    if let Some(rbac) = flag("enableRbacAuthorization")? {
        vault.rbac = rbac;
    }
    if let Some(days) = properties.get("softDeleteRetentionInDays").and_then(Value::as_i64) {
        if !(7..=90).contains(&days) {
            return Err(bad("The property \"softDeleteRetentionInDays\" must be between 7 and 90."));
        }
        vault.retention_days = days;
    }
    if let Some(access) = properties.get("publicNetworkAccess").and_then(Value::as_str) {
        vault.public = !access.eq_ignore_ascii_case("disabled");
    }
    if let Some(rules) = properties.get("networkAcls").filter(|rules| rules.is_object()) {
        let text = |name: &str| rules.get(name).and_then(Value::as_str);
        vault.deny = text("defaultAction").is_some_and(|action| action.eq_ignore_ascii_case("Deny"));
        vault.trusted_bypass =
            text("bypass").is_none_or(|bypass| bypass.eq_ignore_ascii_case("AzureServices"));
        let listed = rules.get("ipRules").and_then(Value::as_array);
        vault.ip_rules = listed
            .into_iter()
            .flatten()
            .filter_map(|rule| rule.get("value").and_then(Value::as_str))
            .map(|rule| if rule.contains('/') { rule.to_owned() } else { format!("{rule}/32") })
            .collect();
    }
    Ok(())
}

fn entity(vault: &Vault) -> Value {
    let mut properties = json!({
        "sku": {"family": "A", "name": vault.sku},
        "tenantId": vault.tenant,
        "accessPolicies": [],
        "enabledForDeployment": false, "enabledForDiskEncryption": false, "enabledForTemplateDeployment": false,
        "enableSoftDelete": true,
        "softDeleteRetentionInDays": vault.retention_days,
        "enableRbacAuthorization": vault.rbac,
        "vaultUri": format!("https://{}.vault.azure.net/", vault.name),
        "provisioningState": "Succeeded",
        "publicNetworkAccess": if vault.public { "Enabled" } else { "Disabled" },
    });
    // Purge protection is `true` or absent, never `false`; a vault whose firewall was never touched has no rules at all.
    if vault.purge_protection {
        properties["enablePurgeProtection"] = true.into();
    }
    if vault.deny || !vault.trusted_bypass || !vault.ip_rules.is_empty() {
        properties["networkAcls"] = json!({
            "bypass": if vault.trusted_bypass { "AzureServices" } else { "None" },
            "defaultAction": if vault.deny { "Deny" } else { "Allow" },
            "ipRules": vault.ip_rules.iter().map(|rule| json!({"value": rule})).collect::<Vec<_>>(),
            "virtualNetworkRules": [],
        });
    }
    json!({
        "id": vault.id(), "name": vault.name, "type": "Microsoft.KeyVault/vaults", "location": vault.region, "tags": {},
        "systemData": {"createdBy": "sandbox", "createdByType": "Application", "createdAt": stamp(vault.created),
            "lastModifiedBy": "sandbox", "lastModifiedByType": "Application", "lastModifiedAt": stamp(vault.created)},
        "properties": properties,
    })
}

/// `keys`, `keys/{key}`, `keys/{key}/versions`, `keys/{key}/versions/{version}`.
fn keys(vault: &Vault, group: &str, rest: &[&str]) -> Outcome {
    let find = |name: &str| {
        vault.key(name).ok_or_else(|| {
            resource_not_found(&format!("Microsoft.KeyVault/vaults/{}/keys/{name}", vault.name), group)
        })
    };
    match rest {
        [] => {
            let all: Vec<Value> = vault
                .keys
                .iter()
                .filter_map(|key| Some(key_entity(vault, key, key.versions.last()?)))
                .collect();
            Ok(Reply::json(200, &json!({"value": all})))
        }
        [name] => {
            let key = find(name)?;
            let version = key.versions.last().ok_or_else(|| Reply::empty(404))?;
            Ok(Reply::json(200, &key_entity(vault, key, version)))
        }
        [name, word] if word.eq_ignore_ascii_case("versions") => {
            let key = find(name)?;
            let all: Vec<Value> =
                key.versions.iter().map(|version| version_entity(vault, key, version)).collect();
            Ok(Reply::json(200, &json!({"value": all})))
        }
        [name, word, id] if word.eq_ignore_ascii_case("versions") => {
            let key = find(name)?;
            let version =
                key.versions.iter().find(|version| version.id.eq_ignore_ascii_case(id)).ok_or_else(|| {
                    resource_not_found(
                        &format!("Microsoft.KeyVault/vaults/{}/keys/{name}/versions/{id}", vault.name),
                        group,
                    )
                })?;
            Ok(Reply::json(200, &version_entity(vault, key, version)))
        }
        _ => Err(error(
            404,
            "InvalidResourceType",
            "The resource type could not be found in the namespace 'Microsoft.KeyVault'.",
        )),
    }
}

fn version_entity(vault: &Vault, key: &Key, version: &Version) -> Value {
    let mut entity = key_entity(vault, key, version);
    entity["id"] = format!("{}/keys/{}/versions/{}", vault.id(), key.name, version.id).into();
    entity["name"] = version.id.as_str().into();
    entity["type"] = "Microsoft.KeyVault/vaults/keys/versions".into();
    entity
}

fn key_entity(vault: &Vault, key: &Key, version: &Version) -> Value {
    // The service writes `:443` into these two addresses.
    let uri = format!("https://{}.vault.azure.net:443/keys/{}", vault.name, key.name);
    let hsm = if key.hsm { "-HSM" } else { "" };
    let mut attributes = json!({
        "enabled": key.enabled, "created": version.created, "updated": version.created,
        "recoveryLevel": vault.recovery_level(), "exportable": false,
    });
    if let Some(expires) = key.expires {
        attributes["exp"] = expires.into();
    }
    if let Some(start) = key.not_before {
        attributes["nbf"] = start.into();
    }
    let mut properties = json!({
        "attributes": attributes, "keyOps": key.ops, "keyUri": uri, "keyUriWithVersion": format!("{uri}/{}", version.id),
    });
    match version.material.kind() {
        Kind::Rsa(bits) => {
            properties["kty"] = format!("RSA{hsm}").into();
            properties["keySize"] = bits.into();
        }
        Kind::Ec => {
            properties["kty"] = format!("EC{hsm}").into();
            properties["curveName"] = "P-256".into();
        }
    }
    json!({
        "id": format!("{}/keys/{}", vault.id(), key.name), "name": key.name, "type": "Microsoft.KeyVault/vaults/keys",
        "location": vault.region, "tags": {}, "properties": properties,
    })
}

fn bad(message: &str) -> Reply {
    error(400, "BadRequest", message)
}
