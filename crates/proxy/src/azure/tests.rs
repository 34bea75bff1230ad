//! A name that leads inside is not connected to: the whole server in a network of its own, with nothing but loopback.

use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::Method;
use serde_json::json;

use super::{Azure, AzureIdentity};
use crate::metrics::Metrics;
use crate::outbound::Outbound;
use crate::tests::{Cloud, Fixture, write};

/// Set for the process inside.
const INSIDE: &str = "BYOK_TEST_INSIDE";
const VAULTS: &[&str] = &["kv-loopback", "kv-metadata", "kv-azure-host", "kv-private", "kv-both", "kv-ipv6"];

#[test]
fn no_name_and_no_text_leads_this_server_inside() {
    let hosts = tempfile::NamedTempFile::new().expect("a file");
    let lines = "127.0.0.1 localhost kv-loopback.vault.azure.net login.microsoftonline.com management.azure.com\n\
        169.254.169.254 kv-metadata.vault.azure.net\n168.63.129.16 kv-azure-host.vault.azure.net\n\
        10.0.0.4 kv-private.vault.azure.net\n20.50.1.1 kv-both.vault.azure.net\n127.0.0.1 kv-both.vault.azure.net\n\
        ::1 kv-ipv6.vault.azure.net\n";
    std::fs::write(hosts.path(), lines).expect("written");
    let program = std::env::current_exe().expect("this program");
    let script = format!(
        "mount --bind {} /etc/hosts && ip link set lo up && exec {} --exact azure::tests::inside --nocapture",
        hosts.path().display(),
        program.display()
    );
    let can = Command::new("unshare")
        .args(["-rnm", "sh", "-c", "mount --bind /etc/hosts /etc/hosts && ip link set lo up"])
        .output();
    if !can.is_ok_and(|output| output.status.success()) {
        println!("skipped: no network of one’s own can be made here (`unshare -rnm`, `ip`)");
        return;
    }
    let output = Command::new("unshare")
        .args(["-rnm", "sh", "-c", &script])
        .env(INSIDE, "1")
        .env_remove("HTTPS_PROXY")
        .env_remove("https_proxy")
        .env_remove("ALL_PROXY")
        .env_remove("all_proxy")
        .output()
        .expect("its output");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("all refused"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs in the network of its own; elsewhere it has nothing to do.
#[tokio::test]
async fn inside() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    let connections = Arc::new(AtomicUsize::new(0));
    let listeners = ["127.0.0.1:443", "127.0.0.1:80", "[::1]:443"].map(TcpListener::bind);
    for listener in listeners.into_iter().flatten() {
        let connections = Arc::clone(&connections);
        std::thread::spawn(move || {
            while listener.accept().is_ok() {
                connections.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    // The listeners do count.
    std::net::TcpStream::connect("kv-loopback.vault.azure.net:443").expect("a connection");
    let counted = |wanted: usize| {
        (0..50).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            connections.load(Ordering::SeqCst) == wanted
        })
    };
    assert!(counted(1));

    let outbound = Outbound::Live { extra_ca_pem: None };
    let azure = Azure::new(&outbound, &AzureIdentity::None, Arc::new(Metrics::new())).expect("a client");
    let fixture = Fixture::around(&Cloud::start().await, azure).await;
    for vault in VAULTS {
        let body = json!({
            "key_vault_id": format!("/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/{vault}"),
            "key_id": format!("https://{vault}.vault.azure.net/keys/k"), "tenant_id": "22222222-2222-4222-8222-222222222222" });
        let request = write(Method::POST, "/api/v1/preflight").body(Body::from(body.to_string()));
        let answer = fixture.send(request.expect("a request")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.text().contains("private network"), "{vault}: {}", answer.text());
    }
    for hostile in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "kv-loopback.vault.azure.net@127.0.0.1",
        "127.0.0.1\\.vault.azure.net",
    ] {
        let body = json!({ "key_vault_id": format!("https://{hostile}/"), "key_id": format!("https://{hostile}/keys/k"),
            "tenant_id": "22222222-2222-4222-8222-222222222222" });
        let request = write(Method::POST, "/api/v1/preflight").body(Body::from(body.to_string()));
        fixture.send(request.expect("a request")).await.problem(422);
    }
    assert!(counted(1), "somebody connected");
    println!("all refused");
}
