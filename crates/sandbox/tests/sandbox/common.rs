//! A sandbox of its own for each test, and clients that reach it the way production code does.

use std::time::Duration;

use byok_sandbox::{Options, Sandbox, start};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

pub const CONFLUENT: &str = "https://api.confluent.cloud";
pub const ARM: &str = "https://management.azure.com";
pub const GRAPH: &str = "https://graph.microsoft.com/v1.0";
pub const ENCRYPTION_USER: &str = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
pub const READER: &str = "21090545-7ca7-4776-b22c-e363652d74d2";

pub struct Cloud {
    pub sandbox: Sandbox,
    pub client: Client,
    /// The world as it was at start: ids and credentials in it do not change.
    pub world: Value,
}

/// A sandbox in which nothing takes long.
pub async fn quick() -> Cloud {
    cloud(json!({"role_propagation_seconds": 0.05, "provisioning_seconds": 0.2, "validation_seconds": 0.05}))
        .await
}

pub async fn cloud(world: Value) -> Cloud {
    let sandbox = start(Options { listen: "127.0.0.1:0".parse().unwrap(), world: Some(world), ca_out: None })
        .await
        .unwrap();
    let client = client(&sandbox);
    let world = Client::builder().no_proxy().build().unwrap();
    let world = world
        .get(format!("{}/_sandbox/world", sandbox.proxy_url()))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    Cloud { sandbox, client, world }
}

pub fn client(sandbox: &Sandbox) -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .proxy(reqwest::Proxy::https(sandbox.proxy_url()).unwrap())
        .tls_certs_only([reqwest::Certificate::from_pem(sandbox.ca_pem().as_bytes()).unwrap()])
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

pub const ARM_SCOPE: &str = "https://management.azure.com/.default";
pub const VAULT_SCOPE: &str = "https://vault.azure.net/.default";
pub const GRAPH_SCOPE: &str = "https://graph.microsoft.com/.default";

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The text at a JSON pointer.
    pub fn at(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self
    }
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
}

impl Cloud {
    pub fn text(&self, pointer: &str) -> &str {
        self.world.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    /// A vault to try, by name.
    pub fn vault(&self, name: &str) -> Value {
        let vaults = self.world["vaults"].as_array().unwrap();
        vaults.iter().find(|vault| vault["name"] == name).unwrap().clone()
    }

    pub async fn control(&self, path: &str, body: Value) -> Answer {
        let client = Client::builder().no_proxy().build().unwrap();
        send(client.post(format!("{}/_sandbox/{path}", self.sandbox.proxy_url())).json(&body)).await
    }

    pub async fn look(&self, path: &str) -> Value {
        let client = Client::builder().no_proxy().build().unwrap();
        send(client.get(format!("{}/_sandbox/{path}", self.sandbox.proxy_url()))).await.expect(200).body
    }

    /// A token in the main tenant.
    pub async fn token(&self, scope: &str) -> String {
        self.token_in(self.text("/login/tenant_id"), scope).await
    }

    pub async fn token_in(&self, tenant: &str, scope: &str) -> String {
        let answer = self.ask_token(tenant, self.text("/login/client_secret"), scope).await.expect(200);
        answer.at("/access_token").to_owned()
    }

    /// A token of one of the callers with fewer rights, by slug.
    pub async fn token_of(&self, slug: &str, scope: &str) -> String {
        let callers = self.world["callers"].as_array().unwrap();
        let caller = callers.iter().find(|caller| caller["slug"] == slug).unwrap();
        let text = |name: &str| caller[name].as_str().unwrap();
        let answer =
            self.ask_token_as(text("client_id"), text("tenant_id"), text("client_secret"), scope).await;
        answer.expect(200).at("/access_token").to_owned()
    }

    pub async fn ask_token(&self, tenant: &str, secret: &str, scope: &str) -> Answer {
        self.ask_token_as(self.text("/login/client_id"), tenant, secret, scope).await
    }

    pub async fn ask_token_as(&self, client: &str, tenant: &str, secret: &str, scope: &str) -> Answer {
        let form: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("grant_type", "client_credentials"),
                ("client_id", client),
                ("client_secret", secret),
                ("scope", scope),
            ])
            .finish();
        send(
            self.client
                .post(format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form),
        )
        .await
    }

    /// `GET` with a token.
    pub async fn get(&self, token: &str, url: &str) -> Answer {
        send(self.client.get(url).bearer_auth(token)).await
    }

    /// `GET` of something below a vault in ARM; `tail` begins with a slash or is empty, and may hold a query.
    pub async fn arm(&self, token: &str, name: &str, tail: &str, version: &str) -> Answer {
        let id = self.vault(name)["key_vault_id"].as_str().unwrap().to_owned();
        let separator = if tail.contains('?') { '&' } else { '?' };
        self.get(token, &format!("{ARM}{id}{tail}{separator}api-version={version}")).await
    }

    /// `GET` of a vault's data plane; `tail` begins with a slash.
    pub async fn data(&self, token: &str, name: &str, tail: &str) -> Answer {
        let separator = if tail.contains('?') { '&' } else { '?' };
        self.get(token, &format!("https://{name}.vault.azure.net{tail}{separator}api-version=2025-07-01"))
            .await
    }

    /// The role assignments that hold for a vault, with a filter.
    pub async fn assignments(&self, token: &str, name: &str, filter: &str) -> Vec<Value> {
        let tail = format!("/providers/Microsoft.Authorization/roleAssignments?$filter={filter}");
        let answer = self.arm(token, name, &tail, "2022-04-01").await.expect(200);
        answer.body["value"].as_array().unwrap().clone()
    }

    /// The object id of the service principal of a vault's settled application.
    pub fn principal(&self, name: &str) -> String {
        let application = self.vault(name)["application_id"].as_str().unwrap().to_owned();
        let principals = self.world["principals"].as_array().unwrap();
        let found = principals.iter().find(|principal| principal["app_id"] == application.as_str());
        found.unwrap()["object_id"].as_str().unwrap().to_owned()
    }

    /// A call to Confluent with the API key.
    pub fn confluent(&self, method: &str, path: &str) -> RequestBuilder {
        self.client
            .request(method.parse().unwrap(), format!("{CONFLUENT}{path}"))
            .basic_auth(self.text("/confluent/api_key"), Some(self.text("/confluent/api_secret")))
    }

    pub async fn register(&self, vault: &Value) -> Answer {
        let body = json!({"display_name": "a key", "key": {
            "kind": "AzureKey", "key_id": vault["key_id"], "key_vault_id": vault["key_vault_id"],
            "tenant_id": vault["tenant_id"],
        }});
        send(self.confluent("POST", "/byok/v1/keys").json(&body)).await
    }

    pub async fn key(&self, id: &str) -> Answer {
        send(self.confluent("GET", &format!("/byok/v1/keys/{id}"))).await
    }

    pub async fn grant(&self, vault: &Value, registered: &Answer) -> Answer {
        let body = json!({"key_vault_id": vault["key_vault_id"], "application_id": registered.at("/key/application_id")});
        self.control("grant", body).await
    }

    /// Registers the vault's key, grants, and waits until it is VALID; the registration's id.
    pub async fn valid_key(&self, name: &str) -> String {
        let vault = self.vault(name);
        let registered = self.register(&vault).await.expect(201);
        self.grant(&vault, &registered).await.expect(200);
        let id = registered.at("/id").to_owned();
        self.wait_for_phase(&id, "VALID").await;
        id
    }

    pub async fn wait_for_phase(&self, id: &str, phase: &str) -> Answer {
        for _ in 0..250 {
            let key = self.key(id).await.expect(200);
            if key.at("/validation/phase") == phase {
                return key;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("key {id} did not become {phase}: {:#}", self.key(id).await.body);
    }
}

pub fn plan(region: &str, byok: &str) -> Value {
    json!({"spec": {
        "display_name": "payments", "availability": "MULTI_ZONE", "cloud": "AZURE", "region": region,
        "config": {"kind": "Dedicated", "cku": 2}, "environment": {"id": "env-dev01"}, "byok": {"id": byok},
    }})
}
