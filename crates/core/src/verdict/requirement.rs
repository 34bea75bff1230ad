//! What must hold before a cluster is created, by name; and, from the table, where each rule comes from.

use super::row::{self, Proof, Weight};
use crate::facts::Question;
use crate::language::en;

macro_rules! requirements {
    ($($(#[doc = $about:literal])* $variant:ident $code:literal;)*) => {
        /// What must hold before a cluster is created, or is worth a warning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Requirement {
            $($(#[doc = $about])* $variant,)*
        }

        const CODES: &[(Requirement, &str)] = &[$((Requirement::$variant, $code),)*];
    };
}

// In the order in which they are shown.
requirements! {
    /// The cluster's settings fit together.
    Plan "plan";
    /// Resource ID and key identifier name the same vault.
    IdsSameVault "ids.same-vault";
    /// The vault is in Azure's public cloud.
    IdsPublicCloud "ids.public-cloud";
    /// The registered key is the one entered.
    IdsRegistered "ids.registered";

    /// Microsoft Entra knows the tenant entered.
    TenantExists "tenant.exists";
    /// The subscription in the resource ID exists.
    SubscriptionExists "subscription.exists";
    /// The subscription belongs to the vault's tenant.
    SubscriptionTenant "subscription.tenant";

    /// The vault exists where the resource ID says.
    VaultExists "vault.exists";
    /// The vault has been set up.
    VaultReady "vault.ready";
    /// Roles count at the vault.
    VaultRbac "vault.rbac";
    /// Nobody can purge keys of the vault.
    VaultPurgeProtection "vault.purge-protection";
    /// What is deleted can be recovered.
    VaultSoftDelete "vault.soft-delete";
    /// The vault's tier carries the key.
    VaultSku "vault.sku";
    /// The vault's network settings let Confluent's disks and storage in.
    VaultFirewall "vault.firewall";
    /// No lock stands in the way.
    VaultLocks "vault.locks";

    /// The key exists.
    KeyExists "key.exists";
    /// The key is an RSA key.
    KeyType "key.type";
    /// The key has a size that Azure wraps with.
    KeySize "key.size";
    /// The key may wrap and unwrap.
    KeyOperations "key.operations";
    /// The key is switched on.
    KeyEnabled "key.enabled";
    /// The key is valid now, and for a while.
    KeyDates "key.dates";
    /// The key is a plain one.
    KeyManaged "key.managed";
    /// How the key is protected.
    KeyProtection "key.protection";
    /// A new version is made by itself.
    KeyRotation "key.rotation";
    /// Older versions stay usable.
    KeyVersions "key.versions";

    /// Confluent's application has a service principal in the vault's tenant.
    AccessPrincipal "access.principal";
    /// It may wrap and unwrap with the vault's keys.
    AccessEncryptionUser "access.encryption-user";
    /// It may read the vault's settings.
    AccessReader "access.reader";
    /// No deny assignment takes that away again.
    AccessDenials "access.denials";
    /// It may do no more than it needs.
    AccessBroader "access.broader";
    /// Whoever looked may give the roles.
    AccessMayAssign "access.may-assign";

    /// No other cluster uses the registered key.
    KeyAvailable "key.available";
    /// Confluent has used the key.
    KeyValidated "key.validated";
    /// The key is in the cluster's region.
    KeyRegion "key.region";
    /// The tenant entered is the vault's own.
    KeyTenant "key.tenant";

    /// The network is ready.
    NetworkReady "network.ready";
    /// The network is in the cluster's region.
    NetworkRegion "network.region";
    /// The network is of a kind that a Dedicated cluster on Azure can use.
    NetworkKind "network.kind";

    /// One more key can be registered.
    QuotaKeys "quota.keys";
    /// One more cluster can be created.
    QuotaClusters "quota.clusters";
    /// One more cluster can be under way.
    QuotaPending "quota.pending";
    /// The cluster's CKUs are allowed.
    QuotaCkus "quota.ckus";

    /// What was read fits together.
    SourcesAgree "sources.agree";
}

impl Requirement {
    /// All of them, in order.
    pub fn all() -> impl Iterator<Item = Requirement> {
        CODES.iter().map(|(requirement, _)| *requirement)
    }

    /// The stable code, for example `key.validated`.
    pub fn as_str(self) -> &'static str {
        CODES.iter().find(|(requirement, _)| *requirement == self).map_or("", |(_, code)| code)
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        CODES.iter().find(|(_, known)| *known == code).map(|(requirement, _)| *requirement)
    }

    /// The requirement in a few words.
    pub fn title(self) -> &'static str {
        en::requirement(self).0
    }

    /// The questions whose answers can change the verdict: it is final once each of them is answered, or cannot be.
    pub fn needs(self) -> &'static [Question] {
        row::of(self).map_or(&[], |row| row.needs)
    }

    /// Where the rule comes from.
    pub fn source(self) -> &'static str {
        row::of(self).map_or("", |row| row.source)
    }

    /// Who can put it right where it is not met.
    pub fn who(self) -> &'static str {
        row::of(self).map_or("", |row| row.who)
    }

    /// Whether Confluent's use of the key settles it: unknown, it is then met, or no more than a warning. So whoever goes
    /// on without knowing whether Confluent can use the key ([`Requirement::KeyValidated`]) goes on without this, too.
    pub fn settled_by_use(self) -> bool {
        row::of(self).is_some_and(|row| row.proof != Proof::None)
    }

    /// Whether it can stand in the way of a cluster; else it only warns.
    pub fn blocks(self) -> bool {
        row::of(self).is_some_and(|row| row.weight == Weight::Blocking)
    }
}
