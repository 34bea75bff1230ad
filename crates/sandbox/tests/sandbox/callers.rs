//! The same reads by callers with fewer rights: every answer is theirs to get or refused by the name of what they lack.

use crate::common::{ARM, ARM_SCOPE, Answer, Cloud, READER, VAULT_SCOPE, cloud, quick, send};
use serde_json::{Value, json};

async fn vault(cloud: &Cloud, caller: &str) -> Answer {
    let token = cloud.token_of(caller, ARM_SCOPE).await;
    cloud.arm(&token, "kv-kafka-prod", "", "2026-02-01").await
}

async fn key(cloud: &Cloud, caller: &str, tail: &str) -> Answer {
    let token = cloud.token_of(caller, VAULT_SCOPE).await;
    cloud.data(&token, "kv-kafka-prod", &format!("/keys/kafka-cluster{tail}")).await
}

async fn arm_key(cloud: &Cloud, caller: &str) -> Answer {
    let token = cloud.token_of(caller, ARM_SCOPE).await;
    cloud.arm(&token, "kv-kafka-prod", "/keys/kafka-cluster", "2026-02-01").await
}

#[tokio::test]
async fn whoever_has_no_role_is_refused_by_action_and_scope() {
    let cloud = quick().await;
    let refused = vault(&cloud, "nobody").await.expect(403);
    assert_eq!(refused.at("/error/code"), "AuthorizationFailed");
    assert!(
        refused
            .at("/error/message")
            .contains("perform action 'Microsoft.KeyVault/vaults/read' over scope '/subscriptions/")
    );
    let refused = key(&cloud, "nobody", "").await.expect(403);
    assert_eq!(refused.at("/error/innererror/code"), "ForbiddenByRbac");
    assert!(refused.at("/error/message").contains("Action: 'Microsoft.KeyVault/vaults/keys/read'"));
    assert!(refused.at("/error/message").ends_with("Vault: kv-kafka-prod;location=westeurope\r\n"));
}

#[tokio::test]
async fn key_vault_reader_alone_reads_all_that_a_preflight_wants() {
    let cloud = quick().await;
    vault(&cloud, "key-vault-reader").await.expect(200);
    for tail in ["", "/versions", "/rotationpolicy"] {
        key(&cloud, "key-vault-reader", tail).await.expect(200);
    }
    arm_key(&cloud, "key-vault-reader").await.expect(200);
    let token = cloud.token_of("key-vault-reader", ARM_SCOPE).await;
    assert!(!cloud.assignments(&token, "kv-granted", "atScope()").await.is_empty());
    cloud
        .arm(&token, "kv-granted", "/providers/Microsoft.Authorization/locks", "2020-05-01")
        .await
        .expect(200);
    let wrap = "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster//wrapkey?api-version=2025-07-01";
    let token = cloud.token_of("key-vault-reader", VAULT_SCOPE).await;
    let body = json!({"alg": "RSA-OAEP-256", "value": "AAAA"});
    let refused = send(cloud.client.post(wrap).bearer_auth(&token).json(&body)).await.expect(403);
    assert!(refused.at("/error/message").contains("Microsoft.KeyVault/vaults/keys/wrap/action"));
}

#[tokio::test]
async fn reader_and_owner_see_the_vault_and_no_key() {
    let cloud = quick().await;
    for caller in ["reader", "owner"] {
        vault(&cloud, caller).await.expect(200);
        assert_eq!(key(&cloud, caller, "").await.expect(403).at("/error/innererror/code"), "ForbiddenByRbac");
    }
}

#[tokio::test]
async fn arm_answers_400_for_a_key_that_the_caller_may_not_read() {
    let cloud = quick().await;
    let refused = arm_key(&cloud, "reader").await.expect(400);
    assert_eq!(refused.at("/error/code"), "ForbiddenByRbac");
    assert!(
        refused.at("/error/message").starts_with("[ForbiddenByRbac (Forbidden)] Caller is not authorized")
    );
    assert_eq!(arm_key(&cloud, "nobody").await.expect(403).at("/error/code"), "AuthorizationFailed");
}

#[tokio::test]
async fn arm_shows_keys_to_every_reader_where_the_world_says_so() {
    let cloud = cloud(json!({"arm_keys_need_data_role": false})).await;
    arm_key(&cloud, "reader").await.expect(200);
    arm_key(&cloud, "nobody").await.expect(403);
}

async fn permissions(cloud: &Cloud, token: &str) -> Vec<Value> {
    let tail = "/providers/Microsoft.Authorization/permissions";
    let answer = cloud.arm(token, "kv-kafka-prod", tail, "2022-04-01").await.expect(200);
    answer.body["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn permissions_tell_what_the_caller_may_do() {
    let cloud = quick().await;
    let owner = permissions(&cloud, &cloud.token_of("owner", ARM_SCOPE).await).await;
    assert_eq!(owner[0]["actions"], json!(["*"]));
    assert_eq!(owner[0]["dataActions"], json!([]));
    let contributor = permissions(&cloud, &cloud.token_of("contributor", ARM_SCOPE).await).await;
    assert!(contributor[0]["notActions"].to_string().contains("Microsoft.Authorization/*/Write"));
    assert_eq!(permissions(&cloud, &cloud.token_of("nobody", ARM_SCOPE).await).await, Vec::<Value>::new());
    assert_eq!(permissions(&cloud, &cloud.token_of("reads", ARM_SCOPE).await).await.len(), 2);
}

#[tokio::test]
async fn who_may_assign_roles_is_as_azure_has_it() {
    let cloud = quick().await;
    let principal = cloud.principal("kv-recovered");
    let id = cloud.vault("kv-recovered")["key_vault_id"].as_str().unwrap().to_owned();
    let url = |name: &str| {
        format!("{ARM}{id}/providers/Microsoft.Authorization/roleAssignments/{name}?api-version=2022-04-01")
    };
    let role = format!("{id}/providers/Microsoft.Authorization/roleDefinitions/{READER}");
    let body = json!({"properties": {"roleDefinitionId": role, "principalId": principal, "principalType": "ServicePrincipal"}});
    for (caller, status) in [
        ("nobody", 403),
        ("contributor", 403),
        ("key-vault-contributor", 403),
        ("reads", 403),
        ("data-access-administrator", 201),
    ] {
        let token = cloud.token_of(caller, ARM_SCOPE).await;
        let put =
            cloud.client.put(url("00000000-0000-4000-8000-000000000001")).bearer_auth(&token).json(&body);
        let answer = send(put).await.expect(status);
        if status == 403 {
            assert_eq!(answer.at("/error/code"), "AuthorizationFailed");
            assert!(
                answer.at("/error/message").contains("Microsoft.Authorization/roleAssignments/write"),
                "{caller}"
            );
        }
    }
}

#[tokio::test]
async fn a_caller_whose_sign_in_is_switched_off_gets_no_token() {
    let cloud = quick().await;
    let callers = cloud.world["callers"].as_array().unwrap();
    let caller = callers.iter().find(|caller| caller["slug"] == "reader").unwrap();
    let text = |name: &str| caller[name].as_str().unwrap();
    let off = json!({"principals": [{"app_id": text("client_id"), "tenant_id": text("tenant_id"), "enabled": false}]});
    cloud.control("world", off).await.expect(200);
    let refused =
        cloud.ask_token_as(text("client_id"), text("tenant_id"), text("client_secret"), ARM_SCOPE).await;
    assert!(refused.expect(401).at("/error_description").starts_with("AADSTS7000112"));
}
