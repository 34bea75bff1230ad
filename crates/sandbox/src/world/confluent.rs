//! What exists on Confluent's side, as plain values.

use std::collections::BTreeMap;

use time::OffsetDateTime;

pub(crate) struct Environment {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Limits of this environment where they differ from the world's, by quota code.
    pub(crate) quotas: BTreeMap<String, u64>,
}

pub(crate) struct Network {
    pub(crate) id: String,
    pub(crate) environment: String,
    pub(crate) name: String,
    pub(crate) region: String,
    /// `PEERING` or `PRIVATELINK`.
    pub(crate) connection: String,
    pub(crate) phase: String,
    pub(crate) cidr: Option<String>,
}

/// A key registered with Confluent.
pub(crate) struct Registration {
    pub(crate) id: String,
    pub(crate) display_name: Option<String>,
    pub(crate) key_id: String,
    pub(crate) key_vault_id: String,
    pub(crate) tenant_id: String,
    pub(crate) application_id: String,
    pub(crate) created: OffsetDateTime,
    pub(crate) updated: OffsetDateTime,
    /// Whether somebody has seen it VALID; a later loss of access is then INVALID, not INITIALIZING.
    pub(crate) seen_valid: bool,
    /// Until when it is held although its cluster is gone.
    pub(crate) held_until: Option<OffsetDateTime>,
}

pub(crate) struct Cluster {
    pub(crate) id: String,
    pub(crate) environment: String,
    pub(crate) name: String,
    pub(crate) availability: String,
    pub(crate) cloud: String,
    pub(crate) region: String,
    pub(crate) kind: String,
    pub(crate) cku: Option<u64>,
    pub(crate) network: Option<String>,
    pub(crate) byok: Option<String>,
    pub(crate) deletion_protection: bool,
    pub(crate) created: OffsetDateTime,
    pub(crate) updated: OffsetDateTime,
    /// From when on lists show it.
    pub(crate) listed: OffsetDateTime,
    /// From when on its key is told as `IN_USE`.
    pub(crate) key_in_use: OffsetDateTime,
    pub(crate) ready: OffsetDateTime,
    pub(crate) result: String,
}
