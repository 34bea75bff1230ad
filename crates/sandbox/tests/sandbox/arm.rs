//! Vaults in Azure Resource Manager: what is absent, how things are spelled, who may read them.

use crate::common::{ARM_SCOPE, Answer, quick, send};
use serde_json::json;

async fn vault(name: &str) -> Answer {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    cloud.arm(&token, name, "", "2026-02-01").await.expect(200)
}

#[tokio::test]
async fn the_permission_model_is_true_false_or_absent() {
    assert_eq!(vault("kv-kafka-prod").await.body["properties"]["enableRbacAuthorization"], true);
    assert_eq!(vault("kv-no-rbac").await.body["properties"]["enableRbacAuthorization"], false);
    assert_eq!(vault("kv-rbac-absent").await.body["properties"].get("enableRbacAuthorization"), None);
}

#[tokio::test]
async fn a_firewall_that_was_never_touched_is_absent() {
    assert_eq!(vault("kv-kafka-prod").await.body["properties"].get("networkAcls"), None);
    let firewall = vault("kv-firewall").await;
    assert_eq!(firewall.at("/properties/networkAcls/defaultAction"), "Deny");
    assert_eq!(firewall.at("/properties/networkAcls/bypass"), "None");
}

#[tokio::test]
async fn existing_access_policies_are_listed() {
    let policies = vault("kv-access-policies").await.body["properties"]["accessPolicies"].clone();
    assert_eq!(policies.as_array().unwrap().len(), 3);
    assert_eq!(policies[1]["permissions"]["keys"], json!(["get", "wrapKey", "unwrapKey"]));
    assert_eq!(vault("kv-kafka-prod").await.body["properties"]["accessPolicies"], json!([]));
}

#[tokio::test]
async fn the_same_facts_come_in_other_spellings() {
    let usual = vault("kv-kafka-prod").await;
    assert_eq!(usual.at("/properties/publicNetworkAccess"), "Enabled");
    assert_eq!(usual.at("/properties/vaultUri"), "https://kv-kafka-prod.vault.azure.net/");
    let odd = vault("kv-odd-spelling").await;
    assert_eq!(odd.at("/properties/publicNetworkAccess"), "enabled");
    assert_eq!(odd.at("/properties/vaultUri"), "https://kv-odd-spelling.vault.azure.net");
    assert!(odd.at("/id").contains("/resourcegroups/rg-kafka/providers/microsoft.keyvault/vaults/"));
    let cloud = quick().await;
    let url = "https://kv-odd-spelling.vault.azure.net/keys?api-version=2025-07-01";
    let challenge = send(cloud.client.get(url)).await.expect(401);
    let expected =
        format!("Bearer authorization=\"https://login.windows.net/{}\"", cloud.text("/login/tenant_id"));
    assert!(challenge.header("www-authenticate").starts_with(&expected));
}

#[tokio::test]
async fn the_tenants_that_a_vault_expects_may_be_several_its_own_first() {
    let cloud = quick().await;
    let other = cloud.world["logins"][1]["tenant_id"].as_str().unwrap().to_owned();
    let token = cloud.token_in(&other, crate::common::VAULT_SCOPE).await;
    let own = format!(
        "AKV10032: Invalid issuer. Expected one of https://sts.windows.net/{}/",
        cloud.text("/login/tenant_id")
    );
    for (name, after) in [
        ("kv-odd-spelling", ", https://sts.windows.net/"),
        ("kv-kafka-prod", ", found https://sts.windows.net/"),
    ] {
        let refused = cloud.data(&token, name, "/keys/kafka-cluster").await.expect(401);
        assert!(
            refused.at("/error/message").starts_with(&format!("{own}{after}")),
            "{}",
            refused.at("/error/message")
        );
    }
}

#[tokio::test]
async fn a_role_definition_id_comes_with_and_without_the_subscription() {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    let ids = async |name: &str| -> Vec<String> {
        let principal = cloud.principal(name);
        let found = cloud.assignments(&token, name, &format!("principalId eq '{principal}'")).await;
        let ids = found.iter().map(|one| one["properties"]["roleDefinitionId"].as_str().unwrap().to_owned());
        ids.collect()
    };
    assert!(ids("kv-granted").await.iter().all(|id| id.starts_with("/subscriptions/")));
    assert!(ids("kv-odd-spelling").await.iter().all(|id| id.starts_with("/providers/")));
}

#[tokio::test]
async fn a_path_with_another_case_or_a_trailing_slash_is_the_same_vault() {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    let id = cloud.vault("kv-kafka-prod")["key_vault_id"].as_str().unwrap().to_uppercase();
    let url = format!("{}{id}/?api%2Dversion=2026-02-01", crate::common::ARM);
    assert_eq!(cloud.get(&token, &url).await.expect(200).at("/name"), "kv-kafka-prod");
}
