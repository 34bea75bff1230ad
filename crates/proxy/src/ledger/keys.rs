//! Keys that this proxy registered: only these may be deleted through it.

use std::collections::HashMap;

use sqlx::Row as _;

use super::{Ledger, LedgerError, now, seconds, stored};
use crate::confluent::Key;

impl Ledger {
    /// Records a key that was just registered through this proxy.
    pub(crate) async fn record_key(&self, key: &Key) -> Result<(), LedgerError> {
        sqlx::query(
            "INSERT INTO registered_keys (id, registered_at, key_vault_id, key_id, tenant_id) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(&key.id)
        .bind(stored(now()))
        .bind(&key.key.key_vault_id)
        .bind(&key.key.key_id)
        .bind(&key.key.tenant_id)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Records that a registration was deleted.
    pub(crate) async fn record_key_deleted(&self, id: &str) -> Result<(), LedgerError> {
        sqlx::query("UPDATE registered_keys SET deleted_at = ? WHERE id = ?")
            .bind(stored(now()))
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// When each key registered here, and not deleted here since, was registered.
    pub(crate) async fn registered_keys(&self) -> Result<HashMap<String, u64>, LedgerError> {
        let rows = sqlx::query("SELECT id, registered_at FROM registered_keys WHERE deleted_at IS NULL")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, seconds(row.try_get("registered_at")?)))).collect()
    }
}
