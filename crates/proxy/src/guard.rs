//! What every request must pass before a handler sees it, in this order, each check with its reason.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use byok_core::wire::WRITE_HEADER;
use futures_util::StreamExt as _;

use crate::error::{ApiError, ApiResult, Kind};
use crate::state::Proxy;

/// Largest request body in bytes; the largest honest one is well below 4 KiB.
pub(crate) const LARGEST_BODY: usize = 64 * 1024;
/// How much of a body that is too large is read and thrown away, so that its sender gets to read the answer.
const DRAINED: usize = 16 * 1024 * 1024;

struct Head<'a> {
    proxy: &'a Proxy,
    request: &'a Request,
}

type Check = fn(&Head<'_>) -> ApiResult<()>;

/// The checks, first to last.
const CHECKS: &[Check] = &[
    // A page whose own name was pointed at 127.0.0.1 (DNS rebinding) sends its own name: nothing is answered to it.
    served_host,
    // A foreign page may not even ask the API: an answer that it cannot read may still take time or be counted.
    not_cross_site,
    // A form or an image of a foreign page cannot send JSON, our header, or our origin.
    own_write,
    // Another program or user on this machine has neither token nor cookie.
    signed_in,
    // Nobody needs more, and memory is finite.
    small_body,
];

/// Runs the checks; the first that objects answers.
pub(crate) async fn guard(State(proxy): State<Proxy>, request: Request, next: Next) -> Response {
    let objection = CHECKS.iter().find_map(|check| check(&Head { proxy: &proxy, request: &request }).err());
    match objection {
        None => next.run(request).await,
        Some(error) => {
            drain(request).await;
            error.into_response()
        }
    }
}

fn served_host(head: &Head<'_>) -> ApiResult<()> {
    let named = host(head.request);
    if named.is_some_and(|named| head.proxy.serves(named)) {
        return Ok(());
    }
    Err(ApiError::new(
        Kind::UNKNOWN_HOST,
        format!(
            "This server does not answer under the name of this request. Open {} instead.",
            head.proxy.origin()
        ),
    ))
}

fn not_cross_site(head: &Head<'_>) -> ApiResult<()> {
    if !is_programmatic(head.request.uri().path()) {
        return Ok(());
    }
    match text(head.request.headers(), "sec-fetch-site") {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) => Err(foreign("The browser says that another site's page sent this request.")),
    }
}

fn own_write(head: &Head<'_>) -> ApiResult<()> {
    let headers = head.request.headers();
    if matches!(*head.request.method(), Method::GET | Method::HEAD) {
        return Ok(());
    }
    let origin = text(headers, header::ORIGIN.as_str());
    let own = host(head.request).map(|host| format!("http://{host}"));
    match (origin, own) {
        (Some(origin), Some(own)) if origin.eq_ignore_ascii_case(&own) => {}
        (None, _) => {
            return Err(foreign("A write needs the header `Origin` with the address of this server."));
        }
        _ => return Err(foreign("The `Origin` of this request is not this server's own page.")),
    }
    if text(headers, "sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return Err(foreign("The browser says that another site's page sent this request."));
    }
    if text(headers, WRITE_HEADER) != Some("1") {
        return Err(foreign(format!("A write needs the header `{WRITE_HEADER}: 1`.")));
    }
    let kind = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(ApiError::new(
            Kind::NOT_JSON,
            "A write needs the header `content-type: application/json`.",
        ));
    }
    Ok(())
}

/// What can be asked without being let in: whether one is, letting oneself in, and the form of the API.
const OPEN_TO_ALL: &[&str] = &["/api/v1/session", "/api/openapi.json"];

fn signed_in(head: &Head<'_>) -> ApiResult<()> {
    let path = head.request.uri().path();
    if !is_programmatic(path)
        || OPEN_TO_ALL.contains(&path)
        || head.proxy.sessions().knows(head.request.headers())
    {
        return Ok(());
    }
    Err(ApiError::new(
        Kind::SIGN_IN,
        "This server works with real clouds, so it answers only to the browser that opened the address printed by `byok serve`. If that address was used elsewhere, start `byok serve` again and open the new one.",
    ))
}

fn small_body(head: &Head<'_>) -> ApiResult<()> {
    let length = text(head.request.headers(), header::CONTENT_LENGTH.as_str());
    let length = length.and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > LARGEST_BODY as u64) { Err(too_large()) } else { Ok(()) }
}

/// The answer to a body beyond the limit.
pub(crate) fn too_large() -> ApiError {
    ApiError::new(Kind::TOO_LARGE, format!("A request may have at most {} KiB.", LARGEST_BODY / 1024))
}

fn foreign(detail: impl Into<String>) -> ApiError {
    ApiError::new(Kind::FOREIGN, detail)
}

/// Addresses that programs call, as opposed to those that a person opens.
fn is_programmatic(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/_sandbox")
}

/// The name that the request is for. An absolute address in the request line counts before `Host` (RFC 9112, 3.2.2).
fn host(request: &Request) -> Option<&str> {
    match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => text(request.headers(), header::HOST.as_str()),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

async fn drain(request: Request) {
    let mut body = request.into_body().into_data_stream();
    let mut seen = 0;
    let reading = async {
        while let Some(Ok(chunk)) = body.next().await {
            seen += chunk.len();
            if seen > DRAINED {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(std::time::Duration::from_secs(2), reading).await;
}
