//! Being let in.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;

use super::{Cloud, Fixture, get, write};

fn token(fixture: &Fixture) -> String {
    let address = fixture.proxy.address();
    address.split("#token=").nth(1).expect("a token").to_owned()
}

async fn sign_in(fixture: &Fixture) -> String {
    let answer = fixture.post("/api/v1/session", &json!({ "token": token(fixture) })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.header("set-cookie").to_owned()
}

#[tokio::test]
async fn the_sandbox_needs_no_token() {
    let fixture = Fixture::new(&Cloud::start().await).await;
    let session = fixture.get("/api/v1/session").await.json();
    assert_eq!(session["mode"], "sandbox");
    assert_eq!(session["signed_in"], true);
    assert_eq!(session["can_create"], true);
    assert_eq!(fixture.proxy.address(), "http://127.0.0.1:8080/");
}

#[tokio::test]
async fn a_live_server_answers_to_nobody_without_the_cookie() {
    let fixture = Fixture::live(&Cloud::start().await).await;
    for path in ["/api/v1/keys", "/api/v1/environments", "/api/v1/operations", "/_sandbox/world"] {
        fixture.get(path).await.problem(401);
    }
    fixture.post("/api/v1/keys", &json!({})).await.problem(401);
    let session = fixture.get("/api/v1/session").await.json();
    assert_eq!(session["mode"], "live");
    assert_eq!(session["signed_in"], false);
    assert_eq!(fixture.get("/check").await.status, 200);
}

#[tokio::test]
async fn the_token_becomes_a_strict_cookie_that_lets_in() {
    let fixture = Fixture::live(&Cloud::start().await).await;
    let cookie = sign_in(&fixture).await;
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let pair = cookie.split(';').next().expect("a pair");
    let request = get("/api/v1/keys").header("cookie", format!("other=1; {pair}")).body(Body::empty());
    assert_eq!(fixture.send(request.expect("a request")).await.status, 200);
    let request = get("/api/v1/keys").header("cookie", format!("{pair}0")).body(Body::empty());
    fixture.send(request.expect("a request")).await.problem(401);
}

#[tokio::test]
async fn the_token_works_once_and_a_wrong_one_never() {
    let fixture = Fixture::live(&Cloud::start().await).await;
    let right = token(&fixture);
    for wrong in ["", "x", &right[1..]] {
        fixture.post("/api/v1/session", &json!({ "token": wrong })).await.problem(401);
    }
    sign_in(&fixture).await;
    fixture.post("/api/v1/session", &json!({ "token": right })).await.problem(401);
    assert!(!fixture.proxy.address().contains("token"));
}

async fn create_as_let_in(fixture: &Fixture, cookie: &str) -> super::Answer {
    let request = write(Method::POST, "/api/v1/clusters")
        .header("cookie", cookie)
        .header("idempotency-key", "draft-00001");
    fixture.send(request.body(super::creation::wanted().to_string().into()).expect("a request")).await
}

async fn session_as_let_in(fixture: &Fixture, cookie: &str) -> serde_json::Value {
    let request = get("/api/v1/session").header("cookie", cookie).body(Body::empty()).expect("a request");
    fixture.send(request).await.json()
}

#[tokio::test]
async fn a_live_server_creates_for_whoever_was_let_in_and_for_nobody_else() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::live(&cloud).await;
    fixture.create("draft-00001", &super::creation::wanted()).await.problem(401);
    assert_eq!(cloud.posts(), 0);
    let cookie = sign_in(&fixture).await;
    let pair = cookie.split(';').next().expect("a pair");
    assert_eq!(session_as_let_in(&fixture, pair).await["can_create"], true);
    let answer = create_as_let_in(&fixture, pair).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    for _ in 0..300 {
        if cloud.posts() == 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("nothing was sent");
}

#[tokio::test]
async fn where_creating_is_switched_off_it_is_refused_in_plain_words() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::live_with(&cloud, |config| config.create = false).await;
    let cookie = sign_in(&fixture).await;
    let pair = cookie.split(';').next().expect("a pair");
    assert_eq!(create_as_let_in(&fixture, pair).await.problem(403)["type"], "/problems/switched-off");
    assert_eq!(cloud.posts(), 0);
    let session = session_as_let_in(&fixture, pair).await;
    assert_eq!(session["can_create"], false);
    assert!(session["create_refused"].as_str().is_some_and(|words| words.contains("switched off")));
}
