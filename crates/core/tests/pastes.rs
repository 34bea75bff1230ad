//! What people paste, and what becomes of it: the value, and every finding in order.

use byok_core::finding::{Code, Field, Finding};
use byok_core::id::{self, Kind, Status};

const GUID: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const VAULT: &str = "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-Kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod";
const KEY: &str = "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster";
const VERSION: &str = "78deebed173b48e48f55abf87ed4cf71";

/// A paste, the canonical value if it is taken, and the codes told.
type Case = (String, Option<&'static str>, &'static [&'static str]);

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(Finding::code).collect()
}

fn case(input: impl Into<String>, value: Option<&'static str>, codes: &'static [&'static str]) -> Case {
    (input.into(), value, codes)
}

fn vault_cases() -> Vec<Case> {
    let in_vault = |rest: &str| format!("{VAULT}{rest}");
    vec![
        case(VAULT, Some(VAULT), &[]),
        case(
            VAULT.replace("kv-kafka-prod", "KV-Kafka-Prod").replace("resourceGroups", "resourcegroups"),
            Some(VAULT),
            &[],
        ),
        case(VAULT.replace(GUID, &GUID.to_uppercase()), Some(VAULT), &[]),
        case(format!("  {VAULT}\r\n"), Some(VAULT), &["text.spaces"]),
        case(format!("\"{VAULT}\","), Some(VAULT), &["text.quotes", "text.punctuation"]),
        case(
            format!("\u{FEFF}{}", VAULT.replace("rg-", "rg\u{2011}")),
            Some(VAULT),
            &["text.invisible", "text.dashes"],
        ),
        case(VAULT.replace("vaults/kv", "vaults／kv"), Some(VAULT), &["text.full-width"]),
        case(&VAULT[1..], Some(VAULT), &["key-vault-id.slash-added"]),
        case(VAULT.replace("/providers", "//providers"), Some(VAULT), &["key-vault-id.slashes"]),
        case(in_vault("/"), Some(VAULT), &["key-vault-id.trailing-slash"]),
        case(in_vault("?api-version=2023-02-01"), Some(VAULT), &["key-vault-id.query"]),
        case(in_vault("/keys/kafka-cluster"), Some(VAULT), &["key-vault-id.child-removed"]),
        case(in_vault("/overview"), Some(VAULT), &["key-vault-id.rest-removed"]),
        case(
            format!("https://portal.azure.com/#@contoso.onmicrosoft.com/resource{VAULT}/overview"),
            Some(VAULT),
            &["key-vault-id.portal-address"],
        ),
        case(
            format!("https://ms.portal.azure.com/#@/resource{VAULT}/keys"),
            Some(VAULT),
            &["key-vault-id.portal-address"],
        ),
        case(
            format!("https://management.azure.com{VAULT}?api-version=2026-02-01"),
            Some(VAULT),
            &["key-vault-id.portal-address"],
        ),
        case(
            format!(
                "https://portal.azure.com/#view/Microsoft_Azure_KeyVault/KeyVaultMenu/id/{}/open/x",
                VAULT.replace('/', "%2F")
            ),
            Some(VAULT),
            &["text.percent", "key-vault-id.portal-address"],
        ),
        case(VAULT.replace('/', "%2f"), Some(VAULT), &["text.percent"]),
        case(
            format!(
                "{{\"location\":\"westeurope\",\"properties\":{{\"x\":{{\"id\":\"/subscriptions/a\"}}}},\"id\":\"{VAULT}\"}}"
            ),
            Some(VAULT),
            &["text.json"],
        ),
        case(format!("  \"id\": \"{VAULT}\","), Some(VAULT), &["text.json"]),
        case(VAULT.replace("vaults", "managedHSMs"), None, &["key-vault-id.managed-hsm"]),
        case(
            VAULT.replace("KeyVault/vaults", "Storage/storageAccounts"),
            None,
            &["key-vault-id.other-resource"],
        ),
        case(format!("/subscriptions/{GUID}"), None, &["key-vault-id.subscription-only"]),
        case(format!("/subscriptions/{GUID}/resourceGroups/rg"), None, &["key-vault-id.resource-group-only"]),
        case(
            format!("/subscriptions/{GUID}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults"),
            None,
            &["key-vault-id.incomplete"],
        ),
        case(VAULT.replace(GUID, "my-subscription"), None, &["key-vault-id.subscription"]),
        case(
            VAULT.replace(GUID, "00000000-0000-0000-0000-000000000000"),
            None,
            &["key-vault-id.zero-subscription"],
        ),
        case(VAULT.replace("rg-Kafka", "rg."), None, &["key-vault-id.resource-group"]),
        case(VAULT.replace("rg-Kafka", &"a".repeat(91)), None, &["key-vault-id.resource-group"]),
        case(VAULT.replace("kv-kafka-prod", "1kv"), None, &["key-vault-id.vault-name"]),
        case(
            VAULT.replace("rg-Kafka", "rg.").replace("kv-kafka-prod", "kv--1"),
            None,
            &["key-vault-id.resource-group", "key-vault-id.vault-name"],
        ),
        case(VAULT.replace("kv-kafka-prod", "<vault-name>"), None, &["key-vault-id.placeholder"]),
        case(VAULT.replace(GUID, "{subscription}"), None, &["key-vault-id.placeholder"]),
        case(VAULT.replace(GUID, "$SUBSCRIPTION"), None, &["key-vault-id.placeholder"]),
        case(
            VAULT.replace(GUID, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
            None,
            &["key-vault-id.placeholder"],
        ),
        case("<resource-id>", None, &["key-vault-id.placeholder"]),
        case(VAULT.replace("kafka-prod", "kafkа-prod"), None, &["text.look-alike"]),
        case(VAULT.replace("rg-Kafka", "rg-Kafka prod"), None, &["text.space-inside"]),
        case(KEY, None, &["key-vault-id.is-key-id"]),
        case("https://kv-kafka-prod.vault.azure.net/", None, &["key-vault-id.is-vault-uri"]),
        case("kv-kafka-prod.vault.azure.net", None, &["key-vault-id.is-vault-uri"]),
        case(GUID, None, &["key-vault-id.is-guid"]),
        case("kv-kafka-prod", None, &["key-vault-id.is-name"]),
        case("https://example.com/x", None, &["key-vault-id.shape"]),
        case("/etc/passwd", None, &["key-vault-id.shape"]),
        case("Hello, world", None, &["key-vault-id.shape"]),
        case("\u{200B} ", None, &["text.invisible", "text.spaces", "text.empty"]),
        case(["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat(), None, &["input.secret"]),
    ]
}

fn key_cases() -> Vec<Case> {
    let host = |host: &str| KEY.replace("kv-kafka-prod.vault.azure.net", host);
    let with = |rest: &str| format!("{KEY}{rest}");
    vec![
        case(KEY, Some(KEY), &[]),
        case("HTTPS://KV-Kafka-Prod.Vault.Azure.NET/KEYS/kafka-cluster", Some(KEY), &[]),
        case(with(&format!("/{VERSION}")), Some(KEY), &["key-id.version-removed"]),
        case(host("kv-kafka-prod.vault.azure.net:443"), Some(KEY), &["key-id.port-removed"]),
        case(with("/"), Some(KEY), &["key-id.trailing-slash"]),
        case(
            with(&format!("/{}/", VERSION.to_uppercase())),
            Some(KEY),
            &["key-id.trailing-slash", "key-id.version-removed"],
        ),
        case(KEY.replace("/keys", "//keys"), Some(KEY), &["key-id.slashes"]),
        case(with("?api-version=7.4"), Some(KEY), &["key-id.query"]),
        case(with("/rotationpolicy"), Some(KEY), &["key-id.not-a-version"]),
        case(&KEY[8..], Some(KEY), &["key-id.scheme-added"]),
        case(host("kv-kafka-prod.privatelink.vaultcore.azure.net"), Some(KEY), &["key-id.private-link-host"]),
        case(format!("{VAULT}/keys/kafka-cluster"), Some(KEY), &["key-id.from-arm"]),
        case(format!("{VAULT}/keys/kafka-cluster/versions/{VERSION}"), Some(KEY), &["key-id.from-arm"]),
        case(format!("‘{KEY}’ "), Some(KEY), &["text.spaces", "text.quotes"]),
        case(format!("<{KEY}>"), Some(KEY), &["text.quotes"]),
        case(
            format!("{{\"key\":{{\"kty\":\"RSA\",\"kid\":\"{KEY}/{VERSION}\"}}}}"),
            Some(KEY),
            &["text.json", "key-id.version-removed"],
        ),
        case(KEY.replace("://", "%3A%2F%2F"), Some(KEY), &["text.percent"]),
        case(KEY.replace("https", "http"), None, &["key-id.http"]),
        case(host("kv-kafka-prod.vault.azure.net:8443"), None, &["key-id.other-port"]),
        case(KEY.replace("keys", "secrets"), None, &["key-id.secret"]),
        case(KEY.replace("keys", "certificates"), None, &["key-id.certificate"]),
        case(KEY.replace("keys", "deletedkeys"), None, &["key-id.deleted-key"]),
        case(KEY.replace("keys", "storage"), None, &["key-id.collection"]),
        case("https://kv-kafka-prod.vault.azure.net/", None, &["key-id.name-missing"]),
        case("https://kv-kafka-prod.vault.azure.net/keys/", None, &["key-id.name-missing"]),
        case(
            "https://kv-kafka-prod.vault.azure.net/secrets",
            None,
            &["key-id.secret", "key-id.name-missing"],
        ),
        case(KEY.replace("kafka-cluster", "kafka_cluster"), None, &["key-id.key-name"]),
        case(KEY.replace("kafka-cluster", &"k".repeat(128)), None, &["key-id.key-name"]),
        case(host("1kv.vault.azure.net"), None, &["key-id.vault-name"]),
        case(with(&format!("/{VERSION}/wrapkey")), None, &["key-id.extra-segments"]),
        case(host("kv.managedhsm.azure.net"), None, &["key-id.managed-hsm"]),
        case(host("kv-1.vault.azure.cn"), None, &["key-id.other-cloud"]),
        case(host("kv-1.vault.usgovcloudapi.net"), None, &["key-id.other-cloud"]),
        case(host("kv-1.vault.sovcloud-api.fr"), None, &["key-id.other-cloud"]),
        case(host("kv-1.vault.microsoftazure.de"), None, &["key-id.other-cloud"]),
        case(host("evil.example"), None, &["key-id.unknown-host"]),
        case(host("user@kv-1.vault.azure.net.evil.example"), None, &["key-id.unknown-host"]),
        case(host("a.b.vault.azure.net"), None, &["key-id.unknown-host"]),
        case(
            "https://portal.azure.com/#@/asset/Microsoft_Azure_KeyVault/Key",
            None,
            &["key-id.query", "key-id.portal-address"],
        ),
        case(KEY.replace("kafka-cluster", "<key-name>"), None, &["key-id.placeholder"]),
        case(KEY.replace("kv-kafka-prod", "{vault}"), None, &["key-id.placeholder"]),
        case(VAULT, None, &["key-id.is-vault-id"]),
        case(GUID, None, &["key-id.is-guid"]),
        case(VERSION, None, &["key-id.is-guid"]),
        case("kafka-cluster", None, &["key-id.shape"]),
        case("ftp://kv.vault.azure.net/keys/k", None, &["key-id.shape"]),
        case(KEY.replace("kafka-cluster", "kafka cluster"), None, &["text.space-inside"]),
        case(KEY.replace("kafka-cluster", "kаfka"), None, &["text.look-alike"]),
        case(host("kv-kаfka.vault.azure.net"), None, &["text.look-alike"]),
        case("", None, &["text.empty"]),
        case(["https://x/?sv=1&si", "g=abc"].concat(), None, &["input.secret"]),
    ]
}

fn tenant_cases() -> Vec<Case> {
    vec![
        case(GUID, Some(GUID), &[]),
        case(GUID.to_uppercase(), Some(GUID), &[]),
        case(format!("{{{GUID}}}"), Some(GUID), &["tenant-id.form"]),
        case(format!("({GUID})"), Some(GUID), &["tenant-id.form"]),
        case(format!("urn:uuid:{GUID}"), Some(GUID), &["tenant-id.form"]),
        case(GUID.replace('-', ""), Some(GUID), &["tenant-id.form"]),
        case(GUID.replace('-', "–"), Some(GUID), &["text.dashes"]),
        case(GUID.replace('-', "- "), Some(GUID), &["tenant-id.form"]),
        case(format!("\"tenantId\": \"{GUID}\","), Some(GUID), &["text.json"]),
        case(
            format!("{{\"id\":\"x\",\"properties\":{{\"tenantId\":\"{GUID}\"}}}}"),
            Some(GUID),
            &["text.json"],
        ),
        case("00000000-0000-0000-0000-000000000000", None, &["tenant-id.placeholder"]),
        case("<tenant-id>", None, &["tenant-id.placeholder"]),
        case("contoso.onmicrosoft.com", None, &["tenant-id.domain"]),
        case("common", None, &["tenant-id.word"]),
        case("Organizations", None, &["tenant-id.word"]),
        case("consumers", None, &["tenant-id.word"]),
        case(VAULT, None, &["tenant-id.is-vault-id"]),
        case(KEY, None, &["tenant-id.is-key-id"]),
        case(&GUID[1..], None, &["tenant-id.shape"]),
        case("Hello, world", None, &["tenant-id.shape"]),
        case(GUID.replace('a', "а"), None, &["text.look-alike"]),
        case("", None, &["text.empty"]),
    ]
}

#[test]
fn pastes_in_the_vault_field() {
    for (input, value, told) in vault_cases() {
        let checked = id::key_vault_id(&input);
        let got = (checked.value.as_ref().map(ToString::to_string), codes(&checked.findings));
        assert_eq!(got, (value.map(str::to_owned), told.to_vec()), "{input:?}");
        assert!(
            checked.findings.iter().all(|finding| finding.field() == Some(Field::KeyVaultId)),
            "{input:?}"
        );
    }
}

#[test]
fn pastes_in_the_key_field() {
    for (input, value, told) in key_cases() {
        let checked = id::key_id(&input);
        let got = (checked.value.as_ref().map(ToString::to_string), codes(&checked.findings));
        assert_eq!(got, (value.map(str::to_owned), told.to_vec()), "{input:?}");
        assert!(checked.findings.iter().all(|finding| finding.field() == Some(Field::KeyId)), "{input:?}");
    }
}

#[test]
fn pastes_in_the_tenant_field() {
    for (input, value, told) in tenant_cases() {
        let checked = id::tenant_id(&input);
        let got = (checked.value.as_ref().map(ToString::to_string), codes(&checked.findings));
        assert_eq!(got, (value.map(str::to_owned), told.to_vec()), "{input:?}");
        assert!(checked.findings.iter().all(|finding| finding.field() == Some(Field::TenantId)), "{input:?}");
    }
}

#[test]
fn a_resource_group_may_hold_full_stops_beside_letters_of_any_script() {
    let checked = id::key_vault_id(&VAULT.replace("rg-Kafka", "...ü"));
    assert_eq!((checked.status(), codes(&checked.findings)), (Status::Ok, vec![]));
}

#[test]
fn a_mixed_script_resource_group_is_taken_with_a_warning() {
    let checked = id::key_vault_id(&VAULT.replace("rg-Kafka", "rg-Kаfka"));
    assert_eq!(checked.status(), Status::Ok);
    assert_eq!(codes(&checked.findings), ["text.mixed-letters"]);
    let letters = id::key_vault_id(&VAULT.replace("rg-Kafka", "группа_(1).ü"));
    assert_eq!((letters.status(), codes(&letters.findings)), (Status::Ok, vec![]));
}

#[test]
fn the_version_cut_off_is_kept_for_showing() {
    assert_eq!(id::key_id(&format!("{KEY}/{}", VERSION.to_uppercase())).version(), Some(VERSION));
}

#[test]
fn status_tells_ok_repaired_and_rejected_apart() {
    assert_eq!(id::key_id(KEY).status(), Status::Ok);
    assert_eq!(id::key_id(&format!("{KEY}/")).status(), Status::Repaired);
    assert_eq!(id::key_id("x").status(), Status::Rejected);
}

#[test]
fn the_kind_of_a_text_is_found_out() {
    for (input, kind) in [
        (VAULT, Kind::KeyVaultId),
        (&VAULT[1..], Kind::KeyVaultId),
        ("/subscriptions/x", Kind::KeyVaultId),
        ("\"id\": \"/subscriptions/a/b\"", Kind::KeyVaultId),
        ("https://portal.azure.com/#@/resource/subscriptions/a", Kind::KeyVaultId),
        (KEY, Kind::KeyId),
        ("kv-1.vault.azure.net/keys/k", Kind::KeyId),
        ("https://example.com", Kind::KeyId),
        ("\"kid\": \"https://a/keys/b\"", Kind::KeyId),
        (GUID, Kind::TenantId),
        ("{72F988BF86F141AF91AB2D7CD011DB47}", Kind::TenantId),
        ("72f988bf-86f1-41af-91ab-2d7cd011db4", Kind::TenantId),
        ("contoso.onmicrosoft.com", Kind::TenantId),
        ("common", Kind::TenantId),
        ("Hello, world", Kind::Unknown),
        ("", Kind::Unknown),
        ("kafka", Kind::Unknown),
    ] {
        let (found, checked) = id::any(input);
        assert_eq!(found, kind, "{input:?}");
        assert_eq!(checked.value().is_some(), checked.status() != Status::Rejected);
    }
}

#[test]
fn a_secret_is_named_and_never_repeated() {
    let secret = ["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat();
    for input in [
        secret.clone(),
        format!("https://kv.vault.azure.net/keys/{secret}"),
        format!("\"kid\": \"{secret}\""),
    ] {
        let (kind, checked) = id::any(&input);
        assert_eq!((kind, codes(checked.findings())), (Kind::Unknown, vec!["input.secret"]), "{input}");
        for findings in
            [id::key_id(&input).findings, id::tenant_id(&input).findings, id::key_vault_id(&input).findings]
        {
            let told = format!("{findings:?}{}{}", findings[0].message(), findings[0].fix());
            assert_eq!(codes(&findings), ["input.secret"]);
            assert!(!told.contains(&secret[..8]), "{told}");
        }
    }
}

#[test]
fn ids_are_held_against_each_other() {
    let vault = id::key_vault_id(VAULT).value.unwrap();
    let key = id::key_id(KEY).value.unwrap();
    let tenant = id::tenant_id("d5a04667-b6f4-4b0c-a628-25f5eae93da6").value.unwrap();
    assert_eq!(codes(&id::together(Some(&vault), Some(&key), Some(&tenant))), [""; 0]);

    let other = id::key_id(&KEY.replace("prod", "test")).value.unwrap();
    let differs = id::together(Some(&vault), Some(&other), Some(&tenant));
    assert_eq!(codes(&differs), ["ids.vault-differs"; 2]);
    assert_eq!([differs[0].field(), differs[1].field()], [Some(Field::KeyVaultId), Some(Field::KeyId)]);
    assert!(differs[0].message().contains("kv-kafka-prod") && differs[0].message().contains("kv-kafka-test"));

    let subscription = id::tenant_id(GUID).value.unwrap();
    assert_eq!(codes(&id::together(Some(&vault), None, Some(&subscription))), ["ids.tenant-is-subscription"]);

    let china: id::KeyId = "https://kv-kafka-prod.vault.azure.cn/keys/k".parse().unwrap();
    assert_eq!(codes(&id::together(Some(&vault), Some(&china), None)), ["ids.other-cloud"]);
}

#[test]
fn ids_are_equal_when_azure_calls_them_equal() {
    assert_eq!(id::key_vault_id(VAULT).value, id::key_vault_id(&VAULT.to_uppercase()).value);
    let (one, two) =
        (id::key_id(KEY).value, id::key_id(&KEY.replace("kafka-cluster", "Kafka-Cluster")).value);
    assert_eq!(one, two);
    let set: std::collections::HashSet<_> = [one, two].into_iter().collect();
    assert_eq!(set.len(), 1);
}

#[test]
fn every_finding_about_a_paste_is_told_by_some_case() {
    let mut told: Vec<&str> = Vec::new();
    for (_, _, codes) in vault_cases().iter().chain(&key_cases()).chain(&tenant_cases()) {
        told.extend(*codes);
    }
    // Told by tests of their own in this file, and by the terminal.
    told.extend(["text.mixed-letters", "input.unrecognised", "text.not-utf8", "text.too-long"]);
    for entry in byok_core::finding::CATALOGUE {
        let about_a_paste = ["text.", "key-vault-id.", "key-id.", "tenant-id.", "input."];
        if about_a_paste.iter().any(|start| entry.name.starts_with(start)) {
            assert!(told.contains(&entry.name), "{} is told by no case", entry.name);
        }
    }
}

#[test]
fn an_unrecognised_text_is_named() {
    let (_, checked) = id::any("Hello, world");
    assert_eq!(checked.findings()[0].code, Code::InputUnrecognised);
    assert!(checked.findings()[0].message().contains("Hello, world"));
}
