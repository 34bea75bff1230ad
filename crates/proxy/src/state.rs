//! What all requests share, and how it is put together at start-up.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use byok_core::price::Price;
use tokio::sync::watch;

use crate::assets::Assets;
use crate::azure::{Azure, AzureIdentity};
use crate::confluent::{Confluent, Credentials};
use crate::creation::Driving;
use crate::headers::page_policy;
use crate::ledger::{Ledger, LedgerAt, LedgerError};
use crate::limits::{Allowance, Limits};
use crate::metrics::Metrics;
use crate::outbound::{Outbound, SetUpError};
use crate::session::Sessions;

/// Everything that the proxy must be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address it listens on; the port is the real one.
    pub listen: SocketAddr,
    /// Which clouds, and how they are reached.
    pub outbound: Outbound,
    /// What is shown to Confluent.
    pub credentials: Credentials,
    /// As whom this server itself asks Azure.
    pub azure_identity: AzureIdentity,
    /// Where the ledger is.
    pub ledger: LedgerAt,
    /// Whether clusters may be created here at all.
    pub create: bool,
    /// The most CKUs that one cluster may have.
    pub max_cku: u32,
    /// What one CKU costs an hour, shown beside every cluster; none where nobody said.
    pub price_per_cku_hour: Option<Price>,
    /// How long a creation with an unknown outcome is looked for before a person is asked. Longer than all time-outs
    /// plus the time until a new cluster shows in lists.
    pub settle: Duration,
    /// How much one caller may look at.
    pub allowance: Allowance,
}

/// Why the proxy cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A client for the clouds cannot be set up.
    #[error(transparent)]
    Client(#[from] SetUpError),
    /// The operating system gave no randomness for the one-time token.
    #[error("the operating system has no random numbers to give: {0}")]
    Random(String),
}

/// How often a cluster is looked at while something is expected of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// The first pause; each further one is half as long again.
    pub(crate) first: Duration,
    /// The longest pause.
    pub(crate) slowest: Duration,
    /// For how long an operation belongs to a server that gives no sign of life.
    pub(crate) lease: Duration,
}

/// The clients for the clouds.
pub(crate) struct Clouds {
    pub(crate) confluent: Confluent,
    pub(crate) azure: Azure,
}

/// The proxy. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct Proxy(Arc<Inner>);

struct Inner {
    is_sandbox: bool,
    listen: SocketAddr,
    can_create: bool,
    max_cku: u32,
    price_per_cku_hour: Option<Price>,
    settle: Duration,
    pace: Pace,
    confluent: Confluent,
    azure: Azure,
    ledger: Ledger,
    ledger_for_drivers: Ledger,
    driving: Driving,
    sessions: Sessions,
    limits: Limits,
    metrics: Arc<Metrics>,
    assets: Assets,
    page_policy: HeaderValue,
    stopping: watch::Sender<bool>,
}

impl Proxy {
    /// Opens the ledger, sets up the client, and takes up what an earlier run left open.
    ///
    /// # Errors
    /// When the ledger or a certificate cannot be used.
    pub async fn start(config: Config, assets: Assets) -> Result<Self, StartError> {
        let metrics = Arc::new(Metrics::new());
        let confluent = Confluent::new(&config.outbound, config.credentials.clone(), Arc::clone(&metrics))?;
        let azure = Azure::new(&config.outbound, &config.azure_identity, Arc::clone(&metrics))?;
        // Confluent needs some 25 minutes for a cluster, the sandbox some seconds.
        let pace = match config.outbound {
            Outbound::Live { .. } => Pace {
                first: Duration::from_secs(5),
                slowest: Duration::from_secs(60),
                lease: Duration::from_secs(15),
            },
            Outbound::Sandbox { .. } => Pace {
                first: Duration::from_millis(500),
                slowest: Duration::from_secs(1),
                lease: Duration::from_secs(3),
            },
        };
        Self::assemble(config, assets, Clouds { confluent, azure }, metrics, pace).await
    }

    pub(crate) async fn assemble(
        config: Config,
        assets: Assets,
        clouds: Clouds,
        metrics: Arc<Metrics>,
        pace: Pace,
    ) -> Result<Self, StartError> {
        let is_sandbox = matches!(config.outbound, Outbound::Sandbox { .. });
        let sessions = if is_sandbox {
            Sessions::open()
        } else {
            let token = crate::random::token().map_err(|e| StartError::Random(e.to_string()))?;
            Sessions::with_token(token.into())
        };
        let ledger = Ledger::open(&config.ledger, pace.lease).await?;
        let proxy = Self(Arc::new(Inner {
            is_sandbox,
            listen: config.listen,
            can_create: config.create,
            max_cku: config.max_cku,
            price_per_cku_hour: config.price_per_cku_hour,
            settle: config.settle,
            pace,
            confluent: clouds.confluent,
            azure: clouds.azure,
            ledger_for_drivers: ledger.for_drivers(),
            ledger,
            driving: Driving::default(),
            sessions,
            limits: Limits::new(config.allowance),
            metrics,
            page_policy: page_policy(&assets.index_text()),
            assets,
            stopping: watch::Sender::new(false),
        }));
        tokio::spawn(crate::creation::keep(proxy.clone()));
        tokio::spawn(proxy.ledger().clone().keep_told());
        Ok(proxy)
    }

    /// The address to open, with the one-time token on a live server. To be shown to the person who started it, alone.
    pub fn address(&self) -> String {
        format!("{}/{}", self.origin(), self.0.sessions.fragment())
    }

    /// Ends streams and lets go of the ledger. Open creations are taken up at the next start.
    pub async fn stop(&self) {
        self.0.stopping.send_replace(true);
        self.0.ledger.close().await;
    }

    /// Makes watchers end, so that the server can finish.
    pub(crate) fn end_streams(&self) {
        self.0.stopping.send_replace(true);
    }

    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.subscribe()
    }

    /// `http://` and the first name that this server answers to.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.0.listen)
    }

    /// Whether `host`, a `Host` header, is one of this server's names.
    pub(crate) fn serves(&self, host: &str) -> bool {
        let port = self.0.listen.port();
        ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
            host.eq_ignore_ascii_case(&format!("{name}:{port}"))
                || (port == 80 && host.eq_ignore_ascii_case(name))
        })
    }

    pub(crate) fn is_sandbox(&self) -> bool {
        self.0.is_sandbox
    }

    pub(crate) fn can_create(&self) -> bool {
        self.0.can_create
    }

    pub(crate) fn max_cku(&self) -> u32 {
        self.0.max_cku
    }

    pub(crate) fn price_per_cku_hour(&self) -> Option<&Price> {
        self.0.price_per_cku_hour.as_ref()
    }

    pub(crate) fn settle(&self) -> Duration {
        self.0.settle
    }

    pub(crate) fn pace(&self) -> Pace {
        self.0.pace
    }

    pub(crate) fn confluent(&self) -> &Confluent {
        &self.0.confluent
    }

    pub(crate) fn azure(&self) -> &Azure {
        &self.0.azure
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// The ledger for whoever drives operations.
    pub(crate) fn ledger_for_drivers(&self) -> &Ledger {
        &self.0.ledger_for_drivers
    }

    pub(crate) fn driving(&self) -> &Driving {
        &self.0.driving
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn assets(&self) -> &Assets {
        &self.0.assets
    }

    pub(crate) fn page_policy(&self) -> &HeaderValue {
        &self.0.page_policy
    }
}
