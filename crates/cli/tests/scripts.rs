//! What the terminal prints for bash, run as it is by the real, unmodified Azure CLI against the simulated clouds.
//!
//! The CLI is looked for in `BYOK_AZ`, then in the per-user cache of tools, then on the `PATH`; where there is none, or no
//! bash, the tests say that they are skipped.

#![allow(clippy::unwrap_used, reason = "a helper of tests may panic like a test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use byok_core::recognise::recognise;
use byok_sandbox::{Options, Sandbox};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

const CACHED: &str = ".cache/byok-wizard/azure-cli-2.91.0/bin/az";
const KEY_ID: &str = "https://kv-brand-new-1.vault.azure.net/keys/kafka";

fn az() -> Option<PathBuf> {
    let named = std::env::var_os("BYOK_AZ").map(PathBuf::from);
    let cached = std::env::var_os("HOME").map(|home| Path::new(&home).join(CACHED));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = std::env::split_paths(&path).map(|folder| folder.join("az"));
    named.into_iter().chain(cached).chain(installed).find(|file| file.is_file())
}

/// A sandbox, and a shell whose Azure CLI is signed in to it.
struct Shell {
    sandbox: Sandbox,
    az: PathBuf,
    folder: TempDir,
    world: Value,
}

/// What a script printed, and whether it succeeded.
struct Ran {
    success: bool,
    output: String,
    errors: String,
}

impl Shell {
    async fn signed_in() -> Option<Self> {
        let az = az();
        if az.is_none() || !Path::new("/bin/bash").exists() {
            println!("skipped: the Azure CLI (set BYOK_AZ to its path) or /bin/bash is not here");
            return None;
        }
        let options = Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            world: Some(json!({"role_propagation_seconds": 0.1})),
            ca_out: None,
        };
        let sandbox = byok_sandbox::start(options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), sandbox.ca_pem()).unwrap();
        let request = axum::http::Request::get("/_sandbox/world").body(axum::body::Body::empty()).unwrap();
        let answer = sandbox.control().oneshot(request).await.unwrap();
        let world = serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap();
        let shell = Self { sandbox, az: az?, folder, world };
        let login = format!(
            "az login --service-principal --username {} --password {} --tenant {} --output none",
            shell.text("/login/client_id"),
            shell.text("/login/client_secret"),
            shell.text("/login/tenant_id"),
        );
        let ran = shell.run(&login).await;
        assert!(ran.success, "{}", ran.errors);
        Some(shell)
    }

    fn text(&self, pointer: &str) -> &str {
        self.world.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    fn vault_id(&self) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/rg-new/providers/Microsoft.KeyVault/vaults/kv-brand-new-1",
            self.text("/subscription_id")
        )
    }

    async fn run(&self, script: &str) -> Ran {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("/bin/bash");
        command
            .args(["--noprofile", "--norc", "-c", script])
            .env_clear()
            .env("PATH", format!("{}:{path}", self.az.parent().unwrap().display()))
            .env("HOME", self.folder.path())
            .env("LANG", "C.UTF-8")
            .env("HTTPS_PROXY", self.sandbox.proxy_url())
            .env("REQUESTS_CA_BUNDLE", self.folder.path().join("ca.pem"))
            .env("AZURE_CONFIG_DIR", self.folder.path().join("azure"))
            .env("AZURE_CORE_COLLECT_TELEMETRY", "no")
            .stdin(Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        Ran {
            success: output.status.success(),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// What `byok` prints for these arguments.
fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_byok")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_key_makes_vault_and_key_once_and_doctor_tells_of_them() {
    let Some(shell) = Shell::signed_in().await else { return };
    let vault = shell.vault_id();
    let about = ["--key-vault-id", &vault, "--key-id", KEY_ID, "--format", "bash"];

    let script = printed(&[&["new-key", "--region", "westeurope"], &about[..]].concat());
    let first = shell.run(&script).await;
    assert!(first.success, "{}{}", first.output, first.errors);
    for line in ["Vault: created.", "Key: created.", "Rotation: automatic, once a year."] {
        assert!(first.output.contains(line), "{}", first.output);
    }
    // The last lines are the three IDs for the page.
    let told = recognise(&first.output);
    assert_eq!(told.key_vault_id.map(|chosen| chosen.value.to_string()).as_deref(), Some(vault.as_str()));
    assert_eq!(told.key_id.map(|chosen| chosen.value.to_string()).as_deref(), Some(KEY_ID));
    assert_eq!(
        told.tenant_id.map(|chosen| chosen.value.to_string()).as_deref(),
        Some(shell.text("/login/tenant_id"))
    );

    let again = shell.run(&script).await;
    assert!(again.success, "{}{}", again.output, again.errors);
    for line in ["Vault: there already.", "Key: there already.", "Rotation: automatic already."] {
        assert!(again.output.contains(line), "{}", again.output);
    }

    let doctor = shell.run(&printed(&[&["doctor"], &about[..]].concat())).await;
    let told: Value = serde_json::from_str(&doctor.output).unwrap_or_else(|_| panic!("{}", doctor.output));
    assert_eq!(told["byok_doctor"], 1);
    assert_eq!(told["vault"]["properties"]["enableRbacAuthorization"], true);
    assert_eq!(told["vault"]["properties"]["enablePurgeProtection"], true);
    assert_eq!(told["key"]["key"]["keyOps"], json!(["wrapKey", "unwrapKey"]));
    assert_eq!(told["versions"][0]["attributes"]["enabled"], true, "{}", doctor.output);
    assert!(told["versions"][0]["kid"].as_str().is_some_and(|kid| kid.starts_with(KEY_ID)));
    assert_eq!(told["rotation_policy"]["lifetimeActions"][0]["action"], "Rotate");
    assert_eq!(told["errors"], json!({}));
    assert!(!doctor.output.contains(shell.text("/login/client_secret")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_grant_is_given_twice_and_taken_away() {
    let Some(shell) = Shell::signed_in().await else { return };
    let vault = shell.text("/vaults/0/key_vault_id").to_owned();
    let application = "0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11";
    let known = json!({"applications": [{"app_id": application, "display_name": "Confluent"}]});
    let request = axum::http::Request::post("/_sandbox/world")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(known.to_string()))
        .unwrap();
    let answer = shell.sandbox.control().oneshot(request).await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    for format in ["bash", "git-bash"] {
        let about = [
            "grant",
            "--key-vault-id",
            &vault,
            "--application-id",
            application,
            "--tenant-id",
            shell.text("/login/tenant_id"),
            "--format",
            format,
        ];
        let give = printed(&about);
        for _ in 0..2 {
            let ran = shell.run(&give).await;
            assert!(ran.success && ran.output.contains("Done."), "{}{}", ran.output, ran.errors);
        }
        let taken = shell.run(&printed(&[&about[..], &["--undo"]].concat())).await;
        assert!(taken.success, "{}{}", taken.output, taken.errors);
        assert_eq!(taken.output.matches("taken away.").count(), 2, "{}", taken.output);
    }
}
