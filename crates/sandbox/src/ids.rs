//! The ids that the clouds accept, parsed plainly and strictly.
//!
//! Grammar: ARM resource ids (Azure Resource Manager RPC, "resource-api-reference"), vault names (Key Vault REST, `PUT vault`,
//! pattern `^[a-zA-Z0-9-]{3,24}$` plus the naming rules), key identifiers (Key Vault REST, `GET key`). No repairs are made:
//! what a cloud would refuse is refused.

/// A vault's place in ARM, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VaultId {
    pub(crate) subscription: String,
    pub(crate) group: String,
    pub(crate) name: String,
}

/// `/subscriptions/{guid}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}`; fixed words without case.
pub(crate) fn vault_id(text: &str) -> Option<VaultId> {
    let parts: Vec<&str> = text.split('/').collect();
    let ["", subscriptions, subscription, groups, group, providers, namespace, vaults, name] =
        parts.as_slice()
    else {
        return None;
    };
    let words = subscriptions.eq_ignore_ascii_case("subscriptions")
        && groups.eq_ignore_ascii_case("resourceGroups")
        && providers.eq_ignore_ascii_case("providers")
        && namespace.eq_ignore_ascii_case("Microsoft.KeyVault")
        && vaults.eq_ignore_ascii_case("vaults");
    (words && is_guid(subscription) && is_group_name(group) && is_vault_name(name)).then(|| VaultId {
        subscription: subscription.to_ascii_lowercase(),
        group: (*group).to_owned(),
        name: (*name).to_owned(),
    })
}

/// `https://{vault}.vault.azure.net/keys/{key}`, without version, port or trailing slash: vault and key name.
pub(crate) fn key_id(text: &str) -> Option<(String, String)> {
    let rest = text.strip_prefix("https://")?;
    let (host, path) = rest.split_once('/')?;
    let vault = vault_of_host(&host.to_ascii_lowercase())?;
    let key = path.strip_prefix("keys/")?;
    is_key_name(key).then(|| (vault, key.to_owned()))
}

/// The vault's name in a data-plane host name (lower case).
pub(crate) fn vault_of_host(host: &str) -> Option<String> {
    let name = host.strip_suffix(".vault.azure.net")?;
    is_vault_name(name).then(|| name.to_owned())
}

/// A GUID with hyphens, any case.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// 3–24 letters, digits and single hyphens; starts with a letter, does not end with a hyphen.
pub(crate) fn is_vault_name(text: &str) -> bool {
    (3..=24).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && !text.ends_with('-')
        && !text.contains("--")
}

/// 1–127 letters, digits and hyphens.
pub(crate) fn is_key_name(text: &str) -> bool {
    (1..=127).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// 1–90 letters, digits and `-_.()`, not ending with a full stop.
pub(crate) fn is_group_name(text: &str) -> bool {
    (1..=90).contains(&text.chars().count())
        && text.chars().all(|letter| letter.is_alphanumeric() || "-_.()".contains(letter))
        && !text.ends_with('.')
}

/// A region's programmatic name: `West Europe` and `WESTEUROPE` are both `westeurope`.
pub(crate) fn region(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_ascii_lowercase()
}

/// Where management groups live; their id follows.
pub(crate) const MANAGEMENT_GROUPS: &str = "/providers/Microsoft.Management/managementGroups/";

/// The id of the management group that a scope is.
pub(crate) fn management_group(scope: &str) -> Option<&str> {
    let (head, id) = scope.split_at_checked(MANAGEMENT_GROUPS.len())?;
    (head.eq_ignore_ascii_case(MANAGEMENT_GROUPS) && !id.is_empty() && !id.contains('/')).then_some(id)
}

/// The id of the subscription that a scope lies in.
pub(crate) fn subscription_of(scope: &str) -> Option<&str> {
    let mut parts = scope.split('/').filter(|part| !part.is_empty());
    parts.next().filter(|word| word.eq_ignore_ascii_case("subscriptions"))?;
    parts.next()
}

/// A GUID that follows from a text: the same in every run, so that tests and people may write it down. FNV-1a, twice.
pub(crate) fn derived(text: &str) -> String {
    let hash = |seed: u64| {
        text.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    };
    let digits = format!("{:016x}{:016x}", hash(0xcbf2_9ce4_8422_2325), hash(0x8422_2325_cbf2_9ce4));
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// Whether a role assigned at `scope` holds for `target`, as far as paths tell; see [`crate::world::World::covers`].
pub(crate) fn covers(scope: &str, target: &str) -> bool {
    let (scope, target) = (scope.to_lowercase(), target.to_lowercase());
    let scope = scope.trim_end_matches('/');
    target == scope || target.strip_prefix(scope).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{covers, derived, is_guid, is_vault_name, key_id, management_group, vault_id};

    const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";

    #[test]
    fn a_vault_id_is_read_whatever_its_case() {
        let text = format!(
            "/SUBSCRIPTIONS/{SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.keyvault/VAULTS/kv1"
        );
        assert_eq!(vault_id(&text).map(|id| id.name), Some("kv1".to_owned()));
    }

    #[test]
    fn a_vault_id_with_a_trailing_slash_or_a_child_is_refused() {
        let text = format!(
            "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv1"
        );
        assert!(vault_id(&text).is_some());
        assert_eq!(vault_id(&format!("{text}/")), None);
        assert_eq!(vault_id(&format!("{text}/keys/k")), None);
    }

    #[test]
    fn a_key_id_with_version_port_or_plain_http_is_refused() {
        assert!(key_id("https://kv1.vault.azure.net/keys/k").is_some());
        assert_eq!(key_id("https://kv1.vault.azure.net/keys/k/78deebed173b48e48f55abf87ed4cf71"), None);
        assert_eq!(key_id("https://kv1.vault.azure.net:443/keys/k"), None);
        assert_eq!(key_id("http://kv1.vault.azure.net/keys/k"), None);
        assert_eq!(key_id("https://kv1.vault.azure.net/secrets/k"), None);
    }

    #[test]
    fn vault_names_follow_the_naming_rules() {
        assert!(is_vault_name("kv-kafka-prod"));
        for bad in ["kv", "1kv", "kv--a", "kv-", "kv_a", "a-name-of-twenty-five-char"] {
            assert!(!is_vault_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_derived_id_is_a_guid_and_does_not_change() {
        assert!(is_guid(&derived("a")));
        assert_eq!(derived("a"), derived("a"));
        assert_ne!(derived("a"), derived("b"));
    }

    #[test]
    fn a_management_group_is_told_from_what_lies_below_it() {
        let scope = "/providers/microsoft.management/managementgroups/mg-a";
        assert_eq!(management_group(scope), Some("mg-a"));
        assert_eq!(management_group(&format!("{scope}/providers")), None);
        assert_eq!(management_group("/subscriptions/a"), None);
    }

    #[test]
    fn a_scope_covers_itself_and_what_lies_below_but_not_a_longer_name() {
        assert!(covers("/subscriptions/a", "/subscriptions/a/resourceGroups/b"));
        assert!(covers("/subscriptions/A", "/subscriptions/a"));
        assert!(covers("/", "/subscriptions/a"));
        assert!(!covers("/subscriptions/a/resourceGroups/b", "/subscriptions/a/resourceGroups/bc"));
    }
}
