//! A small Azure on loopback. It is reached as a forward proxy in plain HTTP, so it sees the hosts that are meant; it
//! keeps what it is sent, and misbehaves on request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use super::cloud::{TENANT, VAULT};

pub(crate) const APPLICATION: &str = "33333333-3333-4333-8333-333333333333";
pub(crate) const PRINCIPAL: &str = "44444444-4444-4444-8444-444444444444";
const ENCRYPTION_USER: &str = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
const READER: &str = "21090545-7ca7-4776-b22c-e363652d74d2";

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn is_arm(&self) -> bool {
        self.host == "management.azure.com"
    }
    pub(crate) fn is_vault(&self) -> bool {
        self.host.ends_with(".vault.azure.net")
    }
    pub(crate) fn is_sign_in(&self) -> bool {
        self.path.ends_with("/oauth2/v2.0/token")
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    pub(crate) after: Duration,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string(), after: Duration::ZERO }
    }
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
    pub(crate) fn after(mut self, wait: Duration) -> Self {
        self.after = wait;
        self
    }
}

type Script = Box<dyn Fn(&Seen) -> Option<Reply> + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Sky {
    pub(crate) proxy: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Sky {
    /// A good vault with a good key and both roles.
    pub(crate) async fn start() -> Self {
        Self::with(|_| None).await
    }

    /// The same, but for what `script` answers itself.
    pub(crate) async fn with(script: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let (kept, script) = (Arc::clone(&seen), Arc::new(Box::new(script) as Script));
        let router = Router::new().fallback(async move |request: Request| {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.expect("a body").to_bytes();
            let one = Seen {
                method: parts.method.to_string(),
                host: parts.uri.host().unwrap_or_default().to_owned(),
                path: parts.uri.path().to_owned(),
                query: parts.uri.query().unwrap_or_default().to_owned(),
                authorization: parts
                    .headers
                    .get("authorization")
                    .map(|value| value.to_str().unwrap_or_default().to_owned()),
                body: String::from_utf8_lossy(&body).into_owned(),
            };
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(one.clone());
            let reply = script(&one).unwrap_or_else(|| good(&one));
            tokio::time::sleep(reply.after).await;
            let mut response =
                Response::builder().status(StatusCode::from_u16(reply.status).expect("a status"));
            for (name, value) in reply.headers {
                response = response.header(name, value);
            }
            response.body(Body::from(reply.body)).expect("an answer")
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let proxy = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { proxy, seen }
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many requests fit.
    pub(crate) fn count(&self, fits: impl Fn(&Seen) -> bool) -> usize {
        self.seen().iter().filter(|seen| fits(seen)).count()
    }
}

/// A token that says what it is for; nobody signed it.
pub(crate) fn token(audience: &str, expires: u64, mark: &str) -> String {
    token_of(TENANT, audience, expires, mark)
}

pub(crate) fn token_of(tenant: &str, audience: &str, expires: u64, mark: &str) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "aud": audience, "exp": expires, "tid": tenant, "mark": mark });
    format!("{}.{}.{mark}", part(json!({ "alg": "RS256" })), part(claims))
}

fn good(seen: &Seen) -> Reply {
    let bearer = seen.authorization.is_some();
    match seen.host.as_str() {
        "login.microsoftonline.com" if seen.is_sign_in() => {
            let scope = form_urlencoded::parse(seen.body.as_bytes())
                .find(|(name, _)| name == "scope")
                .map(|(_, scope)| scope.trim_end_matches("/.default").to_owned())
                .unwrap_or_default();
            let expires = crate::ledger::now() + 3600;
            let token = token(&scope, expires, "ours");
            Reply::json(200, &json!({ "token_type": "Bearer", "expires_in": 3600, "access_token": token }))
        }
        "login.microsoftonline.com" => {
            Reply::json(200, &json!({ "issuer": format!("https://login.microsoftonline.com/{TENANT}/v2.0") }))
        }
        "graph.microsoft.com" if seen.path.ends_with("/transitiveMemberOf") => {
            Reply::json(200, &json!({ "value": [] }))
        }
        "graph.microsoft.com" => {
            Reply::json(200, &json!({ "id": PRINCIPAL, "appId": APPLICATION, "accountEnabled": true }))
        }
        "management.azure.com" if !bearer => Reply::json(401, &json!({ "error": { "code": "AuthenticationFailed" } }))
            .with("www-authenticate", format!("Bearer authorization_uri=\"https://login.windows.net/{TENANT}\", error=\"invalid_token\"")),
        "management.azure.com" => arm(&seen.path),
        _ if !bearer => Reply::json(401, &json!({ "error": { "code": "Unauthorized" } }))
            .with("www-authenticate", format!("Bearer authorization=\"https://login.microsoftonline.com/{TENANT}\", resource=\"https://vault.azure.net\""))
            .with("x-ms-keyvault-region", "westeurope"),
        _ => vault(&seen.path),
    }
}

fn arm(path: &str) -> Reply {
    let last = path.rsplit('/').next().unwrap_or_default();
    let assignment = |role: &str| {
        json!({ "name": role, "properties": {
            "scope": VAULT, "principalId": PRINCIPAL, "principalType": "ServicePrincipal",
            "roleDefinitionId": format!("/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/{role}") } })
    };
    match last {
        "kv-kafka-prod" => Reply::json(
            200,
            &json!({
            "id": VAULT, "name": "kv-kafka-prod", "location": "westeurope",
            "properties": { "sku": { "family": "A", "name": "standard" }, "tenantId": TENANT, "accessPolicies": [],
                "enableRbacAuthorization": true, "enablePurgeProtection": true, "enableSoftDelete": true,
                "softDeleteRetentionInDays": 90, "publicNetworkAccess": "Enabled",
                "vaultUri": "https://kv-kafka-prod.vault.azure.net/", "provisioningState": "Succeeded" } }),
        ),
        "roleAssignments" => {
            Reply::json(200, &json!({ "value": [assignment(ENCRYPTION_USER), assignment(READER)] }))
        }
        "permissions" => Reply::json(200, &json!({ "value": [{ "actions": ["*"], "notActions": [] }] })),
        "locks" | "denyAssignments" | "deletedVaults" => Reply::json(200, &json!({ "value": [] })),
        "kafka-cluster" => Reply::json(
            200,
            &json!({ "properties": {
            "kty": "RSA", "keySize": 3072, "keyOps": ["wrapKey", "unwrapKey"],
            "attributes": { "enabled": true, "created": 1_700_000_000, "recoveryLevel": "Recoverable" } } }),
        ),
        _ => Reply::json(404, &json!({ "error": { "code": "ResourceNotFound" } })),
    }
}

fn vault(path: &str) -> Reply {
    let attributes = json!({ "enabled": true, "created": 1_700_000_000, "recoveryLevel": "Recoverable" });
    let kid = "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster/78deebed173b48e48f55abf87ed4cf71";
    match path {
        "/keys/kafka-cluster/" => {
            let modulus = URL_SAFE_NO_PAD.encode([0xab; 384]);
            Reply::json(
                200,
                &json!({ "attributes": attributes, "key": {
                "kid": kid, "kty": "RSA", "n": modulus, "e": "AQAB", "key_ops": ["wrapKey", "unwrapKey"] } }),
            )
        }
        "/keys/kafka-cluster/versions" => Reply::json(
            200,
            &json!({ "value": [{ "kid": kid, "attributes": attributes }], "nextLink": null }),
        ),
        "/keys/kafka-cluster/rotationpolicy" => Reply::json(
            200,
            &json!({
            "lifetimeActions": [{ "trigger": { "timeAfterCreate": "P90D" }, "action": { "type": "Rotate" } }] }),
        ),
        _ => Reply::json(
            404,
            &json!({ "error": { "code": "KeyNotFound", "message": "A key with (name/id) was not found." } }),
        ),
    }
}
