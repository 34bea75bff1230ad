//! The ledger: what this proxy has registered and what it has asked Confluent to create, on disk.
//!
//! A row exists before anything that costs money is sent, and every step is committed before the next one is taken, so
//! that whoever comes after a crash knows what may have happened. Times are seconds since the Unix epoch (UTC).
//! It never holds a secret, and nothing in it is ever deleted.

mod keys;
mod operations;
mod schema;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use tokio::sync::broadcast;

pub(crate) use operations::{Change, Operation, Recorded, State};

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

/// The ledger, shared by all requests.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    pool: SqlitePool,
    /// Ids of operations that changed, for those who watch.
    changed: broadcast::Sender<String>,
}

impl Ledger {
    /// Opens the file, creates it where it is missing, and brings its tables up to date.
    pub(crate) async fn open(path: &Path) -> Result<Self, LedgerError> {
        create_private(path).map_err(|cause| LedgerError::File { path: path.to_owned(), cause })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // A commit must survive a power cut: the next thing sent may cost money.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new().max_connections(2).connect_with(options).await?;
        schema::migrator().run(&pool).await?;
        let (changed, _) = broadcast::channel(64);
        Ok(Self { pool, changed })
    }

    /// Tells each changed operation's id. Who lags behind reads the ledger again.
    pub(crate) fn watch(&self) -> broadcast::Receiver<String> {
        self.changed.subscribe()
    }

    /// Whether the ledger can be read.
    pub(crate) async fn is_ready(&self) -> bool {
        sqlx::query("SELECT 1 FROM operations LIMIT 1").fetch_optional(&self.pool).await.is_ok()
    }

    /// Writes everything down and closes the file.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Now, in seconds since the Unix epoch.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn stored(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

fn seconds(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
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
