//! Creating one cluster a click, and never two.
//!
//! The clouds offer no idempotency key, so the ledger stands in: the intent is a row before anything is sent; a commit
//! marks *sending* just before the one POST; whoever finds *sending* afterwards only reads. A registered key serves one
//! cluster, so the cluster that carries the key is the one that was asked for.

mod decide;
mod driver;
pub(crate) mod judge;
mod keeper;

use byok_core::wire::NewCluster;
use sha2::{Digest as _, Sha256};

pub(crate) use decide::{decide, decisions};
pub(crate) use keeper::{Driving, keep};

use crate::error::{ApiError, ApiResult, Kind};
use crate::ledger::{Actor, Intent, Operation, Recorded};
use crate::state::Proxy;

/// Why creating is refused where whoever runs the server has switched it off, in words for the user.
pub(crate) const SWITCHED_OFF: &str = "Creating clusters is switched off on this server. Checking, registering keys and reading work; create the cluster in Confluent's own console with the registered key, or ask whoever runs this server to switch it on (`BYOK_CREATE=true`).";

/// Records the wish and starts it, or finds out that it was recorded before.
pub(crate) async fn submit(
    proxy: &Proxy,
    draft: &str,
    wanted: NewCluster,
    actor: &Actor,
) -> ApiResult<Operation> {
    if !proxy.can_create() {
        return Err(ApiError::new(Kind::SWITCHED_OFF, SWITCHED_OFF));
    }
    let ledger = proxy.ledger();
    let fingerprint = fingerprint(&wanted)?;
    if let Some(before) = ledger.operation_of_draft(draft).await.map_err(ApiError::ledger)? {
        return same_draft(before, &fingerprint);
    }
    if let Some(taken) = ledger.operation_with_key(&wanted.key).await.map_err(ApiError::ledger)? {
        // The same click may have been recorded since the look above.
        let is_this = taken.idempotency_key == draft;
        return if is_this { same_draft(taken, &fingerprint) } else { Err(key_taken(&taken)) };
    }
    let judged = judge::judge(proxy, wanted).await?;
    let id = crate::random::token().map_err(ApiError::internal)?;
    let intent = Intent {
        id: id.get(..24).unwrap_or(&id),
        idempotency_key: draft,
        fingerprint: &fingerprint,
        request: &judged.request,
        ruled_out: &judged.met,
    };
    match ledger.intend(&intent, actor).await.map_err(ApiError::ledger)? {
        Recorded::New(operation, hold) => {
            driver::drive(proxy, hold, driver::Begun::Here);
            Ok(operation)
        }
        Recorded::Draft(before) => same_draft(before, &fingerprint),
        Recorded::KeyTaken(taken) => Err(key_taken(&taken)),
    }
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

/// A registered key serves one creation, for good, unless it is certain that nothing came of it: what Confluent says of
/// the key may lag behind what Confluent did.
fn key_taken(by: &Operation) -> ApiError {
    let id = &by.id;
    let (detail, fix) = if by.state.is_ended() {
        (
            format!(
                "Operation `{id}` has used this registered key already, and a registered key serves one cluster. Open `/operations/{id}` to see what became of it."
            ),
            "Register another key. If the cluster of that operation is gone, delete this registration and register the same key again.",
        )
    } else {
        (
            format!(
                "Operation `{id}` is already creating a cluster with this registered key, and a key serves one cluster. Open `/operations/{id}` to see how far it is."
            ),
            "Wait for that operation, or register another key.",
        )
    };
    ApiError::new(Kind::CONFLICT, detail).about(
        "operation.open",
        "key",
        format!("This key is already used by operation `{id}`."),
        fix,
    )
}

/// A hash of the request, so that the same draft with other answers is noticed.
fn fingerprint(wanted: &NewCluster) -> ApiResult<String> {
    let text = serde_json::to_vec(wanted).map_err(ApiError::internal)?;
    Ok(crate::random::hex(&Sha256::digest(text)))
}
