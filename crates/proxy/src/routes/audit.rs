//! `audit`: who did what, as a file.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use crate::error::{ApiError, ApiResult};
use crate::ledger::LedgerError;
use crate::state::Proxy;

/// Everything that was done through this server: JSON Lines, chained by hashes; `byok audit verify` follows the chain
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit",
    responses((status = 200, description = "One object a line, oldest first; the last line says how many there are",
        body = String, content_type = "application/x-ndjson")))]
pub(crate) async fn export(State(proxy): State<Proxy>) -> ApiResult<Response> {
    // A ledger that cannot be read is an answer of its own, not an empty file.
    let head = proxy.ledger().audit_head().await.map_err(ApiError::unread)?;
    let ledger = proxy.ledger().clone();
    // What is added while the export runs belongs to the next one.
    let lines = stream::try_unfold(Some(0), move |after| {
        let (ledger, head) = (ledger.clone(), head.clone());
        async move {
            let Some(after) = after else { return Ok::<_, LedgerError>(None) };
            match ledger.audit_between(after, head.lines).await? {
                Some((text, last)) => Ok(Some((text, Some(last)))),
                None => Ok(Some((head.end(), None))),
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"byok-audit.jsonl\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}
