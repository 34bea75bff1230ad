//! The server’s own identity, and creation that is judged with it.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{ARM, PATH, ids, signed_in, source};
use crate::azure::AzureIdentity;
use crate::ledger::now;
use crate::tests::cloud::{TENANT, key};
use crate::tests::creation::wanted;
use crate::tests::sky::{Reply, Sky, token};
use crate::tests::{Answer, Cloud, Fixture};

#[tokio::test]
async fn the_server_signs_in_once_for_each_kind_of_host() {
    let sky = Sky::start().await;
    let cloud = Cloud::start().await;
    let fixture = Fixture::under(&cloud, &sky, &signed_in()).await;
    let mut body = ids();
    body["key"] = json!("cck-good");
    let view = fixture.post(PATH, &body).await.json();
    assert_eq!(view["outcome"], "met", "{view:#}");
    assert_eq!(sky.count(|seen| seen.is_sign_in()), 3);
    fixture.post(PATH, &body).await;
    assert_eq!(sky.count(|seen| seen.is_sign_in()), 3);
    let seen = sky.seen();
    let sign_ins: Vec<_> = seen.iter().filter(|seen| seen.is_sign_in()).collect();
    for one in &sign_ins {
        assert_eq!((one.method.as_str(), one.host.as_str()), ("POST", "login.microsoftonline.com"));
        assert!(one.path.starts_with(&format!("/{TENANT}/")), "{one:?}");
    }
    // The secret goes to the sign-in, and to nobody else.
    assert!(seen.iter().all(|seen| seen.is_sign_in() || !format!("{seen:?}").contains("hunter2")));
}

#[tokio::test]
async fn a_sign_in_that_fails_is_told_once_and_without_the_secret() {
    let sky = Sky::with(|seen| {
        seen.is_sign_in().then(|| {
            Reply::json(401, &json!({ "error": "invalid_client",
                "error_description": "AADSTS7000215: Invalid client secret provided: hunter2~secret. Trace ID: 1 Timestamp: 2" }))
        })
    })
    .await;
    let fixture = Fixture::under(&Cloud::start().await, &sky, &signed_in()).await;
    let answer = fixture.post(PATH, &ids()).await;
    let view = answer.json();
    assert_eq!(source(&view, "arm"), "failed", "{view:#}");
    assert!(answer.text().contains("AADSTS7000215"), "{}", answer.text());
    assert!(!answer.text().contains("hunter2"), "{}", answer.text());
    assert_eq!(sky.count(|seen| seen.is_sign_in()), 2, "one for ARM, one for Key Vault");
}

#[tokio::test]
async fn the_users_token_comes_before_the_servers_identity() {
    let sky = Sky::start().await;
    let fixture = Fixture::under(&Cloud::start().await, &sky, &signed_in()).await;
    let mut body = ids();
    body["arm_token"] = token(ARM, now() + 3000, "for-arm").into();
    fixture.post(PATH, &body).await;
    for seen in sky.seen().iter().filter(|seen| seen.is_arm()) {
        assert!(seen.authorization.as_ref().is_none_or(|header| header.ends_with("for-arm")), "{seen:?}");
    }
}

/// Asks for a cluster with a key that Confluent has judged so, under an identity.
async fn create(sky: &Sky, identity: &AzureIdentity, phase: &str) -> (Cloud, Answer) {
    let cloud = Cloud::start().await;
    cloud.world().keys = vec![key("cck-good", phase, "AVAILABLE")];
    let fixture = Fixture::under(&cloud, sky, identity).await;
    let mut body = wanted();
    body["waivers"] = json!([
        { "requirement": "key.validated", "reason": "I know." },
        { "requirement": "key.region", "reason": "I know." },
    ]);
    (cloud, fixture.create("draft-00001", &body).await)
}

#[tokio::test]
async fn creation_is_judged_on_what_the_server_itself_reads_from_azure() {
    let without_roles = || {
        Sky::with(|seen| {
            seen.path.ends_with("/roleAssignments").then(|| Reply::json(200, &json!({ "value": [] })))
        })
    };
    let (cloud, answer) = create(&without_roles().await, &signed_in(), "INITIALIZING").await;
    answer.problem(422);
    assert!(answer.text().contains("access."), "{}", answer.text());
    assert_eq!(cloud.posts(), 0);
    let (_, answer) = create(&Sky::start().await, &signed_in(), "INITIALIZING").await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    // Nobody in Azure to ask as: what is not known there is no obstacle, as ever.
    let (_, answer) = create(&without_roles().await, &AzureIdentity::None, "INITIALIZING").await;
    assert_eq!(answer.status, 202, "{}", answer.text());
}

#[tokio::test]
async fn what_a_probe_knows_to_be_wrong_stops_a_creation_without_any_identity() {
    let sky = Sky::with(|seen| {
        let other = "Bearer authorization=\"https://login.microsoftonline.com/99999999-9999-4999-8999-999999999999\", resource=\"https://vault.azure.net\"";
        seen.is_vault().then(|| Reply::json(401, &json!({})).with("www-authenticate", other))
    })
    .await;
    let (cloud, answer) = create(&sky, &AzureIdentity::None, "INITIALIZING").await;
    answer.problem(422);
    assert!(answer.fields().contains(&"tenant_id".to_owned()), "{}", answer.text());
    assert_eq!(cloud.posts(), 0);
}

#[tokio::test]
async fn an_azure_that_hangs_does_not_hold_up_a_creation() {
    let sky = Sky::with(|_| Some(Reply::json(200, &json!({})).after(Duration::from_secs(30)))).await;
    let started = Instant::now();
    let (_, answer) = create(&sky, &AzureIdentity::None, "VALID").await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    assert!(started.elapsed() < Duration::from_secs(5));
}
