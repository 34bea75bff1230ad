//! Keys that this proxy registered: only these may be deleted through it.

use std::collections::HashMap;

use sqlx::Row as _;

use super::audit::{self, Entry};
use super::{Ledger, LedgerError, now, signed, unsigned};
use crate::confluent::Key;

impl Ledger {
    /// Records something that is about to be asked of Confluent, or was answered, and changes nothing else. Where this
    /// fails nothing may be asked.
    pub(crate) async fn note(&self, entry: &Entry<'_>) -> Result<(), LedgerError> {
        let mut transaction = self.begin().await?;
        audit::append(self.engine, &mut transaction, entry, None).await?;
        self.commit(transaction).await
    }

    /// Records a key that was just registered through this proxy.
    pub(crate) async fn record_key(&self, key: &Key, entry: &Entry<'_>) -> Result<(), LedgerError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO registered_keys (id, registered_at, key_vault_id, key_id, tenant_id)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
        )
        .bind(key.id.as_str())
        .bind(signed(now()))
        .bind(key.key.key_vault_id.as_str())
        .bind(key.key.key_id.as_str())
        .bind(key.key.tenant_id.as_str())
        .execute(&mut *transaction)
        .await?;
        audit::append(self.engine, &mut transaction, entry, None).await?;
        self.commit(transaction).await
    }

    /// Records that a registration was deleted.
    pub(crate) async fn record_key_deleted(&self, id: &str, entry: &Entry<'_>) -> Result<(), LedgerError> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE registered_keys SET deleted_at = $1 WHERE id = $2")
            .bind(signed(now()))
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        audit::append(self.engine, &mut transaction, entry, None).await?;
        self.commit(transaction).await
    }

    /// When each key registered here, and not deleted here since, was registered.
    pub(crate) async fn registered_keys(&self) -> Result<HashMap<String, u64>, LedgerError> {
        let rows = sqlx::query("SELECT id, registered_at FROM registered_keys WHERE deleted_at IS NULL")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, unsigned(row.try_get("registered_at")?)))).collect()
    }
}
