//! Azure's clouds and the hosts of their key vaults (Azure CLI, `azure.cli.core.cloud`).

use super::guid::{strip_prefix_ignore_case, strip_suffix_ignore_case};

/// One of Azure's clouds. Confluent takes keys from the public one only; the others are known to be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AzureCloud {
    /// The public cloud.
    Public,
    /// China, operated by 21Vianet.
    China,
    /// United States Government.
    UsGovernment,
    /// Germany; closed, still known to libraries.
    Germany,
    /// Bleu, France.
    Bleu,
}

impl AzureCloud {
    /// All of them.
    pub const ALL: [AzureCloud; 5] = [
        AzureCloud::Public,
        AzureCloud::China,
        AzureCloud::UsGovernment,
        AzureCloud::Germany,
        AzureCloud::Bleu,
    ];

    /// What follows the vault's name and a dot in the host of a key vault.
    pub fn vault_suffix(self) -> &'static str {
        match self {
            AzureCloud::Public => "vault.azure.net",
            AzureCloud::China => "vault.azure.cn",
            AzureCloud::UsGovernment => "vault.usgovcloudapi.net",
            AzureCloud::Germany => "vault.microsoftazure.de",
            AzureCloud::Bleu => "vault.sovcloud-api.fr",
        }
    }

    /// What follows the name and a dot in the host of a Managed HSM.
    pub fn managed_hsm_suffix(self) -> &'static str {
        match self {
            AzureCloud::Public => "managedhsm.azure.net",
            AzureCloud::China => "managedhsm.azure.cn",
            AzureCloud::UsGovernment => "managedhsm.usgovcloudapi.net",
            AzureCloud::Germany => "managedhsm.microsoftazure.de",
            AzureCloud::Bleu => "managedhsm.sovcloud-api.fr",
        }
    }

    /// The name for a person.
    pub fn name(self) -> &'static str {
        match self {
            AzureCloud::Public => "Azure public",
            AzureCloud::China => "Azure China (21Vianet)",
            AzureCloud::UsGovernment => "Azure US Government",
            AzureCloud::Germany => "Azure Germany (closed)",
            AzureCloud::Bleu => "Bleu (France)",
        }
    }

    /// The name for a machine: `public`, `china`, `us-government`, `germany`, `bleu`.
    pub fn as_str(self) -> &'static str {
        match self {
            AzureCloud::Public => "public",
            AzureCloud::China => "china",
            AzureCloud::UsGovernment => "us-government",
            AzureCloud::Germany => "germany",
            AzureCloud::Bleu => "bleu",
        }
    }
}

/// Whose host it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host<'a> {
    /// `{name}.vault.…`
    Vault(AzureCloud, &'a str),
    /// `{name}.managedhsm.…`
    ManagedHsm(AzureCloud, &'a str),
    /// `{name}.privatelink.vaultcore.azure.net`: an alias in DNS, never part of an identifier.
    PrivateLink(&'a str),
    /// The Azure portal.
    Portal,
    /// None of these.
    Unknown,
}

/// Says whose host it is, blind to case.
pub(crate) fn host(host: &str) -> Host<'_> {
    for cloud in AzureCloud::ALL {
        if let Some(name) = label(host, cloud.vault_suffix()) {
            return Host::Vault(cloud, name);
        }
        if let Some(name) = label(host, cloud.managed_hsm_suffix()) {
            return Host::ManagedHsm(cloud, name);
        }
    }
    for suffix in ["privatelink.vaultcore.azure.net", "privatelink.vault.azure.net", "vaultcore.azure.net"] {
        if let Some(name) = label(host, suffix) {
            return Host::PrivateLink(name);
        }
    }
    let portal = ["portal.azure.com", "portal.azure.us", "portal.azure.cn"];
    if portal.iter().any(|known| host.eq_ignore_ascii_case(known) || label(host, known).is_some()) {
        return Host::Portal;
    }
    Host::Unknown
}

/// The cloud that has key vaults at what `text` begins with, blind to case: `vault.azure.net…`; and what follows that.
pub(super) fn with_vaults_at(text: &str) -> Option<(AzureCloud, &str)> {
    AzureCloud::ALL
        .into_iter()
        .find_map(|cloud| Some((cloud, strip_prefix_ignore_case(text, cloud.vault_suffix())?)))
}

/// The one label before `suffix`.
fn label<'a>(host: &'a str, suffix: &str) -> Option<&'a str> {
    let name = strip_suffix_ignore_case(host, suffix)?.strip_suffix('.')?;
    if name.is_empty() || name.contains('.') { None } else { Some(name) }
}
