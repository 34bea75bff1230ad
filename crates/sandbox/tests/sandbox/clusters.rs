//! Clusters: what is accepted, what is refused, and how one comes to be.

use std::time::Duration;

use crate::common::{Cloud, plan, quick, send};
use serde_json::Value;

async fn create(cloud: &Cloud, body: &Value) -> crate::common::Answer {
    send(cloud.confluent("POST", "/cmk/v2/clusters").json(body)).await
}

#[tokio::test]
async fn a_cluster_with_a_valid_key_is_provisioned_and_has_endpoints() {
    let cloud = quick().await;
    let key = cloud.valid_key("kv-kafka-prod").await;
    let created = create(&cloud, &plan("westeurope", &key)).await.expect(202);
    assert_eq!(created.at("/status/phase"), "PROVISIONING");
    assert_eq!(created.at("/spec/kafka_bootstrap_endpoint"), "");
    assert_eq!(cloud.key(&key).await.at("/state"), "IN_USE");
    tokio::time::sleep(Duration::from_millis(250)).await;
    let path = format!("/cmk/v2/clusters/{}?environment=env-dev01", created.at("/id"));
    let ready = send(cloud.confluent("GET", &path)).await.expect(200);
    assert_eq!(ready.at("/status/phase"), "PROVISIONED");
    assert!(ready.at("/spec/endpoints/PUBLIC/kafka_bootstrap_endpoint").starts_with("SASL_SSL://pkc-"));
    assert_eq!(ready.at("/spec/byok/id"), key);
}

#[tokio::test]
async fn a_key_that_is_not_granted_is_refused_at_creation() {
    let cloud = quick().await;
    let registered = cloud.register(&cloud.vault("kv-kafka-prod")).await.expect(201);
    let refused = create(&cloud, &plan("westeurope", registered.at("/id"))).await.expect(400);
    assert_eq!(
        refused.at("/errors/0/detail"),
        "Cluster configuration is invalid. Reasons=[encryption_key_id]"
    );
}

#[tokio::test]
async fn a_key_in_another_region_is_refused_at_creation() {
    let cloud = quick().await;
    let key = cloud.valid_key("kv-other-region").await;
    create(&cloud, &plan("westeurope", &key)).await.expect(400);
    create(&cloud, &plan("northeurope", &key)).await.expect(202);
}

#[tokio::test]
async fn a_key_serves_one_cluster_and_cannot_be_deleted_meanwhile() {
    let cloud = quick().await;
    let key = cloud.valid_key("kv-kafka-prod").await;
    create(&cloud, &plan("westeurope", &key)).await.expect(202);
    create(&cloud, &plan("westeurope", &key)).await.expect(400);
    send(cloud.confluent("DELETE", &format!("/byok/v1/keys/{key}"))).await.expect(409);
}

#[tokio::test]
async fn judged_at_creation_a_key_stays_initializing_and_works() {
    let cloud = quick().await;
    cloud.control("world", serde_json::json!({"validation": "at-create"})).await.expect(200);
    let vault = cloud.vault("kv-kafka-prod");
    let registered = cloud.register(&vault).await.expect(201);
    cloud.grant(&vault, &registered).await.expect(200);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(cloud.key(registered.at("/id")).await.at("/validation/phase"), "INITIALIZING");
    create(&cloud, &plan("westeurope", registered.at("/id"))).await.expect(202);
}

async fn refused(change: impl FnOnce(&mut Value), status: u16) -> crate::common::Answer {
    let cloud = quick().await;
    let mut body = plan("westeurope", &cloud.valid_key("kv-kafka-prod").await);
    change(&mut body["spec"]);
    create(&cloud, &body).await.expect(status)
}

#[tokio::test]
async fn a_multi_zone_cluster_needs_two_ckus() {
    let answer = refused(|spec| spec["config"]["cku"] = 1.into(), 400).await;
    assert!(answer.at("/errors/0/detail").contains("CKU must be greater"));
}

#[tokio::test]
async fn a_region_by_its_display_name_cannot_be_scheduled() {
    let answer = refused(|spec| spec["region"] = "West Europe".into(), 400).await;
    assert!(answer.at("/errors/0/detail").starts_with("Unable to schedule"));
}

#[tokio::test]
async fn an_unknown_availability_is_refused_with_a_pointer() {
    let answer = refused(|spec| spec["availability"] = "MANY".into(), 422).await;
    assert_eq!(answer.at("/errors/0/source/pointer"), "/spec/availability");
}

#[tokio::test]
async fn a_missing_cku_is_refused_with_a_pointer() {
    let answer = refused(|spec| spec["config"] = serde_json::json!({"kind": "Dedicated"}), 422).await;
    assert_eq!(answer.at("/errors/0/source/pointer"), "/spec/config/cku");
}

#[tokio::test]
async fn an_unknown_environment_is_not_found() {
    refused(|spec| spec["environment"]["id"] = "env-nowhere".into(), 404).await;
}

#[tokio::test]
async fn a_network_must_be_in_the_region_and_ready() {
    refused(|spec| spec["network"] = serde_json::json!({"id": "n-plink1"}), 400).await;
    refused(|spec| spec["network"] = serde_json::json!({"id": "n-prov01"}), 400).await;
    refused(|spec| spec["network"] = serde_json::json!({"id": "n-nothing"}), 404).await;
    refused(|spec| spec["network"] = serde_json::json!({"id": "n-peer01"}), 202).await;
}

#[tokio::test]
async fn a_cluster_in_another_environment_is_not_visible() {
    let cloud = quick().await;
    send(cloud.confluent("GET", "/cmk/v2/clusters/lkc-dev01?environment=env-dev01")).await.expect(200);
    let hidden =
        send(cloud.confluent("GET", "/cmk/v2/clusters/lkc-dev01?environment=env-empty1")).await.expect(403);
    assert_eq!(hidden.at("/errors/0/code"), "forbidden_access");
    send(cloud.confluent("GET", "/cmk/v2/clusters/lkc-dev01")).await.expect(400);
}

#[tokio::test]
async fn ready_networks_are_found_by_region() {
    let cloud = quick().await;
    let path = "/networking/v1/networks?environment=env-dev01&spec.region=westeurope&status.phase=READY";
    let found = send(cloud.confluent("GET", path)).await.expect(200);
    assert_eq!(found.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(found.at("/data/0/id"), "n-peer01");
}

#[tokio::test]
async fn quotas_tell_limit_and_usage() {
    let cloud = quick().await;
    cloud.register(&cloud.vault("kv-kafka-prod")).await.expect(201);
    let path = "/service-quota/v1/applied-quotas?scope=ORGANIZATION&id=byok.max_keys.per_org";
    let quota = send(cloud.confluent("GET", path)).await.expect(200);
    assert_eq!(quota.body.pointer("/data/0/applied_limit"), Some(&20.into()));
    assert_eq!(quota.body.pointer("/data/0/usage"), Some(&1.into()));
}

#[tokio::test]
async fn a_basic_cluster_ignores_a_key_without_an_error() {
    let cloud = quick().await;
    let mut body = plan("westeurope", &cloud.valid_key("kv-kafka-prod").await);
    body["spec"]["config"] = serde_json::json!({"kind": "Basic"});
    let created = create(&cloud, &body).await.expect(202);
    assert_eq!(created.body["spec"].get("byok"), None);
}

#[tokio::test]
async fn a_fourth_pending_cluster_is_over_the_quota() {
    let cloud = quick().await;
    cloud.control("world", serde_json::json!({"provisioning_seconds": 60})).await.expect(200);
    let mut body = plan("westeurope", "");
    body["spec"]["byok"] = Value::Null;
    for _ in 0..3 {
        create(&cloud, &body).await.expect(202);
    }
    assert_eq!(create(&cloud, &body).await.expect(402).at("/errors/0/code"), "quota_exceeded");
}

#[tokio::test]
async fn a_deleted_cluster_holds_its_key_for_five_days() {
    let cloud = quick().await;
    let key = cloud.valid_key("kv-kafka-prod").await;
    let created = create(&cloud, &plan("westeurope", &key)).await.expect(202);
    let path = format!("/cmk/v2/clusters/{}?environment=env-dev01", created.at("/id"));
    send(cloud.confluent("DELETE", &path)).await.expect(204);
    assert_eq!(cloud.key(&key).await.at("/state"), "IN_USE");
    send(cloud.confluent("DELETE", &format!("/byok/v1/keys/{key}"))).await.expect(409);
}

/// The ids of the clusters that a list of the environment shows, its own old one left out.
async fn listed(cloud: &Cloud) -> Vec<String> {
    let list = send(cloud.confluent("GET", "/cmk/v2/clusters?environment=env-dev01")).await.expect(200);
    let all = list.body["data"].as_array().unwrap().iter();
    all.map(|cluster| cluster["id"].as_str().unwrap().to_owned()).filter(|id| id != "lkc-dev01").collect()
}

#[tokio::test]
async fn a_world_may_take_a_key_for_a_second_cluster() {
    let cloud = quick().await;
    let key = cloud.valid_key("kv-kafka-prod").await;
    create(&cloud, &plan("westeurope", &key)).await.expect(202);
    create(&cloud, &plan("westeurope", &key)).await.expect(400);
    cloud.control("world", serde_json::json!({"second_cluster_of_key": "accepted"})).await.expect(200);
    let second = create(&cloud, &plan("westeurope", &key)).await.expect(202);
    assert_eq!(second.at("/spec/byok/id"), key);
    assert_eq!(listed(&cloud).await.len(), 2);
}

#[tokio::test]
async fn a_key_may_be_told_as_in_use_only_after_a_while_and_serves_one_cluster_all_the_same() {
    let cloud = quick().await;
    cloud.control("world", serde_json::json!({"key_in_use_seconds": 0.3})).await.expect(200);
    let key = cloud.valid_key("kv-kafka-prod").await;
    create(&cloud, &plan("westeurope", &key)).await.expect(202);
    assert_eq!(cloud.key(&key).await.at("/state"), "AVAILABLE");
    create(&cloud, &plan("westeurope", &key)).await.expect(400);
    send(cloud.confluent("DELETE", &format!("/byok/v1/keys/{key}"))).await.expect(409);
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(cloud.key(&key).await.at("/state"), "IN_USE");
}

#[tokio::test]
async fn a_new_cluster_may_show_in_lists_only_after_a_while_and_by_its_id_at_once() {
    let cloud = quick().await;
    cloud.control("world", serde_json::json!({"cluster_list_seconds": 0.3})).await.expect(200);
    let key = cloud.valid_key("kv-kafka-prod").await;
    let created = create(&cloud, &plan("westeurope", &key)).await.expect(202);
    assert!(listed(&cloud).await.is_empty());
    let path = format!("/cmk/v2/clusters/{}?environment=env-dev01", created.at("/id"));
    send(cloud.confluent("GET", &path)).await.expect(200);
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(listed(&cloud).await, [created.at("/id")]);
}

#[tokio::test]
async fn a_world_may_make_a_cluster_that_ignores_its_key_without_an_error() {
    let cloud = quick().await;
    cloud.control("world", serde_json::json!({"key_of_new_clusters": "ignored"})).await.expect(200);
    let key = cloud.valid_key("kv-kafka-prod").await;
    let created = create(&cloud, &plan("westeurope", &key)).await.expect(202);
    assert_eq!(created.body["spec"].get("byok"), None);
    assert_eq!(cloud.key(&key).await.at("/state"), "AVAILABLE");
}

#[tokio::test]
async fn a_world_may_fail_to_build_a_cluster_which_then_has_no_endpoints_and_keeps_its_key() {
    let cloud = quick().await;
    cloud.control("world", serde_json::json!({"provisioning_result": "FAILED"})).await.expect(200);
    let key = cloud.valid_key("kv-kafka-prod").await;
    let created = create(&cloud, &plan("westeurope", &key)).await.expect(202);
    assert_eq!(created.at("/status/phase"), "PROVISIONING");
    tokio::time::sleep(Duration::from_millis(250)).await;
    let path = format!("/cmk/v2/clusters/{}?environment=env-dev01", created.at("/id"));
    let failed = send(cloud.confluent("GET", &path)).await.expect(200);
    assert_eq!(failed.at("/status/phase"), "FAILED");
    assert_eq!(failed.at("/spec/kafka_bootstrap_endpoint"), "");
    assert_eq!(cloud.key(&key).await.at("/state"), "IN_USE");
}

#[tokio::test]
async fn deletion_protection_is_kept_told_and_effective() {
    let cloud = quick().await;
    let mut body = plan("westeurope", &cloud.valid_key("kv-kafka-prod").await);
    body["spec"]["deletion_protection"] = true.into();
    let created = create(&cloud, &body).await.expect(202);
    assert_eq!(created.body.pointer("/spec/deletion_protection"), Some(&true.into()));
    let world = cloud.look("world").await;
    let told =
        world["clusters"].as_array().unwrap().iter().find(|cluster| cluster["id"] == created.at("/id"));
    assert_eq!(told.unwrap()["deletion_protection"], true);
    let path = format!("/cmk/v2/clusters/{}?environment=env-dev01", created.at("/id"));
    send(cloud.confluent("DELETE", &path)).await.expect(409);
}

#[tokio::test]
async fn words_for_creation_that_mean_nothing_are_refused() {
    let cloud = quick().await;
    for wrong in [
        serde_json::json!({"second_cluster_of_key": true}),
        serde_json::json!({"key_of_new_clusters": "lost"}),
        serde_json::json!({"key_in_use_seconds": -1}),
        serde_json::json!({"cluster_list_seconds": "soon"}),
    ] {
        cloud.control("world", wrong).await.expect(400);
    }
}
