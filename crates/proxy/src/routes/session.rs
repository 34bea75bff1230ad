//! `session`: what this server is, and the exchange of the one-time token.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use byok_core::wire::{SessionView, SignIn};

use crate::creation::SWITCHED_OFF;
use crate::error::{ApiError, ApiResult, Kind};
use crate::extract;
use crate::state::Proxy;

/// What this server is and what the caller may do on it
#[utoipa::path(get, path = "/api/v1/session", tag = "session",
    responses((status = 200, description = "The session", body = SessionView)))]
pub(crate) async fn show(State(proxy): State<Proxy>, headers: HeaderMap) -> Json<SessionView> {
    let signed_in = proxy.sessions().knows(&headers);
    Json(view(&proxy, signed_in))
}

/// Exchanges the one-time token of the printed address for a cookie
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = SignIn,
    responses((status = 200, description = "Let in", body = SessionView)))]
pub(crate) async fn sign_in(
    State(proxy): State<Proxy>,
    extract::Json(body): extract::Json<SignIn>,
) -> ApiResult<Response> {
    if proxy.sessions().is_open() {
        return Ok(Json(view(&proxy, true)).into_response());
    }
    let fresh = crate::random::token().map_err(ApiError::internal)?;
    let Some(cookie) = proxy.sessions().sign_in(&body.token, fresh.into()) else {
        return Err(ApiError::new(
            Kind::SIGN_IN,
            "This token is wrong, or was used before: it works once. Start `byok serve` again and open the address that it prints.",
        ));
    };
    Ok(([(header::SET_COOKIE, cookie)], Json(view(&proxy, true))).into_response())
}

fn view(proxy: &Proxy, signed_in: bool) -> SessionView {
    let is_sandbox = proxy.is_sandbox();
    SessionView {
        mode: if is_sandbox { "sandbox" } else { "live" }.to_owned(),
        signed_in,
        can_create: proxy.can_create(),
        create_refused: (!proxy.can_create()).then(|| SWITCHED_OFF.to_owned()),
        max_cku: proxy.max_cku(),
        price_per_cku_hour: proxy.price_per_cku_hour().map(ToString::to_string),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}
