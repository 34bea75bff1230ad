//! Where the server listens: on loopback, and nowhere else until there is a way to sign in.

use std::net::SocketAddr;

use tokio::net::TcpListener;

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
