//! The whole server without a socket, against a Confluent of the test's own.

mod assets;
#[cfg(feature = "bench")]
mod bench;
mod cloud;
pub(crate) mod crash;
mod creation;
mod guards;
mod keys;
mod ledger;
mod log;
mod many;
mod model;
mod postgres;
mod preflight;
mod routes;
mod session;
pub(crate) mod sky;

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::assets::{AssetFile, Assets};
use crate::azure::{Azure, AzureIdentity};
use crate::confluent::{Confluent, Credentials};
use crate::ledger::LedgerAt;
use crate::limits::Allowance;
use crate::metrics::Metrics;
use crate::outbound::Outbound;
use crate::state::{Clouds, Config, Pace, Proxy};
pub(crate) use cloud::Cloud;
use sky::Sky;

pub(crate) const HOST: &str = "127.0.0.1:8080";

static PAGE: &[AssetFile] = &[
    AssetFile {
        path: "index.html",
        identity: b"<!doctype html><script type=\"module\">init()</script><style>p{}</style>",
        br: Some(b"index in brotli"),
        gzip: Some(b"index in gzip"),
    },
    AssetFile {
        path: "app-0123456789abcdef_bg.wasm",
        identity: b"\0asm",
        br: Some(b"wasm in brotli"),
        gzip: None,
    },
    AssetFile { path: "sw.js", identity: b"self", br: None, gzip: None },
];

/// One answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The problem, after checking that it is one.
    pub(crate) fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{problem}");
        problem
    }

    /// The fields that the problem names.
    pub(crate) fn fields(&self) -> Vec<String> {
        let findings = self.json()["findings"].clone();
        let findings = findings.as_array().cloned().unwrap_or_default();
        findings.iter().map(|finding| finding["field"].as_str().unwrap_or("-").to_owned()).collect()
    }
}

/// A proxy and what it stands on.
pub(crate) struct Fixture {
    pub(crate) proxy: Proxy,
    pub(crate) router: Router,
    pub(crate) folder: TempDir,
}

pub(crate) fn config(folder: &TempDir, outbound: Outbound) -> Config {
    Config {
        listen: HOST.parse().expect("an address"),
        outbound,
        credentials: Credentials::ApiKey {
            id: "TESTKEY".to_owned(),
            secret: "test-secret".to_owned().into(),
        },
        azure_identity: AzureIdentity::None,
        ledger: LedgerAt::File(folder.path().join("ledger.sqlite")),
        create: true,
        max_cku: 4,
        price_per_cku_hour: None,
        settle: Duration::from_secs(1),
        allowance: Allowance::default(),
    }
}

pub(crate) fn sandbox() -> Outbound {
    Outbound::Sandbox { proxy_url: "http://127.0.0.1:1".to_owned(), ca_pem: String::new() }
}

pub(crate) async fn start(cloud: &Cloud, outbound: Outbound, folder: TempDir) -> Fixture {
    let azure = Azure::for_test("http://127.0.0.1:1", &AzureIdentity::None, metrics());
    start_around(cloud, azure, outbound, folder).await
}

fn metrics() -> std::sync::Arc<Metrics> {
    std::sync::Arc::new(Metrics::new())
}

async fn start_around(cloud: &Cloud, azure: Azure, outbound: Outbound, folder: TempDir) -> Fixture {
    let config = config(&folder, outbound);
    start_with(&cloud.base, azure, config, folder, pace(Duration::from_millis(300))).await
}

/// Quick, with this lease.
fn pace(lease: Duration) -> Pace {
    Pace { first: Duration::from_millis(10), slowest: Duration::from_millis(50), lease }
}

/// A proxy of its own on a ledger that others may share, in sandbox mode.
pub(crate) async fn start_on(base: &str, ledger: LedgerAt, lease: Duration) -> Fixture {
    let azure = Azure::for_test("http://127.0.0.1:1", &AzureIdentity::None, metrics());
    let folder = TempDir::new().expect("a folder");
    let settle = Duration::from_secs(1).max(lease * 4);
    let config = Config { ledger, settle, ..config(&folder, sandbox()) };
    start_with(base, azure, config, folder, pace(lease)).await
}

async fn start_with(base: &str, azure: Azure, config: Config, folder: TempDir, pace: Pace) -> Fixture {
    let metrics = metrics();
    let confluent = Confluent::for_test(base, std::sync::Arc::clone(&metrics));
    let clouds = Clouds { confluent, azure };
    let proxy = Proxy::assemble(config, Assets::new(PAGE), clouds, metrics, pace).await.expect("a proxy");
    Fixture { router: crate::router(&proxy), proxy, folder }
}

impl Fixture {
    /// In sandbox mode, on a new ledger.
    pub(crate) async fn new(cloud: &Cloud) -> Self {
        start(cloud, sandbox(), TempDir::new().expect("a folder")).await
    }

    /// In sandbox mode, with an Azure of the test’s own.
    pub(crate) async fn under(cloud: &Cloud, sky: &Sky, identity: &AzureIdentity) -> Self {
        Self::around(cloud, Azure::for_test(&sky.proxy, identity, metrics())).await
    }

    /// In sandbox mode, with a client for Azure.
    pub(crate) async fn around(cloud: &Cloud, azure: Azure) -> Self {
        start_around(cloud, azure, sandbox(), TempDir::new().expect("a folder")).await
    }

    /// In live mode.
    pub(crate) async fn live(cloud: &Cloud) -> Self {
        start(cloud, Outbound::Live { extra_ca_pem: None }, TempDir::new().expect("a folder")).await
    }

    /// In live mode, with other settings.
    pub(crate) async fn live_with(cloud: &Cloud, change: impl FnOnce(&mut Config)) -> Self {
        let azure = Azure::for_test("http://127.0.0.1:1", &AzureIdentity::None, metrics());
        let folder = TempDir::new().expect("a folder");
        let mut config = config(&folder, Outbound::Live { extra_ca_pem: None });
        change(&mut config);
        start_with(&cloud.base, azure, config, folder, pace(Duration::from_millis(300))).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.expect("a body").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(get(path).body(Body::empty()).expect("a request")).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(write(Method::POST, path).body(body.to_string().into()).expect("a request")).await
    }

    pub(crate) async fn create(&self, draft: &str, body: &Value) -> Answer {
        let request = write(Method::POST, "/api/v1/clusters").header("idempotency-key", draft);
        self.send(request.body(body.to_string().into()).expect("a request")).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(write(Method::DELETE, path).body("{}".into()).expect("a request")).await
    }

    /// Waits until the operation is in one of the states.
    pub(crate) async fn until(&self, id: &str, states: &[&str]) -> Value {
        for _ in 0..500 {
            let operation = self.get(&format!("/api/v1/operations/{id}")).await.json();
            if states.contains(&operation["state"].as_str().unwrap_or_default()) {
                return operation;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never {states:?}: {}", self.get(&format!("/api/v1/operations/{id}")).await.text());
    }
}

pub(crate) fn get(path: &str) -> axum::http::request::Builder {
    Request::get(path).header("host", HOST)
}

/// A write as the wizard's own page sends it.
pub(crate) fn write(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", HOST)
        .header("origin", format!("http://{HOST}"))
        .header("content-type", "application/json")
        .header("x-byok-wizard", "1")
}
