//! Azure's built-in roles as far as this world needs them, and how an action is matched against them.
//!
//! Ids and actions: Microsoft's "Azure built-in roles" and Key Vault's RBAC guide.

/// A built-in role.
pub(crate) struct Role {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) actions: &'static [&'static str],
    pub(crate) not_actions: &'static [&'static str],
    pub(crate) data_actions: &'static [&'static str],
}

/// Full control, role assignments included.
pub(crate) const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
/// Full control, role assignments excluded.
pub(crate) const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";
/// Sees every resource.
pub(crate) const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
/// All data plane operations on a vault.
pub(crate) const KEY_VAULT_ADMINISTRATOR: &str = "00482a5a-887f-4fb3-b363-3b7fe8e74483";
/// Manages vaults, without access to what is in them.
pub(crate) const KEY_VAULT_CONTRIBUTOR: &str = "f25e0fa2-a7c8-4377-a976-54943a77a395";
/// Assigns the roles of Key Vault, those that Confluent needs among them.
pub(crate) const DATA_ACCESS_ADMINISTRATOR: &str = "8b54135c-b56d-4d72-a534-26097cfdc8d8";
/// Any action on a vault's keys.
pub(crate) const CRYPTO_OFFICER: &str = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603";
/// Reads, wraps and unwraps with keys; the first of the two that Confluent needs.
pub(crate) const CRYPTO_SERVICE_ENCRYPTION_USER: &str = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
/// Reads metadata of a vault and its keys; the second of the two that Confluent needs.
pub(crate) const KEY_VAULT_READER: &str = "21090545-7ca7-4776-b22c-e363652d74d2";

const KEY_VAULT_READ: &[&str] = &[
    "Microsoft.Authorization/*/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
    "Microsoft.KeyVault/checkNameAvailability/read",
    "Microsoft.KeyVault/deletedVaults/read",
    "Microsoft.KeyVault/locations/*/read",
    "Microsoft.KeyVault/vaults/*/read",
    "Microsoft.KeyVault/operations/read",
];

/// Every role that this world knows.
pub(crate) const ROLES: &[Role] = &[
    Role {
        id: OWNER,
        name: "Owner",
        description: "Full access to all resources, and may assign roles.",
        actions: &["*"],
        not_actions: &[],
        data_actions: &[],
    },
    Role {
        id: CONTRIBUTOR,
        name: "Contributor",
        description: "Full access to all resources, but may not assign roles.",
        actions: &["*"],
        not_actions: &[
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
        ],
        data_actions: &[],
    },
    Role {
        id: READER,
        name: "Reader",
        description: "Sees all resources, changes none.",
        actions: &["*/read"],
        not_actions: &[],
        data_actions: &[],
    },
    Role {
        id: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        name: "User Access Administrator",
        description: "Manages access to resources.",
        actions: &["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"],
        not_actions: &[],
        data_actions: &[],
    },
    Role {
        id: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        name: "Role Based Access Control Administrator",
        description: "Manages access to resources by assigning roles.",
        actions: &[
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ],
        not_actions: &[],
        data_actions: &[],
    },
    Role {
        id: KEY_VAULT_ADMINISTRATOR,
        name: "Key Vault Administrator",
        description: "All data plane operations on a vault and its objects.",
        actions: KEY_VAULT_READ,
        not_actions: &[],
        data_actions: &["Microsoft.KeyVault/vaults/*"],
    },
    Role {
        id: KEY_VAULT_CONTRIBUTOR,
        name: "Key Vault Contributor",
        description: "Manages vaults, without access to what is in them.",
        actions: &["Microsoft.Authorization/*/read", "Microsoft.KeyVault/*", "Microsoft.Support/*"],
        not_actions: &["Microsoft.KeyVault/locations/deletedVaults/purge/action"],
        data_actions: &[],
    },
    Role {
        id: CRYPTO_OFFICER,
        name: "Key Vault Crypto Officer",
        description: "Any action on the keys of a vault, except managing permissions.",
        actions: KEY_VAULT_READ,
        not_actions: &[],
        data_actions: &[
            "Microsoft.KeyVault/vaults/keys/*",
            "Microsoft.KeyVault/vaults/keyrotationpolicies/*",
        ],
    },
    Role {
        id: "12338af0-0e69-4776-bea7-57ae8d297424",
        name: "Key Vault Crypto User",
        description: "Cryptographic operations with keys.",
        actions: &[],
        not_actions: &[],
        data_actions: &[
            "Microsoft.KeyVault/vaults/keys/read",
            "Microsoft.KeyVault/vaults/keys/update/action",
            "Microsoft.KeyVault/vaults/keys/backup/action",
            "Microsoft.KeyVault/vaults/keys/encrypt/action",
            "Microsoft.KeyVault/vaults/keys/decrypt/action",
            "Microsoft.KeyVault/vaults/keys/wrap/action",
            "Microsoft.KeyVault/vaults/keys/unwrap/action",
            "Microsoft.KeyVault/vaults/keys/sign/action",
            "Microsoft.KeyVault/vaults/keys/verify/action",
        ],
    },
    Role {
        id: CRYPTO_SERVICE_ENCRYPTION_USER,
        name: "Key Vault Crypto Service Encryption User",
        description: "Reads metadata of keys, wraps and unwraps.",
        actions: &[
            "Microsoft.EventGrid/eventSubscriptions/write",
            "Microsoft.EventGrid/eventSubscriptions/read",
            "Microsoft.EventGrid/eventSubscriptions/delete",
        ],
        not_actions: &[],
        data_actions: &[
            "Microsoft.KeyVault/vaults/keys/read",
            "Microsoft.KeyVault/vaults/keys/wrap/action",
            "Microsoft.KeyVault/vaults/keys/unwrap/action",
        ],
    },
    Role {
        id: DATA_ACCESS_ADMINISTRATOR,
        name: "Key Vault Data Access Administrator",
        description: "Manages access to vaults by assigning the roles of Key Vault.",
        actions: &[
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "Microsoft.Authorization/*/read",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Resources/subscriptions/read",
            "Microsoft.Management/managementGroups/read",
            "Microsoft.Support/*",
            "Microsoft.KeyVault/vaults/*/read",
        ],
        not_actions: &[],
        data_actions: &[],
    },
    Role {
        id: KEY_VAULT_READER,
        name: "Key Vault Reader",
        description: "Reads metadata of vaults and their objects, no secrets and no key material.",
        actions: KEY_VAULT_READ,
        not_actions: &[],
        data_actions: &[
            "Microsoft.KeyVault/vaults/*/read",
            "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        ],
    },
];

/// The role with this id, any case.
pub(crate) fn role(id: &str) -> Option<&'static Role> {
    ROLES.iter().find(|role| role.id.eq_ignore_ascii_case(id))
}

impl Role {
    /// Whether the role allows a control-plane action.
    pub(crate) fn allows(&self, action: &str) -> bool {
        self.actions.iter().any(|pattern| matches(pattern, action))
            && !self.not_actions.iter().any(|pattern| matches(pattern, action))
    }

    /// Whether the role allows a data action.
    pub(crate) fn allows_data(&self, action: &str) -> bool {
        self.data_actions.iter().any(|pattern| matches(pattern, action))
    }
}

/// `*` stands for any text; compared without case. `vaults/*/read` allows `vaults/read`, too: that is how *Key Vault Reader* reads a
/// vault.
pub(crate) fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == action };
    // No built-in role used here has two stars in one pattern.
    let spans = action.len() >= head.len() + tail.len() && action.starts_with(head) && action.ends_with(tail);
    spans
        || (head.ends_with('/')
            && tail.strip_prefix('/').is_some_and(|tail| action == format!("{head}{tail}")))
}

/// What is needed at a vault to encrypt a cluster with its key, as the two roles allow it: these data actions and this action.
pub(crate) const NEEDED_DATA: &[&str] = &[
    "Microsoft.KeyVault/vaults/keys/read",
    "Microsoft.KeyVault/vaults/keys/wrap/action",
    "Microsoft.KeyVault/vaults/keys/unwrap/action",
];
/// See [`NEEDED_DATA`].
pub(crate) const NEEDED: &str = "Microsoft.KeyVault/vaults/read";

#[cfg(test)]
mod tests {
    use super::{DATA_ACCESS_ADMINISTRATOR, KEY_VAULT_READER, OWNER, role};

    #[test]
    fn key_vault_reader_reads_keys_but_does_not_wrap() {
        let reader = role(KEY_VAULT_READER).unwrap();
        assert!(reader.allows_data("Microsoft.KeyVault/vaults/keys/read"));
        assert!(!reader.allows_data("Microsoft.KeyVault/vaults/keys/wrap/action"));
    }

    #[test]
    fn key_vault_reader_reads_the_vault_and_the_rotation_policy() {
        let reader = role(KEY_VAULT_READER).unwrap();
        assert!(reader.allows("Microsoft.KeyVault/vaults/read"));
        assert!(reader.allows_data("Microsoft.KeyVault/vaults/keyrotationpolicies/read"));
        assert!(reader.allows("Microsoft.Authorization/locks/read"));
        assert!(!reader.allows("Microsoft.KeyVault/vaults/write"));
    }

    #[test]
    fn the_data_access_administrator_assigns_roles_and_changes_no_vault() {
        let administrator = role(DATA_ACCESS_ADMINISTRATOR).unwrap();
        assert!(administrator.allows("Microsoft.Authorization/roleAssignments/write"));
        assert!(!administrator.allows("Microsoft.KeyVault/vaults/write"));
    }

    #[test]
    fn owner_manages_everything_and_reads_no_key() {
        let owner = role(OWNER).unwrap();
        assert!(owner.allows("Microsoft.Authorization/roleAssignments/write"));
        assert!(!owner.allows_data("Microsoft.KeyVault/vaults/keys/read"));
    }
}
