//! Preflight against a small Azure: what is asked, of whom, with what; what comes of it; how it is told.

mod identity;
mod told;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::cloud::{KEY, TENANT, VAULT};
use super::sky::{Reply, Sky, token, token_of};
use super::{Cloud, Fixture};
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
        assert_eq!(outcome(&view, requirement), expected, "{requirement}: {view:#}");
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
    assert_eq!((bare, carried), (3, 13), "{:#?}", sky.seen());
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
