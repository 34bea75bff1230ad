//! Management locks: `{scope}/providers/Microsoft.Authorization/locks`, 2020-05-01. They are inherited from above.

use serde_json::{Value, json};

use super::{at_scope_only, error};
use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::world::{Lock, World};

pub(super) const VERSIONS: &[&str] = &["2015-01-01", "2016-09-01", "2017-04-01", "2020-05-01"];

/// The locks at, above and below a scope; with `$filter=atScope()` not those below.
pub(super) fn list(world: &World, call: &Call, scope: &str) -> Reply {
    let above_only = at_scope_only(call);
    let found: Vec<Value> = world
        .locks
        .iter()
        .filter(|lock| ids::covers(&lock.scope, scope) || (!above_only && ids::covers(scope, &lock.scope)))
        .map(entity)
        .collect();
    Reply::json(200, &json!({"value": found}))
}

/// One lock at exactly this scope.
pub(super) fn get(world: &World, scope: &str, name: &str) -> Outcome {
    let found = world
        .locks
        .iter()
        .find(|lock| lock.name.eq_ignore_ascii_case(name) && lock.scope.eq_ignore_ascii_case(scope));
    let found =
        found.ok_or_else(|| error(404, "LockNotFound", &format!("The lock '{name}' could not be found.")))?;
    Ok(Reply::json(200, &entity(found)))
}

fn entity(lock: &Lock) -> Value {
    let mut properties = json!({"level": lock.level});
    if !lock.notes.is_empty() {
        properties["notes"] = lock.notes.as_str().into();
    }
    json!({
        "id": id(lock), "name": lock.name, "type": "Microsoft.Authorization/locks", "properties": properties,
    })
}

fn id(lock: &Lock) -> String {
    format!("{}/providers/Microsoft.Authorization/locks/{}", lock.scope, lock.name)
}
