//! Preflight against a small Azure: what is asked, of whom, with what; what comes of it; how it is told.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Method;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::cloud::{KEY, TENANT, VAULT};
use super::sky::{Reply, Sky, token, token_of};
use super::{Answer, Cloud, Fixture, write};
use crate::azure::AzureIdentity;
use crate::ledger::now;

const PATH: &str = "/api/v1/preflight";
const ARM: &str = "https://management.azure.com";
const VAULTS: &str = "https://vault.azure.net";
const GRAPH: &str = "https://graph.microsoft.com";

fn ids() -> Value {
    json!({ "key_vault_id": VAULT, "key_id": KEY, "tenant_id": TENANT, "region": "westeurope" })
}

fn with_tokens() -> Value {
    let soon = now() + 3000;
    let mut body = ids();
    body["arm_token"] = token(ARM, soon, "for-arm").into();
    body["key_vault_token"] = format!(" \"{}\"\n", token(VAULTS, soon, "for-vault")).into();
    body["graph_token"] = token("00000003-0000-0000-c000-000000000000", soon, "for-graph").into();
    body
}

fn signed_in() -> AzureIdentity {
    AzureIdentity::ClientSecret {
        tenant_id: TENANT.to_owned(),
        client_id: "55555555-5555-4555-8555-555555555555".to_owned(),
        client_secret: "hunter2~secret".to_owned().into(),
    }
}

async fn fixture(sky: &Sky) -> Fixture {
    Fixture::under(&Cloud::start().await, sky, &AzureIdentity::None).await
}

fn outcome<'a>(view: &'a Value, requirement: &str) -> &'a str {
    let verdicts = view["verdicts"].as_array().expect("verdicts");
    let found = verdicts.iter().find(|verdict| verdict["requirement"] == requirement);
    found.and_then(|verdict| verdict["outcome"].as_str()).unwrap_or("none")
}

fn source(view: &Value, name: &str) -> String {
    let sources = view["sources"].as_array().expect("sources");
    let found = sources.iter().find(|source| source["source"] == name);
    found.and_then(|source| source["state"].as_str()).unwrap_or("none").to_owned()
}

#[tokio::test]
async fn without_credentials_only_probes_are_sent_and_they_tell_a_lot() {
    let sky = Sky::start().await;
    let answer = fixture(&sky).await.post(PATH, &ids()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let view = answer.json();
    for (requirement, expected) in [
        ("vault.exists", "met"),
        ("tenant.exists", "met"),
        ("subscription.tenant", "met"),
        ("key.region", "met"),
        ("key.tenant", "met"),
        ("vault.rbac", "unknown"),
    ] {
        let vault_unknown_is_fine = requirement == "vault.exists" && outcome(&view, requirement) == "unknown";
        assert!(outcome(&view, requirement) == expected || vault_unknown_is_fine, "{requirement}: {view:#}");
    }
    assert_eq!(source(&view, "probe"), "answered");
    assert_eq!(source(&view, "arm"), "not_asked");
    let seen = sky.seen();
    assert_eq!(seen.len(), 3, "{seen:#?}");
    assert!(seen.iter().all(|seen| seen.authorization.is_none() && seen.method == "GET"), "{seen:#?}");
}

#[tokio::test]
async fn another_tenant_or_region_is_found_without_credentials() {
    let sky = Sky::start().await;
    let mut body = ids();
    body["tenant_id"] = json!("99999999-9999-4999-8999-999999999999");
    body["region"] = json!("northeurope");
    let view = fixture(&sky).await.post(PATH, &body).await.json();
    assert_eq!(view["outcome"], "not_met");
    assert_eq!(
        (outcome(&view, "key.tenant"), outcome(&view, "key.region")),
        ("not_met", "not_met"),
        "{view:#}"
    );
}

#[tokio::test]
async fn each_token_goes_to_its_own_host_and_no_probe_carries_any() {
    let sky = Sky::start().await;
    let mut body = with_tokens();
    body["key"] = json!("cck-good");
    let answer = fixture(&sky).await.post(PATH, &body).await;
    let view = answer.json();
    for requirement in [
        "vault.exists",
        "vault.rbac",
        "vault.purge-protection",
        "key.exists",
        "key.size",
        "access.principal",
        "access.encryption-user",
        "access.reader",
        "key.validated",
    ] {
        assert_eq!(outcome(&view, requirement), "met", "{requirement}: {view:#}");
    }
    assert_eq!(view["outcome"], "met", "{view:#}");
    let (mut bare, mut carried) = (0, 0);
    for seen in sky.seen().iter() {
        assert_eq!(seen.method, "GET");
        let expected = match seen.host.as_str() {
            "management.azure.com" => "for-arm",
            "graph.microsoft.com" => "for-graph",
            host if host.ends_with(".vault.azure.net") => "for-vault",
            _ => "",
        };
        match &seen.authorization {
            None => bare += 1,
            Some(header) => {
                carried += 1;
                assert!(!expected.is_empty() && header.ends_with(expected), "{seen:?}");
            }
        }
    }
    assert_eq!((bare, carried), (3, 12), "{:#?}", sky.seen());
    assert!(!answer.text().contains("for-arm") && !answer.text().contains("eyJ"));
}

#[tokio::test]
async fn wrong_ids_are_refused_field_by_field_and_nobody_is_asked() {
    let sky = Sky::start().await;
    let fixture = fixture(&sky).await;
    for (field, hostile) in [
        ("key_vault_id", "https://169.254.169.254/metadata"),
        (
            "key_vault_id",
            "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/127.0.0.1",
        ),
        (
            "key_vault_id",
            "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/../providers/Microsoft.KeyVault/vaults/kv-kafka-prod",
        ),
        (
            "key_vault_id",
            "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/evil.example#",
        ),
        ("key_id", "https://127.0.0.1/keys/k"),
        ("key_id", "https://localhost:8080/keys/k"),
        ("key_id", "https://kv-kafka-prod.vault.azure.net@evil.example/keys/k"),
        ("key_id", "https://user:pass@kv-kafka-prod.vault.azure.net/keys/k"),
        ("key_id", "https://kv-kafka-prod.vault.azure.net\\@evil.example/keys/k"),
        ("key_id", "https://kv-kafka-prod.vault.azure.net:8443/keys/k"),
        ("key_id", "https://xn--kv-kafka-prod-0ya.vault.azure.net/keys/k"),
        ("key_id", "https://kv-kafka-prod.vault.azure.cn/keys/kafka-cluster"),
        ("key_id", "https://kv-kafka-prod.vault.azure.net/keys/../secrets"),
        ("tenant_id", "contoso.onmicrosoft.com/../common"),
        ("tenant_id", "common"),
    ] {
        let mut body = ids();
        body[field] = hostile.into();
        let answer = fixture.post(PATH, &body).await;
        answer.problem(422);
        assert!(answer.fields().contains(&field.to_owned()), "{hostile}: {}", answer.text());
    }
    assert!(sky.seen().is_empty(), "{:#?}", sky.seen());
}

#[tokio::test]
async fn a_token_for_something_else_is_refused_on_its_field_and_sent_nowhere() {
    let sky = Sky::start().await;
    let fixture = fixture(&sky).await;
    let soon = now() + 3000;
    for (field, sent, code) in [
        ("arm_token", token(VAULTS, soon, "secret-mark"), "token.wrong-audience"),
        ("key_vault_token", token(GRAPH, soon, "secret-mark"), "token.wrong-audience"),
        ("graph_token", token("https://evil.example", soon, "secret-mark"), "token.wrong-audience"),
        (
            "arm_token",
            token("https://management.azure.com.evil.example", soon, "secret-mark"),
            "token.wrong-audience",
        ),
        ("arm_token", token(ARM, now() - 1, "secret-mark"), "token.expired"),
        ("arm_token", "secret-mark".to_owned(), "token.unreadable"),
        ("arm_token", format!("{}\r\nx: y", token(ARM, soon, "secret-mark")), "token.unreadable"),
    ] {
        let mut body = ids();
        body[field] = sent.into();
        let answer = fixture.post(PATH, &body).await;
        let problem = answer.problem(422);
        assert_eq!(
            (&problem["findings"][0]["code"], &problem["findings"][0]["field"]),
            (&json!(code), &json!(field))
        );
        assert!(!answer.text().contains("secret-mark"), "{}", answer.text());
    }
    assert!(sky.seen().is_empty());
}

#[tokio::test]
async fn one_broken_source_makes_its_own_facts_unknown_and_nothing_else() {
    type Fault = fn() -> Reply;
    let faults: &[(&str, Fault)] = &[
        ("redirect", || Reply::json(302, &json!({})).with("location", "https://evil.example/")),
        ("huge", || Reply { body: "x".repeat(5 * 1024 * 1024), ..Reply::json(200, &json!({})) }),
        ("slow", || Reply::json(200, &json!({})).after(Duration::from_secs(5))),
        ("html", || Reply {
            body: "<html>Sign in to the guest network</html>".to_owned(),
            ..Reply::json(200, &json!({}))
        }),
        ("busy", || Reply::json(503, &json!({ "error": { "code": "ServiceUnavailable" } }))),
        ("throttled", || Reply::json(429, &json!({})).with("retry-after", "600")),
        ("nonsense", || Reply::json(200, &json!({ "value": 7, "key": [], "properties": { "sku": 1 } }))),
    ];
    for (name, fault) in faults {
        let sky = Sky::with(move |seen| (seen.is_vault() && seen.authorization.is_some()).then(fault)).await;
        let started = Instant::now();
        let view = fixture(&sky).await.post(PATH, &with_tokens()).await.json();
        assert!(started.elapsed() < Duration::from_secs(4), "{name}");
        assert_eq!(outcome(&view, "vault.rbac"), "met", "{name}: {view:#}");
        assert_ne!(outcome(&view, "key.rotation"), "not_met", "{name}: {view:#}");
        assert_eq!(source(&view, "arm"), "answered", "{name}: {view:#}");
        if *name != "html" && *name != "nonsense" {
            assert_eq!(source(&view, "key-vault"), "failed", "{name}: {view:#}");
        }
        assert_eq!(sky.count(|seen| seen.host == "evil.example"), 0);
    }
}

#[tokio::test]
async fn a_probe_takes_less_than_a_read() {
    let sky = Sky::with(|seen| {
        let large = Reply { body: "x".repeat(70 * 1024), ..Reply::json(401, &json!({})) };
        let long = Reply::json(401, &json!({})).with("www-authenticate", "x".repeat(9 * 1024));
        match seen.host.as_str() {
            host if host.ends_with("vault.azure.net") => Some(large),
            "management.azure.com" => Some(long),
            _ => None,
        }
    })
    .await;
    let view = fixture(&sky).await.post(PATH, &ids()).await.json();
    assert_eq!(outcome(&view, "tenant.exists"), "met");
    for requirement in ["vault.exists", "subscription.exists"] {
        assert_eq!(outcome(&view, requirement), "unknown", "{view:#}");
    }
}

#[tokio::test]
async fn a_read_is_repeated_while_azure_is_busy_and_never_when_it_says_no() {
    let busy = Arc::new(Mutex::new(2_u32));
    let left = Arc::clone(&busy);
    let sky = Sky::with(move |seen| {
        if seen.path.ends_with("/roleAssignments") {
            return Some(Reply::json(403, &json!({ "error": { "code": "AuthorizationFailed" } })));
        }
        let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.path.ends_with("/vaults/kv-kafka-prod") && *left > 0 {
            *left -= 1;
            return Some(Reply::json(503, &json!({})));
        }
        None
    })
    .await;
    let view = fixture(&sky).await.post(PATH, &with_tokens()).await.json();
    assert_eq!(outcome(&view, "vault.rbac"), "met", "{view:#}");
    assert_eq!(sky.count(|seen| seen.path.ends_with("/vaults/kv-kafka-prod")), 3);
    assert_eq!(sky.count(|seen| seen.path.ends_with("/roleAssignments")), 1);
}

#[tokio::test]
async fn lists_are_read_to_their_end_on_our_own_address() {
    let sky = Sky::with(|seen| {
        let next = "https://evil.example/elsewhere?x=1&%24skipToken=two%2B2";
        if !seen.path.ends_with("/roleAssignments") {
            return None;
        }
        (!seen.query.contains("skiptoken=two%2B2"))
            .then(|| Reply::json(200, &json!({ "value": [], "nextLink": next })))
    })
    .await;
    let mut body = with_tokens();
    body["key"] = json!("cck-good");
    let view = fixture(&sky).await.post(PATH, &body).await.json();
    assert_eq!(outcome(&view, "access.encryption-user"), "met", "{view:#}");
    assert_eq!(sky.count(|seen| seen.path.ends_with("/roleAssignments")), 2);
    assert_eq!(sky.count(|seen| seen.host == "evil.example"), 0);
}

#[tokio::test]
async fn part_of_a_list_never_passes_for_the_whole() {
    for next in ["https://management.azure.com/x?$skiptoken=again", "https://management.azure.com/x?page=2"] {
        let sky = Sky::with(move |seen| {
            seen.path
                .ends_with("/roleAssignments")
                .then(|| Reply::json(200, &json!({ "value": [], "nextLink": next })))
        })
        .await;
        let cloud = Cloud::start().await;
        cloud.world().keys = vec![super::cloud::key("cck-good", "INITIALIZING", "AVAILABLE")];
        let fixture = Fixture::under(&cloud, &sky, &AzureIdentity::None).await;
        let mut body = with_tokens();
        body["key"] = json!("cck-good");
        let view = fixture.post(PATH, &body).await.json();
        assert_eq!(outcome(&view, "access.encryption-user"), "unknown", "{next}: {view:#}");
    }
}

#[tokio::test]
async fn answers_are_used_again_by_their_caller_alone() {
    let sky = Sky::start().await;
    let fixture = fixture(&sky).await;
    let settings = |sky: &Sky| sky.count(|seen| seen.path.ends_with("/vaults/kv-kafka-prod"));
    let probes = |sky: &Sky| sky.count(|seen| seen.path == "/keys");
    let mut body = with_tokens();
    fixture.post(PATH, &body).await;
    fixture.post(PATH, &body).await;
    assert_eq!((settings(&sky), probes(&sky)), (1, 1));
    body["arm_token"] = token(ARM, now() + 3000, "somebody-else").into();
    fixture.post(PATH, &body).await;
    assert_eq!((settings(&sky), probes(&sky)), (2, 1));
    let view = fixture.post(PATH, &ids()).await.json();
    assert_eq!(outcome(&view, "vault.rbac"), "unknown", "an answer went to somebody without a token");
}

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

#[tokio::test]
async fn another_tenants_directory_is_not_asked_for_the_principal() {
    let sky = Sky::start().await;
    let cloud = Cloud::start().await;
    cloud.world().keys = vec![super::cloud::key("cck-good", "INITIALIZING", "AVAILABLE")];
    let fixture = Fixture::under(&cloud, &sky, &AzureIdentity::None).await;
    let mut body = with_tokens();
    body["key"] = json!("cck-good");
    body["graph_token"] =
        token_of("99999999-9999-4999-8999-999999999999", GRAPH, now() + 3000, "elsewhere").into();
    let view = fixture.post(PATH, &body).await.json();
    assert_ne!(outcome(&view, "access.principal"), "not_met", "{view:#}");
    assert_eq!(sky.count(|seen| seen.host == "graph.microsoft.com"), 0);
}

#[tokio::test]
async fn the_doctors_output_is_taken_and_other_text_is_refused() {
    let sky = Sky::start().await;
    let fixture = fixture(&sky).await;
    let mut body = ids();
    body["doctor"] = json!("az: command not found");
    let answer = fixture.post(PATH, &body).await;
    answer.problem(422);
    assert_eq!(answer.fields(), ["doctor"]);
    let vault = json!({ "id": VAULT, "name": "kv-kafka-prod", "location": "westeurope", "properties": {
        "tenantId": TENANT, "sku": { "name": "standard" }, "enableRbacAuthorization": false } });
    body["doctor"] = format!("$ bash doctor.sh\n{}\n$", json!({ "byok_doctor": 1, "vault": vault })).into();
    let view = fixture.post(PATH, &body).await.json();
    assert_eq!(outcome(&view, "vault.rbac"), "not_met", "{view:#}");
    assert_eq!(source(&view, "doctor"), "answered");
}

#[tokio::test]
async fn the_eleventh_at_once_and_the_twenty_first_vault_are_told_to_wait() {
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
    let logged = super::log::capture();
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

/// Asks for a cluster with a key that Confluent has judged so, under an identity.
async fn create(sky: &Sky, identity: &AzureIdentity, phase: &str) -> (Cloud, Answer) {
    let cloud = Cloud::start().await;
    cloud.world().keys = vec![super::cloud::key("cck-good", phase, "AVAILABLE")];
    let fixture = Fixture::under(&cloud, sky, identity).await;
    let mut body = super::creation::wanted();
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
