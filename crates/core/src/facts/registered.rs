//! What Confluent reports of a registered key and of a network.

use super::seconds_since_epoch;
use crate::id::{KeyId, TenantId, VaultId};
use crate::wire::{KeyView, NetworkView};

/// A registered key (Confluent Cloud, byok/v1 Key).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct KeyFacts {
    /// The vault; `None` if the registration's own text could not be read.
    pub vault: Option<VaultId>,
    /// The key; `None` if the registration's own text could not be read.
    pub key: Option<KeyId>,
    /// The tenant; `None` if the registration's own text could not be read.
    pub tenant: Option<TenantId>,
    /// `AVAILABLE`, `IN_USE`, or one that this version does not know.
    pub state: String,
    /// `INITIALIZING`, `VALID`, `INVALID`, one that this version does not know, or empty.
    pub phase: String,
    /// Confluent's words about the phase.
    pub message: Option<String>,
    /// Region of the key; Confluent knows it after a first success.
    pub region: Option<String>,
    /// When the key was registered, or since when its phase stands, in seconds since the Unix epoch.
    pub registered_at: Option<u64>,
    /// When the user last said that the roles are given, in seconds since the Unix epoch.
    pub granted_at: Option<u64>,
}

impl KeyFacts {
    /// From what the proxy reports at `now` (seconds since the Unix epoch).
    pub fn of(view: &KeyView, now: u64) -> Self {
        let since = view.validation.since.as_deref().and_then(seconds_since_epoch);
        KeyFacts {
            vault: crate::id::key_vault_id(&view.key_vault_id).value,
            key: KeyId::parse(&view.key_id).or_else(|| crate::id::key_id(&view.key_id).value),
            tenant: TenantId::parse(&view.tenant_id),
            state: view.state.clone(),
            phase: view.validation.phase.clone(),
            message: view.validation.message.clone(),
            region: view.validation.region.clone(),
            registered_at: view.registered_for.map(|seconds| now.saturating_sub(seconds)).or(since),
            granted_at: None,
        }
    }
}

/// A network (Confluent Cloud, networking/v1 Network).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NetworkFacts {
    /// Azure region.
    pub region: String,
    /// `PROVISIONING`, `READY`, `FAILED`, `DEPROVISIONING`, or one that this version does not know.
    pub phase: String,
    /// `PEERING`, `PRIVATELINK`, or a kind that this version does not know.
    pub connection_types: Vec<String>,
}

impl NetworkFacts {
    /// From what the proxy reports.
    pub fn of(view: &NetworkView) -> Self {
        NetworkFacts {
            region: view.region.clone(),
            phase: view.phase.clone(),
            connection_types: view.connection_types.clone(),
        }
    }
}
