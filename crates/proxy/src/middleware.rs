//! What surrounds every request, outermost first: its id and log line; the headers of the answer; a net for panics;
//! the guards (in [`crate::guard`]); the limit on bodies.

use std::any::Any;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;

use crate::error::{ApiError, Kind};
use crate::guard::{self, LARGEST_BODY};
use crate::headers::{self, PageAnswer};
use crate::state::Proxy;

/// On every answer; none is accepted from outside, so that a log line belongs to one request.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// The id of a request, for whoever writes it down.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

/// Puts everything around `router`. The last layer named is the outermost.
pub(crate) fn surround(router: Router, proxy: &Proxy) -> Router {
    router
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(proxy.clone(), guard::guard))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(proxy.clone(), headers::add))
        .layer(from_fn_with_state(proxy.clone(), identify))
}

/// Gives the request an id, logs it, counts it, and writes the body of a problem.
async fn identify(State(proxy): State<Proxy>, mut request: Request, next: Next) -> Response {
    let id = crate::random::short_id();
    let started = Instant::now();
    request.headers_mut().remove(REQUEST_ID);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("other", |route| route.as_str()).to_owned();
    let span = tracing::info_span!("request", id = %id);
    let answer = next.run(request).instrument(span.clone()).await;
    let mut answer = as_problem(answer, &path, &id);
    if let Ok(id) = HeaderValue::try_from(&id) {
        answer.headers_mut().insert(REQUEST_ID, id);
    }
    let elapsed = started.elapsed();
    let status = answer.status().as_u16();
    proxy.metrics().request(method.as_str(), &route, status, elapsed.as_secs_f64());
    span.in_scope(|| tracing::info!(%method, route, status, elapsed_ms = elapsed.as_millis(), "answered"));
    answer
}

/// Every error below `/api` is a problem, also those that the framework makes by itself.
fn as_problem(mut answer: Response, path: &str, id: &str) -> Response {
    let status = answer.status();
    let error = match answer.extensions_mut().remove::<ApiError>() {
        Some(error) => error,
        None if path.starts_with("/api") && (status.is_client_error() || status.is_server_error()) => {
            match status {
                StatusCode::METHOD_NOT_ALLOWED => wrong_method(),
                StatusCode::PAYLOAD_TOO_LARGE => guard::too_large(),
                status if status.is_server_error() => {
                    ApiError::internal(format!("an unexplained status {status}"))
                }
                _ => ApiError::new(Kind::BAD_REQUEST, "The address of this request could not be understood."),
            }
        }
        None => return answer,
    };
    let problem = error.into_problem(id);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    *answer.body_mut() = Body::from(body);
    answer
}

/// The answer where the address is right and the method is not; the framework adds `Allow`.
pub(crate) fn wrong_method() -> ApiError {
    ApiError::new(
        Kind::WRONG_METHOD,
        "The header `Allow` of this answer names the methods that this address takes.",
    )
}

fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let cause = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
        .to_owned();
    ApiError::internal(format!("a handler panicked: {cause}")).into_response()
}

/// Marks an answer as belonging to the page, for the headers and for the log.
pub(crate) fn of_the_page(mut answer: Response) -> Response {
    answer.extensions_mut().insert(PageAnswer);
    answer
}
