//! The world as `GET /_sandbox/world` tells it.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::words::{self, Harm};
use super::{Phase, Policy, World, stamp};

impl World {
    /// Everything that a person or a test may want to know. The credentials in it open nothing but this sandbox.
    pub(crate) fn report(&self, now: OffsetDateTime) -> Value {
        let main = self.tenants.first().map(|tenant| tenant.id.clone()).unwrap_or_default();
        let login = |tenant: &str| json!({"tenant_id": tenant, "client_id": self.login.client_id, "client_secret": self.login.client_secret});
        let (validation, validation_policy_seconds) = match self.policy {
            Policy::Auto => ("auto", None),
            Policy::AtOnce => ("at-once", None),
            Policy::Late(seconds) => ("late", Some(seconds)),
            Policy::Flapping(seconds) => ("flapping", Some(seconds)),
            Policy::AtCreate => ("at-create", None),
        };
        json!({
            "login": login(&main),
            "logins": self.tenants.iter().map(|tenant| login(&tenant.id)).collect::<Vec<_>>(),
            "callers": self.callers.iter().map(|caller| json!({
                "slug": caller.slug, "about": caller.about, "tenant_id": main, "client_id": caller.client_id,
                "client_secret": caller.client_secret,
                "roles": caller.roles.iter().filter_map(|id| crate::roles::role(id)).map(|role| role.name).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "sts": {"identity_pool_id": self.identity_pool},
            "confluent": {"api_key": self.confluent.api_key, "api_secret": self.confluent.api_secret},
            "subscription_id": self.subscriptions.first().map(|subscription| subscription.id.clone()),
            "tenants": self.tenants.iter().map(|tenant| {
                json!({"tenant_id": tenant.id, "display_name": tenant.name, "domain": tenant.domain})
            }).collect::<Vec<_>>(),
            "subscriptions": self.subscriptions.iter().map(|subscription| {
                json!({"subscription_id": subscription.id, "tenant_id": subscription.tenant, "display_name": subscription.name})
            }).collect::<Vec<_>>(),
            "vaults": self.vaults_report(now),
            "environments": self.environments.iter().map(|environment| {
                json!({"id": environment.id, "display_name": environment.name})
            }).collect::<Vec<_>>(),
            "networks": self.networks.iter().map(|network| json!({
                "id": network.id, "display_name": network.name, "environment": network.environment,
                "region": network.region, "connection_type": network.connection, "phase": network.phase,
            })).collect::<Vec<_>>(),
            "keys": self.registrations.iter().map(|registration| json!({
                "id": registration.id, "display_name": registration.display_name,
                "key_vault_id": registration.key_vault_id, "key_id": registration.key_id,
                "tenant_id": registration.tenant_id, "application_id": registration.application_id,
                "state": if self.told_in_use(registration, now) { "IN_USE" } else { "AVAILABLE" },
                "phase": match self.phase(registration, now) {
                    Phase::Initializing(_) => "INITIALIZING",
                    Phase::Valid { .. } => "VALID",
                    Phase::Invalid(_) => "INVALID",
                },
                "faults": self.hard_faults(&registration.key_vault_id, &registration.key_id, &registration.tenant_id, now),
                "granted": self.granted_since(registration, now).is_some(),
            })).collect::<Vec<_>>(),
            "clusters": self.clusters.iter().map(|cluster| json!({
                "id": cluster.id, "display_name": cluster.name, "environment": cluster.environment,
                "region": cluster.region, "availability": cluster.availability, "type": cluster.kind,
                "cku": cluster.cku, "network": cluster.network, "byok": cluster.byok,
                "phase": cluster.phase(now), "deletion_protection": cluster.deletion_protection,
                "listed": cluster.listed <= now,
            })).collect::<Vec<_>>(),
            "applications": self.applications.iter().map(|application| {
                json!({"app_id": application.app_id, "display_name": application.name})
            }).collect::<Vec<_>>(),
            "principals": self.principals.iter().map(|principal| json!({
                "object_id": principal.object_id, "tenant_id": principal.tenant, "app_id": principal.app_id,
                "display_name": principal.name, "type": principal.being.principal_type(), "enabled": principal.enabled,
                "members": principal.members, "visible": principal.visible <= now,
            })).collect::<Vec<_>>(),
            "role_assignments": self.assignments.iter().map(|assignment| json!({
                "name": assignment.name, "scope": assignment.scope, "role_id": assignment.role,
                "role_name": crate::roles::role(&assignment.role).map(|role| role.name),
                "principal_id": assignment.principal_id, "principal_type": assignment.principal_type,
                "condition": assignment.condition,
                "effective": assignment.effective <= now, "effective_at": stamp(assignment.effective),
            })).collect::<Vec<_>>(),
            "management_groups": self.management_groups.iter().map(|group| json!({
                "id": group.id, "display_name": group.name, "tenant_id": group.tenant,
            })).collect::<Vec<_>>(),
            "locks": self.locks.iter().map(|lock| json!({
                "scope": lock.scope, "name": lock.name, "level": lock.level, "notes": lock.notes,
            })).collect::<Vec<_>>(),
            "fault_words": words::all().map(|word| json!({
                "word": word.word, "about": word.about, "harmless": word.harm == Harm::No,
            })).collect::<Vec<_>>(),
            "quotas": self.quotas,
            "disabled_key": if self.choices.disabled_key_forbidden { "forbidden" } else { "shown" },
            "probe_behind_firewall": if self.choices.probe_forbidden { "forbidden" } else { "challenge" },
            "arm_keys_need_data_role": self.choices.arm_keys_need_data_role,
            "confluent_requests_per_second": self.choices.confluent_per_second,
            "second_cluster_of_key": if self.choices.second_cluster_accepted { "accepted" } else { "refused" },
            "key_of_new_clusters": if self.choices.key_ignored { "ignored" } else { "kept" },
            "key_in_use_seconds": self.timing.key_in_use,
            "cluster_list_seconds": self.timing.cluster_list,
            "graph_replication_seconds": self.timing.graph_replication,
            "role_propagation_seconds": self.timing.role_propagation,
            "provisioning_seconds": self.timing.provisioning,
            "validation_seconds": self.timing.validation,
            "key_hold_seconds": self.timing.key_hold,
            "validation": validation,
            "validation_policy_seconds": validation_policy_seconds,
            "provisioning_result": self.provisioning_result,
        })
    }

    /// The vaults to try. `good` means that Confluent takes the key once it is granted; `faults` are the words for what is in the way,
    /// `traits` all words that the vault was made with; `slug` and `pain` name it for tests.
    fn vaults_report(&self, now: OffsetDateTime) -> Vec<Value> {
        self.vaults
            .iter()
            .map(|vault| {
                let shown = &vault.shown;
                let (id, key_id) =
                    (vault.id(), format!("https://{}.vault.azure.net/keys/{}", vault.name, shown.key));
                let mut faults = self.hard_faults(&id, &key_id, &shown.tenant, now);
                let granted = vault
                    .application_id
                    .as_deref()
                    .is_some_and(|application| self.granted_to(vault, application, now).is_some());
                let words = shown.faults.iter().filter_map(|text| words::word(text).ok());
                faults.extend(
                    words
                        .filter(|word| word.harm == Harm::Told || (word.harm == Harm::Grant && !granted))
                        .map(|word| word.word),
                );
                json!({
                    "name": vault.name, "about": shown.about, "key_vault_id": id, "key_id": key_id,
                    "tenant_id": shown.tenant, "actual_tenant_id": vault.tenant, "region": vault.region,
                    "keys": vault.keys.iter().map(|key| key.name.clone()).collect::<Vec<_>>(),
                    "good": faults.is_empty(), "faults": faults,
                    "slug": shown.slug, "pain": shown.pain, "traits": shown.faults,
                    "application_id": vault.application_id, "deleted": vault.deleted.is_some(),
                })
            })
            .collect()
    }
}
