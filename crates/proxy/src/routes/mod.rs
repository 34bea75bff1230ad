//! The routes. Each is declared once, by its handler, for the router and for the OpenAPI document alike.

mod audit;
mod clusters;
mod environments;
mod health;
pub(crate) mod keys;
mod operations;
mod preflight;
mod quotas;
mod regions;
mod session;

use axum::Router;
use byok_core::wire::Problem;
use utoipa::OpenApi;
use utoipa::openapi::{ContentBuilder, Ref, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use std::future::Future;
use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::Extensions;

use tracing::Instrument as _;

use crate::error::{ApiError, ApiResult};
use crate::ledger::Actor;
use crate::limits::Caller;
use crate::middleware::RequestId;
use crate::state::Proxy;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "BYOK Wizard",
        description = "The wizard's own server. Every error is a problem (RFC 9457). Every write needs JSON, the header `x-byok-wizard: 1` and a matching `Origin`.",
        license(name = "Apache-2.0 OR MIT")
    ),
    components(schemas(Problem))
)]
struct Document;

/// The routes and the document that describes them, still without what surrounds them.
pub(crate) fn routes(proxy: &Proxy) -> (Router, utoipa::openapi::OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(session::show, session::sign_in))
        .routes(routes!(regions::list))
        .routes(routes!(environments::list))
        .routes(routes!(environments::clusters))
        .routes(routes!(environments::networks))
        .routes(routes!(keys::list, keys::register))
        .routes(routes!(keys::show, keys::delete))
        .routes(routes!(preflight::preflight))
        .routes(routes!(quotas::list))
        .routes(routes!(clusters::create))
        .routes(routes!(operations::list))
        .routes(routes!(operations::show))
        .routes(routes!(operations::events))
        .routes(routes!(operations::decide))
        .routes(routes!(audit::export))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(health::document))
        .split_for_parts();
    problems(&mut document);
    #[cfg(test)]
    let router = router.route("/api/v1/panic", axum::routing::get(panic_on_purpose));
    (router.with_state(proxy.clone()), document)
}

/// The browser that was let in, or whoever is at the other end. A cookie counts only where the guards have checked it.
fn caller(proxy: &Proxy, extensions: &Extensions) -> Caller {
    match extensions.get::<ConnectInfo<SocketAddr>>() {
        _ if !proxy.sessions().is_open() => Caller::Session,
        Some(ConnectInfo(peer)) => Caller::Peer(peer.ip()),
        None => Caller::Local,
    }
}

/// Does something to its end even if whoever asked for it goes away meanwhile: half of it would be worse.
async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = ApiResult<T>> + Send + 'static,
) -> ApiResult<T> {
    tokio::spawn(work.in_current_span()).await.map_err(ApiError::internal)?
}

/// Who asks, for the record.
fn actor(proxy: &Proxy, extensions: &Extensions) -> Actor {
    let who = match caller(proxy, extensions) {
        Caller::Session => "session",
        Caller::Peer(_) | Caller::Local => "caller",
    };
    let from = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_string());
    let request_id = extensions.get::<RequestId>().map(|RequestId(id)| id.clone());
    Actor { who: who.to_owned(), from: from.unwrap_or_default(), request_id: request_id.unwrap_or_default() }
}

/// Every operation may end in a problem; said once here instead of at each handler.
fn problems(document: &mut utoipa::openapi::OpenApi) {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let problem = ResponseBuilder::new()
        .description("What went wrong, and how to fix it")
        .content("application/problem+json", content)
        .build();
    for path in document.paths.paths.values_mut() {
        let operations = [&mut path.get, &mut path.post, &mut path.delete, &mut path.put, &mut path.patch];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.insert("default".to_owned(), problem.clone().into());
        }
    }
}

#[cfg(test)]
async fn panic_on_purpose() -> &'static str {
    panic!("on purpose")
}
