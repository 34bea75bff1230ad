//! Where a question is asked. Every address is built here, of constants and of IDs that the rules have checked; nothing
//! that a user typed is part of one, and no cloud’s answer is but for the token of a list’s next page.
//!
//! Operations and versions: Azure Key Vault ARM 2026-02-01 and data plane 2025-07-01, Authorization 2022-04-01 and locks
//! 2016-09-01, Subscriptions 2022-12-01, Microsoft Graph v1.0, discovery of `OpenID` Connect.

use byok_core::facts::Question;
use byok_core::id::{ApplicationId, AzureCloud, Guid, KeyId, TenantId, VaultId};
use reqwest::Url;

const LOGIN: &str = "login.microsoftonline.com";
const ARM: &str = "management.azure.com";
const GRAPH: &str = "graph.microsoft.com";

const ARM_VERSION: (&str, &str) = ("api-version", "2026-02-01");
const DATA_VERSION: (&str, &str) = ("api-version", "2025-07-01");
const AUTHORIZATION_VERSION: (&str, &str) = ("api-version", "2022-04-01");
const LOCKS_VERSION: (&str, &str) = ("api-version", "2016-09-01");
const SUBSCRIPTION_VERSION: (&str, &str) = ("api-version", "2022-12-01");
/// At this scope and above it, not below (Azure RBAC, list role assignments).
const AT_AND_ABOVE: (&str, &str) = ("$filter", "atScope()");

/// What is looked at: IDs, all checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) vault: VaultId,
    pub(crate) key: KeyId,
    pub(crate) tenant: TenantId,
    /// Confluent’s application, once the key is registered.
    pub(crate) application: Option<ApplicationId>,
}

/// An address that this file built; nothing else is ever sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    url: Url,
}

impl Address {
    /// Where `question` is asked; `None` where there is nobody to ask: another cloud than the public one, an application
    /// that is not known, or a question that is not Azure’s.
    pub(crate) fn of(question: Question, target: &Target) -> Option<Self> {
        if target.key.cloud() != AzureCloud::Public {
            return None;
        }
        let vault_host = format!("{}.{}", target.vault.name(), AzureCloud::Public.vault_suffix());
        let key = target.key.name().as_str();
        match question {
            Question::VaultChallenge => build(&vault_host, &["keys"], &[DATA_VERSION]),
            // The empty last segment is what all of Azure’s SDKs send for the current version.
            Question::Key => build(&vault_host, &["keys", key, ""], &[DATA_VERSION]),
            Question::KeyVersions => build(&vault_host, &["keys", key, "versions"], &[DATA_VERSION]),
            Question::RotationPolicy => build(&vault_host, &["keys", key, "rotationpolicy"], &[DATA_VERSION]),
            Question::DeletedKey => build(&vault_host, &["deletedkeys", key], &[DATA_VERSION]),
            Question::SubscriptionChallenge => {
                let subscription = target.vault.subscription().to_string();
                build(ARM, &["subscriptions", &subscription], &[SUBSCRIPTION_VERSION])
            }
            Question::Tenant => build(
                LOGIN,
                &[&target.tenant.to_string(), "v2.0", ".well-known", "openid-configuration"],
                &[],
            ),
            Question::Vault => at_vault(target, &[], &[ARM_VERSION]),
            Question::ArmKey => at_vault(target, &["keys", key], &[ARM_VERSION]),
            Question::Assignments => at_vault(
                target,
                &["providers", "Microsoft.Authorization", "roleAssignments"],
                &[AUTHORIZATION_VERSION, AT_AND_ABOVE],
            ),
            Question::Denials => at_vault(
                target,
                &["providers", "Microsoft.Authorization", "denyAssignments"],
                &[AUTHORIZATION_VERSION, AT_AND_ABOVE],
            ),
            Question::Permissions => at_vault(
                target,
                &["providers", "Microsoft.Authorization", "permissions"],
                &[AUTHORIZATION_VERSION],
            ),
            Question::Locks => at_vault(
                target,
                &["providers", "Microsoft.Authorization", "locks"],
                &[LOCKS_VERSION, AT_AND_ABOVE],
            ),
            Question::DeletedVault => {
                let subscription = target.vault.subscription().to_string();
                let path =
                    ["subscriptions", &subscription, "providers", "Microsoft.KeyVault", "deletedVaults"];
                build(ARM, &path, &[ARM_VERSION])
            }
            Question::Principal => {
                let by_application = format!("servicePrincipals(appId='{}')", target.application?);
                build(GRAPH, &["v1.0", &by_application], &[("$select", "id,appId,accountEnabled")])
            }
            Question::Quotas => None,
        }
    }

    /// The groups that a service principal is in, directly or through others; names and all else stay with Graph.
    pub(crate) fn groups_of(principal: Guid) -> Option<Self> {
        let path = ["v1.0", "servicePrincipals", &principal.to_string(), "transitiveMemberOf"];
        build(GRAPH, &path, &[("$select", "id"), ("$top", "999")])
    }

    /// The same list from `token` on, the value of `name` in what the cloud sent as the next address.
    pub(crate) fn page(&self, name: &str, token: &str) -> Self {
        let mut url = self.url.clone();
        url.query_pairs_mut().append_pair(name, token);
        Self { url }
    }

    /// The address itself, for the one place that sends.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Its host.
    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether a vault answers there, and not a host that all of Azure shares.
    pub(super) fn is_of_a_vault(&self) -> bool {
        ![LOGIN, ARM, GRAPH].contains(&self.host())
    }

    /// The whole, to tell answers apart.
    pub(super) fn text(&self) -> &str {
        self.url.as_str()
    }

    /// As plain HTTP, for a server in a test that stands in for a forward proxy.
    #[cfg(test)]
    pub(super) fn plain(&self) -> Url {
        let mut url = self.url.clone();
        url.set_scheme("http").expect("a scheme");
        url
    }
}

/// Whether a host is one that this file makes addresses of.
pub(super) fn is_ours(host: &str) -> bool {
    let is_vault = host
        .strip_suffix(AzureCloud::Public.vault_suffix())
        .and_then(|name| name.strip_suffix('.'))
        .is_some_and(|name| !name.is_empty() && !name.contains('.'));
    is_vault || [LOGIN, ARM, GRAPH].contains(&host)
}

/// A name that resolves wherever Azure’s names do.
pub(super) const SURE_NAME: &str = LOGIN;

fn at_vault(target: &Target, below: &[&str], query: &[(&str, &str)]) -> Option<Address> {
    let subscription = target.vault.subscription().to_string();
    let mut path = vec![
        "subscriptions",
        &subscription,
        "resourceGroups",
        target.vault.resource_group(),
        "providers",
        "Microsoft.KeyVault",
        "vaults",
        target.vault.name().as_str(),
    ];
    path.extend(below);
    build(ARM, &path, query)
}

/// Puts an address together; every segment is percent-encoded, so that none becomes two, or leads upwards.
fn build(host: &str, path: &[&str], query: &[(&str, &str)]) -> Option<Address> {
    let mut url = Url::parse(&format!("https://{host}/")).ok()?;
    // Whatever a parser may think of: the host is the one that was meant, and is one of ours.
    if url.host_str() != Some(host) || !is_ours(host) || url.port().is_some() || !url.username().is_empty() {
        return None;
    }
    {
        let mut segments = url.path_segments_mut().ok()?;
        segments.clear();
        for segment in path {
            if matches!(*segment, "." | "..") {
                return None;
            }
            segments.push(segment);
        }
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Some(Address { url })
}

#[cfg(test)]
mod tests {
    use super::{Address, Target, build, is_ours};
    use byok_core::facts::Question;
    use byok_core::id::{ApplicationId, KeyId, TenantId, VaultId};

    fn target(group: &str) -> Target {
        let vault = format!(
            "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/KV-Kafka-prod"
        );
        Target {
            vault: VaultId::parse(&vault).expect("a vault"),
            key: KeyId::parse("https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster").expect("a key"),
            tenant: TenantId::parse("22222222-2222-4222-8222-222222222222").expect("a tenant"),
            application: ApplicationId::parse("33333333-3333-4333-8333-333333333333"),
        }
    }

    fn text(question: Question) -> String {
        Address::of(question, &target("rg-kafka")).map(|address| address.url.to_string()).unwrap_or_default()
    }

    #[test]
    fn every_question_of_azure_has_its_address() {
        let vault = "https://management.azure.com/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod";
        let data = "https://kv-kafka-prod.vault.azure.net";
        for (question, expected) in [
            (Question::VaultChallenge, format!("{data}/keys?api-version=2025-07-01")),
            (Question::Key, format!("{data}/keys/kafka-cluster/?api-version=2025-07-01")),
            (Question::KeyVersions, format!("{data}/keys/kafka-cluster/versions?api-version=2025-07-01")),
            (Question::RotationPolicy, format!("{data}/keys/kafka-cluster/rotationpolicy?api-version=2025-07-01")),
            (Question::DeletedKey, format!("{data}/deletedkeys/kafka-cluster?api-version=2025-07-01")),
            (
                Question::SubscriptionChallenge,
                "https://management.azure.com/subscriptions/11111111-1111-4111-8111-111111111111?api-version=2022-12-01".to_owned(),
            ),
            (
                Question::Tenant,
                "https://login.microsoftonline.com/22222222-2222-4222-8222-222222222222/v2.0/.well-known/openid-configuration".to_owned(),
            ),
            (Question::Vault, format!("{vault}?api-version=2026-02-01")),
            (Question::ArmKey, format!("{vault}/keys/kafka-cluster?api-version=2026-02-01")),
            (
                Question::Assignments,
                format!("{vault}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&%24filter=atScope%28%29"),
            ),
            (
                Question::Principal,
                "https://graph.microsoft.com/v1.0/servicePrincipals(appId='33333333-3333-4333-8333-333333333333')?%24select=id%2CappId%2CaccountEnabled".to_owned(),
            ),
            (Question::Quotas, String::new()),
        ] {
            assert_eq!(text(question), expected);
        }
        for question in Question::ALL {
            let host = Address::of(question, &target("rg-kafka")).map(|a| a.url.host_str().map(is_ours));
            assert!(question == Question::Quotas || host == Some(Some(true)), "{question:?}");
        }
    }

    #[test]
    fn a_resource_group_of_any_script_stays_one_segment() {
        let address = Address::of(Question::Vault, &target("gruppe-ü(1)_中")).expect("an address");
        let segments: Vec<&str> = address.url.path_segments().expect("segments").collect();
        assert_eq!(segments.len(), 8, "{}", address.url);
        assert_eq!(segments[3], "gruppe-%C3%BC(1)_%E4%B8%AD");
        assert_eq!(address.url.host_str(), Some("management.azure.com"));
    }

    #[test]
    fn a_host_that_is_not_ours_is_no_address() {
        for host in [
            "169.254.169.254",
            "localhost",
            "evil.example",
            "kv.vault.azure.net.evil.example",
            "kv.vault.azure.net@evil.example",
            "evil.example#.vault.azure.net",
            "evil.example\\.vault.azure.net",
            "a.b.vault.azure.net",
            ".vault.azure.net",
            "vault.azure.net",
            "kv.vault.azure.net:8443",
            "xn--kv-.vault.azure.cn",
            "management.azure.com.",
            "user@management.azure.com",
        ] {
            assert_eq!(build(host, &["keys"], &[]), None, "{host}");
        }
    }

    #[test]
    fn a_segment_never_leads_upwards_or_becomes_two() {
        assert_eq!(build("management.azure.com", &["a", ".."], &[]), None);
        let address = build("management.azure.com", &["a/b?c#d\\e"], &[]).expect("an address");
        assert_eq!(address.url.as_str(), "https://management.azure.com/a%2Fb%3Fc%23d%5Ce");
    }
}
