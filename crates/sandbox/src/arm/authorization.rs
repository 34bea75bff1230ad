//! Role definitions, role assignments and permissions: Microsoft.Authorization 2022-04-01.

use serde_json::{Value, json};

use super::{
    authorize, body, error, group_not_found, method_not_allowed, require_version, resource_not_found,
};
use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::roles::{self, ROLES, Role};
use crate::token::Caller;
use crate::world::{Assignment, World, stamp};

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
    require_version(call, &kind, VERSIONS)?;
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
            list_assignments(world, call, &scope)
        }
        ("roleassignments", "GET", Some(name)) => {
            may("roleAssignments/read")?;
            let found = find(world, &scope, name).ok_or_else(|| assignment_not_found(name))?;
            Ok(Reply::json(200, &entity(found)))
        }
        ("roleassignments", "PUT", Some(name)) => {
            may("roleAssignments/write")?;
            create(world, caller, call, &scope, name)
        }
        ("roleassignments", "DELETE", Some(name)) => {
            may("roleAssignments/delete")?;
            let Some(found) = find(world, &scope, name) else { return Ok(Reply::empty(204)) };
            let (reply, name) = (Reply::json(200, &entity(found)), found.name.clone());
            world.assignments.retain(|assignment| assignment.name != name);
            Ok(reply)
        }
        ("permissions", "GET", None) => Ok(permissions(world, caller, call, &scope)),
        ("roledefinitions" | "roleassignments" | "permissions", _, _) => Err(method_not_allowed(call)),
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
        [_, id] => Ok(format!(
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
fn role_id(role: &str, scope: &str) -> String {
    let mut parts = scope.split('/').filter(|part| !part.is_empty());
    let subscription =
        parts.next().zip(parts.next()).map(|(_, id)| format!("/subscriptions/{id}")).unwrap_or_default();
    format!("{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}")
}

fn list_assignments(world: &World, call: &Call, scope: &str) -> Outcome {
    let filter = call.query("$filter").unwrap_or_default().trim();
    let inside =
        |prefix: &str, suffix: &str| filter.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
    let (principal, above_only) = if filter.is_empty() {
        (None, false)
    } else if filter.eq_ignore_ascii_case("atScope()") {
        (None, true)
    } else if let Some(id) = inside("principalId eq '", "'").or_else(|| inside("principalId eq ", "")) {
        (Some(id.trim_matches('\'')), false)
    } else if let Some(id) = inside("assignedTo('", "')") {
        (Some(id), false)
    } else if let Some(id) =
        inside("atScope() and assignedTo('", "')").or_else(|| inside("atScope() and principalId eq '", "'"))
    {
        (Some(id), true)
    } else {
        let text = format!(
            "The filter '{filter}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{{value}}'' or 'assignedTo('{{value}}')'."
        );
        return Err(error(400, "UnsupportedFilter", &text));
    };
    let found: Vec<Value> = world
        .assignments
        .iter()
        .filter(|assignment| {
            let above = ids::covers(&assignment.scope, scope);
            above || (!above_only && ids::covers(scope, &assignment.scope))
        })
        .filter(|assignment| principal.is_none_or(|id| assignment.principal_id.eq_ignore_ascii_case(id)))
        .map(entity)
        .collect();
    Ok(Reply::json(200, &json!({"value": found})))
}

fn find<'world>(world: &'world World, scope: &str, name: &str) -> Option<&'world Assignment> {
    world.assignments.iter().find(|assignment| {
        assignment.name.eq_ignore_ascii_case(name) && assignment.scope.eq_ignore_ascii_case(scope)
    })
}

fn create(world: &mut World, caller: &Caller, call: &Call, scope: &str, name: &str) -> Outcome {
    if !ids::is_guid(name) {
        let text =
            format!("The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.");
        return Err(error(400, "InvalidRoleAssignmentId", &text));
    }
    let body = body(call)?;
    let property = |name: &str| body.get("properties").unwrap_or(&body).get(name).and_then(Value::as_str);
    let role = property("roleDefinitionId").unwrap_or_default();
    let role = role
        .rsplit_once("/providers/Microsoft.Authorization/roleDefinitions/")
        .and_then(|(_, id)| roles::role(id))
        .ok_or_else(|| {
            error(
                400,
                "RoleDefinitionDoesNotExist",
                &format!("The specified role definition with ID '{role}' does not exist."),
            )
        })?;
    let principal_id = property("principalId").unwrap_or_default().to_ascii_lowercase();
    if !ids::is_guid(&principal_id) {
        return Err(error(
            400,
            "InvalidPrincipalId",
            &format!(
                "A valid principal ID must be provided for role assignment; '{principal_id}' is not a GUID."
            ),
        ));
    }
    let tenant = caller.tenant.as_str();
    if world.principal_by_object(tenant, &principal_id).is_none() {
        let text = format!(
            "Principal {} does not exist in the directory {tenant}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
            principal_id.replace('-', "")
        );
        return Err(error(400, "PrincipalNotFound", &text));
    }
    let principal_type = property("principalType").unwrap_or("ServicePrincipal");
    if principal_type != "ServicePrincipal" {
        let text = format!(
            "Principal {} has type ServicePrincipal, which is different from specified PrincipalType {principal_type}.",
            principal_id.replace('-', "")
        );
        return Err(error(400, "UnmatchedPrincipalType", &text));
    }
    if let Some(old) = world.assignments.iter().find(|old| old.name.eq_ignore_ascii_case(name)) {
        let same =
            old.scope.eq_ignore_ascii_case(scope) && old.role == role.id && old.principal_id == principal_id;
        return if same {
            Ok(Reply::json(200, &entity(old)))
        } else {
            Err(error(
                409,
                "RoleAssignmentUpdateNotPermitted",
                "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
            ))
        };
    }
    let existing = world.assignments.iter().find(|old| {
        old.scope.eq_ignore_ascii_case(scope) && old.role == role.id && old.principal_id == principal_id
    });
    if let Some(old) = existing {
        let text = format!(
            "The role assignment already exists. The ID of the existing role assignment is {}.",
            old.name.replace('-', "")
        );
        return Err(error(409, "RoleAssignmentExists", &text));
    }
    let assignment = Assignment {
        name: name.to_ascii_lowercase(),
        scope: scope.to_owned(),
        role: role.id.to_owned(),
        principal_id,
        principal_type: principal_type.to_owned(),
        description: property("description").map(str::to_owned),
        created: call.now,
        created_by: caller.object_id.clone(),
        effective: world.propagated(call.now),
    };
    let reply = Reply::json(201, &entity(&assignment));
    world.assignments.push(assignment);
    Ok(reply)
}

fn entity(assignment: &Assignment) -> Value {
    let root = if assignment.scope == "/" { "" } else { assignment.scope.as_str() };
    json!({
        "id": format!("{root}/providers/Microsoft.Authorization/roleAssignments/{}", assignment.name),
        "name": assignment.name,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "roleDefinitionId": role_id(&assignment.role, &assignment.scope),
            "principalId": assignment.principal_id,
            "principalType": assignment.principal_type,
            "scope": assignment.scope,
            "description": assignment.description,
            "condition": null, "conditionVersion": null, "delegatedManagedIdentityResourceId": null,
            "createdOn": stamp(assignment.created), "updatedOn": stamp(assignment.created),
            "createdBy": assignment.created_by, "updatedBy": assignment.created_by,
        },
    })
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

fn assignment_not_found(name: &str) -> Reply {
    error(404, "RoleAssignmentNotFound", &format!("The role assignment '{name}' is not found."))
}
