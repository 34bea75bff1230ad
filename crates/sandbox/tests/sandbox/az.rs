//! The real, unmodified Azure CLI against the sandbox: the peer that others wrote.
//!
//! Where there is none these tests say that they are skipped.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{Cloud, ENCRYPTION_USER, READER, cloud};
use crate::tools::azure_cli;

/// The CLI, pointed at a sandbox, with a configuration of its own.
struct Cli {
    az: PathBuf,
    folder: TempDir,
    proxy: String,
}

impl Cli {
    fn new(az: PathBuf, cloud: &Cloud) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("ca.pem"), cloud.sandbox.ca_pem()).unwrap();
        Self { az, folder, proxy: cloud.sandbox.proxy_url() }
    }

    async fn run(&self, arguments: &[&str]) -> Result<Value, String> {
        let mut command = Command::new(&self.az);
        command
            .args(arguments)
            .args(["--output", "json", "--only-show-errors"])
            .env("HTTPS_PROXY", &self.proxy)
            .env("REQUESTS_CA_BUNDLE", self.folder.path().join("ca.pem"))
            .env("AZURE_CONFIG_DIR", self.folder.path().join("azure"))
            .env("AZURE_CORE_COLLECT_TELEMETRY", "no")
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .stdin(Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Ok(serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
    }

    async fn ok(&self, arguments: &[&str]) -> Value {
        match self.run(arguments).await {
            Ok(value) => value,
            Err(text) => panic!("az {} failed: {text}", arguments.join(" ")),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_azure_cli_logs_in_grants_access_and_makes_a_key_valid() {
    let Some(az) = azure_cli() else { return };
    let cloud = cloud(json!({"role_propagation_seconds": 0.1, "validation_seconds": 0.1})).await;
    let cli = Cli::new(az, &cloud);
    let vault = cloud.vault("kv-kafka-prod");
    let id = vault["key_vault_id"].as_str().unwrap();
    let registered = cloud.register(&vault).await.expect(201);
    let application = registered.at("/key/application_id").to_owned();

    let (client, secret) = (cloud.text("/login/client_id"), cloud.text("/login/client_secret"));
    let tenant = cloud.text("/login/tenant_id");
    let login =
        ["login", "--service-principal", "--username", client, "--password", secret, "--tenant", tenant];
    assert_eq!(cli.ok(&login).await[0]["tenantId"], tenant);
    assert_eq!(cli.ok(&["account", "show"]).await["tenantId"], tenant);

    let filter = format!("appId eq '{application}'");
    assert_eq!(cli.ok(&["ad", "sp", "list", "--filter", &filter]).await, json!([]));
    assert!(cli.run(&["ad", "sp", "show", "--id", &application]).await.is_err());
    let created = cli.ok(&["ad", "sp", "create", "--id", &application]).await;
    let principal = created["id"].as_str().unwrap();
    assert_eq!(cli.ok(&["ad", "sp", "show", "--id", &application]).await["id"], principal);

    for (role, name) in
        [(ENCRYPTION_USER, "Key Vault Crypto Service Encryption User"), (READER, "Key Vault Reader")]
    {
        let target = ["--role", role, "--scope", id, "--assignee-object-id", principal];
        let create =
            [&["role", "assignment", "create", "--assignee-principal-type", "ServicePrincipal"], &target[..]];
        assert_eq!(cli.ok(&create.concat()).await["principalId"], principal);
        let list = [&["role", "assignment", "list"], &target[..]].concat();
        assert_eq!(cli.ok(&list).await[0]["roleDefinitionName"], name);
    }
    cloud.wait_for_phase(registered.at("/id"), "VALID").await;

    let shown = cli.ok(&["keyvault", "show", "--name", "kv-kafka-prod"]).await;
    assert_eq!(shown["id"], id);
    let key = cli
        .ok(&["keyvault", "key", "show", "--vault-name", "kv-kafka-prod", "--name", "kafka-cluster"])
        .await;
    assert_eq!(key["key"]["kty"], "RSA");
    assert!(
        cli.run(&["keyvault", "key", "show", "--vault-name", "kv-firewall", "--name", "kafka-cluster"])
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_azure_cli_makes_a_vault_and_a_key_that_become_valid() {
    let Some(az) = azure_cli() else { return };
    let cloud = cloud(json!({"role_propagation_seconds": 0.1, "validation_seconds": 0.1})).await;
    let cli = Cli::new(az, &cloud);
    let (client, secret) = (cloud.text("/login/client_id"), cloud.text("/login/client_secret"));
    let tenant = cloud.text("/login/tenant_id");
    cli.ok(&["login", "--service-principal", "--username", client, "--password", secret, "--tenant", tenant])
        .await;
    let create = [
        "keyvault",
        "create",
        "--name",
        "kv-by-hand",
        "--resource-group",
        "rg-kafka",
        "--location",
        "westeurope",
    ];
    let options = ["--enable-rbac-authorization", "true", "--enable-purge-protection", "true"];
    let made = cli.ok(&[&create[..], &options[..]].concat()).await;
    let key = [
        "keyvault",
        "key",
        "create",
        "--vault-name",
        "kv-by-hand",
        "--name",
        "mine",
        "--kty",
        "RSA",
        "--size",
        "2048",
    ];
    assert!(
        cli.ok(&key).await["key"]["kid"]
            .as_str()
            .unwrap()
            .starts_with("https://kv-by-hand.vault.azure.net/keys/mine/")
    );
    let vault = json!({"key_vault_id": made["id"], "key_id": "https://kv-by-hand.vault.azure.net/keys/mine", "tenant_id": tenant});
    let registered = cloud.register(&vault).await.expect(201);
    cloud.grant(&vault, &registered).await.expect(200);
    cloud.wait_for_phase(registered.at("/id"), "VALID").await;
}
