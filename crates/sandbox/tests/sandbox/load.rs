//! Two hundred preflights at once, each with its own client and connections, as two hundred people would have.

use std::time::{Duration, Instant};

use crate::common::{ARM, ARM_SCOPE, Cloud, GRAPH, GRAPH_SCOPE, VAULT_SCOPE, client, quick};
use reqwest::Client;

const PREFLIGHTS: usize = 200;

/// Paths and the token that each wants; a preflight reads all of them.
fn reads(cloud: &Cloud, tokens: &[String; 3]) -> Vec<(String, Option<String>)> {
    let vault = cloud.vault("kv-granted");
    let (id, application) =
        (vault["key_vault_id"].as_str().unwrap(), vault["application_id"].as_str().unwrap());
    let [arm, data, graph] = tokens.clone().map(Some);
    let host = "https://kv-granted.vault.azure.net";
    let subscription = format!("{ARM}/subscriptions/{}", cloud.text("/subscription_id"));
    let authorization = format!("{ARM}{id}/providers/Microsoft.Authorization");
    vec![
        (format!("{host}/keys?api-version=2025-07-01"), None),
        (format!("{subscription}?api-version=2022-12-01"), None),
        (
            format!(
                "https://login.microsoftonline.com/{}/v2.0/.well-known/openid-configuration",
                cloud.text("/login/tenant_id")
            ),
            None,
        ),
        (format!("{ARM}{id}?api-version=2026-02-01"), arm.clone()),
        (format!("{ARM}{id}/keys/kafka-cluster?api-version=2026-02-01"), arm.clone()),
        (format!("{host}/keys/kafka-cluster?api-version=2025-07-01"), data.clone()),
        (format!("{host}/keys/kafka-cluster/versions?api-version=2025-07-01"), data.clone()),
        (format!("{host}/keys/kafka-cluster/rotationpolicy?api-version=2025-07-01"), data),
        (format!("{authorization}/roleAssignments?api-version=2022-04-01&$filter=atScope()"), arm.clone()),
        (format!("{authorization}/permissions?api-version=2022-04-01"), arm.clone()),
        (format!("{authorization}/locks?api-version=2020-05-01"), arm.clone()),
        (
            format!(
                "{subscription}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/kv-deleted?api-version=2026-02-01"
            ),
            arm,
        ),
        (format!("{GRAPH}/servicePrincipals(appId='{application}')"), graph),
    ]
}

async fn preflight(
    client: Client,
    reads: Vec<(String, Option<String>)>,
    confluent: [reqwest::RequestBuilder; 2],
) -> usize {
    let mut answered = 0;
    for (url, token) in reads {
        let expected = if token.is_none() && !url.contains("openid") { 401 } else { 200 };
        let request = client.get(&url);
        let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), expected, "{url}");
        response.bytes().await.unwrap();
        answered += 1;
    }
    for request in confluent {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        answered += 1;
    }
    answered
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_preflights_at_once_are_answered_in_full() {
    let cloud = quick().await;
    let tokens =
        [cloud.token(ARM_SCOPE).await, cloud.token(VAULT_SCOPE).await, cloud.token(GRAPH_SCOPE).await];
    let reads = reads(&cloud, &tokens);
    let before = Instant::now();
    let running: Vec<_> = (0..PREFLIGHTS)
        .map(|_| {
            let confluent = ["/byok/v1/keys", "/service-quota/v1/applied-quotas?scope=ORGANIZATION"];
            let client = client(&cloud.sandbox);
            let confluent = confluent.map(|path| {
                let request = client.get(format!("{}{path}", crate::common::CONFLUENT));
                request
                    .basic_auth(cloud.text("/confluent/api_key"), Some(cloud.text("/confluent/api_secret")))
            });
            tokio::spawn(preflight(client, reads.clone(), confluent))
        })
        .collect();
    let mut answered = 0;
    for one in running {
        answered += one.await.unwrap();
    }
    let took = before.elapsed();
    println!("{answered} answers to {PREFLIGHTS} preflights in {took:?}");
    assert_eq!(answered, PREFLIGHTS * 15);
    // Generous: clients and sandbox share one busy machine in a build without optimisation.
    assert!(took < Duration::from_secs(120), "{took:?}");
}
