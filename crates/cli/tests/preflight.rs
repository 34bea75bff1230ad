//! `byok preflight` as a process, in simulated clouds.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops where it cannot go on")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const SUBSCRIPTION: &str = "5e7a1b3c-9d24-4f68-b0c5-2a8e6d1f4b97";
const TENANT: &str = "8d4f2c6a-51b7-4e0d-9c3a-7f1e5b2d9a60";

fn byok() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BYOK_")) {
        command.env_remove(name);
    }
    // Neither a proxy of the environment nor an exception from it opens another way out.
    command.env("HTTPS_PROXY", "http://127.0.0.1:1").env("NO_PROXY", "*");
    command
}

/// A look at a vault of the sandbox’s default world.
fn look(vault: &str) -> Command {
    let mut command = byok();
    command.args([
        "preflight",
        "--sandbox",
        "--region",
        "westeurope",
        "--tenant-id",
        TENANT,
        "--key-vault-id",
    ]);
    command.arg(format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/{vault}"
    ));
    command.args(["--key-id", &format!("https://{vault}.vault.azure.net/keys/kafka-cluster")]);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn done(command: &mut Command) -> (i32, Output) {
    let output = command.stdin(Stdio::null()).output().expect("its output");
    (output.status.code().expect("a status"), output)
}

fn json(command: &mut Command) -> (i32, Value) {
    let (status, output) = done(command.arg("--json"));
    let view = serde_json::from_slice(&output.stdout);
    (status, view.unwrap_or_else(|_| panic!("not JSON: {}{}", text(&output.stdout), text(&output.stderr))))
}

fn outcome<'a>(view: &'a Value, requirement: &str) -> &'a str {
    let verdicts = view["verdicts"].as_array().expect("verdicts");
    let found = verdicts.iter().find(|verdict| verdict["requirement"] == requirement);
    found.and_then(|verdict| verdict["outcome"].as_str()).unwrap_or("none")
}

#[test]
fn a_good_vault_is_all_met_line_by_line() {
    let (status, output) = done(&mut look("kv-kafka-prod"));
    let printed = text(&output.stdout);
    assert_eq!(status, 0, "{printed}{}", text(&output.stderr));
    assert!(printed.starts_with("✓ ") && !printed.contains('✗') && !printed.contains('\x1b'), "{printed}");
    assert!(printed.contains(" 0 not met, 0 unknown\n"), "{printed}");
    assert!(printed.contains("\n  arm answered\n"), "{printed}");
}

#[test]
fn each_mistake_is_named_and_changes_the_exit_status() {
    for (vault, requirement) in [
        ("kv-no-rbac", "vault.rbac"),
        ("kv-no-purge", "vault.purge-protection"),
        ("kv-key-disabled", "key.enabled"),
        ("kv-firewall", "vault.firewall"),
        ("kv-other-tenant", "key.tenant"),
        ("kv-other-region", "key.region"),
    ] {
        let (status, view) = json(&mut look(vault));
        assert_eq!((status, outcome(&view, requirement)), (1, "not_met"), "{vault}: {view:#}");
        assert_eq!(view["outcome"], "not_met");
    }
}

#[test]
fn without_an_identity_what_azure_alone_knows_is_unknown() {
    let (status, view) = json(look("kv-kafka-prod").env("BYOK_SANDBOX_IDENTITY", "false"));
    assert_eq!((status, outcome(&view, "vault.rbac")), (3, "unknown"), "{view:#}");
    for known in ["tenant.exists", "subscription.tenant", "key.tenant", "key.region"] {
        assert_eq!(outcome(&view, known), "met", "{known}: {view:#}");
    }
}

#[test]
fn a_vault_that_is_not_there_behind_a_forward_proxy_is_unknown_and_no_more() {
    let (_, view) = json(look("kv-nobody-has-this").env("BYOK_SANDBOX_IDENTITY", "false"));
    assert_eq!(outcome(&view, "vault.exists"), "unknown", "{view:#}");
}

#[test]
fn what_cannot_be_used_is_named_by_its_option_and_nothing_is_asked() {
    let (status, output) = done(look("kv-kafka-prod").args(["--doctor", "/nonexistent"]));
    assert!(status == 2 && text(&output.stderr).contains("/nonexistent"));
    let mut command = byok();
    command.args(["preflight", "--sandbox", "--region", "westeurope", "--tenant-id", "common"]);
    command.args(["--key-vault-id", "kv", "--key-id", "https://127.0.0.1/keys/k"]);
    let (status, output) = done(&mut command);
    let said = text(&output.stderr);
    assert_eq!(status, 2, "{said}");
    for option in ["--tenant-id: ", "--key-vault-id: ", "--key-id: "] {
        assert!(said.contains(option), "{said}");
    }
    assert!(output.stdout.is_empty());
    let (status, _) = done(byok().args(["preflight", "--sandbox"]));
    assert_eq!(status, 2);
}

#[test]
fn the_doctors_output_comes_by_the_standard_input() {
    let vault = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod"
    );
    let doctor = serde_json::json!({ "byok_doctor": 1, "vault": { "id": vault, "name": "kv-kafka-prod",
        "location": "westeurope", "properties": { "tenantId": TENANT, "sku": { "name": "standard" },
            "enableRbacAuthorization": false } } });
    let mut command = look("kv-kafka-prod");
    command.env("BYOK_SANDBOX_IDENTITY", "false").args(["--doctor", "-", "--json"]);
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.expect("a process");
    child.stdin.take().expect("its input").write_all(doctor.to_string().as_bytes()).expect("written");
    let output = child.wait_with_output().expect("its output");
    let view: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((output.status.code(), outcome(&view, "vault.rbac")), (Some(1), "not_met"), "{view:#}");
}

#[test]
fn the_sandbox_says_what_it_ignores() {
    let mut command = look("kv-kafka-prod");
    command.env("BYOK_AZURE_IDENTITY", "cli").env("BYOK_ARM_TOKEN", "hunter2");
    let (status, output) = done(&mut command);
    let said = text(&output.stderr);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("`BYOK_AZURE_IDENTITY`") && said.contains("`BYOK_ARM_TOKEN`"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn an_identity_that_lacks_something_is_refused_by_the_settings_name() {
    let mut command = byok();
    command.args([
        "preflight",
        "--region",
        "westeurope",
        "--azure-identity",
        "certificate",
        "--tenant-id",
        TENANT,
    ]);
    command.args(["--key-vault-id", "x", "--key-id", "y"]);
    let (status, output) = done(&mut command);
    assert!(
        status == 2 && text(&output.stderr).contains("azure_certificate_file"),
        "{}",
        text(&output.stderr)
    );
}
