//! Key vaults and their keys as resources: Microsoft.KeyVault 2026-02-01, and the versions before and after it.
//!
//! The firewall of a vault does not apply here (Key Vault, "Network security": the control plane is exempt).

use serde_json::{Value, json};

use super::vault_keys::keys;
use super::vault_view::{deleted_entity, entity};
use super::vault_write::{apply, create_or_update, delete};
use super::{
    allowed_by_policy, authorize, body, error, group_not_found, method_not_allowed, require_version,
    resource_not_found, unlocked,
};
use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::token::Caller;
use crate::world::{Vault, World};

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
    let here = |vault: &&Vault| vault.subscription.eq_ignore_ascii_case(id);
    let deleted = || world.vaults.iter().filter(|vault| vault.deleted.is_some()).filter(here);
    match (call.method.as_str(), lower.as_slice()) {
        ("GET", ["vaults"]) => {
            may("vaults/read")?;
            Ok(list(world.vaults.iter().filter(|vault| vault.deleted.is_none()).filter(here)))
        }
        ("GET", ["deletedvaults"]) => {
            may("deletedVaults/read")?;
            Ok(Reply::json(200, &json!({"value": deleted().map(deleted_entity).collect::<Vec<_>>()})))
        }
        ("GET", ["locations", location, "deletedvaults", name]) => {
            may("locations/deletedVaults/read")?;
            let found = deleted()
                .find(|vault| vault.name.eq_ignore_ascii_case(name) && ids::region(location) == vault.region);
            // The text is ours: no public source has one.
            let found = found.ok_or_else(|| {
                let text = format!("The specified deleted vault '{name}' does not exist.");
                error(404, "DeletedVaultNotFound", &text)
            })?;
            Ok(Reply::json(200, &deleted_entity(found)))
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
    let target = match rest {
        [] => scope.clone(),
        // A role at the key alone is enough to read the key.
        [name, word, key, ..] if word.eq_ignore_ascii_case("keys") => {
            format!("{scope}/providers/Microsoft.KeyVault/{kind}/{name}/keys/{key}")
        }
        [name, ..] => format!("{scope}/providers/Microsoft.KeyVault/{kind}/{name}"),
    };
    let vault_id = rest.first().map(|name| format!("{scope}/providers/Microsoft.KeyVault/{kind}/{name}"));
    authorize(world, caller, action, &target, call.now)?;
    if write {
        unlocked(world, &target, call.method == "DELETE")?;
        allowed_by_policy(world, &target)?;
    }
    let found = vault_id.and_then(|id| world.vault_by_id(&id));
    match (call.method.as_str(), rest, found) {
        ("GET", [], _) => Ok(list(world.vaults.iter().filter(|vault| {
            vault.deleted.is_none()
                && vault.subscription.eq_ignore_ascii_case(id)
                && vault.group.eq_ignore_ascii_case(group)
        }))),
        ("GET", [_], Some(vault)) => Ok(Reply::json(200, &entity(vault))),
        ("PUT", [name], _) => create_or_update(world, call, id, group, name),
        ("PATCH", [name], Some(_)) => {
            let body = body(call)?;
            let vault = world.vault_mut(name).ok_or_else(|| Reply::empty(404))?;
            apply(vault, body.get("properties").unwrap_or(&Value::Null))?;
            Ok(Reply::json(200, &entity(vault)))
        }
        ("DELETE", [name], Some(_)) => delete(world, call, name),
        ("GET", [_, word, tail @ ..], Some(vault)) if word.eq_ignore_ascii_case("keys") => {
            keys(world, caller, call, vault, tail)
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
    } else if world.any_vault(name).is_some() {
        json!({"nameAvailable": false, "reason": "AlreadyExists", "message": format!("The vault name '{name}' is already in use.")})
    } else {
        json!({"nameAvailable": true})
    }
}
