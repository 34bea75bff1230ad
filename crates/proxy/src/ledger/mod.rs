//! The ledger: what this proxy has registered and what it has asked Confluent to create.
//!
//! A row exists before anything that costs money is sent, and every step is committed before the next one is taken, so
//! that whoever comes after a crash knows what may have happened. It never holds a secret, and nothing in it is ever
//! deleted.
//!
//! Two engines, one code: SQLite in a file for one server, PostgreSQL where several share the ledger. Where a moment is
//! compared with another it is the database's clock that tells both, since the servers' clocks may differ.

mod audit;
mod feed;
mod keys;
mod leases;
mod operations;
mod schema;

use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, Connection as _, Executor as _, Transaction};

pub(crate) use audit::{Actor, Entry};
pub use audit::{AuditReport, AuditWrong, verify};
pub(crate) use feed::{Feed, Story};
pub(crate) use leases::Hold;
pub(crate) use operations::{Change, Intent, Operation, Recorded, State};

#[cfg(test)]
pub(crate) use schema::first_step_for_test;

use crate::boundary;

/// Where the ledger is.
#[derive(Clone, Debug)]
pub enum LedgerAt {
    /// In a file of its own, for one server (SQLite).
    File(PathBuf),
    /// In a database that several servers may share (`postgres://user:password@host/name`).
    Database(SecretString),
}

/// Why the ledger could not be opened or used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file could not be created.
    #[error("the ledger `{path}` cannot be created: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The address of the database is none. The address itself is not repeated: it holds a password.
    #[error("`database_url` is not an address like `postgres://user:password@host/name`")]
    Address,
    /// The database refused.
    #[error("the ledger refused: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date, or are of a newer version than this program.
    #[error("the ledger's tables do not fit this version: {0}")]
    Schema(#[from] sqlx::migrate::MigrateError),
    /// A row holds something that this version cannot read.
    #[error("a row of the ledger cannot be read: {0}")]
    Row(String),
}

/// The database behind the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Milliseconds since the Unix epoch by the database's own clock.
    fn now(self) -> &'static str {
        match self {
            Engine::Sqlite => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            Engine::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        }
    }

    /// Begins a transaction that will write. SQLite takes its one lock at once, since a later one could fail.
    fn begin(self) -> &'static str {
        match self {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN",
        }
    }
}

/// The ledger, shared by all requests.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    pool: AnyPool,
    /// Connections that requests cannot use up: a crowd of them must not keep what is under way from its steps, nor a
    /// lease from being renewed.
    drivers: AnyPool,
    engine: Engine,
    /// Names this run of this server among all that share the ledger.
    me: String,
    /// For how long an operation belongs to whoever drives it, unless renewed.
    lease: Duration,
    feed: Feed,
}

/// How long a request waits for the database before it is told that there is none.
const PATIENCE: Duration = Duration::from_secs(10);

/// For how long a connection may lie idle without being tried before it is used again. One that broke within this time
/// costs the request that finds it, which is told that the ledger failed.
const UNTESTED: Duration = Duration::from_secs(1);

impl Ledger {
    /// Opens the ledger, creates what is missing, and brings its tables up to date.
    pub(crate) async fn open(at: &LedgerAt, lease: Duration) -> Result<Self, LedgerError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(|| {
            sqlx::any::install_drivers(&[sqlx::sqlite::any::DRIVER, sqlx::postgres::any::DRIVER])
                .unwrap_or_default();
        });
        let (engine, address) = match at {
            LedgerAt::File(path) => {
                create_private(path).map_err(|cause| LedgerError::File { path: path.clone(), cause })?;
                (Engine::Sqlite, address_of(path))
            }
            LedgerAt::Database(address) => (Engine::Postgres, address.expose_secret().to_owned()),
        };
        let is_postgres = address.starts_with("postgres://") || address.starts_with("postgresql://");
        if engine == Engine::Postgres && !is_postgres {
            return Err(LedgerError::Address);
        }
        // The library's own words would repeat the address.
        let options: AnyConnectOptions = address.parse().map_err(|_| LedgerError::Address)?;
        let pool = |connections| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(PATIENCE)
                .test_before_acquire(false)
                .before_acquire(move |connection, known| {
                    Box::pin(async move {
                        // A file does not go away; and what answered a moment ago is not asked again each time.
                        if engine == Engine::Postgres && known.idle_for > UNTESTED {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .after_connect(move |connection, _| {
                    Box::pin(async move {
                        let manners = match engine {
                            Engine::Sqlite => SQLITE_MANNERS,
                            Engine::Postgres => POSTGRES_MANNERS,
                        };
                        connection.execute(manners).await.map(drop)
                    })
                })
        };
        // SQLite has one writer at a time; more connections would only wait for each other.
        let (for_requests, for_drivers) = if engine == Engine::Sqlite { (2, 1) } else { (8, 4) };
        let drivers = pool(for_drivers).connect_with(options.clone()).await?;
        schema::migrator(engine).run(&drivers).await?;
        let pool = pool(for_requests).connect_with(options).await?;
        let me = crate::random::short_id();
        let feed = Feed::new();
        Ok(Self { pool, drivers, engine, me, lease, feed })
    }

    /// The same ledger for those who drive operations.
    pub(crate) fn for_drivers(&self) -> Self {
        Self { pool: self.drivers.clone(), ..self.clone() }
    }

    /// For how long an operation belongs to its driver without being renewed.
    pub(crate) fn lease(&self) -> Duration {
        self.lease
    }

    /// Whether the ledger can be read.
    pub(crate) async fn is_ready(&self) -> bool {
        self.audit_head().await.is_ok()
    }

    /// Lets go of what this server drives, writes everything down and closes.
    pub(crate) async fn close(&self) {
        if let Err(error) = self.for_drivers().release_all().await {
            tracing::warn!(%error, "open creations are taken up by others only when the leases run out");
        }
        self.pool.close().await;
        self.drivers.close().await;
    }

    /// Puts in so many operations that ended long ago.
    #[cfg(all(test, feature = "bench"))]
    pub(crate) async fn fill_for_test(&self, count: u32, request: &str) -> Result<(), LedgerError> {
        let mut transaction = self.begin().await?;
        for at in 0..i64::from(count) {
            let id = format!("old-{at}");
            sqlx::query(
                "INSERT INTO operations (id, idempotency_key, fingerprint, environment, registered_key, state, request,
                     cluster_id, created_at, updated_at) VALUES ($1, $1, 'f', 'env-1', $1, 'provisioned', $2, $1, $3, $3)",
            )
            .bind(id.as_str())
            .bind(request)
            .bind(at)
            .execute(&mut *transaction)
            .await?;
            for (seq, state) in [(1_i64, "intended"), (2, "sending"), (3, "provisioning"), (4, "provisioned")]
            {
                sqlx::query(
                    "INSERT INTO operation_events (operation, seq, at, state, message, change)
                     VALUES ($1, $2, 1, $3, 'It happened.', $4)",
                )
                .bind(id.as_str())
                .bind(seq)
                .bind(state)
                .bind(at * 4 + seq)
                .execute(&mut *transaction)
                .await?;
            }
        }
        self.commit(transaction).await
    }

    /// Uses up all the room that there is.
    #[cfg(test)]
    pub(crate) async fn full_for_test(&self) {
        let mut held = Vec::new();
        for pool in [&self.pool, &self.pool, &self.drivers] {
            let mut connection = pool.acquire().await.expect("a connection");
            connection.execute("PRAGMA max_page_count = 1").await.expect("a limit");
            held.push(connection);
        }
        drop(held);
        let actor = Actor::server("full");
        let entry = Entry {
            actor: &actor,
            action: "full",
            subject: "",
            before: "",
            after: "",
            upstream: &[],
            detail: "x".repeat(100_000).into(),
        };
        assert!(self.note(&entry).await.is_err(), "there is room for a large line");
        let entry = Entry { detail: "x".repeat(100).into(), ..entry };
        while self.note(&entry).await.is_ok() {}
    }

    async fn begin(&self) -> Result<Transaction<'static, Any>, LedgerError> {
        boundary::reached("ledger: before a transaction").await;
        Ok(self.pool.begin_with(self.engine.begin()).await?)
    }

    /// Commits, and tells those who watch.
    async fn commit(&self, transaction: Transaction<'static, Any>) -> Result<(), LedgerError> {
        boundary::reached("ledger: before a commit").await;
        transaction.commit().await?;
        boundary::reached("ledger: after a commit").await;
        self.feed.stir();
        Ok(())
    }
}

/// A commit must survive a power cut: the next thing sent may cost money. Hence FULL.
const SQLITE_MANNERS: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 8000;
     PRAGMA foreign_keys = ON;";

/// A server that falls asleep in the middle of a transaction must not keep the others waiting for its locks.
const POSTGRES_MANNERS: &str =
    "SET idle_in_transaction_session_timeout = '3s'; SET statement_timeout = '10s';";

/// Now, in seconds since the Unix epoch, by this machine's clock: for what is shown, never for what is compared with
/// the ledger's moments.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn json(value: &(impl serde::Serialize + ?Sized)) -> Result<String, LedgerError> {
    serde_json::to_string(value).map_err(|e| LedgerError::Row(e.to_string()))
}

/// Two or more placeholders, counted from `first`: `$3, $4`.
fn placeholders(first: usize, count: usize) -> String {
    (first..first + count).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ")
}

/// What of a path stands for itself in an address.
const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

/// The file's address for the database library: percent-encoded, and never made by it.
fn address_of(path: &Path) -> String {
    format!("sqlite://{}?mode=rw", utf8_percent_encode(&path.to_string_lossy(), IN_A_PATH))
}

/// Creates the file readable by its owner alone; SQLite gives its side files the same rights.
fn create_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map(drop)
}
