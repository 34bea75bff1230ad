//! Role definitions, permissions, and the way to role assignments, deny assignments and locks: Microsoft.Authorization 2022-04-01.

use serde_json::{Value, json};

use super::{
    assignments, authorize, denials, error, group_not_found, locks, method_not_allowed, require_version,
    resource_not_found, unlocked,
};
use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::roles::{self, ROLES, Role};
use crate::token::Caller;
use crate::world::World;

const VERSIONS: &[&str] = &[
    "2015-07-01",
    "2018-01-01-preview",
    "2018-07-01",
    "2018-09-01-preview",
    "2020-04-01-preview",
    "2020-08-01-preview",
    "2020-10-01-preview",
    "2022-04-01",
    "2022-05-01-preview",
];

/// Everything below `{scope}/providers/Microsoft.Authorization`.
pub(super) fn route(world: &mut World, caller: &Caller, call: &Call, scope: &str, rest: &[&str]) -> Outcome {
    let scope = existing(world, scope)?;
    let (kind, name) = match rest {
        [kind] => (kind.to_ascii_lowercase(), None),
        [kind, name] => (kind.to_ascii_lowercase(), Some(*name)),
        _ => {
            return Err(error(
                404,
                "InvalidResourceType",
                "The resource type could not be found in the namespace 'Microsoft.Authorization'.",
            ));
        }
    };
    require_version(call, &kind, if kind == "locks" { locks::VERSIONS } else { VERSIONS })?;
    let may = |action: &str| {
        authorize(world, caller, &format!("Microsoft.Authorization/{action}"), &scope, call.now)
    };
    match (kind.as_str(), call.method.as_str(), name) {
        ("roledefinitions", "GET", None) => {
            may("roleDefinitions/read")?;
            list_definitions(call, &scope)
        }
        ("roledefinitions", "GET", Some(id)) => {
            may("roleDefinitions/read")?;
            let role = roles::role(id).ok_or_else(|| {
                error(
                    404,
                    "RoleDefinitionDoesNotExist",
                    &format!("The specified role definition with ID '{id}' does not exist."),
                )
            })?;
            Ok(Reply::json(200, &definition(role, &scope)))
        }
        ("roleassignments", "GET", None) => {
            may("roleAssignments/read")?;
            assignments::list(world, call, &scope)
        }
        ("roleassignments", "GET", Some(name)) => {
            may("roleAssignments/read")?;
            let found = assignments::find(world, &scope, name).ok_or_else(|| assignments::not_found(name))?;
            Ok(Reply::json(200, &assignments::entity(found)))
        }
        ("roleassignments", "PUT", Some(name)) => {
            may("roleAssignments/write")?;
            unlocked(world, &scope, false)?;
            assignments::create(world, caller, call, &scope, name)
        }
        ("roleassignments", "DELETE", Some(name)) => {
            may("roleAssignments/delete")?;
            unlocked(world, &scope, true)?;
            let Some(found) = assignments::find(world, &scope, name) else { return Ok(Reply::empty(204)) };
            let (reply, name) = (Reply::json(200, &assignments::entity(found)), found.name.clone());
            world.assignments.retain(|assignment| assignment.name != name);
            Ok(reply)
        }
        ("permissions", "GET", None) => Ok(permissions(world, caller, call, &scope)),
        ("locks", "GET", None) => {
            may("locks/read")?;
            Ok(locks::list(world, call, &scope))
        }
        ("locks", "GET", Some(name)) => {
            may("locks/read")?;
            locks::get(world, &scope, name)
        }
        ("denyassignments", "GET", None) => {
            may("denyAssignments/read")?;
            Ok(denials::list(world, call, &scope))
        }
        ("denyassignments", "GET", Some(name)) => {
            may("denyAssignments/read")?;
            denials::get(world, &scope, name)
        }
        ("roledefinitions" | "roleassignments" | "permissions" | "locks" | "denyassignments", _, _) => {
            Err(method_not_allowed(call))
        }
        _ => Err(error(
            404,
            "InvalidResourceType",
            "The resource type could not be found in the namespace 'Microsoft.Authorization'.",
        )),
    }
}

/// The scope as ARM spells it, if what it names exists.
fn existing(world: &World, scope: &str) -> Result<String, Reply> {
    let parts: Vec<&str> = scope.split('/').filter(|part| !part.is_empty()).collect();
    let not_found = || error(404, "ResourceNotFound", &format!("The resource '{scope}' was not found."));
    match parts.as_slice() {
        [] => Ok("/".into()),
        [providers, namespace, kind, id]
            if providers.eq_ignore_ascii_case("providers")
                && namespace.eq_ignore_ascii_case("Microsoft.Management")
                && kind.eq_ignore_ascii_case("managementGroups") =>
        {
            let group = world.management_groups.iter().find(|group| group.id.eq_ignore_ascii_case(id));
            let group = group.ok_or_else(|| {
                error(404, "NotFound", &format!("The management group '{id}' cannot be found."))
            })?;
            Ok(format!("{}{}", ids::MANAGEMENT_GROUPS, group.id))
        }
        [word, id] if word.eq_ignore_ascii_case("subscriptions") => Ok(format!(
            "/subscriptions/{}",
            world.subscription(id).ok_or_else(|| super::subscription_not_found(id))?.id
        )),
        [_, id, groups, name] if groups.eq_ignore_ascii_case("resourceGroups") => {
            let group = world.group(id, name).ok_or_else(|| group_not_found(name))?;
            Ok(format!("/subscriptions/{}/resourceGroups/{}", group.subscription, group.name))
        }
        [_, id, groups, name, rest @ ..] if groups.eq_ignore_ascii_case("resourceGroups") => {
            if world.group(id, name).is_none() {
                return Err(group_not_found(name));
            }
            let (vault, keys) = rest.split_at(rest.len().min(4));
            let vault_id = format!("/subscriptions/{id}/resourceGroups/{name}/{}", vault.join("/"));
            let vault = world.vault_by_id(&vault_id).ok_or_else(|| {
                let last = vault.get(1..).unwrap_or_default().join("/");
                resource_not_found(&last, name)
            })?;
            match keys {
                [] => Ok(vault.id()),
                [word, key] if word.eq_ignore_ascii_case("keys") && vault.key(key).is_some() => {
                    Ok(format!("{}/keys/{key}", vault.id()))
                }
                _ => Err(not_found()),
            }
        }
        _ => Err(not_found()),
    }
}

fn list_definitions(call: &Call, scope: &str) -> Outcome {
    let filter = call.query("$filter").unwrap_or_default();
    let wanted = filter.strip_prefix("roleName eq '").and_then(|rest| rest.strip_suffix('\''));
    let known = filter.is_empty()
        || wanted.is_some()
        || filter.starts_with("atScopeAndBelow()")
        || filter.starts_with("type eq ");
    if !known {
        return Err(error(400, "InvalidFilter", &format!("The filter '{filter}' is not supported.")));
    }
    let custom_only = filter.eq_ignore_ascii_case("type eq 'CustomRole'");
    let found: Vec<Value> = ROLES
        .iter()
        .filter(|role| !custom_only && wanted.is_none_or(|name| role.name.eq_ignore_ascii_case(name)))
        .map(|role| definition(role, scope))
        .collect();
    Ok(Reply::json(200, &json!({"value": found})))
}

fn definition(role: &Role, scope: &str) -> Value {
    json!({
        "id": role_id(role.id, scope), "name": role.id, "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {
            "roleName": role.name, "type": "BuiltInRole", "description": role.description, "assignableScopes": ["/"],
            "permissions": [{
                "actions": role.actions, "notActions": role.not_actions,
                "dataActions": role.data_actions, "notDataActions": [],
            }],
        },
    })
}

/// A role's id as the live service spells it: below the scope's subscription.
pub(super) fn role_id(role: &str, scope: &str) -> String {
    let subscription =
        ids::subscription_of(scope).map(|id| format!("/subscriptions/{id}")).unwrap_or_default();
    format!("{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}")
}

fn permissions(world: &World, caller: &Caller, call: &Call, scope: &str) -> Reply {
    let found: Vec<Value> = world
        .effective_roles(&caller.object_id, scope, call.now)
        .iter()
        .map(|(role, _)| {
            json!({
                "actions": role.actions, "notActions": role.not_actions,
                "dataActions": role.data_actions, "notDataActions": [],
            })
        })
        .collect();
    Reply::json(200, &json!({"value": found}))
}
