//! The proxy: a thin server between the wizard's page and Confluent Cloud.
//!
//! Typed routes, no pass-through of addresses, no secrets to the browser. It judges for itself before anything is
//! created, and creates one cluster a click, never two. It knows nothing of the sandbox but its address and authority.
//!
//! [`router`] is the whole server without a socket; [`serve`] puts it on one.

mod assets;
mod azure;
mod boundary;
mod confluent;
mod creation;
mod error;
mod extract;
mod guard;
mod headers;
mod ledger;
mod limits;
mod listen;
mod metrics;
mod middleware;
mod outbound;
mod preflight;
mod random;
mod routes;
mod session;
mod state;

#[cfg(test)]
mod tests;

use std::future::Future;

use axum::Router;
use axum::response::IntoResponse as _;
use tokio::net::TcpListener;

pub use assets::{AssetFile, Assets};
pub use azure::AzureIdentity;
pub use confluent::Credentials;
pub use ledger::{AuditReport, AuditWrong, LedgerAt, LedgerError, verify as verify_audit};
pub use limits::Allowance;
pub use listen::{ListenError, bind};
pub use outbound::{Outbound, SetUpError};
pub use preflight::{Inspector, PreflightEvent};
pub use secrecy::SecretString;
pub use state::{Config, Proxy, StartError};

/// The whole server.
pub fn router(proxy: &Proxy) -> Router {
    router_with(proxy, Router::new())
}

/// The whole server, with further routes behind the same guards. `extra` must not take addresses of this crate's own.
pub fn router_with(proxy: &Proxy, extra: Router) -> Router {
    let (router, _) = routes::routes(proxy);
    let page = Router::new().fallback(assets::serve).with_state(proxy.clone());
    let router = router
        .method_not_allowed_fallback(|| async { middleware::wrong_method().into_response() })
        .merge(extra.reset_fallback())
        .fallback_service(page);
    middleware::surround(router, proxy)
}

/// Answers on `listener` until `shutdown` is done, then lets running requests finish and closes the ledger.
pub async fn serve(listener: TcpListener, proxy: Proxy, extra: Router, shutdown: impl Future<Output = ()>) {
    let router = router_with(&proxy, extra);
    let stopping = proxy.clone();
    let shutdown = async move {
        shutdown.await;
        stopping.end_streams();
    };
    listen::serve(listener, router, shutdown).await;
    proxy.stop().await;
}
