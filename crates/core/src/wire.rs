//! Requests and answers between the browser and the proxy.
//!
//! One definition serves both sides; the proxy's OpenAPI document is generated from it. Field names are
//! Confluent's own where Confluent has one. Unknown fields are ignored by the reader, so either side may be newer.
//! Times are seconds since the Unix epoch (UTC).

use crate::finding::Finding;
use crate::record::{Node, Record};

// Field attributes are serde's; `record!` reads the same ones, so that both agree on every shape.
macro_rules! wire {
    ($($(#[doc = $about:literal])* $(#[derive($derive:ident)])? pub struct $name:ident {
        $($(#[doc = $doc:literal])* $(#[serde($($how:tt)*)])? pub $field:ident : $ty:ty),* $(,)?
    })*) => {
        $(
            $(#[doc = $about])*
            #[derive(Clone, Debug, PartialEq, Eq $(, $derive)?)]
            #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
            #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
            pub struct $name {
                $($(#[doc = $doc])* $(#[cfg_attr(feature = "serde", serde($($how)*))])? pub $field: $ty),*
            }
            crate::record!(@impl $name { $($field [$($($how)*)?])* });
        )*
        #[cfg(all(test, feature = "serde"))]
        const TYPES: &[&str] = &[$(stringify!($name)),*];
    };
}

wire! {
    /// What this server is and what the caller may do on it.
    pub struct SessionView {
        /// `sandbox` or `live`.
        pub mode: String,
        /// Whether this caller is let in; false on a live server until the one-time token has been exchanged.
        pub signed_in: bool,
        /// Whether creating a cluster is switched on here.
        pub can_create: bool,
        /// Why it is not, in a sentence for the user; absent when it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub create_refused: Option<String>,
        /// The most CKUs that this proxy lets one cluster have.
        pub max_cku: u32,
        /// What one CKU costs an hour, as the operator wrote it, for example `2.48 USD`; absent where nobody said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub price_per_cku_hour: Option<String>,
        /// Version of the running binary.
        pub version: String,
    }

    /// Exchanges the one-time token of the printed address for a cookie.
    pub struct SignIn {
        /// The token behind `#token=` in the address that `byok serve` printed.
        pub token: String,
    }

    /// An Azure region that can hold a Dedicated cluster.
    pub struct RegionView {
        /// Azure's programmatic name, for example `westeurope`.
        pub id: String,
        /// Where it is, for a person: `Netherlands`.
        pub place: String,
        /// Whether Azure has availability zones there, which multi zone needs.
        pub zones: bool,
    }

    /// A Confluent Cloud environment.
    pub struct EnvironmentView {
        /// For example `env-00000`.
        pub id: String,
        /// Name given by its owner.
        pub display_name: String,
    }

    /// A network of an environment that a Dedicated cluster can be put in.
    pub struct NetworkView {
        /// For example `n-00000`.
        pub id: String,
        /// Name given by its owner; empty when it has none.
        pub display_name: String,
        /// Azure region of the network.
        pub region: String,
        /// `PEERING`, `PRIVATELINK`, or a kind that this version does not know.
        pub connection_types: Vec<String>,
        /// `PROVISIONING`, `READY`, `FAILED`, `DEPROVISIONING`, or one that this version does not know.
        pub phase: String,
    }

    /// A Kafka cluster as Confluent reports it.
    pub struct ClusterView {
        /// For example `lkc-00000`.
        pub id: String,
        /// Name given by its owner.
        pub display_name: String,
        /// `Dedicated`, `Basic`, … as in `spec.config.kind`.
        pub kind: String,
        /// `SINGLE_ZONE`, `MULTI_ZONE`, `LOW`, `HIGH`.
        pub availability: String,
        /// `AZURE`, `AWS`, `GCP`.
        pub cloud: String,
        /// The cloud's region.
        pub region: String,
        /// CKUs asked for; absent where the type has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cku: Option<u32>,
        /// Id of the network it is in; absent for the public internet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub network: Option<String>,
        /// Id of the registered key that encrypts it (`cck-…`); absent when Confluent manages the key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub byok: Option<String>,
        /// `PROVISIONING`, `PROVISIONED`, `FAILED`, or one that this version does not know.
        pub phase: String,
        /// Bootstrap server, once there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub kafka_bootstrap_endpoint: Option<String>,
        /// Kafka REST endpoint, once there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub http_endpoint: Option<String>,
    }

    /// What Confluent last found when it tried to use a registered key.
    #[derive(Default)] pub struct KeyValidation {
        /// `INITIALIZING`, `VALID`, `INVALID`, or one that this version does not know; empty when Confluent sent none.
        pub phase: String,
        /// Confluent's words, for example `Access to key denied.`
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub message: Option<String>,
        /// Since when the phase and message stand, RFC 3339, as Confluent sent it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub since: Option<String>,
        /// Region of the key, known to Confluent only after a first success.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub region: Option<String>,
    }

    /// A key registered with Confluent.
    pub struct KeyView {
        /// For example `cck-00000`.
        pub id: String,
        /// Name given at registration; empty when it has none.
        pub display_name: String,
        /// Resource ID of the vault.
        pub key_vault_id: String,
        /// Key identifier without version.
        pub key_id: String,
        /// Tenant of the vault.
        pub tenant_id: String,
        /// Confluent's application for this key, for which the service principal is made.
        pub application_id: String,
        /// `AVAILABLE`, `IN_USE`, or one that this version does not know.
        pub state: String,
        /// Confluent's last look at the key.
        pub validation: KeyValidation,
        /// Seconds since this proxy registered the key; absent when it was registered elsewhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub registered_for: Option<u64>,
        /// Whether `DELETE keys/{id}` is allowed: registered through this proxy, available, in no open operation.
        pub deletable: bool,
    }

    /// Registers a key.
    pub struct NewKey {
        /// Name for the registration.
        #[serde(default)]
        pub display_name: String,
        /// Resource ID of the vault.
        pub key_vault_id: String,
        /// Key identifier without version.
        pub key_id: String,
        /// Tenant of the vault.
        pub tenant_id: String,
    }

    /// A decision to go on although a requirement is unknown. Recorded with the operation.
    pub struct Waiver {
        /// Code of the requirement, for example `key.validated`.
        pub requirement: String,
        /// What the user read when deciding, so that the record stands alone.
        pub reason: String,
    }

    /// Asks for a cluster. Always Dedicated, always Azure, always with a self-managed key.
    pub struct NewCluster {
        /// Environment id.
        pub environment: String,
        /// Name of the cluster.
        pub display_name: String,
        /// Azure region.
        pub region: String,
        /// `SINGLE_ZONE` or `MULTI_ZONE`.
        pub availability: String,
        /// Confluent units for Kafka.
        pub cku: u32,
        /// Network id; absent for the public internet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub network: Option<String>,
        /// Registered key (`cck-…`).
        pub key: String,
        /// Whether Confluent shall refuse to delete the cluster until this protection is taken off.
        #[serde(default)]
        pub deletion_protection: bool,
        /// Requirements that are unknown and consciously waived.
        #[serde(default)]
        pub waivers: Vec<Waiver>,
    }

    /// One line in the story of an operation.
    pub struct OperationEvent {
        /// Counts up from 1 within the operation; the id of the server-sent event.
        pub seq: u64,
        /// When, in seconds since the Unix epoch.
        pub at: u64,
        /// The state entered.
        pub state: String,
        /// What happened, in a sentence.
        pub message: String,
    }

    /// The creation of one cluster, from the click to its end.
    pub struct OperationView {
        /// Opaque, for the address `/operations/{id}`.
        pub id: String,
        /// `intended`, `sending`, `provisioning`, `provisioned`, `failed`, `needs_person`.
        pub state: String,
        /// What was asked for.
        pub request: NewCluster,
        /// The cluster, once it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cluster: Option<ClusterView>,
        /// When it was asked for.
        pub created_at: u64,
        /// When it last changed.
        pub updated_at: u64,
        /// The server's clock when this answer was made, so that elapsed time never depends on the user's clock.
        pub now: u64,
        /// The story so far, oldest first.
        pub events: Vec<OperationEvent>,
        /// Why it ended without a usable cluster, and what to do.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub problem: Option<FindingView>,
        /// What had been checked and was right when it was asked for, in a few words each: not the cause of a failure.
        #[serde(default)]
        pub ruled_out: Vec<String>,
        /// What a person may decide now, each for `POST operations/{id}/decisions`: `look_again`, `send_again`,
        /// `close`. Empty while nobody has to.
        #[serde(default)]
        pub decisions: Vec<String>,
    }

    /// What a person decides about an operation that nobody else can end. Recorded.
    pub struct NewDecision {
        /// `look_again` reads Confluent’s list once more for the settle time; `send_again` asks for the cluster a second
        /// time, which may be billed; `close` ends the operation.
        pub decision: String,
        /// What the person saw that led to it, in their own words; between 1 and 1000 characters.
        pub reason: String,
    }

    /// A finding as it travels: words included, since the proxy may know causes that the page does not.
    pub struct FindingView {
        /// Stable code.
        pub code: String,
        /// The field it belongs to, named as in the request; absent when it belongs to none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub field: Option<String>,
        /// What happened.
        pub message: String,
        /// How to fix it.
        pub fix: String,
    }

    /// The judgement of one requirement, in words.
    pub struct VerdictView {
        /// Stable code, for example `key.validated`.
        pub requirement: String,
        /// The requirement in a few words.
        pub title: String,
        /// `met`, `not_met`, `unknown`.
        pub outcome: String,
        /// Whether a person may decide to go on although it is unknown.
        pub waivable: bool,
        /// For how many more seconds waiting may settle it; absent when waiting is not what is needed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub wait_seconds: Option<u64>,
        /// What was found.
        pub message: String,
        /// What to do about it; empty when there is nothing to do.
        pub fix: String,
        /// Why, field by field.
        #[serde(default)]
        pub findings: Vec<FindingView>,
        /// What was read, and where, that this rests on.
        #[serde(default)]
        pub evidence: Vec<EvidenceView>,
        /// Who can do what `fix` says, for example `Whoever may assign roles on the vault`; empty when nobody has to.
        #[serde(default)]
        pub who: String,
    }

    /// One thing that was read.
    pub struct EvidenceView {
        /// `probe`, `doctor`, `arm`, `key-vault`, `graph`, `confluent`.
        pub source: String,
        /// What was read, in a few words.
        pub text: String,
    }

    /// Asks whether a vault, a key and the rights on them will carry a cluster. Only reads; nothing is billed.
    pub struct NewPreflight {
        /// Resource ID of the vault.
        pub key_vault_id: String,
        /// Key identifier without version.
        pub key_id: String,
        /// Tenant of the vault.
        pub tenant_id: String,
        /// Azure region of the cluster; empty while none is chosen.
        #[serde(default)]
        pub region: String,
        /// The registered key, once there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key: Option<String>,
        /// Environment id, once one is chosen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub environment: Option<String>,
        /// Name of the cluster.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub display_name: Option<String>,
        /// `SINGLE_ZONE` or `MULTI_ZONE`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub availability: Option<String>,
        /// Confluent units for Kafka.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cku: Option<u32>,
        /// Network id; absent for the public internet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub network: Option<String>,
        /// Seconds since the user said that the roles are given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub granted_for: Option<u64>,
        /// The output of the doctor, as pasted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub doctor: Option<String>,
        /// The user’s own access token for Azure Resource Manager (`az account get-access-token --resource
        /// https://management.azure.com`), for this one request. As the other two it goes to the host that it is made
        /// for and nowhere else, and is never kept, logged or sent back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub arm_token: Option<Secret>,
        /// For Key Vault (`… --resource https://vault.azure.net`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_vault_token: Option<Secret>,
        /// For Microsoft Graph (`… --resource https://graph.microsoft.com`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub graph_token: Option<Secret>,
    }

    /// Whom a preflight asked, and what became of it.
    pub struct SourceView {
        /// `probe`, `doctor`, `arm`, `key-vault`, `graph`, `confluent`.
        pub source: String,
        /// `answered`, `refused`, `failed`, `not_asked`.
        pub state: String,
        /// Why it did not answer; empty when it did.
        #[serde(default)]
        pub detail: String,
    }

    /// A whole preflight.
    ///
    /// As `text/event-stream`, each verdict comes by itself as soon as it is known (event `verdict`,
    /// a later one replaces an earlier one of the same requirement), then this as the last event (`done`).
    pub struct PreflightView {
        /// `met`, `not_met`, `unknown`: the worst of all verdicts.
        pub outcome: String,
        /// One for each requirement that there is reason to ask for, in order.
        pub verdicts: Vec<VerdictView>,
        /// Whom it asked.
        pub sources: Vec<SourceView>,
        /// When it was judged.
        pub now: u64,
    }

    /// A quota of Confluent Cloud that a cluster with a key of one’s own touches.
    pub struct QuotaView {
        /// For example `byok.max_keys.per_org`.
        pub code: String,
        /// What it is, in Confluent’s words.
        pub name: String,
        /// The environment or network that it is for; empty for the organisation.
        #[serde(default)]
        pub scope: String,
        /// How much is allowed.
        pub limit: u64,
        /// How much is used, where Confluent counts it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub used: Option<u64>,
    }

    /// An error, RFC 9457 (`application/problem+json`).
    pub struct Problem {
        /// A relative reference that names the kind of problem, for example `/problems/not-judged`.
        #[serde(rename = "type")]
        pub kind: String,
        /// The kind in a few words.
        pub title: String,
        /// HTTP status.
        pub status: u16,
        /// This occurrence, in sentences for the user.
        pub detail: String,
        /// Find it in the log under this id.
        pub request_id: String,
        /// Findings, each with its field where it has one.
        #[serde(default)]
        pub findings: Vec<FindingView>,
    }
}

/// A text that is never shown, not even by `Debug`.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: String) -> Self {
        Secret(text)
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Record for Secret {
    fn take<N: Node>(node: Option<&N>, broken: &mut bool) -> Self {
        Secret(String::take(node, broken))
    }
    fn give<N: Node>(&self) -> Option<N> {
        self.0.give()
    }
}

impl From<&Finding> for FindingView {
    fn from(finding: &Finding) -> Self {
        Self {
            code: finding.code().to_owned(),
            field: finding.field().map(|field| field.as_str().to_owned()),
            message: finding.message(),
            fix: finding.fix(),
        }
    }
}

/// A list, always whole: the proxy has followed every page of the cloud's own list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListOf<T> {
    /// The items, in the cloud's order.
    pub data: Vec<T>,
}

impl<T: Record> Record for ListOf<T> {
    fn take<N: Node>(node: Option<&N>, broken: &mut bool) -> Self {
        Self { data: crate::record::field(node, "data", broken) }
    }
    fn give<N: Node>(&self) -> Option<N> {
        let mut node = N::empty();
        crate::record::put(&mut node, "data", &self.data);
        Some(node)
    }
}

/// The header that every write carries beside JSON and a matching `Origin`; a foreign page cannot send it.
pub const WRITE_HEADER: &str = "x-byok-wizard";
/// Names the draft that a creation belongs to, so that the same draft never creates twice.
pub const IDEMPOTENCY_HEADER: &str = "idempotency-key";

#[cfg(all(test, feature = "serde"))]
mod tests;
