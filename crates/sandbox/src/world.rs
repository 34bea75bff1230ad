//! What exists: tenants, subscriptions, vaults, keys, principals, role assignments, and Confluent's side.
//!
//! One plain value behind one lock. Nothing here runs in the background: whatever changes with time (a role that takes effect, a key that
//! becomes valid, a cluster that is provisioned) is computed from timestamps when somebody asks.

mod access;
mod azure;
mod change;
mod confluent;
mod judge;
mod login;
mod make;
mod pains;
mod put;
mod report;
mod start;
mod words;

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::ids;

pub(crate) use azure::{
    AccessPolicy, Acls, Application, Assignment, Being, DeletedKey, Denial, DenyAssignment, Group, Key, Lock,
    ManagementGroup, Principal, Registered, Shown, Subscription, Tenant, Vault, Version,
};
pub(crate) use confluent::{Cluster, Environment, Network, Registration};
pub(crate) use judge::Phase;
pub(crate) use login::credentials;

/// Everything that exists.
pub(crate) struct World {
    pub(crate) timing: Timing,
    pub(crate) policy: Policy,
    pub(crate) choices: Choices,
    pub(crate) login: Login,
    /// Other service principals to log in with, each with fewer rights.
    pub(crate) callers: Vec<CallerSeed>,
    pub(crate) confluent: ConfluentLogin,
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) management_groups: Vec<ManagementGroup>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) groups: Vec<Group>,
    /// The live vaults and the soft-deleted ones.
    pub(crate) vaults: Vec<Vault>,
    pub(crate) applications: Vec<Application>,
    pub(crate) principals: Vec<Principal>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) locks: Vec<Lock>,
    pub(crate) deny_assignments: Vec<DenyAssignment>,
    pub(crate) denials: Vec<Denial>,
    pub(crate) organization: String,
    /// The identity pool that the token exchange knows.
    pub(crate) identity_pool: String,
    pub(crate) environments: Vec<Environment>,
    pub(crate) networks: Vec<Network>,
    pub(crate) registrations: Vec<Registration>,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) quotas: BTreeMap<String, u64>,
    /// `PROVISIONED` or `FAILED`: how provisioning of new clusters ends.
    pub(crate) provisioning_result: String,
}

/// How long things take, in seconds.
#[derive(Clone, Copy)]
pub(crate) struct Timing {
    /// From a role assignment to its effect.
    pub(crate) role_propagation: f64,
    /// From the making of a service principal to the moment at which Graph and ARM see it.
    pub(crate) graph_replication: f64,
    /// From `POST clusters` to `PROVISIONED`.
    pub(crate) provisioning: f64,
    /// From a registration to Confluent's first verdict.
    pub(crate) validation: f64,
    /// How long a key is held after its cluster is deleted (Confluent: five days).
    pub(crate) key_hold: f64,
    /// From `POST clusters` to the moment at which the key of the new cluster is told as `IN_USE`.
    pub(crate) key_in_use: f64,
    /// From `POST clusters` to the moment at which lists show the new cluster; by its id it is seen at once.
    pub(crate) cluster_list: f64,
}

/// How the clouds behave where the public sources are silent or contradict each other.
#[derive(Clone, Copy)]
pub(crate) struct Choices {
    /// `GET key` of a disabled key: 403 `KeyDisabled` instead of 200 with `enabled: false`.
    pub(crate) disabled_key_forbidden: bool,
    /// A call without a token to a vault behind a firewall: 403 instead of the challenge.
    pub(crate) probe_forbidden: bool,
    /// ARM's keys resource wants the data action `keys/read`, too, of whoever asks, and answers 400 without it.
    pub(crate) arm_keys_need_data_role: bool,
    /// Requests that Confluent answers in one second; it does not publish its numbers.
    pub(crate) confluent_per_second: u32,
    /// `POST clusters` takes a key that serves a cluster already.
    pub(crate) second_cluster_accepted: bool,
    /// `POST clusters` takes the key of a Dedicated cluster and makes a cluster without it, without a word.
    pub(crate) key_ignored: bool,
}

/// When Confluent says what it thinks of a key. Nobody outside knows what it really does; so the world chooses.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Policy {
    /// A hard fault is told after the validation time; otherwise INITIALIZING until both roles are effective, then VALID.
    Auto,
    /// Judged at every look, never INITIALIZING.
    AtOnce,
    /// As `Auto`, this many seconds later.
    Late(f64),
    /// As `Auto`, but a valid key is INVALID in every other period of this many seconds.
    Flapping(f64),
    /// INITIALIZING for good; judged at `POST clusters` only.
    AtCreate,
}

/// The service principal that people and tests log in with, in every tenant.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

/// A service principal of the main tenant with certain roles on the main subscription.
pub(crate) struct CallerSeed {
    pub(crate) slug: &'static str,
    pub(crate) about: &'static str,
    pub(crate) roles: &'static [&'static str],
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

/// Confluent's Cloud API key.
#[derive(Clone)]
pub(crate) struct ConfluentLogin {
    pub(crate) api_key: String,
    pub(crate) api_secret: String,
}

impl World {
    pub(crate) fn tenant(&self, id_or_domain: &str) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| {
            tenant.id.eq_ignore_ascii_case(id_or_domain) || tenant.domain.eq_ignore_ascii_case(id_or_domain)
        })
    }

    pub(crate) fn subscription(&self, id: &str) -> Option<&Subscription> {
        self.subscriptions.iter().find(|subscription| subscription.id.eq_ignore_ascii_case(id))
    }

    pub(crate) fn group(&self, subscription: &str, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| {
            group.subscription.eq_ignore_ascii_case(subscription) && group.name.eq_ignore_ascii_case(name)
        })
    }

    /// Makes the resource group unless it is there.
    pub(crate) fn ensure_group(&mut self, subscription: &str, name: &str, location: &str) {
        if self.group(subscription, name).is_none() {
            self.groups.push(Group {
                subscription: subscription.into(),
                name: name.into(),
                location: location.into(),
            });
        }
    }

    /// The vault of this name, unless it is soft-deleted; names are unique in the whole cloud, because they are host names.
    pub(crate) fn vault(&self, name: &str) -> Option<&Vault> {
        self.any_vault(name).filter(|vault| vault.deleted.is_none())
    }

    /// The vault of this name, soft-deleted or not.
    pub(crate) fn any_vault(&self, name: &str) -> Option<&Vault> {
        self.vaults.iter().find(|vault| vault.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn vault_mut(&mut self, name: &str) -> Option<&mut Vault> {
        self.vaults.iter_mut().find(|vault| vault.name.eq_ignore_ascii_case(name) && vault.deleted.is_none())
    }

    pub(crate) fn vault_by_id(&self, key_vault_id: &str) -> Option<&Vault> {
        let id = ids::vault_id(key_vault_id)?;
        self.vault(&id.name).filter(|vault| vault.id().eq_ignore_ascii_case(key_vault_id))
    }

    /// The secret with which a client logs in, if it is one that this world hands out.
    pub(crate) fn secret_of(&self, client_id: &str) -> Option<&str> {
        if client_id.eq_ignore_ascii_case(&self.login.client_id) {
            return Some(&self.login.client_secret);
        }
        let caller = self.callers.iter().find(|caller| caller.client_id.eq_ignore_ascii_case(client_id))?;
        Some(&caller.client_secret)
    }
}

/// `seconds` after a moment.
pub(crate) fn later(from: OffsetDateTime, seconds: f64) -> OffsetDateTime {
    from.saturating_add(time::Duration::seconds_f64(seconds))
}

/// A moment as RFC 3339 text.
pub(crate) fn stamp(moment: OffsetDateTime) -> String {
    moment.format(&Rfc3339).unwrap_or_default()
}

/// An id of Confluent's kind: a prefix and five or six letters and digits, never used before.
pub(crate) fn short_id(prefix: &str) -> String {
    let alphabet: Vec<char> = "0123456789abcdefghjkmnpqrstvwxyz".chars().collect();
    let random: String = Uuid::new_v4()
        .as_bytes()
        .iter()
        .take(6)
        .filter_map(|byte| alphabet.get(usize::from(byte % 32)))
        .collect();
    format!("{prefix}-{random}")
}
