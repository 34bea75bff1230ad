//! The vaults of the default world, and the words that they are made of.

use std::collections::BTreeSet;

use crate::common::{Cloud, cloud, quick, send};
use serde_json::{Value, json};

fn vaults(cloud: &Cloud) -> Vec<Value> {
    cloud.world["vaults"].as_array().unwrap().clone()
}

async fn roomy() -> Cloud {
    cloud(json!({"role_propagation_seconds": 0, "validation_seconds": 0, "quotas": {"byok.max_keys.per_org": 500}}))
        .await
}

#[tokio::test]
async fn every_vault_says_in_one_sentence_what_it_is_for_and_has_a_slug_of_its_own() {
    let cloud = quick().await;
    let all = vaults(&cloud);
    assert!(all.len() > 60, "{}", all.len());
    let slugs: BTreeSet<&str> = all.iter().map(|vault| vault["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs.len(), all.len());
    for vault in &all {
        assert!(vault["about"].as_str().unwrap().ends_with('.'), "{vault:#}");
        assert_eq!(vault["name"], format!("kv-{}", vault["slug"].as_str().unwrap()));
        assert!(vault["name"].as_str().unwrap().len() <= 24);
    }
}

#[tokio::test]
async fn every_word_makes_a_vault_of_the_default_world() {
    let cloud = quick().await;
    let used: BTreeSet<String> = vaults(&cloud)
        .iter()
        .flat_map(|vault| vault["traits"].as_array().unwrap().clone())
        .map(|word| word.as_str().unwrap().to_owned())
        .collect();
    let words: BTreeSet<String> = cloud.world["fault_words"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word["word"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(used, words);
}

#[tokio::test]
async fn every_pain_that_lives_in_azure_or_confluent_has_a_vault() {
    let cloud = quick().await;
    let there: BTreeSet<u64> = vaults(&cloud).iter().filter_map(|vault| vault["pain"].as_u64()).collect();
    for pain in [1, 4, 7, 9, 10, 12, 13, 15, 17, 19, 20, 21, 22, 23, 24, 26, 29, 30, 33, 34, 35] {
        assert!(there.contains(&pain), "pain {pain}");
    }
}

/// Registers a vault's key, grants, and tells what Confluent says of it at once.
async fn phase(cloud: &Cloud, vault: &Value, grant: bool) -> String {
    let registered = cloud.register(vault).await.expect(201);
    if grant {
        let _told = cloud.grant(vault, &registered).await;
    }
    cloud.key(registered.at("/id")).await.at("/validation/phase").to_owned()
}

#[tokio::test]
async fn a_vault_without_faults_becomes_valid_once_it_is_granted_and_the_verdict_of_others_is_as_told() {
    let cloud = roomy().await;
    let words = cloud.world["fault_words"].as_array().unwrap().clone();
    let harmless =
        |fault: &Value| words.iter().any(|word| word["word"] == *fault && word["harmless"] == true);
    for vault in vaults(&cloud) {
        let faults = vault["faults"].as_array().unwrap();
        assert_eq!(vault["good"], faults.is_empty(), "{vault:#}");
        assert!(!faults.iter().any(harmless), "{vault:#}");
        if vault["good"] == true {
            assert_eq!(phase(&cloud, &vault, true).await, "VALID", "{vault:#}");
        }
    }
}

#[tokio::test]
async fn what_confluent_can_see_for_itself_makes_the_key_invalid_whatever_is_granted() {
    let cloud = roomy().await;
    let seen = [
        "no-rbac",
        "no-purge-protection",
        "firewall",
        "public-access-disabled",
        "secured-by-perimeter",
        "registering-dns",
        "tenant-mismatch",
        "vault-deleted",
        "ec-key",
        "rsa-1024",
        "no-wrap",
        "hsm-key-on-standard",
        "key-disabled",
        "key-expired",
        "key-not-yet-valid",
        "key-missing",
    ];
    let mut met = BTreeSet::new();
    for vault in vaults(&cloud) {
        let faults = vault["faults"].as_array().unwrap();
        let found: Vec<&str> =
            seen.into_iter().filter(|word| faults.iter().any(|fault| fault == word)).collect();
        if !found.is_empty() {
            assert_eq!(phase(&cloud, &vault, true).await, "INVALID", "{vault:#}");
            met.extend(found);
        }
    }
    assert_eq!(met, seen.into_iter().collect(), "each is met by some vault");
}

#[tokio::test]
async fn the_settled_application_makes_the_standing_grant_count() {
    let cloud = roomy().await;
    for name in [
        "kv-granted",
        "kv-role-by-group",
        "kv-role-at-group",
        "kv-role-at-sub",
        "kv-role-at-mg",
        "kv-role-officer",
        "kv-role-admin",
        "kv-odd-spelling",
    ] {
        assert_eq!(phase(&cloud, &cloud.vault(name), false).await, "VALID", "{name}");
    }
    for name in [
        "kv-role-propagating",
        "kv-role-conditioned",
        "kv-role-at-key",
        "kv-role-encryption",
        "kv-role-reader",
        "kv-role-namesake",
        "kv-role-app-object",
        "kv-deny-assignment",
        "kv-principal-missing",
        "kv-principal-off",
        "kv-principal-new",
        "kv-recovered",
        "kv-moved-group",
    ] {
        assert_eq!(phase(&cloud, &cloud.vault(name), false).await, "INITIALIZING", "{name}");
    }
}

#[tokio::test]
async fn a_key_registered_again_gets_the_same_settled_application() {
    let cloud = roomy().await;
    let vault = cloud.vault("kv-granted");
    for _ in 0..2 {
        let registered = cloud.register(&vault).await.expect(201);
        assert_eq!(registered.at("/key/application_id"), vault["application_id"].as_str().unwrap());
        let path = format!("/byok/v1/keys/{}", registered.at("/id"));
        send(cloud.confluent("DELETE", &path)).await.expect(204);
    }
}

#[tokio::test]
async fn an_unknown_fault_is_refused_with_all_that_there_are() {
    let cloud = quick().await;
    let mut vault = cloud.vault("kv-kafka-prod");
    vault["faults"] = json!(["no-rbac", "no-such-thing"]);
    let refused = cloud.control("world", json!({"vaults": [vault]})).await.expect(400);
    assert!(refused.at("/error").starts_with("`no-such-thing` is not a fault of a vault; known faults are "));
    assert!(refused.at("/error").contains("role-conditioned"), "{}", refused.at("/error"));
    assert_eq!(cloud.look("world").await["vaults"], cloud.world["vaults"], "nothing has changed");
}

#[tokio::test]
async fn every_word_can_be_put_on_a_vault_of_ones_own_and_taken_off_again() {
    let cloud = roomy().await;
    let subscription = "0b1d7a52-1111-4222-8333-944445555666";
    let mut vault = json!({"tenant_id": cloud.text("/login/tenant_id"), "key_id": "https://kv-mine.vault.azure.net/keys/mine",
        "key_vault_id": format!("/subscriptions/{subscription}/resourceGroups/rg-mine/providers/Microsoft.KeyVault/vaults/kv-mine")});
    for word in cloud.world["fault_words"].as_array().unwrap() {
        vault["faults"] = json!([word["word"]]);
        let world = cloud.control("world", json!({"vaults": [vault]})).await.expect(200).body;
        let mine =
            world["vaults"].as_array().unwrap().iter().find(|one| one["name"] == "kv-mine").unwrap().clone();
        assert_eq!(mine["traits"], vault["faults"]);
        assert_eq!(mine["slug"], "");
        if word["harmless"] == false {
            assert_eq!(mine["good"], false, "{mine:#}");
        }
    }
    vault["faults"] = json!([]);
    let world = cloud.control("world", json!({"vaults": [vault]})).await.expect(200).body;
    let about = |list: &str, scope: &str| {
        let list = world[list].as_array().unwrap();
        list.iter().filter(|one| one["scope"].as_str().unwrap().contains(scope)).count()
    };
    assert_eq!(about("locks", "rg-mine"), 0);
    assert_eq!(about("role_assignments", "kv-mine"), 0);
    assert_eq!(about("role_assignments", "rg-mine"), 0);
    let registered = cloud.register(&vault).await.expect(201);
    cloud.grant(&vault, &registered).await.expect(200);
    cloud.wait_for_phase(registered.at("/id"), "VALID").await;
}
