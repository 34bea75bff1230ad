//! Deny assignments: `{scope}/providers/Microsoft.Authorization/denyAssignments`, 2022-04-01. They are inherited from above, and
//! nobody makes one by hand.

use serde_json::{Value, json};

use super::{at_scope_only, error};
use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::world::{DenyAssignment, World};

/// The deny assignments at, above and below a scope; with `$filter=atScope()` not those below.
pub(super) fn list(world: &World, call: &Call, scope: &str) -> Reply {
    let above_only = at_scope_only(call);
    let found: Vec<Value> = world
        .deny_assignments
        .iter()
        .filter(|denial| {
            world.covers(&denial.scope, scope) || (!above_only && ids::covers(scope, &denial.scope))
        })
        .map(entity)
        .collect();
    Reply::json(200, &json!({"value": found}))
}

/// One at exactly this scope.
pub(super) fn get(world: &World, scope: &str, name: &str) -> Outcome {
    let found = world
        .deny_assignments
        .iter()
        .find(|one| one.name.eq_ignore_ascii_case(name) && one.scope.eq_ignore_ascii_case(scope));
    let text = format!("The deny assignment '{name}' is not found.");
    let found = found.ok_or_else(|| error(404, "DenyAssignmentNotFound", &text))?;
    Ok(Reply::json(200, &entity(found)))
}

fn entity(denial: &DenyAssignment) -> Value {
    let everybody = json!({"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"});
    let excluded = denial.excluded.iter().map(|id| json!({"id": id, "type": "ServicePrincipal"}));
    json!({
        "id": format!("{}/providers/Microsoft.Authorization/denyAssignments/{}", denial.scope, denial.name),
        "name": denial.name, "type": "Microsoft.Authorization/denyAssignments",
        "properties": {
            "denyAssignmentName": denial.title, "description": "", "scope": denial.scope,
            "doNotApplyToChildScopes": false, "isSystemProtected": true,
            "principals": [everybody], "excludePrincipals": excluded.collect::<Vec<_>>(),
            "permissions": [{
                "actions": denial.actions, "notActions": [],
                "dataActions": denial.data_actions, "notDataActions": [],
            }],
        },
    })
}
