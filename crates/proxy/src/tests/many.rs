//! Several servers on one ledger, and many who click at once.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::cloud::{Cloud, key};
use super::creation::wanted;
use super::ledger::export;
use super::postgres::Postgres;
use super::{Answer, Fixture, start_on};
use crate::ledger::verify;

/// Longer than a busy machine lets a server wait for its turn.
const LEASE: Duration = Duration::from_secs(5);

/// How many click.
const CLICKS: usize = 200;

pub(crate) async fn world() -> Cloud {
    let cloud = Cloud::start().await;
    let mut world = cloud.world();
    world.keys = (0..CLICKS).map(|at| key(&format!("cck-{at}"), "VALID", "AVAILABLE")).collect();
    world.keys.push(key("cck-good", "VALID", "AVAILABLE"));
    world.quota = 10_000;
    world.list_lag = Duration::from_millis(60);
    world.in_use_lag = Duration::from_millis(60);
    drop(world);
    cloud
}

async fn servers(cloud: &Cloud, postgres: &Postgres, count: usize) -> Vec<Fixture> {
    let at = postgres.database();
    let mut servers = Vec::new();
    for _ in 0..count {
        servers.push(start_on(&cloud.base, at.clone(), LEASE).await);
    }
    servers
}

/// What one click sends: its draft and its body.
pub(crate) fn click(at: usize, identical: bool) -> (String, Value) {
    if identical {
        return ("draft-the-same".to_owned(), wanted());
    }
    let mut body = wanted();
    body["key"] = json!(format!("cck-{at}"));
    body["display_name"] = json!(format!("cluster-{at}"));
    (format!("draft-number-{at}"), body)
}

/// Everybody clicks at once, on one server after the other, and again until there is an answer.
async fn all_click(servers: &[Fixture], identical: bool) -> Vec<Value> {
    let clicks = (0..CLICKS).map(|at| async move {
        let (draft, body) = click(at, identical);
        for again in 0..100 {
            let server = &servers[(at + again) % servers.len()];
            let answer: Answer = server.create(&draft, &body).await;
            match answer.status.as_u16() {
                200 | 202 => return answer.json(),
                // The ledger is away, or Confluent slow: whoever wants a cluster clicks again.
                500.. => tokio::time::sleep(Duration::from_millis(100)).await,
                _ => panic!("{}", answer.text()),
            }
        }
        panic!("no answer to click {at}");
    });
    futures_util::future::join_all(clicks).await
}

/// Waits until everything has ended, and returns the ends.
async fn ends(server: &Fixture, ids: &HashSet<String>) -> Vec<Value> {
    let mut ends = Vec::new();
    for id in ids {
        for round in 0.. {
            let answer = server.get(&format!("/api/v1/operations/{id}")).await;
            let operation = if answer.status == 200 { answer.json() } else { Value::Null };
            let state = operation["state"].as_str().unwrap_or_default();
            if ["provisioned", "failed", "needs_person"].contains(&state) {
                ends.push(operation);
                break;
            }
            assert!(round < 6000, "{id} never ends: {operation}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    ends
}

async fn all_at_once(count: usize) {
    let Some(postgres) = Postgres::start() else { return };
    for identical in [true, false] {
        let cloud = world().await;
        let servers = servers(&cloud, &postgres, count).await;
        let answers = all_click(&servers, identical).await;
        let ids: HashSet<String> =
            answers.iter().filter_map(|operation| operation["id"].as_str().map(str::to_owned)).collect();
        let expected = if identical { 1 } else { CLICKS };
        assert_eq!(ids.len(), expected);
        let ends = ends(&servers[0], &ids).await;
        assert!(cloud.posts() <= expected);
        each_cluster_is_known(&cloud, &ends);
        // On a busy machine Confluent may be out of reach for some, but not for all.
        assert!(ends.iter().any(|end| end["state"] == "provisioned"), "{ends:?}");
        let trail = export(servers[count - 1].proxy.ledger()).await;
        verify(trail.as_bytes()).expect("an unbroken trail");
        for server in &servers {
            server.proxy.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_two_hundred_clicks() {
    all_at_once(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_servers_two_hundred_clicks() {
    all_at_once(5).await;
}

/// The database crashes and comes back while two hundred creations are under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_is_restarted_in_the_middle() {
    let Some(mut postgres) = Postgres::start() else { return };
    let cloud = world().await;
    let servers = servers(&cloud, &postgres, 2).await;
    let restart = tokio::task::spawn_blocking(move || {
        std::thread::sleep(Duration::from_millis(700));
        postgres.restart(Duration::from_millis(300));
        postgres
    });
    let answers = all_click(&servers, false).await;
    let postgres = restart.await.expect("restarted");
    let ids: HashSet<String> =
        answers.iter().filter_map(|operation| operation["id"].as_str().map(str::to_owned)).collect();
    assert_eq!(ids.len(), CLICKS);
    let ends = ends(&servers[0], &ids).await;
    each_cluster_is_known(&cloud, &ends);
    let trail = export(servers[0].proxy.ledger()).await;
    verify(trail.as_bytes()).expect("an unbroken trail");
    drop(postgres);
}

/// Each cluster is somebody's, each key has at most one, and nobody claims one that is not there.
fn each_cluster_is_known(cloud: &Cloud, ends: &[Value]) {
    let world = cloud.world();
    let keys: HashSet<&str> =
        world.clusters.iter().filter_map(|cluster| cluster["spec"]["byok"]["id"].as_str()).collect();
    assert_eq!(keys.len(), world.clusters.len(), "two clusters with one key");
    let known: HashSet<&str> = ends.iter().filter_map(|end| end["cluster"]["id"].as_str()).collect();
    assert_eq!(known.len(), world.clusters.len(), "a cluster that nobody knows of");
    for end in ends {
        let sent =
            world.clusters.iter().any(|cluster| cluster["spec"]["byok"]["id"] == end["request"]["key"]);
        assert_eq!(sent, end["state"] == "provisioned", "{end}");
    }
}
