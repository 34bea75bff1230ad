//! Wrapping and unwrapping with a key. The inner codes `KeyDisabled` and `KeyOperationForbidden` and their texts are the service's;
//! `KeyExpired` and `KeyNotYetValid` are ours, because no public source has them: the documents say 403 and no more.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::keys::{find_version, kid};
use super::{Answer, Gate, Step, bad, error};
use crate::call::{Call, Reply};
use crate::material::can_wrap_with;
use crate::world::{Vault, World};

pub(super) fn wrap(
    gate: &Gate<'_>,
    world: &World,
    vault: &Vault,
    (name, id): (&str, &str),
    operation: &str,
    call: &Call,
) -> Step {
    let wrapping = operation == "wrapkey";
    let (word, action) =
        if wrapping { ("wrapKey", "keys/wrap/action") } else { ("unwrapKey", "keys/unwrap/action") };
    gate.permit(world, vault, action, word, name)?;
    let (key, version) = find_version(vault, name, id)?;
    let forbidden = |text: String, code| error(403, "Forbidden", &text, Some(code));
    // The service lets a disabled key wrap, but not unwrap; outside its life span a key unwraps, but does not wrap.
    if !version.enabled && !wrapping {
        return Err(forbidden(format!("Operation {word} is not allowed on a disabled key."), "KeyDisabled"));
    }
    let moment = gate.now.unix_timestamp();
    if wrapping && key.expires.is_some_and(|expires| expires <= moment) {
        return Err(forbidden(format!("Operation {word} is not allowed on an expired key."), "KeyExpired"));
    }
    if wrapping && key.not_before.is_some_and(|start| start > moment) {
        return Err(forbidden(
            format!("Operation {word} is not allowed on a key that is not yet valid."),
            "KeyNotYetValid",
        ));
    }
    if !key.ops.iter().any(|op| op == word) {
        return Err(forbidden(
            format!("Operation {word} is not permitted on this key."),
            "KeyOperationForbidden",
        ));
    }
    let body = call.json().ok_or_else(|| bad("The request body must be JSON."))?;
    let text = |member: &str| body.get(member).and_then(Value::as_str);
    let algorithm =
        text("alg").filter(|algorithm| can_wrap_with(algorithm)).map(str::to_owned).ok_or_else(|| {
            bad("Property alg has an unknown or unsupported value; supported are RSA-OAEP and RSA-OAEP-256.")
        })?;
    let value = text("value")
        .and_then(|value| URL_SAFE_NO_PAD.decode(value.trim_end_matches('=')).ok())
        .ok_or_else(|| bad("Property value must be base64url text."))?;
    let (kid, material) = (kid(vault, key, version), Arc::clone(&version.material));
    Ok(Answer::Later(Box::new(move || {
        let done =
            if wrapping { material.wrap(&algorithm, &value) } else { material.unwrap(&algorithm, &value) };
        match done {
            Some(bytes) => Reply::json(200, &json!({"kid": kid, "value": URL_SAFE_NO_PAD.encode(bytes)})),
            None => bad("The parameter is incorrect: the value does not fit the key and the algorithm."),
        }
    })))
}
