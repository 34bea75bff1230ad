//! Role assignments: `{scope}/providers/Microsoft.Authorization/roleAssignments`.
//!
//! Texts: `PrincipalNotFound` is the template of Azure RBAC, "Troubleshooting", `RoleAssignmentExists` the service's; the others have the
//! service's code and a sentence of ours.

use serde_json::{Value, json};

use super::authorization::role_id;
use super::{body, error};
use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::roles;
use crate::token::Caller;
use crate::world::{Assignment, World, stamp};

pub(super) fn list(world: &World, call: &Call, scope: &str) -> Outcome {
    let filter = call.query("$filter").unwrap_or_default().trim();
    let inside =
        |prefix: &str, suffix: &str| filter.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
    let (wanted, above_only) = if filter.is_empty() {
        (Whose::Anybodys, false)
    } else if filter.eq_ignore_ascii_case("atScope()") {
        (Whose::Anybodys, true)
    } else if let Some(id) = inside("principalId eq '", "'").or_else(|| inside("principalId eq ", "")) {
        (Whose::Own(id.trim_matches('\'')), false)
    } else if let Some(id) = inside("assignedTo('", "')") {
        (Whose::WithGroups(id), false)
    } else if let Some(id) = inside("atScope() and assignedTo('", "')") {
        (Whose::WithGroups(id), true)
    } else if let Some(id) = inside("atScope() and principalId eq '", "'") {
        (Whose::Own(id), true)
    } else {
        let text = format!(
            "The filter '{filter}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{{value}}'' or 'assignedTo('{{value}}')'."
        );
        return Err(error(400, "UnsupportedFilter", &text));
    };
    let all: Vec<Value> = world
        .assignments
        .iter()
        .filter(|assignment| {
            let above = world.covers(&assignment.scope, scope);
            above || (!above_only && ids::covers(scope, &assignment.scope))
        })
        .filter(|assignment| match wanted {
            Whose::Anybodys => true,
            Whose::Own(id) => assignment.principal_id.eq_ignore_ascii_case(id),
            Whose::WithGroups(id) => world.assigned_to(assignment, id),
        })
        .map(entity)
        .collect();
    Ok(Reply::json(200, &json!({"value": all})))
}

/// Whose assignments a list is to hold: `principalId eq` is about the principal alone, `assignedTo()` about its groups as well.
#[derive(Clone, Copy)]
enum Whose<'filter> {
    Anybodys,
    Own(&'filter str),
    WithGroups(&'filter str),
}

pub(super) fn find<'world>(world: &'world World, scope: &str, name: &str) -> Option<&'world Assignment> {
    world.assignments.iter().find(|assignment| {
        assignment.name.eq_ignore_ascii_case(name) && assignment.scope.eq_ignore_ascii_case(scope)
    })
}

pub(super) fn create(world: &mut World, caller: &Caller, call: &Call, scope: &str, name: &str) -> Outcome {
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
    let asked = property("principalType");
    // One that is not replicated yet is taken on trust where its type is told (Azure RBAC, "Troubleshooting").
    let found = world
        .principal_by_object(tenant, &principal_id)
        .filter(|found| asked.is_some() || found.visible <= call.now);
    let Some(found) = found else {
        let text = format!(
            "Principal {} does not exist in the directory {tenant}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
            principal_id.replace('-', "")
        );
        return Err(error(400, "PrincipalNotFound", &text));
    };
    let real = found.being.principal_type();
    let principal_type = asked.unwrap_or(real);
    if principal_type != real {
        let text = format!(
            "Principal {} has type {real}, which is different from specified PrincipalType {principal_type}.",
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
        condition: property("condition").filter(|text| !text.is_empty()).map(str::to_owned),
        short_role_id: false,
        created: call.now,
        created_by: caller.object_id.clone(),
        effective: world.propagated(call.now),
    };
    let reply = Reply::json(201, &entity(&assignment));
    world.assignments.push(assignment);
    Ok(reply)
}

pub(super) fn entity(assignment: &Assignment) -> Value {
    let root = if assignment.scope == "/" { "" } else { assignment.scope.as_str() };
    json!({
        "id": format!("{root}/providers/Microsoft.Authorization/roleAssignments/{}", assignment.name),
        "name": assignment.name,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "roleDefinitionId": role_id(&assignment.role, if assignment.short_role_id { "" } else { &assignment.scope }),
            "principalId": assignment.principal_id,
            "principalType": assignment.principal_type,
            "scope": assignment.scope,
            "description": assignment.description,
            "condition": assignment.condition,
            "conditionVersion": assignment.condition.as_ref().map(|_| "2.0"), "delegatedManagedIdentityResourceId": null,
            "createdOn": stamp(assignment.created), "updatedOn": stamp(assignment.created),
            "createdBy": assignment.created_by, "updatedBy": assignment.created_by,
        },
    })
}

pub(super) fn not_found(name: &str) -> Reply {
    error(404, "RoleAssignmentNotFound", &format!("The role assignment '{name}' is not found."))
}
