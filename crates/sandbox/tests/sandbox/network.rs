//! What the network lets through: the probe without a token, and reads with one.

use crate::common::{ARM_SCOPE, Answer, Cloud, VAULT_SCOPE, cloud, quick, send};
use serde_json::json;

async fn probe(cloud: &Cloud, name: &str) -> Answer {
    send(cloud.client.get(format!("https://{name}.vault.azure.net/keys?api-version=2025-07-01"))).await
}

async fn read(name: &str) -> Answer {
    let cloud = quick().await;
    let token = cloud.token(VAULT_SCOPE).await;
    cloud.data(&token, name, "/keys/kafka-cluster").await
}

#[tokio::test]
async fn a_private_endpoint_refuses_even_the_probe_and_tells_the_region_all_the_same() {
    let cloud = quick().await;
    let refused = probe(&cloud, "kv-private-endpoint").await.expect(403);
    assert_eq!(refused.at("/error/innererror/code"), "ForbiddenByConnection");
    assert!(refused.at("/error/message").ends_with("Vault: kv-private-endpoint;location=westeurope"));
    assert!(!refused.at("/error/message").contains("Caller"));
    assert_eq!(refused.header("x-ms-keyvault-region"), "westeurope");
    assert_eq!(refused.header("www-authenticate"), "");
    let vault =
        cloud.arm(&cloud.token(ARM_SCOPE).await, "kv-private-endpoint", "", "2026-02-01").await.expect(200);
    assert_eq!(
        vault.at(
            "/properties/privateEndpointConnections/0/properties/privateLinkServiceConnectionState/status"
        ),
        "Approved"
    );
    assert_eq!(vault.at("/properties/networkAcls/bypass"), "AzureServices");
}

#[tokio::test]
async fn a_firewall_challenges_the_probe_or_refuses_it_as_the_world_chooses() {
    let challenging = quick().await;
    probe(&challenging, "kv-firewall").await.expect(401);
    let refusing = cloud(json!({"probe_behind_firewall": "forbidden"})).await;
    let refused = probe(&refusing, "kv-firewall").await.expect(403);
    assert_eq!(refused.at("/error/innererror/code"), "ForbiddenByFirewall");
    probe(&refusing, "kv-kafka-prod").await.expect(401);
}

#[tokio::test]
async fn a_firewall_that_lists_another_address_refuses_ours_and_names_it() {
    let refused = read("kv-firewall-other").await.expect(403);
    assert_eq!(refused.at("/error/innererror/code"), "ForbiddenByFirewall");
    assert!(refused.at("/error/message").contains("Client address: 203.0.113.10\r\nCaller: appid="));
}

#[tokio::test]
async fn a_firewall_that_lists_our_address_lets_us_in_and_shows_it_with_its_mask() {
    read("kv-firewall-address").await.expect(200);
    let cloud = quick().await;
    let vault =
        cloud.arm(&cloud.token(ARM_SCOPE).await, "kv-firewall-address", "", "2026-02-01").await.expect(200);
    assert_eq!(vault.at("/properties/networkAcls/ipRules/1/value"), "203.0.113.10/32");
}

#[tokio::test]
async fn a_perimeter_overrides_the_bypass() {
    let refused = read("kv-perimeter").await.expect(403);
    assert_eq!(refused.at("/error/innererror/code"), "ForbiddenByNsp");
    let cloud = quick().await;
    let vault = cloud.arm(&cloud.token(ARM_SCOPE).await, "kv-perimeter", "", "2026-02-01").await.expect(200);
    assert_eq!(vault.at("/properties/publicNetworkAccess"), "SecuredByPerimeter");
    assert_eq!(vault.at("/properties/networkAcls/bypass"), "AzureServices");
}

#[tokio::test]
async fn the_firewall_does_not_apply_to_the_keys_in_arm() {
    let cloud = quick().await;
    let token = cloud.token(ARM_SCOPE).await;
    for name in ["kv-firewall", "kv-public-off", "kv-perimeter", "kv-private-endpoint"] {
        let key = cloud.arm(&token, name, "/keys/kafka-cluster", "2026-02-01").await.expect(200);
        assert_eq!(key.at("/properties/kty"), "RSA");
    }
}

#[tokio::test]
async fn a_vault_whose_name_is_being_registered_does_not_resolve_yet() {
    let cloud = quick().await;
    let url = "https://kv-registering-dns.vault.azure.net/healthstatus";
    assert!(cloud.client.get(url).send().await.unwrap_err().is_connect());
    let vault =
        cloud.arm(&cloud.token(ARM_SCOPE).await, "kv-registering-dns", "", "2026-02-01").await.expect(200);
    assert_eq!(vault.at("/properties/provisioningState"), "RegisteringDns");
}

#[tokio::test]
async fn a_moved_subscription_and_its_vault_name_two_tenants() {
    let cloud = quick().await;
    let vault = cloud.vault("kv-subscription-moved");
    let id = vault["key_vault_id"].as_str().unwrap();
    let subscription = id.split('/').nth(2).unwrap();
    let url = format!("{}/subscriptions/{subscription}?api-version=2022-12-01", crate::common::ARM);
    let arm = send(cloud.client.get(url)).await.expect(401);
    let data = probe(&cloud, "kv-subscription-moved").await.expect(401);
    let tenant = cloud.text("/login/tenant_id");
    assert_eq!(vault["tenant_id"], tenant);
    assert!(data.header("www-authenticate").contains(tenant));
    assert!(!arm.header("www-authenticate").contains(tenant));
}

#[tokio::test]
async fn an_unknown_subscription_is_not_found_with_or_without_a_token() {
    let cloud = quick().await;
    let url = format!(
        "{}/subscriptions/00000000-0000-4000-8000-00000000000a?api-version=2022-12-01",
        crate::common::ARM
    );
    assert_eq!(send(cloud.client.get(&url)).await.expect(404).at("/error/code"), "SubscriptionNotFound");
    let token = cloud.token(ARM_SCOPE).await;
    cloud.get(&token, &url).await.expect(404);
}

#[tokio::test]
async fn a_domain_leads_to_the_tenant() {
    let cloud = quick().await;
    let url =
        "https://login.microsoftonline.com/sandbox.onmicrosoft.com/v2.0/.well-known/openid-configuration";
    let found = send(cloud.client.get(url)).await.expect(200);
    assert_eq!(
        found.at("/issuer"),
        format!("https://login.microsoftonline.com/{}/v2.0", cloud.text("/login/tenant_id"))
    );
}

#[tokio::test]
async fn a_probe_can_be_dropped_delayed_cut_off_and_replaced() {
    let cloud = quick().await;
    let fault = |kind: &str| json!({"host": "kv-kafka-prod.vault.azure.net", "path": "/keys", "kind": kind, "status": 503});
    cloud.control("faults", fault("status")).await.expect(201);
    probe(&cloud, "kv-kafka-prod").await.expect(503);
    let url = "https://kv-kafka-prod.vault.azure.net/keys?api-version=2025-07-01";
    cloud.control("faults", fault("drop")).await.expect(201);
    assert!(cloud.client.get(url).send().await.is_err());
    cloud.control("faults", fault("truncate")).await.expect(201);
    assert!(cloud.client.get(url).send().await.unwrap().bytes().await.is_err());
    let mut slow = fault("delay");
    slow["millis"] = 120.into();
    cloud.control("faults", slow).await.expect(201);
    let before = std::time::Instant::now();
    probe(&cloud, "kv-kafka-prod").await.expect(401);
    assert!(before.elapsed() >= std::time::Duration::from_millis(120));
}
