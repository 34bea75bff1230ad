//! Making, changing, deleting and recovering a vault.
//!
//! Texts: `ConflictError` about a deleted vault is the service's, word for word; the refusals of properties are ours.

use serde_json::Value;

use super::vault_view::entity;
use super::{body, error};
use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::world::{AccessPolicy, Acls, Vault, World};

/// The first version in which a new vault uses Azure RBAC unless it says otherwise.
const RBAC_BY_DEFAULT: &str = "2026-02-01";

pub(super) fn create_or_update(world: &mut World, call: &Call, id: &str, group: &str, name: &str) -> Outcome {
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
    let recovers = properties
        .get("createMode")
        .and_then(Value::as_str)
        .is_some_and(|mode| mode.eq_ignore_ascii_case("recover"));
    if let Some(old) = world.any_vault(name).filter(|old| old.deleted.is_some()) {
        let same = old.id().eq_ignore_ascii_case(&place);
        if !(recovers && same) {
            let text = "A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.";
            return Err(error(409, "ConflictError", text));
        }
        // What was assigned at it is gone for good.
        for vault in world.vaults.iter_mut().filter(|vault| vault.name.eq_ignore_ascii_case(name)) {
            vault.deleted = None;
        }
        let vault = world.vault(name).ok_or_else(|| Reply::empty(404))?;
        return Ok(Reply::json(200, &entity(vault)));
    }
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
    vault.shown.about = "Made through Azure Resource Manager.".into();
    vault.purge_protection = false;
    vault.rbac = (call.query("api-version").unwrap_or_default() >= RBAC_BY_DEFAULT).then_some(true);
    apply(&mut vault, properties)?;
    let reply = Reply::json(200, &entity(&vault));
    world.vaults.push(vault);
    Ok(reply)
}

/// Soft-deletes a vault; the role assignments at it go with it and do not come back.
pub(super) fn delete(world: &mut World, call: &Call, name: &str) -> Outcome {
    let vault = world.vault_mut(name).ok_or_else(|| Reply::empty(404))?;
    vault.deleted = Some(call.now);
    let scope = vault.id();
    world.drop_assignments(&scope);
    Ok(Reply::empty(200))
}

/// Takes over what a body says and leaves the rest.
pub(super) fn apply(vault: &mut Vault, properties: &Value) -> Result<(), Reply> {
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
        vault.rbac = Some(rbac);
    }
    if let Some(policies) = properties.get("accessPolicies").and_then(Value::as_array) {
        vault.access_policies = policies.iter().filter_map(access_policy).collect();
    }
    if let Some(days) = properties.get("softDeleteRetentionInDays").and_then(Value::as_i64) {
        if !(7..=90).contains(&days) {
            return Err(bad("The property \"softDeleteRetentionInDays\" must be between 7 and 90."));
        }
        vault.retention_days = days;
    }
    if let Some(access) = properties.get("publicNetworkAccess").and_then(Value::as_str) {
        let mut known = ["Enabled", "Disabled", "SecuredByPerimeter"].into_iter();
        vault.public_access = known
            .find(|word| word.eq_ignore_ascii_case(access))
            .ok_or_else(|| bad("The property \"publicNetworkAccess\" must be Enabled or Disabled."))?
            .into();
    }
    if let Some(rules) = properties.get("networkAcls").filter(|rules| rules.is_object()) {
        let text = |name: &str| rules.get(name).and_then(Value::as_str);
        let listed = rules.get("ipRules").and_then(Value::as_array);
        vault.acls = Some(Acls {
            deny: text("defaultAction").is_some_and(|action| action.eq_ignore_ascii_case("Deny")),
            trusted_bypass: text("bypass").is_none_or(|bypass| bypass.eq_ignore_ascii_case("AzureServices")),
            ip_rules: listed
                .into_iter()
                .flatten()
                .filter_map(|rule| rule.get("value").and_then(Value::as_str))
                .map(|rule| if rule.contains('/') { rule.to_owned() } else { format!("{rule}/32") })
                .collect(),
        });
    }
    Ok(())
}

fn access_policy(policy: &Value) -> Option<AccessPolicy> {
    let permissions = policy.pointer("/permissions/keys").and_then(Value::as_array);
    Some(AccessPolicy {
        object_id: policy.get("objectId")?.as_str()?.to_ascii_lowercase(),
        keys: permissions.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
    })
}

fn bad(message: &str) -> Reply {
    error(400, "BadRequest", message)
}
