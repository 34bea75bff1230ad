//! `preflight`: whether a vault, a key and the grants on them will carry a cluster. Only reads.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::{Extensions, HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use byok_core::wire::{NewPreflight, PreflightView};
use futures_util::{Stream, StreamExt as _};

use crate::error::{ApiError, ApiResult, Kind};
use crate::extract;
use crate::ledger::now;
use crate::limits::{Allowance, Refused};
use crate::preflight::{Clouds, LIMIT, PreflightEvent, Request, Run, events};
use crate::state::Proxy;

/// Looks at a vault, a key and the grants on them; with `Accept: text/event-stream` each verdict as it is known (event
/// `verdict`), then everything (event `done`)
#[utoipa::path(post, path = "/api/v1/preflight", tag = "preflight", request_body = NewPreflight,
    responses(
        (status = 200, description = "Everything that was found", content(
            (PreflightView = "application/json"), (PreflightView = "text/event-stream"))),
        (status = 422, description = "IDs or tokens that cannot be used; nobody was asked anything"),
        (status = 429, description = "Asked too often, or about too many vaults; `Retry-After` says when to come back")))]
pub(crate) async fn preflight(
    State(proxy): State<Proxy>,
    headers: HeaderMap,
    extensions: Extensions,
    extract::Json(request): extract::Json<NewPreflight>,
) -> ApiResult<Response> {
    let request = Request::read(&request, proxy.max_cku(), now()).map_err(|findings| {
        let detail = "Nothing was looked at: look at the marked fields.";
        ApiError::new(Kind::NOT_MET, detail).with(findings)
    })?;
    let taken = proxy.limits().take(
        super::caller(&proxy, &extensions),
        request.target.vault.name().as_str(),
        Instant::now(),
    );
    taken.map_err(|why| refused(why, proxy.limits().allowance()))?;
    let registered = proxy.ledger().registered_keys().await.map_err(ApiError::unread)?;
    let clouds =
        Clouds { azure: proxy.azure().clone(), confluent: Some(proxy.confluent().clone()), registered };
    let run = Run::new(request, clouds, LIMIT);
    if wants_events(&headers) {
        let stream = Sse::new(stream(run, &proxy));
        let alive = KeepAlive::new().interval(Duration::from_secs(15));
        return Ok(stream.keep_alive(alive).into_response());
    }
    let mut all = std::pin::pin!(events(run));
    while let Some(event) = all.next().await {
        if let PreflightEvent::Done(view) = event {
            return Ok(Json(view).into_response());
        }
    }
    Err(ApiError::internal("a preflight ended without a result"))
}

/// The run as events, until it ends or the server is about to.
fn stream(run: Run, proxy: &Proxy) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let mut stopping = proxy.stopping();
    let stopped = async move {
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    events(run).take_until(Box::pin(stopped)).map(|event| {
        Ok(match event {
            PreflightEvent::Verdict(view) => named("verdict", serde_json::to_string(&view)),
            PreflightEvent::Done(view) => named("done", serde_json::to_string(&view)),
        })
    })
}

fn named(name: &str, data: serde_json::Result<String>) -> Event {
    Event::default().event(name).data(data.unwrap_or_default())
}

fn wants_events(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|accept| accept.to_str().ok())
        .flat_map(|accept| accept.split(','))
        .filter_map(|kind| kind.split(';').next())
        .any(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream"))
}

fn refused(refused: Refused, allowance: Allowance) -> ApiError {
    let (seconds, what) = match refused {
        Refused::TooOften(seconds) => (seconds, "Preflights were asked for too often".to_owned()),
        Refused::TooManyVaults(seconds) => {
            let most = allowance.vaults_per_ten_minutes;
            (seconds, format!("Within ten minutes, the limit of different vaults ({most}) was looked at"))
        }
    };
    ApiError::new(Kind::TOO_OFTEN, format!("{what}. Nothing was looked at. Try again in {seconds} seconds."))
        .after(seconds)
}
