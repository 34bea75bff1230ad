//! One click, one cluster.

use std::time::Duration;

use axum::body::Body;
use byok_core::wire::NewCluster;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::cloud::{Create, key};
use super::{Cloud, Fixture, get, sandbox, start};
use crate::ledger::{Actor, Change, Intent, Recorded, State};

pub(crate) fn wanted() -> Value {
    json!({ "environment": "env-1", "display_name": "billing", "region": "westeurope", "availability": "MULTI_ZONE",
        "cku": 2, "key": "cck-good" })
}

async fn both(create: Create) -> (Cloud, Fixture) {
    let cloud = Cloud::start().await;
    cloud.world().create = create;
    let fixture = Fixture::new(&cloud).await;
    (cloud, fixture)
}

fn id(operation: &Value) -> String {
    operation["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_cluster_is_created_and_followed_to_its_endpoints() {
    let (cloud, fixture) = both(Create::Accept).await;
    let answer = fixture.create("draft-00001", &wanted()).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let id = id(&answer.json());
    assert_eq!(answer.header("location"), format!("/api/v1/operations/{id}"));
    let operation = fixture.until(&id, &["provisioned"]).await;
    assert_eq!(operation["cluster"]["id"], "lkc-1");
    assert_eq!(
        operation["cluster"]["kafka_bootstrap_endpoint"],
        "SASL_SSL://pkc-1.westeurope.azure.confluent.cloud:9092"
    );
    let states: Vec<&str> = operation["events"]
        .as_array()
        .expect("events")
        .iter()
        .filter_map(|event| event["state"].as_str())
        .collect();
    assert_eq!(states, ["intended", "sending", "provisioning", "provisioned"]);
    assert_eq!(cloud.posts(), 1);
    assert_eq!(fixture.get("/api/v1/operations").await.json()["data"][0]["id"], id.as_str());
    let body = &cloud.world().clusters[0]["spec"];
    assert_eq!(body["config"], json!({ "kind": "Dedicated", "cku": 2 }));
    assert_eq!(body["byok"], json!({ "id": "cck-good" }));
    assert_eq!(body["cloud"], "AZURE");
}

#[tokio::test]
async fn two_identical_clicks_at_once_make_one_cluster() {
    let (cloud, fixture) = both(Create::Accept).await;
    let body = wanted();
    let (one, two) = tokio::join!(fixture.create("draft-00001", &body), fixture.create("draft-00001", &body));
    assert_eq!(id(&one.json()), id(&two.json()));
    fixture.until(&id(&one.json()), &["provisioned"]).await;
    let again = fixture.create("draft-00001", &body).await;
    assert_eq!(again.status, 200);
    assert_eq!(id(&again.json()), id(&one.json()));
    assert_eq!(cloud.posts(), 1);
}

#[tokio::test]
async fn the_same_draft_with_other_answers_is_refused() {
    let (cloud, fixture) = both(Create::Accept).await;
    let first = fixture.create("draft-00001", &wanted()).await.json();
    fixture.until(&id(&first), &["provisioned"]).await;
    let mut other = wanted();
    other["cku"] = json!(3);
    assert_eq!(fixture.create("draft-00001", &other).await.problem(422)["type"], "/problems/draft-changed");
    assert_eq!(cloud.posts(), 1);
}

#[tokio::test]
async fn another_draft_with_the_same_key_is_told_of_the_open_operation() {
    let (cloud, fixture) = both(Create::Hang).await;
    let body = wanted();
    let (one, two) = tokio::join!(fixture.create("draft-00001", &body), fixture.create("draft-00002", &body));
    let (won, lost) = if one.status == 202 { (one, two) } else { (two, one) };
    let problem = lost.problem(409);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(&id(&won.json()))), "{problem}");
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(cloud.posts(), 1);
}

#[tokio::test]
async fn a_draft_needs_a_name() {
    let (cloud, fixture) = both(Create::Accept).await;
    for draft in ["", "short", "with blank", &"x".repeat(129)] {
        let answer = fixture.create(draft, &wanted()).await;
        answer.problem(400);
        assert_eq!(answer.fields(), ["idempotency-key"]);
    }
    fixture.post("/api/v1/clusters", &wanted()).await.problem(400);
    assert_eq!(cloud.posts(), 0);
}

#[tokio::test]
async fn an_answer_that_never_comes_is_looked_up_not_repeated() {
    let (cloud, fixture) = both(Create::AcceptAndHang).await;
    let answer = fixture.create("draft-00001", &wanted()).await;
    let operation = fixture.until(&id(&answer.json()), &["provisioned"]).await;
    assert_eq!(operation["cluster"]["id"], "lkc-1");
    assert_eq!(cloud.posts(), 1);
}

#[tokio::test]
async fn an_outcome_that_stays_unknown_is_for_a_person() {
    for create in [Create::Hang, Create::BadGateway] {
        let (cloud, fixture) = both(create).await;
        let answer = fixture.create("draft-00001", &wanted()).await;
        let operation = fixture.until(&id(&answer.json()), &["needs_person", "failed"]).await;
        assert_eq!(operation["state"], "needs_person");
        assert_eq!(operation["problem"]["code"], "operation.outcome-unknown");
        let words = operation["problem"]["message"].as_str().unwrap_or_default();
        assert!(words.contains("the last list was empty"), "{words}");
        assert_eq!(cloud.posts(), 1, "{create:?}");
        // The cluster may exist after all, so the key is not free.
        fixture.create("draft-00002", &wanted()).await.problem(409);
    }
}

#[tokio::test]
async fn a_refusal_ends_the_operation_on_its_field() {
    let (cloud, fixture) = both(Create::Refuse).await;
    let answer = fixture.create("draft-00001", &wanted()).await;
    let operation = fixture.until(&id(&answer.json()), &["failed"]).await;
    assert_eq!(operation["problem"]["field"], "key");
    assert!(
        operation["problem"]["message"].as_str().is_some_and(|words| words.contains("encryption_key_id"))
    );
    // Nothing was created, so the key may be used again, by a new click.
    cloud.world().create = Create::Accept;
    assert_eq!(fixture.create("draft-00002", &wanted()).await.status, 202);
}

#[tokio::test]
async fn a_cluster_without_the_key_is_loud() {
    let (_, fixture) = both(Create::WithoutKey).await;
    let answer = fixture.create("draft-00001", &wanted()).await;
    let operation = fixture.until(&id(&answer.json()), &["needs_person", "provisioned"]).await;
    assert_eq!(operation["state"], "needs_person");
    assert_eq!(operation["problem"]["code"], "cluster.key-ignored");
    assert_eq!(operation["cluster"]["id"], "lkc-1");
}

#[tokio::test]
async fn a_cluster_that_cannot_be_built_fails() {
    let (_, fixture) = both(Create::BuildFails).await;
    let answer = fixture.create("draft-00001", &wanted()).await;
    let operation = fixture.until(&id(&answer.json()), &["failed"]).await;
    assert_eq!(operation["problem"]["code"], "cluster.failed");
}

/// Leaves a row behind as a process that died would have.
async fn left_behind(fixture: &Fixture, state: State) -> String {
    let request: NewCluster = serde_json::from_value(wanted()).expect("a request");
    let ledger = fixture.proxy.ledger();
    let intent = Intent {
        id: "left-behind",
        idempotency_key: "draft-00001",
        fingerprint: "fingerprint",
        request: &request,
        ruled_out: &[],
    };
    let actor = Actor { who: "caller".into(), from: String::new(), request_id: String::new() };
    let recorded = ledger.intend(&intent, &actor).await.expect("recorded");
    let Recorded::New(_, hold) = recorded else { panic!("{recorded:?}") };
    if state == State::Sending {
        let stepped = ledger.step(&hold, &[State::Intended], state, "sent", Change::default()).await;
        assert!(stepped.expect("stepped").is_some());
    }
    "left-behind".to_owned()
}

#[tokio::test]
async fn a_restart_that_finds_sending_adopts_the_cluster_and_sends_nothing() {
    let (cloud, fixture) = both(Create::Accept).await;
    let id = left_behind(&fixture, State::Sending).await;
    let mut cluster = json!({ "id": "lkc-7", "spec": wanted(), "status": { "phase": "PROVISIONING" } });
    cluster["spec"]["byok"] = json!({ "id": "cck-good" });
    cluster["spec"]["network"] = Value::Null;
    cloud.world().clusters.push(json!({ "id": "lkc-6", "spec": { "byok": { "id": "cck-other" } } }));
    cloud.world().clusters.push(cluster);
    let Fixture { proxy, folder, .. } = fixture;
    proxy.stop().await;
    let fixture = start(&cloud, sandbox(), folder).await;
    let operation = fixture.until(&id, &["provisioned"]).await;
    assert_eq!(operation["cluster"]["id"], "lkc-7");
    assert_eq!(cloud.posts(), 0);
}

#[tokio::test]
async fn a_restart_that_finds_an_unsent_intent_closes_it_and_sends_nothing() {
    let (cloud, fixture) = both(Create::Accept).await;
    let id = left_behind(&fixture, State::Intended).await;
    let Fixture { proxy, folder, .. } = fixture;
    proxy.stop().await;
    let fixture = start(&cloud, sandbox(), folder).await;
    let operation = fixture.until(&id, &["failed"]).await;
    assert_eq!(operation["problem"]["code"], "operation.interrupted");
    assert_eq!(cloud.posts(), 0);
}

#[tokio::test]
async fn the_server_judges_by_itself() {
    type Change = fn(&mut Value);
    let cases: [(&str, Change, &str); 7] = [
        ("too many CKUs", |body| body["cku"] = json!(5), "cku"),
        ("too few for multi zone", |body| body["cku"] = json!(1), "cku"),
        ("no name", |body| body["display_name"] = json!(" "), "display_name"),
        ("another region than the key's", |body| body["region"] = json!("northeurope"), "region"),
        ("an unknown key", |body| body["key"] = json!("cck-none"), "key"),
        ("an unknown network", |body| body["network"] = json!("n-none"), "network"),
        (
            "a waiver of nothing",
            |body| body["waivers"] = json!([{ "requirement": "x", "reason": "y" }]),
            "waivers",
        ),
    ];
    for (name, change, field) in cases {
        let (cloud, fixture) = both(Create::Accept).await;
        let mut body = wanted();
        change(&mut body);
        let answer = fixture.create("draft-00001", &body).await;
        answer.problem(422);
        assert!(answer.fields().contains(&field.to_owned()), "{name}: {}", answer.text());
        assert_eq!(cloud.posts(), 0, "{name}");
    }
}

#[tokio::test]
async fn a_key_that_is_refused_or_in_use_stops_everything_waived_or_not() {
    for (phase, state) in [("INVALID", "AVAILABLE"), ("VALID", "IN_USE"), ("VALID", "DREAMING")] {
        let (cloud, fixture) = both(Create::Accept).await;
        cloud.world().keys = vec![key("cck-good", phase, state)];
        let mut body = wanted();
        body["waivers"] = json!([
            { "requirement": "key.validated", "reason": "I know." },
            { "requirement": "key.available", "reason": "I know." },
            { "requirement": "key.region", "reason": "I know." },
        ]);
        let answer = fixture.create("draft-00001", &body).await;
        answer.problem(422);
        assert_eq!(cloud.posts(), 0, "{phase} {state}");
    }
}

#[tokio::test]
async fn what_is_unknown_past_its_window_needs_a_recorded_waiver() {
    let (cloud, fixture) = both(Create::Accept).await;
    cloud.world().keys = vec![key("cck-good", "INITIALIZING", "AVAILABLE")];
    fixture.create("draft-00001", &wanted()).await.problem(422);
    let mut body = wanted();
    body["waivers"] = json!([
        { "requirement": "key.validated", "reason": "Confluent has not said." },
        { "requirement": "key.region", "reason": "Confluent has not said where." },
    ]);
    let answer = fixture.create("draft-00001", &body).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    assert!(answer.text().contains("Confluent has not said where."));
}

#[tokio::test]
async fn the_story_is_streamed_and_resumed() {
    let (_, fixture) = both(Create::Accept).await;
    let id = id(&fixture.create("draft-00001", &wanted()).await.json());
    let path = format!("/api/v1/operations/{id}/events");
    let request = get(&path).body(Body::empty()).expect("a request");
    let answer = fixture.router.clone().oneshot(request).await.expect("infallible");
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    // The stream ends with the operation.
    let whole = answer.into_body().collect().await.expect("a body").to_bytes();
    let whole = String::from_utf8_lossy(&whole).into_owned();
    for seq in 1..=4 {
        assert!(whole.contains(&format!("id: {seq}\n")), "{whole}");
    }
    let request = get(&path).header("last-event-id", "3").body(Body::empty()).expect("a request");
    let rest = fixture.send(request).await.text();
    assert!(rest.contains("id: 4") && !rest.contains("id: 3"), "{rest}");
    let request = get(&path).header("last-event-id", "4").body(Body::empty()).expect("a request");
    assert_eq!(fixture.send(request).await.status, 204);
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let (_, fixture) = both(Create::Hang).await;
    let id = id(&fixture.create("draft-00001", &wanted()).await.json());
    let request = get(&format!("/api/v1/operations/{id}/events")).body(Body::empty()).expect("a request");
    let answer = fixture.router.clone().oneshot(request).await.expect("infallible");
    let proxy = fixture.proxy.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        proxy.end_streams();
    });
    let whole = tokio::time::timeout(Duration::from_secs(3), answer.into_body().collect()).await;
    assert!(whole.is_ok(), "the stream went on");
}

#[tokio::test]
async fn an_unknown_operation_is_not_found() {
    let (_, fixture) = both(Create::Accept).await;
    fixture.get("/api/v1/operations/none").await.problem(404);
    fixture.get("/api/v1/operations/none/events").await.problem(404);
}

/// An operation whose outcome nobody knows.
async fn unknown(create: Create) -> (Cloud, Fixture, String) {
    let (cloud, fixture) = both(create).await;
    let id = id(&fixture.create("draft-00001", &wanted()).await.json());
    fixture.until(&id, &["needs_person"]).await;
    (cloud, fixture, id)
}

async fn decide(fixture: &Fixture, id: &str, decision: &str, reason: &str) -> super::Answer {
    let body = json!({ "decision": decision, "reason": reason });
    fixture.post(&format!("/api/v1/operations/{id}/decisions"), &body).await
}

#[tokio::test]
async fn a_person_sends_again_once_and_it_is_recorded() {
    let (cloud, fixture, id) = unknown(Create::BadGateway).await;
    let operation = fixture.get(&format!("/api/v1/operations/{id}")).await.json();
    assert_eq!(operation["decisions"], json!(["look_again", "send_again", "close"]));
    assert!(operation["ruled_out"].as_array().is_some_and(|met| met.len() > 3), "{operation}");
    cloud.world().create = Create::Accept;
    let (one, two) = tokio::join!(
        decide(&fixture, &id, "send_again", "The console is empty."),
        decide(&fixture, &id, "send_again", "The console is empty.")
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409], "{} {}", one.text(), two.text());
    let operation = fixture.until(&id, &["provisioned"]).await;
    assert_eq!(operation["decisions"], json!([]));
    assert_eq!((cloud.posts(), cloud.world().clusters.len()), (2, 1));
    let audit = fixture.get("/api/v1/audit").await;
    assert_eq!(audit.header("content-type"), "application/x-ndjson");
    assert!(audit.text().contains("The console is empty."), "{}", audit.text());
    let report = crate::verify_audit(audit.body.as_slice()).expect("an unbroken trail");
    assert_eq!(report.lines + 1, audit.text().lines().count() as u64);
    decide(&fixture, &id, "send_again", "Once more.").await.problem(409);
    assert_eq!(cloud.posts(), 2);
}

#[tokio::test]
async fn before_anything_is_sent_again_it_is_looked_for() {
    // It shows up late: the decision finds it instead.
    let (cloud, fixture, id) = unknown(Create::BadGateway).await;
    let cluster = json!({ "id": "lkc-9", "spec": { "byok": { "id": "cck-good" } }, "status": { "phase": "PROVISIONING" } });
    cloud.world().clusters.push(cluster);
    assert_eq!(decide(&fixture, &id, "send_again", "It is not there.").await.status, 202);
    let operation = fixture.until(&id, &["provisioned"]).await;
    assert_eq!((&operation["cluster"]["id"], cloud.posts()), (&json!("lkc-9"), 1));

    // The key is in use although no cluster shows: it is somewhere.
    let (cloud, fixture, id) = unknown(Create::BadGateway).await;
    cloud.world().keys = vec![key("cck-good", "VALID", "IN_USE")];
    decide(&fixture, &id, "send_again", "It is not there.").await.problem(422);
    assert_eq!(cloud.posts(), 1);
    let operation = fixture.get(&format!("/api/v1/operations/{id}")).await.json();
    assert_eq!(operation["state"], "needs_person");
}

#[tokio::test]
async fn a_refusal_of_the_second_request_says_nothing_about_the_first() {
    let (cloud, fixture, id) = unknown(Create::BadGateway).await;
    cloud.world().create = Create::Refuse;
    assert_eq!(decide(&fixture, &id, "send_again", "Try.").await.status, 202);
    let operation = fixture.until(&id, &["needs_person", "failed"]).await;
    assert_eq!(operation["problem"]["code"], "operation.outcome-unknown", "{operation}");
    // The key stays taken.
    fixture.create("draft-00002", &wanted()).await.problem(409);
    assert_eq!(cloud.posts(), 2);
}

#[tokio::test]
async fn a_person_looks_again_or_closes() {
    let (cloud, fixture, id) = unknown(Create::BadGateway).await;
    assert_eq!(decide(&fixture, &id, "look_again", "Perhaps now.").await.status, 202);
    fixture.until(&id, &["needs_person"]).await;
    assert_eq!(decide(&fixture, &id, "close", "Nothing in the console.").await.status, 202);
    let operation = fixture.until(&id, &["failed"]).await;
    assert!(operation["events"].to_string().contains("Nothing in the console."));
    assert_eq!(cloud.posts(), 1);
    // Closed is not free: what nobody knows may still come true.
    let problem = fixture.create("draft-00002", &wanted()).await.problem(409);
    assert!(
        problem["findings"][0]["fix"].as_str().is_some_and(|fix| fix.contains("another key")),
        "{problem}"
    );
}

#[tokio::test]
async fn a_decision_needs_a_reason_and_a_name() {
    let (_, fixture, id) = unknown(Create::BadGateway).await;
    let long = "x".repeat(1001);
    for (decision, reason, field) in [
        ("close", "", "reason"),
        ("close", " \n", "reason"),
        ("close", &long, "reason"),
        ("burn", "Why not.", "decision"),
    ] {
        let answer = decide(&fixture, &id, decision, reason).await;
        answer.problem(422);
        assert_eq!(answer.fields(), [field]);
    }
    decide(&fixture, "none", "close", "Gone.").await.problem(404);
}

#[tokio::test]
async fn a_cluster_without_the_key_can_only_be_closed() {
    let (cloud, fixture) = both(Create::WithoutKey).await;
    let id = id(&fixture.create("draft-00001", &wanted()).await.json());
    let operation = fixture.until(&id, &["needs_person"]).await;
    assert_eq!(operation["decisions"], json!(["close"]));
    decide(&fixture, &id, "send_again", "Once more.").await.problem(409);
    assert_eq!(cloud.posts(), 1);
}

#[tokio::test]
async fn deletion_protection_is_asked_for() {
    let (cloud, fixture) = both(Create::Accept).await;
    let mut body = wanted();
    body["deletion_protection"] = json!(true);
    let id = id(&fixture.create("draft-00001", &body).await.json());
    fixture.until(&id, &["provisioned"]).await;
    assert_eq!(cloud.world().clusters[0]["spec"]["deletion_protection"], true);
}

#[tokio::test]
async fn a_ledger_that_cannot_be_written_stops_everything_before_confluent_is_asked() {
    let (cloud, fixture) = both(Create::Accept).await;
    fixture.proxy.ledger().close().await;
    let answer = fixture.create("draft-00001", &wanted()).await;
    let problem = answer.problem(503);
    assert!(problem["detail"].as_str().is_some_and(|words| words.contains("nothing is billed")), "{problem}");
    assert_eq!(answer.header("retry-after"), "10");
    let new = json!({ "key_vault_id": super::cloud::VAULT, "key_id": super::cloud::KEY, "tenant_id": super::cloud::TENANT });
    fixture.post("/api/v1/keys", &new).await.problem(503);
    assert_eq!(cloud.world().writes, Vec::<String>::new());
    fixture.get("/api/v1/audit").await.problem(503);
    assert_eq!(fixture.get("/readyz").await.status, 503);
}

#[tokio::test]
async fn a_full_disk_stops_everything_before_confluent_is_asked() {
    let cloud = Cloud::start().await;
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("ledger.sqlite");
    let fixture =
        super::start_on(&cloud.base, crate::ledger::LedgerAt::File(file), Duration::from_millis(300)).await;
    cloud.world().keys = (0..200).map(|at| key(&format!("cck-{at}"), "VALID", "AVAILABLE")).collect();
    cloud.world().quota = 1000;
    fixture.proxy.ledger().full_for_test().await;
    // What is left of the last page of a table may still take a click or two.
    let mut taken = 0;
    loop {
        let mut body = wanted();
        body["key"] = json!(format!("cck-{taken}"));
        let answer = fixture.create(&format!("draft-{taken:05}"), &body).await;
        if answer.status != 202 {
            answer.problem(503);
            break;
        }
        taken += 1;
        assert!(taken < 200, "the ledger was never full");
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(cloud.posts() <= taken, "something was sent that was not recorded");
}

#[tokio::test]
async fn whoever_clicks_and_goes_away_gets_a_cluster_all_the_same() {
    let (cloud, fixture) = both(Create::Accept).await;
    let body = wanted();
    // The request is dropped while its checks are still running.
    let gone = tokio::time::timeout(Duration::from_millis(1), fixture.create("draft-00001", &body)).await;
    assert!(gone.is_err(), "it was answered within a millisecond");
    for _ in 0..300 {
        let list = fixture.get("/api/v1/operations").await.json();
        if list["data"][0]["state"] == "provisioned" {
            assert_eq!(cloud.posts(), 1);
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the creation was lost with the request");
}
