//! Azure Resource Manager at `management.azure.com`: who may call, which api-version, and the way to the resource providers.
//!
//! Source: Azure Resource Manager RPC ("common API details"), Microsoft.Resources subscriptions 2022-12-01.
//!
//! Texts: `SubscriptionNotFound`, `InvalidAuthenticationTokenTenant` and `ScopeLocked` are the service's, word for word.
//! `AuthenticationFailed` is two such halves, header and body, joined; `AuthorizationFailed`, `ResourceGroupNotFound` and
//! `ResourceNotFound` are put together of documented pieces; the others have the documented code and a sentence of ours.

mod assignments;
mod authorization;
mod denials;
mod locks;
mod subscriptions;
mod vault_keys;
mod vault_view;
mod vault_write;
mod vaults;

use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::material::Material;
use crate::token::{Caller, Refused};
use crate::world::World;

/// Answers one call.
pub(crate) fn answer(world: &mut World, signing: &Material, call: &Call) -> Reply {
    let reply = route(world, signing, call).unwrap_or_else(|reply| reply);
    let id = Uuid::new_v4().to_string();
    let remaining = if call.method == "GET" {
        "x-ms-ratelimit-remaining-subscription-reads"
    } else {
        "x-ms-ratelimit-remaining-subscription-writes"
    };
    reply
        .with("x-ms-request-id", id.clone())
        .with("x-ms-correlation-request-id", id)
        .with(remaining, "1199")
        .with("cache-control", "no-cache")
        .with("strict-transport-security", "max-age=31536000; includeSubDomains")
        .with("x-content-type-options", "nosniff")
}

fn route(world: &mut World, signing: &Material, call: &Call) -> Outcome {
    let parts = call.parts();
    let version = call.query("api-version").filter(|version| !version.is_empty()).ok_or_else(|| {
        let text = "The api-version query parameter (?api-version=) is required for all requests.";
        error(400, "MissingApiVersionParameter", text)
    })?;
    let caller = authenticate(world, signing, call)?;
    if let Some(at) = provider_at(&parts, "Microsoft.Authorization") {
        let (scope, rest) = parts.split_at(at);
        return authorization::route(
            world,
            &caller,
            call,
            &format!("/{}", scope.join("/")),
            rest.get(2..).unwrap_or_default(),
        );
    }
    match parts.as_slice() {
        [word] if word.eq_ignore_ascii_case("tenants") => subscriptions::tenants(world, &caller, version),
        [word, rest @ ..] if word.eq_ignore_ascii_case("subscriptions") => match rest {
            [] => subscriptions::list(world, &caller, version),
            [id] => subscriptions::get(world, &caller, version, id),
            [id, rest @ ..] => below_subscription(world, &caller, call, id, rest),
        },
        _ => Err(error(404, "InvalidResourceType", "The resource type could not be found.")),
    }
}

fn below_subscription(world: &mut World, caller: &Caller, call: &Call, id: &str, rest: &[&str]) -> Outcome {
    let lower: Vec<String> = rest.iter().map(|part| part.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match lower.as_slice() {
        ["providers", "microsoft.keyvault", tail @ ..] => {
            let tail = rest.get(rest.len() - tail.len()..).unwrap_or_default();
            vaults::in_subscription(world, caller, call, id, tail)
        }
        ["resourcegroups", _, "providers", "microsoft.keyvault", tail @ ..] => {
            let group = rest.get(1).copied().unwrap_or_default();
            let tail = rest.get(rest.len() - tail.len()..).unwrap_or_default();
            vaults::in_group(world, caller, call, id, group, tail)
        }
        _ => subscriptions::below(world, caller, call, id, rest),
    }
}

/// Where the last `providers/{namespace}` begins.
fn provider_at(parts: &[&str], namespace: &str) -> Option<usize> {
    parts.windows(2).rposition(|pair| {
        matches!(pair, [word, name] if word.eq_ignore_ascii_case("providers") && name.eq_ignore_ascii_case(namespace))
    })
}

/// Who calls; a call below a subscription needs a token of that subscription's tenant.
fn authenticate(world: &World, signing: &Material, call: &Call) -> Result<Caller, Reply> {
    let parts = call.parts();
    let subscription = match parts.as_slice() {
        [word, id, ..] if word.eq_ignore_ascii_case("subscriptions") => {
            if !ids::is_guid(id) {
                let text = format!("The provided subscription identifier '{id}' is malformed or invalid.");
                return Err(error(400, "InvalidSubscriptionId", &text));
            }
            Some(world.subscription(id).ok_or_else(|| subscription_not_found(id))?)
        }
        _ => None,
    };
    let tenant = subscription.map_or("common", |subscription| subscription.tenant.as_str());
    let challenge = |reply: Reply, text: &str| {
        reply.with(
            "www-authenticate",
            format!("Bearer authorization_uri=\"https://login.windows.net/{tenant}\", error=\"invalid_token\", error_description=\"{text}\""),
        )
    };
    let refuse = |code: &str, text: &str| challenge(error(401, code, text), text);
    let Some(token) = call.bearer() else {
        return Err(challenge(
            error(
                401,
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.",
            ),
            "The authentication failed because of missing 'Authorization' header.",
        ));
    };
    let caller = Caller::of(token, signing, call.now).map_err(|refused| match refused {
        Refused::Invalid => refuse("InvalidAuthenticationToken", "The access token is invalid."),
        Refused::Expired => refuse(
            "ExpiredAuthenticationToken",
            "The access token expiry UTC time is earlier than current UTC time.",
        ),
    })?;
    let audience = caller.audience.trim_end_matches('/');
    if !["https://management.azure.com", "https://management.core.windows.net"].contains(&audience) {
        let text = format!(
            "The access token has been obtained for wrong audience or resource '{}'. It should exactly match with one of the allowed audiences 'https://management.core.windows.net/','https://management.core.windows.net','https://management.azure.com/','https://management.azure.com'.",
            caller.audience
        );
        return Err(refuse("InvalidAuthenticationTokenAudience", &text));
    }
    if subscription.is_some() && !tenant.eq_ignore_ascii_case(&caller.tenant) {
        let text = format!(
            "The access token is from the wrong issuer '{}'. It must match the tenant 'https://sts.windows.net/{tenant}/' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/{tenant}' to get the token. Note, if the subscription is transferred to another tenant there is no impact to the services, but information about new tenant could take time to propagate (up to an hour). If you just transferred your subscription and see this error message, please try back later.",
            caller.issuer()
        );
        return Err(refuse("InvalidAuthenticationTokenTenant", &text));
    }
    Ok(caller)
}

/// Refuses unless one of the caller's effective roles allows the action at the scope.
fn authorize(
    world: &World,
    caller: &Caller,
    action: &str,
    scope: &str,
    now: OffsetDateTime,
) -> Result<(), Reply> {
    let allowed = world.denied_by(&caller.object_id, scope, action, false).is_none()
        && world.effective_roles(&caller.object_id, scope, now).iter().any(|(role, _)| role.allows(action));
    if allowed {
        return Ok(());
    }
    let text = format!(
        "The client '{}' with object id '{}' does not have authorization to perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
        caller.app_id, caller.object_id
    );
    Err(error(403, "AuthorizationFailed", &text))
}

/// Refuses a write below a lock: `ReadOnly` refuses every one, `CanNotDelete` a deletion. The words are the service's.
fn unlocked(world: &World, target: &str, delete: bool) -> Result<(), Reply> {
    let in_the_way: Vec<&str> = world
        .locks
        .iter()
        .filter(|lock| (delete || lock.level == "ReadOnly") && ids::covers(&lock.scope, target))
        .map(|lock| lock.scope.as_str())
        .collect();
    if in_the_way.is_empty() {
        return Ok(());
    }
    let text = format!(
        "The scope '{target}' cannot perform {} operation because following scope(s) are locked: '{}'. Please remove the lock and try again.",
        if delete { "delete" } else { "write" },
        in_the_way.join(",")
    );
    Err(error(409, "ScopeLocked", &text))
}

/// Refuses a write that an Azure Policy denies. Message and members are the service's as tools print them, the envelope around them
/// is the one that ARM documents.
fn allowed_by_policy(world: &World, target: &str) -> Result<(), Reply> {
    let Some(denial) = world.denials.iter().find(|denial| ids::covers(&denial.scope, target)) else {
        return Ok(());
    };
    let name = target.rsplit('/').next().unwrap_or_default();
    let subscription = ids::subscription_of(target).unwrap_or_default();
    let assignment = format!(
        "/subscriptions/{subscription}/providers/Microsoft.Authorization/policyAssignments/{}",
        denial.name
    );
    let definition = format!("/providers/Microsoft.Authorization/policyDefinitions/{}", denial.definition);
    let identifiers = json!([{
        "policyAssignment": {"name": denial.display_name, "id": assignment},
        "policyDefinition": {"name": denial.display_name, "id": definition},
    }]);
    Err(Reply::json(
        403,
        &json!({"error": {
            "code": "RequestDisallowedByPolicy", "target": name,
            "message": format!("Resource '{name}' was disallowed by policy. Policy identifiers: '{identifiers}'."),
            "additionalInfo": [{"type": "PolicyViolation", "info": {
                "policyDefinitionDisplayName": denial.display_name, "policyDefinitionId": definition,
                "policyDefinitionName": denial.definition, "policyDefinitionEffect": "deny",
                "policyAssignmentId": assignment, "policyAssignmentName": denial.name,
                "policyAssignmentDisplayName": denial.display_name, "policyAssignmentScope": denial.scope,
            }}],
        }}),
    ))
}

/// Refuses an api-version that the resource type does not have.
fn require_version(call: &Call, kind: &str, known: &[&str]) -> Result<(), Reply> {
    let version = call.query("api-version").unwrap_or_default();
    if known.contains(&version) {
        return Ok(());
    }
    let text = format!(
        "The resource type '{kind}' does not support the api-version '{version}'. The supported api-versions are '{}'.",
        known.join(", ")
    );
    Err(error(400, "InvalidResourceType", &text))
}

/// Whether a list is wanted without what stands below its scope (`$filter=atScope()`).
fn at_scope_only(call: &Call) -> bool {
    call.query("$filter").is_some_and(|filter| filter.trim().eq_ignore_ascii_case("atScope()"))
}

/// The JSON body of a write.
fn body(call: &Call) -> Result<Value, Reply> {
    call.json().ok_or_else(|| {
        let text = "The request content was invalid and could not be deserialized: a JSON object with content type 'application/json' is expected.";
        error(400, "InvalidRequestContent", text)
    })
}

fn method_not_allowed(call: &Call) -> Reply {
    let text = format!("The requested resource does not support http method '{}'.", call.method);
    error(405, "HttpMethodNotAllowed", &text)
}

fn subscription_not_found(id: &str) -> Reply {
    error(404, "SubscriptionNotFound", &format!("The subscription '{id}' could not be found."))
}

fn group_not_found(name: &str) -> Reply {
    error(404, "ResourceGroupNotFound", &format!("Resource group '{name}' could not be found."))
}

fn resource_not_found(kind_and_name: &str, group: &str) -> Reply {
    let text = format!(
        "The Resource '{kind_and_name}' under resource group '{group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    );
    error(404, "ResourceNotFound", &text).with("x-ms-failure-cause", "gateway")
}

/// ARM's error envelope.
fn error(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, &json!({"error": {"code": code, "message": message}}))
}
