//! Takes one creation from step to step until it ends. One task an operation; those who watch read the ledger.
//!
//! The one POST is in [`send`], behind a compare and set from *intended* to *sending* that only one task can win.

use std::time::{Duration, Instant};

use byok_core::wire::{ClusterView, FindingView};

use crate::confluent::{Cluster, CreateCluster, Failure};
use crate::error::{ApiError, finding};
use crate::ledger::{Change, LedgerError, Operation, State, now};
use crate::state::Proxy;

/// Pause after the ledger itself failed.
const LEDGER_PAUSE: Duration = Duration::from_secs(5);

/// Drives a creation that was just recorded.
pub(crate) fn drive(proxy: &Proxy, id: &str) {
    let (proxy, id) = (proxy.clone(), id.to_owned());
    tokio::spawn(async move {
        loop {
            match advance(&proxy, &id).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(operation = id, %error, "the ledger failed; nothing is sent until it works again");
                    tokio::time::sleep(LEDGER_PAUSE).await;
                }
            }
        }
    });
}

/// Takes up a creation that an earlier run left open. What was recorded and not sent is not sent now: its checks are
/// old, and nobody may be there to see it.
pub(crate) fn resume(proxy: &Proxy, operation: &Operation) {
    tracing::info!(operation = operation.id, state = operation.state.name(), "taking up an open creation");
    if operation.state != State::Intended {
        drive(proxy, &operation.id);
        return;
    }
    let (proxy, id) = (proxy.clone(), operation.id.clone());
    tokio::spawn(async move {
        let problem = finding(
            "operation.interrupted",
            None,
            "The server stopped before anything was sent to Confluent, so nothing was created.",
            "Create the cluster again; your answers are still valid.",
        );
        let message = problem.message.clone();
        let change = Change { problem: Some(problem), ..Change::default() };
        if let Err(error) = enter(&proxy, &id, &[State::Intended], State::Failed, &message, change).await {
            tracing::error!(operation = id, %error, "could not close an interrupted creation");
        }
    });
}

/// Takes the next step. True when nothing is left to do.
async fn advance(proxy: &Proxy, id: &str) -> Result<bool, LedgerError> {
    let Some(operation) = proxy.ledger().operation(id).await? else { return Ok(true) };
    match operation.state {
        State::Intended => send(proxy, &operation).await?,
        State::Sending => look_for(proxy, &operation).await?,
        State::Provisioning => follow(proxy, &operation).await?,
        State::Provisioned | State::Failed | State::NeedsPerson => return Ok(true),
    }
    Ok(false)
}

async fn enter(
    proxy: &Proxy,
    id: &str,
    from: &[State],
    to: State,
    message: &str,
    change: Change,
) -> Result<bool, LedgerError> {
    let entered = proxy.ledger().step(id, from, to, message, change).await?;
    if entered {
        proxy.metrics().operation_entered(to.name());
    }
    Ok(entered)
}

/// The one POST.
async fn send(proxy: &Proxy, operation: &Operation) -> Result<(), LedgerError> {
    let message = "The request is being sent to Confluent.";
    let won =
        enter(proxy, &operation.id, &[State::Intended], State::Sending, message, Change::default()).await?;
    if !won {
        return Ok(());
    }
    let request = &operation.request;
    let wanted = CreateCluster {
        environment: &request.environment,
        display_name: &request.display_name,
        region: &request.region,
        availability: &request.availability,
        cku: request.cku,
        network: request.network.as_deref(),
        key: &request.key,
        deletion_protection: request.deletion_protection,
    };
    match proxy.confluent().create_cluster(&wanted).await {
        Ok(cluster) => accepted(proxy, operation, cluster).await,
        Err(failure) if failure.is_definite() => refused(proxy, operation, failure).await,
        Err(failure) => {
            let message = format!(
                "No clear answer: {failure}. The cluster may be on its way, so nothing is sent again; Confluent's list is being read instead."
            );
            enter(proxy, &operation.id, &[State::Sending], State::Sending, &message, Change::default())
                .await?;
            Ok(())
        }
    }
}

/// Confluent took the request: is it what was asked for?
async fn accepted(proxy: &Proxy, operation: &Operation, cluster: Cluster) -> Result<(), LedgerError> {
    let key = &operation.request.key;
    let mut cluster = cluster;
    if cluster.byok() != Some(key) {
        // The first answer may be terse; the cluster itself decides.
        if let Ok(again) = proxy.confluent().cluster(&operation.request.environment, &cluster.id).await {
            cluster = again;
        }
    }
    if cluster.byok() != Some(key) {
        return without_key(proxy, operation, &cluster).await;
    }
    let message = format!("Confluent accepted the request and is building cluster `{}`.", cluster.id);
    let change = Change { cluster: Some(ClusterView::from(&cluster)), ..Change::default() };
    enter(proxy, &operation.id, &[State::Sending], State::Provisioning, &message, change).await?;
    Ok(())
}

/// Confluent accepts a key on a cluster that ignores it, without an error; that must be loud.
async fn without_key(proxy: &Proxy, operation: &Operation, cluster: &Cluster) -> Result<(), LedgerError> {
    let problem = finding(
        "cluster.key-ignored",
        Some("key"),
        format!(
            "Confluent created cluster `{}`, but it does not carry your key `{}`: its data is not encrypted with it.",
            cluster.id, operation.request.key
        ),
        format!(
            "Do not use cluster `{}`. Delete it in Confluent's console, so that it costs no more, and report this to Confluent.",
            cluster.id
        ),
    );
    let message = problem.message.clone();
    let change = Change { cluster: Some(ClusterView::from(cluster)), problem: Some(problem) };
    let from = [State::Sending, State::Provisioning];
    enter(proxy, &operation.id, &from, State::NeedsPerson, &message, change).await?;
    Ok(())
}

/// It is certain that nothing was created.
async fn refused(proxy: &Proxy, operation: &Operation, failure: Failure) -> Result<(), LedgerError> {
    let problem = why_refused(failure);
    let message = format!("Nothing was created. {}", problem.message);
    let change = Change { problem: Some(problem), ..Change::default() };
    enter(proxy, &operation.id, &[State::Sending], State::Failed, &message, change).await?;
    Ok(())
}

/// The sentence of the refusal, on the field that it names.
fn why_refused(failure: Failure) -> FindingView {
    let first = match &failure {
        Failure::Refused(refusal) => refusal.findings().into_iter().next(),
        _ => None,
    };
    let problem = ApiError::from_failure(failure, "asking for the cluster").into_problem("");
    match first {
        Some(first) => FindingView { message: problem.detail, ..first },
        None => finding(
            "confluent.refused",
            None,
            problem.detail,
            "Once that is put right, create the cluster again.",
        ),
    }
}

/// Somebody, perhaps an earlier run, may have sent the request. Only reads.
async fn look_for(proxy: &Proxy, operation: &Operation) -> Result<(), LedgerError> {
    let since = operation.sending_at.unwrap_or(operation.updated_at);
    let mut pauses = Pauses::new(proxy);
    let mut looks = 0_u32;
    let mut seen;
    loop {
        let settled = now().saturating_sub(since) >= proxy.settle().as_secs();
        looks += 1;
        match proxy.confluent().clusters(&operation.request.environment).await {
            Ok(clusters) => {
                let ours = clusters.iter().find(|cluster| cluster.byok() == Some(&operation.request.key));
                if let Some(cluster) = ours {
                    let message = format!(
                        "Cluster `{}` carries the key, so it is the one that was asked for.",
                        cluster.id
                    );
                    let change = Change { cluster: Some(ClusterView::from(cluster)), ..Change::default() };
                    let from = [State::Sending];
                    enter(proxy, &operation.id, &from, State::Provisioning, &message, change).await?;
                    return Ok(());
                }
                seen = format!("the last list had {} clusters, none with this key", clusters.len());
            }
            Err(failure) => seen = format!("the last list could not be read: {failure}"),
        }
        if settled {
            let problem = finding(
                "operation.outcome-unknown",
                None,
                format!(
                    "It is not known whether Confluent created the cluster. Its list was read {looks} times since; {seen}."
                ),
                format!(
                    "Look in Confluent's console, in environment `{}`, for a cluster with key `{}`. Nothing is sent again by itself.",
                    operation.request.environment, operation.request.key
                ),
            );
            let message = problem.message.clone();
            let change = Change { problem: Some(problem), ..Change::default() };
            enter(proxy, &operation.id, &[State::Sending], State::NeedsPerson, &message, change).await?;
            return Ok(());
        }
        pauses.next().await;
    }
}

/// Watches the cluster until it can be used, or never will.
async fn follow(proxy: &Proxy, operation: &Operation) -> Result<(), LedgerError> {
    let Some(known) = &operation.cluster else {
        return lost(proxy, operation, "the ledger does not know its id").await;
    };
    let mut pauses = Pauses::new(proxy);
    let mut absent_since: Option<Instant> = None;
    loop {
        match proxy.confluent().cluster(&operation.request.environment, &known.id).await {
            Ok(cluster) => {
                absent_since = None;
                let phase = cluster.status.phase.to_ascii_uppercase();
                let change = Change { cluster: Some(ClusterView::from(&cluster)), ..Change::default() };
                match phase.as_str() {
                    "PROVISIONED" if cluster.byok() != Some(&operation.request.key) => {
                        return without_key(proxy, operation, &cluster).await;
                    }
                    "PROVISIONED" => {
                        let message = format!("Cluster `{}` is ready.", cluster.id);
                        enter(
                            proxy,
                            &operation.id,
                            &[State::Provisioning],
                            State::Provisioned,
                            &message,
                            change,
                        )
                        .await?;
                        return Ok(());
                    }
                    "FAILED" => return build_failed(proxy, operation, change).await,
                    _ => {}
                }
            }
            Err(failure) if failure.is_absent() => {
                let since = *absent_since.get_or_insert_with(Instant::now);
                if since.elapsed() >= proxy.settle() {
                    return lost(proxy, operation, "Confluent no longer shows it").await;
                }
            }
            Err(failure) => {
                tracing::warn!(operation = operation.id, %failure, "could not look at the cluster")
            }
        }
        pauses.next().await;
    }
}

async fn build_failed(proxy: &Proxy, operation: &Operation, change: Change) -> Result<(), LedgerError> {
    let problem = finding(
        "cluster.failed",
        None,
        "Confluent could not build the cluster, and gives no reason.",
        "Check that the key is still enabled and the grant still there. Delete the failed cluster in Confluent's console, then create another with a newly registered key, or ask Confluent's support with the cluster's id.",
    );
    let message = problem.message.clone();
    let change = Change { problem: Some(problem), ..change };
    enter(proxy, &operation.id, &[State::Provisioning], State::Failed, &message, change).await?;
    Ok(())
}

async fn lost(proxy: &Proxy, operation: &Operation, why: &str) -> Result<(), LedgerError> {
    let problem = finding(
        "cluster.not-visible",
        None,
        format!("The cluster cannot be watched any more: {why}."),
        format!(
            "Look in Confluent's console, in environment `{}`, whether it was deleted or hidden from this server's API key.",
            operation.request.environment
        ),
    );
    let message = problem.message.clone();
    let change = Change { problem: Some(problem), ..Change::default() };
    enter(proxy, &operation.id, &[State::Provisioning], State::NeedsPerson, &message, change).await?;
    Ok(())
}

/// Pauses that grow.
struct Pauses {
    next: Duration,
    slowest: Duration,
}

impl Pauses {
    fn new(proxy: &Proxy) -> Self {
        Self { next: proxy.pace().first, slowest: proxy.pace().slowest }
    }

    async fn next(&mut self) {
        tokio::time::sleep(self.next).await;
        self.next = (self.next + self.next / 2).min(self.slowest);
    }
}
