//! English.
//!
//! Every sentence says what happened, then how to fix it; names in braces are a finding's arguments and `{field}` is
//! the label of its field.

use crate::finding::{Code, Field};
use crate::recognise::Place;
use crate::verdict::Requirement;

/// The two sentences of a finding.
#[derive(Clone, Copy, Debug)]
pub struct Sentences {
    /// What happened.
    pub message: &'static str,
    /// How to fix it.
    pub fix: &'static str,
}

/// The label of a field, as the form shows it.
pub fn label(field: Field) -> &'static str {
    match field {
        Field::KeyVaultId => "Key Vault Resource ID",
        Field::KeyId => "Key identifier",
        Field::TenantId => "Tenant ID",
        Field::DisplayName => "Cluster name",
        Field::Region => "Region",
        Field::Availability => "Availability",
        Field::Cku => "CKUs",
        Field::Network => "Network",
        Field::Environment => "Environment",
        Field::Key => "Registered key",
        Field::Mode => "Encryption key",
        Field::ClusterType => "Cluster type",
    }
}

/// A requirement in a few words, and the sentence for when it is met.
pub fn requirement(requirement: Requirement) -> (&'static str, &'static str) {
    match requirement {
        Requirement::Plan => ("The cluster’s settings fit together", "The settings fit together."),
        Requirement::IdsSameVault => {
            ("Both IDs name the same vault", "The resource ID and the key identifier name the same vault.")
        }
        Requirement::IdsPublicCloud => {
            ("The vault is in Azure’s public cloud", "The vault is in Azure’s public cloud.")
        }
        Requirement::KeyAvailable => ("The key is free", "No other cluster uses the registered key."),
        Requirement::KeyValidated => {
            ("Confluent can use the key", "Confluent has used the key successfully.")
        }
        Requirement::KeyRegion => {
            ("Key and cluster are in the same region", "The key is in the region of the cluster.")
        }
        Requirement::KeyTenant => {
            ("The tenant is the vault’s own", "The vault belongs to the tenant that was entered.")
        }
        Requirement::NetworkReady => ("The network is ready", "The network is ready."),
        Requirement::NetworkRegion => {
            ("Network and cluster are in the same region", "The network is in the region of the cluster.")
        }
        Requirement::NetworkKind => {
            ("The network fits the cluster", "The network uses VNet peering or Private Link.")
        }
        other => super::en_azure::requirement(other),
    }
}

/// Where a recognised ID stood, in a few words.
pub fn place(place: &Place) -> &str {
    match place {
        Place::Named(name) => name,
        Place::Portal => "an address of the Azure portal",
        Place::Login => "an address for signing in",
        Place::Address => "an address",
        Place::Text => "the text",
        Place::Made => "the vault’s name and the key’s name",
    }
}

/// A line of what was pasted.
pub const LINE: &str = "line";

/// The sentences of a finding.
pub fn sentences(code: Code) -> Sentences {
    of_answers(code).or_else(|| of_others(code)).unwrap_or(Sentences { message: "", fix: "" })
}

/// The sentences of what the answers themselves show. Apart, because the page's first program tells nothing else.
pub fn of_answers(code: Code) -> Option<Sentences> {
    let (message, fix) = match code {
        Code::InputSecret => (
            "This looks like a secret, such as a password, a token or a private key. It was not kept.",
            "Enter an ID instead. If the secret was shown to anyone, revoke it where it was made.",
        ),
        Code::InputUnrecognised => (
            "This is none of the three IDs: `{text}`.",
            "A Key Vault Resource ID starts with `/subscriptions/`, a Key identifier with `https://`, and a Tenant ID is a GUID such as `72f988bf-86f1-41af-91ab-2d7cd011db47`.",
        ),
        Code::TextNotUtf8 => {
            ("The line holds bytes that are not text in UTF-8.", "Save the file as UTF-8 and try again.")
        }
        Code::TextTooLong => (
            "The line is far longer than any ID; the rest of it was not read.",
            "Put every ID on a line of its own.",
        ),
        Code::TextEmpty => ("The {field} is empty.", "Enter the {field}."),
        Code::TextSpaces => (
            "Spaces or line breaks around the {field} were removed.",
            "Nothing to do: the value without them is used.",
        ),
        Code::TextQuotes => (
            "Quotation marks or brackets around the {field} were removed.",
            "Nothing to do: the value without them is used.",
        ),
        Code::TextPunctuation => {
            ("Punctuation after the {field} was removed.", "Nothing to do: the value without it is used.")
        }
        Code::TextInvisible => (
            "Invisible characters in the {field} were removed: {count}.",
            "Nothing to do: the value without them is used.",
        ),
        Code::TextFullWidth => (
            "Full-width characters in the {field} were replaced by plain ones.",
            "Nothing to do: the plain value is used.",
        ),
        Code::TextDashes => (
            "Typographic dashes or slashes in the {field} were replaced by plain ones.",
            "Compare the result with the Azure portal if the text came from a document.",
        ),
        Code::TextJson => (
            "The {field} was taken from `{name}` in the JSON.",
            "Nothing to do: the rest of the JSON was left aside.",
        ),
        Code::TextPercent => (
            "Characters written with a percent sign in the {field}, such as `%2F`, were turned back into plain ones.",
            "Nothing to do: the plain value is used.",
        ),
        Code::TextSpaceInside => (
            "There is a space or a line break inside the {field}.",
            "Copy the value again, as one piece, from the Azure portal.",
        ),
        Code::TextLookAlike => (
            "The {field} holds `{letter}` ({code}), a {script} character where Azure takes plain letters, digits and hyphens only.",
            "Type that character anew (it looks like `{plain}`), or copy the value again from the Azure portal.",
        ),
        Code::TextMixedLetters => (
            "The resource group mixes plain letters with `{letter}` ({code}), a {script} letter that looks like `{plain}`.",
            "Azure allows this. Compare the name with the Azure portal if it was retyped.",
        ),
        Code::VaultIdSlashAdded => (
            "The slash at the start of the {field} was missing and has been added.",
            "Nothing to do: the completed value is used.",
        ),
        Code::VaultIdSlashes | Code::KeyIdSlashes => (
            "Doubled slashes in the {field} were made single.",
            "Nothing to do: the value with single slashes is used.",
        ),
        Code::VaultIdTrailingSlash | Code::KeyIdTrailingSlash => (
            "The slash at the end of the {field} was removed.",
            "Nothing to do: the value without it is used.",
        ),
        Code::VaultIdQuery | Code::KeyIdQuery => (
            "What follows `?` or `#` in the {field} was removed.",
            "Nothing to do: the value without it is used.",
        ),
        Code::VaultIdPortalAddress => (
            "The {field} was taken out of a longer address.",
            "Nothing to do: the resource ID inside the address is used.",
        ),
        Code::VaultIdChildRemoved => (
            "This is the ID of something inside the vault. The vault’s own ID was taken and `{text}` left out.",
            "Nothing to do: the vault’s ID is used.",
        ),
        Code::VaultIdRestRemoved => (
            "What follows the vault’s name, `{text}`, does not belong to the {field} and was removed.",
            "Check that the vault is the one you mean.",
        ),
        Code::VaultIdManagedHsm => (
            "This is a Managed HSM. Confluent takes keys from a key vault only.",
            "Create the key in a key vault (for hardware protection: the Premium tier with an RSA-HSM key) and enter the resource ID of that vault.",
        ),
        Code::VaultIdOtherResource => (
            "This is the ID of another kind of resource: `{type}`.",
            "Open the key vault in the Azure portal, choose JSON View and copy the Resource ID.",
        ),
        Code::VaultIdSubscriptionOnly => (
            "This is the ID of a subscription; resource group and vault are missing.",
            "Open the key vault in the Azure portal, choose JSON View and copy the Resource ID.",
        ),
        Code::VaultIdResourceGroupOnly => (
            "This is the ID of a resource group; the vault is missing.",
            "Open the key vault in the Azure portal, choose JSON View and copy the Resource ID.",
        ),
        Code::VaultIdIncomplete => (
            "The resource ID ends too early: {missing} is missing.",
            "Copy the whole Resource ID. It ends in `/providers/Microsoft.KeyVault/vaults/` and the vault’s name.",
        ),
        Code::VaultIdSubscription => (
            "After `/subscriptions/` stands `{text}`, which is not a subscription ID.",
            "A subscription ID is a GUID of 32 hexadecimal digits. Copy the Resource ID again from the vault’s JSON View.",
        ),
        Code::VaultIdZeroSubscription => (
            "The subscription ID is all zeros, as in the examples of Azure’s documentation.",
            "Replace it with your own subscription ID, or copy the Resource ID from the vault’s JSON View.",
        ),
        Code::VaultIdResourceGroup => (
            "`{text}` cannot be the name of a resource group.",
            "A name has up to 90 letters, digits, hyphens, underscores, parentheses and full stops, and does not end in a full stop. Copy the Resource ID again from the vault’s JSON View.",
        ),
        Code::VaultIdVaultName | Code::KeyIdVaultName => (
            "`{text}` cannot be the name of a key vault.",
            "A vault’s name has 3 to 24 letters, digits and single hyphens, starts with a letter and ends with a letter or digit. Copy the value again from the Azure portal.",
        ),
        Code::VaultIdPlaceholder | Code::KeyIdPlaceholder => (
            "`{text}` is a placeholder from an example.",
            "Replace it with your own value, or copy the {field} from the Azure portal.",
        ),
        Code::VaultIdIsKeyId => (
            "This is a Key identifier; here belongs the resource ID of the vault.",
            "Put it into the field Key identifier. The Key Vault Resource ID starts with `/subscriptions/`.",
        ),
        Code::VaultIdIsVaultUri => (
            "This is the vault’s address; here belongs its resource ID, which also names subscription and resource group.",
            "Open the key vault in the Azure portal, choose JSON View and copy the Resource ID. It starts with `/subscriptions/`.",
        ),
        Code::VaultIdIsGuid => (
            "This is a GUID, such as a subscription ID or a tenant ID; here belongs the resource ID of the vault.",
            "Open the key vault in the Azure portal, choose JSON View and copy the Resource ID. It starts with `/subscriptions/`.",
        ),
        Code::VaultIdIsName => (
            "This is only a name; the resource ID also holds subscription and resource group.",
            "Open the key vault `{text}` in the Azure portal, choose JSON View and copy the Resource ID.",
        ),
        Code::VaultIdShape => (
            "This is not the resource ID of a key vault.",
            "Open the key vault in the Azure portal, choose JSON View and copy the Resource ID. It starts with `/subscriptions/`.",
        ),
        Code::KeyIdVersionRemoved => (
            "The key version `{version}` was removed. Confluent asks for the key without a version, so that rotation is followed.",
            "Nothing to do: the identifier without version is used.",
        ),
        Code::KeyIdNotAVersion => (
            "What follows the key’s name, `{text}`, is not a key version and was removed.",
            "Check that `{name}` is the key you mean.",
        ),
        Code::KeyIdPortRemoved => (
            "The port `:443`, which Azure adds in some places, was removed.",
            "Nothing to do: the identifier without it is used.",
        ),
        Code::KeyIdSchemeAdded => (
            "`https://` at the start was missing and has been added.",
            "Nothing to do: the completed identifier is used.",
        ),
        Code::KeyIdFromArm => (
            "This is the resource ID of a key. The Key identifier `{value}` was made from it.",
            "Nothing to do: this holds in Azure’s public cloud, the only one that Confluent’s keys work with.",
        ),
        Code::KeyIdPrivateLinkHost => (
            "`{host}` is the vault’s name inside a private network and never part of a Key identifier. It was replaced by `{value}`.",
            "Check that `{value}` is the vault you mean.",
        ),
        Code::KeyIdHttp => (
            "The identifier starts with `http://`; Key Vault is reached by `https://` only.",
            "Copy the Key identifier again from the Azure portal. It starts with `https://`.",
        ),
        Code::KeyIdOtherPort => (
            "The identifier names the port {port}; Key Vault has no other than 443.",
            "Remove the port, or copy the Key identifier again from the Azure portal.",
        ),
        Code::KeyIdSecret => (
            "This is the identifier of a secret, not of a key.",
            "In the vault open Objects, Keys, choose the key and copy its Key identifier. It has `/keys/` in it.",
        ),
        Code::KeyIdCertificate => (
            "This is the identifier of a certificate, not of a key.",
            "In the vault open Objects, Keys, choose the key and copy its Key identifier. It has `/keys/` in it.",
        ),
        Code::KeyIdDeletedKey => (
            "This is the identifier of a deleted key.",
            "Recover the key (in the vault: Objects, Keys, Manage deleted keys) or choose another one, then copy its Key identifier.",
        ),
        Code::KeyIdCollection => (
            "After the vault’s host stands `/{text}/`, not `/keys/`.",
            "In the vault open Objects, Keys, choose the key and copy its Key identifier. It has `/keys/` in it.",
        ),
        Code::KeyIdNameMissing => (
            "The identifier ends before the name of the key.",
            "Copy the whole Key identifier: `https://`, the vault’s host, `/keys/` and the key’s name.",
        ),
        Code::KeyIdKeyName => (
            "`{text}` cannot be the name of a key.",
            "A key’s name has 1 to 127 letters, digits and hyphens. Copy the Key identifier again from the Azure portal.",
        ),
        Code::KeyIdExtraSegments => (
            "More follows the key’s name than a version: `{text}`.",
            "Copy the Key identifier again from the Azure portal. It ends with the key’s name or with a version of 32 characters.",
        ),
        Code::KeyIdManagedHsm => (
            "This key is in a Managed HSM. Confluent takes keys from a key vault only.",
            "Create the key in a key vault (for hardware protection: the Premium tier with an RSA-HSM key) and enter its Key identifier.",
        ),
        Code::KeyIdOtherCloud | Code::IdsOtherCloud => (
            "This key is in the cloud {cloud}. Confluent Cloud takes keys from Azure’s public cloud only.",
            "Use a key whose identifier has `.vault.azure.net` in it.",
        ),
        Code::KeyIdUnknownHost => (
            "`{host}` is not the host of a key vault.",
            "The host is the vault’s name followed by `.vault.azure.net`. Copy the Key identifier again from the Azure portal.",
        ),
        Code::KeyIdPortalAddress => (
            "This is an address of the Azure portal, not the key’s own identifier.",
            "On that page open the key’s current version and copy the Key identifier. It has `.vault.azure.net/keys/` in it.",
        ),
        Code::KeyIdIsVaultId => (
            "This is a resource ID; here belongs the Key identifier.",
            "Put it into the field Key Vault Resource ID. The Key identifier starts with `https://`.",
        ),
        Code::KeyIdIsGuid => (
            "This is a GUID, such as a tenant ID or a key version; here belongs the Key identifier.",
            "In the vault open Objects, Keys, choose the key and copy its Key identifier. It starts with `https://`.",
        ),
        Code::KeyIdShape => (
            "This is not a Key identifier.",
            "In the vault open Objects, Keys, choose the key and copy its Key identifier. It looks like `https://my-vault.vault.azure.net/keys/my-key`.",
        ),
        Code::TenantIdForm => (
            "The Tenant ID was brought into the form with lower-case letters and four hyphens.",
            "Nothing to do: the value in that form is used.",
        ),
        Code::TenantIdPlaceholder => (
            "`{text}` is a placeholder from an example.",
            "Copy the Tenant ID from the Azure portal: Microsoft Entra ID, Overview, Tenant ID; or the vault’s overview, Directory ID.",
        ),
        Code::TenantIdDomain => (
            "`{text}` is a domain of the tenant; Confluent asks for the tenant’s ID.",
            "Copy the Tenant ID from the Azure portal: Microsoft Entra ID, Overview, Tenant ID. It is a GUID.",
        ),
        Code::TenantIdWord => (
            "`{text}` stands for any tenant when signing in; here belongs the one that the vault is in.",
            "Copy the Tenant ID from the Azure portal: the vault’s overview, Directory ID. It is a GUID.",
        ),
        Code::TenantIdIsVaultId => (
            "This is a resource ID; here belongs the Tenant ID.",
            "Put it into the field Key Vault Resource ID. The Tenant ID is a GUID: the vault’s overview shows it as Directory ID.",
        ),
        Code::TenantIdIsKeyId => (
            "This is an address; here belongs the Tenant ID.",
            "If it is a Key identifier, put it into that field. The Tenant ID is a GUID: the vault’s overview shows it as Directory ID.",
        ),
        Code::TenantIdShape => (
            "This is not a Tenant ID: it has {digits} hexadecimal digits in a form that is not a GUID’s.",
            "A Tenant ID has 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12. Copy it from the vault’s overview, Directory ID.",
        ),
        Code::IdsVaultDiffers => (
            "The resource ID names the vault `{vault}`, the Key identifier names the vault `{other}`.",
            "Both must name the vault that holds the key. Copy the one that is wrong again.",
        ),
        Code::IdsTenantIsSubscription => (
            "The Tenant ID is the same as the subscription ID in the resource ID.",
            "They are different things. Copy the Tenant ID from the vault’s overview, Directory ID.",
        ),
        Code::IdsSwapped => ("The IDs stand in each other’s fields.", "Exchange them."),
        Code::IdsMisplaced => {
            ("What stands in the field {field} belongs in the field {other}.", "Move it there.")
        }
        Code::IdsSameTwice => (
            "The same text stands in the fields {field} and {other}; it belongs in {other}.",
            "Empty the field {field} and enter the value that belongs there.",
        ),
        Code::IdsAlsoHolds => (
            "What was pasted into the field {other} holds the {field} as well.",
            "Take it from there: `{value}`.",
        ),
        Code::IdsTenantIsApplication => (
            "This is the ID of an application, not of a tenant.",
            "Enter the Tenant ID: the vault’s overview shows it as Directory ID.",
        ),
        Code::IdsTenantIsObject => (
            "This is the ID of an object, such as a service principal or a user, not of a tenant.",
            "Enter the Tenant ID: the vault’s overview shows it as Directory ID.",
        ),
        Code::PlanEnvironmentMissing => {
            ("No environment is chosen.", "Choose the environment that the cluster goes into.")
        }
        Code::PlanNameEmpty => ("The cluster has no name.", "Enter a name for the cluster."),
        Code::PlanNameTooLong => {
            ("The name has {count} characters; at most {most} are taken.", "Enter a shorter name.")
        }
        Code::PlanNameControl => (
            "The name holds a line break or another character that cannot be shown.",
            "Type the name anew instead of pasting it.",
        ),
        Code::PlanRegionMissing => ("No region is chosen.", "Choose the Azure region that your key is in."),
        Code::PlanRegionShape => (
            "`{text}` cannot be the name of an Azure region.",
            "Enter the region’s name as Azure writes it in commands, for example `westeurope`.",
        ),
        Code::PlanRegionUnknown => (
            "`{text}` is not among the regions that Confluent’s documents name for Azure.",
            "Check the spelling. A region that is new at Confluent works nevertheless.",
        ),
        Code::PlanRegionZones => (
            "`{region}` has no availability zones, which multi zone needs.",
            "Choose single zone or another region.",
        ),
        Code::PlanCkuShape => {
            ("`{text}` is not a whole number.", "Enter the number of CKUs in digits, for example 2.")
        }
        Code::PlanCkuTooFew => ("A Dedicated cluster needs at least 1 CKU.", "Enter 1 or more."),
        Code::PlanCkuMultiZone => {
            ("A multi zone cluster needs at least 2 CKUs.", "Enter 2 or more, or choose single zone.")
        }
        Code::PlanCkuTooMany => (
            "{count} CKUs are more than the {most} that one cluster may have here.",
            "Enter {most} or fewer, or ask the operator of this wizard to raise the limit.",
        ),
        Code::PlanNetworkMissing => {
            ("No network is chosen.", "Choose a network, or choose the public internet.")
        }
        Code::PlanAvailabilityMissing => {
            ("No availability is selected.", "Select single zone or multi zone.")
        }
        Code::PlanNetworkingMissing => {
            ("No kind of networking is selected.", "Select how clients will reach the cluster.")
        }
        Code::PlanModeMissing => {
            ("Nobody is selected to hold the key.", "Select self-managed to use a key of your own.")
        }
        Code::PlanModeAutomatic => (
            "This wizard creates clusters with a self-managed key only.",
            "Select self-managed, or create the cluster on Confluent’s own page.",
        ),
        Code::PlanKeySourceMissing => {
            ("It is not selected where the key comes from.", "Select create new or use existing.")
        }
        Code::PlanKeyMissing => {
            ("No key is selected.", "Select a registered key, or go back to creating a new one.")
        }
        Code::PlanTypeMissing => (
            "No cluster type is selected.",
            "Select Dedicated: it is the type this wizard creates with a key of your own.",
        ),
        Code::PlanTypeBasic => (
            "A Basic cluster cannot carry a key of one’s own; Confluent would leave the key out without a word.",
            "Choose Dedicated.",
        ),
        Code::PlanTypeStandard => (
            "A Standard cluster cannot carry a key of one’s own; Confluent would leave the key out without a word.",
            "Choose Dedicated.",
        ),
        Code::PlanTypeEnterprise => (
            "An Enterprise cluster can carry a key of one’s own, but this wizard cannot create one yet.",
            "Choose Dedicated, or create the Enterprise cluster on Confluent’s own page.",
        ),
        _ => return None,
    };
    Some(Sentences { message, fix })
}

/// The sentences of what is found in other texts, or by Azure and Confluent.
fn of_others(code: Code) -> Option<Sentences> {
    let (message, fix) = match code {
        Code::RecogniseSeveralVaults => (
            "The text names {count} key vaults, so none was chosen: {list}.",
            "Choose the one that holds the key, or paste only what belongs to it.",
        ),
        Code::RecogniseSeveralKeys => (
            "The text names {count} keys, so none was chosen: {list}.",
            "Choose one, or paste only what belongs to it.",
        ),
        Code::RecogniseSeveralTenants => (
            "The text names {count} tenants, so none was chosen: {list}.",
            "Compare them with the Directory ID on the vault’s overview in the Azure portal.",
        ),
        Code::RecogniseGuids => (
            "The text holds {count} GUIDs and does not say which of them is the Tenant ID: {list}.",
            "Compare them with the Directory ID on the vault’s overview in the Azure portal.",
        ),
        Code::RecogniseTenantGuessed => (
            "Nothing says what `{value}` is. It was taken for the Tenant ID, since it is the only GUID by itself.",
            "Compare it with the Directory ID on the vault’s overview in the Azure portal.",
        ),
        Code::RecogniseKeyMade => (
            "The Key identifier was put together from the vault’s name and the key’s name: `{value}`.",
            "Compare it with the Key identifier of the key’s current version in the Azure portal.",
        ),
        Code::RecogniseMissing => {
            ("The text does not hold a {field}.", "Enter it by itself, or paste a text that holds it, too.")
        }
        Code::KeyUnknown => {
            ("What Confluent knows of the key could not be looked up: {reason}.", "Check again in a moment.")
        }
        Code::KeyInUse => (
            "Another cluster uses this key. A key serves one cluster.",
            "Register another key. After a cluster is deleted its key is released within five days.",
        ),
        Code::KeyStateUnknown => (
            "Confluent reports a state of the key that this version does not know: `{text}`.",
            "Check the key on Confluent’s own page before going on.",
        ),
        Code::KeyRefused => (
            "Confluent could not use the key. Its words: `{text}`.",
            "Compare the three IDs with the Azure portal, run the commands of the step Grant access, and check again. Roles can take up to 10 minutes to work.",
        ),
        Code::KeyWaiting => (
            "Confluent has not used the key yet. This is normal for up to 10 minutes after the roles are given; so far: {waited}.",
            "Wait; it is checked again by itself. Run the commands of the step Grant access if you have not.",
        ),
        Code::KeyLate => (
            "Confluent has still not used the key, although roles work after 10 minutes at the latest.",
            "Check that the commands of the step Grant access ended without an error. Going on is possible: the cluster fails if the key cannot be used.",
        ),
        Code::KeyPhaseUnknown => (
            "Confluent does not say whether it can use the key.",
            "Check the key on Confluent’s own page. Going on is possible: the cluster fails if the key cannot be used.",
        ),
        Code::KeyRegionDiffers => (
            "The key is in `{region}`, the cluster in `{other}`. Both must be in the same region.",
            "Choose the region `{region}` for the cluster, or use a key in `{other}`.",
        ),
        Code::KeyRegionUnknown => (
            "The region of the key is not known yet; Confluent tells it once it has used the key.",
            "Compare the Location on the vault’s overview with `{other}`.",
        ),
        Code::KeyTenantDiffers => {
            ("The vault belongs to the tenant {tenant}, not to {other}.", "Enter {tenant} as Tenant ID.")
        }
        Code::NetworkUnknown => (
            "What Confluent knows of the network could not be looked up: {reason}.",
            "Check again in a moment.",
        ),
        Code::NetworkNotReady => (
            "The network is not ready; its phase is `{text}`.",
            "Wait until Confluent shows it as ready, or choose another network.",
        ),
        Code::NetworkFailed => {
            ("The network cannot be used; its phase is `{text}`.", "Choose another network.")
        }
        Code::NetworkPhaseUnknown => (
            "Confluent reports a phase of the network that this version does not know: `{text}`.",
            "Check the network on Confluent’s own page before going on.",
        ),
        Code::NetworkRegionDiffers => (
            "The network is in `{region}`, the cluster in `{other}`. Both must be in the same region.",
            "Choose a network in `{other}`, or the region `{region}` for the cluster.",
        ),
        Code::NetworkKind => (
            "The network’s kind is `{text}`, which does not exist on Azure for a Dedicated cluster.",
            "Choose a network with VNet peering or Private Link.",
        ),
        Code::NetworkKindUnknown => (
            "Confluent reports a kind of network that this version does not know: `{text}`.",
            "Check the network on Confluent’s own page before going on.",
        ),
        Code::ConfluentAccessDenied => (
            "Azure refused Confluent the key. Confluent does not say why: `{text}`.",
            "Check in this order: 1. Both commands of the step Grant access ended without an error, at least 10 minutes ago. 2. The vault’s permission model is Azure role-based access control. 3. Purge protection is on. 4. The key is enabled, not expired, and of type RSA or RSA-HSM. 5. If the vault has a firewall, trusted Microsoft services may pass it. 6. The three IDs are the vault’s own.",
        ),
        Code::ConfluentOtherWords => (
            "Confluent could not use the key. Its words: `{text}`.",
            "Compare the three IDs with the Azure portal; correct the one that is wrong.",
        ),
        Code::ConfluentCheckVault => (
            "The Key Vault Resource ID may be another vault’s, or vault `{text}` may not let Confluent in.",
            "Compare it with JSON View in the Azure portal. On the vault check Access configuration (Azure role-based access control), Properties (purge protection) and Networking (trusted Microsoft services).",
        ),
        Code::ConfluentCheckKey => (
            "The Key identifier may name a key that is missing, disabled, expired or not of type RSA: `{text}`.",
            "In the vault open Objects, Keys and compare the name, the type (RSA or RSA-HSM) and that the key is enabled.",
        ),
        Code::ConfluentCheckTenant => (
            "The Tenant ID may not be the vault’s: `{text}`.",
            "Compare it with the Directory ID on the vault’s overview in the Azure portal.",
        ),
        Code::ConfluentKeyMissing => (
            "Confluent found no such key in the vault: `{text}`.",
            "In the vault open Objects, Keys, choose the key and copy its Key identifier again.",
        ),
        Code::ConfluentKeyDisabled => (
            "The key is disabled, expired or not active yet: `{text}`.",
            "In the vault open Objects, Keys, choose the current version and enable it or change its dates; or use another key.",
        ),
        Code::ConfluentKeyType => (
            "The key’s type or its permitted operations do not suit: `{text}`.",
            "Use a key of type RSA or RSA-HSM that may wrap and unwrap keys.",
        ),
        Code::ConfluentVaultMissing => (
            "Confluent found no such vault: `{text}`.",
            "Copy the Key Vault Resource ID again from the vault’s JSON View.",
        ),
        Code::ConfluentFirewall => (
            "The vault’s firewall kept Confluent out: `{text}`.",
            "In the vault open Networking and allow trusted Microsoft services to bypass the firewall.",
        ),
        Code::ConfluentPurgeProtection => (
            "The vault lacks purge protection: `{text}`.",
            "In the vault open Properties and switch purge protection on. It cannot be switched off again.",
        ),
        Code::ConfluentRbac => (
            "The vault uses access policies, so that roles have no effect: `{text}`.",
            "Use a vault whose permission model is Azure role-based access control. Switching an existing vault makes its access policies void.",
        ),
        Code::ConfluentTenant => (
            "Confluent was sent to the wrong tenant: `{text}`.",
            "Enter the Directory ID that the vault’s overview shows in the Azure portal.",
        ),
        _ => return super::en_azure::sentences(code),
    };
    Some(Sentences { message, fix })
}
