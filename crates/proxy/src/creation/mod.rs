//! Creating one cluster a click, and never two.
//!
//! The clouds offer no idempotency key, so the ledger stands in: the intent is a row before anything is sent; a commit
//! marks *sending* just before the one POST; whoever finds *sending* afterwards only reads. A registered key serves one
//! cluster, so the cluster that carries the key is the one that was asked for.

mod driver;
pub(crate) mod judge;

use byok_core::wire::NewCluster;
use sha2::{Digest as _, Sha256};

use crate::error::{ApiError, ApiResult, Kind};
use crate::ledger::{LedgerError, Operation, Recorded};
use crate::state::Proxy;

/// Why creating is refused on live clouds, in words for the user.
pub(crate) const LIVE_REFUSED: &str = "Creating clusters on live clouds is switched off in this version, until it is proven that a creation survives every kind of interruption without being sent twice. Registering keys and reading work; create the cluster in Confluent's own console with the registered key.";

/// Records the wish and starts it, or finds out that it was recorded before.
pub(crate) async fn submit(proxy: &Proxy, draft: &str, wanted: NewCluster) -> ApiResult<Operation> {
    if !proxy.is_sandbox() {
        return Err(ApiError::new(Kind::SWITCHED_OFF, LIVE_REFUSED));
    }
    let ledger = proxy.ledger();
    let fingerprint = fingerprint(&wanted)?;
    if let Some(before) = ledger.operation_of_draft(draft).await.map_err(ApiError::internal)? {
        return same_draft(before, &fingerprint);
    }
    if let Some(open) = ledger.open_operation_with_key(&wanted.key).await.map_err(ApiError::internal)? {
        return Err(key_taken(&open));
    }
    let wanted = judge::judge(proxy, wanted).await?;
    let id = crate::random::token().map_err(ApiError::internal)?;
    let id = id.get(..24).unwrap_or(&id);
    match ledger.intend(id, draft, &fingerprint, &wanted).await.map_err(ApiError::internal)? {
        Recorded::New(operation) => {
            driver::drive(proxy, &operation.id);
            Ok(operation)
        }
        Recorded::Draft(before) => same_draft(before, &fingerprint),
        Recorded::KeyTaken(open) => Err(key_taken(&open)),
    }
}

/// Takes up what an earlier run left open.
pub(crate) async fn resume(proxy: &Proxy) -> Result<(), LedgerError> {
    for operation in proxy.ledger().operations().await? {
        if !operation.state.is_final() {
            driver::resume(proxy, &operation);
        }
    }
    Ok(())
}

fn same_draft(before: Operation, fingerprint: &str) -> ApiResult<Operation> {
    if before.fingerprint == fingerprint {
        return Ok(before);
    }
    Err(ApiError::new(
        Kind::DRAFT_CHANGED,
        format!(
            "This draft was already sent with other answers and became operation `{}`. Look at that one first; to ask for something else, start a new draft.",
            before.id
        ),
    ))
}

fn key_taken(open: &Operation) -> ApiError {
    ApiError::new(
        Kind::CONFLICT,
        format!("Operation `{}` is already creating a cluster with this registered key, and a key serves one cluster. Open `/operations/{}` to see how far it is.", open.id, open.id),
    )
    .about(
        "operation.open",
        "key",
        format!("This key is already used by operation `{}`.", open.id),
        "Wait for that operation, or register another key.",
    )
}

/// A hash of the request, so that the same draft with other answers is noticed.
fn fingerprint(wanted: &NewCluster) -> ApiResult<String> {
    let text = serde_json::to_vec(wanted).map_err(ApiError::internal)?;
    Ok(crate::random::hex(&Sha256::digest(text)))
}
