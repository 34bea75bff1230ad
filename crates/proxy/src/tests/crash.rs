//! The process is killed at every boundary around each write and each call, and at random moments: never two clusters.
//!
//! The process that is killed is this test program itself, started once more as a child: one proxy on a ledger that
//! survives it, against a Confluent that runs here and survives too. That Confluent accepts a second cluster for the same
//! key, marks a key in use late, and lists a new cluster late; sixty seconds there are sixty milliseconds here.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cloud::{Cloud, Create};
use super::creation::wanted;
use super::ledger::export;
use super::postgres::Postgres;
use super::start_on;
use crate::ledger::{LedgerAt, verify};

/// What the child is told.
const CLOUD: &str = "BYOK_TEST_CRASH_CLOUD";
const FILE: &str = "BYOK_TEST_CRASH_FILE";
const DATABASE: &str = "BYOK_TEST_CRASH_DATABASE";
/// The number of the boundary at which the child stands still, until it is killed or gets a byte to read.
const STOP_AT: &str = "BYOK_TEST_CRASH_STOP_AT";
/// How many random kills; by default 50.
const KILLS: &str = "BYOK_TEST_KILLS";

/// How long a new cluster is missing from lists, and its key called free: sixty seconds, a thousand times as fast.
const LAG: Duration = Duration::from_millis(60);

const LEASE: Duration = Duration::from_millis(300);

static REACHED: AtomicUsize = AtomicUsize::new(0);

/// Called at every boundary; see [`crate::boundary`]. At the one that a child was told of nothing in it moves any more.
pub(crate) async fn reached(name: &'static str) {
    let Ok(stop_at) = std::env::var(STOP_AT) else { return };
    let number = REACHED.fetch_add(1, Ordering::SeqCst) + 1;
    if stop_at.parse() == Ok(number) {
        say(&format!("STOPPED {number} {name}"));
        let _ = std::io::stdin().read(&mut [0]);
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "\n#{line}").and_then(|()| out.flush());
}

/// The child: one proxy, one user who clicks until an answer comes and waits for the end. Started by itself it is nothing:
/// the other tests start it.
#[test]
fn child() {
    let Ok(base) = std::env::var(CLOUD) else { return };
    // One thread, so that a boundary stops everything.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async move {
        let at = match (std::env::var(FILE), std::env::var(DATABASE)) {
            (Ok(file), _) => LedgerAt::File(file.into()),
            (_, Ok(address)) => LedgerAt::Database(address.into()),
            _ => panic!("no ledger"),
        };
        let fixture = start_on(&base, at, LEASE).await;
        let id = loop {
            let answer = fixture.create("draft-00001", &wanted()).await;
            match answer.status.as_u16() {
                200 | 202 => break answer.json()["id"].as_str().unwrap_or_default().to_owned(),
                // Refused before anything was recorded: the user may click again.
                _ => say(&format!("REFUSED {} {}", answer.status, answer.text())),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let operation = loop {
            let operation = fixture.get(&format!("/api/v1/operations/{id}")).await.json();
            if ["provisioned", "failed", "needs_person"]
                .contains(&operation["state"].as_str().unwrap_or_default())
            {
                break operation;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        say(&format!("ENDED {operation}"));
        let trail = export(fixture.proxy.ledger()).await;
        let report = verify(trail.as_bytes());
        say(&format!("AUDIT {}", report.map_or_else(|wrong| wrong.to_string(), |_| "ok".to_owned())));
        fixture.proxy.stop().await;
    });
}

/// A child and what it says.
pub(crate) struct Run {
    child: Child,
    lines: std::sync::mpsc::Receiver<String>,
}

impl Run {
    pub(crate) fn start(cloud: &Cloud, at: &LedgerAt, stop_at: Option<usize>) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command
            .args(["--exact", "tests::crash::child", "--nocapture", "--test-threads=1"])
            .env(CLOUD, &cloud.base)
            .env_remove(FILE)
            .env_remove(DATABASE)
            .env(STOP_AT, stop_at.unwrap_or(0).to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        match at {
            LedgerAt::File(path) => command.env(FILE, path),
            LedgerAt::Database(address) => {
                command.env(DATABASE, secrecy::ExposeSecret::expose_secret(address))
            }
        };
        let mut child = command.spawn().expect("a child");
        let out = child.stdout.take().expect("its output");
        let (sender, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if let Some(line) = line.strip_prefix('#') {
                    let _ = sender.send(line.to_owned());
                }
            }
        });
        Self { child, lines }
    }

    /// The rest of the next line that begins so; none when the child ended without one.
    fn next(&self, beginning: &str, patience: Duration) -> Option<String> {
        let until = Instant::now() + patience;
        loop {
            let line = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())).ok()?;
            if let Some(rest) = line.strip_prefix(beginning) {
                return Some(rest.trim().to_owned());
            }
        }
    }

    /// SIGKILL: nothing is said, written or closed.
    pub(crate) fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Lets it go on from where it stands.
    fn go_on(&mut self) {
        let told = self.child.stdin.as_mut().is_some_and(|stdin| stdin.write_all(b"\n").is_ok());
        assert!(told, "the child is gone");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|sent| sent.success()), "kill -{name}");
    }

    /// The operation at its end, after checking the audit trail. Waited for without holding up the Confluent that runs here.
    async fn end(self) -> Value {
        let wait = move || {
            let ended = self.next("ENDED", Duration::from_secs(60)).expect("an end");
            let audit = self.next("AUDIT", Duration::from_secs(10)).expect("a word on the trail");
            assert_eq!(audit, "ok");
            self.kill();
            serde_json::from_str(&ended).expect("an operation")
        };
        tokio::task::spawn_blocking(wait).await.expect("a result")
    }
}

async fn cloud(create: Create) -> Cloud {
    let cloud = Cloud::start().await;
    let mut world = cloud.world();
    world.create = create;
    world.list_lag = LAG;
    world.in_use_lag = LAG;
    drop(world);
    cloud
}

/// A new ledger of an engine.
enum Engine<'a> {
    File,
    Database(&'a Postgres),
}

impl Engine<'_> {
    fn ledger(&self, folder: &TempDir) -> LedgerAt {
        match self {
            Engine::File => LedgerAt::File(folder.path().join("ledger.sqlite")),
            Engine::Database(postgres) => postgres.database(),
        }
    }
}

/// What must hold whatever happened: never two clusters, exactly one whenever the request reached the cloud and was
/// accepted, and an end that says so.
fn judge(cloud: &Cloud, operation: &Value, how: &str) {
    let world = cloud.world();
    let posts = world.writes.iter().filter(|write| *write == "POST /cmk/v2/clusters").count();
    let clusters = world.clusters.len();
    assert!(posts <= 1, "{how}: sent {posts} times: {operation}");
    let expected = usize::from(posts == 1 && world.create.makes_a_cluster());
    assert_eq!(clusters, expected, "{how}: {operation}");
    let state = operation["state"].as_str().unwrap_or_default();
    assert!(["provisioned", "failed", "needs_person"].contains(&state), "{how}: {operation}");
    if state == "provisioned" {
        assert_eq!((clusters, &operation["cluster"]["id"]), (1, &json!("lkc-1")), "{how}: {operation}");
    }
    // What says that nothing was created is right.
    if operation["problem"]["code"] == "operation.interrupted" {
        assert_eq!(posts, 0, "{how}: {operation}");
    }
    // A cluster that carries the key is found, whatever was answered.
    if clusters == 1 && world.create != Create::WithoutKey {
        let expected = if world.create == Create::BuildFails { "failed" } else { "provisioned" };
        assert_eq!(state, expected, "{how}: {operation}");
    }
}

async fn kills(engine: Engine<'_>, name: &str) {
    let folder = TempDir::new().expect("a folder");
    let mut ends = std::collections::BTreeMap::<String, usize>::new();
    // Every boundary once, until one is never reached.
    let mut number = 0;
    loop {
        number += 1;
        let home = TempDir::new_in(folder.path()).expect("a folder");
        let (cloud, at) = (cloud(Create::Accept).await, engine.ledger(&home));
        let run = Run::start(&cloud, &at, Some(number));
        let first = run.next("", Duration::from_secs(60)).unwrap_or_default();
        let reached = first.strip_prefix("STOPPED").map(str::to_owned);
        run.kill();
        let Some(reached) = reached else { break };
        let operation = Run::start(&cloud, &at, None).end().await;
        judge(&cloud, &operation, &format!("{name}, killed at {reached}"));
        *ends.entry(operation["state"].to_string()).or_default() += 1;
    }
    assert!(number > 20, "only {number} boundaries were reached");
    println!("{name}: killed at each of {} boundaries; ended {ends:?}", number - 1);

    let random = std::env::var(KILLS).ok().and_then(|kills| kills.parse().ok()).unwrap_or(50_usize);
    ends.clear();
    for round in 0..random {
        let create = Create::ALL[round % Create::ALL.len()];
        let home = TempDir::new_in(folder.path()).expect("a folder");
        let (cloud, at) = (cloud(create).await, engine.ledger(&home));
        let mut story = String::new();
        // Sometimes the one that comes after is killed as well.
        for _ in 0..=(round % 3) {
            let after = Duration::from_secs_f64(crate::random::fraction() * 0.7);
            let run = Run::start(&cloud, &at, None);
            tokio::time::sleep(after).await;
            run.kill();
            story = format!("{story} {} ms", after.as_millis());
        }
        let operation = Run::start(&cloud, &at, None).end().await;
        judge(&cloud, &operation, &format!("{name}, {create:?}, killed after{story}"));
        *ends.entry(operation["state"].to_string()).or_default() += 1;
        if (round + 1) % 50 == 0 {
            println!("{name}: {} of {random} random kills", round + 1);
        }
    }
    println!("{name}: killed in {random} random ways; ended {ends:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_anywhere_with_a_file() {
    kills(Engine::File, "SQLite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_anywhere_with_a_database() {
    let Some(postgres) = Postgres::start() else { return };
    kills(Engine::Database(&postgres), "PostgreSQL").await;
}

/// A server sleeps past its lease at each boundary, another ends what it began, the sleeper wakes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asleep_anywhere_and_woken() {
    let Some(postgres) = Postgres::start() else { return };
    let mut number = 0;
    loop {
        number += 1;
        let (cloud, at) = (cloud(Create::Accept).await, postgres.database());
        let mut sleeper = Run::start(&cloud, &at, Some(number));
        let first = sleeper.next("", Duration::from_secs(60)).unwrap_or_default();
        let Some(reached) = first.strip_prefix("STOPPED").map(str::to_owned) else {
            sleeper.kill();
            break;
        };
        sleeper.signal("STOP");
        let operation = Run::start(&cloud, &at, None).end().await;
        judge(&cloud, &operation, &format!("asleep at {reached}"));
        sleeper.signal("CONT");
        sleeper.go_on();
        let operation = sleeper.end().await;
        // What was on its way when it fell asleep may be sent now, but nobody else has sent it.
        assert!(cloud.posts() <= 1 && cloud.world().clusters.len() <= 1, "woken at {reached}: {operation}");
    }
    assert!(number > 20, "only {number} boundaries were reached");
    println!("PostgreSQL: asleep at each of {} boundaries, and woken", number - 1);
}
