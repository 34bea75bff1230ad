//! What a person may decide where no server may go on by itself.

use byok_core::wire::NewDecision;

use super::driver::{self, NOT_VISIBLE, OUTCOME_UNKNOWN};
use super::judge;
use crate::confluent::{traced, while_doing};
use crate::error::{ApiError, ApiResult, Kind};
use crate::ledger::{Actor, Operation, State};
use crate::state::Proxy;

/// The longest reason that is recorded, in characters.
const LONGEST_REASON: usize = 1000;

/// A decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Reads Confluent's list again, for the settle time. Sends nothing.
    LookAgain,
    /// Asks for the cluster once more.
    SendAgain,
    /// Ends the operation as failed.
    Close,
}

impl Decision {
    const ALL: [Decision; 3] = [Decision::LookAgain, Decision::SendAgain, Decision::Close];

    /// As it travels.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Decision::LookAgain => "look_again",
            Decision::SendAgain => "send_again",
            Decision::Close => "close",
        }
    }
}

/// What may be decided about an operation as it stands.
pub(crate) fn decisions(operation: &Operation) -> &'static [Decision] {
    if operation.state != State::NeedsPerson {
        return &[];
    }
    match operation.problem.as_ref().map(|problem| problem.code.as_str()) {
        Some(OUTCOME_UNKNOWN) => &Decision::ALL,
        Some(NOT_VISIBLE) => &[Decision::LookAgain, Decision::Close],
        _ => &[Decision::Close],
    }
}

/// Carries out a decision, once, and records who took it and why.
pub(crate) async fn decide(
    proxy: &Proxy,
    operation: Operation,
    wanted: &NewDecision,
    actor: &Actor,
) -> ApiResult<Operation> {
    let reason = wanted.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        let detail =
            format!("A decision needs a reason of 1 to {LONGEST_REASON} characters, for the record.");
        return Err(ApiError::new(Kind::NOT_MET, detail).about(
            "request.field-wrong",
            "reason",
            "The reason is missing, or too long.",
            "Write down in a sentence what you saw.",
        ));
    }
    let Some(decision) = Decision::ALL.into_iter().find(|decision| decision.name() == wanted.decision) else {
        let detail = "The decision is none of `look_again`, `send_again`, `close`.";
        return Err(ApiError::new(Kind::NOT_MET, detail).about(
            "request.field-wrong",
            "decision",
            "This decision is not known.",
            "Choose one that the operation offers.",
        ));
    };
    if !decisions(&operation).contains(&decision) {
        return Err(not_now(&operation));
    }
    let id = operation.id.clone();
    let (to, message, upstream) = match decision {
        Decision::LookAgain => {
            let to = if operation.cluster.is_some() { State::Provisioning } else { State::Sending };
            (to, format!("A person asked to look once more: {reason}"), Vec::new())
        }
        Decision::Close => (State::Failed, format!("A person closed this: {reason}"), Vec::new()),
        Decision::SendAgain => {
            let (found, upstream) = traced(last_look(proxy, &operation)).await;
            if found? {
                let message = format!("A person asked to send again, but the cluster is there: {reason}");
                (State::Sending, message, upstream)
            } else {
                (State::Intended, format!("A person decided to send the request again: {reason}"), upstream)
            }
        }
    };
    let ledger = proxy.ledger();
    let decided = ledger.decide(&id, decision.name(), to, &message, actor, &upstream).await;
    let Some(hold) = decided.map_err(ApiError::ledger)? else {
        let operation = ledger.operation(&id).await.map_err(ApiError::unread)?.unwrap_or(operation);
        return Err(not_now(&operation));
    };
    proxy.metrics().operation_entered(to.name());
    if !to.is_final() {
        driver::drive(proxy, hold, driver::Begun::Here);
    }
    Ok(ledger.operation(&id).await.map_err(ApiError::unread)?.unwrap_or(operation))
}

/// Before anything is sent a second time: whether the cluster shows now after all. Where Confluent cannot be read, or the
/// request does not pass any more, nothing is sent.
async fn last_look(proxy: &Proxy, operation: &Operation) -> ApiResult<bool> {
    let request = &operation.request;
    let clusters = proxy
        .confluent()
        .clusters(&request.environment)
        .await
        .map_err(while_doing("looking for the cluster once more"))?;
    if clusters.iter().any(|cluster| cluster.byok() == Some(&request.key)) {
        return Ok(true);
    }
    // A key that is in use without a cluster that can be seen does not pass here.
    judge::judge(proxy, request.clone()).await.map(|_| false)
}

fn not_now(operation: &Operation) -> ApiError {
    ApiError::new(
        Kind::CONFLICT,
        format!(
            "Operation `{}` does not wait for this decision: it is `{}` now. Open `/operations/{}` to see it.",
            operation.id,
            operation.state.name(),
            operation.id
        ),
    )
}
