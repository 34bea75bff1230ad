//! Confluent beyond keys and clusters: keys that somebody else uses, quotas of an environment, and the token exchange.

use crate::common::{ARM_SCOPE, Answer, CONFLUENT, Cloud, cloud, plan, quick, send};
use serde_json::json;

#[tokio::test]
async fn a_colleague_takes_a_key_as_soon_as_it_is_registered() {
    let cloud = quick().await;
    let registered = cloud.register(&cloud.vault("kv-key-in-use")).await.expect(201);
    assert_eq!(registered.at("/state"), "IN_USE");
    let clusters = send(cloud.confluent("GET", "/cmk/v2/clusters?environment=env-full01")).await.expect(200);
    assert_eq!(clusters.at("/data/0/spec/byok/id"), registered.at("/id"));
    let path = format!("/byok/v1/keys/{}", registered.at("/id"));
    assert_eq!(
        send(cloud.confluent("DELETE", &path)).await.expect(409).at("/errors/0/code"),
        "resource_in_use"
    );
}

#[tokio::test]
async fn a_key_whose_cluster_was_deleted_is_held_for_a_while() {
    let cloud = cloud(json!({"key_hold_seconds": 1.0})).await;
    let registered = cloud.register(&cloud.vault("kv-key-held")).await.expect(201);
    assert_eq!(registered.at("/state"), "IN_USE");
    tokio::time::sleep(std::time::Duration::from_millis(1_050)).await;
    assert_eq!(cloud.key(registered.at("/id")).await.at("/state"), "AVAILABLE");
}

#[tokio::test]
async fn no_cluster_more_fits_into_a_full_environment_and_its_quotas_tell_so() {
    let cloud = cloud(json!({"role_propagation_seconds": 0, "validation_seconds": 0})).await;
    let id = cloud.valid_key("kv-kafka-prod").await;
    let mut body = plan("westeurope", &id);
    body["spec"]["environment"]["id"] = "env-full01".into();
    let refused = send(cloud.confluent("POST", "/cmk/v2/clusters").json(&body)).await.expect(402);
    assert!(refused.at("/errors/0/detail").contains("is currently limited to 0"));
    let limit = async |environment: &str| {
        let path = format!(
            "/service-quota/v1/applied-quotas?scope=ENVIRONMENT&environment={environment}&id=kafka.max_kafka_clusters.per_env"
        );
        let found = send(cloud.confluent("GET", &path)).await.expect(200);
        (found.body["data"][0]["applied_limit"].clone(), found.body["data"][0]["default_limit"].clone())
    };
    assert_eq!(limit("env-full01").await, (json!(0), json!(20)));
    assert_eq!(limit("env-dev01").await, (json!(20), json!(20)));
}

#[tokio::test]
async fn one_quota_is_read_by_its_code() {
    let cloud = quick().await;
    let found = send(cloud.confluent("GET", "/service-quota/v1/applied-quotas/byok.max_keys.per_org"))
        .await
        .expect(200);
    assert_eq!((&found.body["applied_limit"], &found.body["usage"]), (&json!(20), &json!(0)));
    send(cloud.confluent("GET", "/service-quota/v1/applied-quotas/byok.max_nothing")).await.expect(404);
}

#[tokio::test]
async fn environments_come_in_pages() {
    let cloud = quick().await;
    let mut path = "/org/v2/environments?page_size=2".to_owned();
    let mut names = Vec::new();
    while !path.is_empty() {
        let page = send(cloud.confluent("GET", &path)).await.expect(200);
        names.extend(
            page.body["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()),
        );
        path = page.at("/metadata/next").strip_prefix(CONFLUENT).unwrap_or_default().to_owned();
    }
    assert_eq!(names, ["env-dev01", "env-empty1", "env-full01"]);
}

async fn exchange(cloud: &Cloud, change: &[(&str, &str)]) -> Answer {
    let subject = cloud.token(ARM_SCOPE).await;
    let mut form = vec![
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", subject.as_str()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("identity_pool_id", cloud.text("/sts/identity_pool_id")),
    ];
    form.retain(|(name, _)| change.iter().all(|(changed, _)| changed != name));
    form.extend(change);
    let form: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = cloud.client.post(format!("{CONFLUENT}/sts/v1/oauth2/token"));
    send(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await
}

async fn environments(cloud: &Cloud, token: &str) -> Answer {
    cloud.get(token, &format!("{CONFLUENT}/org/v2/environments")).await
}

#[tokio::test]
async fn a_token_of_entra_is_exchanged_for_one_that_confluent_takes() {
    let cloud = quick().await;
    let answer = exchange(&cloud, &[]).await.expect(200);
    assert_eq!((answer.at("/token_type"), &answer.body["expires_in"]), ("Bearer", &json!(900)));
    environments(&cloud, answer.at("/access_token")).await.expect(200);
}

#[tokio::test]
async fn a_token_that_was_not_exchanged_is_refused() {
    let cloud = quick().await;
    let subject = cloud.token(ARM_SCOPE).await;
    assert!(
        environments(&cloud, &subject).await.expect(401).header("www-authenticate").starts_with("Bearer ")
    );
}

#[tokio::test]
async fn an_exchanged_token_ends_when_it_was_told_to() {
    let cloud = quick().await;
    let token = exchange(&cloud, &[("expires_in", "1")]).await.expect(200).at("/access_token").to_owned();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    environments(&cloud, &token).await.expect(401);
}

#[tokio::test]
async fn an_exchange_with_a_mistake_names_the_parameter() {
    let cloud = quick().await;
    for (name, value) in [
        ("grant_type", "client_credentials"),
        ("subject_token", "not.a.token"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:saml2"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:id_token"),
        ("identity_pool_id", "pool-none"),
        ("expires_in", "901"),
    ] {
        let refused = exchange(&cloud, &[(name, value)]).await.expect(400);
        assert_eq!(refused.at("/errors/0/source/parameter"), name);
    }
}
