//! Too many requests: what each cloud says then, with and without the time to wait.

use crate::common::{ARM_SCOPE, Answer, Cloud, GRAPH, GRAPH_SCOPE, VAULT_SCOPE, cloud, quick, send};
use serde_json::{Value, json};

async fn ask(cloud: &Cloud, host: &str) -> Answer {
    match host {
        "api.confluent.cloud" => send(cloud.confluent("GET", "/org/v2/environments")).await,
        "management.azure.com" => {
            cloud.arm(&cloud.token(ARM_SCOPE).await, "kv-kafka-prod", "", "2026-02-01").await
        }
        "graph.microsoft.com" => {
            cloud.get(&cloud.token(GRAPH_SCOPE).await, &format!("{GRAPH}/servicePrincipals")).await
        }
        _ => cloud.data(&cloud.token(VAULT_SCOPE).await, "kv-kafka-prod", "/keys").await,
    }
}

async fn throttled(host: &str, retry_after: Option<u64>) -> Answer {
    let cloud = quick().await;
    let fault = json!({"host": host, "kind": "status", "status": 429, "retry_after": retry_after});
    cloud.control("faults", fault).await.expect(201);
    let answer = ask(&cloud, host).await.expect(429);
    ask(&cloud, host).await.expect(200);
    answer
}

#[tokio::test]
async fn key_vault_names_the_limit_and_no_time_to_wait() {
    let answer = throttled("kv-kafka-prod.vault.azure.net", None).await;
    assert_eq!(answer.at("/error/code"), "Throttled");
    assert!(answer.at("/error/message").ends_with("Reason: VaultRequestTypeLimitReached"));
    assert_eq!(answer.header("retry-after"), "");
}

#[tokio::test]
async fn key_vault_names_the_time_to_wait_where_that_is_asked_for() {
    let answer = throttled("kv-kafka-prod.vault.azure.net", Some(7)).await;
    assert_eq!(answer.header("retry-after"), "7");
    assert_eq!(answer.at("/error/code"), "Throttled");
}

#[tokio::test]
async fn arm_tells_that_no_reads_are_left() {
    let answer = throttled("management.azure.com", Some(3)).await;
    assert_eq!(answer.header("x-ms-ratelimit-remaining-subscription-reads"), "0");
    assert_eq!(answer.header("retry-after"), "3");
}

#[tokio::test]
async fn confluent_answers_with_headers_and_without_a_body() {
    let answer = throttled("api.confluent.cloud", None).await;
    assert_eq!(answer.body, Value::Null);
    assert_eq!(answer.header("x-ratelimit-remaining"), "0");
    assert_eq!(answer.header("x-ratelimit-reset"), "1");
    assert_eq!(throttled("api.confluent.cloud", Some(2)).await.header("retry-after"), "2");
}

#[tokio::test]
async fn graph_says_too_many_requests() {
    assert_eq!(throttled("graph.microsoft.com", None).await.at("/error/code"), "TooManyRequests");
}

#[tokio::test]
async fn a_body_of_ones_own_replaces_the_clouds() {
    let cloud = quick().await;
    let fault =
        json!({"host": "api.confluent.cloud", "kind": "status", "status": 429, "body": {"mine": true}});
    cloud.control("faults", fault).await.expect(201);
    assert_eq!(ask(&cloud, "api.confluent.cloud").await.expect(429).body, json!({"mine": true}));
}

#[tokio::test]
async fn a_vault_that_many_read_from_answers_every_read_429_and_still_tells_its_tenant() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    for tail in ["/keys/kafka-cluster", "/keys/kafka-cluster/versions", "/keys/kafka-cluster/rotationpolicy"]
    {
        assert_eq!(cloud.data(&token, "kv-throttled", tail).await.expect(429).at("/error/code"), "Throttled");
    }
    send(cloud.client.get("https://kv-throttled.vault.azure.net/keys?api-version=2025-07-01"))
        .await
        .expect(401);
}

#[tokio::test]
async fn confluent_counts_requests_by_the_second() {
    let cloud = cloud(json!({"confluent_requests_per_second": 0})).await;
    let answer = ask(&cloud, "api.confluent.cloud").await.expect(429);
    assert_eq!(answer.header("retry-after"), "1");
    cloud.control("world", json!({"confluent_requests_per_second": 100})).await.expect(200);
    let answer = ask(&cloud, "api.confluent.cloud").await.expect(200);
    assert_eq!(answer.header("x-ratelimit-limit"), "100");
}
