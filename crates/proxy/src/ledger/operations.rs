//! Creations of clusters, from the click to the end.
//!
//! *intended* → *sending* → *provisioning* → *provisioned*, or *failed*, or *needs a person*. A step is a compare and
//! set in the database, by whoever holds the operation: who loses the race learns it and does nothing.

use std::time::Instant;

use byok_core::wire::{ClusterView, FindingView, NewCluster, OperationEvent, OperationView};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::audit::{self, Actor, Entry, Told};
use super::{Hold, Ledger, LedgerError, json, milliseconds, now, placeholders, signed, unsigned};

/// Where a creation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum State {
    /// Recorded; nothing was sent.
    Intended,
    /// About to be sent, or sent with an unknown outcome. Whoever finds this only reads.
    Sending,
    /// The cluster exists and is being built.
    Provisioning,
    /// The cluster can be used.
    Provisioned,
    /// There is no usable cluster.
    Failed,
    /// Nobody but a person can tell whether there is a cluster, or what is to become of it.
    NeedsPerson,
}

const STATES: &[(State, &str)] = &[
    (State::Intended, "intended"),
    (State::Sending, "sending"),
    (State::Provisioning, "provisioning"),
    (State::Provisioned, "provisioned"),
    (State::Failed, "failed"),
    (State::NeedsPerson, "needs_person"),
];

/// The states in which a server has something to do, as SQL.
pub(super) const DRIVEN: &str = "'intended', 'sending', 'provisioning'";

impl State {
    /// As it is stored and sent.
    pub(crate) fn name(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("failed", |(_, name)| name)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        STATES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }

    /// Whether nothing more happens by itself.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, State::Provisioned | State::Failed | State::NeedsPerson)
    }

    /// Whether nothing more happens at all.
    pub(crate) fn is_ended(self) -> bool {
        matches!(self, State::Provisioned | State::Failed)
    }
}

/// One creation as the ledger knows it.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) idempotency_key: String,
    pub(crate) fingerprint: String,
    pub(crate) state: State,
    pub(crate) request: NewCluster,
    pub(crate) cluster: Option<ClusterView>,
    pub(crate) problem: Option<FindingView>,
    /// What was met when it was asked for, in a few words each.
    pub(crate) ruled_out: Vec<String>,
    pub(crate) created_at: u64,
    pub(crate) updated_at: u64,
    /// How often it was about to be sent: once, and once more for each person who said so.
    pub(crate) sends: u64,
    /// Rises with each server that takes it over.
    pub(crate) fence: u64,
    /// For how many milliseconds, by the database's clock, it has been about to be sent or sent.
    pub(crate) sending_for: Option<u64>,
}

/// A wish to be recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intent<'a> {
    /// The id that the operation will have.
    pub(crate) id: &'a str,
    pub(crate) idempotency_key: &'a str,
    pub(crate) fingerprint: &'a str,
    pub(crate) request: &'a NewCluster,
    pub(crate) ruled_out: &'a [String],
}

/// What became of the wish to record a creation.
#[derive(Debug)]
pub(crate) enum Recorded {
    /// Written; the caller goes on, and drives it.
    New(Operation, Hold),
    /// The same draft was recorded before, perhaps with other answers: compare the fingerprints.
    Draft(Operation),
    /// The registered key serves another creation, which is open or may have made a cluster.
    KeyTaken(Operation),
}

/// A step and what is learnt with it.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// The cluster as last seen.
    pub(crate) cluster: Option<ClusterView>,
    /// Why it ended badly, or what to know although it ended well.
    pub(crate) problem: Option<FindingView>,
    /// It is certain that nothing was created: the registered key may serve another creation.
    pub(crate) frees_key: bool,
    /// Ids of the requests to Confluent that led here.
    pub(crate) upstream: Vec<String>,
}

impl Ledger {
    /// Records the intent, before anything is sent.
    pub(crate) async fn intend(&self, intent: &Intent<'_>, actor: &Actor) -> Result<Recorded, LedgerError> {
        let request = intent.request;
        let text = json(request)?;
        let at = now();
        let mut transaction = self.begin().await?;
        let sql = format!(
            "INSERT INTO operations (id, idempotency_key, fingerprint, environment, registered_key, state, request,
                 ruled_out, created_at, updated_at, holds_key, lease_owner, lease_until, fence)
             VALUES ($1, $2, $3, $4, $5, 'intended', $6, $7, $8, $8, 1, $9, {} + $10, 1)
             ON CONFLICT DO NOTHING RETURNING {}",
            self.engine.now(),
            self.columns()
        );
        let inserted = sqlx::query(&sql)
            .bind(intent.id)
            .bind(intent.idempotency_key)
            .bind(intent.fingerprint)
            .bind(request.environment.as_str())
            .bind(request.key.as_str())
            .bind(text)
            .bind(json(intent.ruled_out)?)
            .bind(signed(at))
            .bind(self.me.as_str())
            .bind(milliseconds(self.lease))
            .fetch_optional(&mut *transaction)
            .await?;
        let recorded = if let Some(row) = inserted {
            let waived: Vec<String> = request
                .waivers
                .iter()
                .map(|waiver| {
                    format!("Went on although `{}` is unknown: {}", waiver.requirement, waiver.reason)
                })
                .collect();
            let entry = Entry {
                actor,
                action: "operation.intended",
                subject: intent.id,
                before: "",
                after: "intended",
                upstream: &[],
                detail: serde_json::json!({ "request": request, "met": intent.ruled_out }),
            };
            let told = |message| Told { operation: intent.id, at, state: State::Intended.name(), message };
            let first = "The creation is recorded; nothing has been sent yet.";
            let change = audit::append(self.engine, &mut transaction, &entry, Some(&told(first))).await?;
            for message in &waived {
                told(message).append(&mut transaction, change).await?;
            }
            Recorded::New(operation(&row)?, Hold { operation: intent.id.to_owned(), fence: 1 })
        } else if let Some(before) =
            self.read_one(&mut transaction, "idempotency_key = $1", intent.idempotency_key).await?
        {
            Recorded::Draft(before)
        } else {
            let taken = self.read_one(&mut transaction, HOLDS_KEY, &request.key).await?;
            let vanished = || LedgerError::Row("a creation vanished while it was recorded".to_owned());
            Recorded::KeyTaken(taken.ok_or_else(vanished)?)
        };
        self.commit(transaction).await?;
        tracing::info!(operation = intent.id, "creation recorded or found");
        Ok(recorded)
    }

    /// Takes a step if the operation is still the holder's and in one of the states `from`. Returns the moment just
    /// before it was committed; none: somebody else was faster.
    pub(crate) async fn step(
        &self,
        hold: &Hold,
        from: &[State],
        to: State,
        message: &str,
        change: Change,
    ) -> Result<Option<Instant>, LedgerError> {
        let at = now();
        let mut transaction = self.begin().await?;
        let sql = format!(
            "UPDATE operations SET state = $1, updated_at = $2,
                 sending_at = CASE WHEN $1 = 'sending' AND state <> 'sending' THEN {} ELSE sending_at END,
                 sends = CASE WHEN $1 = 'sending' AND state = 'intended' THEN sends + 1 ELSE sends END,
                 cluster_id = coalesce($3, cluster_id), cluster = coalesce($4, cluster),
                 problem = coalesce($5, problem), holds_key = CASE WHEN $6 = 1 THEN 0 ELSE holds_key END
             WHERE id = $7 AND fence = $8 AND state = $9",
            self.engine.now()
        );
        let mut before = None;
        for state in from {
            let changed = sqlx::query(&sql)
                .bind(to.name())
                .bind(signed(at))
                .bind(change.cluster.as_ref().map(|cluster| cluster.id.clone()))
                .bind(change.cluster.as_ref().map(json).transpose()?)
                .bind(change.problem.as_ref().map(json).transpose()?)
                .bind(i64::from(change.frees_key))
                .bind(hold.operation.as_str())
                .bind(signed(hold.fence))
                .bind(state.name())
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            if changed == 1 {
                before = Some(state.name());
                break;
            }
        }
        let Some(before) = before else { return Ok(None) };
        let actor = Actor::server(&self.me);
        let entry = Entry {
            actor: &actor,
            action: &format!("operation.{}", to.name()),
            subject: &hold.operation,
            before,
            after: to.name(),
            upstream: &change.upstream,
            detail: serde_json::json!({ "message": message, "cluster": change.cluster, "problem": change.problem }),
        };
        let told = Told { operation: &hold.operation, at, state: to.name(), message };
        audit::append(self.engine, &mut transaction, &entry, Some(&told)).await?;
        let committed = Instant::now();
        self.commit(transaction).await?;
        tracing::info!(operation = hold.operation, state = to.name(), "operation changed");
        Ok(Some(committed))
    }

    /// Carries out what a person decided about an operation that waits for one; this server drives it from here. None:
    /// it does not wait any more.
    pub(crate) async fn decide(
        &self,
        id: &str,
        decision: &str,
        to: State,
        message: &str,
        actor: &Actor,
        upstream: &[String],
    ) -> Result<Option<Hold>, LedgerError> {
        let at = now();
        let mut transaction = self.begin().await?;
        let now = self.engine.now();
        // A closed operation keeps its problem: it says what the person saw.
        let sql = format!(
            "UPDATE operations SET state = $1, updated_at = $2, lease_owner = $3, lease_until = {now} + $4,
                 fence = fence + 1, problem = CASE WHEN $1 = 'failed' THEN problem ELSE NULL END,
                 sending_at = CASE WHEN $1 = 'sending' THEN {now} ELSE sending_at END
             WHERE id = $5 AND state = 'needs_person' RETURNING fence"
        );
        let row = sqlx::query(&sql)
            .bind(to.name())
            .bind(signed(at))
            .bind(self.me.as_str())
            .bind(milliseconds(self.lease))
            .bind(id)
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let hold = Hold { operation: id.to_owned(), fence: unsigned(row.try_get("fence")?) };
        let entry = Entry {
            actor,
            action: "operation.decided",
            subject: id,
            before: State::NeedsPerson.name(),
            after: to.name(),
            upstream,
            detail: serde_json::json!({ "decision": decision, "message": message }),
        };
        let told = Told { operation: id, at, state: to.name(), message };
        audit::append(self.engine, &mut transaction, &entry, Some(&told)).await?;
        self.commit(transaction).await?;
        tracing::info!(operation = id, state = to.name(), decision, "a person decided");
        Ok(Some(hold))
    }

    /// One operation.
    pub(crate) async fn operation(&self, id: &str) -> Result<Option<Operation>, LedgerError> {
        let mut connection = self.pool.acquire().await?;
        self.read_one(&mut connection, "id = $1", id).await
    }

    /// The operation of a draft, if that draft was sent before.
    pub(crate) async fn operation_of_draft(
        &self,
        idempotency_key: &str,
    ) -> Result<Option<Operation>, LedgerError> {
        let mut connection = self.pool.acquire().await?;
        self.read_one(&mut connection, "idempotency_key = $1", idempotency_key).await
    }

    /// The operation that a registered key serves, or may have served.
    pub(crate) async fn operation_with_key(&self, key: &str) -> Result<Option<Operation>, LedgerError> {
        let mut connection = self.pool.acquire().await?;
        self.read_one(&mut connection, HOLDS_KEY, key).await
    }

    /// Registered keys of creations that have not ended.
    pub(crate) async fn keys_in_open_operations(&self) -> Result<Vec<String>, LedgerError> {
        let sql = format!("SELECT registered_key FROM operations WHERE state IN ({DRIVEN}, 'needs_person')");
        let rows = sqlx::query(&sql).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get("registered_key")?)).collect()
    }

    /// The newest operations with their stories, newest first.
    pub(crate) async fn newest(&self, count: u32) -> Result<Vec<OperationView>, LedgerError> {
        let sql =
            format!("SELECT {} FROM operations ORDER BY created_at DESC, id LIMIT {count}", self.columns());
        let operations: Result<Vec<Operation>, LedgerError> =
            sqlx::query(&sql).fetch_all(&self.pool).await?.iter().map(operation).collect();
        let mut all = Vec::new();
        for some in operations?.chunks(AT_ONCE) {
            let sql = format!(
                "SELECT operation, seq, at, state, message FROM operation_events WHERE operation IN ({})
                 ORDER BY operation, seq",
                placeholders(1, some.len())
            );
            let mut query = sqlx::query(&sql);
            for operation in some {
                query = query.bind(operation.id.as_str());
            }
            let mut events = std::collections::HashMap::<String, Vec<OperationEvent>>::new();
            for row in query.fetch_all(&self.pool).await? {
                events.entry(row.try_get("operation")?).or_default().push(event(&row)?);
            }
            all.extend(some.iter().cloned().map(|operation| {
                let events = events.remove(&operation.id).unwrap_or_default();
                operation.view(events)
            }));
        }
        Ok(all)
    }

    /// The story of an operation after `seq`.
    pub(crate) async fn events_after(&self, id: &str, seq: u64) -> Result<Vec<OperationEvent>, LedgerError> {
        let rows = sqlx::query(
            "SELECT seq, at, state, message FROM operation_events WHERE operation = $1 AND seq > $2 ORDER BY seq",
        )
        .bind(id)
        .bind(signed(seq))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(event).collect()
    }

    /// Which operations changed after `change`, oldest first, each with the number of that change.
    pub(super) async fn changed_after(&self, change: u64) -> Result<Vec<(String, u64)>, LedgerError> {
        let sql = "SELECT operation, change FROM operation_events WHERE change > $1 ORDER BY change";
        let rows = sqlx::query(sql).bind(signed(change)).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("operation")?, unsigned(row.try_get("change")?)))).collect()
    }

    /// The number of the newest change.
    pub(super) async fn newest_change(&self) -> Result<u64, LedgerError> {
        Ok(self.audit_head().await?.lines)
    }

    /// An operation as it travels, with its whole story.
    pub(crate) async fn view(&self, operation: Operation) -> Result<OperationView, LedgerError> {
        let events = self.events_after(&operation.id, 0).await?;
        Ok(operation.view(events))
    }

    fn columns(&self) -> String {
        format!(
            "id, idempotency_key, fingerprint, state, request, cluster, problem, ruled_out, created_at, updated_at, sends, fence,
             CASE WHEN sending_at IS NULL THEN NULL ELSE {} - sending_at END AS sending_for",
            self.engine.now()
        )
    }

    /// `condition` is one of this file's own, with one parameter.
    async fn read_one(
        &self,
        connection: &mut AnyConnection,
        condition: &'static str,
        value: &str,
    ) -> Result<Option<Operation>, LedgerError> {
        let sql = format!("SELECT {} FROM operations WHERE {condition}", self.columns());
        sqlx::query(&sql).bind(value).fetch_optional(connection).await?.as_ref().map(operation).transpose()
    }
}

impl Operation {
    fn view(self, events: Vec<OperationEvent>) -> OperationView {
        let decisions = crate::creation::decisions(&self);
        OperationView {
            id: self.id,
            state: self.state.name().to_owned(),
            request: self.request,
            cluster: self.cluster,
            created_at: self.created_at,
            updated_at: self.updated_at,
            now: now(),
            events,
            problem: self.problem,
            ruled_out: self.ruled_out,
            decisions: decisions.iter().map(|decision| decision.name().to_owned()).collect(),
        }
    }
}

/// Operations whose events are read in one go.
const AT_ONCE: usize = 100;

const HOLDS_KEY: &str = "registered_key = $1 AND holds_key = 1";

fn event(row: &AnyRow) -> Result<OperationEvent, LedgerError> {
    Ok(OperationEvent {
        seq: unsigned(row.try_get("seq")?),
        at: unsigned(row.try_get("at")?),
        state: row.try_get("state")?,
        message: row.try_get("message")?,
    })
}

fn operation(row: &AnyRow) -> Result<Operation, LedgerError> {
    let state: String = row.try_get("state")?;
    let request: String = row.try_get("request")?;
    let ruled_out: String = row.try_get("ruled_out")?;
    let cluster: Option<String> = row.try_get("cluster")?;
    let problem: Option<String> = row.try_get("problem")?;
    let unreadable = |e: serde_json::Error| LedgerError::Row(e.to_string());
    Ok(Operation {
        id: row.try_get("id")?,
        idempotency_key: row.try_get("idempotency_key")?,
        fingerprint: row.try_get("fingerprint")?,
        state: State::named(&state).ok_or_else(|| LedgerError::Row(format!("unknown state `{state}`")))?,
        request: serde_json::from_str(&request).map_err(unreadable)?,
        cluster: cluster.map(|text| serde_json::from_str(&text)).transpose().map_err(unreadable)?,
        problem: problem.map(|text| serde_json::from_str(&text)).transpose().map_err(unreadable)?,
        ruled_out: serde_json::from_str(&ruled_out).map_err(unreadable)?,
        created_at: unsigned(row.try_get("created_at")?),
        updated_at: unsigned(row.try_get("updated_at")?),
        sends: unsigned(row.try_get("sends")?),
        fence: unsigned(row.try_get("fence")?),
        sending_for: row.try_get::<Option<i64>, _>("sending_for")?.map(unsigned),
    })
}
