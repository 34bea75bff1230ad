//! What can be done with the keys of a vault: show, list, make, change.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Answer, Step, bad, error, not_found};
use crate::call::{Call, Reply};
use crate::ids;
use crate::material::{Kind, Public};
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

pub(super) fn kid(vault: &Vault, key: &Key, version: &Version) -> String {
    format!("https://{}.vault.azure.net/keys/{}/{}", vault.name, key.name, version.id)
}

fn attributes(vault: &Vault, key: &Key, version: &Version) -> Value {
    let mut attributes = json!({
        "enabled": version.enabled, "created": version.created, "updated": version.created,
        "recoveryLevel": vault.recovery_level(), "recoverableDays": vault.retention_days,
        "exportable": key.exportable, "hsmPlatform": if key.hsm { "2" } else { "0" },
    });
    if let Some(expires) = key.expires {
        attributes["exp"] = expires.into();
    }
    if let Some(start) = key.not_before {
        attributes["nbf"] = start.into();
    }
    attributes
}

/// `GET key`. What a disabled one answers is told in two ways: with `enabled: false`, or 403; the world chooses. The inner
/// code is the service's, its sentence made after that of `unwrapKey`.
pub(super) fn get(world: &World, vault: &Vault, key: &Key, version: &Version) -> Step {
    if !version.enabled && world.choices.disabled_key_forbidden {
        return Err(error(
            403,
            "Forbidden",
            "Operation get is not allowed on a disabled key.",
            Some("KeyDisabled"),
        ));
    }
    Ok(bundle(vault, key, version))
}

/// The key bundle; its public half needs the material.
pub(super) fn bundle(vault: &Vault, key: &Key, version: &Version) -> Answer {
    let (kid, attributes) = (kid(vault, key, version), attributes(vault, key, version));
    let (ops, hsm, material) =
        (key.ops.clone(), if key.hsm { "-HSM" } else { "" }, Arc::clone(&version.material));
    let managed = key.managed;
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
        let mut bundle = json!({"key": key, "attributes": attributes, "tags": {}});
        // Present, and true, only for the key of a certificate.
        if managed {
            bundle["managed"] = true.into();
        }
        Reply::json(200, &bundle)
    }))
}

pub(super) fn item(vault: &Vault, key: &Key, version: Option<&Version>) -> Value {
    let newest = version.or(key.versions.last());
    let kid = match version {
        Some(version) => kid(vault, key, version),
        None => format!("https://{}.vault.azure.net/keys/{}", vault.name, key.name),
    };
    let mut item =
        json!({"kid": kid, "attributes": newest.map(|version| attributes(vault, key, version)), "tags": {}});
    if key.managed {
        item["managed"] = true.into();
    }
    item
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
    if let Some(enabled) = take_attributes(&mut key, &body)? {
        key.enable(enabled);
    }
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

/// Changes a version of a key, the newest one unless told.
pub(super) fn update(world: &mut World, vault_name: &str, name: &str, id: Option<&str>, call: &Call) -> Step {
    let body = call.json().ok_or_else(|| bad("The request body must be JSON."))?;
    let vault = world.vault_mut(vault_name).ok_or_else(|| Reply::empty(404))?;
    let id = match id {
        Some(id) => find_version(vault, name, id)?.1.id.clone(),
        None => find(vault, name)?.versions.last().map(|version| version.id.clone()).unwrap_or_default(),
    };
    let key = vault.key_mut(name).ok_or_else(|| not_found(name))?;
    let enabled = take_attributes(key, &body)?;
    for version in key.versions.iter_mut().filter(|version| version.id == id) {
        version.enabled = enabled.unwrap_or(version.enabled);
    }
    if let Some(ops) = body.get("key_ops").and_then(Value::as_array) {
        key.ops = ops.iter().filter_map(|op| op.as_str().map(str::to_owned)).collect();
    }
    let (key, version) = find_version(vault, name, &id)?;
    Ok(bundle(vault, key, version))
}

/// Takes times over; whether the version is to be enabled, if the body says so.
fn take_attributes(key: &mut Key, body: &Value) -> Result<Option<bool>, Reply> {
    let Some(attributes) = body.get("attributes").filter(|value| !value.is_null()) else { return Ok(None) };
    let enabled = match attributes.get("enabled") {
        None | Some(Value::Null) => None,
        Some(Value::Bool(enabled)) => Some(*enabled),
        Some(_) => return Err(bad("Property attributes.enabled must be true or false.")),
    };
    if let Some(expires) = attributes.get("exp").and_then(Value::as_i64) {
        key.expires = Some(expires);
    }
    if let Some(start) = attributes.get("nbf").and_then(Value::as_i64) {
        key.not_before = Some(start);
    }
    Ok(enabled)
}
