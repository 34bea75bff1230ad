//! The world at the beginning: one good vault, one vault for each common mistake, two environments.

use std::collections::BTreeMap;
use std::sync::Arc;

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    Application, Cluster, ConfluentLogin, Environment, Group, Key, Login, Network, Policy, Subscription,
    Tenant, Timing, Vault, Version, World,
};
use crate::material::{Kind, Material};
use crate::roles::{CRYPTO_OFFICER, OWNER};

/// The display name of the service principal that people log in with.
pub(crate) const LOGIN_NAME: &str = "byok-sandbox-login";

const TENANT: &str = "8d4f2c6a-51b7-4e0d-9c3a-7f1e5b2d9a60";
const OTHER_TENANT: &str = "c2b9e714-3f6d-4a85-8e21-0d9b6f4a7c13";
const SUBSCRIPTION: &str = "5e7a1b3c-9d24-4f68-b0c5-2a8e6d1f4b97";
const OTHER_SUBSCRIPTION: &str = "f1d6c8a2-7b3e-4590-a4d7-93c5e0b82f16";
const CLIENT: &str = "1c9e4d7b-6a20-4b5f-8d13-e7f2a0c5b864";
const ORGANIZATION: &str = "6f0b2e9d-4c71-4a3e-95d8-b1a7c3e5f028";
const GROUP: &str = "rg-kafka";
const KEY: &str = "kafka-cluster";

/// The two pairs of credentials; made once, so that a reset does not lock out whoever is configured with them.
pub(crate) fn credentials() -> (Login, ConfluentLogin) {
    let secret = || format!("sandbox-{}", Uuid::new_v4().simple());
    (
        Login { client_id: CLIENT.into(), client_secret: secret() },
        ConfluentLogin { api_key: "SANDBOXAPIKEY001".into(), api_secret: secret() },
    )
}

impl World {
    /// The default world.
    pub(crate) fn start(login: Login, confluent: ConfluentLogin, now: OffsetDateTime) -> Self {
        let mut world = Self {
            timing: Timing {
                role_propagation: 5.0,
                provisioning: 15.0,
                validation: 2.0,
                key_hold: 5.0 * 24.0 * 3600.0,
            },
            policy: Policy::Auto,
            login,
            confluent,
            tenants: Vec::new(),
            subscriptions: Vec::new(),
            groups: Vec::new(),
            vaults: Vec::new(),
            applications: Vec::new(),
            principals: Vec::new(),
            assignments: Vec::new(),
            organization: ORGANIZATION.into(),
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
        for (subscription, location) in [(SUBSCRIPTION, "westeurope"), (OTHER_SUBSCRIPTION, "westeurope")] {
            world.groups.push(Group {
                subscription: subscription.into(),
                name: GROUP.into(),
                location: location.into(),
            });
        }
        world.vaults = vaults(now);
        world
    }

    /// Adds a subscription, its tenant if it is new, and the login with *Owner* and *Key Vault Crypto Officer* on it.
    pub(crate) fn add_subscription(&mut self, id: &str, name: &str, tenant: &str, now: OffsetDateTime) {
        if self.tenant(tenant).is_none() {
            let number = self.tenants.len();
            self.tenants.push(Tenant {
                id: tenant.into(),
                name: if number == 0 { "Sandbox".into() } else { format!("Sandbox Partner {number}") },
                domain: if number == 0 {
                    "sandbox.onmicrosoft.com".into()
                } else {
                    format!("sandboxpartner{number}.onmicrosoft.com")
                },
            });
        }
        self.subscriptions.push(Subscription { id: id.into(), tenant: tenant.into(), name: name.into() });
        let client = self.login.client_id.clone();
        let principal = self.ensure_principal(tenant, &client, now);
        let scope = format!("/subscriptions/{id}");
        for role in [OWNER, CRYPTO_OFFICER] {
            self.ensure_assignment(&scope, role, &principal, now, now);
        }
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
            enabled: true,
            not_before: None,
            expires: None,
            ops: ops.iter().map(|op| (*op).to_owned()).collect(),
            rotation: None,
            versions: vec![Version::new(kind, now - Duration::days(30))],
        }
    }
}

impl Version {
    pub(crate) fn new(kind: Kind, created: OffsetDateTime) -> Self {
        Self {
            id: Uuid::new_v4().simple().to_string(),
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
            rbac: true,
            purge_protection: true,
            retention_days: 90,
            deny: false,
            trusted_bypass: true,
            ip_rules: Vec::new(),
            public: true,
            created: now - Duration::days(30),
            keys: vec![Key::new(KEY, Kind::Rsa(2048), now)],
            about: String::new(),
            shown_key: KEY.into(),
            shown_tenant: tenant.into(),
            elsewhere: false,
        }
    }
}

fn vaults(now: OffsetDateTime) -> Vec<Vault> {
    let vault = |name: &str, about: &str| {
        let mut vault = Vault::good(name, SUBSCRIPTION, GROUP, TENANT, "westeurope", now);
        vault.about = about.into();
        vault
    };
    let mut good =
        vault("kv-kafka-prod", "Everything is right: RBAC, purge protection, an RSA key in West Europe.");
    good.keys.push(Key::new("kafka-cluster-3072", Kind::Rsa(3072), now));
    good.keys.push(Key::new("kafka-cluster-4096", Kind::Rsa(4096), now));
    let no_rbac = Vault {
        rbac: false,
        ..vault(
            "kv-no-rbac",
            "Uses access policies instead of Azure RBAC, so role assignments have no effect.",
        )
    };
    let no_purge = Vault {
        purge_protection: false,
        ..vault("kv-no-purge", "Purge protection is off, which Confluent requires.")
    };
    let ec_key = Vault {
        keys: vec![Key::new(KEY, Kind::Ec, now)],
        ..vault("kv-ec-key", "The key is an elliptic curve key; only RSA keys can wrap.")
    };
    let mut disabled = vault("kv-key-disabled", "The key is disabled.");
    for key in &mut disabled.keys {
        key.enabled = false;
    }
    let other_region = Vault {
        region: "northeurope".into(),
        elsewhere: true,
        ..vault("kv-other-region", "Lies in North Europe; a cluster must be in the region of its key.")
    };
    let firewall = Vault {
        deny: true,
        trusted_bypass: false,
        ..vault(
            "kv-firewall",
            "A firewall denies all networks and does not let trusted Microsoft services through.",
        )
    };
    let trusted = Vault {
        deny: true,
        ..vault(
            "kv-firewall-trusted",
            "A firewall denies all networks but lets trusted Microsoft services through, as Confluent needs.",
        )
    };
    let public_off = Vault {
        public: false,
        trusted_bypass: false,
        ..vault(
            "kv-public-off",
            "Public network access is disabled, and trusted Microsoft services are not let through.",
        )
    };
    let other_tenant = Vault {
        shown_tenant: TENANT.into(),
        about: "Belongs to another tenant than the tenant ID given with it.".into(),
        ..Vault::good("kv-other-tenant", OTHER_SUBSCRIPTION, GROUP, OTHER_TENANT, "westeurope", now)
    };
    vec![good, no_rbac, no_purge, ec_key, disabled, other_region, firewall, trusted, public_off, other_tenant]
}

fn environments() -> Vec<Environment> {
    vec![
        Environment { id: "env-dev01".into(), name: "development".into() },
        Environment { id: "env-empty1".into(), name: "empty".into() },
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
