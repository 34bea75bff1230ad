//! The inputs of other parsers' own test suites, each with what the text is by the strict grammar.
//!
//! The class says what a text is as it stands; what we do with it (take it, repair it, reject it by name) is told by
//! our findings. So the class must follow from the findings. The vectors are not part of this repository: where they
//! are not at hand the test says that it is skipped.

#![allow(clippy::unwrap_used, reason = "a helper of tests may panic like a test")]

use std::path::PathBuf;

use byok_core::finding::Finding;
use byok_core::id::{self, VaultName};
use byok_core::recognise::{Kind, recognise};
use serde_json::Value;

fn vectors(name: &str) -> Option<Vec<Value>> {
    let shared = std::env::var_os("BYOK_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = shared.join("vectors").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {name} is not at hand (looked in {})", path.display());
        return None;
    };
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// Repairs that the strict grammars allow as they stand.
const STRICTLY_FINE: [&str; 3] = ["key-id.version-removed", "key-id.not-a-version", "key-id.port-removed"];

struct Told {
    codes: Vec<&'static str>,
    taken: bool,
}

impl Told {
    fn new(findings: &[Finding], taken: bool) -> Self {
        Told { codes: findings.iter().map(Finding::code).collect(), taken }
    }

    fn any(&self, codes: &[&str]) -> bool {
        self.codes.iter().any(|code| codes.contains(code))
    }

    fn repaired(&self) -> bool {
        byok_core::finding::CATALOGUE.iter().any(|entry| {
            entry.repair && !STRICTLY_FINE.contains(&entry.name) && self.codes.contains(&entry.name)
        })
    }
}

fn class_of_key(input: &str) -> &'static str {
    let checked = id::key_id(input);
    let told = Told::new(&checked.findings, checked.value.is_some());
    let shape = [
        "key-id.shape",
        "key-id.http",
        "key-id.other-port",
        "key-id.collection",
        "key-id.name-missing",
        "key-id.key-name",
        "key-id.vault-name",
        "key-id.extra-segments",
    ];
    if told.repaired() || told.any(&shape) {
        "not_a_key_identifier"
    } else if told.any(&["key-id.unknown-host"]) {
        "unknown_host"
    } else if told.any(&["key-id.secret", "key-id.certificate", "key-id.deleted-key"]) {
        "not_keys_collection"
    } else if told.any(&["key-id.managed-hsm"]) {
        "managed_hsm_key"
    } else if told.taken || told.any(&["key-id.other-cloud"]) {
        "vault_key"
    } else {
        "not_a_key_identifier"
    }
}

fn class_of_vault(input: &str) -> &'static str {
    let checked = id::key_vault_id(input);
    let told = Told::new(&checked.findings, checked.value.is_some());
    if told.any(&["key-vault-id.child-removed"]) {
        "child_of_vault"
    } else if told.any(&["key-vault-id.subscription-only", "key-vault-id.resource-group-only"]) {
        "subscription_or_resource_group"
    } else if told.any(&["key-vault-id.other-resource", "key-vault-id.rest-removed"]) {
        "other_resource"
    } else if told.any(&["key-vault-id.managed-hsm"]) {
        "managed_hsm"
    } else if told.taken && told.any(&["key-vault-id.trailing-slash"]) {
        // By the strict grammar a slash at the end starts the name of something inside the vault.
        "other_resource"
    } else if (told.taken && !told.repaired()) || told.codes == ["key-vault-id.zero-subscription"] {
        "vault"
    } else {
        "not_an_id"
    }
}

fn class_of_tenant(input: &str) -> &'static str {
    let checked = id::tenant_id(input);
    if checked.value.is_some() && checked.findings.is_empty() { "guid" } else { "other" }
}

#[test]
fn every_id_of_the_vectors_is_told_for_what_it_is() {
    let Some(vectors) = vectors("ids.jsonl") else { return };
    let mut wrong = Vec::new();
    for vector in &vectors {
        let input = vector["input"].as_str().unwrap();
        let class = match vector["kind"].as_str().unwrap() {
            "key-vault-id" => class_of_vault(input),
            "key-id" => class_of_key(input),
            "tenant-id" => class_of_tenant(input),
            other => panic!("unknown kind {other}"),
        };
        if class != vector["class"] {
            wrong.push(format!("{input:?}: {class}, not {}", vector["class"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

#[test]
fn the_parts_of_key_identifiers_are_read() {
    let Some(vectors) = vectors("ids.jsonl") else { return };
    for vector in vectors.iter().filter(|vector| vector["class"] == "vault_key") {
        let checked = id::key_id(vector["input"].as_str().unwrap());
        let Some(key) = &checked.value else { continue };
        let parts = &vector["parts"];
        assert_eq!(key.cloud().as_str(), parts["cloud"]);
        assert!(key.vault().as_str().eq_ignore_ascii_case(parts["vault"].as_str().unwrap()));
        assert_eq!(key.name().as_str(), parts["name"]);
        if parts["version_is_32_hex"] == true {
            assert_eq!(checked.version(), parts["version"].as_str());
        }
    }
}

#[test]
fn every_name_of_the_vectors_is_judged_right() {
    let Some(vectors) = vectors("names.jsonl") else { return };
    let subscription = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    let mut judged = 0;
    for vector in &vectors {
        let input = vector["input"].as_str().unwrap();
        let taken = match vector["kind"].as_str().unwrap() {
            "vault_name" => VaultName::parse(input).is_some(),
            "resource_group_name" => id::VaultId::parse(&format!(
                "/subscriptions/{subscription}/resourceGroups/{input}/providers/Microsoft.KeyVault/vaults/kv-1"
            ))
            .is_some(),
            // Names of resources that the wizard never takes.
            "managed_hsm_name" | "arm_resource_name" => continue,
            other => panic!("unknown kind {other}"),
        };
        judged += 1;
        assert_eq!(taken, vector["expect"] == "valid", "{input:?}");
    }
    assert!(judged > 10);
}

#[test]
fn every_vault_and_key_of_the_vectors_is_recognised_as_such() {
    let Some(vectors) = vectors("ids.jsonl") else { return };
    let mut count = 0;
    for vector in &vectors {
        let input = vector["input"].as_str().unwrap();
        let kind = match vector["class"].as_str().unwrap() {
            "vault" => Kind::KeyVaultId,
            "vault_key" => Kind::KeyId,
            _ => continue,
        };
        count += 1;
        for text in [
            input.to_owned(),
            format!("{{\"a\": [{{\"id\": \"{input}\"}}]}}"),
            format!("see {input}, and more."),
        ] {
            let found = recognise(&text).found;
            assert!(found.iter().any(|found| found.kind == kind), "{text}: {found:?}");
        }
    }
    assert!(count >= 20);
}
