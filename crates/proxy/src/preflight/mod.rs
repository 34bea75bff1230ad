//! Preflight: looks at a vault, its key and the grants on it before anything is registered or billed. Only reads.

mod request;
mod run;
mod sources;

use std::collections::HashMap;
use std::time::Duration;

use byok_core::wire::{FindingView, NewPreflight};
use futures_util::Stream;

use crate::azure::{Azure, AzureIdentity};
use crate::confluent::{Confluent, Credentials};
use crate::ledger::now;
use crate::metrics::Metrics;
use crate::outbound::{Outbound, SetUpError};

pub(crate) use request::{Registered, Request, target};
pub use run::PreflightEvent;
pub(crate) use run::{Clouds, Run};

/// The most that one preflight takes.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// Everything that a run tells, as a stream. Dropped, it asks nothing more.
pub(crate) fn events(run: Run) -> impl Stream<Item = PreflightEvent> + Send {
    futures_util::stream::unfold(run, |mut run| async move { Some((run.next().await?, run)) })
}

/// Preflights without a server, for the terminal.
#[derive(Clone)]
pub struct Inspector {
    clouds: Clouds,
    max_cku: u32,
}

impl Inspector {
    /// Sets up the clients; nothing is sent yet. Without `confluent` only Azure is asked.
    ///
    /// # Errors
    /// When a certificate, the proxy’s address or the identity cannot be used.
    pub fn new(
        outbound: &Outbound,
        identity: &AzureIdentity,
        confluent: Option<Credentials>,
        max_cku: u32,
    ) -> Result<Self, SetUpError> {
        let metrics = std::sync::Arc::new(Metrics::new());
        let azure = Azure::new(outbound, identity, std::sync::Arc::clone(&metrics))?;
        let confluent = confluent.map(|keys| Confluent::new(outbound, keys, metrics)).transpose()?;
        Ok(Self { clouds: Clouds { azure, confluent, registered: HashMap::new() }, max_cku })
    }

    /// Begins a preflight; each verdict comes as soon as it is known, everything together last.
    ///
    /// # Errors
    /// Findings about the request, field by field; nobody has been asked anything then.
    pub fn preflight(
        &self,
        request: &NewPreflight,
    ) -> Result<impl Stream<Item = PreflightEvent> + Send + use<>, Vec<FindingView>> {
        let request = Request::read(request, self.max_cku, now())?;
        Ok(events(Run::new(request, self.clouds.clone(), LIMIT)))
    }
}
