//! Signing in: each way, and what goes out on it.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{AzureIdentity, Identity, Scope};
use crate::tests::sky::{Reply, Sky};

const TENANT: &str = "22222222-2222-4222-8222-222222222222";
const CLIENT: &str = "55555555-5555-4555-8555-555555555555";

fn form(body: &str, name: &str) -> String {
    let found = form_urlencoded::parse(body.as_bytes()).find(|(found, _)| found == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// A PEM block of a label that is put together here, so that no file looks as if it held a key.
fn block(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

fn certificate(pem: String) -> AzureIdentity {
    AzureIdentity::Certificate { tenant_id: TENANT.into(), client_id: CLIENT.into(), pem: pem.into() }
}

#[tokio::test]
async fn a_certificate_signs_a_statement_that_its_public_key_confirms() {
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
    let key: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().expect("PKCS#8");
    let key = key.as_ref().to_vec();
    let leaf = [0x30, 0x03, 0x02, 0x01, 0x07];
    let pem = block("CERTIFICATE", &leaf) + &block(&["PRIVATE", "KEY"].join(" "), &key);
    let sky = Sky::start().await;
    let identity = Identity::for_test(&certificate(pem), &sky.proxy);
    identity.token(Scope::Arm).await.expect("a token");

    let body = sky.seen()[0].body.clone();
    assert_eq!(form(&body, "grant_type"), "client_credentials");
    assert_eq!(form(&body, "scope"), "https://management.azure.com/.default");
    assert_eq!(
        form(&body, "client_assertion_type"),
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let statement = form(&body, "client_assertion");
    let (signed, signature) = statement.rsplit_once('.').expect("three parts");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let public = ring::signature::RsaKeyPair::from_pkcs8(&key).expect("a key");
    let public = public.public().as_ref().to_vec();
    UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, public)
        .verify(signed.as_bytes(), &signature)
        .expect("a good signature");
    let part = |at: usize| -> Value {
        let part = signed.split('.').nth(at).expect("a part");
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
    };
    assert_eq!(part(0)["alg"], "PS256");
    assert_eq!(part(0)["x5t#S256"], URL_SAFE_NO_PAD.encode(Sha256::digest(leaf)));
    let claims = part(1);
    assert_eq!(claims["aud"], format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"));
    assert_eq!((&claims["iss"], &claims["sub"]), (&CLIENT.into(), &CLIENT.into()));
    let lives = claims["exp"].as_u64().expect("a time") - claims["nbf"].as_u64().expect("a time");
    assert!((60..=600).contains(&lives), "{claims}");
}

#[tokio::test]
async fn a_file_without_a_usable_key_is_refused_without_repeating_it() {
    let leaf = block("CERTIFICATE", &[0x30, 0x00]);
    let odd = block(&["EC", "PRIVATE", "KEY"].join(" "), b"a-secret-thing");
    for (pem, words) in [
        (String::new(), "no certificate"),
        (leaf.clone(), "no private key"),
        (leaf.clone() + &odd, "not RSA"),
        (leaf + &block(&["PRIVATE", "KEY"].join(" "), b"a-secret-thing"), "RSA"),
    ] {
        let outbound = crate::Outbound::Live { extra_ca_pem: None };
        let error = Identity::new(&certificate(pem), &outbound).err().expect("refused").to_string();
        assert!(error.contains(words) && !error.contains("secret-thing"), "{error}");
    }
}

#[tokio::test]
async fn a_workload_signs_in_with_the_token_in_its_file() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "the-workloads-own").expect("written");
    let sky = Sky::start().await;
    let kind = AzureIdentity::Workload {
        tenant_id: Some(TENANT.into()),
        client_id: Some(CLIENT.into()),
        token_file: Some(file.path().to_owned()),
    };
    let bearer = Identity::for_test(&kind, &sky.proxy).token(Scope::KeyVault).await.expect("a token");
    assert!(bearer.secret().expose_secret().ends_with(".ours"));
    assert_eq!(form(&sky.seen()[0].body, "client_assertion"), "the-workloads-own");
}

/// What the metadata service of a virtual machine answers (Microsoft Entra, “How to use managed identities for Azure
/// resources on an Azure VM to acquire an access token”).
fn of_a_machine(token: &str) -> Reply {
    let end = crate::ledger::now() + 3600;
    Reply::json(
        200,
        &serde_json::json!({ "access_token": token, "client_id": CLIENT, "expires_in": "3600", "expires_on": end.to_string(),
            "not_before": "0", "resource": "https://management.azure.com", "token_type": "Bearer" }),
    )
}

#[tokio::test]
async fn a_machine_signs_in_at_its_metadata_service() {
    for client_id in [None, Some(CLIENT.to_owned())] {
        let sky = Sky::with(|_| Some(of_a_machine("of-the-machine"))).await;
        let identity =
            Identity::for_test(&AzureIdentity::Managed { client_id: client_id.clone() }, &sky.proxy);
        let bearer = identity.token(Scope::Arm).await.expect("a token");
        assert_eq!(bearer.secret().expose_secret(), "of-the-machine");
        let seen = sky.seen().clone();
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].host, "169.254.169.254");
        assert_eq!(
            (seen[0].method.as_str(), seen[0].path.as_str()),
            ("GET", "/metadata/identity/oauth2/token")
        );
        let asked = form(&seen[0].query, "resource");
        assert_eq!(asked.trim_end_matches('/'), "https://management.azure.com");
        assert_eq!(form(&seen[0].query, "client_id"), client_id.unwrap_or_default());
    }
}

#[tokio::test]
async fn a_machine_without_an_identity_is_told_as_such() {
    let none = serde_json::json!({ "error": "invalid_request", "error_description": "Identity not found" });
    let sky = Sky::with(move |_| Some(Reply::json(400, &none))).await;
    let identity = Identity::for_test(&AzureIdentity::Managed { client_id: None }, &sky.proxy);
    let why = identity.token(Scope::Arm).await.expect_err("no token");
    assert!(why.reason().contains("could not sign in"), "{why:?}");
    assert!(identity.token(Scope::Arm).await.is_err());
    assert_eq!(sky.seen().len(), 1, "a sign-in that failed is not tried again at once");
}

/// What the child of a test signs in as; see [`signed_in`].
const CHILD: &str = "BYOK_TEST_SIGN_IN";

/// The child: signs in as this server would, and says what came of it. Started by itself it is nothing: other tests start
/// it, with an environment of its own.
#[tokio::test]
async fn child() {
    let kind = match std::env::var(CHILD).as_deref() {
        Ok("managed") => AzureIdentity::Managed { client_id: Some(CLIENT.into()) },
        Ok("cli") => AzureIdentity::Cli { tenant_id: Some(TENANT.into()) },
        _ => return,
    };
    let outbound = crate::Outbound::Live { extra_ca_pem: None };
    match Identity::new(&kind, &outbound).expect("an identity").token(Scope::KeyVault).await {
        Ok(bearer) => println!("\n#TOKEN {}", bearer.secret().expose_secret()),
        Err(why) => println!("\n#NONE {}", why.reason()),
    }
}

/// What signing in says in a process whose environment also holds `environment`.
async fn signed_in(kind: &str, environment: &[(&str, &str)]) -> String {
    let mut command = tokio::process::Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["--exact", "azure::identity::tests::child", "--nocapture"])
        .env(CHILD, kind)
        // A way out that leads nowhere: what is on this machine must not take it.
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .env_remove("NO_PROXY")
        .envs(environment.iter().copied());
    let output = command.output().await.expect("its output");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find_map(|line| line.strip_prefix('#')).map(str::to_owned);
    line.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)))
}

/// App Service, Functions and Container Apps give each app an address and a word to show there (Microsoft, “How to use
/// managed identities for App Service and Azure Functions”, REST endpoint reference).
#[tokio::test]
async fn an_app_signs_in_at_the_address_that_its_service_gives_it() {
    let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    let service = axum::Router::new().fallback(async move |request: axum::extract::Request| {
        let shown = request.headers().get("x-identity-header").and_then(|shown| shown.to_str().ok());
        let asked = (request.uri().path().to_owned(), request.uri().query().unwrap_or_default().to_owned());
        kept.lock().expect("not poisoned").push((asked.0, asked.1, shown.unwrap_or_default().to_owned()));
        axum::Json(serde_json::json!({ "access_token": "of-the-app", "client_id": CLIENT, "token_type": "Bearer",
            "resource": "https://vault.azure.net", "expires_on": (crate::ledger::now() + 86_400).to_string() }))
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/msi/token", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, service).await });
    let said =
        signed_in("managed", &[("IDENTITY_ENDPOINT", &address), ("IDENTITY_HEADER", "the-apps-word")]).await;
    assert_eq!(said, "TOKEN of-the-app");
    let asked = asked.lock().expect("not poisoned").clone();
    let [(path, query, shown)] = asked.as_slice() else { panic!("asked {} times", asked.len()) };
    assert_eq!((path.as_str(), shown.as_str()), ("/msi/token", "the-apps-word"));
    assert_eq!(form(query, "resource").trim_end_matches('/'), "https://vault.azure.net");
    assert_eq!((form(query, "api-version"), form(query, "client_id")), ("2019-08-01".into(), CLIENT.into()));
}

/// A program called `az`, which writes down how it was called.
#[cfg(unix)]
fn az(folder: &tempfile::TempDir, then: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let (program, log) = (folder.path().join("az"), folder.path().join("log"));
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >> '{}'\n{then}\n", log.display());
    std::fs::write(&program, script).expect("written");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("permissions");
    format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default())
}

#[cfg(unix)]
#[tokio::test]
async fn whoever_is_signed_in_to_the_azure_cli_is_asked_for_by_az() {
    let folder = tempfile::tempdir().expect("a folder");
    let end = crate::ledger::now() + 3600;
    let answer = serde_json::json!({ "accessToken": "of-the-terminal", "expires_on": end, "tenant": TENANT,
        "expiresOn": "2030-01-01 00:00:00.000000", "subscription": CLIENT, "tokenType": "Bearer" });
    let path = az(&folder, &format!("echo '{answer}'"));
    assert_eq!(signed_in("cli", &[("PATH", &path)]).await, "TOKEN of-the-terminal");
    let log = std::fs::read_to_string(folder.path().join("log")).expect("az was called");
    let said: Vec<&str> = log.lines().collect();
    assert_eq!(said[..2], ["account", "get-access-token"]);
    let after = |name: &str| said.iter().skip_while(|word| **word != name).nth(1).copied();
    assert_eq!(after("--scope"), Some("https://vault.azure.net/.default"));
    assert_eq!(after("--tenant"), Some(TENANT));
}

#[cfg(unix)]
#[tokio::test]
async fn az_without_a_login_is_told_as_such_and_its_words_are_not_passed_on_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = az(&folder, "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1");
    let said = signed_in("cli", &[("PATH", &path)]).await;
    assert!(said.starts_with("NONE ") && said.contains("could not sign in"), "{said}");
    assert!(said.len() < 400, "{said}");
}

#[tokio::test]
async fn many_at_once_sign_in_once_and_a_token_near_its_end_is_not_used() {
    let sky = Sky::with(|seen| {
        let expires_in = if seen.body.contains("vault") { 200 } else { 3600 };
        Some(Reply::json(
            200,
            &serde_json::json!({ "token_type": "Bearer", "expires_in": expires_in, "access_token": "x" }),
        ))
    })
    .await;
    let kind = AzureIdentity::ClientSecret {
        tenant_id: TENANT.into(),
        client_id: CLIENT.into(),
        client_secret: "hunter2".to_owned().into(),
    };
    let identity = Arc::new(Identity::for_test(&kind, &sky.proxy));
    let all = futures_util::future::join_all((0..8).map(|_| identity.token(Scope::Arm))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(sky.seen().len(), 1);
    for _ in 0..2 {
        identity.token(Scope::KeyVault).await.expect("a token");
    }
    assert_eq!(sky.seen().len(), 3);
}

#[tokio::test]
async fn a_sign_in_for_one_kind_of_host_does_not_wait_for_another() {
    let sky = Sky::with(|seen| {
        let token = serde_json::json!({ "token_type": "Bearer", "expires_in": 3600, "access_token": "x" });
        let wait = if seen.body.contains("management") { 9 } else { 0 };
        Some(Reply::json(200, &token).after(Duration::from_secs(wait)))
    })
    .await;
    let kind = AzureIdentity::ClientSecret {
        tenant_id: TENANT.into(),
        client_id: CLIENT.into(),
        client_secret: "hunter2".to_owned().into(),
    };
    let identity = Identity::for_test(&kind, &sky.proxy);
    tokio::select! {
        biased;
        _ = identity.token(Scope::Arm) => panic!("the slower one was first"),
        others = async { (identity.token(Scope::KeyVault).await, identity.token(Scope::Graph).await) } => {
            assert!(others.0.is_ok() && others.1.is_ok());
        }
    }
}

#[test]
fn nothing_secret_shows_in_debug() {
    let kind = AzureIdentity::ClientSecret {
        tenant_id: TENANT.into(),
        client_id: CLIENT.into(),
        client_secret: "hunter2".to_owned().into(),
    };
    assert!(!format!("{kind:?}{:?}", certificate("hunter2".to_owned())).contains("hunter2"));
}
