//! Key Vault's data plane at `{vault}.vault.azure.net`: keys, versions, rotation policy, wrap and unwrap.
//!
//! Source: Azure Key Vault REST, keys 7.4 and 2025-07-01; "Authentication, requests and responses"; "Azure RBAC guide". Order of the checks:
//! token, tenant, firewall, permission, key. A call without a token is answered with the challenge even behind a firewall: the SDKs send
//! that call first and yet report the firewall's refusal with the caller's name.

mod keys;

use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::call::{Call, Reply};
use crate::material::Material;
use crate::token::{Caller, Refused};
use crate::world::{Vault, World};

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
            Ok(Answer::Now(Reply::json(200, &keys::rotation_policy(vault, key))))
        }
        ("PUT", ["keys", key, "rotationpolicy"]) => {
            permit("keyrotationpolicies/write", "setrotationpolicy", key)?;
            keys::set_rotation_policy(world, name, key, call)
        }
        ("GET", ["keys", key]) => {
            permit("keys/read", "get", key)?;
            let key = keys::find(vault, key)?;
            let version = key.versions.last().ok_or_else(|| not_found(&key.name))?;
            Ok(keys::bundle(vault, key, version))
        }
        ("GET", ["keys", key, version]) => {
            permit("keys/read", "get", key)?;
            let (key, version) = keys::find_version(vault, key, version)?;
            Ok(keys::bundle(vault, key, version))
        }
        ("GET", ["deletedkeys"]) => {
            permit("keys/read", "list", "")?;
            keys::page(vault, call, Vec::new())
        }
        ("GET", ["deletedkeys", key]) => {
            permit("keys/read", "get", key)?;
            Err(error(404, "KeyNotFound", &format!("Deleted Key not found: {key}"), None))
        }
        ("POST", ["keys", key, "create"]) => {
            permit("keys/create/action", "create", key)?;
            keys::create(world, name, key, call)
        }
        ("PATCH", ["keys", key] | ["keys", key, _]) => {
            permit("keys/update/action", "update", key)?;
            keys::update(world, name, key, call)
        }
        // Without a version the newest one is meant: the SDKs write `/keys/NAME//wrapkey`.
        ("POST", ["keys", key, operation @ ("wrapkey" | "unwrapkey")]) => {
            let newest =
                keys::find(vault, key)?.versions.last().map(|version| version.id.clone()).unwrap_or_default();
            keys::wrap(&gate, world, vault, (key, &newest), operation, call)
        }
        ("POST", ["keys", key, version, operation @ ("wrapkey" | "unwrapkey")]) => {
            keys::wrap(&gate, world, vault, (key, version), operation, call)
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
