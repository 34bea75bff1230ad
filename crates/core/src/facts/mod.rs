//! What is known of vault, key, grants and Confluent’s side. Every fact says its source, or why it is not known.
//!
//! A question goes to a cloud; its answer, raw, comes back through [`Facts::learn`], which alone knows how the clouds
//! write things. The pasted output of the doctor ends in the same facts by [`Facts::learn_doctor`].

mod azure;
mod learn;
mod question;
mod registered;
mod time;

use crate::id::{ApplicationId, KeyId, SubscriptionId, TenantId, VaultId};

pub use azure::{
    Assignment, Deleted, Denial, EVERYBODY, KeyAttributes, KeyVersion, Lock, Permission, Principal,
    PublicAccess, Quota, Rotation, VaultKey, VaultSettings,
};
pub use question::{Answer, Question};
pub use registered::{KeyFacts, NetworkFacts};
pub(crate) use time::date;
pub use time::seconds_since_epoch;

/// Who said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// An answer of a cloud to somebody without credentials.
    Probe,
    /// The user’s own `az` output, pasted.
    Doctor,
    /// Azure Resource Manager.
    Arm,
    /// The vault itself.
    KeyVault,
    /// Microsoft Graph.
    Graph,
    /// Confluent Cloud.
    Confluent,
}

impl Source {
    /// `probe`, `doctor`, `arm`, `key-vault`, `graph`, `confluent`.
    pub fn as_str(self) -> &'static str {
        match self {
            Source::Probe => "probe",
            Source::Doctor => "doctor",
            Source::Arm => "arm",
            Source::KeyVault => "key-vault",
            Source::Graph => "graph",
            Source::Confluent => "confluent",
        }
    }
}

/// A value and who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<T> {
    /// The value.
    pub value: T,
    /// Who said it.
    pub source: Source,
}

/// Known from a source, or not known and why.
pub type Fact<T> = Result<Known<T>, WhyUnknown>;

/// Why a fact is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyUnknown {
    /// Nobody has looked.
    NotAsked,
    /// Whoever could answer asks for credentials, and there are none.
    NoCredentials,
    /// The source refused for lack of permission; in a few words, without a final full stop.
    Denied(String),
    /// The source was asked and could not answer; in a few words, without a final full stop.
    Failed(String),
}

impl WhyUnknown {
    /// The reason in a few words.
    pub fn reason(&self) -> &str {
        match self {
            WhyUnknown::NotAsked => "nobody has looked yet",
            WhyUnknown::NoCredentials => "it cannot be read without signing in to Azure",
            WhyUnknown::Denied(words) | WhyUnknown::Failed(words) => words,
        }
    }
}

/// What was entered, as far as it can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// The vault.
    pub vault: Option<VaultId>,
    /// The key.
    pub key: Option<KeyId>,
    /// The tenant.
    pub tenant: Option<TenantId>,
    /// Confluent’s application, once the key is registered.
    pub application: Option<ApplicationId>,
}

/// Everything known, from whichever source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What was entered; not a fact about any cloud.
    pub entered: Entered,
    /// The registered key, as Confluent reports it.
    pub key: Result<KeyFacts, WhyUnknown>,
    /// The network of the plan, as Confluent reports it; looked at only if the plan has one.
    pub network: Result<NetworkFacts, WhyUnknown>,
    /// Confluent’s quotas that this plan touches.
    pub quotas: Fact<Vec<Quota>>,
    /// Whether a vault answers under this name.
    pub vault_exists: Fact<bool>,
    /// The tenant that the vault itself names.
    pub vault_tenant: Fact<TenantId>,
    /// The region that the vault itself names, normalised.
    pub vault_region: Fact<String>,
    /// The tenant of the subscription; `None` when there is no such subscription.
    pub subscription_tenant: Fact<Option<TenantId>>,
    /// Whether Microsoft Entra knows the tenant that was entered.
    pub tenant_exists: Fact<bool>,
    /// The vault’s settings; `None` when Azure says that there is no such vault in that resource group.
    pub vault: Fact<Option<VaultSettings>>,
    /// The key’s current version; `None` when the vault has no such key.
    pub vault_key: Fact<Option<VaultKey>>,
    /// All versions of the key.
    pub versions: Fact<Vec<KeyVersion>>,
    /// The key’s rotation policy.
    pub rotation: Fact<Rotation>,
    /// Role assignments at the vault and above it.
    pub assignments: Fact<Vec<Assignment>>,
    /// Deny assignments at the vault and above it.
    pub denials: Fact<Vec<Denial>>,
    /// The service principal of Confluent’s application in the vault’s tenant; `None` when there is none.
    pub principal: Fact<Option<Principal>>,
    /// What whoever asks may do at the vault.
    pub permissions: Fact<Vec<Permission>>,
    /// A vault of this name that was deleted and can still be recovered.
    pub deleted_vault: Fact<Option<Deleted>>,
    /// A key of this name that was deleted and can still be recovered.
    pub deleted_key: Fact<Option<Deleted>>,
    /// Locks at the vault and above it.
    pub locks: Fact<Vec<Lock>>,
    /// Whether roles count at the vault, as its own refusals show; with access policies `false`.
    pub vault_rbac: Fact<bool>,
    /// What kept somebody out of the vault's own address.
    pub shut_by: Fact<Shut>,
    /// The doctor's output, if there was one.
    pub doctor: Option<Doctor>,
    /// Where two sources said different things.
    pub contradictions: Vec<Contradiction>,
}

/// What kept somebody out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shut {
    /// The vault's firewall.
    Firewall,
    /// The vault's public network access is off.
    PublicAccess,
}

/// Where the doctor's output comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doctor {
    /// The tenant that `az` was signed in to.
    pub tenant: Option<TenantId>,
    /// The subscription that `az` had chosen.
    pub subscription: Option<SubscriptionId>,
    /// `AzureCloud` for the public one.
    pub cloud: Option<String>,
    /// The vault that it is about, if that is another one than was entered.
    pub other_vault: Option<String>,
    /// The key that it is about, if that is another one than was entered.
    pub other_key: Option<String>,
}

/// Two sources that said different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// Of what, for a sentence: `the vault’s settings`.
    pub topic: &'static str,
    /// Whose word counts.
    pub counts: Source,
    /// Who said otherwise.
    pub other: Source,
}

impl Facts {
    /// The vault's own tenant, as the vault or its settings say it.
    pub(crate) fn tenant_of_vault(&self) -> Option<TenantId> {
        let by_itself = self.vault_tenant.as_ref().ok().map(|known| known.value);
        let settings = || self.vault.as_ref().ok()?.value.as_ref()?.tenant;
        by_itself.or_else(settings)
    }
}

impl Default for Facts {
    fn default() -> Self {
        Facts {
            entered: Entered::default(),
            key: Err(WhyUnknown::NotAsked),
            network: Err(WhyUnknown::NotAsked),
            quotas: Err(WhyUnknown::NotAsked),
            vault_exists: Err(WhyUnknown::NotAsked),
            vault_tenant: Err(WhyUnknown::NotAsked),
            vault_region: Err(WhyUnknown::NotAsked),
            subscription_tenant: Err(WhyUnknown::NotAsked),
            tenant_exists: Err(WhyUnknown::NotAsked),
            vault: Err(WhyUnknown::NotAsked),
            vault_key: Err(WhyUnknown::NotAsked),
            versions: Err(WhyUnknown::NotAsked),
            rotation: Err(WhyUnknown::NotAsked),
            assignments: Err(WhyUnknown::NotAsked),
            denials: Err(WhyUnknown::NotAsked),
            principal: Err(WhyUnknown::NotAsked),
            permissions: Err(WhyUnknown::NotAsked),
            deleted_vault: Err(WhyUnknown::NotAsked),
            deleted_key: Err(WhyUnknown::NotAsked),
            locks: Err(WhyUnknown::NotAsked),
            vault_rbac: Err(WhyUnknown::NotAsked),
            shut_by: Err(WhyUnknown::NotAsked),
            doctor: None,
            contradictions: Vec::new(),
        }
    }
}
