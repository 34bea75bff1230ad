//! `byok serve` as a process: the whole way against the simulated clouds, over TLS and through their proxy.

#![allow(clippy::expect_used, reason = "a test stops where it cannot go on")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A running server; ended when dropped.
struct Server {
    child: Child,
    address: String,
    http: reqwest::Client,
    /// Folder for the world and the home of this server.
    folder: tempfile::TempDir,
}

fn byok() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BYOK_")) {
        command.env_remove(name);
    }
    command
}

impl Server {
    /// Starts the server and waits for the line with its address.
    fn start(mut command: Command, folder: tempfile::TempDir) -> Self {
        // A killed server cannot clean up after itself; its folder goes with the test's.
        command.env("TMPDIR", folder.path());
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("a process");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let ready = lines.map_while(Result::ok).find(|line| line.contains(" is ready: "));
        let ready = ready.expect("the line with the address");
        let address = ready.rsplit(": ").next().expect("an address").to_owned();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { child, address, http, folder }
    }

    /// With the simulated clouds, quick ones, and an environment that must not matter.
    fn sandbox() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let world = folder.path().join("world.json");
        let quick =
            json!({ "role_propagation_seconds": 0.2, "provisioning_seconds": 1, "validation_seconds": 0.2 });
        std::fs::write(&world, quick.to_string()).expect("written");
        let mut command = byok();
        command
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0", "--open", "no", "--sandbox-world"])
            .arg(&world);
        // Neither a proxy of the environment nor an exception from it opens another way out.
        command.env("HTTPS_PROXY", "http://127.0.0.1:1").env("NO_PROXY", "*");
        Self::start(command, folder)
    }

    /// On the real clouds, of which nothing is asked until somebody is let in.
    fn live(create: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let secret = folder.path().join("secret");
        std::fs::File::create(&secret).and_then(|mut file| file.write_all(b"hunter2\n")).expect("written");
        let mut command = byok();
        command.args(["serve", "--listen", "127.0.0.1:0", "--open", "no"]);
        command.env("BYOK_CONFLUENT_API_KEY", "KEY").env("BYOK_CONFLUENT_API_SECRET_FILE", &secret);
        command.env("XDG_DATA_HOME", folder.path()).env("HTTPS_PROXY", "http://127.0.0.1:1");
        command.envs(create.map(|create| ("BYOK_CREATE", create)));
        Self::start(command, folder)
    }

    fn origin(&self) -> &str {
        self.address.split("/#").next().unwrap_or(&self.address).trim_end_matches('/')
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}{path}", self.origin())).send().await.expect("an answer");
        let status = answer.status();
        let body: Value = answer.json().await.expect("JSON");
        assert!(status.is_success(), "{path}: {body}");
        body
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self
            .http
            .post(format!("{}{path}", self.origin()))
            .header("origin", self.origin())
            .header("x-byok-wizard", "1")
            .header("idempotency-key", "draft-00001")
            .json(body)
            .send()
            .await
            .expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    /// Reads until `is_done`, for at most 20 seconds.
    async fn until(&self, path: &str, is_done: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let body = self.get(path).await;
            if is_done(&body) {
                return body;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "still {body}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn from_three_ids_to_endpoints_through_the_simulated_clouds() {
    let server = Server::sandbox();
    let world = server.get("/_sandbox/world").await;
    let vaults = world["vaults"].as_array().expect("vaults");
    let good = vaults.iter().find(|vault| vault["good"] == true).expect("a good vault");
    let ids = json!({ "display_name": "prod", "key_vault_id": good["key_vault_id"], "key_id": good["key_id"], "tenant_id": good["tenant_id"] });

    let (status, key) = server.post("/api/v1/keys", &ids).await;
    assert_eq!(status, 201, "{key}");
    let id = key["id"].as_str().expect("an id");
    let path = format!("/api/v1/keys/{id}");
    let environments = server.get("/api/v1/environments").await;
    let mut cluster = json!({ "environment": environments["data"][0]["id"], "display_name": "billing", "region": "westeurope",
        "availability": "MULTI_ZONE", "cku": 2, "key": id });

    // Without the grant nothing is created, whatever the page shows.
    let (status, problem) = server.post("/api/v1/clusters", &cluster).await;
    assert_eq!(status, 422, "{problem}");
    assert_eq!(problem["findings"][0]["field"], "key", "{problem}");

    let grant = json!({ "key_vault_id": good["key_vault_id"], "application_id": key["application_id"] });
    let (status, granted) = server.post("/_sandbox/grant", &grant).await;
    assert_eq!(status, 200, "{granted}");
    let valid = server.until(&path, |key| key["validation"]["phase"] == "VALID").await;
    assert_eq!(valid["validation"]["region"], "westeurope");

    let (status, operation) = server.post("/api/v1/clusters", &cluster).await;
    assert_eq!(status, 202, "{operation}");
    let path = format!("/api/v1/operations/{}", operation["id"].as_str().expect("an id"));
    let done = server
        .until(&path, |operation| {
            operation["state"] != "provisioning"
                && operation["state"] != "sending"
                && operation["state"] != "intended"
        })
        .await;
    assert_eq!(done["state"], "provisioned", "{done}");
    assert_eq!(done["cluster"]["byok"], id);
    assert!(
        done["cluster"]["kafka_bootstrap_endpoint"].as_str().is_some_and(|text| text.contains(":9092")),
        "{done}"
    );

    // One call, however often the click is repeated; another answer under the same draft is refused.
    assert_eq!(server.post("/api/v1/clusters", &cluster).await.0, 200);
    cluster["cku"] = json!(3);
    assert_eq!(server.post("/api/v1/clusters", &cluster).await.0, 422);
    let calls = server.get("/_sandbox/calls").await.to_string();
    let world = server.get("/_sandbox/world").await;
    let ours: Vec<&Value> = world["clusters"]
        .as_array()
        .expect("clusters")
        .iter()
        .filter(|cluster| cluster["byok"] == id)
        .collect();
    assert_eq!(ours.len(), 1, "{calls}");
}

#[tokio::test]
async fn a_preflight_sees_the_grant_arrive() {
    let server = Server::sandbox();
    let world = server.get("/_sandbox/world").await;
    let vaults = world["vaults"].as_array().expect("vaults");
    let good = vaults.iter().find(|vault| vault["name"] == "kv-kafka-prod").expect("a good vault");
    let mut ids = json!({ "display_name": "prod", "key_vault_id": good["key_vault_id"], "key_id": good["key_id"], "tenant_id": good["tenant_id"] });
    let (status, key) = server.post("/api/v1/keys", &ids).await;
    assert_eq!(status, 201, "{key}");
    ids["key"] = key["id"].clone();
    ids["region"] = json!("westeurope");
    let outcome = |view: &Value, requirement: &str| {
        let verdicts = view["verdicts"].as_array().expect("verdicts").clone();
        let found = verdicts.into_iter().find(|verdict| verdict["requirement"] == requirement);
        found.map(|verdict| verdict["outcome"].as_str().unwrap_or_default().to_owned()).unwrap_or_default()
    };
    let (status, before) = server.post("/api/v1/preflight", &ids).await;
    assert_eq!(status, 200, "{before}");
    assert_ne!(outcome(&before, "access.principal"), "met", "{before:#}");
    assert_eq!(outcome(&before, "vault.rbac"), "met", "{before:#}");

    let grant = json!({ "key_vault_id": good["key_vault_id"], "application_id": key["application_id"] });
    assert_eq!(server.post("/_sandbox/grant", &grant).await.0, 200);
    ids["granted_for"] = json!(1);
    let started = Instant::now();
    loop {
        let (_, after) = server.post("/api/v1/preflight", &ids).await;
        let wanted = ["access.principal", "access.encryption-user", "access.reader", "key.validated"];
        if wanted.iter().all(|requirement| outcome(&after, requirement) == "met") {
            assert_eq!(after["outcome"], "met", "{after:#}");
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "still {after:#}");
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

#[tokio::test]
async fn a_vault_that_the_clouds_do_not_know_is_not_granted_and_not_created() {
    let server = Server::sandbox();
    let (status, key) = server
        .post("/api/v1/keys", &json!({
            "key_vault_id": "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/nobodys-vault",
            "key_id": "https://nobodys-vault.vault.azure.net/keys/k", "tenant_id": "22222222-2222-4222-8222-222222222222" }))
        .await;
    assert_eq!(status, 201, "{key}");
    let path = format!("/api/v1/keys/{}", key["id"].as_str().expect("an id"));
    server.until(&path, |key| key["validation"]["phase"] == "INVALID").await;
}

#[tokio::test]
async fn a_foreign_page_gets_nothing_from_the_control_of_the_sandbox() {
    let server = Server::sandbox();
    let address = format!("{}/_sandbox/reset", server.origin());
    let answer =
        server.http.post(&address).header("origin", "http://evil.example").json(&json!({})).send().await;
    assert_eq!(answer.expect("an answer").status(), 403);
    let address = format!("{}/_sandbox/world", server.origin());
    let answer = server.http.get(&address).header("host", "evil.example").send().await;
    assert_eq!(answer.expect("an answer").status(), 421);
}

#[tokio::test]
async fn ten_megabytes_are_refused_and_the_process_stays_up() {
    let server = Server::sandbox();
    let answer = server
        .http
        .post(format!("{}/api/v1/keys", server.origin()))
        .header("origin", server.origin())
        .header("x-byok-wizard", "1")
        .header("content-type", "application/json")
        .body(vec![b' '; 10 * 1024 * 1024])
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 413);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    server.get("/api/v1/session").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_stops_it_and_takes_the_simulated_clouds_along() {
    let mut server = Server::sandbox();
    let world = server.get("/_sandbox/world").await;
    let certificate = world["ca_pem_path"].as_str().expect("a path").to_owned();
    assert!(std::path::Path::new(&certificate).exists());
    let told = Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status().expect("kill");
    assert!(told.success());
    let started = Instant::now();
    let status = loop {
        if let Some(status) = server.child.try_wait().expect("a status") {
            break status;
        }
        assert!(started.elapsed() < Duration::from_secs(8), "it goes on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(status.success(), "{status}");
    assert!(!std::path::Path::new(&certificate).exists(), "its folder was left behind");
}

#[tokio::test]
async fn a_live_server_prints_a_token_that_lets_one_browser_in() {
    let server = Server::live(None);
    assert!(server.folder.path().join("byok-wizard/ledger.sqlite").exists());
    let session = server.get("/api/v1/session").await;
    assert_eq!((&session["mode"], &session["signed_in"]), (&json!("live"), &json!(false)));
    assert_eq!(server.post("/api/v1/keys", &json!({})).await.0, 401);
    let token = server.address.split("#token=").nth(1).expect("a token");
    let (status, session) = server.post("/api/v1/session", &json!({ "token": token })).await;
    assert_eq!((status, &session["signed_in"]), (200, &json!(true)));
    assert_eq!(session["can_create"], true);
    assert_eq!(server.post("/api/v1/session", &json!({ "token": token })).await.0, 401);
}

#[tokio::test]
async fn creating_is_switched_off_by_a_word() {
    let server = Server::live(Some("false"));
    let token = server.address.split("#token=").nth(1).expect("a token");
    let (_, session) = server.post("/api/v1/session", &json!({ "token": token })).await;
    assert_eq!(session["can_create"], false);
}

/// Runs to its end and returns what it said on stderr.
fn fails(command: &mut Command) -> String {
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("a process");
    let mut said = String::new();
    child.stderr.take().expect("its errors").read_to_string(&mut said).expect("text");
    assert!(!child.wait().expect("a status").success(), "it worked");
    said
}

#[test]
fn a_busy_port_is_named_with_the_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let said = fails(byok().args(["serve", "--sandbox", "--listen", &address]));
    assert!(said.contains("already in use") && said.contains("--listen 127.0.0.1:0"), "{said}");
}

#[test]
fn an_address_that_others_can_reach_is_refused() {
    for mode in [&["serve", "--sandbox"][..], &["serve"]] {
        let said = fails(byok().args(mode).args(["--listen", "0.0.0.0:0"]));
        assert!(said.contains("no sign-in yet"), "{said}");
    }
}

#[test]
fn live_clouds_without_credentials_are_refused_with_the_way_out() {
    let said = fails(byok().args(["serve", "--listen", "127.0.0.1:0"]));
    assert!(said.contains("BYOK_CONFLUENT_API_KEY") && said.contains("--sandbox"), "{said}");
}

#[test]
fn the_settings_are_printed_without_secrets() {
    let output = byok()
        .args(["serve", "--print-config", "--listen", "127.0.0.1:7"])
        .env("BYOK_CONFLUENT_API_SECRET", "hunter2")
        .output()
        .expect("its output");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("listen = \"127.0.0.1:7\" # from the flag `--listen`"), "{printed}");
    assert!(!printed.contains("hunter2"), "{printed}");
}
