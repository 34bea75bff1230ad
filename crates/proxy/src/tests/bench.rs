//! What the ledger costs, how fast a server is back, and what many who watch cost. Prints figures; `cargo xtask bench`
//! holds them against their limits.

use std::io::BufRead as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

use super::creation::wanted;
use super::ledger::intend;
use super::many::{click, world};
use super::postgres::Postgres;
use super::{Cloud, Fixture, HOST, config, metrics, sandbox, start_on, start_with};
use crate::azure::{Azure, AzureIdentity};
use crate::ledger::{Change, Ledger, LedgerAt, Recorded, State};
use crate::state::{Config, Pace};

const CLOUD: &str = "BYOK_TEST_BENCH_CLOUD";
const WATCHERS: usize = 10_000;
const OPERATIONS: usize = 100;
const FINISHED: u32 = 100_000;

fn figure(name: &str, value: f64) {
    println!("\n#FIGURE {name}\t{value}");
}

fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) * percent / 100]
}

/// From the wish to the end, all that the ledger writes.
async fn creation(name: &str, at: &LedgerAt) {
    let ledger = Ledger::open(at, Duration::from_secs(60)).await.expect("a ledger");
    let (mut before_sending, mut costs) = (Vec::new(), Vec::new());
    for round in 0..300 {
        let begun = Instant::now();
        let id = format!("op-{round}");
        let recorded = intend(&ledger, &id, &id, &id).await;
        let Recorded::New(_, hold) = recorded else { panic!("{recorded:?}") };
        let mut from = State::Intended;
        for to in [State::Sending, State::Provisioning, State::Provisioned] {
            let stepped = ledger.step(&hold, &[from], to, "A step.", Change::default()).await;
            assert!(stepped.expect("stepped").is_some());
            if to == State::Sending {
                before_sending.push(begun.elapsed().as_secs_f64() * 1000.0);
            }
            from = to;
        }
        costs.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    figure(&format!("until the request is sent, {name}"), percentile(&mut before_sending, 50));
    figure(&format!("a whole creation, {name}"), percentile(&mut costs, 50));
    ledger.close().await;
}

#[tokio::test]
async fn a_creation_in_the_ledger() {
    let folder = TempDir::new().expect("a folder");
    creation("SQLite, p50", &LedgerAt::File(folder.path().join("ledger.sqlite"))).await;
    if let Some(postgres) = Postgres::start() {
        creation("PostgreSQL, p50", &postgres.database()).await;
    }
}

async fn back(name: &str, at: &LedgerAt) {
    let cloud = Cloud::start().await;
    let ledger = Ledger::open(at, Duration::from_secs(60)).await.expect("a ledger");
    ledger.fill_for_test(FINISHED, &wanted().to_string()).await.expect("filled");
    ledger.close().await;
    let begun = Instant::now();
    let server = start_on(&cloud.base, at.clone(), Duration::from_secs(60)).await;
    // Back is a server that has looked for open creations and answers.
    assert!(server.proxy.ledger().abandoned().await.expect("listed").is_empty());
    assert_eq!(server.get("/api/v1/operations").await.status, 200);
    figure(name, begun.elapsed().as_secs_f64());
    server.proxy.stop().await;
}

#[tokio::test]
async fn a_server_is_back() {
    let folder = TempDir::new().expect("a folder");
    let file = LedgerAt::File(folder.path().join("ledger.sqlite"));
    back("start with 100,000 finished, SQLite", &file).await;
    if let Some(postgres) = Postgres::start() {
        back("start with 100,000 finished, PostgreSQL", &postgres.database()).await;
    }
}

/// The server in a process of its own, so that its memory is its own; started by itself it is nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server() {
    let Ok(base) = std::env::var(CLOUD) else { return };
    let folder = TempDir::new().expect("a folder");
    let azure = Azure::for_test("http://127.0.0.1:1", &AzureIdentity::None, metrics());
    let config = Config { settle: Duration::from_secs(600), ..config(&folder, sandbox()) };
    let pace = Pace {
        first: Duration::from_millis(500),
        slowest: Duration::from_millis(500),
        lease: Duration::from_secs(15),
    };
    let Fixture { proxy, folder, .. } = start_with(&base, azure, config, folder, pace).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("\n#PORT {}", listener.local_addr().expect("an address").port());
    crate::serve(listener, proxy, axum::Router::new(), std::future::pending()).await;
    drop(folder);
}

fn request(method: &str, path: &str, more: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: {HOST}\r\norigin: http://{HOST}\r\nx-byok-wizard: 1\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n{more}\r\n{body}",
        body.len()
    )
}

/// Asks for a cluster and returns the operation's id.
async fn create(port: u16, at: usize) -> String {
    let (draft, body) = click(at, false);
    let more = format!("idempotency-key: {draft}\r\nconnection: close\r\n");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let request = request("POST", "/api/v1/clusters", &more, &body.to_string());
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let id = answer.split("\"id\":\"").nth(1).and_then(|rest| rest.split('"').next());
    id.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// Watches until the cluster is ready; how many seconds that took from when Confluent had it ready.
async fn follow(
    port: u16,
    id: String,
    opened: mpsc::Sender<()>,
    ready: watch::Receiver<Option<Instant>>,
) -> f64 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let request = request("GET", &format!("/api/v1/operations/{id}/events"), "", "");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let (mut seen, mut some) = (Vec::new(), [0; 1024]);
    let mut opened = Some(opened);
    loop {
        let count = stream.read(&mut some).await.expect("read");
        assert!(count > 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&some[..count]);
        let text = String::from_utf8_lossy(&seen);
        if text.contains("\"provisioned\"") {
            let ready = ready.borrow().expect("it is told after it is ready");
            return ready.elapsed().as_secs_f64();
        }
        if text.contains("\"provisioning\"") {
            opened.take();
        }
    }
}

/// The most memory that a process ever had, in MB.
fn most_memory(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a figure");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") * 1024.0 / 1e6
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_watch() {
    let cloud = world().await;
    cloud.world().reads_until_ready = u32::MAX;
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "tests::bench::server", "--nocapture"])
        .env(CLOUD, &cloud.base)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a server");
    let mut lines = std::io::BufReader::new(child.stdout.take().expect("its output")).lines();
    let port: u16 = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("#PORT ").and_then(|port| port.parse().ok()))
        .expect("a port");
    let mut ids = Vec::new();
    for at in 0..OPERATIONS {
        ids.push(create(port, at).await);
    }
    let reads = || u32::try_from(cloud.world().reads).map_or(f64::NAN, f64::from);
    let during = Duration::from_secs(5);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = reads();
    tokio::time::sleep(during).await;
    let alone = (reads() - before) * 12.0;

    let (ready_at, ready) = watch::channel(None);
    let (opened, mut all_opened) = mpsc::channel::<()>(1);
    let mut watchers = Vec::new();
    for at in 0..WATCHERS {
        let id = ids[at % OPERATIONS].clone();
        watchers.push(tokio::spawn(follow(port, id, opened.clone(), ready.clone())));
        if at % 200 == 199 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    drop(opened);
    // Each lets go when it has seen the story so far.
    assert!(all_opened.recv().await.is_none());
    let before = reads();
    tokio::time::sleep(during).await;
    let watched = (reads() - before) * 12.0;
    ready_at.send_replace(Some(Instant::now()));
    cloud.world().reads_until_ready = 0;
    let mut delays = Vec::new();
    for watcher in watchers {
        delays.push(watcher.await.expect("told"));
    }
    figure("calls to Confluent a minute, 100 operations, nobody watches", alone);
    figure("calls to Confluent a minute, 100 operations, 10,000 watch", watched);
    figure("calls with 10,000 watchers ÷ without", watched / alone);
    figure("until a watcher knows that Confluent is ready, p50", percentile(&mut delays, 50));
    figure("until a watcher knows that Confluent is ready, p99", percentile(&mut delays, 99));
    figure("most memory with 10,000 watchers", most_memory(child.id()));
    let _ = child.kill();
    let _ = child.wait();
}
