//! Soft deletion: of a vault, whose name and host name stay taken, and of a key; and what recovery does not bring back.

use crate::common::{ARM, ARM_SCOPE, Answer, Cloud, VAULT_SCOPE, cloud, quick, send};
use serde_json::json;

async fn deleted(cloud: &Cloud, location: &str, name: &str) -> Answer {
    let token = cloud.token(ARM_SCOPE).await;
    let subscription = cloud.text("/subscription_id");
    let url = format!(
        "{ARM}/subscriptions/{subscription}/providers/Microsoft.KeyVault/locations/{location}/deletedVaults/{name}?api-version=2026-02-01"
    );
    cloud.get(&token, &url).await
}

#[tokio::test]
async fn a_deleted_vault_is_found_among_the_deleted_ones_alone() {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    let gone = cloud.arm(&token, "kv-deleted", "", "2026-02-01").await.expect(404);
    assert_eq!(gone.at("/error/code"), "ResourceNotFound");
    let found = deleted(&cloud, "westeurope", "kv-deleted").await.expect(200);
    assert_eq!(found.at("/properties/vaultId"), cloud.vault("kv-deleted")["key_vault_id"].as_str().unwrap());
    assert_eq!(found.body["properties"]["purgeProtectionEnabled"], true);
    assert!(found.at("/properties/scheduledPurgeDate") > found.at("/properties/deletionDate"));
    deleted(&cloud, "northeurope", "kv-deleted").await.expect(404);
    assert_eq!(
        deleted(&cloud, "westeurope", "kv-kafka-prod").await.expect(404).at("/error/code"),
        "DeletedVaultNotFound"
    );
    let subscription = cloud.text("/subscription_id");
    let list = format!(
        "{ARM}/subscriptions/{subscription}/providers/Microsoft.KeyVault/deletedVaults?api-version=2026-02-01"
    );
    let list = cloud.get(&token, &list).await.expect(200);
    assert_eq!(list.body["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_name_of_a_deleted_vault_resolves_and_cannot_be_taken() {
    let cloud = quick().await;
    let url = "https://kv-deleted.vault.azure.net/keys?api-version=2025-07-01";
    send(cloud.client.get(url)).await.expect(404);
    let token = cloud.token(ARM_SCOPE).await;
    let subscription = cloud.text("/subscription_id");
    let url = format!(
        "{ARM}/subscriptions/{subscription}/providers/Microsoft.KeyVault/checkNameAvailability?api-version=2026-02-01"
    );
    let body = json!({"name": "kv-deleted", "type": "Microsoft.KeyVault/vaults"});
    let answer = send(cloud.client.post(url).bearer_auth(&token).json(&body)).await.expect(200);
    assert_eq!(answer.body["nameAvailable"], false);
    let refused = put(&cloud, "kv-deleted", None).await.expect(409);
    assert!(
        refused
            .at("/error/message")
            .starts_with("A vault with the same name already exists in deleted state.")
    );
}

async fn put(cloud: &Cloud, name: &str, mode: Option<&str>) -> Answer {
    let token = cloud.token(ARM_SCOPE).await;
    let id = cloud.vault(name)["key_vault_id"].as_str().unwrap().to_owned();
    let mut properties =
        json!({"tenantId": cloud.text("/login/tenant_id"), "sku": {"family": "A", "name": "standard"}});
    if let Some(mode) = mode {
        properties["createMode"] = mode.into();
    }
    let url = format!("{ARM}{id}?api-version=2026-02-01");
    let body = json!({"location": "westeurope", "properties": properties});
    send(cloud.client.put(url).bearer_auth(&token).json(&body)).await
}

#[tokio::test]
async fn a_recovered_vault_is_back_without_its_role_assignments() {
    let cloud = cloud(json!({"role_propagation_seconds": 0, "validation_seconds": 0})).await;
    let id = cloud.valid_key("kv-granted").await;
    let arm = cloud.token(ARM_SCOPE).await;
    let url = format!(
        "{ARM}{}?api-version=2026-02-01",
        cloud.vault("kv-granted")["key_vault_id"].as_str().unwrap()
    );
    send(cloud.client.delete(url).bearer_auth(&arm)).await.expect(200);
    cloud.arm(&arm, "kv-granted", "", "2026-02-01").await.expect(404);
    cloud.wait_for_phase(&id, "INVALID").await;
    put(&cloud, "kv-granted", Some("recover")).await.expect(200);
    cloud.arm(&arm, "kv-granted", "", "2026-02-01").await.expect(200);
    let filter = format!("principalId eq '{}'", cloud.principal("kv-granted"));
    assert!(cloud.assignments(&arm, "kv-granted", &filter).await.is_empty());
    assert_eq!(cloud.key(&id).await.at("/validation/phase"), "INVALID");
}

#[tokio::test]
async fn a_deleted_key_is_found_among_the_deleted_ones_and_can_be_recovered() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    cloud.data(&token, "kv-key-deleted", "/keys/kafka-cluster").await.expect(404);
    let found = cloud.data(&token, "kv-key-deleted", "/deletedkeys/kafka-cluster").await.expect(200);
    assert_eq!(found.at("/recoveryId"), "https://kv-key-deleted.vault.azure.net/deletedkeys/kafka-cluster");
    assert!(found.body["scheduledPurgeDate"].as_i64().unwrap() > found.body["deletedDate"].as_i64().unwrap());
    assert_eq!(found.at("/key/kty"), "RSA");
    let list = cloud.data(&token, "kv-key-deleted", "/deletedkeys").await.expect(200);
    assert_eq!(list.body["value"].as_array().unwrap().len(), 1);
    let none = cloud.data(&token, "kv-kafka-prod", "/deletedkeys/kafka-cluster").await.expect(404);
    assert_eq!(none.at("/error/message"), "Deleted Key not found: kafka-cluster");
    let url =
        "https://kv-key-deleted.vault.azure.net/deletedkeys/kafka-cluster/recover?api-version=2025-07-01";
    send(cloud.client.post(url).bearer_auth(&token).json(&json!({}))).await.expect(200);
    cloud.data(&token, "kv-key-deleted", "/keys/kafka-cluster").await.expect(200);
}

#[tokio::test]
async fn a_key_can_be_deleted() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    let url = "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster?api-version=2025-07-01";
    send(cloud.client.delete(url).bearer_auth(&token)).await.expect(200);
    cloud.data(&token, "kv-kafka-prod", "/keys/kafka-cluster").await.expect(404);
    cloud.data(&token, "kv-kafka-prod", "/deletedkeys/kafka-cluster").await.expect(200);
}
