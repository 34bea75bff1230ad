//! What Azure and Confluent’s quotas tell, in types. A field is `None` where the answer did not hold it: absent is not false.

use crate::id::{Guid, TenantId, VaultId};

/// A vault’s settings (Azure Key Vault, management API 2026-02-01, `VaultProperties`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VaultSettings {
    /// Its resource ID as Azure writes it.
    pub id: Option<VaultId>,
    /// Azure region, normalised.
    pub region: Option<String>,
    /// Its tenant.
    pub tenant: Option<TenantId>,
    /// `standard` or `premium`, lower-case.
    pub sku: Option<String>,
    /// Roles count, as opposed to access policies. Not set in a vault means access policies, and is read so.
    pub rbac: Option<bool>,
    /// Purge protection. Azure says `true` or nothing at all; the latter is read as `false`.
    pub purge_protection: Option<bool>,
    /// Soft delete. Not set means that it is on, and is read so.
    pub soft_delete: Option<bool>,
    /// For how many days what is deleted can be recovered.
    pub retention_days: Option<u32>,
    /// Firewall: whether everybody is let in by default. Not set means so, and is read so.
    pub default_allow: Option<bool>,
    /// Firewall: whether trusted Microsoft services are let in.
    pub trusted_services: Option<bool>,
    /// Whether the public network is let in at all.
    pub public_access: Option<PublicAccess>,
    /// How many private endpoints it has.
    pub private_endpoints: Option<usize>,
    /// How many access policies it has.
    pub access_policies: Option<usize>,
    /// `Succeeded`, `RegisteringDns`, or one that this version does not know.
    pub provisioning: Option<String>,
}

/// `publicNetworkAccess`, a free text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicAccess {
    /// Open, as far as the firewall lets.
    Enabled,
    /// Shut but for private endpoints and trusted services.
    Disabled,
    /// A network security perimeter decides, and trusted services do not pass it.
    SecuredByPerimeter,
    /// A word that this version does not know.
    Other(String),
}

/// When a key may be used. Times in seconds since the Unix epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyAttributes {
    /// Whether it is switched on.
    pub enabled: Option<bool>,
    /// Not usable before.
    pub not_before: Option<u64>,
    /// Not usable from then on.
    pub expires: Option<u64>,
    /// When it was made.
    pub created: Option<u64>,
}

/// A key’s current version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VaultKey {
    /// `RSA`, `RSA-HSM`, `EC`, …
    pub kind: Option<String>,
    /// Size of the modulus in bits.
    pub bits: Option<u32>,
    /// What it may be used for, `wrapKey` and the like.
    pub operations: Option<Vec<String>>,
    /// When it may be used.
    pub attributes: KeyAttributes,
    /// Whether the vault made it for a certificate or a storage account.
    pub managed: Option<bool>,
    /// Whether the private half can leave the vault.
    pub exportable: Option<bool>,
    /// Whether the vault’s purge protection shows in the key’s `recoveryLevel`.
    pub purge_protection: Option<bool>,
    /// `hsmPlatform`: `0`, `1`, `2`.
    pub hsm_platform: Option<String>,
    /// Version, 32 hexadecimal digits.
    pub version: Option<String>,
}

/// One version of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyVersion {
    /// 32 hexadecimal digits.
    pub version: String,
    /// When it may be used.
    pub attributes: KeyAttributes,
}

/// A rotation policy. Spans in days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Whether a new version is made by itself.
    pub automatic: bool,
    /// After how many days from its making.
    pub after_days: Option<u32>,
    /// How many days before it expires.
    pub before_days: Option<u32>,
    /// How long each version is valid.
    pub expiry_days: Option<u32>,
}

/// One role assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Where it is made; at or above the vault.
    pub scope: String,
    /// Last GUID of the role definition’s ID: two spellings of the rest are in use.
    pub role: Guid,
    /// Object ID of whom it is made for.
    pub principal: Guid,
    /// `ServicePrincipal`, `User`, `Group`, …; empty if Azure said none.
    pub principal_type: String,
    /// Under what condition it counts.
    pub condition: Option<String>,
}

/// A deny assignment: what it holds is refused to its principals, whatever roles they have (Azure RBAC, “Understand Azure
/// deny assignments”).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Its name for people.
    pub name: String,
    /// Where it is made; at or above the vault.
    pub scope: String,
    /// Whether it counts below its scope, too.
    pub inherited: bool,
    /// Object IDs of whom it is made for; [`EVERYBODY`] stands for all.
    pub principals: Vec<Guid>,
    /// Object IDs of whom it leaves out.
    pub excluded: Vec<Guid>,
    /// What it refuses.
    pub permissions: Vec<Permission>,
    /// Whether it counts under a condition only.
    pub conditional: bool,
}

/// All users, groups, service principals and managed identities of a directory, as a deny assignment names them.
///
/// Azure RBAC, “Understand Azure deny assignments”: the principal of type `SystemDefined`.
pub const EVERYBODY: &str = "00000000-0000-0000-0000-000000000000";

/// A service principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Its object ID in the tenant.
    pub object: Guid,
    /// Whether it may sign in.
    pub enabled: Option<bool>,
    /// Object IDs of the groups that it is in, where they could be read.
    pub groups: Option<Vec<Guid>>,
}

/// One set of what the caller may do (Azure RBAC, permissions).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permission {
    /// Actions, with `*`.
    pub actions: Vec<String>,
    /// Actions taken out again.
    pub not_actions: Vec<String>,
    /// Actions on data.
    pub data_actions: Vec<String>,
    /// Actions on data taken out again.
    pub not_data_actions: Vec<String>,
}

/// What was deleted and can be recovered for a while. Times in seconds since the Unix epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// When it was deleted.
    pub deleted: Option<u64>,
    /// When it goes for good.
    pub purge: Option<u64>,
    /// Region of a vault.
    pub region: Option<String>,
    /// Resource ID of a vault.
    pub id: Option<VaultId>,
}

/// A lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Its name.
    pub name: String,
    /// `CanNotDelete` or `ReadOnly`, or a word that this version does not know.
    pub level: String,
}

/// A quota of Confluent Cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// For example `byok.max_keys.per_org`.
    pub code: String,
    /// What it is, in Confluent’s words.
    pub name: String,
    /// The environment, network or cluster that it is for; empty for the organisation.
    pub scope: String,
    /// How much is allowed.
    pub limit: u64,
    /// How much is used, where Confluent counts it.
    pub used: Option<u64>,
}
