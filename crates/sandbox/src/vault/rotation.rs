//! The rotation policy of a key: show it, replace it.

use serde_json::{Value, json};

use super::keys::find;
use super::{Answer, Step, bad, not_found};
use crate::call::{Call, Reply};
use crate::world::{Key, Vault, World};

/// The policy of a key. Where nobody made one: a notice thirty days before it expires, no rotation.
pub(super) fn policy(vault: &Vault, key: &Key) -> Value {
    let mut shown = key.rotation.clone().unwrap_or_else(|| {
        json!({
            "lifetimeActions": [{"trigger": {"timeBeforeExpiry": "P30D"}, "action": {"type": "Notify"}}],
            "attributes": {"expiryTime": null},
        })
    });
    shown["id"] = format!("https://{}.vault.azure.net/keys/{}/rotationpolicy", vault.name, key.name).into();
    shown
}

/// Replaces the policy of a key (Azure Key Vault REST, update key rotation policy). What is not an action that the
/// service knows, at one moment each, is refused.
pub(super) fn set(world: &mut World, vault_name: &str, name: &str, call: &Call) -> Step {
    let body = call.json().ok_or_else(|| bad("The request body must be JSON."))?;
    let none = Vec::new();
    let actions = match body.get("lifetimeActions") {
        None | Some(Value::Null) => &none,
        Some(Value::Array(actions)) => actions,
        Some(_) => return Err(bad("Property lifetimeActions must be an array.")),
    };
    for action in actions {
        let kind = action.pointer("/action/type").and_then(Value::as_str).unwrap_or_default();
        if !["rotate", "notify"].iter().any(|known| kind.eq_ignore_ascii_case(known)) {
            return Err(bad("Property lifetimeActions.action.type must be Rotate or Notify."));
        }
        let moment = |member: &str| action.pointer(member).and_then(Value::as_str);
        match (moment("/trigger/timeAfterCreate"), moment("/trigger/timeBeforeExpiry")) {
            (Some(span), None) | (None, Some(span)) if is_span(span) => {}
            _ => {
                return Err(bad(
                    "Property lifetimeActions.trigger must have either timeAfterCreate or timeBeforeExpiry, an ISO 8601 duration of days, months or years.",
                ));
            }
        }
    }
    let expiry = body.pointer("/attributes/expiryTime").cloned().unwrap_or(Value::Null);
    if !(expiry.is_null() || expiry.as_str().is_some_and(is_span)) {
        return Err(bad("Property attributes.expiryTime must be an ISO 8601 duration."));
    }
    let moment = call.now.unix_timestamp();
    let vault = world.vault_mut(vault_name).ok_or_else(|| Reply::empty(404))?;
    let key = vault.key_mut(name).ok_or_else(|| not_found(name))?;
    key.rotation = Some(json!({
        "lifetimeActions": actions,
        "attributes": {"expiryTime": expiry, "created": moment, "updated": moment},
    }));
    let key = find(vault, name)?;
    Ok(Answer::Now(Reply::json(200, &policy(vault, key))))
}

/// `P90D`, `P18M`, `P2Y`: the spans that the service takes.
fn is_span(text: &str) -> bool {
    let number = text.strip_prefix('P').and_then(|rest| rest.strip_suffix(['D', 'M', 'Y']));
    number.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
