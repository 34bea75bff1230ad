//! Keeps what is driven here, and takes over what nobody drives: the work of servers that died, this one's last run
//! among them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::driver;
use crate::ledger::{Hold, LedgerError};
use crate::state::Proxy;

/// The operations that this server drives.
#[derive(Debug, Default)]
pub(crate) struct Driving(Mutex<HashMap<String, Hold>>);

impl Driving {
    /// Begins; what was driven under an older number is forgotten.
    pub(super) fn begin(&self, hold: &Hold) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(hold.operation.clone(), hold.clone());
    }

    /// Ends, unless somebody began anew since.
    pub(super) fn end(&self, hold: &Hold) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.get(&hold.operation) == Some(hold) {
            held.remove(&hold.operation);
        }
    }

    fn all(&self) -> Vec<Hold> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

/// Renews and takes over until the server ends.
pub(crate) async fn keep(proxy: Proxy) {
    let mut stopping = proxy.stopping();
    // Three tries before a lease runs out.
    let pause = proxy.ledger_for_drivers().lease() / 3;
    while !*stopping.borrow() {
        if let Err(error) = once(&proxy).await {
            tracing::error!(%error, "the ledger failed; open creations wait until it works again");
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopping.changed() => {}
        }
    }
}

async fn once(proxy: &Proxy) -> Result<(), LedgerError> {
    let ledger = proxy.ledger_for_drivers();
    ledger.renew(&proxy.driving().all()).await?;
    for operation in ledger.abandoned().await? {
        if let Some(hold) = ledger.take_over(&operation).await? {
            tracing::info!(operation, fence = hold.fence, "taking up an open creation");
            driver::drive(proxy, hold, driver::Begun::Elsewhere);
        }
    }
    Ok(())
}
