//! What is asked of which cloud, and what comes back.

use super::Source;

/// One read. Whoever asks it builds the address; none of it is taken from what a user typed but checked IDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Question {
    /// `GET https://{vault}.{suffix}/keys`, without credentials: the challenge names tenant and region.
    VaultChallenge,
    /// `GET /subscriptions/{id}`, without credentials: the challenge names the tenant.
    SubscriptionChallenge,
    /// The tenant’s `OpenID` configuration, without credentials.
    Tenant,
    /// The vault’s settings, from ARM.
    Vault,
    /// The key’s properties, from ARM; works where the vault’s firewall keeps the data plane shut.
    ArmKey,
    /// The key, from the vault.
    Key,
    /// The key’s versions, from the vault; all pages put together as `{"value": […]}`.
    KeyVersions,
    /// The key’s rotation policy, from the vault.
    RotationPolicy,
    /// Role assignments at and above the vault, from ARM; all pages put together as `{"value": […]}`.
    Assignments,
    /// Deny assignments at and above the vault, from ARM; all pages put together as `{"value": […]}`.
    Denials,
    /// The service principal of Confluent’s application, from Graph.
    Principal,
    /// The caller’s own permissions at the vault, from ARM.
    Permissions,
    /// A deleted vault of the same name, from ARM.
    DeletedVault,
    /// A deleted key of the same name, from the vault.
    DeletedKey,
    /// Locks at and above the vault, from ARM.
    Locks,
    /// Confluent’s quotas; all pages put together as `{"data": […]}`.
    Quotas,
}

impl Question {
    /// All of them.
    pub const ALL: [Question; 16] = [
        Question::VaultChallenge,
        Question::SubscriptionChallenge,
        Question::Tenant,
        Question::Vault,
        Question::ArmKey,
        Question::Key,
        Question::KeyVersions,
        Question::RotationPolicy,
        Question::Assignments,
        Question::Denials,
        Question::Principal,
        Question::Permissions,
        Question::DeletedVault,
        Question::DeletedKey,
        Question::Locks,
        Question::Quotas,
    ];

    /// Who answers it.
    pub fn source(self) -> Source {
        match self {
            Question::VaultChallenge | Question::SubscriptionChallenge | Question::Tenant => Source::Probe,
            Question::Vault
            | Question::ArmKey
            | Question::Assignments
            | Question::Denials
            | Question::Permissions
            | Question::DeletedVault
            | Question::Locks => Source::Arm,
            Question::Key | Question::KeyVersions | Question::RotationPolicy | Question::DeletedKey => {
                Source::KeyVault
            }
            Question::Principal => Source::Graph,
            Question::Quotas => Source::Confluent,
        }
    }
}

/// What a cloud said, raw: status, the few headers that matter, and the body if it is JSON.
#[derive(Clone, Debug)]
pub struct Answer<N> {
    /// HTTP status; 0 when DNS has no such host, which only a vault's name can lead to.
    pub status: u16,
    /// `WWW-Authenticate`.
    pub challenge: Option<String>,
    /// `x-ms-keyvault-region`.
    pub vault_region: Option<String>,
    /// The body; `None` if there is none or it is not JSON.
    pub body: Option<N>,
}
