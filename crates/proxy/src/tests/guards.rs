//! What every request must pass.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use axum::routing::{get as on_get, post as on_post};
use tower::ServiceExt as _;

use super::{Answer, Cloud, Fixture, HOST, get, write};

const BODY: &str = r#"{"token":"x"}"#;

async fn fixture() -> Fixture {
    Fixture::new(&Cloud::start().await).await
}

#[tokio::test]
async fn all_names_of_loopback_are_served() {
    let fixture = fixture().await;
    for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080"] {
        let request =
            Request::get("/api/v1/session").header("host", host).body(Body::empty()).expect("a request");
        assert_eq!(fixture.send(request).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn a_rebound_name_is_refused_everywhere() {
    let fixture = fixture().await;
    let hosts = ["evil.example:8080", "127.0.0.1", "127.0.0.1:8081", "127.0.0.1.evil.example:8080", ""];
    for (host, path) in
        hosts.iter().flat_map(|host| ["/", "/api/v1/session", "/livez", "/sw.js"].map(|path| (host, path)))
    {
        let request = Request::get(path).header("host", *host).body(Body::empty()).expect("a request");
        fixture.send(request).await.problem(421);
    }
    fixture.send(Request::get("/").body(Body::empty()).expect("a request")).await.problem(421);
}

#[tokio::test]
async fn an_absolute_address_counts_before_the_host_header() {
    let request = get("http://evil.example:8080/api/v1/session").body(Body::empty()).expect("a request");
    fixture().await.send(request).await.problem(421);
}

#[tokio::test]
async fn the_pages_own_write_passes() {
    let request = write(Method::POST, "/api/v1/session").header("sec-fetch-site", "same-origin");
    assert_eq!(fixture().await.send(request.body(BODY.into()).expect("a request")).await.status, 200);
}

async fn without(name: &str, instead: Option<&str>) -> Answer {
    let mut request = write(Method::POST, "/api/v1/session").body(BODY.into()).expect("a request");
    request.headers_mut().remove(name);
    if let Some(value) = instead {
        let name = axum::http::HeaderName::try_from(name).expect("a name");
        request.headers_mut().insert(name, value.parse().expect("a value"));
    }
    fixture().await.send(request).await
}

#[tokio::test]
async fn a_write_without_origin_or_with_a_foreign_one_is_refused() {
    without("origin", None).await.problem(403);
    let foreign = [
        "http://evil.example",
        "null",
        "http://localhost:8080",
        "http://127.0.0.1:8081",
        "https://127.0.0.1:8080",
    ];
    for origin in foreign {
        without("origin", Some(origin)).await.problem(403);
    }
}

#[tokio::test]
async fn a_write_without_our_header_is_refused() {
    without("x-byok-wizard", None).await.problem(403);
    without("x-byok-wizard", Some("2")).await.problem(403);
}

#[tokio::test]
async fn a_write_that_is_not_json_is_refused() {
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        without("content-type", Some(kind)).await.problem(415);
    }
    without("content-type", None).await.problem(415);
    assert_eq!(without("content-type", Some("application/json; charset=utf-8")).await.status, 200);
}

#[tokio::test]
async fn what_the_browser_calls_cross_site_is_refused_reads_included() {
    for site in ["cross-site", "same-site"] {
        without("sec-fetch-site", Some(site)).await.problem(403);
        let request =
            get("/api/v1/session").header("sec-fetch-site", site).body(Body::empty()).expect("a request");
        fixture().await.send(request).await.problem(403);
        // A link from elsewhere to the page itself is welcome.
        let request = get("/check").header("sec-fetch-site", site).body(Body::empty()).expect("a request");
        assert_eq!(fixture().await.send(request).await.status, 200);
    }
}

#[tokio::test]
async fn further_routes_stand_behind_the_same_guards() {
    let fixture = fixture().await;
    let extra = Router::new()
        .route("/_sandbox/world", on_get(async || "the world"))
        .route("/_sandbox/reset", on_post(async || "done"))
        .fallback(async || "a fallback of its own");
    let router = crate::router_with(&fixture.proxy, extra);
    let send = async |request: axum::http::request::Builder| {
        let request = request.body(Body::from("{}")).expect("a request");
        router.clone().oneshot(request).await.expect("infallible").status().as_u16()
    };
    assert_eq!(send(get("/_sandbox/world")).await, 200);
    assert_eq!(send(get("/_sandbox/nothing")).await, 404);
    assert_eq!(send(get("/_sandbox/world").header("sec-fetch-site", "cross-site")).await, 403);
    assert_eq!(send(Request::get("/_sandbox/world").header("host", "evil.example:8080")).await, 421);
    assert_eq!(send(write(Method::POST, "/_sandbox/reset")).await, 200);
    assert_eq!(send(Request::post("/_sandbox/reset").header("host", HOST)).await, 403);
}

#[tokio::test]
async fn every_answer_has_every_security_header() {
    let fixture = fixture().await;
    for path in ["/", "/api/v1/regions", "/api/v1/nothing", "/api/v1/panic", "/sw.js", "/nothing", "/livez"] {
        let answer = fixture.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!answer.header("cache-control").is_empty(), "{path}");
    }
    let rebound = Request::get("/").header("host", "evil.example").body(Body::empty()).expect("a request");
    assert_eq!(fixture.send(rebound).await.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn the_page_and_the_api_have_policies_of_their_own() {
    let fixture = fixture().await;
    let page = fixture.get("/new/cluster").await;
    let page = page.header("content-security-policy");
    for directive in [
        "script-src 'self' 'wasm-unsafe-eval' 'sha256-",
        "style-src 'self' 'sha256-",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types byok-wizard",
    ] {
        assert!(page.contains(directive), "{directive} in {page}");
    }
    let api = fixture.get("/api/v1/regions").await;
    assert_eq!(api.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
}
