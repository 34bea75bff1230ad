//! `operations`: the story of each creation, from the ledger. Watching one asks nothing of the clouds.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use byok_core::wire::{ListOf, NewDecision, OperationEvent, OperationView};
use futures_util::Stream;
use tokio::sync::watch;

use crate::creation;
use crate::error::{ApiError, ApiResult, Kind};
use crate::extract;
use crate::ledger::{Operation, Story};
use crate::state::Proxy;

/// How many operations are listed.
const NEWEST: u32 = 200;

/// The newest 200 operations, newest first
#[utoipa::path(get, path = "/api/v1/operations", tag = "operations",
    responses((status = 200, description = "The operations", body = ListOf<OperationView>)))]
pub(crate) async fn list(State(proxy): State<Proxy>) -> ApiResult<Json<ListOf<OperationView>>> {
    let data = proxy.ledger().newest(NEWEST).await.map_err(ApiError::unread)?;
    Ok(Json(ListOf { data }))
}

/// Decides about an operation that nobody else can end, and records who did and why
#[utoipa::path(post, path = "/api/v1/operations/{id}/decisions", tag = "operations", request_body = NewDecision,
    params(("id" = String, Path, description = "Operation, as `POST clusters` answered it")),
    responses(
        (status = 202, description = "Recorded; the operation as it is now", body = OperationView),
        (status = 409, description = "The operation does not wait for this decision")))]
pub(crate) async fn decide(
    State(proxy): State<Proxy>,
    Path(id): Path<String>,
    extensions: Extensions,
    extract::Json(wanted): extract::Json<NewDecision>,
) -> ApiResult<Response> {
    let operation = one(&proxy, &id).await?;
    let actor = super::actor(&proxy, &extensions);
    let decided = {
        let proxy = proxy.clone();
        async move { creation::decide(&proxy, operation, &wanted, &actor).await }
    };
    let operation = super::to_the_end(decided).await?;
    let view = proxy.ledger().view(operation).await.map_err(ApiError::unread)?;
    Ok((StatusCode::ACCEPTED, Json(view)).into_response())
}

/// One operation with its story
#[utoipa::path(get, path = "/api/v1/operations/{id}", tag = "operations",
    params(("id" = String, Path, description = "Operation, as `POST clusters` answered it")),
    responses((status = 200, description = "The operation", body = OperationView)))]
pub(crate) async fn show(
    State(proxy): State<Proxy>,
    Path(id): Path<String>,
) -> ApiResult<Json<OperationView>> {
    let operation = one(&proxy, &id).await?;
    proxy.ledger().view(operation).await.map(Json).map_err(ApiError::unread)
}

/// The story as it is written: server-sent events whose id is `seq`, resumed after `Last-Event-ID`
#[utoipa::path(get, path = "/api/v1/operations/{id}/events", tag = "operations",
    params(("id" = String, Path, description = "Operation, as `POST clusters` answered it"),
        ("last-event-id" = Option<String>, Header, description = "The last `seq` that was read")),
    responses(
        (status = 200, description = "Events, each the JSON of one step", body = OperationEvent, content_type = "text/event-stream"),
        (status = 204, description = "The operation has ended and everything was read")))]
pub(crate) async fn events(
    State(proxy): State<Proxy>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    one(&proxy, &id).await?;
    let last =
        headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|seq| seq.parse().ok());
    let last: u64 = last.unwrap_or(0);
    let story = proxy.ledger().watch(&id).await.map_err(ApiError::unread)?;
    let is_over = {
        let story = story.borrow();
        story.is_final && story.events.last().is_none_or(|(seq, _)| *seq <= last)
    };
    if is_over {
        // Tells a browser's EventSource not to come back.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let watcher = Watcher { last, story, stopping: proxy.stopping() };
    Ok(Sse::new(stream(watcher))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
        .into_response())
}

struct Watcher {
    /// The number of the last event that was sent.
    last: u64,
    story: watch::Receiver<Arc<Story>>,
    stopping: watch::Receiver<bool>,
}

fn stream(watcher: Watcher) -> impl Stream<Item = Result<Event, Infallible>> {
    futures_util::stream::unfold(watcher, |mut watcher| async move {
        let event = watcher.next().await?;
        Some((Ok(event), watcher))
    })
}

impl Watcher {
    /// The next event; none when the operation has ended, or the server is about to.
    async fn next(&mut self) -> Option<Event> {
        loop {
            {
                let story = self.story.borrow_and_update();
                if let Some((seq, json)) = story.events.iter().find(|(seq, _)| *seq > self.last) {
                    self.last = *seq;
                    return Some(Event::default().id(seq.to_string()).data(json));
                }
                if story.is_final || *self.stopping.borrow() {
                    return None;
                }
            }
            tokio::select! {
                changed = self.story.changed() => changed.ok()?,
                _ = self.stopping.changed() => return None,
            }
        }
    }
}

async fn one(proxy: &Proxy, id: &str) -> ApiResult<Operation> {
    proxy.ledger().operation(id).await.map_err(ApiError::unread)?.ok_or_else(|| {
        ApiError::new(
            Kind::NOT_FOUND,
            "This server's ledger has no such operation. `/api/v1/operations` lists all of them.",
        )
    })
}
