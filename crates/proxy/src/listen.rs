//! Where the server listens: on loopback, and nowhere else until there is a way to sign in. And how it serves each
//! connection: HTTP/1.1, which every browser and every proxy in front speaks.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// An address that others could reach.
    #[error(
        "`{0}` could be reached from other machines, and there is no sign-in yet, so anybody there could register keys and create clusters. Listen on `127.0.0.1` or `[::1]`"
    )]
    NotLoopback(SocketAddr),
    /// Taken by another program.
    #[error("port {port} is already in use. Stop the other program, or choose another port: `--listen {ip}:0` takes any free one", port = .0.port(), ip = .0.ip())]
    Busy(SocketAddr),
    /// Anything else.
    #[error("cannot listen on `{0}`: {1}")]
    Refused(SocketAddr, std::io::Error),
}

/// Listens on `address`. Port 0 takes any free port.
///
/// # Errors
/// When the address is not loopback, is taken, or the system refuses.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ListenError> {
    if !address.ip().is_loopback() {
        return Err(ListenError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => ListenError::Busy(address),
        _ => ListenError::Refused(address, error),
    })
}

/// How long a connection waits for the head of its next request. Longer than proxies in front keep an idle connection
/// (commonly 60 seconds), so that it is they who close it, and never while they send.
const PATIENCE: Duration = Duration::from_secs(75);

/// Serves each connection until `shutdown` is done, then takes no new one and lets running requests finish.
///
/// axum's own loop looks first whether a connection speaks HTTP/2, which costs eight kilobytes for as long as it lasts:
/// a third of what somebody who watches needs. It also waits for ever for a request's head.
pub(crate) async fn serve(mut listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) {
    let connections = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, from) = tokio::select! {
            connection = Listener::accept(&mut listener) => connection,
            () = &mut shutdown => break,
        };
        let router = router.clone();
        let answer = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(from));
            router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .serve_connection(TokioIo::new(stream), answer);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    connections.shutdown().await;
}
