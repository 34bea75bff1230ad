//! Confluent's objects, read leniently: unknown fields are ignored, unknown enum values stay as they are, and what old
//! answers lack is empty (Confluent, "Client Responsibilities": clients must ignore what they do not know).

use std::collections::BTreeMap;

use byok_core::wire::{ClusterView, EnvironmentView, KeyValidation, KeyView, NetworkView};
use serde::{Deserialize, Deserializer};

/// `null` reads as empty.
fn or_empty<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

macro_rules! read {
    ($($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident : $ty:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, Deserialize)]
        pub(crate) struct $name { $($(#[$fmeta])* #[serde(default, deserialize_with = "or_empty")] pub(crate) $field: $ty),* }
    )*};
}

read! {
    /// `Environment` of org/v2.
    Environment { id: String, display_name: String }

    /// `Network` of networking/v1.
    Network { id: String, spec: NetworkSpec, status: Status }

    /// What was asked for.
    NetworkSpec { display_name: String, region: String, connection_types: Vec<String> }

    /// Networks and clusters alike.
    Status { phase: String }

    /// `Key` of byok/v1.
    Key { id: String, display_name: String, key: AzureKey, provider: String, state: String, validation: Validation }

    /// `AzureKey`; the same fields are absent from keys of other clouds.
    AzureKey { kind: String, key_id: String, key_vault_id: String, tenant_id: String, application_id: String }

    /// `KeyValidation`: Confluent's last look at the key. Answers from before September 2025 lack it.
    Validation { phase: String, message: Option<String>, since: Option<String>, region: Option<String> }

    /// `Cluster` of cmk/v2.
    Cluster { id: String, spec: ClusterSpec, status: Status }

    /// What was asked for, and the endpoints once there are some.
    ClusterSpec {
        display_name: String, availability: String, cloud: String, region: String, config: ClusterConfig,
        network: Option<Reference>, byok: Option<Reference>, kafka_bootstrap_endpoint: String, http_endpoint: String,
        endpoints: BTreeMap<String, Endpoint>
    }

    /// Type and size.
    ClusterConfig { kind: String, cku: Option<u32> }

    /// A reference to another object.
    Reference { id: String }

    /// One access point of a cluster.
    Endpoint { kafka_bootstrap_endpoint: String, http_endpoint: String }
}

impl Key {
    /// Whether this is a key in Azure Key Vault. The spelling of `provider` varies, `kind` does not.
    pub(crate) fn is_azure(&self) -> bool {
        self.key.kind.eq_ignore_ascii_case("AzureKey") || self.provider.eq_ignore_ascii_case("azure")
    }

    /// Whether it can still be given to a cluster.
    pub(crate) fn is_available(&self) -> bool {
        self.state.eq_ignore_ascii_case("AVAILABLE")
    }

    /// What Confluent last found.
    pub(crate) fn validation(&self) -> KeyValidation {
        let Validation { phase, message, since, region } = self.validation.clone();
        KeyValidation { phase, message, since, region }
    }
}

impl Key {
    /// The key as it travels. What Confluent does not know is added: for how many seconds it is registered through this
    /// server, and whether this server may delete it.
    pub(crate) fn view(&self, registered_for: Option<u64>, deletable: bool) -> KeyView {
        KeyView {
            id: self.id.clone(),
            display_name: self.display_name.clone(),
            key_vault_id: self.key.key_vault_id.clone(),
            key_id: self.key.key_id.clone(),
            tenant_id: self.key.tenant_id.clone(),
            application_id: self.key.application_id.clone(),
            state: self.state.clone(),
            validation: self.validation(),
            registered_for,
            deletable,
        }
    }
}

impl Cluster {
    /// The registered key that encrypts it.
    pub(crate) fn byok(&self) -> Option<&str> {
        self.spec.byok.as_ref().map(|key| key.id.as_str()).filter(|id| !id.is_empty())
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

impl From<&Cluster> for ClusterView {
    fn from(cluster: &Cluster) -> Self {
        let spec = &cluster.spec;
        // `endpoints` replaces the two single fields, which Confluent calls deprecated and still fills.
        let of = |single: &str, each: fn(&Endpoint) -> &str| {
            filled(single).or_else(|| {
                spec.endpoints.values().map(each).find(|text| !text.is_empty()).map(str::to_owned)
            })
        };
        Self {
            id: cluster.id.clone(),
            display_name: spec.display_name.clone(),
            kind: spec.config.kind.clone(),
            availability: spec.availability.clone(),
            cloud: spec.cloud.clone(),
            region: spec.region.clone(),
            cku: spec.config.cku,
            network: spec.network.as_ref().and_then(|network| filled(&network.id)),
            byok: cluster.byok().map(str::to_owned),
            phase: cluster.status.phase.clone(),
            kafka_bootstrap_endpoint: of(&spec.kafka_bootstrap_endpoint, |point| {
                &point.kafka_bootstrap_endpoint
            }),
            http_endpoint: of(&spec.http_endpoint, |point| &point.http_endpoint),
        }
    }
}

impl From<&Environment> for EnvironmentView {
    fn from(environment: &Environment) -> Self {
        Self { id: environment.id.clone(), display_name: environment.display_name.clone() }
    }
}

impl From<&Network> for NetworkView {
    fn from(network: &Network) -> Self {
        Self {
            id: network.id.clone(),
            display_name: network.spec.display_name.clone(),
            region: network.spec.region.clone(),
            connection_types: network.spec.connection_types.clone(),
            phase: network.status.phase.clone(),
        }
    }
}
