//! `clusters`: the one route that starts costing money.

use axum::Json;
use axum::extract::State;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use byok_core::wire::{IDEMPOTENCY_HEADER, NewCluster, OperationView};

use crate::creation;
use crate::error::{ApiError, ApiResult, Kind};
use crate::extract;
use crate::state::Proxy;

/// Creates a Dedicated cluster with a self-managed key, once for each `Idempotency-Key`
#[utoipa::path(post, path = "/api/v1/clusters", tag = "clusters", request_body = NewCluster,
    params(("idempotency-key" = String, Header, description = "Names the draft: 8 to 128 visible characters")),
    responses(
        (status = 202, description = "Recorded and on its way, or still on its way", body = OperationView),
        (status = 200, description = "This draft was sent before and its operation has ended", body = OperationView)))]
pub(crate) async fn create(
    State(proxy): State<Proxy>,
    headers: HeaderMap,
    extensions: Extensions,
    extract::Json(wanted): extract::Json<NewCluster>,
) -> ApiResult<Response> {
    let (draft, actor) = (draft(&headers)?.to_owned(), super::actor(&proxy, &extensions));
    let submitted = {
        let proxy = proxy.clone();
        async move { creation::submit(&proxy, &draft, wanted, &actor).await }
    };
    let operation = super::to_the_end(submitted).await?;
    let status = if operation.state.is_final() { StatusCode::OK } else { StatusCode::ACCEPTED };
    let location =
        HeaderValue::try_from(format!("/api/v1/operations/{}", operation.id)).map_err(ApiError::internal)?;
    let view = proxy.ledger().view(operation).await.map_err(ApiError::unread)?;
    Ok((status, [(header::LOCATION, location)], Json(view)).into_response())
}

fn draft(headers: &HeaderMap) -> ApiResult<&str> {
    let draft = headers.get(IDEMPOTENCY_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if (8..=128).contains(&draft.len()) && draft.bytes().all(|c| c.is_ascii_graphic()) {
        return Ok(draft);
    }
    let detail = "Creating a cluster needs the header `Idempotency-Key` with 8 to 128 visible characters, one value a draft, so that the same click never creates two.";
    Err(ApiError::new(Kind::BAD_REQUEST, detail).about(
        "request.field-missing",
        IDEMPOTENCY_HEADER,
        "The header `Idempotency-Key` is missing or not usable.",
        "Send a random value, and the same one whenever this draft is sent again.",
    ))
}
