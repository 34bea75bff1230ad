//! The keys of a vault as resources, without a word to its data plane: `vaults/{vault}/keys[/{key}[/versions[/{version}]]]`.
//!
//! Here it is `keyOps` and `keySize`, and addresses come with `:443` (Azure's own examples have it so).

use serde_json::{Value, json};

use super::{error, resource_not_found};
use crate::call::{Call, Outcome, Reply};
use crate::material::Kind;
use crate::token::Caller;
use crate::world::{Key, Vault, Version, World};

/// The resource provider asks the vault on the caller's behalf. Where the caller lacks the data action, the vault's refusal comes back
/// as 400: status, code and first line as seen in public, the lines after `Caller` are ours.
fn permit(
    world: &World,
    caller: &Caller,
    call: &Call,
    vault: &Vault,
    key: Option<&str>,
) -> Result<(), Reply> {
    const ACTION: &str = "Microsoft.KeyVault/vaults/keys/read";
    let scope = key.map_or_else(|| vault.id(), |key| format!("{}/keys/{key}", vault.id()));
    let roles = world.effective_roles(&caller.object_id, &scope, call.now);
    if !world.choices.arm_keys_need_data_role
        || !vault.uses_roles()
        || roles.iter().any(|(role, _)| role.allows_data(ACTION))
    {
        return Ok(());
    }
    let text = format!(
        "[ForbiddenByRbac (Forbidden)] Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: name=KeyVault/ManagementPlane;appid={};oid={}\r\nAction: '{ACTION}'\r\nResource: '{}'\r\nVault: {};location={}",
        caller.app_id,
        caller.object_id,
        scope.to_lowercase(),
        vault.name,
        vault.region
    );
    Err(error(400, "ForbiddenByRbac", &text))
}

/// `keys`, `keys/{key}`, `keys/{key}/versions`, `keys/{key}/versions/{version}`.
pub(super) fn keys(world: &World, caller: &Caller, call: &Call, vault: &Vault, rest: &[&str]) -> Outcome {
    let group = vault.group.as_str();
    permit(world, caller, call, vault, rest.first().copied())?;
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
        "enabled": version.enabled, "created": version.created, "updated": version.created,
        // The control plane does not tell a shortened retention (`Customized…`).
        "recoveryLevel": vault.recovery_level().trim_start_matches("Customized"), "exportable": key.exportable,
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
    if let Some(policy) = &key.rotation {
        properties["rotationPolicy"] = policy.clone();
    }
    json!({
        "id": format!("{}/keys/{}", vault.id(), key.name), "name": key.name, "type": "Microsoft.KeyVault/vaults/keys",
        "location": vault.region, "tags": {}, "properties": properties,
    })
}
