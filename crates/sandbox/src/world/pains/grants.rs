//! The default vaults at which something is the matter with the grant, or with what becomes of the registration.

use super::Pain;

pub(super) const PAINS: &[Pain] = &[
    (
        "kv-role-propagating",
        Some(1),
        &["role-propagating"],
        "Both roles were assigned a moment ago; they count in ten minutes.",
    ),
    (
        "kv-role-conditioned",
        None,
        &["role-conditioned"],
        "Both roles are assigned with a condition that is never met.",
    ),
    (
        "kv-role-by-group",
        Some(33),
        &["role-by-group"],
        "Both roles are assigned to a group that Confluent’s application is a member of, which is fine.",
    ),
    (
        "kv-role-at-group",
        None,
        &["role-at-resource-group"],
        "Both roles are assigned at the resource group, which is fine.",
    ),
    (
        "kv-role-at-sub",
        None,
        &["role-at-subscription"],
        "Both roles are assigned at the subscription, which is fine.",
    ),
    (
        "kv-role-at-mg",
        None,
        &["role-at-management-group"],
        "Both roles are assigned at the management group, which is fine.",
    ),
    (
        "kv-role-at-key",
        Some(1),
        &["role-at-key"],
        "Both roles are assigned at the key alone, so Confluent cannot read the vault.",
    ),
    (
        "kv-deny-assignment",
        None,
        &["deny-assignment"],
        "Both roles are assigned, and a deny assignment refuses the keys all the same.",
    ),
    (
        "kv-role-officer",
        None,
        &["role-officer"],
        "Key Vault Crypto Officer is assigned instead of the two roles: more than is needed.",
    ),
    (
        "kv-role-admin",
        None,
        &["role-administrator"],
        "Key Vault Administrator is assigned instead of the two roles: far more than is needed.",
    ),
    (
        "kv-role-encryption",
        Some(1),
        &["role-encryption-only"],
        "Only the first of the two roles is assigned: Key Vault Reader is missing.",
    ),
    (
        "kv-role-reader",
        Some(1),
        &["role-reader-only"],
        "Only the second of the two roles is assigned: Key Vault Crypto Service Encryption User is missing.",
    ),
    (
        "kv-role-namesake",
        Some(35),
        &["role-wrong-principal"],
        "Both roles are assigned to another service principal of the same name.",
    ),
    (
        "kv-role-app-object",
        Some(35),
        &["role-application-object"],
        "Both roles are assigned to an application’s object ID instead of its service principal’s.",
    ),
    (
        "kv-principal-missing",
        Some(4),
        &["principal-missing"],
        "Nobody made the service principal of Confluent’s application in the tenant.",
    ),
    (
        "kv-principal-off",
        Some(4),
        &["principal-disabled"],
        "Both roles are assigned, but sign-in of the service principal is switched off.",
    ),
    (
        "kv-principal-new",
        Some(7),
        &["principal-replicating"],
        "The service principal was made a moment ago; the directory shows it in ten minutes.",
    ),
    (
        "kv-key-in-use",
        Some(26),
        &["key-in-use"],
        "A colleague’s cluster takes the key as soon as it is registered.",
    ),
    (
        "kv-key-held",
        Some(26),
        &["key-held"],
        "A cluster that used the key was deleted a moment ago, so its registration is held for five days.",
    ),
];
