//! What stands between a caller and a key: the token, the network, the permission. In this order, as "Authentication, requests and
//! responses" and the sources of the error texts have it; a call without a token is answered with the challenge even behind a firewall,
//! because the SDKs send that call first and yet report the firewall's refusal with the caller's name. The world can choose otherwise.
//!
//! Texts: `AKV10000`, `AKV10032`, `AccessDenied`, `ForbiddenByFirewall`, `ForbiddenByConnection`, `ForbiddenByRbac` are the service's own
//! words, put together by us from what tools print of them. `ForbiddenByNsp` is the service's code and first sentence as the control
//! plane was seen to pass it on; its other lines are ours.

use serde_json::Value;
use time::OffsetDateTime;

use super::error;
use crate::call::{Call, Reply};
use crate::material::Material;
use crate::token::{Caller, Refused};
use crate::world::{Vault, World};

/// The address from which everybody seems to call; a documentation address (RFC 5737).
pub(super) const CLIENT_ADDRESS: &str = "203.0.113.10";

/// Tenants of Microsoft's that its answers have been seen to name.
const MICROSOFT_TENANTS: &[&str] =
    &["72f988bf-86f1-41af-91ab-2d7cd011db47", "33e01921-4d64-4f8c-a055-5bdaffd5e33d"];

/// Who calls; refused with a challenge that names the vault's tenant.
pub(super) fn authenticate(vault: &Vault, signing: &Material, call: &Call) -> Result<Caller, Reply> {
    let tenant = &vault.tenant;
    // Older builds of the service name the older host.
    let host = if vault.odd_spelling { "login.windows.net" } else { "login.microsoftonline.com" };
    let refuse = |message: &str| {
        error(401, "Unauthorized", message, None).with(
            "www-authenticate",
            format!("Bearer authorization=\"https://{host}/{tenant}\", resource=\"https://vault.azure.net\""),
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
    if !caller.tenant.eq_ignore_ascii_case(tenant) {
        // Some answers name tenants of Microsoft's own beside the vault's.
        let others: &[&str] = if vault.odd_spelling { MICROSOFT_TENANTS } else { &[] };
        let expected: Vec<String> = std::iter::once(tenant.as_str())
            .chain(others.iter().copied())
            .map(|tenant| format!("https://sts.windows.net/{tenant}/"))
            .collect();
        return Err(refuse(&format!(
            "AKV10032: Invalid issuer. Expected one of {}, found {}.",
            expected.join(", "),
            caller.issuer()
        )));
    }
    Ok(caller)
}

/// What a call without a token meets before it is challenged: a vault that only a private endpoint reaches refuses it, and others
/// behind a firewall do where the world says so.
pub(super) fn probe(world: &World, vault: &Vault) -> Result<(), Reply> {
    let private = vault.public_access_disabled() && vault.private_endpoint;
    if private || world.choices.probe_forbidden { network(vault, None) } else { Ok(()) }
}

/// The firewall; `who` is the caller as the texts name it.
fn network(vault: &Vault, who: Option<&str>) -> Result<(), Reply> {
    let who = who.map(|who| format!("\r\nCaller: {who}")).unwrap_or_default();
    let place = format!("Vault: {};location={}", vault.name, vault.region);
    let refuse =
        |text: &str, code: &str| Err(error(403, "Forbidden", &format!("{text}{who}\r\n{place}"), Some(code)));
    if vault.in_perimeter() {
        return refuse("The request was forbidden by NSP policy.", "ForbiddenByNsp");
    }
    if vault.public_access_disabled() {
        return refuse(
            "Public network access is disabled and request is not from a trusted service nor via an approved private link.",
            "ForbiddenByConnection",
        );
    }
    let listed = vault.acls.iter().flat_map(|acls| &acls.ip_rules);
    let listed =
        listed.map(|rule| rule.strip_suffix("/32").unwrap_or(rule)).any(|rule| rule == CLIENT_ADDRESS);
    if vault.denies_by_default() && !listed {
        return refuse(
            &format!(
                "Client address is not authorized and caller is not a trusted service.\r\nClient address: {CLIENT_ADDRESS}"
            ),
            "ForbiddenByFirewall",
        );
    }
    Ok(())
}

/// The two things that stand between a known caller and a key.
pub(super) struct Gate<'call> {
    pub(super) caller: &'call Caller,
    pub(super) now: OffsetDateTime,
}

impl Gate<'_> {
    pub(super) fn firewall(&self, vault: &Vault) -> Result<(), Reply> {
        network(vault, Some(&self.caller.described()))
    }

    /// Whether a role, or an access policy where the vault uses those, allows it. `operation` is the word of access policies.
    pub(super) fn permit(
        &self,
        world: &World,
        vault: &Vault,
        action: &str,
        operation: &str,
        key: &str,
    ) -> Result<(), Reply> {
        let who = self.caller.described();
        if !vault.uses_roles() {
            let mine =
                vault.access_policies.iter().filter(|policy| policy.object_id == self.caller.object_id);
            if mine.flat_map(|policy| &policy.keys).any(|allowed| allowed.eq_ignore_ascii_case(operation)) {
                return Ok(());
            }
            let text = format!(
                "The user, group or application '{who}' does not have keys {operation} permission on key vault '{};location={}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287",
                vault.name, vault.region
            );
            return Err(error(403, "Forbidden", &text, Some("AccessDenied")));
        }
        let action = format!("Microsoft.KeyVault/vaults/{action}");
        let scope = match key {
            "" => vault.id(),
            key => format!("{}/keys/{key}", vault.id()),
        };
        let roles = world.effective_roles(&self.caller.object_id, &scope, self.now);
        let denied = world.denied_by(&self.caller.object_id, &scope, &action, true);
        if denied.is_none() && roles.iter().any(|(role, _)| role.allows_data(&action)) {
            return Ok(());
        }
        // The service writes the resource in lower case here, the key's name as it is.
        let resource = match key {
            "" => vault.id().to_lowercase(),
            key => format!("{}/keys/{key}", vault.id().to_lowercase()),
        };
        let (denial, reason) = match denied {
            Some(denial) => (denial.name.as_str(), "DeniedWithDenyAssignment"),
            None => ("null", "DeniedWithNoValidRBAC"),
        };
        let text = format!(
            "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: {who}\r\nAction: '{action}'\r\nResource: '{resource}'\r\nAssignment: (not found)\r\nDenyAssignmentId: {denial}\r\nDecisionReason: '{reason}' \r\nVault: {};location={}\r\n",
            vault.name, vault.region
        );
        Err(error(403, "Forbidden", &text, Some("ForbiddenByRbac")))
    }
}

/// The body of a throttled call, word for word; whether the service sends `Retry-After` is documented nowhere, so it comes without.
pub(crate) fn throttled() -> Value {
    serde_json::json!({"error": {
        "code": "Throttled",
        "message": "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached",
    }})
}
