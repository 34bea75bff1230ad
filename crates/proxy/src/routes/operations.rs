//! `operations`: the story of each creation, from the ledger. Watching one asks nothing of the clouds.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use byok_core::wire::{ListOf, OperationEvent, OperationView};
use futures_util::Stream;
use tokio::sync::{broadcast, watch};

use crate::error::{ApiError, ApiResult, Kind};
use crate::ledger::Operation;
use crate::state::Proxy;

/// All operations, newest first
#[utoipa::path(get, path = "/api/v1/operations", tag = "operations",
    responses((status = 200, description = "The operations", body = ListOf<OperationView>)))]
pub(crate) async fn list(State(proxy): State<Proxy>) -> ApiResult<Json<ListOf<OperationView>>> {
    let ledger = proxy.ledger();
    let mut data = Vec::new();
    for operation in ledger.operations().await.map_err(ApiError::internal)? {
        data.push(ledger.view(operation).await.map_err(ApiError::internal)?);
    }
    Ok(Json(ListOf { data }))
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
    proxy.ledger().view(operation).await.map(Json).map_err(ApiError::internal)
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
    // Subscribed before the first read, so that nothing falls between.
    let changes = proxy.ledger().watch();
    let operation = one(&proxy, &id).await?;
    let last =
        headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|seq| seq.parse().ok());
    let last: u64 = last.unwrap_or(0);
    let rest = proxy.ledger().events_after(&id, last).await.map_err(ApiError::internal)?;
    if rest.is_empty() && operation.state.is_final() {
        // Tells a browser's EventSource not to come back.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let stopping = proxy.stopping();
    let watcher = Watcher { proxy, id, last, waiting: rest.into(), changes, stopping };
    Ok(Sse::new(stream(watcher))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
        .into_response())
}

struct Watcher {
    proxy: Proxy,
    id: String,
    last: u64,
    waiting: VecDeque<OperationEvent>,
    changes: broadcast::Receiver<String>,
    stopping: watch::Receiver<bool>,
}

fn stream(watcher: Watcher) -> impl Stream<Item = Result<Event, Infallible>> {
    futures_util::stream::unfold(watcher, |mut watcher| async move {
        let event = watcher.next().await?;
        let data = serde_json::to_string(&event).unwrap_or_default();
        Some((Ok(Event::default().id(event.seq.to_string()).data(data)), watcher))
    })
}

impl Watcher {
    /// The next step; none when the operation has ended, or the server is about to.
    async fn next(&mut self) -> Option<OperationEvent> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                self.last = event.seq;
                return Some(event);
            }
            let ledger = self.proxy.ledger();
            let operation = ledger.operation(&self.id).await.ok().flatten()?;
            self.waiting = ledger.events_after(&self.id, self.last).await.ok()?.into();
            if !self.waiting.is_empty() {
                continue;
            }
            if operation.state.is_final() || *self.stopping.borrow() {
                return None;
            }
            loop {
                tokio::select! {
                    changed = self.changes.recv() => match changed {
                        Ok(id) if id != self.id => {}
                        Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => break,
                        Err(broadcast::error::RecvError::Closed) => return None,
                    },
                    // Another proxy may write to the same ledger.
                    () = tokio::time::sleep(Duration::from_secs(5)) => break,
                    _ = self.stopping.changed() => return None,
                }
            }
        }
    }
}

async fn one(proxy: &Proxy, id: &str) -> ApiResult<Operation> {
    proxy.ledger().operation(id).await.map_err(ApiError::internal)?.ok_or_else(|| {
        ApiError::new(
            Kind::NOT_FOUND,
            "This server's ledger has no such operation. `/api/v1/operations` lists all of them.",
        )
    })
}
