//! How the clouds are reached, once for every client.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Certificate, ClientBuilder};
use tokio::sync::Semaphore;

/// Clouds ask for `name/version (address; contact)`.
const USER_AGENT: &str =
    concat!("byok-wizard/", env!("CARGO_PKG_VERSION"), " (", env!("CARGO_PKG_REPOSITORY"), ")");

/// Why a client could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// A certificate could not be read.
    #[error("the root certificate cannot be used: {0}")]
    Certificate(String),
    /// The TLS library or the proxy address was refused.
    #[error("the client for the clouds cannot be set up: {0}")]
    Client(String),
    /// What the server should sign in to Azure with cannot be used.
    #[error("the server cannot sign in to Azure as set: {0}")]
    Identity(String),
}

/// How the clouds are reached.
#[derive(Clone, Debug)]
pub enum Outbound {
    /// The real clouds. `HTTPS_PROXY` and `NO_PROXY` of the environment are honoured.
    Live {
        /// A further root certificate in PEM, for companies whose proxy opens TLS.
        extra_ca_pem: Option<String>,
    },
    /// The sandbox: everything goes through this one proxy, only this authority is trusted, and no setting of the
    /// environment opens another way out.
    Sandbox {
        /// Address of the sandbox as a forward proxy, for example `http://127.0.0.1:9443`.
        proxy_url: String,
        /// Its certificate authority in PEM.
        ca_pem: String,
    },
}

impl Outbound {
    /// A client that speaks TLS alone, follows no redirect and repeats nothing by itself.
    pub(crate) fn client(&self) -> Result<ClientBuilder, SetUpError> {
        let builder = plain().https_only(true);
        Ok(match self {
            Outbound::Live { extra_ca_pem: None } => builder,
            Outbound::Live { extra_ca_pem: Some(pem) } => builder.tls_certs_merge(certificates(pem)?),
            Outbound::Sandbox { proxy_url, ca_pem } => {
                let proxy = reqwest::Proxy::all(proxy_url).map_err(|e| SetUpError::Client(e.to_string()))?;
                builder.no_proxy().proxy(proxy).tls_certs_only(certificates(ca_pem)?)
            }
        })
    }
}

/// The same without TLS, for servers of this machine.
pub(crate) fn plain() -> ClientBuilder {
    // Fails when a provider is already chosen, which is just as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(4)
        // A person’s next look comes within seconds, or much later.
        .pool_idle_timeout(Duration::from_secs(20))
}

/// Finishes a client.
pub(crate) fn build(builder: ClientBuilder) -> Result<reqwest::Client, SetUpError> {
    builder.build().map_err(|e| SetUpError::Client(e.to_string()))
}

/// How many reads of one kind are under way at once; whoever comes later waits for a lane. A read that is under way costs
/// a connection with its buffers, some tens of kilobytes, so the lanes are what bounds the memory of a crowd. There are
/// more of them than one caller may begin reads at once, so nobody holds up the others alone, and a single preflight never
/// waits.
#[derive(Clone, Debug)]
pub(crate) struct Lanes(Arc<Semaphore>);

impl Lanes {
    pub(crate) fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count)))
    }

    /// Does what `call` makes as soon as there is a lane, in the order in which they came. Dropped, it gives the lane back.
    pub(crate) async fn take<T, F: Future<Output = T>>(&self, call: impl FnOnce() -> F) -> T {
        // Nobody closes the lanes; if somebody did, a call would go out all the same.
        let _lane = self.0.acquire().await;
        // Boxed, so that whoever waits holds no place for what comes afterwards.
        Box::pin(call()).await
    }
}

fn certificates(pem: &str) -> Result<Vec<Certificate>, SetUpError> {
    let all =
        Certificate::from_pem_bundle(pem.as_bytes()).map_err(|e| SetUpError::Certificate(e.to_string()))?;
    if all.is_empty() {
        return Err(SetUpError::Certificate("the file holds no certificate in PEM form".to_owned()));
    }
    Ok(all)
}
