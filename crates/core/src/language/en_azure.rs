//! English, of what is found of vault, key, grants and quotas.

use super::en::Sentences;
use crate::finding::Code;
use crate::verdict::Requirement;

/// A requirement in a few words, and the sentence for when it is met.
pub fn requirement(requirement: Requirement) -> (&'static str, &'static str) {
    match requirement {
        Requirement::TenantExists => ("The tenant exists", "Microsoft Entra knows the tenant."),
        Requirement::SubscriptionExists => {
            ("The subscription exists", "Azure knows the subscription of the vault.")
        }
        Requirement::SubscriptionTenant => {
            ("Vault and subscription belong to one tenant", "The subscription belongs to the vault’s tenant.")
        }
        Requirement::VaultExists => ("The vault exists", "The vault is there."),
        Requirement::VaultReady => ("The vault is set up", "The vault is set up."),
        Requirement::VaultRbac => {
            ("Roles count at the vault", "The vault’s permission model is Azure role-based access control.")
        }
        Requirement::VaultPurgeProtection => ("Purge protection is on", "Nobody can purge the vault’s keys."),
        Requirement::VaultSoftDelete => ("What is deleted can be recovered", "Soft delete is on."),
        Requirement::VaultSku => ("The vault’s tier carries the key", "The vault’s tier carries the key."),
        Requirement::VaultFirewall => (
            "The vault lets Confluent’s disks and storage in",
            "The vault’s network settings let trusted Microsoft services in.",
        ),
        Requirement::VaultLocks => ("No lock stands in the way", "No lock makes the vault read-only."),
        Requirement::KeyExists => ("The key exists", "The vault has the key."),
        Requirement::KeyType => ("The key is an RSA key", "The key is an RSA key."),
        Requirement::KeySize => ("The key’s size fits", "The key has a size that Azure offers for RSA."),
        Requirement::KeyOperations => ("The key may wrap and unwrap", "The key may wrap and unwrap."),
        Requirement::KeyEnabled => ("The key is enabled", "The key is enabled."),
        Requirement::KeyDates => ("The key is valid now", "The key is valid now."),
        Requirement::KeyManaged => {
            ("The key stands by itself", "The key belongs to no certificate and cannot leave the vault.")
        }
        Requirement::KeyProtection => ("How the key is protected", "How the key is protected is known."),
        Requirement::KeyRotation => {
            ("The key is rotated by itself", "A new version of the key is made by itself.")
        }
        Requirement::KeyVersions => {
            ("Older versions of the key are usable", "No older version of the key is disabled.")
        }
        Requirement::AccessPrincipal => (
            "Confluent’s application is known in the tenant",
            "The tenant has a service principal for Confluent’s application.",
        ),
        Requirement::AccessEncryptionUser => (
            "Confluent may wrap and unwrap",
            "Confluent’s service principal has the role Key Vault Crypto Service Encryption User.",
        ),
        Requirement::AccessReader => (
            "Confluent may read the vault’s settings",
            "Confluent’s service principal has the role Key Vault Reader.",
        ),
        Requirement::IdsRegistered => {
            ("The registered key is the one entered", "The registered key has the IDs that were entered.")
        }
        Requirement::AccessMayAssign => {
            ("The roles can be given from here", "The account that looked may give roles on the vault.")
        }
        Requirement::AccessDenials => (
            "Nothing takes these rights away",
            "No deny assignment was found that keeps Confluent from the key.",
        ),
        Requirement::AccessBroader => (
            "Confluent may do no more than it needs",
            "No role was found that holds more than Confluent needs.",
        ),
        Requirement::QuotaKeys => {
            ("One more key can be registered", "Confluent’s quota has room for one more key.")
        }
        Requirement::QuotaClusters => {
            ("One more cluster can be created", "Confluent’s quotas have room for one more cluster.")
        }
        Requirement::QuotaPending => (
            "One more cluster can be under way",
            "Confluent’s quota has room for one more cluster under way.",
        ),
        Requirement::QuotaCkus => {
            ("The CKUs are allowed", "Confluent’s quotas have room for the cluster’s CKUs.")
        }
        Requirement::SourcesAgree => ("What was read fits together", "What was read fits together."),
        // The others stand in `en`.
        _ => ("", ""),
    }
}

/// The sentences of a finding.
pub fn sentences(code: Code) -> Option<Sentences> {
    let (message, fix) = match code {
        Code::TenantMissing => (
            "Microsoft Entra knows no tenant {tenant}.",
            "Copy the Tenant ID from the vault’s overview, Directory ID.",
        ),
        Code::SubscriptionMissing => (
            "Azure knows no subscription {subscription}.",
            "Copy the Key Vault Resource ID again from the vault’s JSON View.",
        ),
        Code::SubscriptionTenantDiffers => (
            "The vault’s subscription belongs to the tenant {tenant}, not to {other}.",
            "Compare both with the vault’s overview; most likely {tenant} is the Tenant ID to enter.",
        ),
        Code::SubscriptionVaultMoved => (
            "The vault still belongs to the tenant {other}, its subscription to {tenant}: the subscription was moved, and roles given there do not count at the vault.",
            "Move the vault to its subscription’s tenant (`az keyvault update` with the property `tenantId`), or use a vault that was made there.",
        ),
        Code::VaultMissing => {
            ("There is no vault `{vault}`.", "Compare the Key Vault Resource ID with the vault’s JSON View.")
        }
        Code::VaultElsewhere => (
            "A vault `{vault}` exists, but not in the subscription and resource group of the resource ID.",
            "Copy the Key Vault Resource ID again from the vault’s JSON View: subscription or resource group are wrong, or the vault was moved.",
        ),
        Code::VaultDeleted => (
            "The vault `{vault}` was deleted. It can be recovered until {when}.",
            "Recover it (Key vaults, Manage deleted vaults), then run the commands of the step Grant access again: recovering does not bring role assignments back.",
        ),
        Code::VaultPolicies => (
            "The vault uses access policies, so roles have no effect. It has {count}, which whoever uses the vault today may rely on.",
            "Make a new vault for this key, with the permission model Azure role-based access control. Switching this one makes all of its access policies void at once.",
        ),
        Code::VaultPoliciesNone => (
            "The vault’s permission model is access policies, so roles have no effect. It has no access policy.",
            "In the vault open Access configuration and choose Azure role-based access control. Nobody loses access, since no access policy is in use.",
        ),
        Code::VaultPurgeProtection => (
            "The vault’s purge protection is off.",
            "In the vault open Properties and switch purge protection on. It cannot be switched off again, and what is deleted then stays until its retention ends.",
        ),
        Code::VaultSoftDelete => (
            "The vault’s soft delete is off: a deleted key would be gone at once.",
            "In the vault open Properties and switch soft delete on. It cannot be switched off again.",
        ),
        Code::VaultSku => (
            "The key is in a hardware security module, which the vault’s tier, Standard, does not carry.",
            "Set the vault’s tier to Premium, or use a key of type RSA.",
        ),
        Code::VaultFirewall => (
            "The vault’s firewall lets nobody in but listed networks, not even trusted Microsoft services.",
            "In the vault open Networking and allow trusted Microsoft services to bypass the firewall.",
        ),
        Code::VaultPublicAccess => (
            "The vault’s public network access is off, and trusted Microsoft services may not pass.",
            "In the vault open Networking and allow trusted Microsoft services to bypass the firewall. Public access may stay off.",
        ),
        Code::VaultPerimeter => (
            "A network security perimeter is around the vault. Trusted Microsoft services do not pass it.",
            "Take the vault out of the perimeter, or use a vault outside of it.",
        ),
        Code::KeyMissing => (
            "The vault has no key `{key}`.",
            "In the vault open Objects, Keys, choose the key and copy its Key identifier again, or make the key.",
        ),
        Code::KeyDeleted => (
            "The key `{key}` was deleted. It can be recovered until {when}.",
            "Recover it: in the vault open Objects, Keys, Manage deleted keys.",
        ),
        Code::KeyTypeOther => (
            "The key’s type is {kind}; Confluent takes RSA and RSA-HSM.",
            "Make a key of type RSA or RSA-HSM and enter its Key identifier.",
        ),
        Code::KeySize => (
            "The key has {bits} bits; Azure’s RSA keys have 2048, 3072 or 4096.",
            "Make a key of one of these sizes and enter its Key identifier.",
        ),
        Code::KeyOperations => (
            "The key may not be used for everything that it is needed for; missing: {list}.",
            "In the vault open Objects, Keys, choose the current version and permit wrap key and unwrap key.",
        ),
        Code::KeyDisabled => (
            "The key is disabled.",
            "In the vault open Objects, Keys, choose the current version and enable it.",
        ),
        Code::KeyExpired => (
            "The key expired on {when}.",
            "Rotate the key, so that it has a new version, or change the expiration date of the current one.",
        ),
        Code::KeyNotYetValid => (
            "The key is not valid before {when}.",
            "Change the activation date of the current version, or wait until then.",
        ),
        Code::AccessPrincipalMissing => (
            "The tenant has no service principal for Confluent’s application {application}.",
            "Run the commands of the step Grant access, or have somebody run them who may create service principals.",
        ),
        Code::AccessPrincipalDisabled => (
            "The service principal of Confluent’s application {application} may not sign in.",
            "In Microsoft Entra open Enterprise applications, choose it, and under Properties set that users may sign in.",
        ),
        Code::AccessRoleMissing => (
            "Confluent’s service principal does not have the role {role} at the vault or above it.",
            "Run the commands of the step Grant access. Afterwards it can take up to 10 minutes.",
        ),
        Code::AccessWrongPrincipal => (
            "The role {role} is given at the vault to {principal}. That is not Confluent’s service principal, whose object ID in this tenant is {object}.",
            "Run the commands of the step Grant access: they give the role to {object}. The ID of an application, or its object ID under App registrations, is not the one that counts.",
        ),
        Code::AccessRefused => (
            "The deny assignment `{name}` keeps Confluent from the key, whatever roles it has.",
            "In the vault open Access control (IAM), Deny assignments, and see who made it: have Confluent’s service principal left out of it, or use a vault without it.",
        ),
        Code::QuotaUsedUp => (
            "A quota of Confluent is used up: {name}, {used} of {limit}.",
            "Delete what is no longer needed, or ask Confluent to raise the quota.",
        ),
        Code::QuotaTooSmall => (
            "{count} CKUs are more than the {limit} that Confluent lets one cluster have in this organisation.",
            "Choose {limit} or fewer, or ask Confluent to raise the quota.",
        ),
        Code::KeyRegisteredOtherwise => (
            "The registered key was registered with another {field}: `{text}`.",
            "Register the key entered, or choose the registered key that belongs to it: a registration cannot be changed.",
        ),
        Code::AzureNotAsked => (
            "This is not known: {reason}.",
            "Check again, or run the commands of the doctor and paste what they print.",
        ),
        Code::AzureNoCredentials => (
            "This is not known: {reason}.",
            "Run the commands of the doctor and paste what they print, or sign in to Azure here.",
        ),
        Code::AzureDenied => (
            "This could not be read: {reason}.",
            "Ask somebody who may read the vault (Reader and Key Vault Reader suffice) to run the commands of the doctor, and paste what they print.",
        ),
        Code::AzureFailed => (
            "This could not be read: {reason}.",
            "Check again in a moment. If it stays so, run the commands of the doctor and paste what they print.",
        ),
        Code::AzureUnclear => (
            "What was read does not settle this, or holds a word that this version does not know: `{text}`.",
            "Compare it with the Azure portal before going on.",
        ),
        Code::VaultNotReady => (
            "The vault was made a moment ago; its name is not known everywhere yet.",
            "Wait; it is checked again by itself.",
        ),
        Code::VaultFirewallSeen => (
            "The vault keeps strangers out. Whether it lets trusted Microsoft services in is not known.",
            "Run the commands of the doctor and paste what they print, or look in the vault under Networking: trusted Microsoft services must be allowed.",
        ),
        Code::VaultRetention => (
            "What is deleted in the vault can be recovered for {days} days only. This cannot be changed for a vault that exists.",
            "Go on if that is enough, or use a vault with 90 days: a cluster whose key is gone loses its data.",
        ),
        Code::VaultLocked => (
            "The lock `{lock}` makes the vault read-only: roles cannot be given, and settings not changed.",
            "Remove the lock for as long as the commands of the step Grant access run.",
        ),
        Code::KeyExpiresSoon => (
            "The key expires on {when}, in {days} days. After that the cluster cannot use it.",
            "Have the key rotated by itself before then, or change its expiration date.",
        ),
        Code::KeyManaged => {
            ("The key belongs to a certificate and goes when the certificate goes.", "Use a key of its own.")
        }
        Code::KeyExportable => (
            "The private half of the key can leave the vault.",
            "Use a key that cannot be exported, unless this is meant.",
        ),
        Code::KeyRotationMissing => (
            "The key is not rotated by itself. Confluent follows automatic rotation and supports no other.",
            "In the vault open Objects, Keys, choose the key, then Rotation policy, and enable auto rotation.",
        ),
        Code::KeyRotationLate => (
            "The key is rotated after {days} days, but each version expires after {expiry}.",
            "In the key’s Rotation policy choose a rotation well before the expiry.",
        ),
        Code::KeyVersionsDisabled => (
            "Older versions of the key are disabled: {count}. A cluster that still uses one cannot read its data.",
            "Enable them unless no cluster ever used this key; never delete one.",
        ),
        Code::AccessConditional => (
            "Confluent’s service principal has the role {role} under a condition. Whether the condition lets it in cannot be said from here.",
            "Give the role without a condition, or wait whether Confluent can use the key.",
        ),
        Code::AccessPerhapsGroup => (
            "The role {role} is given to a group. Whether Confluent’s service principal is in it could not be read.",
            "Give the role to the service principal itself, by the commands of the step Grant access.",
        ),
        Code::AccessPerhaps => (
            "The role {role} is given to {principal}. Whether that is Confluent’s service principal could not be read.",
            "Compare it with the object ID of Confluent’s application under Enterprise applications, or wait whether Confluent can use the key.",
        ),
        Code::AccessInstead => (
            "Instead of the role {role} Confluent’s service principal has {other}, which allows the same and more.",
            "Run the commands of the step Grant access, and take the other role away.",
        ),
        Code::AccessNotSeen => (
            "Confluent has used the key, although its {text} was not found. The access may have been taken away since, or given in another way.",
            "Run the commands of the step Grant access, so that it is given as Confluent documents it.",
        ),
        Code::AccessPerhapsRefused => (
            "The deny assignment `{name}` may keep Confluent from the key: it counts under a condition, or for a group, and nobody could tell whether for Confluent.",
            "In the vault open Access control (IAM), Deny assignments, and see whether Confluent’s service principal is meant.",
        ),
        Code::AccessMayNotAssign => (
            "The account that looked may not give roles on the vault.",
            "Have the commands of the step Grant access run by somebody who may: Owner, User Access Administrator or Key Vault Data Access Administrator. Contributor does not suffice.",
        ),
        Code::AccessBroader => (
            "Confluent’s service principal has roles that hold more than it needs: {list}.",
            "Take them away; Key Vault Crypto Service Encryption User and Key Vault Reader suffice.",
        ),
        Code::QuotaUnread => (
            "Confluent’s quotas could not be read: {reason}.",
            "Go on: Confluent refuses if a quota is used up, and nothing is billed then.",
        ),
        Code::DoctorOtherVault => (
            "The pasted output is about another vault, `{text}`. Nothing was taken from it.",
            "Run the commands of the doctor for the vault entered, and paste what they print.",
        ),
        Code::DoctorOtherKey => (
            "The pasted output is about another key, `{text}`. What it says of the key was not taken.",
            "Run the commands of the doctor for the key entered, and paste what they print.",
        ),
        Code::DoctorOtherCloud => (
            "The Azure CLI was set to another cloud, `{text}`, when the pasted output was made.",
            "Run `az cloud set --name AzureCloud`, sign in, and run the commands of the doctor again.",
        ),
        Code::DoctorOtherTenant => (
            "The Azure CLI was signed in to the tenant {tenant} when the pasted output was made; the vault belongs to {other}. Service principals were looked for in the wrong tenant.",
            "Run `az login --tenant {other}`, then the commands of the doctor again.",
        ),
        Code::SourcesDiffer => (
            "Two sources say different things about {topic}; {source} counts, {other} said otherwise.",
            "If the pasted output is older than the last change, run the commands of the doctor again.",
        ),
        Code::KeyDeniedYet => (
            "Confluent was refused the key. This is normal for up to 10 minutes after the roles are given; so far: {waited}.",
            "Wait; it is checked again by itself. Run the commands of the step Grant access if you have not.",
        ),
        Code::KeyProtectionLevel => (
            "The key is protected {text}.",
            "Nothing to do, unless you need another level: RSA is protected in software, RSA-HSM by a hardware security module.",
        ),
        Code::AccessPrincipalAwaited => (
            "The tenant has no service principal for Confluent’s application {application} yet.",
            "Run the commands of the step Grant access. It is checked again by itself.",
        ),
        Code::AccessRoleAwaited => (
            "Confluent’s service principal does not have the role {role} yet.",
            "Run the commands of the step Grant access. It is checked again by itself; it can take up to 10 minutes.",
        ),
        Code::DoctorOtherSubscription => (
            "The Azure CLI had chosen the subscription {subscription}; the vault is in {other}.",
            "Nothing to do: the commands name the vault’s subscription themselves.",
        ),
        _ => return None,
    };
    Some(Sentences { message, fix })
}
