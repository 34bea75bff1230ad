//! English, for the causes of `explain`; apart from the findings, so that who never explains does not carry it.
//!
//! `{name|words}` is the evidence of that name in code marks, or the words where the text held none.

use crate::explain::{Cause, Status};
use crate::language::en::Sentences;

/// What helps to get further when nothing matched, and what to do about a secret; `None` where causes were found.
pub fn help(status: Status) -> Option<&'static str> {
    match status {
        Status::Explained => None,
        Status::Empty => Some(
            "There is no text. Paste the whole error message, from the command that was run to the last line that it printed.",
        ),
        Status::Unmatched => Some(
            "This text matches no cause that is known here, and nothing is guessed. What helps: the whole answer rather than its first line (with `code`, `message` and `innererror`), the command that was run, the same command with `--debug` (Azure CLI) or `TF_LOG=DEBUG` (Terraform) around the place where it fails, and what `confluent byok describe` says of the key. Leave out passwords, tokens and API secrets.",
        ),
        Status::Secret => Some(
            "The text holds something that looks like a secret. It is not repeated here. If the text was shown to anyone, revoke the secret where it was made and leave it out next time.",
        ),
    }
}

/// What is said where only the two ends of a text were read.
pub const CUT: &str = "The text is long: only its first and its last 500 000 characters were read.";

/// The sentences of a cause.
pub fn sentences(cause: Cause) -> Sentences {
    let (message, fix) = match cause {
        Cause::ShellGitBash => (
            "Git Bash took the resource ID for a path on this computer and put its own folder in front of it, so Azure saw no subscription.",
            "Run the command again with `MSYS_NO_PATHCONV=1` in front of it, or use the commands for Git Bash, or Azure Cloud Shell.",
        ),
        Cause::ShellPowerShell => (
            "The commands are written for bash, but PowerShell read them: it knows neither `\\` at the end of a line nor `2>/dev/null`, and before version 7 no `&&`.",
            "Use the commands for PowerShell, or paste these into Azure Cloud Shell (Bash).",
        ),
        Cause::ShellCmd => (
            "The commands are written for bash, but the Windows command prompt read them: it knows neither `$(…)` nor `/dev/null`, and passes single quotes on.",
            "Use the commands for cmd, or paste these into Azure Cloud Shell (Bash).",
        ),
        Cause::ShellArgumentEmpty => (
            "An argument of the command is empty: the command inside `$(…)` that should have filled it failed, and its own message was thrown away.",
            "Run the inner command alone and read its message. Mostly the vault is in another subscription than the one that is set, or the service principal could not be created.",
        ),
        Cause::ShellNoAzureCli => (
            "This computer has no Azure CLI, or the shell does not find it.",
            "Install the Azure CLI, or use Azure Cloud Shell, where it is ready.",
        ),
        Cause::PasteInvisible => (
            "A value carries something invisible that the paste dragged along: a line break, a space or a mark without width.",
            "Paste the value into `byok check`, which takes such characters off and says so, and use what it prints.",
        ),

        Cause::KeyIdOtherCloud => (
            "The key is not in Azure’s public cloud. Confluent registers such a key but has no commands for it, and its clusters cannot use it.",
            "Use a key whose identifier has `.vault.azure.net` in it.",
        ),
        Cause::KeyIdFormat => (
            "The Confluent CLI did not take the key for one of Azure: without both `--key-vault` and `--tenant` it expects a key of AWS or Google.",
            "Give all three: the Key identifier, `--key-vault` with the Key Vault Resource ID and `--tenant` with the Tenant ID.",
        ),
        Cause::KeyIdManagedHsm => (
            "The key is in a Managed HSM. Confluent takes keys from a key vault only.",
            "Create the key in a key vault (for hardware protection: the Premium tier with an RSA-HSM key) and use its Key identifier.",
        ),
        Cause::KeyIdVersion => (
            "The Key identifier ends in a version. Confluent asks for it without, so that rotation is followed.",
            "Take the last part off: the identifier ends with the name of the key. In Terraform use `versionless_id`.",
        ),
        Cause::KeyIdOtherObject => (
            "The identifier is not that of a key: it names a secret, a certificate or the vault alone.",
            "Open the vault in the Azure portal, choose Keys, then the key, and copy its Key identifier; it has `/keys/` in it.",
        ),
        Cause::VaultIdOtherObject => (
            "The ID is not the resource ID of a key vault; parts of it are missing, or it is another kind of ID.",
            "Open the key vault in the Azure portal, choose JSON View and copy the Resource ID. It starts with `/subscriptions/` and ends with `/vaults/` and the name.",
        ),

        Cause::VaultRoleWaiting => (
            "The role was given, but Azure has not put it into effect yet. This takes up to 10 minutes, sometimes longer.",
            "Wait 10 minutes and try again; a new login makes it faster. Only if it still fails then is something else wrong.",
        ),
        Cause::VaultRecovered => (
            "{vault|The vault} was deleted and recovered. Azure deletes the role assignments with a vault and does not bring them back.",
            "Run the commands of the step Grant access again; they are safe to repeat.",
        ),
        Cause::VaultMoved => (
            "{vault|The vault} or its subscription was moved. Role assignments do not move along, and in another tenant the vault also keeps its old Tenant ID.",
            "Run the commands of the step Grant access again. After a move to another tenant correct the vault’s Tenant ID first and register the key anew.",
        ),
        Cause::VaultSwitchedToRbac => (
            "The permission model of {vault|the vault} was changed to Azure roles. From then on all its access policies are without effect, for every application that used them.",
            "Give a role to everyone who had an access policy, or leave this vault as it was and create one of its own for Confluent.",
        ),
        Cause::VaultOwnerNoDataRole => (
            "Who acts here may manage {vault|the vault} but not its keys: Owner and Contributor give no rights to keys.",
            "Give yourself Key Vault Crypto Officer on the vault, wait up to 10 minutes, and try again.",
        ),
        Cause::VaultRoleMissing => (
            "No role of {object_id|the caller} allows {action|this} in {vault|the vault}: the role is missing, was given elsewhere, or does not work yet.",
            "For Confluent run the commands of the step Grant access: Key Vault Crypto Service Encryption User and Key Vault Reader on the vault. For yourself: Key Vault Crypto Officer. Then wait up to 10 minutes.",
        ),
        Cause::VaultAccessPolicies => (
            "{vault|The vault} uses access policies instead of Azure roles, so roles have no effect in it. Confluent needs roles.",
            "Use a vault of its own whose permission model is Azure role-based access control. Changing this vault’s model ends all its access policies at once and can stop other applications.",
        ),
        Cause::VaultSetPolicyOnRbac => (
            "{vault|The vault} uses Azure roles; an access policy cannot be set there and is not needed.",
            "Leave `az keyvault set-policy` out and run the commands of the step Grant access.",
        ),
        Cause::VaultPerimeter => (
            "{vault|The vault} is inside a network security perimeter. There the exception for trusted Microsoft services does not hold, so Confluent cannot use the key.",
            "Take the vault out of the perimeter, or use another vault.",
        ),
        Cause::VaultFirewall => (
            "The firewall of {vault|the vault} refused {address|the address of the caller}.",
            "For a Dedicated cluster: in the vault’s Networking tick Allow trusted Microsoft services to bypass this firewall. For your own commands also add your address there.",
        ),
        Cause::VaultPublicAccess => (
            "Public network access of {vault|the vault} is switched off, and the caller came through no private endpoint.",
            "For a Dedicated cluster: in the vault’s Networking tick Allow trusted Microsoft services to bypass this firewall. Run your own commands from inside the private network, or allow selected networks.",
        ),
        Cause::VaultTenant => (
            "The vault is in the tenant {tenant_expected|of its owner}, but the login is from {tenant_found|another tenant}.",
            "Enter the vault’s own tenant as Tenant ID, and sign in with `az login --tenant` and that ID.",
        ),
        Cause::VaultTokenAudience => (
            "The token was made for another service than Key Vault.",
            "Ask for a token for `https://vault.azure.net`; a token for `https://management.azure.com` is not taken.",
        ),
        Cause::VaultTokenSignature => (
            "Key Vault could not check the signature of the token. This is mostly a short trouble on Azure’s side.",
            "Try again in a minute, with a new login. If it stays, check that the login is in the same cloud as the vault.",
        ),
        Cause::VaultTokenMissing => (
            "Nobody was signed in for this request. From a request that was only to find the vault this answer is expected; it names the vault’s tenant {tenant_expected|in a header}.",
            "Nothing to do for a mere probe. Otherwise sign in with `az login` first.",
        ),

        Cause::KeyOldVersion => (
            "Data is still encrypted with an older version of {key|the key}, and that version was disabled, deleted or ran out.",
            "Enable the older version again and keep all versions enabled for as long as the cluster lives.",
        ),
        Cause::KeyExpired => (
            "{key|The key} is outside its time: it has expired, or its activation date has not come.",
            "Move the expiration date of the key’s current version, or rotate the key; set a rotation policy so that it does not happen again.",
        ),
        Cause::KeyDisabled => (
            "{key|The key} is disabled.",
            "In the Azure portal open the key’s current version and set Enabled to Yes.",
        ),
        Cause::KeyType => (
            "{key|The key} is of a type that Confluent cannot use; it needs RSA or RSA-HSM with 2048, 3072 or 4096 bits.",
            "Create an RSA key in the vault and register that one.",
        ),
        Cause::KeyOperation => (
            "{key|The key} does not permit the operation: it is not among the key’s permitted operations.",
            "Allow wrapKey and unwrapKey on the key’s current version, or create a key without such a restriction.",
        ),
        Cause::KeyNotInBin => (
            "There is no deleted key {key|of this name}, so there is nothing to recover or to purge.",
            "Check the spelling and the vault; the key may exist undeleted.",
        ),
        Cause::KeyBusy => {
            ("Azure is still deleting or recovering {key|the key}.", "Wait a minute and try again.")
        }
        Cause::KeyDeleted => (
            "A key {key|of this name} was deleted and can still be recovered; until then the name is taken.",
            "Recover it with `az keyvault key recover`, or choose another name.",
        ),
        Cause::KeyMissing => (
            "There is no key {key|of this name} in {vault|the vault}.",
            "Copy the Key identifier again: in the Azure portal open the vault, Keys, the key. If it was deleted, recover it.",
        ),
        Cause::VaultNotInSubscription => (
            "The Azure CLI looked for {vault|the vault} only in the subscription that is set, and it is not there.",
            "Set the subscription that stands in the Key Vault Resource ID with `az account set --subscription`, or give the whole Resource ID.",
        ),
        Cause::VaultNoHost => (
            "No vault answers to the name {vault|in the text}: it is misspelt, was deleted for good, or this network cannot look the name up.",
            "Compare the name with the vault’s overview in the Azure portal. Inside a company network also check its DNS for `privatelink.vaultcore.azure.net`.",
        ),
        Cause::VaultThrottled => (
            "{vault|The vault} got too many requests in a short time and turned this one away.",
            "Wait and try again after 1, 2, 4, 8 and 16 seconds. If it happens often, give Confluent a vault of its own.",
        ),
        Cause::VaultPurgeOn => (
            "Purge protection of {vault|the vault} is on and stays on; nobody can switch it off, and nothing deleted can be purged before its time.",
            "Leave the property out, or set it to true. To reuse the name of a deleted vault, recover that vault or wait until its retention ends.",
        ),
        Cause::VaultPurgeOff => (
            "Purge protection of {vault|the vault} is off. Confluent needs it, because who purges the key loses the data.",
            "Switch it on in the vault’s Properties. This cannot be undone.",
        ),
        Cause::VaultNameDeleted => (
            "A deleted vault still holds the name {vault|that was chosen}, for 7 to 90 days.",
            "Recover it with `az keyvault recover` and then give the roles again, or choose another name.",
        ),
        Cause::VaultNameTaken => (
            "The name {vault|of the vault} is taken; names of vaults are unique in all of Azure, and deleted vaults keep theirs for up to 90 days.",
            "Choose another name, for example with a suffix.",
        ),
        Cause::VaultRequest => (
            "Key Vault did not understand the request: an argument or the API version is not one that it takes.",
            "Check the identifier, and update the tool that sent the request.",
        ),

        Cause::RoleAssignmentDenied => (
            "{principal|Who is signed in} may not give roles on {scope|the vault}. Contributor is not enough.",
            "Let someone run the commands who is Owner, User Access Administrator or Key Vault Data Access Administrator there; where Privileged Identity Management is used, activate the role first.",
        ),
        Cause::RoleAssignmentExists => (
            "The role was given before. This is no fault: what was asked for is there.",
            "Go on with the next command. The commands were joined by `&&` perhaps, then the second role is still missing: run the second one alone.",
        ),
        Cause::RoleAssignmentFixed => (
            "A role assignment with this ID exists and names another role, principal or scope; these cannot be changed.",
            "Delete the old role assignment, or create the new one under another ID.",
        ),
        Cause::PrincipalsAlike => (
            "Several objects of the directory have this name, so it is not clear who is meant.",
            "Use the object ID instead of the name: `--assignee-object-id` with `--assignee-principal-type ServicePrincipal`.",
        ),
        Cause::PrincipalMissing => (
            "The directory does not know {object_id|the principal}. A service principal that was just created needs a minute to be known everywhere.",
            "Wait a minute and try again with `--assignee-object-id` and `--assignee-principal-type ServicePrincipal`. If it stays, the ID is the application ID instead of the object ID, or of another tenant.",
        ),
        Cause::PolicyRefused => (
            "The policy {policy|of your organisation} forbids this.",
            "Change the setting that the policy names, or ask its owner for an exemption with the name of the policy and of the vault.",
        ),
        Cause::ProviderNotRegistered => (
            "The subscription {subscription|in use} has not registered the resource provider that this needs, mostly `Microsoft.KeyVault`.",
            "An owner of the subscription runs `az provider register --namespace Microsoft.KeyVault` once; it takes a few minutes.",
        ),
        Cause::ResourceLocked => (
            "A lock on {scope|the resource} forbids the change.",
            "Ask the owner to take the lock off for the time of the change.",
        ),
        Cause::ArmTenant => (
            "The subscription belongs to the tenant {tenant_expected|of its owner}, but the login is from {tenant_found|another tenant}.",
            "Sign in with `az login --tenant` and the first of the two. If the subscription was just moved to another tenant, wait up to an hour.",
        ),
        Cause::LoginStale => (
            "The login is older than the rights: membership of a group or a role that was given since is not in its token.",
            "Run `az logout` and `az login`, then try again.",
        ),
        Cause::ArmDenied => (
            "{principal|Who is signed in} may not do {action|this} on {scope|the resource}, or that resource does not exist.",
            "Check the ID for misspelling and the subscription; then ask its owner for a role with this action, for example Reader.",
        ),
        Cause::ArmNoToken => (
            "Nobody was signed in for this request to Azure.",
            "Sign in with `az login` first. From a mere probe this answer is expected.",
        ),
        Cause::ArmTokenExpired => (
            "The login to Azure has run out.",
            "Sign in again with `az login`, or get a new token, and check the clock of the computer.",
        ),
        Cause::SubscriptionMissing => (
            "Azure finds no subscription {subscription|with this ID}: it is misspelt, or the login does not see it.",
            "Compare the subscription with the Key Vault Resource ID, and sign in to its tenant.",
        ),
        Cause::ResourceGroupMissing => (
            "There is no resource group {resource_group|of this name} in the subscription.",
            "Copy the Key Vault Resource ID again from JSON View, and check that the subscription is the one in it.",
        ),
        Cause::VaultMissing => (
            "There is no vault {vault|of this name} in the resource group {resource_group|of the text}.",
            "Copy the Key Vault Resource ID again from JSON View. If the vault was deleted, it can be recovered.",
        ),
        Cause::ArmThrottled => (
            "Azure Resource Manager got too many requests in a short time and turned this one away.",
            "Wait {retry_after|a few} seconds and try again.",
        ),

        Cause::EntraForeignApplication => (
            "Confluent’s application is registered in Confluent’s tenant, and a pipeline’s identity may not bring in a foreign application.",
            "Let a person with the role Cloud Application Administrator run this command, or give the pipeline’s identity the permission Application.ReadWrite.All.",
        ),
        Cause::EntraCreateDenied => (
            "Who is signed in may not create a service principal in this tenant.",
            "Ask someone with the role Application Administrator or Cloud Application Administrator to run this one command; the others do not need it.",
        ),
        Cause::EntraApplicationUnknown => (
            "There is no application {application_id|with this ID}; Confluent’s application ID was not copied whole, or belongs to another cloud.",
            "Copy the application ID again from the registered key.",
        ),
        Cause::EntraPrincipalExists => {
            ("The service principal exists already. This is no fault.", "Go on with the role assignments.")
        }
        Cause::EntraTenantMissing => (
            "There is no tenant {tenant|with this ID}.",
            "Copy the Tenant ID from the Azure portal: the vault’s overview, Directory ID. A subscription ID looks the same but is another thing.",
        ),
        Cause::EntraApplicationMissing => (
            "The tenant {tenant|in use} does not know the application {application_id|of this login}: its service principal was not created there, or this is the wrong tenant.",
            "Check the Tenant ID. If it is right, create the service principal with the first command of the step Grant access.",
        ),
        Cause::EntraUserElsewhere => (
            "The account {principal|in use} is of another tenant than the one that was signed in to.",
            "Sign in with an account of the vault’s tenant, or have this account invited there as a guest.",
        ),
        Cause::EntraSecretWrong => (
            "The client secret of {application_id|the application} is not the right one; mostly the secret’s ID was copied instead of its value.",
            "Create a new secret, and copy its Value, which is shown once only.",
        ),
        Cause::EntraSecretExpired => (
            "The client secret of {application_id|the application} has run out.",
            "Create a new secret for the application and put it where the old one was used.",
        ),
        Cause::EntraConditionalAccess => (
            "The tenant asks for more at sign-in: a second factor, a known device or a known place.",
            "Sign in again with `az login --tenant` and the vault’s tenant, on a computer that your organisation knows. A pipeline needs an exception by the Entra administrator.",
        ),
        Cause::EntraConsent => (
            "Nobody has consented to the application {application_id|in use} in this tenant, or only an administrator may.",
            "Ask an Entra administrator for consent.",
        ),
        Cause::EntraLoginAgain => {
            ("The sign-in has run out or was ended, for example by a new password.", "Run `az login` again.")
        }

        Cause::ConfluentKeyWaiting => (
            "Confluent has not used {registered_key|the key} successfully yet. This is normal for up to 10 minutes after the roles are given.",
            "Run the commands of the step Grant access if you have not, wait 10 minutes, and look again.",
        ),
        Cause::ConfluentKeyHeld => (
            "{registered_key|The key} cannot be deleted: a cluster uses it, or used it within the last five days.",
            "Delete the cluster first, and the key five days later. Until then leave the registration alone.",
        ),
        Cause::ConfluentKeyInUse => (
            "{registered_key|The key} is in use by another cluster. A key serves one cluster.",
            "Register another key for this cluster. After a cluster is deleted, its key is free within five days.",
        ),
        Cause::ConfluentKeyExists => (
            "This key is registered with Confluent already.",
            "Use the existing registration if all three IDs are the same and its state is AVAILABLE; the answer’s header Location names it.",
        ),
        Cause::ConfluentQuota => (
            "A quota of Confluent Cloud is used up: {quota|the text names which}.",
            "Delete what is not needed (registered keys without a cluster count too), or ask Confluent for more.",
        ),
        Cause::ConfluentTypeWithoutKey => (
            "Clusters of type Basic and Standard cannot carry a key of one’s own; older versions of Confluent’s tools leave the key out without a word.",
            "Choose Dedicated. The type of an existing cluster of these types cannot be changed to it; create a new one.",
        ),
        Cause::ConfluentKeyFixed => (
            "The key of a cluster cannot be changed after it was created; the change would delete the cluster and create another.",
            "Do not apply it to a cluster with data. Take the change out, or create a second cluster and move over.",
        ),
        Cause::ConfluentKeyRegion => (
            "Key and cluster are in different regions: {region|the text names them}. Both must be in the same one.",
            "Choose the vault’s region for the cluster, or create a vault and a key in the cluster’s region.",
        ),
        Cause::ConfluentCku => (
            "The number of CKUs does not fit: a multi-zone Dedicated cluster needs at least two, a single-zone one at least one.",
            "Set two CKUs or more, or choose single zone.",
        ),
        Cause::ConfluentRegion => (
            "Confluent cannot place the cluster in {region|this region}: the name is not one that it knows, or there is no room.",
            "Write the region as Azure’s programs do, for example `westus2` instead of West US 2, or choose another region.",
        ),
        Cause::ConfluentNetworkMissing => (
            "Confluent finds no network {network|with this ID}: it was deleted, or is in another environment.",
            "Choose a network of the cluster’s environment and region.",
        ),
        Cause::ConfluentKeyMissing => (
            "Confluent finds no registered key {registered_key|with this ID}, or the account may not see it.",
            "Check the ID, and that the account is OrganizationAdmin or EnvironmentAdmin of the same organisation.",
        ),
        Cause::ConfluentDeletionProtection => (
            "Deletion protection of {cluster|the cluster} is on.",
            "If it is really to go, switch deletion protection off first, then delete it.",
        ),
        Cause::ConfluentOutcomeUnknown => (
            "The answer to creating the cluster got lost. The cluster may well have been created, and is then paid for.",
            "Do not send it again yet. Look through the environment’s clusters for this name and this key; only if there is none after 15 minutes, create it again.",
        ),
        Cause::ConfluentDuplicate => (
            "There are several clusters of this name; creating was sent more than once. Each is paid for.",
            "Keep the one that carries the key and delete the others, after looking that nobody uses them.",
        ),
        Cause::ConfluentClusterFailed => (
            "Creating {cluster|the cluster} failed. Confluent tells no reason for this.",
            "Check the key first, in the order below; then delete the failed cluster and create it again, or ask Confluent’s support with its ID.",
        ),
        Cause::ConfluentKeyReason => (
            "Confluent refused the cluster because of its key; it does not say why.",
            "Check the causes below in their order; each has the command that decides it.",
        ),
        Cause::ConfluentKeyNotAuthorized => (
            "Confluent could not use the key. This one sentence stands for every possible cause.",
            "Check the causes below in their order; each has the command that decides it.",
        ),
        Cause::ConfluentAccessDenied => (
            "Azure refused Confluent the key {registered_key|that was registered}. Confluent does not say why.",
            "Check the causes below in their order; each has the command that decides it. A registered key cannot be corrected: if an ID is wrong, register anew.",
        ),
        Cause::ClusterLostKey => (
            "A running cluster cannot use its key any more; something changed in Azure.",
            "Undo the change soon: find it with the causes below, in the order of likelihood. Recovery takes 30 minutes and more.",
        ),
        Cause::ExternalDependency => (
            "The service could not use the key, or did not find it; the sentence stands for every possible cause.",
            "Check the causes below in their order; trying again later changes nothing if the name of the key is wrong.",
        ),
        Cause::ConfluentCredentials => (
            "Confluent does not know the API key, or its secret is wrong. An API key of a single cluster does not work here.",
            "Create a Cloud API key (resource scope Cloud resource management) and use that one.",
        ),
        Cause::ConfluentForbidden => (
            "The account may not do this in {environment|the environment}, or what it asked for is not there; Confluent answers both in the same way.",
            "Give the account the role OrganizationAdmin or EnvironmentAdmin, and check the IDs.",
        ),
        Cause::ConfluentNotFound => (
            "Confluent finds nothing with this ID in {environment|the environment}, or the account may not see it.",
            "Check the ID and the environment, and that the account is of the same organisation.",
        ),
        Cause::ConfluentField => (
            "Confluent did not accept a value of the request: {pointer|the text names which}.",
            "Correct this value; the words beside it say what is expected.",
        ),

        Cause::Certificates => (
            "The connection was answered with a certificate that this computer does not trust; mostly a company’s proxy looks into the traffic.",
            "Give the tool the company’s root certificate: `REQUESTS_CA_BUNDLE` for the Azure CLI, `SSL_CERT_FILE` for Terraform and the Confluent CLI. Do not switch the check off.",
        ),
        Cause::TooManyRequests => (
            "The service got too many requests in a short time and turned this one away.",
            "Wait {retry_after|a few} seconds and try again.",
        ),
        Cause::Forbidden => (
            "Access was refused; the text does not say by what.",
            "Paste the whole answer, with its `code` and `message`. What it can be stands below.",
        ),
        Cause::Unauthorized => (
            "The sign-in was not accepted; the text does not say why.",
            "Paste the whole answer, with the header WWW-Authenticate. What it can be stands below.",
        ),
        Cause::NotFound => (
            "Something was not found; the text does not say what.",
            "Paste the whole answer and the address that was asked for. What it can be stands below.",
        ),
        Cause::Conflict => (
            "The request conflicts with what is there; the text does not say with what.",
            "Paste the whole answer. What it can be stands below.",
        ),
        Cause::ServerError => (
            "The service has trouble of its own.",
            "Try again in a few minutes. After creating a cluster look first whether it is there.",
        ),
        Cause::NoAnswer => (
            "The service did not answer: a firewall, a proxy or the network is in between.",
            "Try the same from Azure Cloud Shell. If it works there, ask your network’s people to let this address through.",
        ),
    };
    Sentences { message, fix }
}
