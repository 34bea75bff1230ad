//! The machine against a cloud that may do anything its contract allows, with crashes at any time: whatever comes,
//! the steps are those of the picture in ARCHITECTURE, nothing is sent twice by itself, and what is said is true.

use std::collections::HashMap;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::cloud::{Cloud, Create};
use super::crash::Run;
use super::creation::wanted;
use super::ledger::export;
use super::start_on;
use crate::ledger::{LedgerAt, verify};

const LEASE: Duration = Duration::from_millis(300);

/// The steps of the picture, each with whether it takes a person.
const STEPS: &[(&str, &str, bool)] = &[
    ("", "intended", false),
    ("intended", "intended", false),
    ("intended", "sending", false),
    ("intended", "failed", false),
    ("intended", "needs_person", false),
    ("sending", "sending", false),
    ("sending", "provisioning", false),
    ("sending", "failed", false),
    ("sending", "needs_person", false),
    ("provisioning", "provisioned", false),
    ("provisioning", "failed", false),
    ("provisioning", "needs_person", false),
    ("needs_person", "sending", true),
    ("needs_person", "provisioning", true),
    ("needs_person", "intended", true),
    ("needs_person", "failed", true),
];

/// What happens to one creation.
#[derive(Clone, Debug)]
struct Fate {
    /// What comes of each POST, in order; the last one again and again.
    posts: Vec<Create>,
    /// Milliseconds that a new cluster is missing from lists, and its key called free.
    list_lag: u64,
    in_use_lag: u64,
    reads_until_ready: u32,
    /// After how many milliseconds each of the servers dies; the last one lives.
    deaths: Vec<u64>,
    /// What a person decides whenever one is needed.
    decisions: Vec<&'static str>,
    /// Whether the user clicks once more with another draft.
    other_draft: bool,
}

fn fate() -> impl Strategy<Value = Fate> {
    let create = proptest::sample::select(Create::ALL.to_vec());
    let decision = proptest::sample::select(vec!["look_again", "send_again", "close"]);
    (
        vec(create, 1..3),
        0_u64..200,
        0_u64..400,
        0_u32..4,
        vec(0_u64..900, 0..3),
        vec(decision, 0..3),
        any::<bool>(),
    )
        .prop_map(|(posts, list_lag, in_use_lag, reads_until_ready, deaths, decisions, other_draft)| {
            Fate { posts, list_lag, in_use_lag, reads_until_ready, deaths, decisions, other_draft }
        })
}

fn state(operation: &Value) -> &str {
    operation["state"].as_str().unwrap_or_default()
}

async fn live(fate: &Fate) -> Result<(), TestCaseError> {
    let cloud = Cloud::start().await;
    {
        let mut world = cloud.world();
        world.create = fate.posts[0];
        world.list_lag = Duration::from_millis(fate.list_lag);
        world.in_use_lag = Duration::from_millis(fate.in_use_lag);
        world.reads_until_ready = fate.reads_until_ready;
    }
    let folder = TempDir::new().expect("a folder");
    let at = LedgerAt::File(folder.path().join("ledger.sqlite"));
    for death in &fate.deaths {
        let run = Run::start(&cloud, &at, None);
        tokio::time::sleep(Duration::from_millis(*death)).await;
        run.kill();
    }
    let server = start_on(&cloud.base, at, LEASE).await;
    let mut id = None;
    // A key that is in use by now is a refusal that stands.
    for _ in 0..40 {
        let answer = server.create("draft-00001", &wanted()).await;
        if let 200 | 202 = answer.status.as_u16() {
            id = answer.json()["id"].as_str().map(str::to_owned);
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let id = id.ok_or_else(|| TestCaseError::fail("never recorded"))?;
    let path = format!("/api/v1/operations/{id}");
    let mut operation = server.until(&id, &["provisioned", "failed", "needs_person"]).await;
    let mut sent_again = 0;
    for (round, decision) in fate.decisions.iter().enumerate() {
        let offered = operation["decisions"].as_array().cloned().unwrap_or_default();
        prop_assert_eq!(offered.is_empty(), state(&operation) != "needs_person", "{}", operation);
        let create = fate.posts[(round + 1).min(fate.posts.len() - 1)];
        cloud.world().create = create;
        let posts = cloud.posts();
        let body = json!({ "decision": decision, "reason": "So it is." });
        let answer = server.post(&format!("{path}/decisions"), &body).await;
        if !offered.contains(&json!(decision)) {
            prop_assert_eq!(answer.status.as_u16(), 409, "{}", answer.text());
        }
        operation = server.until(&id, &["provisioned", "failed", "needs_person"]).await;
        let more = cloud.posts() - posts;
        sent_again += more;
        prop_assert!(more <= usize::from(*decision == "send_again"), "{} sent {} times", decision, more);
    }
    if fate.other_draft {
        let posts = cloud.posts();
        let is_free = operation["state"] == "failed" && cloud.world().clusters.is_empty();
        let answer = server.create("draft-00002", &wanted()).await;
        if answer.status.as_u16() == 202 {
            prop_assert!(is_free, "a key that may serve a cluster was given away: {}", operation);
            let other = answer.json()["id"].as_str().unwrap_or_default().to_owned();
            server.until(&other, &["provisioned", "failed", "needs_person"]).await;
            prop_assert!(cloud.posts() - posts <= 1);
        } else {
            prop_assert_eq!(cloud.posts(), posts);
        }
    }
    holds(fate, &cloud, &operation, sent_again)?;
    let trail = export(server.proxy.ledger()).await;
    prop_assert!(verify(trail.as_bytes()).is_ok());
    server.proxy.stop().await;
    Ok(())
}

fn holds(fate: &Fate, cloud: &Cloud, operation: &Value, sent_again: usize) -> Result<(), TestCaseError> {
    let events = operation["events"].as_array().cloned().unwrap_or_default();
    let of = |event: &Value, name: &str| event[name].as_str().unwrap_or_default().to_owned();
    let mut before = String::new();
    for event in &events {
        let (after, message) = (of(event, "state"), of(event, "message"));
        let step = STEPS.iter().find(|(from, to, _)| (*from, *to) == (before.as_str(), after.as_str()));
        let Some((_, _, by_person)) = step else {
            return Err(TestCaseError::fail(format!("{before} → {after}: {operation}")));
        };
        prop_assert!(!by_person || message.starts_with("A person"), "{}", message);
        before = after;
    }
    let world = cloud.world();
    let mut made = HashMap::<&str, usize>::new();
    for cluster in &world.clusters {
        *made.entry(cluster["spec"]["byok"]["id"].as_str().unwrap_or("none")).or_default() += 1;
    }
    // Without a person's word there is never more than one.
    if sent_again == 0 && !fate.other_draft {
        prop_assert!(world.clusters.len() <= 1, "{:?}", made);
    }
    if state(operation) == "provisioned" {
        let id = operation["cluster"]["id"].as_str();
        let cluster = world.clusters.iter().find(|cluster| cluster["id"].as_str() == id);
        prop_assert!(
            cluster.is_some_and(|cluster| cluster["spec"]["byok"]["id"] == "cck-good"),
            "{}",
            operation
        );
    }
    if operation["problem"]["code"] == "operation.interrupted" && !fate.other_draft {
        prop_assert_eq!(world.clusters.len(), 0);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_cloud_does(fates in vec(fate(), 8)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        // Each waits most of the time, so several live side by side.
        let all = runtime.block_on(async {
            futures_util::future::join_all(fates.iter().map(live)).await
        });
        for (fate, result) in fates.iter().zip(all) {
            result.map_err(|error| TestCaseError::fail(format!("{fate:?}: {error}")))?;
        }
    }
}
