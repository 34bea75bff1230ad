//! How it is told: limits, events, the log, quotas.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Method;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{ARM, PATH, VAULTS, fixture, ids, signed_in, with_tokens};
use crate::ledger::now;
use crate::tests::sky::{Reply, Sky, token};
use crate::tests::{Answer, Cloud, Fixture, log, write};

#[tokio::test]
async fn the_eleventh_at_once_is_told_to_wait_and_asks_nobody() {
    let sky = Sky::start().await;
    let fixture = fixture(&sky).await;
    for _ in 0..10 {
        assert_eq!(fixture.post(PATH, &ids()).await.status, 200);
    }
    let before = sky.seen().len();
    let answer = fixture.post(PATH, &ids()).await;
    let problem = answer.problem(429);
    assert_eq!(problem["type"], "/problems/too-often");
    assert!(answer.header("retry-after").parse::<u64>().is_ok_and(|seconds| (1..=2).contains(&seconds)));
    assert_eq!(sky.seen().len(), before);
}

/// Sends with `Accept: text/event-stream`; the answer, still running.
async fn stream(fixture: &Fixture, body: &Value) -> axum::response::Response {
    let request = write(Method::POST, PATH).header("accept", "application/json;q=0.5, text/event-stream");
    let request = request.body(Body::from(body.to_string())).expect("a request");
    fixture.router.clone().oneshot(request).await.expect("infallible")
}

/// The events in what was sent: name and data.
fn events(text: &str) -> Vec<(String, Value)> {
    let of = |block: &str, name: &str| {
        block.lines().find_map(|line| line.strip_prefix(name).map(str::trim)).unwrap_or_default().to_owned()
    };
    text.split("\n\n")
        .filter(|block| block.contains("event:"))
        .map(|block| (of(block, "event:"), serde_json::from_str(&of(block, "data:")).expect("JSON")))
        .collect()
}

#[tokio::test]
async fn verdicts_stream_as_they_are_known_and_everything_comes_last() {
    let sky = Sky::with(|seen| {
        let slow = seen.path.ends_with("/rotationpolicy");
        slow.then(|| Reply::json(200, &json!({ "lifetimeActions": [] })).after(Duration::from_millis(500)))
    })
    .await;
    let fixture = fixture(&sky).await;
    let started = Instant::now();
    let answer = stream(&fixture, &with_tokens()).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut body = answer.into_body();
    let (mut text, mut early) = (String::new(), String::new());
    while let Some(frame) = body.frame().await {
        let data = frame.expect("a frame").into_data().unwrap_or_default();
        text.push_str(&String::from_utf8_lossy(&data));
        if started.elapsed() < Duration::from_millis(400) {
            early.clone_from(&text);
        }
    }
    let early = events(&early);
    assert!(early.iter().any(|(_, data)| data["requirement"] == "vault.rbac"), "{early:?}");
    assert!(early.iter().all(|(name, data)| name == "verdict" && data["requirement"] != "key.rotation"));
    let all = events(&text);
    let (last, rest) = all.split_last().expect("events");
    assert_eq!(last.0, "done");
    for verdict in last.1["verdicts"].as_array().expect("verdicts") {
        let told = rest.iter().rev().find(|(_, data)| data["requirement"] == verdict["requirement"]);
        assert_eq!(told.map(|(_, data)| data), Some(verdict));
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_is_not_worked_for() {
    let sky = Sky::with(|seen| {
        let key = seen.path.ends_with("/oauth2/v2.0/token");
        key.then(|| {
            Reply::json(
                200,
                &json!({ "token_type": "Bearer", "expires_in": 3600,
            "access_token": token(VAULTS, now() + 3600, "late") }),
            )
            .after(Duration::from_millis(300))
        })
    })
    .await;
    let fixture = Fixture::under(&Cloud::start().await, &sky, &signed_in()).await;
    let answer = stream(&fixture, &ids()).await;
    let mut body = answer.into_body();
    body.frame().await.expect("a first event").expect("a frame");
    drop(body);
    tokio::time::sleep(Duration::from_millis(600)).await;
    // The sign-ins had begun; the reads that waited for them were never sent.
    assert_eq!(sky.count(|seen| seen.authorization.is_some()), 0, "{:#?}", sky.seen());
}

#[tokio::test]
async fn nothing_secret_is_logged() {
    let logged = log::capture();
    let sky = Sky::with(|seen| {
        seen.is_sign_in()
            .then(|| Reply::json(400, &json!({ "error": "x", "error_description": seen.body.clone() })))
    })
    .await;
    let fixture = Fixture::under(&Cloud::start().await, &sky, &signed_in()).await;
    let mut body = ids();
    body["arm_token"] = token(ARM, now() + 3000, "for-arm").into();
    let answer: Answer = fixture.post(PATH, &body).await;
    let logged = logged.text();
    assert!(logged.contains("could not sign in"), "{logged}");
    for secret in ["for-arm", "eyJ", "hunter2"] {
        assert!(!logged.contains(secret), "{secret} in {logged}");
        assert!(!answer.text().contains(secret), "{secret} in {}", answer.text());
    }
}

#[tokio::test]
async fn quotas_are_listed_for_the_organization_and_an_environment() {
    let sky = Sky::start().await;
    let fixture = fixture(&sky).await;
    let all = fixture.get("/api/v1/quotas?environment=env-1").await.json();
    let codes: Vec<&str> =
        all["data"].as_array().expect("quotas").iter().filter_map(|quota| quota["code"].as_str()).collect();
    assert_eq!(codes, ["byok.max_keys.per_org", "kafka.max_kafka_clusters.per_env"]);
    assert_eq!(all["data"][1]["scope"], "env-1");
    let only = fixture.get("/api/v1/quotas").await.json();
    assert_eq!(only["data"].as_array().map(Vec::len), Some(1));
    assert_eq!((&only["data"][0]["limit"], &only["data"][0]["used"]), (&json!(20), &json!(3)));
}
