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
