//! What the ledger promises, the same on both engines.

use std::time::Duration;

use byok_core::wire::{FindingView, NewCluster, Waiver};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::creation::wanted;
use super::postgres::Postgres;
use crate::error::finding;
use crate::ledger::{
    Actor, Change, Entry, Hold, Intent, Ledger, LedgerAt, LedgerError, Operation, Recorded, State, verify,
};

const LEASE: Duration = Duration::from_millis(300);

pub(crate) fn actor() -> Actor {
    Actor { who: "caller".into(), from: "127.0.0.1".into(), request_id: "r-1".into() }
}

fn request(key: &str) -> NewCluster {
    let mut request: NewCluster = serde_json::from_value(wanted()).expect("a request");
    request.key = key.to_owned();
    request
}

pub(crate) async fn intend(ledger: &Ledger, id: &str, draft: &str, key: &str) -> Recorded {
    let (request, ruled_out) = (request(key), ["The vault exists".to_owned()]);
    let intent =
        Intent { id, idempotency_key: draft, fingerprint: "f", request: &request, ruled_out: &ruled_out };
    ledger.intend(&intent, &actor()).await.expect("recorded")
}

async fn new(ledger: &Ledger, id: &str) -> Hold {
    match intend(ledger, id, &format!("draft-{id}"), &format!("cck-{id}")).await {
        Recorded::New(operation, hold) => {
            assert_eq!((operation.state, operation.fence, operation.sends), (State::Intended, 1, 0));
            hold
        }
        other => panic!("{other:?}"),
    }
}

async fn step(ledger: &Ledger, hold: &Hold, from: State, to: State) -> bool {
    ledger.step(hold, &[from], to, "a step", Change::default()).await.expect("answered").is_some()
}

async fn operation(ledger: &Ledger, id: &str) -> Operation {
    ledger.operation(id).await.expect("readable").expect("there")
}

fn problem(code: &str) -> FindingView {
    finding(code, None, "It happened.", "Do this.")
}

/// Everything, on one engine.
async fn keeps_its_promises(at: &LedgerAt) {
    let ledger = Ledger::open(at, LEASE).await.expect("a ledger");
    assert!(ledger.is_ready().await);
    records_once(&ledger).await;
    a_step_is_taken_once(&ledger).await;
    a_lease_is_one_servers(&ledger, at).await;
    a_person_decides_once(&ledger).await;
    stories_reach_those_who_watch(&ledger, at).await;
    hostile_texts_come_back_unchanged(&ledger).await;
    the_chain_holds(&ledger).await;
    ledger.close().await;
    // Opened again, everything is there and the tables are left alone.
    let ledger = Ledger::open(at, LEASE).await.expect("a ledger");
    assert_eq!(operation(&ledger, "once").await.state, State::Intended);
    the_chain_holds(&ledger).await;
}

async fn records_once(ledger: &Ledger) {
    new(ledger, "once").await;
    let draft = intend(ledger, "twice", "draft-once", "cck-other").await;
    assert!(matches!(&draft, Recorded::Draft(before) if before.id == "once"), "{draft:?}");
    let taken = intend(ledger, "twice", "draft-twice", "cck-once").await;
    assert!(matches!(&taken, Recorded::KeyTaken(by) if by.id == "once"), "{taken:?}");
    assert!(ledger.operation("twice").await.expect("readable").is_none());
    // At once, one wins.
    let (one, two) = tokio::join!(
        intend(ledger, "race-1", "draft-race", "cck-race"),
        intend(ledger, "race-2", "draft-race", "cck-race")
    );
    assert_eq!(
        [&one, &two].iter().filter(|one| matches!(one, Recorded::New(..))).count(),
        1,
        "{one:?} {two:?}"
    );
    // A key stays taken when its creation ends, unless nothing came of it.
    for (id, to, frees_key) in [
        ("failed", State::Failed, false),
        ("person", State::NeedsPerson, false),
        ("nothing", State::Failed, true),
    ] {
        let hold = new(ledger, id).await;
        let change = Change { frees_key, ..Change::default() };
        assert!(
            ledger.step(&hold, &[State::Intended], to, "ended", change).await.expect("stepped").is_some()
        );
        let again = intend(ledger, &format!("{id}-2"), &format!("draft-{id}-2"), &format!("cck-{id}")).await;
        assert_eq!(matches!(again, Recorded::New(..)), frees_key, "{id}: {again:?}");
        assert_eq!(
            ledger.operation_with_key(&format!("cck-{id}")).await.expect("readable").map(|by| by.id),
            Some(if frees_key { format!("{id}-2") } else { id.to_owned() })
        );
    }
}

async fn a_step_is_taken_once(ledger: &Ledger) {
    let hold = new(ledger, "step").await;
    let (one, two) = tokio::join!(
        step(ledger, &hold, State::Intended, State::Sending),
        step(ledger, &hold, State::Intended, State::Sending)
    );
    assert!(one != two, "{one} {two}");
    let sending = operation(ledger, "step").await;
    assert_eq!((sending.state, sending.sends), (State::Sending, 1));
    assert!(sending.sending_for.is_some_and(|passed| passed < 60_000), "{sending:?}");
    assert!(!step(ledger, &hold, State::Provisioning, State::Provisioned).await);
    let change = Change { problem: Some(problem("x")), ..Change::default() };
    assert!(
        ledger
            .step(&hold, &[State::Sending], State::Failed, "over", change)
            .await
            .expect("stepped")
            .is_some()
    );
    let events = ledger.events_after("step", 0).await.expect("events");
    let story: Vec<(u64, &str)> = events.iter().map(|event| (event.seq, event.state.as_str())).collect();
    assert_eq!(story, [(1, "intended"), (2, "sending"), (3, "failed")]);
    assert_eq!(ledger.events_after("step", 2).await.expect("events").len(), 1);
    assert_eq!(operation(ledger, "step").await.problem.map(|problem| problem.code), Some("x".to_owned()));
}

async fn a_lease_is_one_servers(ledger: &Ledger, at: &LedgerAt) {
    let other = Ledger::open(at, LEASE).await.expect("a second server");
    let hold = new(ledger, "lease").await;
    assert_eq!(other.take_over("lease").await.expect("answered"), None, "it is driven");
    tokio::time::sleep(LEASE * 2 / 3).await;
    ledger.renew(std::slice::from_ref(&hold)).await.expect("renewed");
    tokio::time::sleep(LEASE * 2 / 3).await;
    assert_eq!(other.take_over("lease").await.expect("answered"), None, "it was renewed");
    tokio::time::sleep(LEASE).await;
    assert!(other.abandoned().await.expect("listed").contains(&"lease".to_owned()));
    let (one, two) = tokio::join!(other.take_over("lease"), ledger.take_over("lease"));
    let (one, two) = (one.expect("answered"), two.expect("answered"));
    assert!(one.is_some() != two.is_some(), "{one:?} {two:?}");
    let newer = one.or(two).expect("somebody");
    assert_eq!(newer.fence, 2);
    // Who slept finds its steps refused.
    assert!(!step(ledger, &hold, State::Intended, State::Sending).await);
    assert!(!ledger.holds(&hold).await.expect("answered") && ledger.holds(&newer).await.expect("answered"));
    assert!(step(ledger, &newer, State::Intended, State::Sending).await);
    // What has ended is nobody's.
    assert!(step(ledger, &newer, State::Sending, State::NeedsPerson).await);
    tokio::time::sleep(LEASE * 2).await;
    assert_eq!(other.take_over("lease").await.expect("answered"), None);
    // Who goes lets go.
    let hold = {
        let leaving = Ledger::open(at, Duration::from_secs(3600)).await.expect("a third server");
        let hold = new(&leaving, "leaving").await;
        leaving.close().await;
        hold
    };
    let taken = other.take_over("leaving").await.expect("answered").expect("free");
    assert_eq!(taken.fence, hold.fence + 1);
    other.close().await;
}

async fn a_person_decides_once(ledger: &Ledger) {
    let hold = new(ledger, "decide").await;
    let decide = |to| ledger.decide("decide", "look_again", to, "I saw it.", actor_for_decisions(), &[]);
    assert_eq!(decide(State::Sending).await.expect("answered"), None, "it does not wait");
    assert!(step(ledger, &hold, State::Intended, State::Sending).await);
    let change = Change { problem: Some(problem("operation.outcome-unknown")), ..Change::default() };
    assert!(
        ledger
            .step(&hold, &[State::Sending], State::NeedsPerson, "?", change)
            .await
            .expect("stepped")
            .is_some()
    );
    let (one, two) = tokio::join!(decide(State::Sending), decide(State::Sending));
    let (one, two) = (one.expect("answered"), two.expect("answered"));
    assert!(one.is_some() != two.is_some(), "{one:?} {two:?}");
    let after = operation(ledger, "decide").await;
    assert_eq!((after.state, after.problem, after.fence), (State::Sending, None, 2));
    assert!(!step(ledger, &hold, State::Sending, State::Provisioning).await, "the old hold is over");
}

fn actor_for_decisions() -> &'static Actor {
    static ACTOR: std::sync::OnceLock<Actor> = std::sync::OnceLock::new();
    ACTOR.get_or_init(actor)
}

async fn stories_reach_those_who_watch(ledger: &Ledger, at: &LedgerAt) {
    let other = Ledger::open(at, LEASE).await.expect("a second server");
    let telling = [tokio::spawn(ledger.clone().keep_told()), tokio::spawn(other.clone().keep_told())];
    let hold = new(ledger, "watched").await;
    let mut here = ledger.watch("watched").await.expect("a story");
    let mut there = other.watch("watched").await.expect("a story");
    assert_eq!((here.borrow().events.len(), here.borrow().is_final), (1, false));
    assert!(step(ledger, &hold, State::Intended, State::Sending).await);
    assert!(step(ledger, &hold, State::Sending, State::NeedsPerson).await);
    for story in [&mut here, &mut there] {
        let whole = story.wait_for(|story| story.is_final && story.events.len() == 3);
        let whole = tokio::time::timeout(Duration::from_secs(10), whole).await.expect("told").expect("open");
        let last: Value = serde_json::from_str(&whole.events[2].1).expect("JSON");
        assert_eq!((whole.events[2].0, &last["seq"], &last["state"]), (3, &json!(3), &json!("needs_person")));
    }
    for task in telling {
        task.abort();
    }
    other.close().await;
}

async fn hostile_texts_come_back_unchanged(ledger: &Ledger) {
    let text = "O'Brien \"; DROP TABLE operations; -- \u{202e}ünïcode\n\\ $1 %s ,\"hash\":\"x\"}";
    let mut request = request("cck-hostile");
    request.display_name = text.to_owned();
    request.waivers = vec![Waiver { requirement: "key.validated".to_owned(), reason: text.to_owned() }];
    let ruled_out = [text.to_owned()];
    let intent = Intent {
        id: "hostile",
        idempotency_key: text,
        fingerprint: "f",
        request: &request,
        ruled_out: &ruled_out,
    };
    assert!(matches!(ledger.intend(&intent, &actor()).await.expect("recorded"), Recorded::New(..)));
    let found = ledger.operation_of_draft(text).await.expect("readable").expect("there");
    assert_eq!((found.request, found.ruled_out.as_slice()), (request, ruled_out.as_slice()));
    let newest = ledger.newest(1000).await.expect("listed");
    let view = newest.iter().find(|view| view.id == "hostile").expect("listed");
    assert_eq!(view.events.len(), 2);
    assert!(view.events[1].message.ends_with(text));
}

async fn the_chain_holds(ledger: &Ledger) {
    let actor = actor();
    let entry = Entry {
        actor: &actor,
        action: "key.registering",
        subject: "",
        before: "",
        after: "",
        upstream: &["req-1".to_owned()],
        detail: json!({}),
    };
    let notes = (0..20).map(|_| ledger.note(&entry));
    for noted in futures_util::future::join_all(notes).await {
        noted.expect("noted");
    }
    let export = export(ledger).await;
    let report = verify(export.as_bytes()).expect("unbroken");
    assert!(report.lines > 40, "{report}");
    let line = export.lines().rev().nth(1).expect("a line");
    let line: Value = serde_json::from_str(line).expect("JSON");
    assert_eq!(line["upstream_request_ids"], json!(["req-1"]));
    assert_eq!((&line["who"], &line["from"]), (&json!("caller"), &json!("127.0.0.1")));
}

/// The audit trail as it is exported.
pub(crate) async fn export(ledger: &Ledger) -> String {
    let head = ledger.audit_head().await.expect("a head");
    let (mut text, mut last) = (String::new(), 0);
    while let Some((some, to)) = ledger.audit_between(last, head.lines).await.expect("lines") {
        text.push_str(&some);
        last = to;
    }
    text + &head.end()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_file() {
    let folder = TempDir::new().expect("a folder");
    let name = "a ledger?mode=memory&x#y %41 ü.sqlite";
    keeps_its_promises(&LedgerAt::File(folder.path().join(name))).await;
    assert!(folder.path().join(name).exists(), "the name is taken as it is");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_database() {
    let Some(postgres) = Postgres::start() else { return };
    keeps_its_promises(&postgres.database()).await;
}

#[tokio::test]
async fn an_older_file_is_brought_up_to_date() {
    use sqlx::Connection as _;
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ledger.sqlite");
    let at = LedgerAt::File(path.clone());
    // As the first version left it: two creations with one key, the first of which failed with a cluster.
    {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.expect("a file");
        crate::ledger::first_step_for_test().run(&mut connection).await.expect("the first step");
        let request = serde_json::to_string(&request("cck-a")).expect("JSON");
        for (id, state, cluster, sent) in [
            ("old-1", "failed", Some("lkc-1"), Some(1_800_000_000_i64)),
            ("old-2", "provisioned", Some("lkc-2"), Some(1_800_000_000)),
            ("old-3", "failed", None, None),
        ] {
            let key = if id == "old-3" { "cck-b" } else { "cck-a" };
            sqlx::query(
                "INSERT INTO operations VALUES (?, ?, 'f', 'env-1', ?, ?, ?, ?, NULL, NULL, 1, ?, 1)",
            )
            .bind(id)
            .bind(id)
            .bind(key)
            .bind(state)
            .bind(&request)
            .bind(cluster)
            .bind(sent)
            .execute(&mut connection)
            .await
            .expect("a row");
        }
        connection.close().await.expect("closed");
    }
    let ledger = Ledger::open(&at, LEASE).await.expect("brought up to date");
    let holder = ledger.operation_with_key("cck-a").await.expect("readable").map(|by| by.id);
    assert_eq!(holder.as_deref(), Some("old-2"));
    assert!(ledger.operation_with_key("cck-b").await.expect("readable").is_none());
    let old = operation(&ledger, "old-1").await;
    assert_eq!((old.state, old.sends), (State::Failed, 1));
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_without_repeating_it() {
    for address in
        ["", "mysql://u:hunter2@h/d", "hunter2", "sqlite:///tmp/hunter2", "postgres://u:hunter2@h:notaport/d"]
    {
        let wrong =
            Ledger::open(&LedgerAt::Database(address.to_owned().into()), LEASE).await.expect_err(address);
        assert!(matches!(wrong, LedgerError::Address), "{wrong}");
        assert!(!wrong.to_string().contains("hunter2") && !format!("{wrong:?}").contains("hunter2"));
    }
}
