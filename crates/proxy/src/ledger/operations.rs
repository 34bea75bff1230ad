//! Creations of clusters, from the click to the end.
//!
//! *intended* → *sending* → *provisioning* → *provisioned*, or *failed*, or *needs a person*. A step is a compare and
//! set in the database: whoever loses the race learns it and does nothing.

use byok_core::wire::{ClusterView, FindingView, NewCluster, OperationEvent, OperationView};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::{Ledger, LedgerError, now, seconds, stored};

/// Where a creation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Recorded; nothing was sent.
    Intended,
    /// About to be sent, or sent with an unknown outcome. Whoever finds this only reads.
    Sending,
    /// The cluster exists and is being built.
    Provisioning,
    /// The cluster can be used.
    Provisioned,
    /// Certain that there is no usable cluster.
    Failed,
    /// Nobody but a person can tell whether there is a cluster.
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

impl State {
    /// As it is stored and sent.
    pub(crate) fn name(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("failed", |(_, name)| name)
    }

    fn named(name: &str) -> Option<Self> {
        STATES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }

    /// Whether nothing more happens by itself.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, State::Provisioned | State::Failed | State::NeedsPerson)
    }
}

/// One creation as the ledger knows it.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) fingerprint: String,
    pub(crate) state: State,
    pub(crate) request: NewCluster,
    pub(crate) cluster: Option<ClusterView>,
    pub(crate) problem: Option<FindingView>,
    pub(crate) created_at: u64,
    /// When it was about to be sent.
    pub(crate) sending_at: Option<u64>,
    pub(crate) updated_at: u64,
}

/// What became of the wish to record a creation.
#[derive(Debug)]
pub(crate) enum Recorded {
    /// Written; the caller goes on.
    New(Operation),
    /// The same draft was recorded before, perhaps with other answers: compare the fingerprints.
    Draft(Operation),
    /// Another creation with this registered key is still open.
    KeyTaken(Operation),
}

/// A step and what is learnt with it.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// The cluster as last seen.
    pub(crate) cluster: Option<ClusterView>,
    /// Why it ended badly, or what to know although it ended well.
    pub(crate) problem: Option<FindingView>,
}

impl Ledger {
    /// Records the intent, before anything is sent.
    pub(crate) async fn intend(
        &self,
        id: &str,
        idempotency_key: &str,
        fingerprint: &str,
        request: &NewCluster,
    ) -> Result<Recorded, LedgerError> {
        let text = serde_json::to_string(request).map_err(|e| LedgerError::Row(e.to_string()))?;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let at = now();
        let inserted = sqlx::query(
            "INSERT INTO operations (id, idempotency_key, fingerprint, environment, registered_key, state, request,
                 created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, 'intended', ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(id)
        .bind(idempotency_key)
        .bind(fingerprint)
        .bind(&request.environment)
        .bind(&request.key)
        .bind(text)
        .bind(stored(at))
        .bind(stored(at))
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        let recorded = if inserted == 1 {
            append(
                &mut transaction,
                id,
                at,
                State::Intended,
                "The creation is recorded; nothing has been sent yet.",
            )
            .await?;
            for waiver in &request.waivers {
                let message =
                    format!("Went on although `{}` is unknown: {}", waiver.requirement, waiver.reason);
                append(&mut transaction, id, at, State::Intended, &message).await?;
            }
            read_one(&mut transaction, "id = ?", id).await?.map(Recorded::New)
        } else if let Some(before) =
            read_one(&mut transaction, "idempotency_key = ?", idempotency_key).await?
        {
            Some(Recorded::Draft(before))
        } else {
            read_one(&mut transaction, OPEN_WITH_KEY, &request.key).await?.map(Recorded::KeyTaken)
        };
        transaction.commit().await?;
        self.tell(id, State::Intended);
        recorded.ok_or_else(|| LedgerError::Row("a creation vanished while it was recorded".to_owned()))
    }

    /// Takes a step if the operation is still in one of the states `from`. False: somebody else was faster.
    pub(crate) async fn step(
        &self,
        id: &str,
        from: &[State],
        to: State,
        message: &str,
        change: Change,
    ) -> Result<bool, LedgerError> {
        let as_text = |e: serde_json::Error| LedgerError::Row(e.to_string());
        let cluster = change.cluster.as_ref().map(serde_json::to_string).transpose().map_err(as_text)?;
        let problem = change.problem.as_ref().map(serde_json::to_string).transpose().map_err(as_text)?;
        let from: Vec<&str> = from.iter().map(|state| state.name()).collect();
        let at = now();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let changed = sqlx::query(
            "UPDATE operations SET state = ?1, updated_at = ?2,
                 sending_at = CASE WHEN ?1 = 'sending' THEN coalesce(sending_at, ?2) ELSE sending_at END,
                 cluster_id = coalesce(?3, cluster_id), cluster = coalesce(?4, cluster), problem = coalesce(?5, problem)
             WHERE id = ?6 AND state IN (SELECT value FROM json_each(?7))",
        )
        .bind(to.name())
        .bind(stored(at))
        .bind(change.cluster.as_ref().map(|cluster| cluster.id.clone()))
        .bind(cluster)
        .bind(problem)
        .bind(id)
        .bind(serde_json::to_string(&from).map_err(as_text)?)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        if changed == 1 {
            append(&mut transaction, id, at, to, message).await?;
        }
        transaction.commit().await?;
        if changed == 1 {
            self.tell(id, to);
        }
        Ok(changed == 1)
    }

    /// One operation.
    pub(crate) async fn operation(&self, id: &str) -> Result<Option<Operation>, LedgerError> {
        let mut connection = self.pool.acquire().await?;
        read_one(&mut connection, "id = ?", id).await
    }

    /// The operation of a draft, if that draft was sent before.
    pub(crate) async fn operation_of_draft(
        &self,
        idempotency_key: &str,
    ) -> Result<Option<Operation>, LedgerError> {
        let mut connection = self.pool.acquire().await?;
        read_one(&mut connection, "idempotency_key = ?", idempotency_key).await
    }

    /// The open operation that uses a registered key.
    pub(crate) async fn open_operation_with_key(&self, key: &str) -> Result<Option<Operation>, LedgerError> {
        let mut connection = self.pool.acquire().await?;
        read_one(&mut connection, OPEN_WITH_KEY, key).await
    }

    /// All operations, newest first.
    pub(crate) async fn operations(&self) -> Result<Vec<Operation>, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM operations ORDER BY created_at DESC, id");
        sqlx::query(&sql).fetch_all(&self.pool).await?.iter().map(operation).collect()
    }

    /// The story of an operation after `seq`.
    pub(crate) async fn events_after(&self, id: &str, seq: u64) -> Result<Vec<OperationEvent>, LedgerError> {
        let rows = sqlx::query(
            "SELECT seq, at, state, message FROM operation_events WHERE operation = ? AND seq > ? ORDER BY seq",
        )
        .bind(id)
        .bind(stored(seq))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(OperationEvent {
                    seq: seconds(row.try_get("seq")?),
                    at: seconds(row.try_get("at")?),
                    state: row.try_get("state")?,
                    message: row.try_get("message")?,
                })
            })
            .collect()
    }

    /// An operation as it travels, with its whole story.
    pub(crate) async fn view(&self, operation: Operation) -> Result<OperationView, LedgerError> {
        let events = self.events_after(&operation.id, 0).await?;
        Ok(OperationView {
            id: operation.id,
            state: operation.state.name().to_owned(),
            request: operation.request,
            cluster: operation.cluster,
            created_at: operation.created_at,
            updated_at: operation.updated_at,
            now: now(),
            events,
            problem: operation.problem,
            ruled_out: Vec::new(),
            decisions: Vec::new(),
        })
    }

    fn tell(&self, id: &str, state: State) {
        tracing::info!(operation = id, state = state.name(), "operation changed");
        // Nobody may be watching.
        let _ = self.changed.send(id.to_owned());
    }
}

const COLUMNS: &str = "id, fingerprint, state, request, cluster, problem, created_at, sending_at, updated_at";
const OPEN_WITH_KEY: &str =
    "registered_key = ? AND state IN ('intended', 'sending', 'provisioning', 'needs_person')";

/// `condition` is one of this file's own, with one parameter.
async fn read_one(
    connection: &mut SqliteConnection,
    condition: &'static str,
    value: &str,
) -> Result<Option<Operation>, LedgerError> {
    let sql = format!("SELECT {COLUMNS} FROM operations WHERE {condition}");
    sqlx::query(&sql).bind(value).fetch_optional(connection).await?.as_ref().map(operation).transpose()
}

async fn append(
    connection: &mut SqliteConnection,
    id: &str,
    at: u64,
    state: State,
    message: &str,
) -> Result<(), LedgerError> {
    sqlx::query(
        "INSERT INTO operation_events (operation, seq, at, state, message)
         SELECT ?1, coalesce(max(seq), 0) + 1, ?2, ?3, ?4 FROM operation_events WHERE operation = ?1",
    )
    .bind(id)
    .bind(stored(at))
    .bind(state.name())
    .bind(message)
    .execute(connection)
    .await?;
    Ok(())
}

fn operation(row: &SqliteRow) -> Result<Operation, LedgerError> {
    let state: String = row.try_get("state")?;
    let request: String = row.try_get("request")?;
    let cluster: Option<String> = row.try_get("cluster")?;
    let problem: Option<String> = row.try_get("problem")?;
    let unreadable = |e: serde_json::Error| LedgerError::Row(e.to_string());
    Ok(Operation {
        id: row.try_get("id")?,
        fingerprint: row.try_get("fingerprint")?,
        state: State::named(&state).ok_or_else(|| LedgerError::Row(format!("unknown state `{state}`")))?,
        request: serde_json::from_str(&request).map_err(unreadable)?,
        cluster: cluster.map(|text| serde_json::from_str(&text)).transpose().map_err(unreadable)?,
        problem: problem.map(|text| serde_json::from_str(&text)).transpose().map_err(unreadable)?,
        created_at: seconds(row.try_get("created_at")?),
        sending_at: row.try_get::<Option<i64>, _>("sending_at")?.map(seconds),
        updated_at: seconds(row.try_get("updated_at")?),
    })
}
