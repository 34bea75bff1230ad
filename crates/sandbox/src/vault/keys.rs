//! What can be done with the keys of a vault: show, list, make, change, wrap and unwrap.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Answer, Gate, Step, bad, error, not_found};
use crate::call::{Call, Reply};
use crate::ids;
use crate::material::{Kind, Public, can_wrap_with};
use crate::world::{Key, Vault, Version, World};

pub(super) fn find<'vault>(vault: &'vault Vault, name: &str) -> Result<&'vault Key, Reply> {
    vault.key(name).ok_or_else(|| not_found(name))
}

pub(super) fn find_version<'vault>(
    vault: &'vault Vault,
    name: &str,
    id: &str,
) -> Result<(&'vault Key, &'vault Version), Reply> {
    let key = find(vault, name)?;
    let version = key.versions.iter().find(|version| version.id.eq_ignore_ascii_case(id));
    version.map(|version| (key, version)).ok_or_else(|| not_found(&format!("{name}/{id}")))
}

fn kid(vault: &Vault, key: &Key, version: &Version) -> String {
    format!("https://{}.vault.azure.net/keys/{}/{}", vault.name, key.name, version.id)
}

fn attributes(vault: &Vault, key: &Key, version: &Version) -> Value {
    let mut attributes = json!({
        "enabled": key.enabled, "created": version.created, "updated": version.created,
        "recoveryLevel": vault.recovery_level(), "recoverableDays": vault.retention_days,
        "exportable": false, "hsmPlatform": if key.hsm { "2" } else { "0" },
    });
    if let Some(expires) = key.expires {
        attributes["exp"] = expires.into();
    }
    if let Some(start) = key.not_before {
        attributes["nbf"] = start.into();
    }
    attributes
}

/// The key bundle; its public half needs the material.
pub(super) fn bundle(vault: &Vault, key: &Key, version: &Version) -> Answer {
    let (kid, attributes) = (kid(vault, key, version), attributes(vault, key, version));
    let (ops, hsm, material) =
        (key.ops.clone(), if key.hsm { "-HSM" } else { "" }, Arc::clone(&version.material));
    Answer::Later(Box::new(move || {
        let mut key = json!({"kid": kid, "key_ops": ops});
        match material.public() {
            Some(Public::Rsa { n, e }) => {
                key["kty"] = format!("RSA{hsm}").into();
                key["n"] = n.into();
                key["e"] = e.into();
            }
            Some(Public::Ec { x, y }) => {
                key["kty"] = format!("EC{hsm}").into();
                key["crv"] = "P-256".into();
                key["x"] = x.into();
                key["y"] = y.into();
            }
            None => return error(500, "InternalServerError", "The key could not be made.", None),
        }
        Reply::json(200, &json!({"key": key, "attributes": attributes, "tags": {}}))
    }))
}

pub(super) fn item(vault: &Vault, key: &Key, version: Option<&Version>) -> Value {
    let newest = version.or(key.versions.last());
    let kid = match version {
        Some(version) => kid(vault, key, version),
        None => format!("https://{}.vault.azure.net/keys/{}", vault.name, key.name),
    };
    json!({"kid": kid, "attributes": newest.map(|version| attributes(vault, key, version)), "tags": {}})
}

/// At most `maxresults` (25 unless told) items; the rest behind a `nextLink`, which the service writes with `:443`.
pub(super) fn page(vault: &Vault, call: &Call, all: Vec<Value>) -> Step {
    let size = match call.query("maxresults").map(str::parse::<usize>) {
        None => 25,
        Some(Ok(size)) if (1..=25).contains(&size) => size,
        Some(_) => return Err(bad("The value of 'maxresults' must be between 1 and 25.")),
    };
    let skip = match call.query("$skiptoken").map(str::parse::<usize>) {
        None => 0,
        Some(Ok(skip)) => skip,
        Some(Err(_)) => return Err(bad("The value of '$skiptoken' is not valid.")),
    };
    let more = all.len() > skip + size;
    let items: Vec<Value> = all.into_iter().skip(skip).take(size).collect();
    let next = more.then(|| {
        let version = call.query("api-version").unwrap_or_default();
        format!(
            "https://{}.vault.azure.net:443{}?api-version={version}&$skiptoken={}&maxresults={size}",
            vault.name,
            call.path,
            skip + size
        )
    });
    Ok(Answer::Now(Reply::json(200, &json!({"value": items, "nextLink": next}))))
}

/// The policy of a key. Where nobody made one: a notice thirty days before it expires, no rotation.
pub(super) fn rotation_policy(vault: &Vault, key: &Key) -> Value {
    let mut policy = key.rotation.clone().unwrap_or_else(|| {
        json!({
            "lifetimeActions": [{"trigger": {"timeBeforeExpiry": "P30D"}, "action": {"type": "Notify"}}],
            "attributes": {"expiryTime": null},
        })
    });
    policy["id"] = format!("https://{}.vault.azure.net/keys/{}/rotationpolicy", vault.name, key.name).into();
    policy
}

/// Replaces the policy of a key (Azure Key Vault REST, update key rotation policy). What is not an action that the
/// service knows, at one moment each, is refused.
pub(super) fn set_rotation_policy(world: &mut World, vault_name: &str, name: &str, call: &Call) -> Step {
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
    Ok(Answer::Now(Reply::json(200, &rotation_policy(vault, key))))
}

/// `P90D`, `P18M`, `P2Y`: the spans that the service takes.
fn is_span(text: &str) -> bool {
    let number = text.strip_prefix('P').and_then(|rest| rest.strip_suffix(['D', 'M', 'Y']));
    number.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(super) fn create(world: &mut World, vault_name: &str, name: &str, call: &Call) -> Step {
    if !ids::is_key_name(name) {
        return Err(bad(&format!("The request URI contains an invalid name: {name}")));
    }
    let body = call.json().ok_or_else(|| bad("The request body must be JSON."))?;
    let text = |member: &str| body.get(member).and_then(Value::as_str);
    let vault = world.vault_mut(vault_name).ok_or_else(|| Reply::empty(404))?;
    let (kind, hsm) = match text("kty") {
        Some(kty @ ("RSA" | "RSA-HSM")) => {
            let bits = body.get("key_size").and_then(Value::as_u64).unwrap_or(2048);
            let bits = u32::try_from(bits).ok().filter(|bits| [2048, 3072, 4096].contains(bits));
            (
                Kind::Rsa(bits.ok_or_else(|| bad("Property key_size must be 2048, 3072 or 4096."))?),
                kty == "RSA-HSM",
            )
        }
        Some(kty @ ("EC" | "EC-HSM")) => {
            if text("crv").is_some_and(|curve| curve != "P-256") {
                return Err(bad("Property crv: only P-256 is available in this vault."));
            }
            (Kind::Ec, kty == "EC-HSM")
        }
        other => {
            return Err(bad(&format!(
                "Property kty has an unknown or unsupported value: {}.",
                other.unwrap_or("null")
            )));
        }
    };
    if hsm && vault.sku != "premium" {
        return Err(bad("AKV.SKU.1004: The vault's SKU 'standard' does not support HSM-protected keys."));
    }
    let mut key = Key::new(name, kind, call.now);
    key.hsm = hsm;
    key.versions = vec![Version::new(kind, call.now)];
    if let Some(ops) = body.get("key_ops").and_then(Value::as_array) {
        key.ops = ops.iter().filter_map(|op| op.as_str().map(str::to_owned)).collect();
    }
    take_attributes(&mut key, &body)?;
    match vault.key_mut(name) {
        Some(old) => {
            let mut versions = std::mem::take(&mut old.versions);
            versions.append(&mut key.versions);
            key.versions = versions;
            *old = key;
        }
        None => vault.keys.push(key),
    }
    let key = find(vault, name)?;
    let version = key.versions.last().ok_or_else(|| not_found(name))?;
    Ok(bundle(vault, key, version))
}

pub(super) fn update(world: &mut World, vault_name: &str, name: &str, call: &Call) -> Step {
    let body = call.json().ok_or_else(|| bad("The request body must be JSON."))?;
    let vault = world.vault_mut(vault_name).ok_or_else(|| Reply::empty(404))?;
    let key = vault.key_mut(name).ok_or_else(|| not_found(name))?;
    take_attributes(key, &body)?;
    if let Some(ops) = body.get("key_ops").and_then(Value::as_array) {
        key.ops = ops.iter().filter_map(|op| op.as_str().map(str::to_owned)).collect();
    }
    let key = find(vault, name)?;
    let version = key.versions.last().ok_or_else(|| not_found(name))?;
    Ok(bundle(vault, key, version))
}

fn take_attributes(key: &mut Key, body: &Value) -> Result<(), Reply> {
    let Some(attributes) = body.get("attributes").filter(|value| !value.is_null()) else { return Ok(()) };
    match attributes.get("enabled") {
        None | Some(Value::Null) => {}
        Some(Value::Bool(enabled)) => key.enabled = *enabled,
        Some(_) => return Err(bad("Property attributes.enabled must be true or false.")),
    }
    if let Some(expires) = attributes.get("exp").and_then(Value::as_i64) {
        key.expires = Some(expires);
    }
    if let Some(start) = attributes.get("nbf").and_then(Value::as_i64) {
        key.not_before = Some(start);
    }
    Ok(())
}

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
    if !key.enabled && !wrapping {
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
