//! Microsoft Entra ID at `login.microsoftonline.com`: discovery, signing keys, and tokens for client credentials.
//!
//! Source: Microsoft identity platform, "OAuth 2.0 client credentials flow" and "`OpenID` Connect"; error texts by AADSTS number,
//! put together of documented pieces.

use serde_json::{Value, json};
use time::macros::format_description;
use uuid::Uuid;

use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::material::{Material, Public};
use crate::token::{Caller, KEY_ID, LIFETIME};
use crate::world::World;

const HOST: &str = "https://login.microsoftonline.com";

/// What a token may be asked for; a trailing slash is kept in `aud` as Entra does for v1 resources.
const RESOURCES: &[&str] = &[
    "https://management.azure.com",
    "https://management.core.windows.net",
    "https://graph.microsoft.com",
    "https://vault.azure.net",
];

/// Answers one call.
pub(crate) fn answer(world: &World, signing: &Material, call: &Call) -> Reply {
    let reply = route(world, signing, call).unwrap_or_else(|reply| reply);
    reply
        .with("x-ms-request-id", Uuid::new_v4().to_string())
        .with("cache-control", "no-store, no-cache")
        .with("strict-transport-security", "max-age=31536000; includeSubDomains")
}

fn route(world: &World, signing: &Material, call: &Call) -> Outcome {
    match (call.method.as_str(), call.parts().as_slice()) {
        ("GET", ["common", "discovery", "instance"]) => instance_discovery(call),
        ("GET", [tenant, ".well-known", "openid-configuration"]) => configuration(world, call, tenant, false),
        ("GET", [tenant, "v2.0", ".well-known", "openid-configuration"]) => {
            configuration(world, call, tenant, true)
        }
        ("GET", [_, "discovery", "v2.0", "keys"] | [_, "discovery", "keys"]) => keys(signing),
        ("POST", [tenant, "oauth2", "v2.0", "token"]) => token(world, signing, call, tenant),
        (_, [_, "oauth2", "v2.0", "token"]) => Err(Reply::empty(405).with("allow", "POST")),
        _ => Err(Reply::empty(404)),
    }
}

fn instance_discovery(call: &Call) -> Outcome {
    let host = call
        .query("authorization_endpoint")
        .and_then(|endpoint| endpoint.strip_prefix("https://"))
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default();
    if !["login.microsoftonline.com", "login.windows.net", "login.microsoft.com"].contains(&host) {
        return Err(failure(call, 400, "invalid_instance", 50049, "Unknown or invalid instance."));
    }
    Ok(Reply::json(
        200,
        &json!({
            "tenant_discovery_endpoint": format!("{HOST}/common/v2.0/.well-known/openid-configuration"),
            "api-version": call.query("api-version").unwrap_or("1.1"),
            "metadata": [{
                "preferred_network": "login.microsoftonline.com",
                "preferred_cache": "login.windows.net",
                "aliases": ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
            }],
        }),
    ))
}

fn configuration(world: &World, call: &Call, asked: &str, second: bool) -> Outcome {
    let tenant = match asked {
        "common" | "organizations" => "{tenantid}".to_owned(),
        _ => world.tenant(asked).ok_or_else(|| unknown_tenant(call, asked))?.id.clone(),
    };
    let (path, issuer) = if second {
        ("/v2.0", format!("{HOST}/{tenant}/v2.0"))
    } else {
        ("", format!("https://sts.windows.net/{tenant}/"))
    };
    let place = if tenant.starts_with('{') { asked } else { tenant.as_str() };
    Ok(Reply::json(
        200,
        &json!({
            "token_endpoint": format!("{HOST}/{place}/oauth2{path}/token"),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": format!("{HOST}/{place}/discovery{path}/keys"),
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": issuer,
            "authorization_endpoint": format!("{HOST}/{place}/oauth2{path}/authorize"),
            "device_authorization_endpoint": format!("{HOST}/{place}/oauth2{path}/devicecode"),
            "end_session_endpoint": format!("{HOST}/{place}/oauth2{path}/logout"),
            "tenant_region_scope": "EU",
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
            "rbac_url": "https://pas.windows.net",
        }),
    ))
}

fn keys(signing: &Material) -> Outcome {
    let Some(Public::Rsa { n, e }) = signing.public() else { return Err(Reply::empty(500)) };
    Ok(Reply::json(
        200,
        &json!({"keys": [{"kty": "RSA", "use": "sig", "kid": KEY_ID, "x5t": KEY_ID, "alg": "RS256", "n": n, "e": e}]}),
    ))
}

fn token(world: &World, signing: &Material, call: &Call, asked: &str) -> Outcome {
    let form: Vec<(String, String)> = form_urlencoded::parse(&call.body).into_owned().collect();
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let need = |name: &str| {
        field(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            let text = format!("The request body must contain the following parameter: '{name}'.");
            failure(call, 400, "invalid_request", 900_144, &text)
        })
    };
    let grant = need("grant_type")?;
    let client = need("client_id")?;
    let tenant = world.tenant(asked).ok_or_else(|| unknown_tenant(call, asked))?;
    if grant != "client_credentials" {
        let text = format!("The app requested an unsupported grant type '{grant}'.");
        return Err(failure(call, 400, "unsupported_grant_type", 70_003, &text));
    }
    let Some(principal) = world.principal(&tenant.id, client).filter(|_| ids::is_guid(client)) else {
        let text = format!(
            "Application with identifier '{client}' was not found in the directory '{}'. This can happen if the application \
             has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may \
             have sent your authentication request to the wrong tenant.",
            tenant.name
        );
        return Err(failure(call, 400, "unauthorized_client", 700_016, &text));
    };
    if !principal.enabled {
        let text = format!("Application '{client}'({}) is disabled.", principal.name);
        return Err(failure(call, 401, "unauthorized_client", 7_000_112, &text));
    }
    let scope = need("scope")?;
    let secret = field("client_secret").ok_or_else(|| {
        let text =
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        failure(call, 401, "invalid_client", 7_000_218, text)
    })?;
    if world.secret_of(client) != Some(secret) {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the \
             client secret ID, for a secret added to app '{client}'."
        );
        return Err(failure(call, 401, "invalid_client", 7_000_215, &text));
    }
    let Some(audience) = scope.strip_suffix("/.default") else {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(failure(call, 400, "invalid_scope", 1_002_012, &text));
    };
    if !RESOURCES.contains(&audience.trim_end_matches('/')) {
        let text = format!(
            "The resource principal named {audience} was not found in the tenant named {}.",
            tenant.name
        );
        return Err(failure(call, 400, "invalid_resource", 500_011, &text));
    }
    let caller = Caller {
        tenant: tenant.id.clone(),
        object_id: principal.object_id.clone(),
        app_id: principal.app_id.clone(),
        audience: audience.to_owned(),
    };
    let token = caller.token(signing, call.now).ok_or_else(|| Reply::empty(500))?;
    Ok(Reply::json(
        200,
        &json!({"token_type": "Bearer", "expires_in": LIFETIME, "ext_expires_in": LIFETIME, "access_token": token}),
    ))
}

fn unknown_tenant(call: &Call, tenant: &str) -> Reply {
    let text = format!(
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct \
         cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
    );
    let error = if call.method == "POST" { "invalid_request" } else { "invalid_tenant" };
    failure(call, 400, error, 90_002, &text)
}

/// Entra's error envelope.
fn failure(call: &Call, status: u16, error: &str, number: u32, text: &str) -> Reply {
    let (trace, correlation) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
    let shape = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]Z");
    let moment = call.now.format(&shape).unwrap_or_default();
    let body: Value = json!({
        "error": error,
        "error_description": format!(
            "AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {moment}"
        ),
        "error_codes": [number], "timestamp": moment, "trace_id": trace, "correlation_id": correlation,
        "error_uri": format!("{HOST}/error?code={number}"),
    });
    Reply::json(status, &body)
}
