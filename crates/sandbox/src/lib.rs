//! Azure and Confluent Cloud, simulated: a forward proxy on loopback that answers for the clouds' own host names.
//!
//! Point any client at it with `HTTPS_PROXY` and trust its certificate authority, and production code (or the real Azure CLI) runs
//! unchanged against a small world of vaults, keys, roles and clusters. It forwards nothing: every other host is refused.
//!
//! It knows none of the product's own crates. What the clouds accept is judged here a second time, from the clouds' documents, so that a
//! rule that is wrong in the product is found out rather than agreed with.

mod arm;
mod authority;
mod call;
mod calls;
mod clouds;
mod confluent;
mod control;
mod entra;
mod faults;
mod graph;
mod ids;
mod material;
mod record;
mod roles;
mod token;
mod tunnel;
mod vault;
mod world;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use serde_json::Value;
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use authority::AuthorityError;

use crate::authority::Authority;
use crate::clouds::Clouds;
use crate::world::World;

/// What a sandbox is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; a loopback address. Port 0 picks a free one.
    pub listen: SocketAddr,
    /// Laid over the default world: what `POST /_sandbox/world` takes.
    pub world: Option<Value>,
    /// Where to write the authority's certificate (PEM, public), for `REQUESTS_CA_BUNDLE` and the like.
    pub ca_out: Option<PathBuf>,
}

/// Why a sandbox cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is reachable from outside.
    #[error(
        "the sandbox listens on loopback only, and {0} is not a loopback address; use 127.0.0.1 or [::1]"
    )]
    NotLoopback(SocketAddr),
    /// The address is taken or not allowed.
    #[error("the sandbox cannot listen on {address}: {source}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// No certificate authority.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The world that was given has a mistake in it.
    #[error("the world cannot be used: {0}")]
    World(String),
    /// The certificate cannot be written.
    #[error("the certificate cannot be written to {path}: {source}")]
    CaOut {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The sandbox ended although nobody asked it to.
    #[error("the sandbox stopped unexpectedly")]
    Stopped,
}

/// A running sandbox; dropping it ends it and all its connections.
pub struct Sandbox {
    addr: SocketAddr,
    clouds: Arc<Clouds>,
    accepting: JoinHandle<()>,
}

/// Starts a sandbox; it accepts connections when this returns.
///
/// # Errors
/// An address that is not loopback or is taken, a world with a mistake, a certificate file that cannot be written.
pub async fn start(options: Options) -> Result<Sandbox, Error> {
    let Options { listen, world: overrides, ca_out } = options;
    if !listen.ip().is_loopback() {
        return Err(Error::NotLoopback(listen));
    }
    let now = OffsetDateTime::now_utc();
    let (login, confluent) = world::credentials();
    let mut world = World::start(login, confluent, now);
    if let Some(overrides) = &overrides {
        world.change(overrides, now).map_err(Error::World)?;
    }
    let authority = Authority::new()?;
    if let Some(path) = &ca_out {
        let written = std::fs::write(path, authority.pem());
        written.map_err(|source| Error::CaOut { path: path.clone(), source })?;
    }
    let failed = |source| Error::Listen { address: listen, source };
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let addr = listener.local_addr().map_err(failed)?;
    let clouds = Arc::new(Clouds::new(world, overrides, authority, format!("http://{addr}"), ca_out));
    let control = control::router(Arc::clone(&clouds));
    let accepting = tokio::spawn(tunnel::accept(listener, Arc::clone(&clouds), control));
    Ok(Sandbox { addr, clouds, accepting })
}

impl Sandbox {
    /// The address it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What to put into `HTTPS_PROXY`.
    #[must_use]
    pub fn proxy_url(&self) -> String {
        self.clouds.proxy_url.clone()
    }

    /// The certificate authority that a client must trust, as PEM.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        self.clouds.authority.pem()
    }

    /// Keeps every exchange from now on, whole but for tokens, in a file: a line of JSON each.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn record(&self, path: &Path) -> io::Result<()> {
        *clouds::locked(&self.clouds.record) = Some(record::Record::open(path)?);
        Ok(())
    }

    /// All `/_sandbox/*` routes, to be merged beside other routes; the sandbox's own port has them too.
    pub fn control(&self) -> Router {
        control::router(Arc::clone(&self.clouds))
    }

    /// Runs until the future is dropped.
    ///
    /// # Errors
    /// [`Error::Stopped`] if it ends by itself, which it should not.
    pub async fn run(mut self) -> Result<(), Error> {
        let _ended = (&mut self.accepting).await;
        Err(Error::Stopped)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
