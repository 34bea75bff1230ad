//! The catalogue of causes: everything that an error text can be explained by, as data.
//!
//! The order is the order of ranking among equally certain causes: the more special one first. The sentences stand in
//! `language::en_explain`, the commands in `command`, an example of each in `examples`.

use crate::finding::{Field, Severity};

/// A row of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The cause.
    pub cause: Cause,
    /// Its stable name.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The answer of the user that it points at, where it is one.
    pub field: Option<Field>,
    /// The known pains of users that it covers, by their numbers in the list that the tests hold.
    pub pains: &'static [u8],
    /// What may stand behind it, in the order of likelihood.
    pub then: &'static [Cause],
    /// Where the wording or the rule comes from.
    pub source: &'static str,
}

impl Cause {
    /// The stable name, for example `vault.firewall`.
    pub fn as_str(self) -> &'static str {
        self.entry().code
    }

    /// The row of the catalogue.
    pub fn entry(self) -> &'static Entry {
        &CATALOGUE[self as usize]
    }
}

macro_rules! causes {
    ($($variant:ident $code:literal $severity:ident [$($field:ident)?] [$($pain:literal)*] [$($then:ident)*] $source:literal;)*) => {
        /// Every cause that is known.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cause {
            $(
                #[doc = concat!("`", $code, "`. Source: ", $source, ".")]
                $variant,
            )*
        }

        /// The catalogue, in the order of [`Cause`].
        pub const CATALOGUE: &[Entry] = &[
            $(Entry {
                cause: Cause::$variant,
                code: $code,
                severity: Severity::$severity,
                field: causes!(@$($field)?),
                pains: &[$($pain),*],
                then: &[$(Cause::$then),*],
                source: $source,
            },)*
        ];
    };
    (@) => { None };
    (@$field:ident) => { Some(Field::$field) };
}

// Columns: name, code, severity, field, pains, what may stand behind it, source.
causes! {
    ShellGitBash "shell.git-bash-path" Error [] [2] [ShellArgumentEmpty] "Azure CLI, guide to Git Bash";
    ShellPowerShell "shell.power-shell" Error [] [3] [] "Azure CLI, guide to quoting in PowerShell";
    ShellCmd "shell.cmd" Error [] [3] [] "Azure CLI, guide to quoting in cmd";
    ShellArgumentEmpty "shell.argument-empty" Error [] [3] [VaultNotInSubscription EntraCreateDenied] "Azure CLI, argument parser";
    ShellNoAzureCli "shell.no-azure-cli" Error [] [] [] "shells, unknown commands";
    PasteInvisible "paste.invisible" Error [] [32] [] "Go, net/url; RFC 3986, percent-encoding";

    KeyIdOtherCloud "key-id.other-cloud" Error [KeyId] [16] [] "Azure CLI, clouds; Confluent CLI, byok create";
    KeyIdFormat "key-id.cli-format" Error [KeyId] [15] [] "Confluent CLI, byok create";
    KeyIdManagedHsm "key-id.managed-hsm" Error [KeyId] [15] [] "Confluent Cloud, byok/v1 AzureKey.key_vault_id";
    KeyIdVersion "key-id.version" Error [KeyId] [14] [] "Confluent Cloud, byok/v1 AzureKey.key_id; azurerm provider, nested items";
    KeyIdOtherObject "key-id.other-object" Error [KeyId] [15] [] "azurerm provider, nested items";
    VaultIdOtherObject "key-vault-id.other-object" Error [KeyVaultId] [15] [] "azurerm provider, resource IDs";

    VaultRoleWaiting "vault.role-not-effective-yet" Warning [] [1] [VaultRoleMissing] "Azure role-based access control, troubleshooting";
    VaultRecovered "vault.recovered-without-roles" Error [KeyVaultId] [22] [VaultRoleMissing] "Azure Key Vault, soft delete";
    VaultMoved "vault.moved-without-roles" Error [KeyVaultId] [34] [VaultRoleMissing VaultTenant] "Azure role-based access control, moved resources";
    VaultSwitchedToRbac "vault.switched-to-rbac" Error [KeyVaultId] [10] [VaultRoleMissing] "Azure Key Vault, guide to role-based access control";
    VaultOwnerNoDataRole "vault.owner-without-data-role" Error [] [11] [VaultRoleWaiting LoginStale] "Azure Key Vault, control plane and data plane";
    VaultRoleMissing "vault.role-missing" Error [KeyVaultId] [1] [VaultRoleWaiting LoginStale VaultRecovered VaultMoved] "Azure Key Vault REST, 403 ForbiddenByRbac";
    VaultAccessPolicies "vault.access-policies" Error [KeyVaultId] [9] [VaultSwitchedToRbac] "Azure Key Vault REST, 403 AccessDenied";
    VaultSetPolicyOnRbac "vault.set-policy-on-rbac" Error [KeyVaultId] [9] [VaultRoleMissing] "Azure CLI, keyvault set-policy";
    VaultPerimeter "vault.perimeter" Error [KeyVaultId] [13] [] "Azure Key Vault, network security";
    VaultFirewall "vault.firewall" Error [KeyVaultId] [12] [VaultPerimeter] "Azure Key Vault REST, 403 ForbiddenByFirewall";
    VaultPublicAccess "vault.public-access-off" Error [KeyVaultId] [12] [VaultFirewall VaultPerimeter] "Azure Key Vault REST, 403 ForbiddenByConnection";
    VaultTenant "vault.tenant" Error [TenantId] [17] [VaultMoved] "Azure Key Vault REST, 401 AKV10032";
    VaultTokenAudience "vault.token-audience" Error [] [] [] "Azure Key Vault REST, 401 AKV10022";
    VaultTokenSignature "vault.token-signature" Warning [] [] [] "Azure Key Vault REST, 401 AKV10046";
    VaultTokenMissing "vault.token-missing" Info [] [] [] "Azure Key Vault REST, 401 AKV10000";

    KeyOldVersion "key.old-version-unusable" Error [KeyId] [29] [KeyDisabled KeyExpired] "Azure Key Vault, key rotation";
    KeyExpired "key.expired" Error [KeyId] [23] [] "Azure Key Vault, key attributes";
    KeyDisabled "key.disabled" Error [KeyId] [23] [KeyOldVersion] "Azure Key Vault REST, 403 KeyDisabled";
    KeyType "key.type" Error [KeyId] [23] [] "Confluent Cloud, BYOK on Azure";
    KeyOperation "key.operation" Error [KeyId] [23] [] "Azure Key Vault REST, 403 KeyOperationForbidden";
    KeyNotInBin "key.not-among-deleted" Error [KeyId] [] [KeyMissing] "Azure Key Vault REST, 404 GET deleted key";
    KeyBusy "key.being-changed" Warning [KeyId] [] [] "Azure Key Vault REST, 409 Conflict";
    KeyDeleted "key.deleted" Error [KeyId] [21] [] "Azure Key Vault REST, 409 ObjectIsDeletedButRecoverable";
    KeyMissing "key.missing" Error [KeyId] [] [KeyDeleted] "Azure Key Vault REST, 404 KeyNotFound";
    VaultNotInSubscription "vault.not-in-subscription" Error [KeyVaultId] [18] [VaultNoHost] "Azure CLI, keyvault";
    VaultNoHost "vault.no-host" Error [KeyVaultId] [] [] "Azure Key Vault, host names";
    VaultThrottled "vault.throttled" Warning [] [30] [] "Azure Key Vault REST, 429 Throttled";
    VaultPurgeOn "vault.purge-protection-stays" Error [KeyVaultId] [20] [] "Azure Key Vault, soft delete";
    VaultPurgeOff "vault.purge-protection-off" Error [KeyVaultId] [20] [] "Confluent Cloud, BYOK on Azure";
    VaultNameDeleted "vault.name-soft-deleted" Error [KeyVaultId] [21] [] "Azure Key Vault, soft delete";
    VaultNameTaken "vault.name-taken" Error [KeyVaultId] [21] [VaultNameDeleted] "Azure Resource Manager, VaultAlreadyExists";
    VaultRequest "vault.request" Error [] [] [] "Azure Key Vault REST, 400 BadParameter";

    RoleAssignmentDenied "azure.role-assignment-denied" Error [] [6] [LoginStale] "Azure Resource Manager, 403 AuthorizationFailed";
    RoleAssignmentExists "azure.role-assignment-exists" Info [] [8] [] "Azure Resource Manager, 409 RoleAssignmentExists";
    RoleAssignmentFixed "azure.role-assignment-fixed" Error [] [8] [] "Azure Resource Manager, RoleAssignmentUpdateNotPermitted";
    PrincipalsAlike "azure.principals-alike" Error [] [35] [] "Azure Key Vault, REST error codes; Az PowerShell";
    PrincipalMissing "azure.principal-missing" Warning [] [7] [EntraCreateDenied] "Azure Resource Manager, 400 PrincipalNotFound";
    PolicyRefused "azure.policy" Error [] [24] [] "Azure Policy, RequestDisallowedByPolicy";
    ProviderNotRegistered "azure.provider-not-registered" Error [] [] [] "Azure Resource Manager, MissingSubscriptionRegistration";
    ResourceLocked "azure.locked" Error [] [] [] "Azure Resource Manager, 409 ScopeLocked";
    ArmTenant "azure.tenant" Error [TenantId] [17 34] [VaultMoved] "Azure Resource Manager, 401 InvalidAuthenticationTokenTenant";
    LoginStale "azure.login-stale" Warning [] [33] [] "Azure role-based access control, troubleshooting";
    ArmDenied "azure.action-denied" Error [] [] [LoginStale VaultNotInSubscription] "Azure Resource Manager, 403 AuthorizationFailed";
    ArmNoToken "azure.no-token" Error [] [] [] "Azure Resource Manager, 401 AuthenticationFailed";
    ArmTokenExpired "azure.token-expired" Error [] [] [] "Azure Resource Manager, 401 ExpiredAuthenticationToken";
    SubscriptionMissing "azure.subscription-missing" Error [KeyVaultId] [18] [ArmTenant] "Azure Resource Manager, 404 SubscriptionNotFound";
    ResourceGroupMissing "azure.resource-group-missing" Error [KeyVaultId] [18] [] "Azure Resource Manager, 404 ResourceGroupNotFound";
    VaultMissing "azure.vault-missing" Error [KeyVaultId] [18] [VaultNameDeleted] "Azure Resource Manager, 404 ResourceNotFound";
    ArmThrottled "azure.throttled" Warning [] [30] [] "Azure Resource Manager, throttling";

    EntraForeignApplication "entra.application-of-another-tenant" Error [] [5] [EntraCreateDenied] "Microsoft Graph, create servicePrincipal";
    EntraCreateDenied "entra.create-denied" Error [] [4] [] "Microsoft Graph, Authorization_RequestDenied";
    EntraApplicationUnknown "entra.application-unknown" Error [] [] [] "Microsoft Graph, create servicePrincipal";
    EntraPrincipalExists "entra.principal-exists" Info [] [] [] "Microsoft Graph, create servicePrincipal";
    EntraTenantMissing "entra.tenant-missing" Error [TenantId] [17] [] "Microsoft Entra, AADSTS90002";
    EntraApplicationMissing "entra.application-missing" Error [TenantId] [17] [] "Microsoft Entra, AADSTS700016";
    EntraUserElsewhere "entra.user-of-another-tenant" Error [TenantId] [17] [] "Microsoft Entra, AADSTS50020";
    EntraSecretWrong "entra.secret-wrong" Error [] [] [] "Microsoft Entra, AADSTS7000215";
    EntraSecretExpired "entra.secret-expired" Error [] [] [] "Microsoft Entra, AADSTS7000222";
    EntraConditionalAccess "entra.conditional-access" Error [] [] [] "Microsoft Entra, AADSTS50076, AADSTS53003, insufficient_claims";
    EntraConsent "entra.consent" Error [] [4] [] "Microsoft Entra, AADSTS65001";
    EntraLoginAgain "entra.login-again" Error [] [] [] "Microsoft Entra, AADSTS700082; Azure CLI";

    ConfluentKeyWaiting "confluent.key-waiting" Warning [Key] [1] [VaultRoleWaiting VaultRoleMissing] "Confluent Cloud, byok/v1 validation.phase";
    ConfluentKeyHeld "confluent.key-held" Error [Key] [26] [] "Confluent Cloud, byok/v1 DELETE 409";
    ConfluentKeyInUse "confluent.key-in-use" Error [Key] [26] [] "Confluent Cloud, BYOK, one key a cluster";
    ConfluentKeyExists "confluent.key-exists" Error [Key] [26] [] "Confluent Cloud, byok/v1 POST 409";
    ConfluentQuota "confluent.quota" Error [] [27] [] "Confluent Cloud, service quotas, 402";
    ConfluentTypeWithoutKey "confluent.type-without-key" Error [ClusterType] [28] [] "Confluent provider for Terraform, byok_key";
    ConfluentKeyFixed "confluent.key-fixed" Error [Key] [28] [] "Confluent Cloud, cmk/v2, immutable byok";
    ConfluentKeyRegion "confluent.key-region" Error [Region] [19] [] "Confluent Cloud, BYOK on Azure";
    ConfluentCku "confluent.cku" Error [Cku] [] [] "Confluent CLI, kafka cluster create";
    ConfluentRegion "confluent.region" Error [Region] [19] [] "Confluent CLI, kafka cluster create";
    ConfluentNetworkMissing "confluent.network-missing" Error [Network] [] [] "Confluent Cloud, networking/v1 404";
    ConfluentKeyMissing "confluent.key-missing" Error [Key] [] [ConfluentForbidden] "Confluent CLI, byok describe";
    ConfluentDeletionProtection "confluent.deletion-protection" Error [] [] [] "Confluent Cloud, cmk/v2 DELETE 409";
    ConfluentOutcomeUnknown "confluent.outcome-unknown" Error [] [31] [] "Confluent Cloud, no idempotency key; Confluent provider for Terraform";
    ConfluentDuplicate "confluent.duplicate-cluster" Warning [DisplayName] [31] [] "Confluent Cloud, cmk/v2, names are not unique";
    ConfluentClusterFailed "confluent.cluster-failed" Error [] [25] [VaultRoleMissing VaultAccessPolicies VaultPurgeOff KeyDisabled VaultFirewall] "Confluent Cloud, cmk/v2 status.phase";
    ConfluentKeyReason "confluent.key-refused" Error [Key] [25] [VaultRoleMissing VaultRoleWaiting VaultAccessPolicies VaultPurgeOff KeyDisabled KeyExpired KeyType VaultFirewall VaultTenant ConfluentKeyInUse ConfluentKeyRegion] "Confluent Cloud, cmk/v2 POST 400";
    ConfluentKeyNotAuthorized "confluent.key-not-authorized" Error [Key] [25] [VaultRoleMissing VaultRoleWaiting VaultAccessPolicies VaultPurgeOff KeyDisabled KeyExpired KeyType VaultFirewall VaultTenant KeyMissing ConfluentKeyRegion] "Confluent Cloud, troubleshooting of key policies";
    ConfluentAccessDenied "confluent.access-to-key-denied" Error [Key] [25] [VaultRoleMissing VaultRoleWaiting VaultAccessPolicies VaultPurgeOff KeyDisabled KeyExpired KeyType VaultFirewall VaultTenant KeyMissing VaultNoHost] "Confluent Cloud, byok/v1 validation.message";
    ClusterLostKey "cluster.lost-key" Error [Key] [25 29] [VaultRoleMissing KeyDisabled KeyExpired KeyOldVersion VaultFirewall VaultRecovered VaultMoved] "Confluent Cloud, troubleshooting of key policies";
    ExternalDependency "key.external-dependency" Error [] [25] [KeyMissing VaultRoleMissing VaultFirewall VaultTenant KeyDisabled] "Snowflake, Tri-Secret Secure";
    ConfluentCredentials "confluent.credentials" Error [] [] [] "Confluent Cloud, 401 and 403 for an API key";
    ConfluentForbidden "confluent.forbidden" Error [Environment] [] [] "Confluent Cloud, 403 Forbidden Access";
    ConfluentNotFound "confluent.not-found" Error [Environment] [] [ConfluentForbidden] "Confluent Cloud, 404 Resource Not Found";
    ConfluentField "confluent.field" Error [] [] [] "Confluent Cloud, 422 source.pointer; error envelope of 2025";

    Certificates "network.certificates" Error [] [] [] "Azure CLI, working behind a proxy";
    TooManyRequests "http.too-many-requests" Warning [] [30] [] "RFC 6585, 429";
    Forbidden "http.forbidden" Error [] [] [VaultRoleMissing VaultFirewall VaultAccessPolicies ArmDenied ConfluentForbidden] "RFC 9110, 403";
    Unauthorized "http.unauthorized" Error [] [] [EntraLoginAgain VaultTenant ConfluentCredentials] "RFC 9110, 401";
    NotFound "http.not-found" Error [] [] [VaultMissing KeyMissing ConfluentNotFound] "RFC 9110, 404";
    Conflict "http.conflict" Error [] [] [ConfluentKeyHeld VaultNameTaken KeyBusy RoleAssignmentExists] "RFC 9110, 409";
    ServerError "http.server-error" Warning [] [] [ConfluentOutcomeUnknown] "RFC 9110, 5xx";
    NoAnswer "network.no-answer" Warning [] [] [VaultFirewall Certificates] "curl, Go and Python, connection errors";
}
