//! What Confluent's words about a key point at.
//!
//! Confluent documents no list of its messages; the known one is `Access to key denied.`, which fits every cause. So
//! words are looked for that also occur in Azure's own errors, and without any of them all three IDs are suspect.

use crate::finding::{Code, Field, Finding};
use crate::id::{KeyId, TenantId, VaultId};

/// Words, what they mean, and the field they point at. The first row with a word that occurs wins.
const WORDS: &[(&[&str], Code, Field)] = &[
    (&["purge protection", "purgeprotection"], Code::ConfluentPurgeProtection, Field::KeyVaultId),
    (&["access polic", "rbac authorization", "permission model"], Code::ConfluentRbac, Field::KeyVaultId),
    (
        &["tenant", "invalid issuer", "directory", "aadsts90002", "akv10032"],
        Code::ConfluentTenant,
        Field::TenantId,
    ),
    (
        &["firewall", "public network access", "client address", "forbiddenbyconnection", "private link"],
        Code::ConfluentFirewall,
        Field::KeyVaultId,
    ),
    (&["disabled", "expired", "not yet valid", "not active"], Code::ConfluentKeyDisabled, Field::KeyId),
    (
        &["key type", "unsupported key", "not permitted on this key", "kty"],
        Code::ConfluentKeyType,
        Field::KeyId,
    ),
    (
        &[
            "vault not found",
            "vaultnotfound",
            "no such vault",
            "resource not found",
            "resourcenotfound",
            "no such host",
        ],
        Code::ConfluentVaultMissing,
        Field::KeyVaultId,
    ),
    (
        &["key not found", "keynotfound", "no such key", "was not found in this key vault"],
        Code::ConfluentKeyMissing,
        Field::KeyId,
    ),
];

/// Words that mean no more than that access was refused.
const DENIED: &[&str] = &["denied", "not authorized", "unauthorized", "forbidden", "permission"];

/// Explains why Confluent could not use a key: which of the three IDs its words point at.
///
/// Where they point at none, all three are named after a first finding with the causes in the order of their likelihood.
pub fn explain_invalid(
    message: Option<&str>,
    vault: Option<&VaultId>,
    key: Option<&KeyId>,
    tenant: Option<&TenantId>,
) -> Vec<Finding> {
    let words = message.map(|words| words.trim().trim_end_matches('.')).filter(|words| !words.is_empty());
    let words = words.unwrap_or("no reason given");
    let lower = words.to_lowercase();
    let occurs = |list: &&[&str]| list.iter().any(|word| lower.contains(word));
    if let Some((_, code, field)) = WORDS.iter().find(|(list, ..)| occurs(list)) {
        return vec![Finding::about(*field, *code).with("text", words)];
    }
    let denied = message.is_none() || occurs(&DENIED);
    let first = if denied { Code::ConfluentAccessDenied } else { Code::ConfluentOtherWords };
    let vault = vault.map_or(String::new(), |vault| vault.name().to_string());
    let key = key.map_or(String::new(), KeyId::to_string);
    let tenant = tenant.map_or(String::new(), TenantId::to_string);
    vec![
        Finding::new(first).with("text", words),
        Finding::about(Field::KeyVaultId, Code::ConfluentCheckVault).with("text", &vault),
        Finding::about(Field::KeyId, Code::ConfluentCheckKey).with("text", &key),
        Finding::about(Field::TenantId, Code::ConfluentCheckTenant).with("text", &tenant),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(message: &str) -> Vec<(&'static str, Option<&'static str>)> {
        explain_invalid(Some(message), None, None, None)
            .iter()
            .map(|finding| (finding.code(), finding.field().map(Field::as_str)))
            .collect()
    }

    #[test]
    fn words_point_at_one_field() {
        for (message, code, field) in [
            ("Purge protection is not enabled on the vault.", "confluent.purge-protection", "key_vault_id"),
            ("Vault uses access policies", "confluent.rbac", "key_vault_id"),
            ("AKV10032: Invalid issuer. Expected one of https://sts…", "confluent.tenant", "tenant_id"),
            ("Tenant not found", "confluent.tenant", "tenant_id"),
            (
                "Client address is not authorized and caller is not a trusted service.",
                "confluent.firewall",
                "key_vault_id",
            ),
            ("Operation unwrapKey is not allowed on a disabled key.", "confluent.key-disabled", "key_id"),
            ("unsupported key type EC", "confluent.key-type", "key_id"),
            ("Key vault not found", "confluent.vault-missing", "key_vault_id"),
            (
                "A key with (name/id) kafka was not found in this key vault.",
                "confluent.key-missing",
                "key_id",
            ),
        ] {
            assert_eq!(explained(message), [(code, Some(field))], "{message}");
        }
    }

    #[test]
    fn a_bare_denial_points_at_all_three_and_ranks_the_causes() {
        for message in ["Access to key denied.", "key access denied"] {
            let found = explained(message);
            assert_eq!(
                found,
                [
                    ("confluent.access-denied", None),
                    ("confluent.check-vault", Some("key_vault_id")),
                    ("confluent.check-key", Some("key_id")),
                    ("confluent.check-tenant", Some("tenant_id")),
                ]
            );
        }
        let fix = explain_invalid(None, None, None, None)[0].fix();
        let places: Vec<Option<usize>> =
            ["Grant access", "role-based", "Purge protection", "RSA-HSM", "firewall", "three IDs"]
                .iter()
                .map(|words| fix.find(words))
                .collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{fix}");
    }

    #[test]
    fn unheard_of_words_are_repeated_and_all_three_are_named() {
        let found = explain_invalid(Some("Teapot."), None, None, None);
        assert_eq!(found[0].code(), "confluent.other-words");
        assert!(found[0].message().contains("Teapot"));
        assert_eq!(found.len(), 4);
    }
}
