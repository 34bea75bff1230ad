//! Azure: logging in, vaults, grants, keys, and what each says when something is wrong.

use std::time::Duration;

use crate::common::{ARM, Cloud, ENCRYPTION_USER, GRAPH, READER, quick, send};
use serde_json::{Value, json};

const ARM_SCOPE: &str = "https://management.azure.com/.default";
const VAULT_SCOPE: &str = "https://vault.azure.net/.default";

async fn get(cloud: &Cloud, token: &str, url: &str) -> crate::common::Answer {
    send(cloud.client.get(url).bearer_auth(token)).await
}

#[tokio::test]
async fn an_unknown_tenant_is_told_so() {
    let cloud = quick().await;
    let url = "https://login.microsoftonline.com/00000000-0000-0000-0000-00000000000a/v2.0/.well-known/openid-configuration";
    assert!(
        send(cloud.client.get(url)).await.expect(400).at("/error_description").starts_with("AADSTS90002")
    );
}

#[tokio::test]
async fn a_wrong_secret_is_told_so() {
    let cloud = quick().await;
    let answer = cloud.ask_token(cloud.text("/login/tenant_id"), "wrong", ARM_SCOPE).await.expect(401);
    assert!(answer.at("/error_description").starts_with("AADSTS7000215"));
}

#[tokio::test]
async fn a_vault_is_shown_with_its_settings() {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    let url =
        |name| format!("{ARM}{}?api-version=2026-02-01", cloud.vault(name)["key_vault_id"].as_str().unwrap());
    let good = get(&cloud, &token, &url("kv-kafka-prod")).await.expect(200);
    assert_eq!(good.body["properties"]["enablePurgeProtection"], true);
    assert_eq!(good.at("/location"), "westeurope");
    let unprotected = get(&cloud, &token, &url("kv-no-purge")).await.expect(200);
    assert_eq!(unprotected.body["properties"].get("enablePurgeProtection"), None);
}

#[tokio::test]
async fn without_a_token_the_subscription_tells_its_tenant() {
    let cloud = quick().await;
    let url = format!("{ARM}/subscriptions/{}?api-version=2022-12-01", cloud.text("/subscription_id"));
    let answer = send(cloud.client.get(url)).await.expect(401);
    assert!(answer.header("www-authenticate").contains(cloud.text("/login/tenant_id")));
}

#[tokio::test]
async fn a_token_of_another_tenant_is_refused_with_both_tenants() {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    let id = cloud.vault("kv-other-tenant")["key_vault_id"].as_str().unwrap().to_owned();
    let answer = get(&cloud, &token, &format!("{ARM}{id}?api-version=2026-02-01")).await.expect(401);
    assert_eq!(answer.at("/error/code"), "InvalidAuthenticationTokenTenant");
}

#[tokio::test]
async fn an_api_version_is_required_and_must_be_known() {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    let id = cloud.vault("kv-kafka-prod")["key_vault_id"].as_str().unwrap().to_owned();
    assert_eq!(
        get(&cloud, &token, &format!("{ARM}{id}")).await.expect(400).at("/error/code"),
        "MissingApiVersionParameter"
    );
    get(&cloud, &token, &format!("{ARM}{id}?api-version=1999-01-01")).await.expect(400);
}

struct Grant {
    cloud: Cloud,
    token: String,
    vault: Value,
    application: String,
    principal: String,
}

/// A registered key whose application has a principal, but no role.
async fn principal() -> Grant {
    let cloud = quick().await;
    let vault = cloud.vault("kv-kafka-prod");
    let registered = cloud.register(&vault).await.expect(201);
    let application = registered.at("/key/application_id").to_owned();
    let graph = cloud.token("https://graph.microsoft.com/.default").await;
    let body = json!({"appId": application});
    let created =
        send(cloud.client.post(format!("{GRAPH}/servicePrincipals")).bearer_auth(&graph).json(&body)).await;
    let principal = created.expect(201).at("/id").to_owned();
    let token = cloud.token(ARM_SCOPE).await;
    Grant { cloud, token, vault, application, principal }
}

impl Grant {
    async fn assign(&self, name: &str, role: &str, principal: &str) -> crate::common::Answer {
        let id = self.vault["key_vault_id"].as_str().unwrap();
        let url = format!(
            "{ARM}{id}/providers/Microsoft.Authorization/roleAssignments/{name}?api-version=2022-04-01"
        );
        let role = format!("{id}/providers/Microsoft.Authorization/roleDefinitions/{role}");
        let body = json!({"properties": {"roleDefinitionId": role, "principalId": principal, "principalType": "ServicePrincipal"}});
        send(self.cloud.client.put(url).bearer_auth(&self.token).json(&body)).await
    }
}

const FIRST: &str = "00000000-0000-4000-8000-000000000001";
const SECOND: &str = "00000000-0000-4000-8000-000000000002";

#[tokio::test]
async fn two_role_assignments_make_the_key_valid() {
    let grant = principal().await;
    grant.assign(FIRST, ENCRYPTION_USER, &grant.principal).await.expect(201);
    grant.assign(SECOND, READER, &grant.principal).await.expect(201);
    let keys = send(grant.cloud.confluent("GET", "/byok/v1/keys")).await;
    grant.cloud.wait_for_phase(keys.at("/data/0/id"), "VALID").await;
}

#[tokio::test]
async fn one_role_of_two_is_not_enough() {
    let grant = principal().await;
    grant.assign(FIRST, ENCRYPTION_USER, &grant.principal).await.expect(201);
    tokio::time::sleep(Duration::from_millis(150)).await;
    let keys = send(grant.cloud.confluent("GET", "/byok/v1/keys")).await;
    assert_eq!(keys.at("/data/0/validation/phase"), "INITIALIZING");
}

#[tokio::test]
async fn the_same_assignment_again_is_ok_and_under_another_name_a_conflict() {
    let grant = principal().await;
    grant.assign(FIRST, READER, &grant.principal).await.expect(201);
    grant.assign(FIRST, READER, &grant.principal).await.expect(200);
    let conflict = grant.assign(SECOND, READER, &grant.principal).await.expect(409);
    assert_eq!(conflict.at("/error/code"), "RoleAssignmentExists");
    let other = grant.assign(FIRST, ENCRYPTION_USER, &grant.principal).await.expect(409);
    assert_eq!(other.at("/error/code"), "RoleAssignmentUpdateNotPermitted");
}

#[tokio::test]
async fn a_role_for_nobody_is_refused() {
    let grant = principal().await;
    let refused = grant.assign(FIRST, READER, "00000000-0000-4000-8000-00000000000f").await.expect(400);
    assert_eq!(refused.at("/error/code"), "PrincipalNotFound");
}

#[tokio::test]
async fn assignments_are_found_by_principal() {
    let grant = principal().await;
    grant.assign(FIRST, READER, &grant.principal).await.expect(201);
    let id = grant.vault["key_vault_id"].as_str().unwrap();
    let url = format!(
        "{ARM}{id}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=principalId eq '{}'",
        grant.principal
    );
    let found = get(&grant.cloud, &grant.token, &url).await.expect(200);
    assert_eq!(found.body["value"].as_array().unwrap().len(), 1);
    assert_eq!(found.at("/value/0/name"), FIRST);
}

#[tokio::test]
async fn a_principal_is_found_by_application_and_made_once() {
    let grant = principal().await;
    let graph = grant.cloud.token("https://graph.microsoft.com/.default").await;
    let url = format!("{GRAPH}/servicePrincipals?$filter=appId eq '{}'", grant.application);
    assert_eq!(get(&grant.cloud, &graph, &url).await.expect(200).at("/value/0/id"), grant.principal);
    let by_key = format!("{GRAPH}/servicePrincipals(appId='{}')", grant.application);
    assert_eq!(get(&grant.cloud, &graph, &by_key).await.expect(200).at("/id"), grant.principal);
    let again = json!({"appId": grant.application});
    send(grant.cloud.client.post(format!("{GRAPH}/servicePrincipals")).bearer_auth(&graph).json(&again))
        .await
        .expect(409);
    let unknown = json!({"appId": "00000000-0000-4000-8000-00000000000f"});
    send(grant.cloud.client.post(format!("{GRAPH}/servicePrincipals")).bearer_auth(&graph).json(&unknown))
        .await
        .expect(400);
}

fn key(vault: &str, tail: &str) -> String {
    format!("https://{vault}.vault.azure.net/keys/kafka-cluster{tail}")
}

#[tokio::test]
async fn without_a_token_a_vault_tells_tenant_and_region_even_behind_a_firewall() {
    let cloud = quick().await;
    for vault in ["kv-kafka-prod", "kv-firewall"] {
        let answer = send(cloud.client.get(key(vault, "?api-version=2025-07-01"))).await.expect(401);
        assert!(answer.header("www-authenticate").contains(cloud.text("/login/tenant_id")));
        assert!(answer.header("www-authenticate").contains("resource=\"https://vault.azure.net\""));
        assert_eq!(answer.header("x-ms-keyvault-region"), "westeurope");
    }
}

#[tokio::test]
async fn a_key_is_read_as_the_sdks_write_it() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    for tail in ["?api-version=2025-07-01", "/?api%2Dversion=7.4", "//?api-version=2025-07-01"] {
        let bundle = get(&cloud, &token, &key("kv-kafka-prod", tail)).await.expect(200);
        assert_eq!(bundle.at("/key/kty"), "RSA");
        assert_eq!(bundle.at("/key/n").len(), 342, "2048 bits in base64url");
        assert_eq!(bundle.at("/attributes/recoveryLevel"), "Recoverable");
    }
}

#[tokio::test]
async fn what_a_key_wraps_it_unwraps() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    let post = |tail: &str, value: &str| {
        let body = json!({"alg": "RSA-OAEP-256", "value": value});
        send(cloud.client.post(key("kv-kafka-prod", tail)).bearer_auth(&token).json(&body))
    };
    let wrapped = post("//wrapkey?api-version=2025-07-01", "YSBkYXRhIGtleQ").await.expect(200);
    let version = wrapped.at("/kid").rsplit('/').next().unwrap().to_owned();
    let tail = format!("/{version}/unwrapkey?api-version=2025-07-01");
    assert_eq!(post(&tail, wrapped.at("/value")).await.expect(200).at("/value"), "YSBkYXRhIGtleQ");
}

async fn refused(vault: &str, code: &str) {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    let answer = get(&cloud, &token, &key(vault, "?api-version=2025-07-01")).await.expect(403);
    assert_eq!(answer.at("/error/innererror/code"), code);
}

#[tokio::test]
async fn a_firewall_refuses_by_name() {
    refused("kv-firewall", "ForbiddenByFirewall").await;
}

#[tokio::test]
async fn disabled_public_access_refuses_by_name() {
    refused("kv-public-off", "ForbiddenByConnection").await;
}

#[tokio::test]
async fn a_vault_on_access_policies_refuses_by_name() {
    refused("kv-no-rbac", "AccessDenied").await;
}

#[tokio::test]
async fn a_disabled_key_is_shown_but_does_not_unwrap() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    let shown = get(&cloud, &token, &key("kv-key-disabled", "?api-version=2025-07-01")).await.expect(200);
    assert_eq!(shown.body["attributes"]["enabled"], false);
    let body = json!({"alg": "RSA-OAEP-256", "value": "AAAA"});
    let url = key("kv-key-disabled", "//unwrapkey?api-version=2025-07-01");
    let answer = send(cloud.client.post(url).bearer_auth(&token).json(&body)).await.expect(403);
    assert_eq!(answer.at("/error/innererror/code"), "KeyDisabled");
}

#[tokio::test]
async fn a_key_that_is_not_there_is_not_found() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    let answer = get(&cloud, &token, &key("kv-kafka-prod", "-x?api-version=2025-07-01")).await.expect(404);
    assert_eq!(answer.at("/error/code"), "KeyNotFound");
}

#[tokio::test]
async fn a_token_of_another_tenant_does_not_open_a_vault() {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    let answer = get(&cloud, &token, &key("kv-other-tenant", "?api-version=2025-07-01")).await.expect(401);
    assert!(answer.at("/error/message").starts_with("AKV10032"));
}
