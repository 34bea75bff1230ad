//! What is known of key, vault and network. What is not known says why.

use crate::id::{KeyId, TenantId, VaultId};
use crate::wire::{KeyView, NetworkView};

use super::VALIDATION_WINDOW_SECONDS;

/// Why a fact is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyUnknown {
    /// Nobody has looked.
    NotAsked,
    /// The source was asked and could not answer; in a few words, without a final full stop.
    Failed(String),
}

impl WhyUnknown {
    /// The reason in a few words.
    pub fn reason(&self) -> &str {
        match self {
            WhyUnknown::NotAsked => "nobody has looked yet",
            WhyUnknown::Failed(words) => words,
        }
    }
}

/// Everything known, from whichever source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The registered key, as Confluent reports it.
    pub key: Result<KeyFacts, WhyUnknown>,
    /// The network of the plan, as Confluent reports it; looked at only if the plan has one.
    pub network: Result<NetworkFacts, WhyUnknown>,
    /// The tenant that the vault itself names.
    pub vault_tenant: Result<TenantId, WhyUnknown>,
}

impl Default for Facts {
    fn default() -> Self {
        Facts {
            key: Err(WhyUnknown::NotAsked),
            network: Err(WhyUnknown::NotAsked),
            vault_tenant: Err(WhyUnknown::NotAsked),
        }
    }
}

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

    /// For how long Confluent has had a chance to use the key, in seconds: since the grant, or else since the
    /// registration. A time that lies ahead (clocks differ) counts as just now.
    pub(super) fn age(&self, now: u64) -> Option<u64> {
        let start = self.granted_at.max(self.registered_at)?;
        Some(now.saturating_sub(start))
    }

    /// How many seconds of the window are left while Confluent has not judged the key.
    pub(super) fn still_waiting(&self, now: u64) -> Option<u64> {
        let age = self.age(now)?;
        if self.phase == "INITIALIZING" && age < VALIDATION_WINDOW_SECONDS {
            Some(VALIDATION_WINDOW_SECONDS - age)
        } else {
            None
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

/// Reads a time as RFC 3339 writes it, in whole seconds since the Unix epoch; `None` before 1970 or for anything else.
pub fn seconds_since_epoch(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
    };
    let mark = |at: usize, allowed: &[u8]| bytes.get(at).is_some_and(|byte| allowed.contains(byte));
    if !(mark(4, b"-") && mark(7, b"-") && mark(10, b"Tt ") && mark(13, b":") && mark(16, b":")) {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut at = 19;
    if mark(at, b".") {
        at += 1;
        while mark(at, b"0123456789") {
            at += 1;
        }
    }
    let offset = if mark(at, b"Zz") && bytes.len() == at + 1 {
        0
    } else if mark(at, b"+-") && mark(at + 3, b":") && bytes.len() == at + 6 {
        let minutes = number(at + 1, at + 3)? * 60 + number(at + 4, at + 6)?;
        if mark(at, b"+") { minutes } else { -minutes }
    } else {
        return None;
    };
    // Days since the epoch in the proleptic Gregorian calendar, counted in years that start in March.
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    u64::try_from(days * 86_400 + hour * 3_600 + (minute - offset) * 60 + second).ok()
}
