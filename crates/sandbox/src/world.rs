//! What exists: tenants, subscriptions, vaults, keys, principals, role assignments, and Confluent's side.
//!
//! One plain value behind one lock. Nothing here runs in the background: whatever changes with time (a role that takes effect, a key that
//! becomes valid, a cluster that is provisioned) is computed from timestamps when somebody asks.

mod change;
mod judge;
mod report;
mod start;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::ids;
use crate::material::Material;
use crate::roles::{self, Role};

pub(crate) use judge::Phase;
pub(crate) use start::credentials;

/// Everything that exists.
pub(crate) struct World {
    pub(crate) timing: Timing,
    pub(crate) policy: Policy,
    pub(crate) login: Login,
    pub(crate) confluent: ConfluentLogin,
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) groups: Vec<Group>,
    pub(crate) vaults: Vec<Vault>,
    pub(crate) applications: Vec<Application>,
    pub(crate) principals: Vec<Principal>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) organization: String,
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
    /// From `POST clusters` to `PROVISIONED`.
    pub(crate) provisioning: f64,
    /// From a registration to Confluent's first verdict.
    pub(crate) validation: f64,
    /// How long a key is held after its cluster is deleted (Confluent: five days).
    pub(crate) key_hold: f64,
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

/// Confluent's Cloud API key.
#[derive(Clone)]
pub(crate) struct ConfluentLogin {
    pub(crate) api_key: String,
    pub(crate) api_secret: String,
}

pub(crate) struct Tenant {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) domain: String,
}

pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) tenant: String,
    pub(crate) name: String,
}

pub(crate) struct Group {
    pub(crate) subscription: String,
    pub(crate) name: String,
    pub(crate) location: String,
}

pub(crate) struct Vault {
    pub(crate) subscription: String,
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) tenant: String,
    pub(crate) region: String,
    pub(crate) sku: String,
    /// `enableRbacAuthorization`; otherwise the vault is on access policies.
    pub(crate) rbac: bool,
    pub(crate) purge_protection: bool,
    pub(crate) retention_days: i64,
    /// Firewall: `networkAcls.defaultAction` is `Deny`.
    pub(crate) deny: bool,
    /// Firewall: `networkAcls.bypass` is `AzureServices`.
    pub(crate) trusted_bypass: bool,
    pub(crate) ip_rules: Vec<String>,
    /// `publicNetworkAccess` is `Enabled`.
    pub(crate) public: bool,
    pub(crate) created: OffsetDateTime,
    pub(crate) keys: Vec<Key>,
    /// One sentence for people; empty for vaults made through ARM.
    pub(crate) about: String,
    /// The name of the key that people are told to try.
    pub(crate) shown_key: String,
    /// The tenant that people are told to give; another than `tenant` where that is the mistake.
    pub(crate) shown_tenant: String,
    /// Lies in another region than people are led to expect; nothing is wrong with it otherwise.
    pub(crate) elsewhere: bool,
}

pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) hsm: bool,
    pub(crate) enabled: bool,
    pub(crate) not_before: Option<i64>,
    pub(crate) expires: Option<i64>,
    pub(crate) ops: Vec<String>,
    /// The rotation policy without its id; `None` until somebody makes one.
    pub(crate) rotation: Option<Value>,
    /// Oldest first; never empty.
    pub(crate) versions: Vec<Version>,
}

#[derive(Clone)]
pub(crate) struct Version {
    /// 32 lower-case hexadecimal digits.
    pub(crate) id: String,
    /// Unix seconds.
    pub(crate) created: i64,
    pub(crate) material: Arc<Material>,
}

/// An application that Entra knows, in its home tenant.
pub(crate) struct Application {
    pub(crate) app_id: String,
    pub(crate) name: String,
}

/// A service principal: an application's presence in a tenant.
pub(crate) struct Principal {
    pub(crate) object_id: String,
    pub(crate) tenant: String,
    pub(crate) app_id: String,
    pub(crate) name: String,
    pub(crate) created: OffsetDateTime,
}

pub(crate) struct Assignment {
    pub(crate) name: String,
    pub(crate) scope: String,
    /// The role's GUID.
    pub(crate) role: String,
    pub(crate) principal_id: String,
    pub(crate) principal_type: String,
    pub(crate) description: Option<String>,
    pub(crate) created: OffsetDateTime,
    pub(crate) created_by: String,
    /// When it begins to count.
    pub(crate) effective: OffsetDateTime,
}

pub(crate) struct Environment {
    pub(crate) id: String,
    pub(crate) name: String,
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
    pub(crate) ready: OffsetDateTime,
    pub(crate) result: String,
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

    /// The vault of this name; names are unique in the whole cloud, because they are host names.
    pub(crate) fn vault(&self, name: &str) -> Option<&Vault> {
        self.vaults.iter().find(|vault| vault.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn vault_mut(&mut self, name: &str) -> Option<&mut Vault> {
        self.vaults.iter_mut().find(|vault| vault.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn principal(&self, tenant: &str, app_id: &str) -> Option<&Principal> {
        self.principals.iter().find(|principal| {
            principal.tenant.eq_ignore_ascii_case(tenant) && principal.app_id.eq_ignore_ascii_case(app_id)
        })
    }

    pub(crate) fn principal_by_object(&self, tenant: &str, object_id: &str) -> Option<&Principal> {
        self.principals.iter().find(|principal| {
            principal.tenant.eq_ignore_ascii_case(tenant)
                && principal.object_id.eq_ignore_ascii_case(object_id)
        })
    }

    /// The roles of a principal that count at `scope` now, each with the moment it began to count.
    pub(crate) fn effective_roles(
        &self,
        principal_id: &str,
        scope: &str,
        now: OffsetDateTime,
    ) -> Vec<(&'static Role, OffsetDateTime)> {
        self.assignments
            .iter()
            .filter(|assignment| {
                assignment.principal_id.eq_ignore_ascii_case(principal_id)
                    && assignment.effective <= now
                    && ids::covers(&assignment.scope, scope)
            })
            .filter_map(|assignment| Some((roles::role(&assignment.role)?, assignment.effective)))
            .collect()
    }

    /// Makes the application's principal in a tenant, or finds it; its object id.
    pub(crate) fn ensure_principal(&mut self, tenant: &str, app_id: &str, now: OffsetDateTime) -> String {
        if let Some(principal) = self.principal(tenant, app_id) {
            return principal.object_id.clone();
        }
        let name = self
            .applications
            .iter()
            .find(|application| application.app_id.eq_ignore_ascii_case(app_id))
            .map_or_else(|| app_id.to_owned(), |application| application.name.clone());
        let object_id = Uuid::new_v4().to_string();
        self.principals.push(Principal {
            object_id: object_id.clone(),
            tenant: tenant.to_ascii_lowercase(),
            app_id: app_id.to_ascii_lowercase(),
            name,
            created: now,
        });
        object_id
    }

    /// Assigns a role unless it is assigned; counts from `effective`.
    pub(crate) fn ensure_assignment(
        &mut self,
        scope: &str,
        role: &str,
        principal_id: &str,
        now: OffsetDateTime,
        effective: OffsetDateTime,
    ) {
        let there = self.assignments.iter().any(|assignment| {
            assignment.scope.eq_ignore_ascii_case(scope)
                && assignment.role == role
                && assignment.principal_id == principal_id
        });
        if !there {
            self.assignments.push(Assignment {
                name: Uuid::new_v4().to_string(),
                scope: scope.to_owned(),
                role: role.to_owned(),
                principal_id: principal_id.to_owned(),
                principal_type: "ServicePrincipal".into(),
                description: None,
                created: now,
                created_by: String::new(),
                effective,
            });
        }
    }

    /// The moment at which a role assigned now begins to count.
    pub(crate) fn propagated(&self, now: OffsetDateTime) -> OffsetDateTime {
        later(now, self.timing.role_propagation)
    }
}

impl Vault {
    /// The vault's resource id, as ARM spells it.
    pub(crate) fn id(&self) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.KeyVault/vaults/{}",
            self.subscription, self.group, self.name
        )
    }

    pub(crate) fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn key_mut(&mut self, name: &str) -> Option<&mut Key> {
        self.keys.iter_mut().find(|key| key.name.eq_ignore_ascii_case(name))
    }

    /// `attributes.recoveryLevel`; contains `Purgeable` exactly where purge protection is off.
    pub(crate) fn recovery_level(&self) -> &'static str {
        match (self.purge_protection, self.retention_days < 90) {
            (true, false) => "Recoverable",
            (true, true) => "CustomizedRecoverable",
            (false, false) => "Recoverable+Purgeable",
            (false, true) => "CustomizedRecoverable+Purgeable",
        }
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
