//! Management locks and Azure policies: shown, inherited, and in the way of writes.

use crate::common::{ARM, ARM_SCOPE, Answer, Cloud, READER, quick, send};
use serde_json::{Value, json};

const NAME: &str = "00000000-0000-4000-8000-000000000001";

async fn locks(cloud: &Cloud, name: &str, filter: &str) -> Vec<Value> {
    let token = cloud.token(ARM_SCOPE).await;
    let tail = format!("/providers/Microsoft.Authorization/locks{filter}");
    let answer = cloud.arm(&token, name, &tail, "2020-05-01").await.expect(200);
    answer.body["value"].as_array().unwrap().clone()
}

async fn assign(cloud: &Cloud, name: &str) -> Answer {
    let token = cloud.token(ARM_SCOPE).await;
    let id = cloud.vault(name)["key_vault_id"].as_str().unwrap().to_owned();
    let url =
        format!("{ARM}{id}/providers/Microsoft.Authorization/roleAssignments/{NAME}?api-version=2022-04-01");
    let role = format!("{id}/providers/Microsoft.Authorization/roleDefinitions/{READER}");
    let properties = json!({"roleDefinitionId": role, "principalId": cloud.principal("kv-recovered")});
    send(cloud.client.put(url).bearer_auth(&token).json(&json!({"properties": properties}))).await
}

#[tokio::test]
async fn a_lock_is_listed_at_its_vault_and_below_its_group() {
    let cloud = quick().await;
    for filter in ["", "?$filter=atScope()"] {
        assert_eq!(locks(&cloud, "kv-lock-read-only", filter).await[0]["properties"]["level"], "ReadOnly");
        let inherited = locks(&cloud, "kv-lock-on-group", filter).await;
        assert!(
            inherited[0]["id"]
                .as_str()
                .unwrap()
                .contains("/resourceGroups/rg-locked/providers/Microsoft.Authorization/locks/")
        );
        assert!(locks(&cloud, "kv-kafka-prod", filter).await.is_empty());
    }
    assert_eq!(locks(&cloud, "kv-lock-no-delete", "").await[0]["properties"]["level"], "CanNotDelete");
}

#[tokio::test]
async fn a_read_only_lock_refuses_a_role_assignment_and_names_itself() {
    let cloud = quick().await;
    for name in ["kv-lock-read-only", "kv-lock-on-group"] {
        let refused = assign(&cloud, name).await.expect(409);
        assert_eq!(refused.at("/error/code"), "ScopeLocked");
        assert!(
            refused
                .at("/error/message")
                .contains("cannot perform write operation because following scope(s) are locked")
        );
    }
}

#[tokio::test]
async fn a_lock_against_deletion_lets_roles_be_assigned_but_not_taken_away() {
    let cloud = quick().await;
    let made = assign(&cloud, "kv-lock-no-delete").await.expect(201);
    let token = cloud.token(ARM_SCOPE).await;
    let url = format!("{ARM}{}?api-version=2022-04-01", made.at("/id"));
    let refused = send(cloud.client.delete(url).bearer_auth(&token)).await.expect(409);
    assert!(refused.at("/error/message").contains("cannot perform delete operation"));
}

#[tokio::test]
async fn a_lock_can_be_put_in() {
    let cloud = quick().await;
    assign(&cloud, "kv-kafka-prod").await.expect(201);
    let scope = format!("/subscriptions/{}", cloud.text("/subscription_id"));
    let lock = json!({"locks": [{"scope": scope, "name": "freeze", "level": "ReadOnly"}]});
    cloud.control("world", lock).await.expect(200);
    assign(&cloud, "kv-no-purge").await.expect(409);
    let wrong = json!({"locks": [{"scope": scope, "name": "freeze", "level": "Gently"}]});
    assert!(
        cloud.control("world", wrong).await.expect(400).at("/error").contains("`CanNotDelete` or `ReadOnly`")
    );
}

#[tokio::test]
async fn a_policy_refuses_a_change_and_says_which_it_is() {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    let id = cloud.vault("kv-policy-denied")["key_vault_id"].as_str().unwrap().to_owned();
    let url = format!("{ARM}{id}?api-version=2026-02-01");
    let body = json!({"properties": {"networkAcls": {"defaultAction": "Allow", "bypass": "AzureServices"}}});
    let refused = send(cloud.client.patch(url).bearer_auth(&token).json(&body)).await.expect(403);
    assert_eq!(refused.at("/error/code"), "RequestDisallowedByPolicy");
    assert_eq!(refused.at("/error/target"), "kv-policy-denied");
    assert!(
        refused
            .at("/error/message")
            .starts_with("Resource 'kv-policy-denied' was disallowed by policy. Policy identifiers: '[{")
    );
    assert_eq!(refused.at("/error/additionalInfo/0/type"), "PolicyViolation");
    assert!(
        refused
            .at("/error/additionalInfo/0/info/policyAssignmentId")
            .ends_with("/policyAssignments/deny-public-vaults")
    );
    cloud.arm(&token, "kv-policy-denied", "", "2026-02-01").await.expect(200);
}
