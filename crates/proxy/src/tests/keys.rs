//! Registering, adopting, deleting.

use serde_json::{Value, json};

use super::cloud::{KEY, TENANT, VAULT, key};
use super::sky::{Reply, Sky};
use super::{Cloud, Fixture};
use crate::azure::AzureIdentity;

fn ids() -> Value {
    json!({ "display_name": "prod", "key_vault_id": VAULT, "key_id": KEY, "tenant_id": TENANT })
}

#[tokio::test]
async fn a_key_is_registered_with_canonical_ids() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let mut body = ids();
    body["key_id"] = json!(format!(" {KEY}/0123456789abcdef0123456789abcdef "));
    let answer = fixture.post("/api/v1/keys", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.header("location"), "/api/v1/keys/cck-new");
    let view = answer.json();
    assert_eq!(view["key_id"], KEY);
    assert_eq!(view["deletable"], true);
    assert!(view["registered_for"].as_u64().is_some_and(|seconds| seconds < 5), "{view}");
    assert_eq!(fixture.get("/api/v1/keys/cck-new").await.json()["application_id"], view["application_id"]);
}

#[tokio::test]
async fn wrong_ids_are_refused_field_by_field_and_nothing_is_sent() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let body = json!({ "key_vault_id": "kv", "key_id": "not a key", "tenant_id": "x" });
    let answer = fixture.post("/api/v1/keys", &body).await;
    answer.problem(422);
    let mut fields = answer.fields();
    fields.sort();
    fields.dedup();
    assert_eq!(fields, ["key_id", "key_vault_id", "tenant_id"]);
    for finding in answer.json()["findings"].as_array().expect("findings") {
        assert!(finding["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{finding}");
    }
    assert!(cloud.world().writes.is_empty());
}

#[tokio::test]
async fn ids_of_two_vaults_are_refused() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let mut body = ids();
    body["key_id"] = json!("https://another-vault.vault.azure.net/keys/kafka-cluster");
    let answer = fixture.post("/api/v1/keys", &body).await;
    answer.problem(422);
    assert!(answer.fields().contains(&"key_id".to_owned()));
    assert!(cloud.world().writes.is_empty());
}

fn conflict() -> Option<(u16, Value)> {
    Some((
        409,
        json!({ "errors": [{ "status": "409", "code": "resource_already_exists", "detail": "Resource Already exists" }] }),
    ))
}

#[tokio::test]
async fn a_key_that_exists_with_the_same_ids_is_taken_but_not_ours_to_delete() {
    let cloud = Cloud::start().await;
    cloud.world().refuse_key = conflict();
    let fixture = Fixture::new(&cloud).await;
    let mut body = ids();
    body["key_vault_id"] = json!(VAULT.to_uppercase());
    let answer = fixture.post("/api/v1/keys", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["id"], "cck-good");
    assert_eq!(answer.json()["deletable"], false);
    fixture.delete("/api/v1/keys/cck-good").await.problem(409);
}

#[tokio::test]
async fn a_key_that_exists_otherwise_is_not_taken() {
    let cloud = Cloud::start().await;
    cloud.world().refuse_key = conflict();
    let fixture = Fixture::new(&cloud).await;
    let mut body = ids();
    body["tenant_id"] = json!("44444444-4444-4444-8444-444444444444");
    fixture.post("/api/v1/keys", &body).await.problem(409);
    cloud.world().keys = vec![key("cck-good", "VALID", "IN_USE")];
    fixture.post("/api/v1/keys", &ids()).await.problem(409);
}

#[tokio::test]
async fn what_confluent_refuses_lands_on_its_field() {
    let cloud = Cloud::start().await;
    let cases = [
        (
            422,
            json!({ "errors": [{ "detail": "bad", "source": { "pointer": "/key/tenant_id" } }] }),
            422,
            "tenant_id",
        ),
        (
            400,
            json!({ "errors": [{ "detail": "The key vault does not exist", "source": {} }] }),
            422,
            "key_vault_id",
        ),
        (
            400,
            json!({ "status": 400, "error": { "code": "INVALID_FIELD", "message": "key_id is not a URL" } }),
            422,
            "key_id",
        ),
        (400, json!({ "message": "byok keys is currently limited to 20" }), 402, "key"),
        (402, json!({ "errors": [{ "code": "quota_exceeded", "detail": "over quota" }] }), 402, "-"),
    ];
    for (status, body, expected, field) in cases {
        cloud.world().refuse_key = Some((status, body.clone()));
        let answer = Fixture::new(&cloud).await.post("/api/v1/keys", &ids()).await;
        answer.problem(expected);
        assert_eq!(answer.fields(), [field], "{body}");
    }
}

const OTHER: &str = "99999999-9999-4999-8999-999999999999";

fn challenge(tenant: &str) -> Reply {
    let text = format!(
        "Bearer authorization=\"https://login.microsoftonline.com/{tenant}\", resource=\"https://vault.azure.net\""
    );
    Reply::json(401, &json!({})).with("www-authenticate", text)
}

/// Registers under a sky; the answer, and how many registrations Confluent was asked for.
async fn registered_under(sky: &Sky) -> (super::Answer, usize) {
    let cloud = Cloud::start().await;
    let fixture = Fixture::under(&cloud, sky, &AzureIdentity::None).await;
    let answer = fixture.post("/api/v1/keys", &ids()).await;
    let writes = cloud.world().writes.len();
    (answer, writes)
}

#[tokio::test]
async fn a_vault_that_says_another_tenant_is_not_registered() {
    let sky = Sky::with(|seen| seen.is_vault().then(|| challenge(OTHER))).await;
    let (answer, writes) = registered_under(&sky).await;
    answer.problem(422);
    assert_eq!(answer.fields(), ["tenant_id"]);
    assert!(answer.text().contains(OTHER), "{}", answer.text());
    assert_eq!(writes, 0);
    assert!(sky.seen().iter().all(|seen| seen.authorization.is_none()), "nobody’s credentials are used");
}

#[tokio::test]
async fn a_tenant_that_entra_does_not_know_is_not_registered() {
    let sky = Sky::with(|seen| {
        let missing =
            json!({ "error": "invalid_tenant", "error_description": "AADSTS90002: Tenant not found." });
        (seen.host == "login.microsoftonline.com").then(|| Reply::json(400, &missing))
    })
    .await;
    let (answer, writes) = registered_under(&sky).await;
    answer.problem(422);
    assert!(answer.fields().iter().all(|field| field == "tenant_id"), "{}", answer.text());
    assert_eq!(writes, 0);
}

#[tokio::test]
async fn what_a_probe_does_not_know_stops_no_registration() {
    for (status, after) in [(503, 0), (403, 0), (404, 0), (200, 30)] {
        let sky = Sky::with(move |_| {
            Some(Reply::json(status, &json!({})).after(std::time::Duration::from_secs(after)))
        })
        .await;
        let (answer, writes) = registered_under(&sky).await;
        assert_eq!((answer.status.as_u16(), writes), (201, 1), "{status}: {}", answer.text());
    }
}

#[tokio::test]
async fn whoever_has_no_look_left_may_still_register() {
    let sky = Sky::with(|seen| seen.is_vault().then(|| challenge(OTHER))).await;
    let cloud = Cloud::start().await;
    let fixture = Fixture::under(&cloud, &sky, &AzureIdentity::None).await;
    for _ in 0..10 {
        fixture
            .post(
                "/api/v1/preflight",
                &json!({ "key_vault_id": VAULT, "key_id": KEY, "tenant_id": TENANT, "region": "" }),
            )
            .await;
    }
    let asked = sky.seen().len();
    assert_eq!(fixture.post("/api/v1/keys", &ids()).await.status, 201);
    assert_eq!(sky.seen().len(), asked, "nobody was asked");
}

#[tokio::test]
async fn only_a_key_registered_here_and_unused_is_deleted() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    fixture.post("/api/v1/keys", &ids()).await;
    fixture.delete("/api/v1/keys/cck-good").await.problem(409);
    if let Some(key) = cloud.world().keys.iter_mut().find(|key| key["id"] == "cck-new") {
        key["state"] = json!("IN_USE");
    }
    fixture.delete("/api/v1/keys/cck-new").await.problem(409);
    if let Some(key) = cloud.world().keys.iter_mut().find(|key| key["id"] == "cck-new") {
        key["state"] = json!("AVAILABLE");
    }
    assert_eq!(fixture.delete("/api/v1/keys/cck-new").await.status, 204);
    fixture.delete("/api/v1/keys/cck-new").await.problem(409);
    let deletes = cloud.world().writes.iter().filter(|write| write.starts_with("DELETE")).count();
    assert_eq!(deletes, 1);
}

#[tokio::test]
async fn an_unknown_key_is_not_found() {
    let cloud = Cloud::start().await;
    Fixture::new(&cloud).await.get("/api/v1/keys/cck-none").await.problem(404);
}
