//! Key Vault's data plane at `{vault}.vault.azure.net`: keys, versions, rotation policy, wrap and unwrap.
//!
//! Source: Azure Key Vault REST, keys 7.4 and 2025-07-01; "Authentication, requests and responses"; "Azure RBAC guide". Order of the checks:
//! token, tenant, firewall, permission, key; see [`gate`].

mod deleted;
mod gate;
mod keys;
mod rotation;
mod wrap;

use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) use self::gate::throttled;
use self::gate::{CLIENT_ADDRESS, Gate};
use crate::call::{Call, Reply};
use crate::material::Material;
use crate::world::World;

// The Azure CLI 2.91 sends 7.6-preview.2, the library that it ships 2026-01-01-preview.
const VERSIONS: &[&str] = &[
    "2016-10-01",
    "7.0",
    "7.1",
    "7.2",
    "7.3",
    "7.4",
    "7.5",
    "7.6-preview.1",
    "7.6-preview.2",
    "7.6",
    "2025-07-01",
    "2026-01-01-preview",
    "2026-03-01-preview",
];

/// An answer, or the rest of the work that makes it. That rest needs a key's material, which may take a second to make, so it is done
/// outside the world's lock.
pub(crate) enum Answer {
    Now(Reply),
    Later(Box<dyn FnOnce() -> Reply + Send>),
}

type Step = Result<Answer, Reply>;

/// Answers one call to the named vault, which exists or is soft-deleted: its host name resolves.
pub(crate) fn answer(world: &mut World, signing: &Material, name: &str, call: &Call) -> Answer {
    let region = world.any_vault(name).map(|vault| vault.region.clone()).unwrap_or_default();
    let client_id = call.header("x-ms-client-request-id").unwrap_or_default().to_owned();
    match route(world, signing, name, call) {
        Ok(Answer::Now(reply)) | Err(reply) => Answer::Now(dress(reply, &region, &client_id)),
        Ok(Answer::Later(rest)) => Answer::Later(Box::new(move || dress(rest(), &region, &client_id))),
    }
}

fn dress(reply: Reply, region: &str, client_id: &str) -> Reply {
    let reply = reply
        .with("cache-control", "no-cache")
        .with("pragma", "no-cache")
        .with("expires", "-1")
        .with("x-ms-keyvault-region", region)
        .with("x-ms-request-id", Uuid::new_v4().to_string())
        .with("x-ms-keyvault-service-version", "1.9.2400.1")
        .with(
            "x-ms-keyvault-network-info",
            format!("conn_type=Ipv4;addr={CLIENT_ADDRESS};act_addr_fam=InterNetwork;"),
        )
        .with("x-content-type-options", "nosniff")
        .with("strict-transport-security", "max-age=31536000;includeSubDomains");
    if client_id.is_empty() { reply } else { reply.with("x-ms-client-request-id", client_id) }
}

fn route(world: &mut World, signing: &Material, name: &str, call: &Call) -> Step {
    let parts = call.parts();
    // Nobody outside has published what the host of a soft-deleted vault answers; this text is ours.
    let vault = world.vault(name).ok_or_else(|| {
        error(
            404,
            "VaultNotFound",
            &format!("The vault {name} was not found. It may have been deleted."),
            None,
        )
    })?;
    if call.bearer().is_none() {
        gate::probe(world, vault)?;
    }
    if call.method == "GET" && parts == ["healthstatus"] {
        return Ok(Answer::Now(Reply::json(200, &Value::Null)));
    }
    let version = call.query("api-version").unwrap_or_default();
    if version.is_empty() {
        return Err(bad("The request URI must contain the 'api-version' query parameter."));
    }
    if !VERSIONS.contains(&version) {
        return Err(bad(&format!(
            "The specified version ({version}) is not recognized. Consider using the latest supported version (2025-07-01)."
        )));
    }
    let caller = gate::authenticate(vault, signing, call)?;
    let gate = Gate { caller: &caller, now: call.now };
    gate.firewall(vault)?;
    if vault.throttled {
        return Err(Reply::json(429, &throttled()));
    }
    let permit = |action: &str, operation: &str, key: &str| gate.permit(world, vault, action, operation, key);
    match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["keys"]) => {
            permit("keys/read", "list", "")?;
            let all = vault.keys.iter().map(|key| keys::item(vault, key, None)).collect();
            keys::page(vault, call, all)
        }
        ("GET", ["keys", key, "versions"]) => {
            permit("keys/read", "list", key)?;
            let key = keys::find(vault, key)?;
            let all = key.versions.iter().map(|version| keys::item(vault, key, Some(version))).collect();
            keys::page(vault, call, all)
        }
        ("GET", ["keys", key, "rotationpolicy"]) => {
            permit("keyrotationpolicies/read", "getrotationpolicy", key)?;
            let key = keys::find(vault, key)?;
            Ok(Answer::Now(Reply::json(200, &rotation::policy(vault, key))))
        }
        ("PUT", ["keys", key, "rotationpolicy"]) => {
            permit("keyrotationpolicies/write", "setrotationpolicy", key)?;
            rotation::set(world, name, key, call)
        }
        ("GET", ["keys", key]) => {
            permit("keys/read", "get", key)?;
            let key = keys::find(vault, key)?;
            let version = key.versions.last().ok_or_else(|| not_found(&key.name))?;
            keys::get(world, vault, key, version)
        }
        ("GET", ["keys", key, version]) => {
            permit("keys/read", "get", key)?;
            let (key, version) = keys::find_version(vault, key, version)?;
            keys::get(world, vault, key, version)
        }
        ("DELETE", ["keys", key]) => {
            permit("keys/delete", "delete", key)?;
            deleted::delete(world, name, key, call.now)
        }
        ("GET", ["deletedkeys"]) => {
            permit("keys/read", "list", "")?;
            let all = vault.deleted_keys.iter().map(|deleted| deleted::item(vault, deleted)).collect();
            keys::page(vault, call, all)
        }
        ("GET", ["deletedkeys", key]) => {
            permit("keys/read", "get", key)?;
            deleted::get(vault, key)
        }
        ("POST", ["deletedkeys", key, "recover"]) => {
            permit("keys/recover/action", "recover", key)?;
            deleted::recover(world, name, key)
        }
        ("POST", ["keys", key, "create"]) => {
            permit("keys/create/action", "create", key)?;
            keys::create(world, name, key, call)
        }
        ("PATCH", ["keys", key, rest @ ..]) if rest.len() < 2 => {
            permit("keys/update/action", "update", key)?;
            keys::update(world, name, key, rest.first().copied(), call)
        }
        // Without a version the newest one is meant: the SDKs write `/keys/NAME//wrapkey`.
        ("POST", ["keys", key, operation @ ("wrapkey" | "unwrapkey")]) => {
            let newest =
                keys::find(vault, key)?.versions.last().map(|version| version.id.clone()).unwrap_or_default();
            wrap::wrap(&gate, world, vault, (key, &newest), operation, call)
        }
        ("POST", ["keys", key, version, operation @ ("wrapkey" | "unwrapkey")]) => {
            wrap::wrap(&gate, world, vault, (key, version), operation, call)
        }
        (_, ["keys" | "deletedkeys", ..]) => Err(error(
            405,
            "BadParameter",
            &format!("Method {} does not allow this path.", call.method),
            None,
        )),
        _ => Err(error(
            404,
            "BadParameter",
            "The request URI does not name an operation of this service.",
            None,
        )),
    }
}

/// The service's words.
fn not_found(name: &str) -> Reply {
    let text = format!(
        "A key with (name/id) {name} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182"
    );
    error(404, "KeyNotFound", &text, None)
}

fn bad(message: &str) -> Reply {
    error(400, "BadParameter", message, None)
}

/// Key Vault's error envelope.
fn error(status: u16, code: &str, message: &str, inner: Option<&str>) -> Reply {
    let mut body = json!({"error": {"code": code, "message": message}});
    if let Some(inner) = inner {
        body["error"]["innererror"] = json!({"code": inner});
    }
    Reply::json(status, &body)
}
