//! Where a role is given, seen from the vault.

use crate::id::VaultId;

/// How a scope reaches the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The vault itself.
    Vault,
    /// Its resource group.
    ResourceGroup,
    /// Its subscription.
    Subscription,
    /// A management group. ARM lists those above the vault only.
    ManagementGroup,
    /// The root.
    Root,
}

impl Reach {
    /// In a few words, after “given”.
    pub(super) fn words(self) -> &'static str {
        match self {
            Reach::Vault => "at the vault",
            Reach::ResourceGroup => "at its resource group, and inherited",
            Reach::Subscription => "at its subscription, and inherited",
            Reach::ManagementGroup => "at a management group, and inherited",
            Reach::Root => "at the root, and inherited",
        }
    }
}

/// How a scope reaches the vault; `None` if it does not: another vault's, or below, at one key. Azure compares blind to
/// case.
pub(super) fn reach(scope: &str, vault: &VaultId) -> Option<Reach> {
    let scope = scope.trim().trim_end_matches('/').to_lowercase();
    let mut parts = scope.split('/');
    if parts.next() != Some("") {
        return None;
    }
    let rest: Vec<&str> = parts.collect();
    let subscription = vault.subscription().to_string();
    match rest.as_slice() {
        [] => Some(Reach::Root),
        ["providers", "microsoft.management", "managementgroups", _] => Some(Reach::ManagementGroup),
        ["subscriptions", id] if *id == subscription => Some(Reach::Subscription),
        ["subscriptions", id, "resourcegroups", group]
            if *id == subscription && *group == vault.resource_group().to_lowercase() =>
        {
            Some(Reach::ResourceGroup)
        }
        _ => (VaultId::parse(&scope).as_ref() == Some(vault)).then_some(Reach::Vault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_seen_from_the_vault() {
        let subscription = "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47";
        let group = [subscription, "/resourceGroups/rg-Kafka"].concat();
        let id = [&group, "/providers/Microsoft.KeyVault/vaults/kv-1"].concat();
        let vault = VaultId::parse(&id).unwrap();
        for (scope, expected) in [
            (id.clone(), Some(Reach::Vault)),
            (id.to_lowercase(), Some(Reach::Vault)),
            ([&id, "/"].concat(), Some(Reach::Vault)),
            ([&id, "/keys/k"].concat(), None),
            ([&id, "2"].concat(), None),
            (group.to_uppercase(), Some(Reach::ResourceGroup)),
            ([&group, "2"].concat(), None),
            (subscription.to_owned(), Some(Reach::Subscription)),
            ("/subscriptions/82f988bf-86f1-41af-91ab-2d7cd011db47".to_owned(), None),
            ("/providers/Microsoft.Management/managementGroups/mg".to_owned(), Some(Reach::ManagementGroup)),
            ("/providers/Microsoft.Management/managementGroups".to_owned(), None),
            ("/".to_owned(), Some(Reach::Root)),
            ("root".to_owned(), None),
        ] {
            assert_eq!(reach(&scope, &vault), expected, "{scope}");
        }
    }
}
