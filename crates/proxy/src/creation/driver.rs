//! Takes one creation from step to step until it ends. One task an operation; those who watch read the ledger.
//!
//! The one POST is in [`Task::send`], behind a compare and set from *intended* to *sending* that only one task can win.

use std::time::{Duration, Instant};

use byok_core::wire::{ClusterView, FindingView};

use crate::confluent::{Cluster, CreateCluster, Failure, traced};
use crate::error::{ApiError, finding};
use crate::ledger::{Change, Hold, LedgerError, Operation, State};
use crate::state::Proxy;

/// Pause after the ledger itself failed.
const LEDGER_PAUSE: Duration = Duration::from_secs(2);

/// The longest time between the commit of *sending* and the POST. A process that slept in between finds its request
/// too old, and does not send it: others may have given up on it meanwhile.
const FRESH: Duration = Duration::from_secs(5);

/// Code of the problem where nobody knows whether there is a cluster.
pub(super) const OUTCOME_UNKNOWN: &str = "operation.outcome-unknown";
/// Code of the problem where a cluster cannot be watched any more.
pub(super) const NOT_VISIBLE: &str = "cluster.not-visible";

/// Where a creation began that is driven now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    /// In this process, by the click that it answers. Only here may something be sent.
    Here,
    /// In a process that is gone, or asleep. What it recorded and did not send is not sent now: its checks are old, and
    /// nobody may be there to see it.
    Elsewhere,
}

/// Drives a creation until it ends, somebody else takes it over, or the server ends.
pub(super) fn drive(proxy: &Proxy, hold: Hold, begun: Begun) {
    let proxy = proxy.clone();
    proxy.driving().begin(&hold);
    tokio::spawn(async move {
        let stopping = proxy.stopping();
        while !*stopping.borrow() {
            match advance(&proxy, &hold, begun).await {
                Ok(true) => break,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(operation = hold.operation, %error, "the ledger failed; nothing is sent until it works again");
                    tokio::time::sleep(LEDGER_PAUSE.min(proxy.ledger_for_drivers().lease())).await;
                }
            }
        }
        proxy.driving().end(&hold);
    });
}

/// Takes the next step. True when nothing is left to do here.
async fn advance(proxy: &Proxy, hold: &Hold, begun: Begun) -> Result<bool, LedgerError> {
    let Some(operation) = proxy.ledger_for_drivers().operation(&hold.operation).await? else {
        return Ok(true);
    };
    if operation.fence != hold.fence {
        tracing::info!(operation = hold.operation, "somebody else has taken this creation over");
        return Ok(true);
    }
    let task = Task { proxy, hold, operation: &operation };
    match (operation.state, begun) {
        (State::Intended, Begun::Here) => task.send().await?,
        (State::Intended, Begun::Elsewhere) => task.interrupted().await?,
        (State::Sending, _) => task.look_for().await?,
        (State::Provisioning, _) => task.follow().await?,
        (State::Provisioned | State::Failed | State::NeedsPerson, _) => return Ok(true),
    }
    Ok(false)
}

/// One operation in the hands of this server.
struct Task<'a> {
    proxy: &'a Proxy,
    hold: &'a Hold,
    operation: &'a Operation,
}

impl Task<'_> {
    /// Takes a step. None: somebody else was faster, or has taken the operation over.
    async fn enter(
        &self,
        from: &[State],
        to: State,
        message: &str,
        change: Change,
    ) -> Result<Option<Instant>, LedgerError> {
        let entered = self.proxy.ledger_for_drivers().step(self.hold, from, to, message, change).await?;
        if entered.is_some() {
            self.proxy.metrics().operation_entered(to.name());
        }
        Ok(entered)
    }

    /// Ends with a problem.
    async fn end(&self, from: &[State], to: State, change: Change) -> Result<(), LedgerError> {
        let message = change.problem.as_ref().map(|problem| problem.message.clone()).unwrap_or_default();
        self.enter(from, to, &message, change).await.map(drop)
    }

    /// Whether the request was sent before this time: then it stays unknown whether there is a cluster, whatever
    /// happens to this one.
    fn was_sent_before(&self) -> bool {
        self.operation.sends > 0
    }

    /// Recorded by a process that did not come to send it.
    async fn interrupted(&self) -> Result<(), LedgerError> {
        if self.was_sent_before() {
            let why = "The server stopped before the request was sent once more; of the time before it is still not known whether Confluent created the cluster.";
            let problem = self.outcome_unknown(why.to_owned());
            let change = Change { problem: Some(problem), ..Change::default() };
            return self.end(&[State::Intended], State::NeedsPerson, change).await;
        }
        let problem = finding(
            "operation.interrupted",
            None,
            "The server stopped before anything was sent to Confluent, so nothing was created.",
            "Create the cluster again; your answers are still valid.",
        );
        let change = Change { problem: Some(problem), frees_key: true, ..Change::default() };
        self.end(&[State::Intended], State::Failed, change).await
    }

    /// The one POST.
    async fn send(&self) -> Result<(), LedgerError> {
        let message = "The request is being sent to Confluent.";
        let entered = self.enter(&[State::Intended], State::Sending, message, Change::default()).await?;
        let Some(committed) = entered else { return Ok(()) };
        if committed.elapsed() > FRESH {
            let problem = finding(
                "operation.too-late",
                None,
                "This server slept, or its ledger was slow, so the request was not sent to Confluent.",
                "Create the cluster again; your answers are still valid.",
            );
            return self.refused(problem, Vec::new()).await;
        }
        let request = &self.operation.request;
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
        let (answer, upstream) = traced(self.proxy.confluent().create_cluster(&wanted)).await;
        match answer {
            Ok(cluster) => self.accepted(cluster, upstream).await,
            Err(failure) if failure.is_definite() => self.refused(why_refused(failure), upstream).await,
            Err(failure) => {
                let message = format!(
                    "No clear answer: {failure}. The cluster may be on its way, so nothing is sent again; Confluent's list is being read instead."
                );
                let change = Change { upstream, ..Change::default() };
                self.enter(&[State::Sending], State::Sending, &message, change).await.map(drop)
            }
        }
    }

    /// Confluent took the request: is it what was asked for?
    async fn accepted(&self, cluster: Cluster, mut upstream: Vec<String>) -> Result<(), LedgerError> {
        let key = &self.operation.request.key;
        let mut cluster = cluster;
        if cluster.byok() != Some(key) {
            // The first answer may be terse; the cluster itself decides.
            let environment = &self.operation.request.environment;
            let (again, more) = traced(self.proxy.confluent().cluster(environment, &cluster.id)).await;
            upstream.extend(more);
            if let Ok(again) = again {
                cluster = again;
            }
        }
        if cluster.byok() != Some(key) {
            return self.without_key(&cluster, upstream).await;
        }
        let message = format!("Confluent accepted the request and is building cluster `{}`.", cluster.id);
        let change = Change { cluster: Some(ClusterView::from(&cluster)), upstream, ..Change::default() };
        self.enter(&[State::Sending], State::Provisioning, &message, change).await.map(drop)
    }

    /// Confluent accepts a key on a cluster that ignores it, without an error; that must be loud.
    async fn without_key(&self, cluster: &Cluster, upstream: Vec<String>) -> Result<(), LedgerError> {
        let problem = finding(
            "cluster.key-ignored",
            Some("key"),
            format!(
                "Confluent created cluster `{}`, but it does not carry your key `{}`: its data is not encrypted with it.",
                cluster.id, self.operation.request.key
            ),
            format!(
                "Do not use cluster `{}`. Delete it in Confluent's console, so that it costs no more, and report this to Confluent.",
                cluster.id
            ),
        );
        let cluster = Some(ClusterView::from(cluster));
        let change = Change { cluster, problem: Some(problem), upstream, ..Change::default() };
        self.end(&[State::Sending, State::Provisioning], State::NeedsPerson, change).await
    }

    /// It is certain that this request created nothing.
    async fn refused(&self, why: FindingView, upstream: Vec<String>) -> Result<(), LedgerError> {
        if self.was_sent_before() {
            let why = format!(
                "Sent once more, nothing was created: {} Of the time before it is still not known.",
                why.message
            );
            let change = Change { problem: Some(self.outcome_unknown(why)), upstream, ..Change::default() };
            return self.end(&[State::Sending], State::NeedsPerson, change).await;
        }
        let message = format!("Nothing was created. {}", why.message);
        let change = Change { problem: Some(why), frees_key: true, upstream, ..Change::default() };
        self.enter(&[State::Sending], State::Failed, &message, change).await.map(drop)
    }

    fn outcome_unknown(&self, message: String) -> FindingView {
        let request = &self.operation.request;
        let fix = format!(
            "Look in Confluent's console, in environment `{}`, for a cluster with key `{}`. Nothing is sent again by itself.",
            request.environment, request.key
        );
        finding(OUTCOME_UNKNOWN, None, message, fix)
    }

    /// Somebody, perhaps an earlier run, may have sent the request. Only reads.
    async fn look_for(&self) -> Result<(), LedgerError> {
        let request = &self.operation.request;
        let since = Instant::now();
        let before = Duration::from_millis(self.operation.sending_for.unwrap_or(0));
        let mut pauses = Pauses::new(self.proxy);
        let mut looks = 0_u32;
        let mut seen;
        loop {
            // Asked before the list is read: what settles it must have been read after the settle time.
            let settled = before + since.elapsed() >= self.proxy.settle();
            looks += 1;
            let (listed, upstream) = traced(self.proxy.confluent().clusters(&request.environment)).await;
            match listed {
                Ok(clusters) => {
                    let ours: Vec<&Cluster> =
                        clusters.iter().filter(|cluster| cluster.byok() == Some(&request.key)).collect();
                    match ours.as_slice() {
                        [] => {
                            seen = match clusters.len() {
                                0 => "the last list was empty".to_owned(),
                                1 => "the last list had one cluster, without this key".to_owned(),
                                many => format!("the last list had {many} clusters, none with this key"),
                            }
                        }
                        [cluster] => {
                            let message = format!(
                                "Cluster `{}` carries the key, so it is the one that was asked for.",
                                cluster.id
                            );
                            let cluster = Some(ClusterView::from(*cluster));
                            let change = Change { cluster, upstream, ..Change::default() };
                            return self
                                .enter(&[State::Sending], State::Provisioning, &message, change)
                                .await
                                .map(drop);
                        }
                        several => return self.several(several, upstream).await,
                    }
                }
                Err(failure) => seen = format!("the last list could not be read: {failure}"),
            }
            if settled {
                let problem = self.outcome_unknown(format!(
                    "It is not known whether Confluent created the cluster. Its list was read {looks} times since; {seen}."
                ));
                let change = Change { problem: Some(problem), upstream, ..Change::default() };
                return self.end(&[State::Sending], State::NeedsPerson, change).await;
            }
            if !pauses.next(self).await? {
                return Ok(());
            }
        }
    }

    /// More clusters with the key than a key can serve: which of them was asked for here, nobody can tell.
    async fn several(&self, clusters: &[&Cluster], upstream: Vec<String>) -> Result<(), LedgerError> {
        let ids: Vec<String> = clusters.iter().map(|cluster| format!("`{}`", cluster.id)).collect();
        let problem = finding(
            "operation.several-clusters",
            Some("key"),
            format!(
                "Confluent shows {} clusters with key `{}`: {}. This server asked for one.",
                clusters.len(),
                self.operation.request.key,
                ids.join(", ")
            ),
            "Each of them is billed. Decide which one stays and delete the others in Confluent's console.",
        );
        let change = Change { problem: Some(problem), upstream, ..Change::default() };
        self.end(&[State::Sending], State::NeedsPerson, change).await
    }

    /// Watches the cluster until it can be used, or never will.
    async fn follow(&self) -> Result<(), LedgerError> {
        let Some(known) = &self.operation.cluster else {
            return self.lost("the ledger does not know its id", Vec::new()).await;
        };
        let request = &self.operation.request;
        let mut pauses = Pauses::new(self.proxy);
        let mut absent_since: Option<Instant> = None;
        loop {
            let look = self.proxy.confluent().cluster(&request.environment, &known.id);
            let (cluster, upstream) = traced(look).await;
            match cluster {
                Ok(cluster) => {
                    absent_since = None;
                    let phase = cluster.status.phase.to_ascii_uppercase();
                    let view = Some(ClusterView::from(&cluster));
                    match phase.as_str() {
                        "PROVISIONED" if cluster.byok() != Some(&request.key) => {
                            return self.without_key(&cluster, upstream).await;
                        }
                        "PROVISIONED" => {
                            let message = format!("Cluster `{}` is ready.", cluster.id);
                            let change = Change { cluster: view, upstream, ..Change::default() };
                            return self
                                .enter(&[State::Provisioning], State::Provisioned, &message, change)
                                .await
                                .map(drop);
                        }
                        "FAILED" => {
                            let change = Change { cluster: view, upstream, ..Change::default() };
                            return self.build_failed(change).await;
                        }
                        _ => {}
                    }
                }
                Err(failure) if failure.is_absent() => {
                    let since = *absent_since.get_or_insert_with(Instant::now);
                    if since.elapsed() >= self.proxy.settle() {
                        return self.lost("Confluent no longer shows it", upstream).await;
                    }
                }
                Err(failure) => {
                    tracing::warn!(operation = self.operation.id, %failure, "could not look at the cluster")
                }
            }
            if !pauses.next(self).await? {
                return Ok(());
            }
        }
    }

    async fn build_failed(&self, change: Change) -> Result<(), LedgerError> {
        let problem = finding(
            "cluster.failed",
            None,
            "Confluent could not build the cluster, and gives no reason.",
            "Check that the key is still enabled and the grant still there. Delete the failed cluster in Confluent's console, then create another with a newly registered key, or ask Confluent's support with the cluster's id.",
        );
        let change = Change { problem: Some(problem), ..change };
        self.end(&[State::Provisioning], State::Failed, change).await
    }

    async fn lost(&self, why: &str, upstream: Vec<String>) -> Result<(), LedgerError> {
        let problem = finding(
            NOT_VISIBLE,
            None,
            format!("The cluster cannot be watched any more: {why}."),
            format!(
                "Look in Confluent's console, in environment `{}`, whether it was deleted or hidden from this server's API key.",
                self.operation.request.environment
            ),
        );
        let change = Change { problem: Some(problem), upstream, ..Change::default() };
        self.end(&[State::Provisioning], State::NeedsPerson, change).await
    }
}

/// The sentence of the refusal, on the field that it names.
fn why_refused(failure: Failure) -> FindingView {
    let (first, is_quota) = match &failure {
        Failure::Refused(refusal) => (refusal.findings().into_iter().next(), refusal.is_quota()),
        _ => (None, false),
    };
    let problem = ApiError::from_failure(failure, "asking for the cluster").into_problem("");
    match first {
        // There is nothing to be changed in the answers.
        Some(first) if is_quota => FindingView {
            message: problem.detail,
            fix: "Once there is room, the same answers can be used again.".to_owned(),
            ..first
        },
        Some(first) => FindingView { message: problem.detail, ..first },
        None => finding(
            "confluent.refused",
            None,
            problem.detail,
            "Once that is put right, create the cluster again.",
        ),
    }
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

    /// Waits. False: the server ends, or somebody else drives the operation now.
    async fn next(&mut self, task: &Task<'_>) -> Result<bool, LedgerError> {
        let mut stopping = task.proxy.stopping();
        tokio::select! {
            () = tokio::time::sleep(self.next) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return Ok(false),
        }
        self.next = (self.next + self.next / 2).min(self.slowest);
        task.proxy.ledger_for_drivers().holds(task.hold).await
    }
}
