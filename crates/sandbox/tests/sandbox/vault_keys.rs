//! Keys as the vault itself and as ARM show them: kinds, states, times, versions, rotation policies.

use crate::common::{ARM_SCOPE, Answer, Cloud, VAULT_SCOPE, cloud, quick, send};
use serde_json::json;

async fn both(cloud: &Cloud, name: &str) -> (Answer, Answer) {
    let (arm, vault) = (cloud.token(ARM_SCOPE).await, cloud.token(VAULT_SCOPE).await);
    (
        cloud.data(&vault, name, "/keys/kafka-cluster").await.expect(200),
        cloud.arm(&arm, name, "/keys/kafka-cluster", "2026-02-01").await.expect(200),
    )
}

#[tokio::test]
async fn the_size_of_a_key_is_told_by_arm_and_by_its_modulus() {
    let cloud = quick().await;
    // Base64url of 128, 384 bytes.
    for (name, bits, length) in [("kv-rsa-1024", 1024, 171), ("kv-rsa-3072", 3072, 512)] {
        let (data, arm) = both(&cloud, name).await;
        assert_eq!(data.at("/key/n").len(), length);
        assert_eq!(arm.body["properties"]["keySize"], bits);
    }
}

#[tokio::test]
async fn the_two_planes_spell_operations_and_addresses_in_their_own_ways() {
    let cloud = quick().await;
    let (data, arm) = both(&cloud, "kv-no-wrap").await;
    assert_eq!(data.body["key"]["key_ops"], json!(["sign", "verify"]));
    assert_eq!(arm.body["properties"]["keyOps"], json!(["sign", "verify"]));
    assert_eq!(arm.at("/properties/keyUri"), "https://kv-no-wrap.vault.azure.net:443/keys/kafka-cluster");
    assert!(data.at("/key/kid").starts_with("https://kv-no-wrap.vault.azure.net/keys/kafka-cluster/"));
}

#[tokio::test]
async fn keys_in_an_hsm_say_so_and_on_which_platform() {
    let cloud = quick().await;
    for (name, kind, sku) in [
        ("kv-hsm-premium", "RSA-HSM", "premium"),
        ("kv-hsm-standard", "RSA-HSM", "standard"),
        ("kv-ec-hsm-key", "EC-HSM", "premium"),
    ] {
        let (data, arm) = both(&cloud, name).await;
        assert_eq!(data.at("/key/kty"), kind);
        assert_eq!(arm.at("/properties/kty"), kind);
        assert_eq!(data.at("/attributes/hsmPlatform"), "2");
        let vault = cloud.arm(&cloud.token(ARM_SCOPE).await, name, "", "2026-02-01").await.expect(200);
        assert_eq!(vault.at("/properties/sku/name"), sku);
    }
}

#[tokio::test]
async fn a_certificate_key_is_managed_and_any_other_does_not_mention_it() {
    let cloud = quick().await;
    assert_eq!(both(&cloud, "kv-certificate-key").await.0.body["managed"], true);
    assert_eq!(both(&cloud, "kv-kafka-prod").await.0.body.get("managed"), None);
}

#[tokio::test]
async fn an_exportable_key_says_so_on_both_planes() {
    let (data, arm) = both(&quick().await, "kv-exportable").await;
    assert_eq!(data.body["attributes"]["exportable"], true);
    assert_eq!(arm.body["properties"]["attributes"]["exportable"], true);
}

#[tokio::test]
async fn the_recovery_level_tells_purge_protection_and_retention() {
    let cloud = quick().await;
    let level = async |name: &str| both(&cloud, name).await.0.at("/attributes/recoveryLevel").to_owned();
    assert_eq!(level("kv-kafka-prod").await, "Recoverable");
    assert_eq!(level("kv-no-purge").await, "Recoverable+Purgeable");
    assert_eq!(level("kv-short-retention").await, "CustomizedRecoverable");
    // ARM has no word for a shortened retention.
    assert_eq!(
        both(&cloud, "kv-short-retention").await.1.at("/properties/attributes/recoveryLevel"),
        "Recoverable"
    );
}

#[tokio::test]
async fn times_are_told_on_both_planes_and_absent_where_there_are_none() {
    let cloud = quick().await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let now = i64::try_from(now).unwrap();
    let (data, arm) = both(&cloud, "kv-key-expired").await;
    assert!(data.body["attributes"]["exp"].as_i64().unwrap() < now);
    assert_eq!(arm.body["properties"]["attributes"]["exp"], data.body["attributes"]["exp"]);
    let (data, _) = both(&cloud, "kv-key-not-yet-valid").await;
    assert!(data.body["attributes"]["nbf"].as_i64().unwrap() > now);
    let (data, _) = both(&cloud, "kv-key-expires-soon").await;
    let days = (data.body["attributes"]["exp"].as_i64().unwrap() - now) / 86_400;
    assert!((18..=20).contains(&days), "{days}");
    let (data, _) = both(&cloud, "kv-kafka-prod").await;
    assert_eq!(data.body["attributes"].get("exp"), None);
    assert_eq!(data.body["attributes"].get("nbf"), None);
}

#[tokio::test]
async fn a_disabled_key_is_shown_or_refused_as_the_world_chooses() {
    let cloud = cloud(json!({"disabled_key": "forbidden"})).await;
    let token = cloud.token(VAULT_SCOPE).await;
    let refused = cloud.data(&token, "kv-key-disabled", "/keys/kafka-cluster").await.expect(403);
    assert_eq!(refused.at("/error/innererror/code"), "KeyDisabled");
    cloud.data(&token, "kv-kafka-prod", "/keys/kafka-cluster").await.expect(200);
    cloud.control("world", json!({"disabled_key": "shown"})).await.expect(200);
    let shown = cloud.data(&token, "kv-key-disabled", "/keys/kafka-cluster").await.expect(200);
    assert_eq!(shown.body["attributes"]["enabled"], false);
    cloud.control("world", json!({"disabled_key": "hidden"})).await.expect(400);
}

async fn policy(name: &str) -> Answer {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    cloud.data(&token, name, "/keys/kafka-cluster/rotationpolicy").await.expect(200)
}

#[tokio::test]
async fn a_rotation_policy_rotates_notifies_or_was_never_made() {
    let automatic = policy("kv-rotation-automatic").await;
    assert_eq!(automatic.at("/lifetimeActions/0/action/type"), "rotate");
    assert_eq!(automatic.at("/lifetimeActions/0/trigger/timeAfterCreate"), "P90D");
    assert_eq!(automatic.at("/attributes/expiryTime"), "P2Y");
    let notice = policy("kv-rotation-notify").await;
    assert_eq!(notice.body["lifetimeActions"].as_array().unwrap().len(), 1);
    assert_eq!(notice.at("/lifetimeActions/0/action/type"), "notify");
    let capital = policy("kv-rotation-soon").await;
    assert_eq!(capital.at("/lifetimeActions/0/action/type"), "Rotate");
    let none = policy("kv-no-rotation").await;
    assert_eq!(none.body["attributes"].get("created"), None);
    assert!(!none.body.to_string().to_lowercase().contains("rotate\""));
}

#[tokio::test]
async fn arm_shows_a_rotation_policy_that_somebody_made() {
    let cloud = quick().await;
    let arm = both(&cloud, "kv-rotation-automatic").await.1;
    assert_eq!(arm.at("/properties/rotationPolicy/lifetimeActions/0/action/type"), "rotate");
    assert_eq!(both(&cloud, "kv-no-rotation").await.1.body["properties"].get("rotationPolicy"), None);
}

#[tokio::test]
async fn the_old_version_is_disabled_and_the_new_one_is_not() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    let versions = cloud.data(&token, "kv-old-version-off", "/keys/kafka-cluster/versions").await.expect(200);
    let enabled: Vec<bool> = versions.body["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["attributes"]["enabled"].as_bool().unwrap())
        .collect();
    assert_eq!(enabled, [false, true]);
    let newest = cloud.data(&token, "kv-old-version-off", "/keys/kafka-cluster").await.expect(200);
    assert_eq!(newest.body["attributes"]["enabled"], true);
}

#[tokio::test]
async fn many_versions_come_in_pages_whose_link_names_the_port() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    let first = cloud.data(&token, "kv-many-versions", "/keys/kafka-cluster/versions").await.expect(200);
    assert_eq!(first.body["value"].as_array().unwrap().len(), 25);
    let next = first.at("/nextLink");
    assert!(next.starts_with(
        "https://kv-many-versions.vault.azure.net:443/keys/kafka-cluster/versions?api-version="
    ));
    let second = cloud.get(&token, next).await.expect(200);
    assert_eq!(second.body["value"].as_array().unwrap().len(), 5);
    assert_eq!(second.body["nextLink"], json!(null));
    let arm = cloud.token(ARM_SCOPE).await;
    let all =
        cloud.arm(&arm, "kv-many-versions", "/keys/kafka-cluster/versions", "2026-02-01").await.expect(200);
    assert_eq!(all.body["value"].as_array().unwrap().len(), 30);
}

#[tokio::test]
async fn a_key_without_wrap_refuses_to_wrap_by_name() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    let url = "https://kv-no-wrap.vault.azure.net/keys/kafka-cluster//wrapkey?api%2Dversion=2025-07-01";
    let body = json!({"alg": "RSA-OAEP-256", "value": "AAAA"});
    let refused = send(cloud.client.post(url).bearer_auth(&token).json(&body)).await.expect(403);
    assert_eq!(refused.at("/error/innererror/code"), "KeyOperationForbidden");
    assert_eq!(refused.at("/error/message"), "Operation wrapKey is not permitted on this key.");
}

#[tokio::test]
async fn access_policies_let_in_whom_they_name() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    cloud.data(&token, "kv-access-policies", "/keys/kafka-cluster").await.expect(200);
    let refused = cloud.data(&token, "kv-rbac-absent", "/keys/kafka-cluster").await.expect(403);
    assert_eq!(refused.at("/error/innererror/code"), "AccessDenied");
    assert!(
        refused
            .at("/error/message")
            .contains("does not have keys get permission on key vault 'kv-rbac-absent;location=westeurope'")
    );
    let stranger = cloud.token_of("key-vault-reader", VAULT_SCOPE).await;
    cloud.data(&stranger, "kv-access-policies", "/keys/kafka-cluster").await.expect(403);
}
