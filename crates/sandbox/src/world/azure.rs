//! What exists on Azure's side, as plain values.

use std::sync::Arc;

use serde_json::Value;
use time::OffsetDateTime;

use crate::material::Material;

pub(crate) struct Tenant {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) domain: String,
}

/// A management group: what is assigned there holds for its subscriptions.
pub(crate) struct ManagementGroup {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) tenant: String,
}

pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) tenant: String,
    pub(crate) name: String,
    /// The id of the management group that it lies in.
    pub(crate) management_group: Option<String>,
}

/// A resource group.
pub(crate) struct Group {
    pub(crate) subscription: String,
    pub(crate) name: String,
    pub(crate) location: String,
}

pub(crate) struct Vault {
    pub(crate) subscription: String,
    pub(crate) group: String,
    pub(crate) name: String,
    /// The tenant whose tokens it accepts; normally that of its subscription.
    pub(crate) tenant: String,
    pub(crate) region: String,
    pub(crate) sku: String,
    /// `enableRbacAuthorization`; absent means that the vault is on access policies, as does `false`.
    pub(crate) rbac: Option<bool>,
    pub(crate) access_policies: Vec<AccessPolicy>,
    pub(crate) purge_protection: bool,
    pub(crate) retention_days: i64,
    /// `networkAcls`; absent on a vault whose firewall was never touched.
    pub(crate) acls: Option<Acls>,
    /// `publicNetworkAccess` as the service spells it: `Enabled`, `enabled`, `Disabled`, `SecuredByPerimeter`.
    pub(crate) public_access: String,
    /// An approved private endpoint.
    pub(crate) private_endpoint: bool,
    /// `Succeeded`, or `RegisteringDns`: the host name does not resolve yet.
    pub(crate) provisioning: String,
    pub(crate) created: OffsetDateTime,
    /// When it was soft-deleted; its name stays taken, and its host name resolves.
    pub(crate) deleted: Option<OffsetDateTime>,
    pub(crate) keys: Vec<Key>,
    pub(crate) deleted_keys: Vec<DeletedKey>,
    /// Every data-plane call with a token is answered 429.
    pub(crate) throttled: bool,
    /// Answers spell things the other way that the service has been seen to spell them.
    pub(crate) odd_spelling: bool,
    /// The application that Confluent gives to a registration of this vault's key; any other vault gets a new one each time.
    pub(crate) application_id: Option<String>,
    /// What becomes of a registration of its key at once.
    pub(crate) registered: Registered,
    pub(crate) shown: Shown,
}

/// What people and tests are told of a vault.
#[derive(Default)]
pub(crate) struct Shown {
    /// One sentence for people; empty for vaults made through ARM.
    pub(crate) about: String,
    /// A stable word for tests; empty for vaults that somebody put in.
    pub(crate) slug: String,
    /// The pain that it stands for, if it has a number.
    pub(crate) pain: Option<u8>,
    /// The words with which it was made.
    pub(crate) faults: Vec<String>,
    /// The name of the key that people are told to try.
    pub(crate) key: String,
    /// The tenant that people are told to give; another than the vault's where that is the mistake.
    pub(crate) tenant: String,
}

/// What becomes of a registration as soon as it is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Registered {
    Available,
    /// A colleague's cluster takes it.
    InUse,
    /// It is held: a cluster that used it was deleted a moment ago.
    Held,
}

/// `networkAcls`.
pub(crate) struct Acls {
    /// `defaultAction` is `Deny`.
    pub(crate) deny: bool,
    /// `bypass` is `AzureServices`.
    pub(crate) trusted_bypass: bool,
    pub(crate) ip_rules: Vec<String>,
}

/// One entry of `accessPolicies`; permissions to keys only.
#[derive(Clone)]
pub(crate) struct AccessPolicy {
    pub(crate) object_id: String,
    pub(crate) keys: Vec<String>,
}

pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) hsm: bool,
    pub(crate) not_before: Option<i64>,
    pub(crate) expires: Option<i64>,
    pub(crate) ops: Vec<String>,
    /// The rotation policy without its id; `None` until somebody makes one.
    pub(crate) rotation: Option<Value>,
    /// Belongs to a certificate.
    pub(crate) managed: bool,
    pub(crate) exportable: bool,
    /// Oldest first; never empty.
    pub(crate) versions: Vec<Version>,
}

#[derive(Clone)]
pub(crate) struct Version {
    /// 32 lower-case hexadecimal digits.
    pub(crate) id: String,
    pub(crate) enabled: bool,
    /// Unix seconds.
    pub(crate) created: i64,
    pub(crate) material: Arc<Material>,
}

pub(crate) struct DeletedKey {
    pub(crate) key: Key,
    pub(crate) deleted: OffsetDateTime,
}

/// An application that Entra knows, in its home tenant.
pub(crate) struct Application {
    pub(crate) app_id: String,
    pub(crate) name: String,
}

/// What kind of object of a directory something is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Being {
    ServicePrincipal,
    Group,
    /// An application registration: it can be named in a role assignment by mistake, and never signs in.
    Application,
}

impl Being {
    /// `principalType` of a role assignment.
    pub(crate) fn principal_type(self) -> &'static str {
        match self {
            Self::ServicePrincipal => "ServicePrincipal",
            Self::Group => "Group",
            Self::Application => "Unknown",
        }
    }
}

/// An object of a directory: a service principal, that is an application's presence in a tenant, or a group.
pub(crate) struct Principal {
    pub(crate) being: Being,
    pub(crate) object_id: String,
    pub(crate) tenant: String,
    /// Empty for a group.
    pub(crate) app_id: String,
    pub(crate) name: String,
    /// `accountEnabled`.
    pub(crate) enabled: bool,
    /// The object ids in a group.
    pub(crate) members: Vec<String>,
    pub(crate) created: OffsetDateTime,
    /// Since when Graph and ARM see it.
    pub(crate) visible: OffsetDateTime,
}

pub(crate) struct Assignment {
    pub(crate) name: String,
    pub(crate) scope: String,
    /// The role's GUID.
    pub(crate) role: String,
    pub(crate) principal_id: String,
    pub(crate) principal_type: String,
    pub(crate) description: Option<String>,
    /// A condition; in this world none is ever met.
    pub(crate) condition: Option<String>,
    /// `roleDefinitionId` is spelled without a subscription.
    pub(crate) short_role_id: bool,
    pub(crate) created: OffsetDateTime,
    pub(crate) created_by: String,
    /// When it begins to count.
    pub(crate) effective: OffsetDateTime,
}

/// A management lock.
pub(crate) struct Lock {
    pub(crate) scope: String,
    pub(crate) name: String,
    /// `CanNotDelete` or `ReadOnly`.
    pub(crate) level: String,
    pub(crate) notes: String,
}

/// A deny assignment of Azure's own kind: for everybody of the directory but some, at a scope and below (Azure RBAC, "Understand
/// Azure deny assignments").
pub(crate) struct DenyAssignment {
    /// A GUID.
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) scope: String,
    /// Object ids of whom it leaves out.
    pub(crate) excluded: Vec<String>,
    pub(crate) actions: Vec<String>,
    pub(crate) data_actions: Vec<String>,
}

/// An Azure Policy assignment that denies every write to the vaults below its scope.
pub(crate) struct Denial {
    pub(crate) scope: String,
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) definition: String,
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

    pub(crate) fn uses_roles(&self) -> bool {
        self.rbac == Some(true)
    }

    pub(crate) fn public_access_disabled(&self) -> bool {
        self.public_access.eq_ignore_ascii_case("disabled")
    }

    pub(crate) fn in_perimeter(&self) -> bool {
        self.public_access.eq_ignore_ascii_case("securedbyperimeter")
    }

    pub(crate) fn denies_by_default(&self) -> bool {
        self.acls.as_ref().is_some_and(|acls| acls.deny)
    }

    /// `networkAcls.bypass`; without rules trusted services are let through. A perimeter overrides it (Key Vault, "Network security").
    pub(crate) fn lets_trusted_services_in(&self) -> bool {
        !self.in_perimeter() && self.acls.as_ref().is_none_or(|acls| acls.trusted_bypass)
    }

    /// Whether the host name resolves.
    pub(crate) fn resolves(&self) -> bool {
        self.provisioning != "RegisteringDns"
    }
}

impl Key {
    /// Whether the newest version is enabled.
    pub(crate) fn enabled(&self) -> bool {
        self.versions.last().is_some_and(|version| version.enabled)
    }

    /// Enables or disables the newest version.
    pub(crate) fn enable(&mut self, enabled: bool) {
        if let Some(version) = self.versions.last_mut() {
            version.enabled = enabled;
        }
    }
}
