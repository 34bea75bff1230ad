//! What Confluent thinks of a registered key, at a moment.
//!
//! Requirements: Confluent Cloud, "Encrypt clusters with self-managed keys on Azure" (RBAC, purge protection, RSA, enabled, trusted
//! services past a firewall, and what both roles allow together: a broader role will do). When each verdict is told is the world's choice, see [`super::Policy`].

use time::OffsetDateTime;

use super::{Cluster, Policy, Registration, Vault, World, later};
use crate::ids;
use crate::material::Kind;
use crate::roles::{NEEDED, NEEDED_DATA};

/// `validation.phase`, with the moment it began.
pub(crate) enum Phase {
    Initializing(OffsetDateTime),
    Valid { since: OffsetDateTime, region: String },
    Invalid(OffsetDateTime),
}

impl World {
    /// What is wrong with vault and key whatever is granted; empty if nothing is. The words of `POST /_sandbox/world`.
    pub(crate) fn hard_faults(
        &self,
        key_vault_id: &str,
        key_id: &str,
        tenant_id: &str,
        now: OffsetDateTime,
    ) -> Vec<&'static str> {
        let Some(vault) = self.vault_by_id(key_vault_id) else {
            let deleted = ids::vault_id(key_vault_id)
                .and_then(|id| self.any_vault(&id.name))
                .is_some_and(|vault| vault.deleted.is_some());
            return vec![if deleted { "vault-deleted" } else { "vault-unknown" }];
        };
        let Some((host_vault, key_name)) = ids::key_id(key_id) else { return vec!["key-missing"] };
        let mut faults = Vec::new();
        if !vault.tenant.eq_ignore_ascii_case(tenant_id) {
            faults.push("tenant-mismatch");
        }
        if !vault.uses_roles() {
            faults.push("no-rbac");
        }
        if !vault.purge_protection {
            faults.push("no-purge-protection");
        }
        if vault.in_perimeter() {
            faults.push("secured-by-perimeter");
        } else if !vault.lets_trusted_services_in() {
            if vault.denies_by_default() {
                faults.push("firewall");
            }
            if vault.public_access_disabled() {
                faults.push("public-access-disabled");
            }
        }
        if !vault.resolves() {
            faults.push("registering-dns");
        }
        let key = if host_vault.eq_ignore_ascii_case(&vault.name) { vault.key(&key_name) } else { None };
        let Some((key, version)) = key.and_then(|key| Some((key, key.versions.last()?))) else {
            faults.push("key-missing");
            return faults;
        };
        match version.material.kind() {
            Kind::Ec => faults.push("ec-key"),
            Kind::Rsa(bits) if bits < 2048 => faults.push("rsa-1024"),
            Kind::Rsa(_)
                if !["wrapKey", "unwrapKey"].iter().all(|op| key.ops.iter().any(|own| own == op)) =>
            {
                faults.push("no-wrap");
            }
            Kind::Rsa(_) => {}
        }
        if key.hsm && !vault.sku.eq_ignore_ascii_case("premium") {
            faults.push("hsm-key-on-standard");
        }
        if !key.enabled() {
            faults.push("key-disabled");
        }
        if key.expires.is_some_and(|expires| expires <= now.unix_timestamp()) {
            faults.push("key-expired");
        }
        if key.not_before.is_some_and(|start| start > now.unix_timestamp()) {
            faults.push("key-not-yet-valid");
        }
        faults
    }

    /// Since when the key's application may do all that is needed; `None` while something is missing.
    pub(crate) fn granted_since(
        &self,
        registration: &Registration,
        now: OffsetDateTime,
    ) -> Option<OffsetDateTime> {
        self.granted_to(self.vault_by_id(&registration.key_vault_id)?, &registration.application_id, now)
    }

    /// Since when an application may do all that is needed at a vault; `None` while something is missing.
    pub(crate) fn granted_to(
        &self,
        vault: &Vault,
        application_id: &str,
        now: OffsetDateTime,
    ) -> Option<OffsetDateTime> {
        let principal =
            self.principal(&vault.tenant, application_id).filter(|principal| principal.enabled)?;
        let is_denied = |action: &str, on_data: bool| {
            self.denied_by(&principal.object_id, &vault.id(), action, on_data).is_some()
        };
        if is_denied(NEEDED, false) || NEEDED_DATA.iter().any(|action| is_denied(action, true)) {
            return None;
        }
        let roles = self.effective_roles(&principal.object_id, &vault.id(), now);
        let reads = roles.iter().filter(|(role, _)| role.allows(NEEDED)).map(|(_, since)| *since).min()?;
        NEEDED_DATA.iter().try_fold(reads, |latest, action| {
            let since =
                roles.iter().filter(|(role, _)| role.allows_data(action)).map(|(_, since)| *since).min()?;
            Some(latest.max(since))
        })
    }

    /// What `GET key` tells of a registration now; remembers that it was seen valid.
    pub(crate) fn validation(&mut self, id: &str, now: OffsetDateTime) -> Option<Phase> {
        let registration = self.registrations.iter().find(|registration| registration.id == id)?;
        let phase = self.phase(registration, now);
        if matches!(phase, Phase::Valid { .. }) {
            self.registrations
                .iter_mut()
                .filter(|registration| registration.id == id)
                .for_each(|registration| registration.seen_valid = true);
        }
        Some(phase)
    }

    /// What is told of a registration now.
    pub(crate) fn phase(&self, registration: &Registration, now: OffsetDateTime) -> Phase {
        let created = registration.created;
        let delay = match self.policy {
            Policy::Auto | Policy::Flapping(_) => self.timing.validation,
            Policy::Late(seconds) => self.timing.validation + seconds,
            Policy::AtOnce => 0.0,
            Policy::AtCreate => return Phase::Initializing(created),
        };
        let first_look = later(created, delay);
        if now < first_look {
            return Phase::Initializing(created);
        }
        if !self
            .hard_faults(&registration.key_vault_id, &registration.key_id, &registration.tenant_id, now)
            .is_empty()
        {
            return Phase::Invalid(first_look);
        }
        let extra = if let Policy::Late(seconds) = self.policy { seconds } else { 0.0 };
        let Some(granted) = self.granted_since(registration, now).map(|granted| later(granted, extra)) else {
            return if registration.seen_valid || self.policy == Policy::AtOnce {
                Phase::Invalid(registration.updated.max(first_look))
            } else {
                Phase::Initializing(created)
            };
        };
        if now < granted {
            return Phase::Initializing(created);
        }
        let since = granted.max(first_look);
        if let Policy::Flapping(period) = self.policy {
            let periods = (now - since).as_seconds_f64() / period;
            if periods.rem_euclid(2.0) >= 1.0 {
                return Phase::Invalid(later(since, periods.floor() * period));
            }
        }
        let region = self
            .vault_by_id(&registration.key_vault_id)
            .map(|vault| vault.region.clone())
            .unwrap_or_default();
        Phase::Valid { since, region }
    }

    /// Whether a cluster in `region` could be encrypted with this key now: the truth, not what was told so far.
    pub(crate) fn usable(&self, registration: &Registration, region: &str, now: OffsetDateTime) -> bool {
        let told_invalid = matches!(self.phase(registration, now), Phase::Invalid(_));
        let faultless = self
            .hard_faults(&registration.key_vault_id, &registration.key_id, &registration.tenant_id, now)
            .is_empty();
        let same_region =
            self.vault_by_id(&registration.key_vault_id).is_some_and(|vault| vault.region == region);
        !told_invalid && faultless && same_region && self.granted_since(registration, now).is_some()
    }

    /// Whether a cluster uses the key, or held it until recently.
    pub(crate) fn in_use(&self, registration: &Registration, now: OffsetDateTime) -> bool {
        registration.held_until.is_some_and(|until| now < until)
            || self.clusters_of(registration).next().is_some()
    }

    /// Whether the key is told as `IN_USE`: of a new cluster's key that may take a while.
    pub(crate) fn told_in_use(&self, registration: &Registration, now: OffsetDateTime) -> bool {
        registration.held_until.is_some_and(|until| now < until)
            || self.clusters_of(registration).any(|cluster| cluster.key_in_use <= now)
    }

    fn clusters_of(&self, registration: &Registration) -> impl Iterator<Item = &Cluster> {
        self.clusters.iter().filter(|cluster| cluster.byok.as_deref() == Some(registration.id.as_str()))
    }
}
