//! Registered keys: what becomes of a good one, of each bad one, and when.

use std::time::Duration;

use crate::common::{cloud, quick, send};
use serde_json::json;

#[tokio::test]
async fn a_granted_key_in_a_good_vault_becomes_valid_and_names_its_region() {
    let cloud = quick().await;
    let vault = cloud.vault("kv-kafka-prod");
    let registered = cloud.register(&vault).await.expect(201);
    assert_eq!(registered.at("/validation/phase"), "INITIALIZING");
    assert_eq!(registered.at("/state"), "AVAILABLE");
    assert_eq!(registered.header("location"), registered.at("/metadata/self"));
    cloud.grant(&vault, &registered).await.expect(200);
    let valid = cloud.wait_for_phase(registered.at("/id"), "VALID").await;
    assert_eq!(valid.at("/validation/region"), "westeurope");
}

#[tokio::test]
async fn without_a_grant_a_good_key_stays_initializing() {
    let cloud = quick().await;
    let registered = cloud.register(&cloud.vault("kv-kafka-prod")).await.expect(201);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(cloud.key(registered.at("/id")).await.at("/validation/phase"), "INITIALIZING");
}

#[tokio::test]
async fn a_role_counts_only_after_its_propagation() {
    let cloud = cloud(json!({"role_propagation_seconds": 1.0, "validation_seconds": 0})).await;
    let vault = cloud.vault("kv-kafka-prod");
    let registered = cloud.register(&vault).await.expect(201);
    cloud.grant(&vault, &registered).await.expect(200);
    assert_eq!(cloud.key(registered.at("/id")).await.at("/validation/phase"), "INITIALIZING");
    cloud.wait_for_phase(registered.at("/id"), "VALID").await;
}

async fn is_invalid(name: &str) {
    let cloud = quick().await;
    let vault = cloud.vault(name);
    assert_eq!(vault["good"], false, "{vault:#}");
    let registered = cloud.register(&vault).await.expect(201);
    cloud.grant(&vault, &registered).await.expect(200);
    let invalid = cloud.wait_for_phase(registered.at("/id"), "INVALID").await;
    assert_eq!(invalid.at("/validation/message"), "Access to key denied.");
}

#[tokio::test]
async fn a_vault_on_access_policies_makes_the_key_invalid() {
    is_invalid("kv-no-rbac").await;
}

#[tokio::test]
async fn a_vault_without_purge_protection_makes_the_key_invalid() {
    is_invalid("kv-no-purge").await;
}

#[tokio::test]
async fn an_elliptic_curve_key_is_invalid() {
    is_invalid("kv-ec-key").await;
}

#[tokio::test]
async fn a_disabled_key_is_invalid() {
    is_invalid("kv-key-disabled").await;
}

#[tokio::test]
async fn a_firewall_without_trusted_services_makes_the_key_invalid() {
    is_invalid("kv-firewall").await;
}

#[tokio::test]
async fn disabled_public_access_without_trusted_services_makes_the_key_invalid() {
    is_invalid("kv-public-off").await;
}

#[tokio::test]
async fn a_wrong_tenant_makes_the_key_invalid() {
    is_invalid("kv-other-tenant").await;
}

#[tokio::test]
async fn a_firewall_that_lets_trusted_services_through_is_good() {
    quick().await.valid_key("kv-firewall-trusted").await;
}

#[tokio::test]
async fn an_unknown_vault_makes_the_key_invalid() {
    let cloud = quick().await;
    let mut vault = cloud.vault("kv-kafka-prod");
    vault["key_id"] = "https://kv-nobody-knows.vault.azure.net/keys/kafka".into();
    vault["key_vault_id"] =
        vault["key_vault_id"].as_str().unwrap().replace("kv-kafka-prod", "kv-nobody-knows").into();
    let registered = cloud.register(&vault).await.expect(201);
    cloud.wait_for_phase(registered.at("/id"), "INVALID").await;
}

#[tokio::test]
async fn any_vault_can_be_put_in_with_faults_and_corrected_later() {
    let cloud = quick().await;
    let subscription = "0b1d7a52-1111-4222-8333-944445555666";
    let id = format!(
        "/subscriptions/{subscription}/resourceGroups/rg-mine/providers/Microsoft.KeyVault/vaults/kv-mine"
    );
    let mut vault = json!({"key_vault_id": id, "key_id": "https://kv-mine.vault.azure.net/keys/mine",
        "tenant_id": "7d3c0a11-aaaa-4bbb-8ccc-9ddddeeeefff", "region": "North Europe", "faults": ["no-purge-protection"]});
    let world = cloud.control("world", json!({"vaults": [vault]})).await.expect(200);
    assert_eq!(world.body["logins"].as_array().unwrap().len(), 3);
    let registered = cloud.register(&vault).await.expect(201);
    cloud.grant(&vault, &registered).await.expect(200);
    cloud.wait_for_phase(registered.at("/id"), "INVALID").await;
    vault["faults"] = json!([]);
    cloud.control("world", json!({"vaults": [vault]})).await.expect(200);
    let valid = cloud.wait_for_phase(registered.at("/id"), "VALID").await;
    assert_eq!(valid.at("/validation/region"), "northeurope");
}

#[tokio::test]
async fn the_same_key_registered_twice_is_a_conflict_that_names_the_first() {
    let cloud = quick().await;
    let vault = cloud.vault("kv-kafka-prod");
    let first = cloud.register(&vault).await.expect(201);
    let second = cloud.register(&vault).await.expect(409);
    assert_eq!(second.header("location"), first.at("/metadata/self"));
    assert_eq!(second.at("/errors/0/code"), "resource_already_exists");
}

#[tokio::test]
async fn a_key_id_with_a_version_is_refused_with_a_pointer() {
    let cloud = quick().await;
    let mut vault = cloud.vault("kv-kafka-prod");
    vault["key_id"] =
        format!("{}/78deebed173b48e48f55abf87ed4cf71", vault["key_id"].as_str().unwrap()).into();
    let refused = cloud.register(&vault).await.expect(422);
    assert_eq!(refused.at("/errors/0/source/pointer"), "/key/key_id");
}

#[tokio::test]
async fn the_twenty_first_key_is_over_the_quota() {
    let cloud = quick().await;
    let good = cloud.vault("kv-kafka-prod");
    for number in 0..20 {
        let mut vault = good.clone();
        vault["key_id"] = format!("https://kv-kafka-prod.vault.azure.net/keys/k{number}").into();
        cloud.register(&vault).await.expect(201);
    }
    assert!(
        cloud.register(&good).await.expect(402).at("/errors/0/detail").contains("is currently limited to 20")
    );
}

#[tokio::test]
async fn lists_come_in_pages() {
    let cloud = quick().await;
    for number in 0..3 {
        let mut vault = cloud.vault("kv-kafka-prod");
        vault["key_id"] = format!("https://kv-kafka-prod.vault.azure.net/keys/k{number}").into();
        cloud.register(&vault).await.expect(201);
    }
    let first = send(cloud.confluent("GET", "/byok/v1/keys?page_size=2&provider=azure")).await.expect(200);
    assert_eq!(first.body["data"].as_array().unwrap().len(), 2);
    let next = first.at("/metadata/next").strip_prefix(crate::common::CONFLUENT).unwrap();
    let second = send(cloud.confluent("GET", next)).await.expect(200);
    assert_eq!(second.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(second.at("/metadata/next"), "");
    assert_eq!(second.at("/data/0/key/key_id"), "https://kv-kafka-prod.vault.azure.net/keys/k0");
}

#[tokio::test]
async fn a_deleted_registration_is_gone_and_its_key_can_be_registered_again() {
    let cloud = quick().await;
    let vault = cloud.vault("kv-kafka-prod");
    let path = format!("/byok/v1/keys/{}", cloud.register(&vault).await.expect(201).at("/id"));
    send(cloud.confluent("DELETE", &path)).await.expect(204);
    send(cloud.confluent("GET", &path)).await.expect(404);
    cloud.register(&vault).await.expect(201);
}

#[tokio::test]
async fn a_wrong_api_key_is_told_so() {
    let cloud = quick().await;
    let request = cloud
        .client
        .get(format!("{}/byok/v1/keys", crate::common::CONFLUENT))
        .basic_auth("nobody", Some("nothing"));
    let refused = send(request).await.expect(401);
    assert!(refused.header("www-authenticate").contains("invalid_key"));
}

#[tokio::test]
async fn at_once_there_is_no_initializing() {
    let cloud = cloud(json!({"validation": "at-once", "role_propagation_seconds": 0})).await;
    let vault = cloud.vault("kv-kafka-prod");
    let registered = cloud.register(&vault).await.expect(201);
    assert_eq!(registered.at("/validation/phase"), "INVALID");
    cloud.grant(&vault, &registered).await.expect(200);
    assert_eq!(cloud.key(registered.at("/id")).await.at("/validation/phase"), "VALID");
}

#[tokio::test]
async fn late_a_granted_key_is_initializing_for_a_while() {
    let late = json!({"validation": {"policy": "late", "seconds": 1.0}, "role_propagation_seconds": 0, "validation_seconds": 0});
    let cloud = cloud(late).await;
    let vault = cloud.vault("kv-kafka-prod");
    let registered = cloud.register(&vault).await.expect(201);
    cloud.grant(&vault, &registered).await.expect(200);
    assert_eq!(cloud.key(registered.at("/id")).await.at("/validation/phase"), "INITIALIZING");
    cloud.wait_for_phase(registered.at("/id"), "VALID").await;
}

#[tokio::test]
async fn flapping_a_valid_key_is_invalid_now_and_then() {
    let cloud = cloud(json!({"validation": {"policy": "flapping", "seconds": 0.2}, "role_propagation_seconds": 0, "validation_seconds": 0})).await;
    let id = cloud.valid_key("kv-kafka-prod").await;
    cloud.wait_for_phase(&id, "INVALID").await;
    cloud.wait_for_phase(&id, "VALID").await;
}

#[tokio::test]
async fn access_taken_away_makes_a_valid_key_invalid() {
    let cloud = quick().await;
    let id = cloud.valid_key("kv-kafka-prod").await;
    let token = cloud.token("https://management.azure.com/.default").await;
    let scope = cloud.vault("kv-kafka-prod")["key_vault_id"].as_str().unwrap().to_owned();
    let world = cloud.look("world").await;
    for assignment in world["role_assignments"].as_array().unwrap().iter().filter(|one| one["scope"] == scope)
    {
        let name = assignment["name"].as_str().unwrap();
        let url = format!(
            "{}{scope}/providers/Microsoft.Authorization/roleAssignments/{name}?api-version=2022-04-01",
            crate::common::ARM
        );
        send(cloud.client.delete(url).bearer_auth(&token)).await.expect(200);
    }
    cloud.wait_for_phase(&id, "INVALID").await;
}

#[tokio::test]
async fn granting_twice_changes_nothing() {
    let cloud = quick().await;
    let vault = cloud.vault("kv-kafka-prod");
    let registered = cloud.register(&vault).await.expect(201);
    let first = cloud.grant(&vault, &registered).await.expect(200);
    let before = cloud.look("world").await["role_assignments"].as_array().unwrap().len();
    let second = cloud.grant(&vault, &registered).await.expect(200);
    assert_eq!(first.at("/principal_id"), second.at("/principal_id"));
    assert_eq!(cloud.look("world").await["role_assignments"].as_array().unwrap().len(), before);
}
