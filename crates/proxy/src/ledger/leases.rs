//! Who drives which operation, and for how long.
//!
//! One server drives an operation at a time. It renews its lease while it lives; when the lease runs out another may take
//! over, with a higher number (the fence). A step in the ledger needs the newest number, so whoever was only asleep finds
//! its steps refused and stops. What it may still send cannot be refused that way, which is why nobody who takes over
//! ever sends.

use sqlx::Row as _;

use super::operations::DRIVEN;
use super::{Ledger, LedgerError, milliseconds, placeholders, signed, unsigned};

/// The right to take steps with an operation, until somebody else takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    /// The operation.
    pub(crate) operation: String,
    /// Rises with each takeover.
    pub(crate) fence: u64,
}

/// Operations looked at in one go when leases are renewed or taken over.
const AT_ONCE: usize = 100;

impl Ledger {
    /// Operations that nobody drives although something is to be done: new ones of a server that died, for example.
    pub(crate) async fn abandoned(&self) -> Result<Vec<String>, LedgerError> {
        let sql = format!(
            "SELECT id FROM operations WHERE state IN ({DRIVEN}) AND lease_until < {} ORDER BY lease_until LIMIT {AT_ONCE}",
            self.engine.now()
        );
        let rows = sqlx::query(&sql).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
    }

    /// Takes an operation over, if nobody drives it. None: somebody does.
    pub(crate) async fn take_over(&self, operation: &str) -> Result<Option<Hold>, LedgerError> {
        let now = self.engine.now();
        let sql = format!(
            "UPDATE operations SET lease_owner = $1, lease_until = {now} + $2, fence = fence + 1
             WHERE id = $3 AND state IN ({DRIVEN}) AND lease_until < {now} RETURNING fence"
        );
        let row = sqlx::query(&sql)
            .bind(self.me.as_str())
            .bind(milliseconds(self.lease))
            .bind(operation)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok(Hold { operation: operation.to_owned(), fence: unsigned(row.try_get("fence")?) }))
            .transpose()
    }

    /// Renews the leases of what is being driven here.
    pub(crate) async fn renew(&self, held: &[Hold]) -> Result<(), LedgerError> {
        for some in held.chunks(AT_ONCE) {
            let sql = format!(
                "UPDATE operations SET lease_until = {} + $1 WHERE lease_owner = $2 AND id IN ({})",
                self.engine.now(),
                placeholders(3, some.len())
            );
            let mut query = sqlx::query(&sql).bind(milliseconds(self.lease)).bind(self.me.as_str());
            for hold in some {
                query = query.bind(hold.operation.as_str());
            }
            query.execute(&self.pool).await?;
        }
        Ok(())
    }

    /// Whether an operation still is this holder's.
    pub(crate) async fn holds(&self, hold: &Hold) -> Result<bool, LedgerError> {
        let row = sqlx::query("SELECT id FROM operations WHERE id = $1 AND fence = $2")
            .bind(hold.operation.as_str())
            .bind(signed(hold.fence))
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.is_some())
    }

    /// Lets go of everything, so that others need not wait for the leases to run out.
    pub(super) async fn release_all(&self) -> Result<(), LedgerError> {
        let sql =
            format!("UPDATE operations SET lease_until = 0 WHERE lease_owner = $1 AND state IN ({DRIVEN})");
        sqlx::query(&sql).bind(self.me.as_str()).execute(&self.pool).await?;
        Ok(())
    }
}
