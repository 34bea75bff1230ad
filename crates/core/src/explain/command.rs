//! The command that decides whether a cause holds. It only reads; nothing here changes anything.
//!
//! `{name|WORD}` is the evidence of that name, or a word in capitals to be replaced.

use super::Cause;

const SHOW_VAULT: &str = "az keyvault show --name {vault|VAULT} --subscription {subscription|SUBSCRIPTION} --query \"{roles:properties.enableRbacAuthorization, purgeProtection:properties.enablePurgeProtection, publicAccess:properties.publicNetworkAccess, bypass:properties.networkAcls.bypass, tenant:properties.tenantId, location:location}\"";
const SHOW_KEY: &str = "az keyvault key show --vault-name {vault|VAULT} --name {key|KEY} --query \"{attributes:attributes, type:key.kty, operations:key.keyOps}\"";
const ROLES: &str = "az role assignment list --scope \"{scope|KEY_VAULT_RESOURCE_ID}\" --include-inherited --query \"[].{principal:principalId, role:roleDefinitionName, scope:scope}\" --output table";
const ACCOUNT: &str =
    "az account show --query \"{user:user.name, tenant:tenantId, subscription:id}\" --output table";
const CLUSTERS: &str = "confluent kafka cluster list --environment {environment|ENVIRONMENT}";

/// The deciding command of a cause; `None` where no command tells more than the text.
pub(super) fn command(cause: Cause) -> Option<&'static str> {
    Some(match cause {
        Cause::ShellGitBash | Cause::ShellPowerShell | Cause::ShellCmd | Cause::ShellNoAzureCli => {
            "az version --output table"
        }
        Cause::ShellArgumentEmpty => {
            "az keyvault show --name {vault|VAULT} --subscription {subscription|SUBSCRIPTION} --query id --output tsv"
        }
        Cause::PasteInvisible
        | Cause::KeyIdOtherCloud
        | Cause::KeyIdFormat
        | Cause::KeyIdManagedHsm
        | Cause::KeyIdVersion
        | Cause::KeyIdOtherObject
        | Cause::VaultIdOtherObject => "byok check ids.txt",

        Cause::VaultRoleWaiting
        | Cause::VaultRecovered
        | Cause::VaultMoved
        | Cause::VaultSwitchedToRbac
        | Cause::VaultOwnerNoDataRole
        | Cause::VaultRoleMissing
        | Cause::RoleAssignmentDenied
        | Cause::RoleAssignmentExists
        | Cause::RoleAssignmentFixed
        | Cause::ArmDenied => ROLES,

        Cause::VaultAccessPolicies
        | Cause::VaultSetPolicyOnRbac
        | Cause::VaultPerimeter
        | Cause::VaultFirewall
        | Cause::VaultPublicAccess
        | Cause::VaultPurgeOn
        | Cause::VaultPurgeOff
        | Cause::VaultMissing
        | Cause::ConfluentKeyRegion => SHOW_VAULT,

        Cause::VaultTenant | Cause::VaultTokenMissing => {
            "curl -sS -i \"https://{vault|VAULT}.vault.azure.net/keys?api-version=7.4\""
        }
        Cause::ArmTenant
        | Cause::LoginStale
        | Cause::ArmNoToken
        | Cause::ArmTokenExpired
        | Cause::VaultTokenAudience
        | Cause::VaultTokenSignature
        | Cause::EntraUserElsewhere
        | Cause::EntraConditionalAccess
        | Cause::EntraLoginAgain
        | Cause::EntraTenantMissing
        | Cause::Unauthorized => ACCOUNT,

        Cause::KeyExpired | Cause::KeyDisabled | Cause::KeyType | Cause::KeyOperation => SHOW_KEY,
        Cause::KeyOldVersion => {
            "az keyvault key list-versions --vault-name {vault|VAULT} --name {key|KEY} --output table"
        }
        Cause::KeyMissing => "az keyvault key list --vault-name {vault|VAULT} --output table",
        Cause::KeyNotInBin | Cause::KeyBusy | Cause::KeyDeleted => {
            "az keyvault key list-deleted --vault-name {vault|VAULT} --output table"
        }
        Cause::VaultNotInSubscription
        | Cause::SubscriptionMissing
        | Cause::ResourceGroupMissing
        | Cause::ProviderNotRegistered => "az account list --output table",
        Cause::VaultNoHost => "nslookup {vault|VAULT}.vault.azure.net",
        Cause::VaultNameDeleted => {
            "az keyvault list-deleted --subscription {subscription|SUBSCRIPTION} --output table"
        }
        Cause::VaultNameTaken => "az keyvault check-name --name {vault|VAULT}",

        Cause::PrincipalsAlike => {
            "az ad sp list --display-name {principal|NAME} --query \"[].{name:displayName, id:id, application:appId}\" --output table"
        }
        Cause::PrincipalMissing => {
            "az ad sp show --id {object_id|OBJECT_ID} --query \"{id:id, application:appId}\""
        }
        Cause::EntraForeignApplication
        | Cause::EntraCreateDenied
        | Cause::EntraApplicationUnknown
        | Cause::EntraPrincipalExists
        | Cause::EntraApplicationMissing
        | Cause::EntraConsent => "az ad sp show --id {application_id|APPLICATION_ID} --query id --output tsv",
        Cause::EntraSecretWrong | Cause::EntraSecretExpired => {
            "az ad app credential list --id {application_id|APPLICATION_ID} --query \"[].{hint:hint, ends:endDateTime}\" --output table"
        }
        Cause::PolicyRefused => {
            "az policy assignment list --scope \"{scope|KEY_VAULT_RESOURCE_ID}\" --query \"[].{name:displayName, id:id}\" --output table"
        }
        Cause::ResourceLocked => "az lock list --output table",

        Cause::ConfluentKeyWaiting
        | Cause::ConfluentKeyHeld
        | Cause::ConfluentKeyInUse
        | Cause::ConfluentKeyReason
        | Cause::ConfluentKeyNotAuthorized
        | Cause::ConfluentAccessDenied
        | Cause::ClusterLostKey
        | Cause::ConfluentKeyMissing => "confluent byok describe {registered_key|REGISTERED_KEY}",
        Cause::ConfluentKeyExists => "confluent byok list",
        Cause::ConfluentQuota => "confluent service-quota list organization",
        Cause::ConfluentTypeWithoutKey | Cause::ConfluentDeletionProtection => {
            "confluent kafka cluster describe {cluster|CLUSTER} --environment {environment|ENVIRONMENT}"
        }
        Cause::ConfluentKeyFixed => "terraform plan",
        Cause::ConfluentRegion => "confluent kafka region list --cloud azure",
        Cause::ConfluentNetworkMissing => "confluent network list --environment {environment|ENVIRONMENT}",
        Cause::ConfluentOutcomeUnknown | Cause::ConfluentDuplicate | Cause::ConfluentClusterFailed => {
            CLUSTERS
        }
        Cause::ConfluentCredentials | Cause::ConfluentForbidden | Cause::ConfluentNotFound => {
            "confluent environment list"
        }
        Cause::Certificates | Cause::NoAnswer => "curl -sS -i https://login.microsoftonline.com",

        Cause::VaultThrottled
        | Cause::VaultRequest
        | Cause::ArmThrottled
        | Cause::ExternalDependency
        | Cause::ConfluentCku
        | Cause::ConfluentField
        | Cause::TooManyRequests
        | Cause::Forbidden
        | Cause::NotFound
        | Cause::Conflict
        | Cause::ServerError => return None,
    })
}
