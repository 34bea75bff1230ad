//! The world at the beginning: one good vault, one vault for each pain, three environments, and who may log in.

use std::collections::BTreeMap;
use std::sync::Arc;

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::login::LOGIN_NAME;
use super::{
    Application, Choices, Cluster, ConfluentLogin, Environment, Key, Login, ManagementGroup, Network, Policy,
    Registered, Shown, Subscription, Tenant, Timing, Vault, Version, World, short_id,
};
use crate::material::{Kind, Material};
use crate::roles::{CRYPTO_OFFICER, OWNER};

pub(super) const TENANT: &str = "8d4f2c6a-51b7-4e0d-9c3a-7f1e5b2d9a60";
pub(super) const OTHER_TENANT: &str = "c2b9e714-3f6d-4a85-8e21-0d9b6f4a7c13";
pub(super) const SUBSCRIPTION: &str = "5e7a1b3c-9d24-4f68-b0c5-2a8e6d1f4b97";
pub(super) const OTHER_SUBSCRIPTION: &str = "f1d6c8a2-7b3e-4590-a4d7-93c5e0b82f16";
/// Was moved from the main tenant to the other one; its vault still names the old tenant.
pub(super) const MOVED_SUBSCRIPTION: &str = "a83c5f07-4e19-4d62-9b8a-16f2d7c0e4b5";
const ORGANIZATION: &str = "6f0b2e9d-4c71-4a3e-95d8-b1a7c3e5f028";
pub(super) const GROUP: &str = "rg-kafka";
/// Where colleagues work; no cluster more fits into it.
pub(super) const FULL_ENVIRONMENT: &str = "env-full01";
const KEY: &str = "kafka-cluster";

impl World {
    /// The default world.
    pub(crate) fn start(login: Login, confluent: ConfluentLogin, now: OffsetDateTime) -> Self {
        let mut world = Self {
            timing: Timing {
                role_propagation: 5.0,
                graph_replication: 0.0,
                provisioning: 15.0,
                validation: 2.0,
                key_hold: 5.0 * 24.0 * 3600.0,
                key_in_use: 0.0,
                cluster_list: 0.0,
            },
            policy: Policy::Auto,
            choices: Choices {
                disabled_key_forbidden: false,
                probe_forbidden: false,
                arm_keys_need_data_role: true,
                confluent_per_second: 1000,
                second_cluster_accepted: false,
                key_ignored: false,
            },
            login,
            callers: Vec::new(),
            confluent,
            tenants: Vec::new(),
            management_groups: Vec::new(),
            subscriptions: Vec::new(),
            groups: Vec::new(),
            vaults: Vec::new(),
            applications: Vec::new(),
            principals: Vec::new(),
            assignments: Vec::new(),
            locks: Vec::new(),
            deny_assignments: Vec::new(),
            denials: Vec::new(),
            organization: ORGANIZATION.into(),
            identity_pool: "pool-sand1".into(),
            environments: environments(),
            networks: networks(),
            registrations: Vec::new(),
            clusters: vec![existing_cluster(now)],
            quotas: quotas(),
            provisioning_result: "PROVISIONED".into(),
        };
        world
            .applications
            .push(Application { app_id: world.login.client_id.clone(), name: LOGIN_NAME.into() });
        world.add_subscription(SUBSCRIPTION, "Sandbox Production", TENANT, now);
        world.add_subscription(OTHER_SUBSCRIPTION, "Sandbox Partner", OTHER_TENANT, now);
        world.add_subscription(MOVED_SUBSCRIPTION, "Sandbox Moved", OTHER_TENANT, now);
        world.add_callers(now);
        world.add_pains(now);
        world
    }

    /// Adds a subscription, its tenant if it is new, and the login with *Owner* and *Key Vault Crypto Officer* on it.
    pub(crate) fn add_subscription(&mut self, id: &str, name: &str, tenant: &str, now: OffsetDateTime) {
        if self.tenant(tenant).is_none() {
            self.add_tenant(tenant);
        }
        let management_group = self.management_groups.iter().find(|group| group.tenant == tenant);
        self.subscriptions.push(Subscription {
            id: id.into(),
            tenant: tenant.into(),
            name: name.into(),
            management_group: management_group.map(|group| group.id.clone()),
        });
        let client = self.login.client_id.clone();
        let principal = self.ensure_principal(tenant, &client, now);
        let scope = format!("/subscriptions/{id}");
        for role in [OWNER, CRYPTO_OFFICER] {
            self.ensure_assignment(&scope, role, &principal, now, now);
        }
    }

    /// A tenant with one management group, in which its subscriptions lie.
    fn add_tenant(&mut self, id: &str) {
        let (name, short) = match self.tenants.len() {
            0 => ("Sandbox".to_owned(), "sandbox".to_owned()),
            number => (format!("Sandbox Partner {number}"), format!("sandboxpartner{number}")),
        };
        self.management_groups.push(ManagementGroup {
            id: format!("mg-{short}"),
            name: name.clone(),
            tenant: id.into(),
        });
        self.tenants.push(Tenant { id: id.into(), name, domain: format!("{short}.onmicrosoft.com") });
    }
}

impl Key {
    /// A key with one version, made a month ago.
    pub(crate) fn new(name: &str, kind: Kind, now: OffsetDateTime) -> Self {
        let ops: &[&str] = match kind {
            Kind::Rsa(_) => &["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"],
            Kind::Ec => &["sign", "verify"],
        };
        Self {
            name: name.into(),
            hsm: false,
            not_before: None,
            expires: None,
            ops: ops.iter().map(|op| (*op).to_owned()).collect(),
            rotation: None,
            managed: false,
            exportable: false,
            versions: vec![Version::new(kind, now - Duration::days(30))],
        }
    }
}

impl Version {
    pub(crate) fn new(kind: Kind, created: OffsetDateTime) -> Self {
        Self {
            id: Uuid::new_v4().simple().to_string(),
            enabled: true,
            created: created.unix_timestamp(),
            material: Arc::new(Material::new(kind)),
        }
    }
}

impl Vault {
    /// A vault that Confluent accepts, with one RSA key of 2048 bits.
    pub(crate) fn good(
        name: &str,
        subscription: &str,
        group: &str,
        tenant: &str,
        region: &str,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            subscription: subscription.into(),
            group: group.into(),
            name: name.into(),
            tenant: tenant.into(),
            region: region.into(),
            sku: "standard".into(),
            rbac: Some(true),
            access_policies: Vec::new(),
            purge_protection: true,
            retention_days: 90,
            acls: None,
            public_access: "Enabled".into(),
            private_endpoint: false,
            provisioning: "Succeeded".into(),
            created: now - Duration::days(30),
            deleted: None,
            keys: vec![Key::new(KEY, Kind::Rsa(2048), now)],
            deleted_keys: Vec::new(),
            throttled: false,
            odd_spelling: false,
            application_id: None,
            registered: Registered::Available,
            shown: Shown { key: KEY.into(), tenant: tenant.into(), ..Shown::default() },
        }
    }
}

fn environments() -> Vec<Environment> {
    let environment = |id: &str, name: &str, quotas: &[(&str, u64)]| Environment {
        id: id.into(),
        name: name.into(),
        quotas: quotas.iter().map(|(code, limit)| ((*code).to_owned(), *limit)).collect(),
    };
    vec![
        environment("env-dev01", "development", &[]),
        environment("env-empty1", "empty", &[]),
        environment(
            FULL_ENVIRONMENT,
            "full",
            &[("kafka.max_kafka_clusters.per_env", 0), ("kafka.max_ckus.per_env", 0)],
        ),
    ]
}

fn networks() -> Vec<Network> {
    let network = |id: &str, name: &str, region: &str, connection: &str, phase: &str| Network {
        id: id.into(),
        environment: "env-dev01".into(),
        name: name.into(),
        region: region.into(),
        connection: connection.into(),
        phase: phase.into(),
        cidr: (connection == "PEERING").then(|| "10.200.0.0/16".into()),
    };
    vec![
        network("n-peer01", "peering-westeurope", "westeurope", "PEERING", "READY"),
        network("n-plink1", "privatelink-northeurope", "northeurope", "PRIVATELINK", "READY"),
        network("n-prov01", "privatelink-westeurope", "westeurope", "PRIVATELINK", "PROVISIONING"),
    ]
}

impl Cluster {
    /// A cluster that somebody else made with a key.
    pub(crate) fn of_a_colleague(byok: &str, now: OffsetDateTime) -> Self {
        Self {
            id: short_id("lkc"),
            environment: FULL_ENVIRONMENT.into(),
            name: "of-a-colleague".into(),
            availability: "MULTI_ZONE".into(),
            kind: "Dedicated".into(),
            cku: Some(2),
            byok: Some(byok.into()),
            ..existing_cluster(now)
        }
    }
}

fn existing_cluster(now: OffsetDateTime) -> Cluster {
    let created = now - Duration::days(60);
    Cluster {
        id: "lkc-dev01".into(),
        environment: "env-dev01".into(),
        name: "orders-dev".into(),
        availability: "SINGLE_ZONE".into(),
        cloud: "AZURE".into(),
        region: "westeurope".into(),
        kind: "Basic".into(),
        cku: None,
        network: None,
        byok: None,
        deletion_protection: false,
        created,
        updated: created,
        listed: created,
        key_in_use: created,
        ready: created,
        result: "PROVISIONED".into(),
    }
}

/// Limits as an invoiced organisation has them (Confluent Cloud, "Service quotas" and "Cluster types").
fn quotas() -> BTreeMap<String, u64> {
    [
        ("byok.max_keys.per_org", 20),
        ("iam.max_environments.per_org", 25),
        ("iam.max_kafka_clusters.per_org", 400),
        ("kafka.max_kafka_creation.per_day", 20),
        ("kafka.max_kafka_clusters.per_env", 20),
        ("kafka.max_pending_kafka_clusters.per_env", 3),
        ("kafka.max_ckus.per_env", 50),
        ("kafka.max_ckus.per_cluster", 24),
        ("networking.max_network.per_environment", 3),
    ]
    .into_iter()
    .map(|(name, limit)| (name.to_owned(), limit))
    .collect()
}
