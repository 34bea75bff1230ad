//! The client against servers that misbehave.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{Confluent, Credentials, Failure};
use crate::metrics::Metrics;

/// A server that answers the n-th request (from 1) with `answer(n, request)`, and counts.
async fn server<F>(answer: F) -> (Confluent, Arc<AtomicU32>)
where
    F: Fn(u32, Request) -> Response + Clone + Send + Sync + 'static,
{
    let count = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&count);
    let router = Router::new()
        .fallback(async move |request: Request| answer(counted.fetch_add(1, Ordering::SeqCst) + 1, request));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (Confluent::for_test(&base, Arc::new(Metrics::new())), count)
}

fn json(status: u16, body: serde_json::Value) -> Response {
    (StatusCode::from_u16(status).expect("a status"), axum::Json(body)).into_response()
}

#[tokio::test]
async fn every_page_is_read_by_its_token_on_our_own_address() {
    let (client, count) = server(|_, request| {
        let query = request.uri().query().unwrap_or_default().to_owned();
        // The next address points elsewhere; only its token may count.
        let next = |token: &str| json!(format!("https://evil.example/elsewhere?x=1&page_token={token}"));
        match query.split("page_token=").nth(1) {
            None => {
                json(200, json!({ "data": [{ "id": "env-1" }], "metadata": { "next": next("two%2B2") } }))
            }
            Some("two%2B2") => {
                json(200, json!({ "data": [{ "id": "env-2", "new": 1 }], "metadata": { "next": next("3") } }))
            }
            Some("3") => json(200, json!({ "data": null, "metadata": { "next": null } })),
            Some(other) => json(400, json!({ "message": format!("unexpected token {other}") })),
        }
    })
    .await;
    let ids: Vec<String> = client.environments().await.expect("a list").into_iter().map(|e| e.id).collect();
    assert_eq!(ids, ["env-1", "env-2"]);
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_list_without_end_is_given_up() {
    let (client, _) =
        server(|_, _| json(200, json!({ "data": [], "metadata": { "next": "/x?page_token=same" } }))).await;
    assert!(matches!(client.environments().await, Err(Failure::TooManyPages)));
    let (client, count) =
        server(|n, _| json(200, json!({ "data": [], "metadata": { "next": format!("/x?page_token={n}") } })))
            .await;
    assert!(matches!(client.environments().await, Err(Failure::TooManyPages)));
    assert_eq!(count.load(Ordering::SeqCst), 100);
}

#[tokio::test]
async fn a_read_is_repeated_when_confluent_is_busy() {
    for status in [429, 500, 503] {
        let (client, count) = server(move |n, _| match n {
            1 => json(status, json!({})),
            _ => json(200, json!({ "data": [] })),
        })
        .await;
        assert!(client.environments().await.is_ok(), "{status}");
        assert_eq!(count.load(Ordering::SeqCst), 2, "{status}");
    }
}

#[tokio::test]
async fn retry_after_is_waited_for_up_to_a_limit() {
    let (client, _) = server(|n, _| match n {
        1 => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")]).into_response(),
        _ => json(200, json!({ "data": [] })),
    })
    .await;
    let started = Instant::now();
    assert!(client.environments().await.is_ok());
    assert!(started.elapsed() >= Duration::from_secs(1));
    let (client, count) =
        server(|_, _| (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "120")]).into_response()).await;
    let failure = client.environments().await.expect_err("refused");
    assert!(matches!(failure, Failure::Refused(refusal) if refusal.retry_after == Some(120)));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_write_is_never_repeated() {
    for status in [429, 500, 503] {
        let (client, count) = server(move |_, _| json(status, json!({}))).await;
        assert!(client.register_key("", "a", "b", "c").await.is_err());
        assert!(client.delete_key("cck-1").await.is_err());
        assert_eq!(count.load(Ordering::SeqCst), 2, "{status}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (client, count) = server(|_, _| {
        (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/org/v2/other")]).into_response()
    })
    .await;
    assert!(matches!(client.environments().await, Err(Failure::Unreadable { status: 307 })));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn garbage_and_floods_are_refused() {
    let (client, _) = server(|_, _| "<html>a captive portal</html>".into_response()).await;
    assert!(matches!(client.environments().await, Err(Failure::Unreadable { .. })));
    let (client, _) = server(|_, _| vec![b' '; 5 * 1024 * 1024].into_response()).await;
    assert!(matches!(client.environments().await, Err(Failure::TooLarge)));
}

#[tokio::test]
async fn nobody_there_means_that_nothing_was_sent() {
    let client = Confluent::for_test("http://127.0.0.1:1", Arc::new(Metrics::new()));
    let failure = client.register_key("", "a", "b", "c").await.expect_err("refused");
    assert!(matches!(failure, Failure::NotSent));
    assert!(failure.is_definite());
}

#[tokio::test]
async fn only_confluents_own_refusal_is_definite() {
    let envelope = json!({ "errors": [{ "detail": "no" }] });
    for (status, body, definite) in [
        (400, envelope.clone(), true),
        (409, json!({ "message": "no" }), true),
        (422, json!({ "error": { "message": "no" } }), true),
        (400, json!({}), false),
        (408, envelope.clone(), false),
        (429, json!({}), false),
        (500, envelope.clone(), false),
        (504, json!({}), false),
    ] {
        let (client, _) = server(move |_, _| json(status, body.clone())).await;
        let failure = client.register_key("", "a", "b", "c").await.expect_err("refused");
        assert_eq!(failure.is_definite(), definite, "{status}");
    }
}

#[tokio::test]
async fn each_request_names_us_and_carries_the_credentials() {
    let (client, _) = server(|_, request| {
        let header =
            |name| request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        // `TESTKEY:test-secret`
        let right = header("authorization") == "Basic VEVTVEtFWTp0ZXN0LXNlY3JldA=="
            && header("user-agent").starts_with("byok-wizard/");
        json(if right { 200 } else { 401 }, json!({ "data": [] }))
    })
    .await;
    assert!(client.environments().await.is_ok());
}

#[tokio::test]
async fn a_secret_that_comes_back_goes_no_further() {
    let (client, _) =
        server(|_, _| json(400, json!({ "message": "bad key TESTKEY with test-secret" }))).await;
    let failure = client.register_key("", "a", "b", "c").await.expect_err("refused").to_string();
    assert!(!failure.contains("TESTKEY") && !failure.contains("test-secret"), "{failure}");
}

#[test]
fn credentials_do_not_show_their_secret() {
    let credentials = Credentials::ApiKey { id: "KEY".to_owned(), secret: "hunter2".to_owned().into() };
    assert!(!format!("{credentials:?}").contains("hunter2"));
}

/// A file with a token, and a client that exchanges it.
fn exchanging(base: &str) -> (Confluent, tempfile::NamedTempFile) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "the-providers-token\n").expect("written");
    let credentials =
        Credentials::Exchange { token_file: file.path().to_owned(), identity_pool: "pool-1".to_owned() };
    (Confluent::for_test_with(base, credentials, Arc::new(Metrics::new())), file)
}

/// A Confluent that exchanges tokens; what it was sent, as path, authorization and body.
async fn exchange_server(lifetime: u64) -> (String, Arc<std::sync::Mutex<Vec<[String; 3]>>>) {
    let seen: Arc<std::sync::Mutex<Vec<[String; 3]>>> = Arc::default();
    let kept = Arc::clone(&seen);
    let router = Router::new().fallback(async move |request: Request| {
        let path = request.uri().path().to_owned();
        let carried = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        let carried = carried.unwrap_or_default().to_owned();
        let body = axum::body::to_bytes(request.into_body(), 65_536).await.expect("a body");
        let body = String::from_utf8_lossy(&body).into_owned();
        kept.lock().expect("a lock").push([path.clone(), carried, body]);
        if path == "/sts/v1/oauth2/token" {
            return json(200, json!({ "access_token": "exchanged", "expires_in": lifetime }));
        }
        json(200, json!({ "data": [], "metadata": {} }))
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (base, seen)
}

#[tokio::test]
async fn a_providers_token_is_exchanged_once_and_used_until_shortly_before_its_end() {
    for (lifetime, exchanges) in [(900, 1), (30, 2)] {
        let (base, seen) = exchange_server(lifetime).await;
        let (client, _file) = exchanging(&base);
        client.environments().await.expect("a list");
        client.environments().await.expect("a list");
        let seen = seen.lock().expect("a lock").clone();
        let (sts, calls): (Vec<_>, Vec<_>) = seen.iter().partition(|seen| seen[0].starts_with("/sts/"));
        assert_eq!((sts.len(), calls.len()), (exchanges, 2), "{seen:?}");
        assert!(
            sts.iter().all(|sts| sts[1].is_empty()
                && sts[2].contains("subject_token=the-providers-token&identity_pool_id=pool-1")),
            "{sts:?}"
        );
        assert!(calls.iter().all(|call| call[1] == "Bearer exchanged"), "{calls:?}");
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_nothing_secret_is_told() {
    let (client, count) = server(|_, _| json(400, json!({ "message": "the-providers-token is bad" }))).await;
    let (exchanging, file) = exchanging(client.base_for_test());
    let failure = exchanging.environments().await.expect_err("a failure");
    assert!(
        matches!(&failure, Failure::SignIn(why) if why.contains("400") && !why.contains("the-providers")),
        "{failure}"
    );
    assert!(failure.is_definite());
    let asked = count.load(Ordering::SeqCst);
    drop(file);
    assert!(matches!(exchanging.environments().await, Err(Failure::SignIn(_))));
    assert_eq!(count.load(Ordering::SeqCst), asked);
}
