//! The tables, as steps that are applied once each, in order. A step that was released is never changed.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Each step's number, name and statements.
const STEPS: &[(i64, &str, &str)] = &[(
    1,
    "keys and operations",
    "
    CREATE TABLE registered_keys (
        id            TEXT PRIMARY KEY,
        registered_at INTEGER NOT NULL,
        deleted_at    INTEGER,
        key_vault_id  TEXT NOT NULL,
        key_id        TEXT NOT NULL,
        tenant_id     TEXT NOT NULL
    ) STRICT;

    CREATE TABLE operations (
        id              TEXT PRIMARY KEY,
        idempotency_key TEXT NOT NULL UNIQUE,
        fingerprint     TEXT NOT NULL,
        environment     TEXT NOT NULL,
        registered_key  TEXT NOT NULL,
        state           TEXT NOT NULL CHECK (state IN
            ('intended', 'sending', 'provisioning', 'provisioned', 'failed', 'needs_person')),
        request         TEXT NOT NULL,
        cluster_id      TEXT,
        cluster         TEXT,
        problem         TEXT,
        created_at      INTEGER NOT NULL,
        sending_at      INTEGER,
        updated_at      INTEGER NOT NULL
    ) STRICT;

    -- A registered key serves one cluster, so two open creations with one key would be one too many.
    CREATE UNIQUE INDEX one_open_operation_a_key ON operations (registered_key)
        WHERE state IN ('intended', 'sending', 'provisioning', 'needs_person');

    CREATE TABLE operation_events (
        operation TEXT NOT NULL REFERENCES operations (id),
        seq       INTEGER NOT NULL,
        at        INTEGER NOT NULL,
        state     TEXT NOT NULL,
        message   TEXT NOT NULL,
        PRIMARY KEY (operation, seq)
    ) STRICT;
    ",
)];

/// What brings a file to the newest step; refuses a file that a newer program has written.
pub(crate) fn migrator() -> Migrator {
    let steps = STEPS.iter().map(|(version, description, sql)| {
        Migration::new(
            *version,
            Cow::Borrowed(*description),
            MigrationType::Simple,
            Cow::Borrowed(*sql),
            false,
        )
    });
    Migrator { migrations: Cow::Owned(steps.collect()), ..Migrator::DEFAULT }
}
