//! Role assignments as they are listed: where, to whom, from when, on which condition; and service principals in Graph.

use std::time::Duration;

use crate::common::{ARM, ARM_SCOPE, Cloud, ENCRYPTION_USER, GRAPH, GRAPH_SCOPE, READER, cloud, quick, send};
use serde_json::{Value, json};

/// Scopes at which the application's principal of a vault has something at or above it, with or without its groups.
async fn scopes(name: &str, filter: &str) -> Vec<String> {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    let filter = filter.replace("{}", &cloud.principal(name));
    let found = cloud.assignments(&token, name, &filter).await;
    found.iter().map(|one| one["properties"]["scope"].as_str().unwrap().to_owned()).collect()
}

fn are(scopes: &[String], end: &str) -> bool {
    scopes.len() == 2 && scopes.iter().all(|scope| scope.ends_with(end))
}

#[tokio::test]
async fn assignments_are_found_wherever_above_the_vault_they_are() {
    let filter = "atScope() and assignedTo('{}')";
    assert!(are(&scopes("kv-granted", filter).await, "/vaults/kv-granted"));
    assert!(are(&scopes("kv-role-at-group", filter).await, "/resourceGroups/rg-kafka"));
    assert!(are(
        &scopes("kv-role-at-sub", filter).await,
        "/subscriptions/5e7a1b3c-9d24-4f68-b0c5-2a8e6d1f4b97"
    ));
    assert!(are(
        &scopes("kv-role-at-mg", filter).await,
        "/providers/Microsoft.Management/managementGroups/mg-sandbox"
    ));
}

#[tokio::test]
async fn an_assignment_at_the_key_is_below_the_vault() {
    assert!(are(&scopes("kv-role-at-key", "principalId eq '{}'").await, "/keys/kafka-cluster"));
    assert!(scopes("kv-role-at-key", "atScope() and assignedTo('{}')").await.is_empty());
}

#[tokio::test]
async fn a_group_counts_for_its_members_where_the_filter_asks_for_it() {
    assert!(scopes("kv-role-by-group", "principalId eq '{}'").await.is_empty());
    assert!(are(&scopes("kv-role-by-group", "assignedTo('{}')").await, "/vaults/kv-role-by-group"));
    let cloud = quick().await;
    let filter = format!("assignedTo('{}')", cloud.principal("kv-role-by-group"));
    let found = cloud.assignments(&cloud.token(ARM_SCOPE).await, "kv-role-by-group", &filter).await;
    assert_eq!(found[0]["properties"]["principalType"], "Group");
}

#[tokio::test]
async fn graph_tells_the_groups_of_a_service_principal() {
    let cloud = quick().await;
    let token = cloud.token(GRAPH_SCOPE).await;
    for (name, count) in [("kv-role-by-group", 1), ("kv-granted", 0)] {
        let url =
            format!("{GRAPH}/servicePrincipals/{}/transitiveMemberOf?$select=id", cloud.principal(name));
        let told = cloud.get(&token, &url).await.expect(200);
        assert_eq!(told.body["value"].as_array().map(Vec::len), Some(count), "{name}");
    }
    let told = cloud.get(&token, &format!("{GRAPH}/servicePrincipals/{}/transitiveMemberOf", "0")).await;
    told.expect(404);
}

#[tokio::test]
async fn a_deny_assignment_counts_before_the_roles() {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    let tail = "/providers/Microsoft.Authorization/denyAssignments?$filter=atScope()";
    let told = cloud.arm(&token, "kv-deny-assignment", tail, "2022-04-01").await.expect(200);
    assert_eq!(told.at("/value/0/properties/principals/0/type"), "SystemDefined");
    let none = cloud.arm(&token, "kv-granted", tail, "2022-04-01").await.expect(200);
    assert_eq!(none.body["value"], serde_json::json!([]));
    let faults = |name: &str| cloud.vault(name)["faults"].clone();
    assert_eq!(faults("kv-deny-assignment"), serde_json::json!(["deny-assignment"]));
    assert_eq!(faults("kv-granted"), serde_json::json!([]));
}

#[tokio::test]
async fn assignments_to_somebody_else_are_not_the_applications() {
    for name in ["kv-role-namesake", "kv-role-app-object", "kv-recovered", "kv-moved-group"] {
        assert!(scopes(name, "assignedTo('{}')").await.is_empty(), "{name}");
    }
    let cloud = quick().await;
    let all = cloud.assignments(&cloud.token(ARM_SCOPE).await, "kv-role-app-object", "atScope()").await;
    assert!(all.iter().any(|one| one["properties"]["principalType"] == "Unknown"));
}

#[tokio::test]
async fn the_grant_of_a_moved_vault_is_left_at_its_old_place() {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    let url = format!(
        "{ARM}/subscriptions/{}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=principalId eq '{}'",
        cloud.text("/subscription_id"),
        cloud.principal("kv-moved-group")
    );
    let found = cloud.get(&token, &url).await.expect(200);
    assert!(found.at("/value/0/properties/scope").contains("/resourceGroups/rg-kafka-old/"));
}

#[tokio::test]
async fn a_condition_is_shown_with_its_version() {
    let cloud = quick().await;
    let filter = format!("principalId eq '{}'", cloud.principal("kv-role-conditioned"));
    let found = cloud.assignments(&cloud.token(ARM_SCOPE).await, "kv-role-conditioned", &filter).await;
    assert!(found[0]["properties"]["condition"].as_str().unwrap().contains("DateTimeLessThan"));
    assert_eq!(found[0]["properties"]["conditionVersion"], "2.0");
    let filter = format!("principalId eq '{}'", cloud.principal("kv-granted"));
    let found = cloud.assignments(&cloud.token(ARM_SCOPE).await, "kv-granted", &filter).await;
    assert_eq!(found[0]["properties"]["condition"], json!(null));
}

fn assignment(cloud: &Cloud, name: &str, role: &str, seconds: f64) -> Value {
    let vault = cloud.vault(name);
    json!({"scope": vault["key_vault_id"], "role_id": role, "application_id": vault["application_id"], "effective_in_seconds": seconds})
}

#[tokio::test]
async fn the_moment_of_one_assignment_can_be_set() {
    let cloud = cloud(json!({"validation_seconds": 0})).await;
    let registered = cloud.register(&cloud.vault("kv-role-propagating")).await.expect(201);
    let set = json!({"role_assignments": [
        assignment(&cloud, "kv-role-propagating", ENCRYPTION_USER, 0.0),
        assignment(&cloud, "kv-role-propagating", READER, 1.0),
    ]});
    cloud.control("world", set).await.expect(200);
    assert_eq!(cloud.key(registered.at("/id")).await.at("/validation/phase"), "INITIALIZING");
    cloud.wait_for_phase(registered.at("/id"), "VALID").await;
}

#[tokio::test]
async fn the_propagation_of_one_grant_can_be_set() {
    let cloud = cloud(json!({"validation_seconds": 0, "role_propagation_seconds": 0})).await;
    let vault = cloud.vault("kv-kafka-prod");
    let registered = cloud.register(&vault).await.expect(201);
    let grant = json!({"key_vault_id": vault["key_vault_id"], "application_id": registered.at("/key/application_id"),
        "propagation_seconds": 1.0});
    cloud.control("grant", grant).await.expect(200);
    assert_eq!(cloud.key(registered.at("/id")).await.at("/validation/phase"), "INITIALIZING");
    cloud.wait_for_phase(registered.at("/id"), "VALID").await;
}

#[tokio::test]
async fn a_role_that_propagates_is_listed_and_does_not_count_yet_for_a_caller_either() {
    let cloud = quick().await;
    let token = cloud.token_of("nobody", ARM_SCOPE).await;
    let callers = cloud.world["callers"].as_array().unwrap();
    let nobody = callers.iter().find(|caller| caller["slug"] == "nobody").unwrap();
    let scope = cloud.vault("kv-kafka-prod")["key_vault_id"].clone();
    let set = json!({"role_assignments": [
        {"scope": scope, "role_id": READER, "application_id": nobody["client_id"], "effective_in_seconds": 1.0},
    ]});
    cloud.control("world", set).await.expect(200);
    cloud.arm(&token, "kv-kafka-prod", "", "2026-02-01").await.expect(403);
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    cloud.arm(&token, "kv-kafka-prod", "", "2026-02-01").await.expect(200);
}

async fn by_application(cloud: &Cloud, application: &str) -> (u16, Vec<Value>) {
    let token = cloud.token(GRAPH_SCOPE).await;
    let one = cloud.get(&token, &format!("{GRAPH}/servicePrincipals(appId='{application}')")).await;
    let list = cloud
        .get(&token, &format!("{GRAPH}/servicePrincipals?$filter=appId eq '{application}'"))
        .await
        .expect(200);
    (one.status.as_u16(), list.body["value"].as_array().unwrap().clone())
}

#[tokio::test]
async fn graph_shows_principals_that_are_missing_disabled_or_not_replicated_yet_as_they_are() {
    let cloud = quick().await;
    let of = |name: &str| cloud.vault(name)["application_id"].as_str().unwrap().to_owned();
    assert_eq!(by_application(&cloud, &of("kv-principal-missing")).await, (404, Vec::new()));
    assert_eq!(by_application(&cloud, &of("kv-principal-new")).await, (404, Vec::new()));
    let (status, found) = by_application(&cloud, &of("kv-principal-off")).await;
    assert_eq!((status, &found[0]["accountEnabled"]), (200, &json!(false)));
    let (_, found) = by_application(&cloud, &of("kv-granted")).await;
    assert_eq!(found[0]["accountEnabled"], true);
    assert_eq!(found[0]["id"], cloud.principal("kv-granted"));
}

#[tokio::test]
async fn two_principals_of_one_name_are_told_apart_by_application() {
    let cloud = quick().await;
    let token = cloud.token(GRAPH_SCOPE).await;
    let url =
        format!("{GRAPH}/servicePrincipals?$filter=displayName eq 'Confluent Cloud BYOK kv-role-namesake'");
    assert_eq!(cloud.get(&token, &url).await.expect(200).body["value"].as_array().unwrap().len(), 2);
    let application = cloud.vault("kv-role-namesake")["application_id"].as_str().unwrap().to_owned();
    assert_eq!(by_application(&cloud, &application).await.1.len(), 1);
}

#[tokio::test]
async fn a_fresh_principal_is_unknown_until_it_is_replicated_unless_its_type_is_told() {
    let cloud = cloud(json!({"graph_replication_seconds": 2.0})).await;
    let application = cloud.vault("kv-principal-missing")["application_id"].as_str().unwrap().to_owned();
    let graph = cloud.token(GRAPH_SCOPE).await;
    let body = json!({"appId": application});
    let made =
        send(cloud.client.post(format!("{GRAPH}/servicePrincipals")).bearer_auth(&graph).json(&body)).await;
    let principal = made.expect(201).at("/id").to_owned();
    assert_eq!(by_application(&cloud, &application).await, (404, Vec::new()));

    let id = cloud.vault("kv-principal-missing")["key_vault_id"].as_str().unwrap().to_owned();
    let arm = cloud.token(ARM_SCOPE).await;
    let assign = async |name: &str, kind: Option<&str>| {
        let url = format!(
            "{ARM}{id}/providers/Microsoft.Authorization/roleAssignments/{name}?api-version=2022-04-01"
        );
        let role = format!("{id}/providers/Microsoft.Authorization/roleDefinitions/{READER}");
        let mut properties = json!({"roleDefinitionId": role, "principalId": principal});
        if let Some(kind) = kind {
            properties["principalType"] = kind.into();
        }
        send(cloud.client.put(url).bearer_auth(&arm).json(&json!({"properties": properties}))).await
    };
    let first = "00000000-0000-4000-8000-000000000001";
    let refused = assign(first, None).await.expect(400);
    assert_eq!(refused.at("/error/code"), "PrincipalNotFound");
    assert!(refused.at("/error/message").contains("replication delay"));
    assign(first, Some("ServicePrincipal")).await.expect(201);
    tokio::time::sleep(Duration::from_millis(2_050)).await;
    assert_eq!(by_application(&cloud, &application).await.0, 200);
    assert_eq!(assign(first, None).await.expect(200).at("/properties/principalType"), "ServicePrincipal");
}
