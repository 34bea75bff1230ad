//! IDs as values: what is equal, what a name shows, and texts at the edges of what each field takes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics has failed, which is what it is for"
)]

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use byok_core::finding::Field;
use byok_core::id::{
    AzureCloud, KeyId, KeyName, Known, KnownKind, TenantId, VaultId, VaultName, any, key_id, key_vault_id,
    repair, repair_may_help, tenant_id,
};

const SUBSCRIPTION: &str = "5e7a1b3c-9d24-4f68-b0c5-2a8e6d1f4b97";
const TENANT: &str = "8d4f2c6a-51b7-4e0d-9c3a-7f1e5b2d9a60";

fn vault(subscription: &str, group: &str, name: &str) -> VaultId {
    let text = format!(
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"
    );
    VaultId::parse(&text).unwrap()
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn codes(findings: &[byok_core::finding::Finding]) -> Vec<&'static str> {
    findings.iter().map(byok_core::finding::Finding::code).collect()
}

#[test]
fn vaults_are_equal_where_azure_calls_them_equal() {
    let one = vault(SUBSCRIPTION, "rg-Grün", "kv-one");
    assert_eq!(one, vault(&SUBSCRIPTION.to_uppercase(), "RG-grün", "KV-One"));
    assert_eq!(hash(&one), hash(&vault(SUBSCRIPTION, "RG-grün", "KV-One")));
    for other in [
        vault(TENANT, "rg-Grün", "kv-one"),
        vault(SUBSCRIPTION, "rg", "kv-one"),
        vault(SUBSCRIPTION, "rg-Grün", "kv-two"),
    ] {
        assert_ne!(one, other);
        assert_ne!(hash(&one), hash(&other), "different vaults, told apart by their hash");
    }
    assert_eq!(one.resource_group(), "rg-Grün");
    assert_eq!(one.name().to_string(), "kv-one");
}

#[test]
fn names_of_keys_are_kept_as_typed_and_compared_blind_to_case() {
    let name = |text: &str| KeyName::parse(text).unwrap();
    assert_eq!(name("Kafka-1"), name("kafka-1"));
    assert_ne!(name("kafka-1"), name("kafka-2"));
    assert_eq!(name("Kafka-1").to_string(), "Kafka-1");
    let set: HashSet<KeyName> = ["a", "A", "b", "c"].into_iter().map(name).collect();
    assert_eq!(set.len(), 3);
    assert_ne!(hash(&name("a")), hash(&name("b")));
    assert_eq!(VaultName::parse("KV-One").unwrap().to_string(), "kv-one");
}

#[test]
fn every_cloud_is_called_by_its_name() {
    let names = AzureCloud::ALL.map(AzureCloud::name);
    assert_eq!(
        names,
        [
            "Azure public",
            "Azure China (21Vianet)",
            "Azure US Government",
            "Azure Germany (closed)",
            "Bleu (France)"
        ]
    );
}

#[test]
fn placeholders_end_where_they_end() {
    for (text, shown) in [
        ("https://<vault-name>.vault.azure.net/keys/k", "<vault-name>"),
        ("https://{vault}.vault.azure.net/keys/k", "{vault}"),
        ("https://kv-one.vault.azure.net/keys/[key]", "[key]"),
        ("https://kv-one.vault.azure.net/keys/<_key>", "<_key>"),
        ("https://kv-one.vault.azure.net/keys/<open", "<open"),
        ("https://kv-one.vault.azure.net/keys/.../", "..."),
        ("https://…/keys/k", "…"),
    ] {
        let checked = key_id(text);
        let finding =
            checked.findings.iter().find(|finding| finding.code() == "key-id.placeholder").expect(text);
        assert!(finding.message().contains(&format!("`{shown}`")), "{text}: {}", finding.message());
    }
    // Eight letters that stand for digits are no digits; seven may be a name.
    assert_eq!(codes(&tenant_id("XXXXxxxx").findings), ["tenant-id.placeholder"]);
    assert_eq!(codes(&tenant_id("xxxx-xxx").findings), ["tenant-id.placeholder"]);
    assert_eq!(codes(&tenant_id("xxxxxxx").findings), ["tenant-id.shape"]);
    assert_eq!(codes(&tenant_id("xxxxyxxxx").findings), ["tenant-id.shape"]);
    // A placeholder in the midst of a sentence is no attempt at an identifier.
    assert_eq!(codes(&key_id("put <name> here").findings), ["key-id.shape"]);
    assert_eq!(codes(&key_id("<name>").findings), ["key-id.placeholder"]);
}

#[test]
fn what_follows_a_key_is_a_version_or_something_else() {
    let at = |rest: &str| key_id(&format!("https://kv-one.vault.azure.net/keys/k/{rest}"));
    assert_eq!(codes(&at("78deebed173b48e48f55abf87ed4cf71").findings), ["key-id.version-removed"]);
    assert_eq!(codes(&at("78deebed173b48e48f55abf87ed4cf7g").findings), ["key-id.not-a-version"]);
    assert_eq!(codes(&at("g8deebed173b48e48f55abf87ed4cf71").findings), ["key-id.not-a-version"]);
    assert_eq!(codes(&at("zzdeebed173b48e48f55abf87ed4cf71").findings), ["key-id.not-a-version"]);
    assert_eq!(codes(&at("not-letters").findings), ["key-id.extra-segments"]);
}

#[test]
fn tenants_at_the_edges() {
    for (text, code) in [
        ("contoso.onmicrosoft.com", "tenant-id.domain"),
        ("contoso.c", "tenant-id.shape"),
        ("contoso", "tenant-id.shape"),
        ("contoso..com", "tenant-id.shape"),
        ("con_toso.com", "tenant-id.shape"),
        ("my-company.example", "tenant-id.domain"),
        ("contoso.c0m", "tenant-id.shape"),
    ] {
        assert_eq!(codes(&tenant_id(text).findings), [code], "{text}");
    }
    let long = format!("{}.com", ["a"; 125].join("."));
    assert_eq!(long.len(), 253);
    assert_eq!(codes(&tenant_id(&long).findings), ["tenant-id.domain"]);
    assert_eq!(codes(&tenant_id(&format!("a{long}")).findings), ["tenant-id.shape"]);
    // Text of more than eighty characters is no GUID with spaces in it.
    let spread = |spaces: usize| format!("{}{}", TENANT, " ".repeat(spaces)) + "x";
    assert!(tenant_id(&spread(60)).value.is_none());
    let inside = |spaces: usize| TENANT.replacen('-', &format!("-{}", " ".repeat(spaces)), 1);
    assert!(tenant_id(&inside(44)).value.is_some(), "eighty characters in all");
    assert!(tenant_id(&inside(45)).value.is_none());
}

#[test]
fn json_holds_what_fits_and_nothing_else() {
    assert_eq!(
        tenant_id(&format!(r#"{{"tenantId": "contoso", "tenant": "{TENANT}"}}"#)).value,
        TenantId::parse(TENANT)
    );
    let id = vault(SUBSCRIPTION, "rg", "kv-one");
    assert_eq!(key_vault_id(&format!(r#"{{"id": "abc", "scope": "{id}"}}"#)).value, Some(id));
}

#[test]
fn a_path_that_ends_early_or_goes_on_is_told() {
    let told = |text: &str| codes(&key_vault_id(text).findings);
    let base = format!("/subscriptions/{SUBSCRIPTION}");
    let whole = vault(SUBSCRIPTION, "rg", "kv-one").to_string();
    for (text, expected) in [
        ("/subscriptions".to_owned(), "key-vault-id.incomplete"),
        (base.clone(), "key-vault-id.subscription-only"),
        (format!("{base}/resourceGroups"), "key-vault-id.incomplete"),
        (format!("{base}/resourceGroups/rg"), "key-vault-id.resource-group-only"),
        (format!("{base}/resourceGroups/rg/providers"), "key-vault-id.incomplete"),
        (format!("{base}/elsewhere/rg/providers/Microsoft.KeyVault/vaults/kv-one"), "key-vault-id.shape"),
        (
            format!("{base}/resourceGroups/rg/elsewhere/Microsoft.KeyVault/vaults/kv-one"),
            "key-vault-id.shape",
        ),
        (
            format!("{base}/resourceGroups/rg/providers/Microsoft.Storage/vaults/kv-one"),
            "key-vault-id.other-resource",
        ),
        (
            format!("{base}/resourceGroups/rg/providers/Microsoft.KeyVault/other/kv-one"),
            "key-vault-id.other-resource",
        ),
        (format!("{base}/providers/Microsoft.KeyVault/vaults/kv-one"), "key-vault-id.other-resource"),
        (format!("/elsewhere/{SUBSCRIPTION}"), "key-vault-id.shape"),
        (format!("{whole}/keys/k"), "key-vault-id.child-removed"),
        (format!("{whole}/keys/"), "key-vault-id.child-removed"),
        (format!("{whole}/keys"), "key-vault-id.rest-removed"),
        (format!("{whole}/overview"), "key-vault-id.rest-removed"),
    ] {
        assert!(told(&text).contains(&expected), "{text}: {:?}", told(&text));
    }
}

#[test]
fn repairs_that_would_make_nothing_better_are_not_offered() {
    let id = vault(SUBSCRIPTION, "rg", "kv-one").to_string();
    let key = "https://kv-one.vault.azure.net/keys/k";
    let repairs = |vault: &str, key: &str, tenant: &str| repair(vault, key, tenant, &[]);
    assert!(repairs(&id, key, TENANT).is_empty());
    // The key's own vault is the better one: the resource ID of a key holds a key of another vault.
    let held = repairs(&format!("{id}/keys/other"), "", TENANT);
    assert_eq!(held.len(), 1, "{held:?}");
    assert_eq!(held[0].sets, [(Field::KeyId, "https://kv-one.vault.azure.net/keys/other".to_owned())]);
    // The subscription of the vault is no tenant to fill in.
    let subscription = repairs(&id, key, SUBSCRIPTION);
    assert_eq!(subscription.len(), 1);
    assert_eq!(subscription[0].finding.code(), "ids.tenant-is-subscription");
    assert_eq!(subscription[0].sets, [(Field::TenantId, String::new())]);
    let known = [
        Known { guid: TenantId::parse(SUBSCRIPTION).unwrap().guid(), kind: KnownKind::Object },
        Known { guid: TenantId::parse(TENANT).unwrap().guid(), kind: KnownKind::Tenant },
    ];
    let object = repair(&id, key, SUBSCRIPTION, &known);
    assert_eq!(object[0].finding.code(), "ids.tenant-is-object");
    assert_eq!(object[0].sets, [(Field::TenantId, TENANT.to_owned())]);
}

#[test]
fn a_repair_is_only_looked_for_where_one_may_help() {
    assert!(!repair_may_help(&key_id("http://kv-one.vault.azure.net/keys/k").findings));
    assert!(repair_may_help(&key_id(&vault(SUBSCRIPTION, "rg", "kv-one").to_string()).findings));
    assert!(!repair_may_help([]));
}

#[test]
fn any_text_is_checked_as_what_it_is() {
    assert_eq!(
        KeyId::parse("https://kv-one.vault.azure.net/keys/k").unwrap().to_string(),
        "https://kv-one.vault.azure.net/keys/k"
    );
    // Twenty-four digits and a hyphen are an attempt at a GUID; fewer, or without a hyphen, are not.
    for (text, kind) in [
        ("8d4f2c6a-51b7-4e0d-9c3a-7f1e", "tenant-id"),
        ("8d4f2c6a-51b7-4e0d-9c3a-7", "unknown"),
        ("8d4f2c6a51b74e0d9c3a7f1e", "unknown"),
        ("8d4f2c6a_51b7-4e0d-9c3a-7f1e5b2d9a60", "unknown"),
    ] {
        assert_eq!(any(text).0.as_str(), kind, "{text}");
    }
}

#[test]
fn a_path_that_ends_early_says_what_comes_next() {
    let message =
        |text: &str| key_vault_id(text).findings.iter().map(|found| found.message()).collect::<String>();
    let subscription = "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47";
    for (text, next) in [
        ("/subscriptions".to_owned(), "the subscription’s ID"),
        (format!("{subscription}/resourceGroups"), "the resource group’s name"),
        (format!("{subscription}/providers"), "the provider"),
        (format!("{subscription}/resourceGroups/rg/providers/Microsoft.KeyVault"), "the vault’s name"),
    ] {
        assert!(message(&text).contains(next), "{text}: {}", message(&text));
    }
    for text in ["/vaults", "/kv-one"] {
        assert!(!message(text).contains("the subscription’s ID"), "{text}: {}", message(text));
    }
}
