//! The tables, as steps that are applied once each, in order. A step that was released is never changed.
//!
//! The two engines have the same tables; PostgreSQL came later and begins where SQLite had arrived.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::Engine;

/// A step's number, name and statements.
type Step = (i64, &'static str, &'static str);

const SQLITE: &[Step] = &[
    (
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
    ),
    (
        2,
        "leases, spent keys, order of changes, audit",
        "
    ALTER TABLE operations ADD COLUMN holds_key INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE operations ADD COLUMN sends INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE operations ADD COLUMN ruled_out TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE operations ADD COLUMN lease_owner TEXT NOT NULL DEFAULT '';
    ALTER TABLE operations ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE operations ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
    UPDATE operations SET sends = 1 WHERE sending_at IS NOT NULL;
    UPDATE operations SET sending_at = sending_at * 1000 WHERE sending_at IS NOT NULL;
    -- Of several that have served one key, the last one holds it.
    UPDATE operations SET holds_key = 0 WHERE (state = 'failed' AND cluster_id IS NULL) OR EXISTS (
        SELECT 1 FROM operations AS later WHERE later.registered_key = operations.registered_key
            AND later.rowid > operations.rowid AND NOT (later.state = 'failed' AND later.cluster_id IS NULL));
    DROP INDEX one_open_operation_a_key;
    CREATE UNIQUE INDEX one_creation_a_key ON operations (registered_key) WHERE holds_key = 1;
    CREATE INDEX open_operations ON operations (lease_until)
        WHERE state IN ('intended', 'sending', 'provisioning');
    CREATE INDEX newest_operations ON operations (created_at);

    ALTER TABLE operation_events ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX changes ON operation_events (change);

    CREATE TABLE audit (seq INTEGER PRIMARY KEY, line TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
    CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
    INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '');
    ",
    ),
];

const POSTGRES: &[Step] = &[(
    1,
    "keys, operations, audit",
    "
    CREATE TABLE registered_keys (
        id            TEXT PRIMARY KEY,
        registered_at BIGINT NOT NULL,
        deleted_at    BIGINT,
        key_vault_id  TEXT NOT NULL,
        key_id        TEXT NOT NULL,
        tenant_id     TEXT NOT NULL
    );

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
        created_at      BIGINT NOT NULL,
        sending_at      BIGINT,
        updated_at      BIGINT NOT NULL,
        holds_key       BIGINT NOT NULL DEFAULT 1,
        sends           BIGINT NOT NULL DEFAULT 0,
        ruled_out       TEXT NOT NULL DEFAULT '[]',
        lease_owner     TEXT NOT NULL DEFAULT '',
        lease_until     BIGINT NOT NULL DEFAULT 0,
        fence           BIGINT NOT NULL DEFAULT 0
    );
    CREATE UNIQUE INDEX one_creation_a_key ON operations (registered_key) WHERE holds_key = 1;
    CREATE INDEX open_operations ON operations (lease_until)
        WHERE state IN ('intended', 'sending', 'provisioning');
    CREATE INDEX newest_operations ON operations (created_at);

    CREATE TABLE operation_events (
        operation TEXT NOT NULL REFERENCES operations (id),
        seq       BIGINT NOT NULL,
        at        BIGINT NOT NULL,
        state     TEXT NOT NULL,
        message   TEXT NOT NULL,
        change    BIGINT NOT NULL,
        PRIMARY KEY (operation, seq)
    );
    CREATE INDEX changes ON operation_events (change);

    CREATE TABLE audit (seq BIGINT PRIMARY KEY, line TEXT NOT NULL, hash TEXT NOT NULL);
    CREATE TABLE audit_head (one BIGINT PRIMARY KEY CHECK (one = 1), seq BIGINT NOT NULL, hash TEXT NOT NULL);
    INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '');
    ",
)];

/// What brings a ledger to the newest step; refuses one that a newer program has written.
pub(super) fn migrator(engine: Engine) -> Migrator {
    let steps = match engine {
        Engine::Sqlite => SQLITE,
        Engine::Postgres => POSTGRES,
    };
    of(steps)
}

fn of(steps: &[Step]) -> Migrator {
    let steps = steps.iter().map(|(version, description, sql)| {
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

/// What the first version did to a new file.
#[cfg(test)]
pub(crate) fn first_step_for_test() -> Migrator {
    of(&SQLITE[..1])
}
