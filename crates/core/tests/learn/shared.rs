//! The official answers that were collected beside this repository. Where they are not at hand the tests say that they
//! are skipped.

use std::path::PathBuf;

use byok_core::facts::{Answer, Facts, Question, Shut, WhyUnknown};
use byok_core::id::TenantId;
use serde_json::Value;

fn answer(name: &str) -> Option<Answer<Value>> {
    let folder = std::env::var_os("BYOK_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
        .join("examples/azure");
    if !folder.is_dir() {
        println!("skipped: the collected answers are not at hand (looked in {})", folder.display());
        return None;
    }
    let document: Value = serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap();
    let response = &document["response"];
    let header = |name: &str| {
        let headers = response["headers"].as_object()?;
        let (_, value) = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        value.as_str().map(str::to_owned)
    };
    Some(Answer {
        status: response["status"].as_u64().unwrap() as u16,
        challenge: header("www-authenticate"),
        vault_region: header("x-ms-keyvault-region"),
        body: Some(response["body"].clone()),
    })
}

/// Facts from one official answer; `None` where the answers are not at hand.
fn learned(question: Question, name: &str) -> Option<Facts> {
    let mut facts = Facts::default();
    facts.learn(question, Ok(answer(name)?));
    Some(facts)
}

fn tenant(text: &str) -> TenantId {
    TenantId::parse(text).unwrap()
}

#[test]
fn official_challenges() {
    let Some(facts) = learned(Question::VaultChallenge, "error_dp_401_no_token.json") else { return };
    assert!(facts.vault_exists.unwrap().value);
    assert_eq!(facts.vault_tenant.unwrap().value, tenant("12345678-1234-1234-1234-123456789012"));
    assert_eq!(facts.vault_region.unwrap().value, "eastus");
    let facts = learned(Question::SubscriptionChallenge, "error_arm_401_no_token.json").unwrap();
    let expected = tenant("996fe9d1-6171-40aa-945b-4c64b63bf655");
    assert_eq!(facts.subscription_tenant.unwrap().value, Some(expected));
    let facts =
        learned(Question::SubscriptionChallenge, "error_arm_404_subscription_not_found.json").unwrap();
    assert_eq!(facts.subscription_tenant.unwrap().value, None);
    let facts = learned(Question::SubscriptionChallenge, "arm_get_subscription.json").unwrap();
    let expected = tenant("31c75423-32d6-4322-88b7-c478bdde4858");
    assert_eq!(facts.subscription_tenant.unwrap().value, Some(expected));
    let facts = learned(Question::Tenant, "error_entra_400_tenant_not_found.json").unwrap();
    assert!(!facts.tenant_exists.unwrap().value);
}

#[test]
fn official_vaults() {
    let Some(facts) = learned(Question::Vault, "arm_get_vault.json") else { return };
    let vault = facts.vault.unwrap().value.unwrap();
    assert_eq!((vault.region.as_deref(), vault.sku.as_deref()), (Some("westus"), Some("standard")));
    assert_eq!((vault.rbac, vault.access_policies), (Some(false), Some(1)), "absent means access policies");
    assert_eq!((vault.purge_protection, vault.soft_delete), (Some(false), Some(true)));
    assert_eq!((vault.default_allow, vault.trusted_services), (Some(true), None), "no rules at all");
    for name in ["error_arm_404_resource_not_found.json", "error_arm_404_resource_group_not_found.json"] {
        assert_eq!(learned(Question::Vault, name).unwrap().vault.unwrap().value, None, "{name}");
    }
    let facts = learned(Question::Vault, "error_arm_403_authorization_failed.json").unwrap();
    assert!(matches!(facts.vault, Err(WhyUnknown::Denied(words)) if words.contains("AuthorizationFailed")));
    let facts = learned(Question::Vault, "error_arm_401_wrong_tenant.json").unwrap();
    let expected = tenant("33e01921-4d64-4f8c-a055-5bdaffd5e33d");
    assert_eq!(facts.subscription_tenant.unwrap().value, Some(expected));
    let facts = learned(Question::DeletedVault, "arm_get_deleted_vault.json").unwrap();
    let deleted = facts.deleted_vault.unwrap().value.unwrap();
    assert_eq!((deleted.region.as_deref(), deleted.purge), (Some("westus"), Some(1_491_004_859)));
}

#[test]
fn official_keys() {
    let Some(facts) = learned(Question::Key, "dp_get_key.json") else { return };
    let key = facts.vault_key.unwrap().value.unwrap();
    assert_eq!((key.kind.as_deref(), key.bits, key.purge_protection), (Some("RSA"), Some(2048), Some(false)));
    assert_eq!(key.operations.unwrap().len(), 6);
    assert_eq!(key.version.as_deref(), Some("78deebed173b48e48f55abf87ed4cf71"));
    assert_eq!((key.attributes.enabled, key.attributes.created), (Some(true), Some(1_493_942_451)));
    let facts = learned(Question::ArmKey, "arm_get_key.json").unwrap();
    let key = facts.vault_key.unwrap().value.unwrap();
    assert_eq!((key.kind.as_deref(), key.bits, key.purge_protection), (Some("RSA"), Some(2048), Some(false)));
    assert_eq!(key.version.as_deref(), Some("fd618d9519b74f9aae94ade66b876acc"));
    let facts = learned(Question::KeyVersions, "dp_list_key_versions.json").unwrap();
    assert_eq!(facts.versions.unwrap().value[0].version, "7c9dc6775d0e4177827c4f98f482fc12");
    let rotation =
        learned(Question::RotationPolicy, "dp_get_rotation_policy.json").unwrap().rotation.unwrap().value;
    assert_eq!((rotation.automatic, rotation.after_days, rotation.expiry_days), (true, Some(90), Some(730)));
    let facts = learned(Question::DeletedKey, "dp_get_deleted_key.json").unwrap();
    assert!(facts.deleted_key.unwrap().value.unwrap().purge.is_some());
    let facts = learned(Question::DeletedKey, "error_dp_404_deleted_key_not_found.json").unwrap();
    assert_eq!(facts.deleted_key.unwrap().value, None);
}

#[test]
fn official_refusals_of_a_key() {
    let Some(facts) = learned(Question::Key, "error_dp_404_key_not_found.json") else { return };
    assert_eq!(facts.vault_key.unwrap().value, None);
    let key = |name: &str| learned(Question::Key, name).unwrap();
    let facts = key("error_dp_403_access_policy.json");
    assert!(!facts.vault_rbac.unwrap().value);
    assert_eq!(facts.vault_region.unwrap().value, "northeurope");
    let facts = key("error_dp_403_forbidden_by_rbac.json");
    assert!(facts.vault_rbac.unwrap().value);
    assert_eq!(facts.vault_region.unwrap().value, "switzerlandnorth");
    assert_eq!(key("error_dp_403_forbidden_by_firewall.json").shut_by.unwrap().value, Shut::Firewall);
    assert_eq!(key("error_dp_403_forbidden_by_connection.json").shut_by.unwrap().value, Shut::PublicAccess);
    let disabled = key("error_dp_403_key_disabled.json").vault_key.unwrap().value.unwrap();
    assert_eq!((disabled.attributes.enabled, disabled.kind), (Some(false), None));
    let facts = key("error_dp_401_wrong_issuer.json");
    assert!(facts.vault_tenant.is_err(), "five tenants are expected, none for certain");
    assert!(matches!(key("error_dp_429_throttled.json").vault_key, Err(WhyUnknown::Failed(_))));
    let facts = learned(Question::ArmKey, "error_arm_keys_400_forbidden_by_rbac.json").unwrap();
    assert!(facts.vault_rbac.unwrap().value);
    assert!(matches!(facts.vault_key, Err(WhyUnknown::Denied(_))));
}

#[test]
fn official_grants() {
    let Some(facts) = learned(Question::Assignments, "arm_list_role_assignments_for_scope.json") else {
        return;
    };
    let assignment = &facts.assignments.unwrap().value[0];
    assert_eq!(assignment.role.to_string(), "0b5fe924-9a61-425c-96af-cfe6e287ca2d");
    assert_eq!(assignment.principal_type, "User");
    let facts = learned(Question::Permissions, "arm_GetResourcePermissions.json").unwrap();
    assert_eq!(facts.permissions.unwrap().value.len(), 1);
}
