//! The page from inside the binary.

use axum::body::Body;
use axum::http::{Method, Request};

use super::{Answer, Cloud, Fixture, HOST, get, write};

async fn fixture() -> Fixture {
    Fixture::new(&Cloud::start().await).await
}

async fn accepting(path: &str, encodings: &str) -> Answer {
    let request = get(path).header("accept-encoding", encodings).body(Body::empty()).expect("a request");
    fixture().await.send(request).await
}

#[tokio::test]
async fn the_best_encoding_that_is_accepted_is_sent() {
    for (accepted, encoding, body) in [
        ("gzip, deflate, br, zstd", "br", "index in brotli"),
        ("gzip", "gzip", "index in gzip"),
        ("br;q=0, gzip;q=0.5", "gzip", "index in gzip"),
        ("identity", "", "<!doctype html>"),
    ] {
        let answer = accepting("/", accepted).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{accepted}");
        assert!(answer.text().starts_with(body), "{accepted}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("vary"), "accept-encoding");
    }
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_the_page_never() {
    let wasm = accepting("/app-0123456789abcdef_bg.wasm", "br").await;
    assert_eq!(wasm.header("content-type"), "application/wasm");
    assert_eq!(wasm.header("cache-control"), "public, max-age=31536000, immutable");
    // The document that it belongs to has the page's policy.
    assert_eq!(wasm.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    assert_eq!(accepting("/", "br").await.header("cache-control"), "no-store");
    assert_eq!(accepting("/index.html", "br").await.header("cache-control"), "no-store");
    assert_eq!(accepting("/sw.js", "br").await.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let fixture = fixture().await;
    let etag = fixture.get("/sw.js").await.header("etag").to_owned();
    let request = get("/sw.js")
        .header("if-none-match", format!("\"x\", {etag}"))
        .body(Body::empty())
        .expect("a request");
    let answer = fixture.send(request).await;
    assert_eq!(answer.status, 304);
    assert!(answer.body.is_empty());
    assert_eq!(answer.header("etag"), etag);
}

#[tokio::test]
async fn addresses_of_the_page_are_the_page_and_others_are_not_found() {
    let fixture = fixture().await;
    for path in ["/", "/new/security", "/operations/abc", "/keys", "/check", "/keys?x=1"] {
        let answer = fixture.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains("<!doctype html>"), "{path}");
    }
    for path in ["/nothing", "/new", "/%00", "/%2e%2e/%2e%2e/etc/passwd", "/a%ZZ", "/\u{fc}", "/app.js"] {
        let Ok(request) = get(path).body(Body::empty()) else { continue };
        let answer = fixture.send(request).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
    }
}

#[tokio::test]
async fn head_is_answered_and_writes_are_not() {
    let fixture = fixture().await;
    let request = Request::head("/").header("host", HOST).body(Body::empty()).expect("a request");
    assert_eq!(fixture.send(request).await.status, 200);
    let answer = fixture.send(write(Method::POST, "/keys").body("{}".into()).expect("a request")).await;
    answer.problem(405);
    assert_eq!(answer.header("allow"), "GET, HEAD");
}
