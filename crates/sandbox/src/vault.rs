//! Key Vault's data plane at `{vault}.vault.azure.net`: keys, versions, rotation policy, wrap and unwrap.
//!
//! Source: Azure Key Vault REST, keys 7.4 and 2025-07-01; "Authentication, requests and responses"; "Azure RBAC guide". Order of the checks:
//! token, tenant, firewall, permission, key. A call without a token is answered with the challenge even behind a firewall: the SDKs send
//! that call first and yet report the firewall's refusal with the caller's name.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::call::{Call, Reply};
use crate::ids;
use crate::material::{Kind, Material, Public, can_wrap_with};
use crate::token::{Caller, Refused};
use crate::world::{Key, Vault, Version, World};

// The Azure CLI 2.91 sends 7.6-preview.2.
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
];

/// The address from which everybody seems to call; a documentation address (RFC 5737).
const CLIENT_ADDRESS: &str = "203.0.113.10";

/// An answer, or the rest of the work that makes it. That rest needs a key's material, which may take a second to make, so it is done
/// outside the world's lock.
pub(crate) enum Answer {
    Now(Reply),
    Later(Box<dyn FnOnce() -> Reply + Send>),
}

type Step = Result<Answer, Reply>;

/// Answers one call to the named vault, which exists.
pub(crate) fn answer(world: &mut World, signing: &Material, name: &str, call: &Call) -> Answer {
    let region = world.vault(name).map(|vault| vault.region.clone()).unwrap_or_default();
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
    let caller = authenticate(world, signing, name, call)?;
    let gate = Gate { caller: &caller, now: call.now };
    let vault = world.vault(name).ok_or_else(|| Reply::empty(404))?;
    gate.firewall(vault)?;
    let permit = |action: &str, operation: &str, key: &str| gate.permit(world, vault, action, operation, key);
    match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["keys"]) => {
            permit("keys/read", "list", "")?;
            let all = vault.keys.iter().map(|key| item(vault, key, None)).collect();
            page(vault, call, all)
        }
        ("GET", ["keys", key, "versions"]) => {
            permit("keys/read", "list", key)?;
            let key = find(vault, key)?;
            let all = key.versions.iter().map(|version| item(vault, key, Some(version))).collect();
            page(vault, call, all)
        }
        ("GET", ["keys", key, "rotationpolicy"]) => {
            permit("keyrotationpolicies/read", "getrotationpolicy", key)?;
            let key = find(vault, key)?;
            Ok(Answer::Now(Reply::json(200, &rotation_policy(vault, key))))
        }
        ("GET", ["keys", key]) => {
            permit("keys/read", "get", key)?;
            let key = find(vault, key)?;
            let version = key.versions.last().ok_or_else(|| not_found(&key.name))?;
            Ok(bundle(vault, key, version))
        }
        ("GET", ["keys", key, version]) => {
            permit("keys/read", "get", key)?;
            let (key, version) = find_version(vault, key, version)?;
            Ok(bundle(vault, key, version))
        }
        ("GET", ["deletedkeys"]) => {
            permit("keys/read", "list", "")?;
            page(vault, call, Vec::new())
        }
        ("GET", ["deletedkeys", key]) => {
            permit("keys/read", "get", key)?;
            Err(error(404, "KeyNotFound", &format!("Deleted Key not found: {key}"), None))
        }
        ("POST", ["keys", key, "create"]) => {
            permit("keys/create/action", "create", key)?;
            create(world, name, key, call)
        }
        ("PATCH", ["keys", key] | ["keys", key, _]) => {
            permit("keys/update/action", "update", key)?;
            update(world, name, key, call)
        }
        // Without a version the newest one is meant: the SDKs write `/keys/NAME//wrapkey`.
        ("POST", ["keys", key, operation @ ("wrapkey" | "unwrapkey")]) => {
            let newest =
                find(vault, key)?.versions.last().map(|version| version.id.clone()).unwrap_or_default();
            wrap(&gate, world, vault, (key, &newest), operation, call)
        }
        ("POST", ["keys", key, version, operation @ ("wrapkey" | "unwrapkey")]) => {
            wrap(&gate, world, vault, (key, version), operation, call)
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

fn authenticate(world: &World, signing: &Material, name: &str, call: &Call) -> Result<Caller, Reply> {
    let tenant = world.vault(name).map(|vault| vault.tenant.clone()).unwrap_or_default();
    let refuse = |message: &str| {
        error(401, "Unauthorized", message, None).with(
            "www-authenticate",
            format!("Bearer authorization=\"https://login.microsoftonline.com/{tenant}\", resource=\"https://vault.azure.net\""),
        )
    };
    let token = call.bearer().ok_or_else(|| refuse("AKV10000: Request is missing a Bearer or PoP token."))?;
    let caller = Caller::of(token, signing, call.now).map_err(|refused| match refused {
        Refused::Invalid => refuse("AKV10046: Unable to resolve the key used for signature validation."),
        Refused::Expired => refuse("AKV10045: The access token has expired."),
    })?;
    if caller.audience.trim_end_matches('/') != "https://vault.azure.net" {
        return Err(refuse(&format!(
            "AKV10022: Invalid audience. Expected https://vault.azure.net, found: {}.",
            caller.audience
        )));
    }
    if !caller.tenant.eq_ignore_ascii_case(&tenant) {
        return Err(refuse(&format!(
            "AKV10032: Invalid issuer. Expected one of https://sts.windows.net/{tenant}/, found {}.",
            caller.issuer()
        )));
    }
    Ok(caller)
}

/// The two things that stand between a known caller and a key.
struct Gate<'call> {
    caller: &'call Caller,
    now: OffsetDateTime,
}

impl Gate<'_> {
    fn firewall(&self, vault: &Vault) -> Result<(), Reply> {
        let place = format!("Vault: {};location={}", vault.name, vault.region);
        let who = self.caller.described();
        if !vault.public {
            let text = format!(
                "Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\nCaller: {who}\r\n{place}"
            );
            return Err(error(403, "Forbidden", &text, Some("ForbiddenByConnection")));
        }
        let listed =
            vault.ip_rules.iter().any(|rule| rule.strip_suffix("/32").unwrap_or(rule) == CLIENT_ADDRESS);
        if vault.deny && !listed {
            let text = format!(
                "Client address is not authorized and caller is not a trusted service.\r\nClient address: {CLIENT_ADDRESS}\r\nCaller: {who}\r\n{place}"
            );
            return Err(error(403, "Forbidden", &text, Some("ForbiddenByFirewall")));
        }
        Ok(())
    }

    fn permit(
        &self,
        world: &World,
        vault: &Vault,
        action: &str,
        operation: &str,
        key: &str,
    ) -> Result<(), Reply> {
        let who = self.caller.described();
        if !vault.rbac {
            let text = format!(
                "The user, group or application '{who}' does not have keys {operation} permission on key vault '{};location={}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287",
                vault.name, vault.region
            );
            return Err(error(403, "Forbidden", &text, Some("AccessDenied")));
        }
        let action = format!("Microsoft.KeyVault/vaults/{action}");
        let roles = world.effective_roles(&self.caller.object_id, &vault.id(), self.now);
        if roles.iter().any(|(role, _)| role.allows_data(&action)) {
            return Ok(());
        }
        let mut resource = vault.id().to_lowercase();
        if !key.is_empty() {
            resource = format!("{resource}/keys/{key}");
        }
        let text = format!(
            "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: {who}\r\nAction: '{action}'\r\nResource: '{resource}'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: {};location={}\r\n",
            vault.name, vault.region
        );
        Err(error(403, "Forbidden", &text, Some("ForbiddenByRbac")))
    }
}

fn find<'vault>(vault: &'vault Vault, name: &str) -> Result<&'vault Key, Reply> {
    vault.key(name).ok_or_else(|| not_found(name))
}

fn find_version<'vault>(
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
fn bundle(vault: &Vault, key: &Key, version: &Version) -> Answer {
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

fn item(vault: &Vault, key: &Key, version: Option<&Version>) -> Value {
    let newest = version.or(key.versions.last());
    let kid = match version {
        Some(version) => kid(vault, key, version),
        None => format!("https://{}.vault.azure.net/keys/{}", vault.name, key.name),
    };
    json!({"kid": kid, "attributes": newest.map(|version| attributes(vault, key, version)), "tags": {}})
}

/// At most `maxresults` (25 unless told) items; the rest behind a `nextLink`, which the service writes with `:443`.
fn page(vault: &Vault, call: &Call, all: Vec<Value>) -> Step {
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

/// The policy that a key has when nobody made one: a notice thirty days before it expires, no rotation.
fn rotation_policy(vault: &Vault, key: &Key) -> Value {
    json!({
        "id": format!("https://{}.vault.azure.net/keys/{}/rotationpolicy", vault.name, key.name),
        "lifetimeActions": [{"trigger": {"timeBeforeExpiry": "P30D"}, "action": {"type": "Notify"}}],
        "attributes": {"expiryTime": null},
    })
}

fn create(world: &mut World, vault_name: &str, name: &str, call: &Call) -> Step {
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

fn update(world: &mut World, vault_name: &str, name: &str, call: &Call) -> Step {
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

fn wrap(
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
