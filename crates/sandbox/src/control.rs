//! `/_sandbox/*`: look at the world, change it, make things go wrong, start again.
//!
//! Errors are `{"error": "sentence"}`. A write needs a JSON content type and must not come from another site's page.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{any, get, post};
use hyper::body::Bytes;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::clouds::{Clouds, locked};
use crate::faults::Fault;
use crate::ids;
use crate::roles::{CRYPTO_SERVICE_ENCRYPTION_USER, KEY_VAULT_READER};
use crate::world::later;

/// All routes, ready to be merged beside others.
pub(crate) fn router(clouds: Arc<Clouds>) -> Router {
    Router::new()
        .route("/_sandbox/world", get(world).post(change))
        .route("/_sandbox/calls", get(calls))
        .route("/_sandbox/faults", post(add_fault))
        .route("/_sandbox/grant", post(grant))
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/{*rest}", any(nothing_here))
        .layer(from_fn(guard))
        .with_state(clouds)
}

/// One sentence and its status.
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

async fn guard(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let refuse = |status, text: &str| Refusal(status, text.into()).into_response();
    if !same_site(headers) {
        return refuse(StatusCode::FORBIDDEN, "Pages of other sites may not use the sandbox.");
    }
    let is_json =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| {
            kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
        });
    if request.method() != "GET" && request.method() != "HEAD" && !is_json {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send `content-type: application/json`.");
    }
    next.run(request).await
}

/// Whether there is no `Origin`, or one that names the host that was asked.
fn same_site(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    origin.is_some() && origin == text(header::HOST)
}

async fn world(State(clouds): State<Arc<Clouds>>) -> Json<Value> {
    Json(clouds.report())
}

async fn change(State(clouds): State<Arc<Clouds>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let wanted = parse(&body)?;
    clouds
        .world()
        .change(&wanted, OffsetDateTime::now_utc())
        .map_err(|text| Refusal(StatusCode::BAD_REQUEST, text))?;
    Ok(Json(clouds.report()))
}

async fn calls(State(clouds): State<Arc<Clouds>>) -> Json<Value> {
    Json(locked(&clouds.calls).all())
}

async fn add_fault(
    State(clouds): State<Arc<Clouds>>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let fault = Fault::parse(&parse(&body)?).map_err(|text| Refusal(StatusCode::BAD_REQUEST, text))?;
    let mut faults = locked(&clouds.faults);
    faults.push(fault);
    Ok((StatusCode::CREATED, Json(json!({"waiting": faults.len()}))))
}

/// What the snippet does, for someone without the Azure CLI: the principal and both role assignments.
async fn grant(State(clouds): State<Arc<Clouds>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let wanted = parse(&body)?;
    let text = |name: &str| {
        wanted
            .get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| Refusal(StatusCode::BAD_REQUEST, format!("`{name}` is missing or not text.")))
    };
    let (key_vault_id, application_id) = (text("key_vault_id")?, text("application_id")?);
    if !ids::is_guid(application_id) {
        return Err(Refusal(
            StatusCode::BAD_REQUEST,
            format!("Application `{application_id}` is not a GUID."),
        ));
    }
    let now = OffsetDateTime::now_utc();
    let mut world = clouds.world();
    let unknown = |text: String| Refusal(StatusCode::NOT_FOUND, text);
    let vault = world.vault_by_id(key_vault_id).ok_or_else(|| {
        unknown(format!("The sandbox has no vault `{key_vault_id}`; put it in with POST /_sandbox/world."))
    })?;
    let (tenant, scope) = (vault.tenant.clone(), vault.id());
    if !world.applications.iter().any(|application| application.app_id.eq_ignore_ascii_case(application_id)) {
        return Err(unknown(format!("No registered key has the application ID `{application_id}`.")));
    }
    let principal = world.ensure_principal(&tenant, application_id, now);
    let seconds = match wanted.get("propagation_seconds") {
        None => world.timing.role_propagation,
        Some(value) => {
            value.as_f64().filter(|seconds| (0.0..=10_000_000.0).contains(seconds)).ok_or_else(|| {
                Refusal(
                    StatusCode::BAD_REQUEST,
                    "`propagation_seconds` is a number of seconds, 0 or more.".into(),
                )
            })?
        }
    };
    let effective = later(now, seconds);
    for role in [CRYPTO_SERVICE_ENCRYPTION_USER, KEY_VAULT_READER] {
        world.ensure_assignment(&scope, role, &principal, now, effective);
    }
    Ok(Json(json!({"principal_id": principal, "role_propagation_seconds": seconds})))
}

async fn reset(State(clouds): State<Arc<Clouds>>) -> Result<Json<Value>, Refusal> {
    clouds.reset().map_err(|text| Refusal(StatusCode::INTERNAL_SERVER_ERROR, text))?;
    Ok(Json(clouds.report()))
}

async fn nothing_here() -> Refusal {
    Refusal(
        StatusCode::NOT_FOUND,
        "The sandbox has /_sandbox/world, /_sandbox/calls, /_sandbox/faults, /_sandbox/grant and /_sandbox/reset.".into(),
    )
}

fn parse(body: &Bytes) -> Result<Value, Refusal> {
    serde_json::from_slice(body)
        .map_err(|error| Refusal(StatusCode::BAD_REQUEST, format!("The body is not JSON: {error}.")))
}
