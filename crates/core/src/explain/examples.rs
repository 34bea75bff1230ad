//! A text for each cause, as its source prints it. The wordings are facts of the services; names and IDs are made up.

use super::Cause;

/// A text that the cause explains first.
pub fn example(cause: Cause) -> &'static str {
    match cause {
        Cause::ShellGitBash => {
            "ERROR: (MissingSubscription) The request did not have a subscription or a valid tenant level resource provider.\n--scope C:/Program Files/Git/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod"
        }
        Cause::ShellPowerShell => {
            "At line:1 char:206\n+ ... --assignee-principal-type ServicePrincipal && \\\n+                                                ~~\nThe token '&&' is not a valid statement separator in this version.\n    + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordException\n    + FullyQualifiedErrorId : InvalidEndOfLine"
        }
        Cause::ShellCmd => {
            "az: error: unrecognized arguments: $(az keyvault show --name kv-kafka-prod --query id --output tsv)\nThe system cannot find the path specified."
        }
        Cause::ShellArgumentEmpty => {
            "ERROR: argument --assignee-object-id: expected one argument\nTo learn more, run 'az role assignment create --help'"
        }
        Cause::ShellNoAzureCli => "-bash: az: command not found",
        Cause::PasteInvisible => {
            "Error: parse \"https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster\\n\": net/url: invalid control character in URL"
        }
        Cause::KeyIdOtherCloud => "BYOK error: failed to render key policy",
        Cause::KeyIdFormat => {
            "Error: invalid key format: https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster"
        }
        Cause::KeyIdManagedHsm => {
            "Error: https://hsm-kafka.managedhsm.azure.net/keys/kafka-cluster is not the ID of a key vault key"
        }
        Cause::KeyIdVersion => {
            "Error: expected a versionless key identifier, got https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster/78deebed173b48e48f55abf87ed4cf71"
        }
        Cause::KeyIdOtherObject => {
            "│ Error: KeyVault Nested Item should contain 2 or 3 segments, got 1 from \"https://kv-kafka-prod.vault.azure.net/\"\n│ \n│   with azurerm_key_vault_key.kafka,\n│   on main.tf line 31"
        }
        Cause::VaultIdOtherObject => {
            "Error: ID was missing the `vaults` element\n\n  on main.tf line 12, in resource \"azurerm_key_vault_key\" \"kafka\":"
        }
        Cause::VaultRoleWaiting => {
            "The role was assigned 3 minutes ago and it still answers:\n(Forbidden) Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=04b07795-8ddb-461a-bbee-02f9e1bf7b46;oid=730ce96a-7db7-4204-9611-4851956b3076;iss=https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/\r\nAction: 'Microsoft.KeyVault/vaults/keys/read'\r\nResource: '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourcegroups/rg-kafka/providers/microsoft.keyvault/vaults/kv-kafka-prod/keys/kafka-cluster'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: kv-kafka-prod;location=westeurope\r\n\nCode: Forbidden\nMessage: Caller is not authorized to perform action on resource.\nInner error: {\n    \"code\": \"ForbiddenByRbac\"\n}"
        }
        Cause::VaultRecovered => {
            "We recovered the vault this morning. Since then:\n(Forbidden) Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=04b07795-8ddb-461a-bbee-02f9e1bf7b46;oid=730ce96a-7db7-4204-9611-4851956b3076;iss=https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/\r\nAction: 'Microsoft.KeyVault/vaults/keys/read'\r\nResource: '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourcegroups/rg-kafka/providers/microsoft.keyvault/vaults/kv-kafka-prod/keys/kafka-cluster'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: kv-kafka-prod;location=westeurope\r\n\nCode: Forbidden\nMessage: Caller is not authorized to perform action on resource.\nInner error: {\n    \"code\": \"ForbiddenByRbac\"\n}"
        }
        Cause::VaultMoved => {
            "Last week the platform team moved the vault to another resource group. Now:\n(Forbidden) Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=04b07795-8ddb-461a-bbee-02f9e1bf7b46;oid=730ce96a-7db7-4204-9611-4851956b3076;iss=https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/\r\nAction: 'Microsoft.KeyVault/vaults/keys/read'\r\nResource: '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourcegroups/rg-kafka/providers/microsoft.keyvault/vaults/kv-kafka-prod/keys/kafka-cluster'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: kv-kafka-prod;location=westeurope\r\n\nCode: Forbidden\nMessage: Caller is not authorized to perform action on resource.\nInner error: {\n    \"code\": \"ForbiddenByRbac\"\n}"
        }
        Cause::VaultSwitchedToRbac => {
            "After the switch from access policies to Azure roles our other service fails:\n(Forbidden) Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=04b07795-8ddb-461a-bbee-02f9e1bf7b46;oid=730ce96a-7db7-4204-9611-4851956b3076;iss=https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/\r\nAction: 'Microsoft.KeyVault/vaults/keys/read'\r\nResource: '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourcegroups/rg-kafka/providers/microsoft.keyvault/vaults/kv-kafka-prod/keys/kafka-cluster'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: kv-kafka-prod;location=westeurope\r\n\nCode: Forbidden\nMessage: Caller is not authorized to perform action on resource.\nInner error: {\n    \"code\": \"ForbiddenByRbac\"\n}"
        }
        Cause::VaultOwnerNoDataRole => {
            "The operation is not allowed by RBAC. If role assignments were recently changed, please wait several minutes for role assignments to become effective."
        }
        Cause::VaultRoleMissing => {
            "(Forbidden) Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=04b07795-8ddb-461a-bbee-02f9e1bf7b46;oid=730ce96a-7db7-4204-9611-4851956b3076;iss=https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/\r\nAction: 'Microsoft.KeyVault/vaults/keys/read'\r\nResource: '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourcegroups/rg-kafka/providers/microsoft.keyvault/vaults/kv-kafka-prod/keys/kafka-cluster'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: kv-kafka-prod;location=westeurope\r\n\nCode: Forbidden\nMessage: Caller is not authorized to perform action on resource.\nInner error: {\n    \"code\": \"ForbiddenByRbac\"\n}"
        }
        Cause::VaultAccessPolicies => {
            "keyvault.BaseClient#GetKey: Failure responding to request: StatusCode=403 -- Original Error: autorest/azure: Service returned an error. Status=403 Code=\"Forbidden\" Message=\"The user, group or application 'appid=04b07795-8ddb-461a-bbee-02f9e1bf7b46;oid=730ce96a-7db7-4204-9611-4851956b3076;iss=https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/' does not have keys get permission on key vault 'kv-kafka-prod;location=westeurope'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287\" InnerError={\"code\":\"AccessDenied\"}"
        }
        Cause::VaultSetPolicyOnRbac => {
            "ERROR: Cannot set policies to a vault with '--enable-rbac-authorization' specified"
        }
        Cause::VaultPerimeter => {
            "{\"name\": \"kv-kafka-prod\", \"location\": \"westeurope\", \"properties\": {\"publicNetworkAccess\": \"SecuredByPerimeter\", \"networkAcls\": {\"bypass\": \"AzureServices\"}}}"
        }
        Cause::VaultFirewall => {
            "(Forbidden) Client address is not authorized and caller is not a trusted service.\r\nClient address: 198.51.100.25\r\nCaller: appid=04b07795-8ddb-461a-bbee-02f9e1bf7b46;oid=730ce96a-7db7-4204-9611-4851956b3076;iss=https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/\r\nVault: kv-kafka-prod;location=westeurope\nCode: Forbidden\nMessage: Client address is not authorized and caller is not a trusted service.\nInner error: {\n    \"code\": \"ForbiddenByFirewall\"\n}"
        }
        Cause::VaultPublicAccess => {
            "(Forbidden) Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\nCaller: appid=04b07795-8ddb-461a-bbee-02f9e1bf7b46;oid=730ce96a-7db7-4204-9611-4851956b3076;iss=https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/\r\nVault: kv-kafka-prod;location=westeurope\nCode: Forbidden\nMessage: Public network access is disabled and request is not from a trusted service nor via an approved private link.\nInner error: {\n    \"code\": \"ForbiddenByConnection\"\n}"
        }
        Cause::VaultTenant => {
            "(Unauthorized) AKV10032: Invalid issuer. Expected one of https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/, found https://sts.windows.net/2ac36096-05f9-482e-ae23-1bdb78adb0bb/.\nCode: Unauthorized"
        }
        Cause::VaultTokenAudience => {
            "{\"error\":{\"code\":\"Unauthorized\",\"message\":\"AKV10022: Invalid audience. Expected https://vault.azure.net, found: https://management.azure.com/.\"}}"
        }
        Cause::VaultTokenSignature => {
            "{\"error\":{\"code\":\"Unauthorized\",\"message\":\"AKV10046: Unable to resolve the key used for signature validation.\"}}"
        }
        Cause::VaultTokenMissing => {
            "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer authorization=\"https://login.microsoftonline.com/d5a04667-b6f4-4b0c-a628-25f5eae93da6\", resource=\"https://vault.azure.net\"\nx-ms-keyvault-region: westeurope\n\n{\"error\":{\"code\":\"Unauthorized\",\"message\":\"AKV10000: Request is missing a Bearer or PoP token.\"}}"
        }
        Cause::KeyOldVersion => {
            "We rotated the key and disabled the old version; now brokers log an error: the old version of the key is disabled"
        }
        Cause::KeyExpired => {
            "{\"error\":{\"code\":\"Forbidden\",\"message\":\"Operation wrapKey is not allowed on an expired key.\",\"innererror\":{\"code\":\"KeyExpired\"}}}"
        }
        Cause::KeyDisabled => {
            "(Forbidden) Operation unwrapKey is not allowed on a disabled key.\nCode: Forbidden\nMessage: Operation unwrapKey is not allowed on a disabled key.\nInner error: {\n    \"code\": \"KeyDisabled\"\n}"
        }
        Cause::KeyType => {
            "The key type EC-HSM is not supported. Please make sure to use only RSA or RSA-HSM keys."
        }
        Cause::KeyOperation => {
            "(Forbidden) Operation wrapKey is not permitted on this key.\nCode: Forbidden\nMessage: Operation wrapKey is not permitted on this key.\nInner error: {\n    \"code\": \"KeyOperationForbidden\"\n}"
        }
        Cause::KeyNotInBin => {
            "(KeyNotFound) Deleted Key not found: kafka-cluster\nCode: KeyNotFound\nMessage: Deleted Key not found: kafka-cluster"
        }
        Cause::KeyBusy => {
            "(Conflict) Key kafka-cluster is currently being deleted.\nCode: Conflict\nInner error: {\n    \"code\": \"ObjectIsBeingDeleted\"\n}"
        }
        Cause::KeyDeleted => {
            "(Conflict) Key kafka-cluster is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the key can only be recovered or purged.\nCode: Conflict\nInner error: {\n    \"code\": \"ObjectIsDeletedButRecoverable\"\n}"
        }
        Cause::KeyMissing => {
            "(KeyNotFound) A key with (name/id) kafka-clutser was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182"
        }
        Cause::VaultNotInSubscription => "ERROR: The Vault 'kv-kafka-prod' not found within subscription.",
        Cause::VaultNoHost => "dial tcp: lookup kv-kafka-prd.vault.azure.net on 10.0.0.2:53: no such host",
        Cause::VaultThrottled => {
            "{\"error\":{\"code\":\"Throttled\",\"message\":\"Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached\"}}"
        }
        Cause::VaultPurgeOn => {
            "(BadRequest) The property \"enablePurgeProtection\" cannot be set to false. Enabling the purge protection for a vault is an irreversible action."
        }
        Cause::VaultPurgeOff => "Purge protection is not enabled on the key vault kv-kafka-prod.",
        Cause::VaultNameDeleted => {
            "(ConflictError) A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete."
        }
        Cause::VaultNameTaken => {
            "(VaultAlreadyExists) The vault name 'kv-kafka-prod' is already in use. Vault names are globally unique so it is possible that the name is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was recently deleted but not purged after being placed in a recoverable state."
        }
        Cause::VaultRequest => {
            "{\"error\":{\"code\":\"BadParameter\",\"message\":\"The request URI contains an invalid name: kafka_cluster\"}}"
        }
        Cause::RoleAssignmentDenied => {
            "(AuthorizationFailed) The client 'ada@contoso.com' with object id '730ce96a-7db7-4204-9611-4851956b3076' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod/providers/Microsoft.Authorization/roleAssignments/2f826ae1-1728-4c63-bbb7-a8a150a5a52d' or the scope is invalid. If access was recently granted, please refresh your credentials.\nCode: AuthorizationFailed"
        }
        Cause::RoleAssignmentExists => {
            "(RoleAssignmentExists) The role assignment already exists. The ID of the existing role assignment is 2f826ae117284c63bbb7a8a150a5a52d.\nCode: RoleAssignmentExists"
        }
        Cause::RoleAssignmentFixed => {
            "(RoleAssignmentUpdateNotPermitted) Tenant ID, application ID, principal ID, and scope are not allowed to be updated.\nCode: RoleAssignmentUpdateNotPermitted"
        }
        Cause::PrincipalsAlike => {
            "More than one service principal found with display name 'Confluent'. Please use the Get-AzADServicePrincipal cmdlet to get the object id of the desired service principal."
        }
        Cause::PrincipalMissing => {
            "(PrincipalNotFound) Principal 730ce96a7db7420496114851956b3076 does not exist in the directory d5a04667-b6f4-4b0c-a628-25f5eae93da6. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay."
        }
        Cause::PolicyRefused => {
            "(RequestDisallowedByPolicy) Resource 'kv-kafka-prod' was disallowed by policy. Policy identifiers: '[{\"policyAssignment\":{\"name\":\"Key vaults must have a firewall\",\"id\":\"/providers/Microsoft.Management/managementGroups/contoso/providers/Microsoft.Authorization/policyAssignments/kv-firewall\"},\"policyDefinition\":{\"name\":\"Azure Key Vault should have firewall enabled\",\"id\":\"/providers/Microsoft.Authorization/policyDefinitions/55615ac9-af46-4a59-874e-391cc3dfb490\"}}]'."
        }
        Cause::ProviderNotRegistered => {
            "(MissingSubscriptionRegistration) The subscription is not registered to use namespace 'Microsoft.KeyVault'. See https://aka.ms/rps-not-found for how to register subscriptions."
        }
        Cause::ResourceLocked => {
            "(ScopeLocked) The scope '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka' cannot perform delete operation because following scope(s) are locked: '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka'. Please remove the lock and try again."
        }
        Cause::ArmTenant => {
            "(InvalidAuthenticationTokenTenant) The access token is from the wrong issuer 'https://sts.windows.net/2ac36096-05f9-482e-ae23-1bdb78adb0bb/'. It must match the tenant 'https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6' to get the token."
        }
        Cause::LoginStale => {
            "They added me to the group of vault owners an hour ago:\n(AuthorizationFailed) The client 'ada@contoso.com' with object id '730ce96a-7db7-4204-9611-4851956b3076' does not have authorization to perform action 'Microsoft.KeyVault/vaults/read' over scope '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod' or the scope is invalid. If access was recently granted, please refresh your credentials.\nCode: AuthorizationFailed"
        }
        Cause::ArmDenied => {
            "(AuthorizationFailed) The client 'ada@contoso.com' with object id '730ce96a-7db7-4204-9611-4851956b3076' does not have authorization to perform action 'Microsoft.KeyVault/vaults/read' over scope '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod' or the scope is invalid. If access was recently granted, please refresh your credentials.\nCode: AuthorizationFailed"
        }
        Cause::ArmNoToken => {
            "{\"error\":{\"code\":\"AuthenticationFailed\",\"message\":\"Authentication failed. The 'Authorization' header is missing.\"}}"
        }
        Cause::ArmTokenExpired => {
            "(ExpiredAuthenticationToken) The access token expiry UTC time '11/24/2026 8:52:08 AM' is earlier than current UTC time '11/24/2026 9:10:11 AM'."
        }
        Cause::SubscriptionMissing => {
            "(SubscriptionNotFound) The subscription '72f988bf-86f1-41af-91ab-2d7cd011db47' could not be found."
        }
        Cause::ResourceGroupMissing => {
            "(ResourceGroupNotFound) Resource group 'rg-kafka-dev' could not be found.\nCode: ResourceGroupNotFound"
        }
        Cause::VaultMissing => {
            "(ResourceNotFound) The Resource 'Microsoft.KeyVault/vaults/kv-kafka-prod' under resource group 'rg-kafka' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
        }
        Cause::ArmThrottled => {
            "(SubscriptionRequestsThrottled) Number of read requests for subscription '72f988bf-86f1-41af-91ab-2d7cd011db47' exceeded the limit. Retry-After: 17"
        }
        Cause::EntraForeignApplication => {
            "ERROR: When using this permission, the backing application of the service principal being created must in the local tenant"
        }
        Cause::EntraCreateDenied => {
            "ERROR: Insufficient privileges to complete the operation.\n(Authorization_RequestDenied) Authenticating principal does not have permission to instantiate multi-tenant applications and there is not matching Applications in the request tenant."
        }
        Cause::EntraApplicationUnknown => {
            "ERROR: The appId '0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11' of the service principal does not reference a valid application object."
        }
        Cause::EntraPrincipalExists => {
            "ERROR: The service principal cannot be created, updated, or restored because the service principal name 0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11 is already in use."
        }
        Cause::EntraTenantMissing => {
            "AADSTS90002: Tenant '72f988bf-86f1-41af-91ab-2d7cd011db47' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant. Trace ID: 81beda46-f150-4b8e-8f1a-0c2b6a0e0100 Correlation ID: 0f4f6b0e-31c4-47f4-9a87-5d4e5d1f9e11"
        }
        Cause::EntraApplicationMissing => {
            "AADSTS700016: Application with identifier '0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
        }
        Cause::EntraUserElsewhere => {
            "AADSTS50020: User account 'ada@fabrikam.com' from identity provider 'https://sts.windows.net/2ac36096-05f9-482e-ae23-1bdb78adb0bb/' does not exist in tenant 'Contoso' and cannot access the application '04b07795-8ddb-461a-bbee-02f9e1bf7b46'(Microsoft Azure CLI) in that tenant."
        }
        Cause::EntraSecretWrong => {
            "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11'.\"}"
        }
        Cause::EntraSecretExpired => {
            "AADSTS7000222: The provided client secret keys for app '0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11' are expired. Visit the Azure portal to create new keys for your app."
        }
        Cause::EntraConditionalAccess => {
            "AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '797f4846-ba00-4fd7-ba43-dac1f8f63013'."
        }
        Cause::EntraConsent => {
            "AADSTS65001: The user or administrator has not consented to use the application with ID '0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11' named 'Confluent'. Send an interactive authorization request for this user and resource."
        }
        Cause::EntraLoginAgain => {
            "ERROR: AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-08-01T09:13:14.1234567Z and was inactive for 90.00:00:00.\nInteractive authentication is needed. Please run:\naz login"
        }
        Cause::ConfluentKeyWaiting => {
            "| ID                | cck-abcde                                |\n| State             | AVAILABLE                                |\n| Validation Phase  | INITIALIZING                             |\n| Message           | awaiting first successful validation     |"
        }
        Cause::ConfluentKeyHeld => "Error: error deleting BYOK Key \"cck-abcde\": 409 Conflict",
        Cause::ConfluentKeyInUse => {
            "{\"errors\":[{\"id\":\"ed42afdc-f0d5-4c0d-b428-9fc6ed6e279d\",\"status\":\"409\",\"detail\":\"Each Kafka cluster must use a unique encryption key. The key cck-abcde is IN_USE.\",\"source\":{}}]}"
        }
        Cause::ConfluentKeyExists => {
            "{\"errors\":[{\"id\":\"ed42afdc-f0d5-4c0d-b428-9fc6ed6e279d\",\"status\":\"409\",\"code\":\"resource_already_exists\",\"title\":\"Resource Already exists\",\"detail\":\"Resource Already exists\",\"source\":{}}]}"
        }
        Cause::ConfluentQuota => {
            "{\"errors\":[{\"id\":\"ed42afdc-f0d5-4c0d-b428-9fc6ed6e279d\",\"status\":\"402\",\"code\":\"quota_exceeded\",\"title\":\"Payment Required\",\"detail\":\"The request would exceed the quota: byok.max_keys.per_org\",\"source\":{}}]}"
        }
        Cause::ConfluentTypeWithoutKey => {
            "│ Error: Conflicting configuration arguments\n│ \n│   with confluent_kafka_cluster.main,\n│   on main.tf line 40, in resource \"confluent_kafka_cluster\" \"main\":\n│   40: resource \"confluent_kafka_cluster\" \"main\" {\n│ \n│ \"byok_key\": conflicts with basic"
        }
        Cause::ConfluentKeyFixed => {
            "  # confluent_kafka_cluster.main must be replaced\n-/+ resource \"confluent_kafka_cluster\" \"main\" {\n      ~ byok_key {\n          ~ id = \"cck-abcde\" -> \"cck-fghij\" # forces replacement\n        }"
        }
        Cause::ConfluentKeyRegion => {
            "The key vault and the Kafka cluster must be in the same region: the key is in 'westeurope', the cluster in 'northeurope'."
        }
        Cause::ConfluentCku => "Error: CKU must be greater than 1 for multi-zone dedicated clusters",
        Cause::ConfluentRegion => {
            "error creating Kafka cluster: no network region available for deployment, cloud:AZURE region:\"West US 2\": resource not found"
        }
        Cause::ConfluentNetworkMissing => {
            "{\"errors\":[{\"id\":\"b113ea7e9d683c2f8c24f588b4e7cdf9\",\"status\":\"404\",\"detail\":\"The network n-p8xo76 was not found.\",\"source\":{}}]}"
        }
        Cause::ConfluentKeyMissing => "Error: self-managed key \"cck-404aa\" not found",
        Cause::ConfluentDeletionProtection => {
            "{\"errors\":[{\"status\":\"409\",\"code\":\"deletion_protection_enabled\",\"detail\":\"Cluster deletion is blocked by deletion protection.\"}]}"
        }
        Cause::ConfluentOutcomeUnknown => {
            "Error: error creating Kafka Cluster \"billing\": Post \"https://api.confluent.cloud/cmk/v2/clusters\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        }
        Cause::ConfluentDuplicate => {
            "I pressed create twice. Now there are two clusters with the same name, billing, and both are PROVISIONING."
        }
        Cause::ConfluentClusterFailed => {
            "Error: error waiting for Kafka Cluster \"lkc-abc12\" to provision: Kafka Cluster \"lkc-abc12\" provisioning status is \"FAILED\""
        }
        Cause::ConfluentKeyReason => {
            "Error: error creating Kafka Cluster \"billing\": 400 Bad Request: Cluster configuration is invalid. Reasons=[encryption_key_id]"
        }
        Cause::ConfluentKeyNotAuthorized => {
            "The cluster configuration is invalid because the encryption key is not valid or not authorized for Confluent."
        }
        Cause::ConfluentAccessDenied => {
            "{\"id\":\"cck-abcde\",\"key\":{\"kind\":\"AzureKey\",\"key_id\":\"https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster\"},\"state\":\"AVAILABLE\",\"validation\":{\"phase\":\"INVALID\",\"message\":\"Access to key denied.\",\"since\":\"2026-01-19T17:06:53Z\"}}"
        }
        Cause::ClusterLostKey => {
            "Since this morning the cluster stopped responding; the provider’s log says AccessDenied."
        }
        Cause::ExternalDependency => {
            "Your request cannot be completed because of the failure of an external dependency. Please try again later."
        }
        Cause::ConfluentCredentials => {
            "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic error=\"invalid_key\", error_description=\"The API Key is invalid\"\n\n{\"errors\":[{\"status\":\"401\",\"code\":\"user_unauthenticated\",\"title\":\"Authentication Required\"}]}"
        }
        Cause::ConfluentForbidden => {
            "Error: error creating Kafka Cluster \"billing\": 403 Forbidden: Forbidden Access"
        }
        Cause::ConfluentNotFound => {
            "{\"errors\":[{\"id\":\"d2f8a68a77ed67adde49967132ad79b8\",\"status\":\"404\",\"code\":\"resource_not_found\",\"detail\":\"Resource Not Found\",\"source\":{}}]}"
        }
        Cause::ConfluentField => {
            "{\"errors\":[{\"id\":\"ed42afdc-f0d5-4c0d-b428-9fc6ed6e279d\",\"status\":\"422\",\"code\":\"invalid_configuration\",\"title\":\"Validation Failed\",\"detail\":\"The property '/key/tenant_id' of type string did not match the following type: uuid\",\"source\":{\"pointer\":\"/key/tenant_id\"}}]}"
        }
        Cause::Certificates => {
            "requests.exceptions.SSLError: HTTPSConnectionPool(host='login.microsoftonline.com', port=443): Max retries exceeded (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)')))"
        }
        Cause::TooManyRequests => "HTTP/1.1 429 Too Many Requests\nRetry-After: 8\nX-RateLimit-Remaining: 0",
        Cause::Forbidden => "curl: (22) The requested URL returned error: 403 Forbidden",
        Cause::Unauthorized => "Error: 401 Unauthorized",
        Cause::NotFound => "Error: 404 Not Found",
        Cause::Conflict => "Error: 409 Conflict",
        Cause::ServerError => "Error: 503 Service Unavailable",
        Cause::NoAnswer => "dial tcp 40.126.32.74:443: connect: connection timed out",
    }
}
