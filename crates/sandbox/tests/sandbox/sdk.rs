//! Microsoft's own client libraries for Python, as the Azure CLI ships them, against the sandbox: they must find nothing odd.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::common::{Cloud, ENCRYPTION_USER, READER, quick};
use crate::tools::azure_python;

const CLIENTS: &str = include_str!("clients.py");

/// The libraries that the script needs.
const IMPORTS: &str = "import azure.keyvault.keys, azure.mgmt.keyvault, azure.mgmt.authorization, requests";

async fn run(python: &Path, script: &'static str, cloud: &Cloud, input: Value) -> Output {
    let folder = tempfile::TempDir::new().unwrap();
    let bundle = folder.path().join("ca.pem");
    std::fs::write(&bundle, cloud.sandbox.ca_pem()).unwrap();
    let mut command = Command::new(python);
    command
        .args(["-c", script])
        .env("HTTPS_PROXY", cloud.sandbox.proxy_url())
        .env("REQUESTS_CA_BUNDLE", bundle)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let ran = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    });
    let output = ran.await.unwrap();
    drop(folder);
    output
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn microsofts_libraries_read_vaults_keys_policies_and_assignments() {
    let Some(python) = azure_python() else { return };
    let cloud = quick().await;
    if !run(&python, IMPORTS, &cloud, json!(null)).await.status.success() {
        println!("skipped: Microsoft's client libraries are not beside the Azure CLI");
        return;
    }
    let input = json!({
        "tenant_id": cloud.text("/login/tenant_id"), "subscription_id": cloud.text("/subscription_id"),
        "client_id": cloud.text("/login/client_id"), "client_secret": cloud.text("/login/client_secret"),
        "vaults": ["kv-granted", "kv-many-versions", "kv-no-purge", "kv-firewall-address", "kv-rotation-automatic",
            "kv-certificate-key", "kv-no-wrap", "kv-ec-hsm-key", "kv-odd-spelling", "kv-access-policies", "kv-rsa-3072"],
    });
    let output = run(&python, CLIENTS, &cloud, input).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();

    let granted = &found["kv-granted"];
    assert_eq!(
        (&granted["rbac"], &granted["purge_protection"], &granted["bypass"]),
        (&json!(true), &json!(true), &json!(null))
    );
    assert_eq!(
        (&granted["kty"], &granted["bits"], &granted["recovery"]),
        (&json!("RSA"), &json!(2048), &json!("Recoverable"))
    );
    assert_eq!(granted["resource_uri"], "https://kv-granted.vault.azure.net:443/keys/kafka-cluster");
    assert_eq!(granted["resource_bits"], 2048);
    for role in [ENCRYPTION_USER, READER] {
        assert!(granted["roles"].as_array().unwrap().contains(&json!(role)), "{granted:#}");
        assert!(found["kv-odd-spelling"]["roles"].as_array().unwrap().contains(&json!(role)));
    }
    assert_eq!(found["kv-many-versions"]["enabled"].as_array().unwrap().len(), 30, "both pages");
    assert_eq!(
        (&found["kv-no-purge"]["purge_protection"], &found["kv-no-purge"]["recovery"]),
        (&json!(null), &json!("Recoverable+Purgeable"))
    );
    assert_eq!(found["kv-firewall-address"]["bypass"], "AzureServices");
    assert_eq!(found["kv-rotation-automatic"]["actions"], json!(["rotate", "notify"]));
    assert_eq!(found["kv-certificate-key"]["managed"], true);
    assert_eq!(found["kv-no-wrap"]["operations"], json!(["sign", "verify"]));
    assert_eq!(
        (&found["kv-ec-hsm-key"]["kty"], &found["kv-ec-hsm-key"]["bits"]),
        (&json!("EC-HSM"), &json!(null))
    );
    assert_eq!(found["kv-access-policies"]["rbac"], false);
    assert_eq!(found["kv-rsa-3072"]["bits"], 3072);
    assert_eq!(found["deleted_vault"], cloud.vault("kv-deleted")["key_vault_id"]);
    assert_eq!(found["deleted_key"], "https://kv-key-deleted.vault.azure.net/deletedkeys/kafka-cluster");
    assert_eq!(found["missing_vault"], "ResourceNotFound");
    assert_eq!(found["firewall"], json!([403, "ForbiddenByFirewall"]));
    assert_eq!(found["policies"], json!([403, "AccessDenied"]));
}
