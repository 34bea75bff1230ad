//! For those who run the server: is it alive, is it ready, what did it do, what does it offer.

use std::sync::OnceLock;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::{ApiError, ApiResult};
use crate::state::Proxy;

/// The process runs
#[utoipa::path(get, path = "/livez", tag = "health", responses((status = 200, description = "Alive", body = String)))]
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// The process can do its work: the ledger can be read. The clouds are not asked
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, description = "Ready", body = String), (status = 503, description = "The ledger cannot be read", body = String)))]
pub(crate) async fn ready(State(proxy): State<Proxy>) -> Response {
    if proxy.ledger().is_ready().await {
        "ok\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the ledger cannot be read\n").into_response()
    }
}

/// Counters in Prometheus' text form
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, description = "Counters", body = String, content_type = "application/openmetrics-text")))]
pub(crate) async fn metrics(State(proxy): State<Proxy>) -> ApiResult<Response> {
    let text = proxy.metrics().text().map_err(ApiError::internal)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// This document
#[utoipa::path(get, path = "/api/openapi.json", tag = "health",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub(crate) async fn document(State(proxy): State<Proxy>) -> ApiResult<Response> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = match TEXT.get() {
        Some(text) => text,
        None => {
            let text = super::routes(&proxy).1.to_json().map_err(ApiError::internal)?;
            TEXT.get_or_init(|| text)
        }
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response())
}
