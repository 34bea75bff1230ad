//! The client: what may be asked, how often, how long, and how much is read.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::sign_in::SignIn;
use super::trace;
use super::{Answer, Cluster, Credentials, Environment, Failure, Key, Network, Refusal, SharedMetrics};
use crate::boundary;
use crate::outbound::{Lanes, Outbound, SetUpError};

/// Confluent's one address for the control plane (`servers` of its OpenAPI documents).
const BASE: &str = "https://api.confluent.cloud";
/// No answer of Confluent's comes near.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;
/// Items a page, the most that Confluent allows.
const PAGE_SIZE: &str = "100";
/// Pages a list; beyond, something goes round in circles.
const MOST_PAGES: usize = 100;
/// Reads at once; a preflight makes five, and a caller may begin ten at once.
const LANES: usize = 56;

/// Limits on time and repetition.
#[derive(Clone, Copy, Debug)]
struct Patience {
    connect: Duration,
    total: Duration,
    /// How often a read is sent at most.
    attempts: u32,
    /// The first pause; each further one is twice as long.
    pause: Duration,
    /// The longest pause; a longer `Retry-After` is passed on to the caller instead of being waited for.
    longest_pause: Duration,
}

impl Patience {
    const USUAL: Patience = Patience {
        connect: Duration::from_secs(2),
        total: Duration::from_secs(10),
        attempts: 3,
        pause: Duration::from_millis(250),
        longest_pause: Duration::from_secs(4),
    };
}

/// The client.
#[derive(Clone)]
pub(crate) struct Confluent {
    http: reqwest::Client,
    base: Url,
    sign_in: Arc<SignIn>,
    patience: Patience,
    lanes: Lanes,
    metrics: SharedMetrics,
}

/// What is sent to make a cluster.
#[derive(Clone, Debug)]
pub(crate) struct CreateCluster<'a> {
    pub(crate) environment: &'a str,
    pub(crate) display_name: &'a str,
    pub(crate) region: &'a str,
    pub(crate) availability: &'a str,
    pub(crate) cku: u32,
    pub(crate) network: Option<&'a str>,
    pub(crate) key: &'a str,
    pub(crate) deletion_protection: bool,
}

impl Confluent {
    /// A client for the clouds as `outbound` says.
    pub(crate) fn new(
        outbound: &Outbound,
        credentials: Credentials,
        metrics: SharedMetrics,
    ) -> Result<Self, SetUpError> {
        let builder = outbound.client()?;
        let base = Url::parse(BASE).map_err(|e| SetUpError::Client(e.to_string()))?;
        Self::build(builder, base, credentials, Patience::USUAL, metrics)
    }

    /// A client for a server in a test: plain HTTP on loopback, short limits.
    #[cfg(test)]
    pub(crate) fn for_test(base: &str, metrics: SharedMetrics) -> Self {
        let secret = "test-secret".to_owned().into();
        Self::for_test_with(base, Credentials::ApiKey { id: "TESTKEY".into(), secret }, metrics)
    }

    #[cfg(test)]
    pub(crate) fn for_test_with(base: &str, credentials: Credentials, metrics: SharedMetrics) -> Self {
        let patience = Patience {
            connect: Duration::from_millis(500),
            total: Duration::from_millis(700),
            attempts: 3,
            pause: Duration::from_millis(2),
            longest_pause: Duration::from_millis(1100),
        };
        let base = Url::parse(base).expect("a base address");
        Self::build(crate::outbound::plain().no_proxy(), base, credentials, patience, metrics)
            .expect("a client")
    }

    #[cfg(test)]
    pub(crate) fn base_for_test(&self) -> &str {
        self.base.as_str()
    }

    fn build(
        builder: reqwest::ClientBuilder,
        base: Url,
        credentials: Credentials,
        patience: Patience,
        metrics: SharedMetrics,
    ) -> Result<Self, SetUpError> {
        let builder = builder.connect_timeout(patience.connect).timeout(patience.total);
        let http = crate::outbound::build(builder)?;
        Ok(Self {
            http,
            base,
            sign_in: Arc::new(SignIn::new(credentials)),
            patience,
            lanes: Lanes::new(LANES),
            metrics,
        })
    }

    /// All environments.
    pub(crate) async fn environments(&self) -> Answer<Vec<Environment>> {
        self.list(&["org", "v2", "environments"], &[]).await
    }

    /// All networks of an environment on Azure, in one region if given.
    pub(crate) async fn networks(&self, environment: &str, region: Option<&str>) -> Answer<Vec<Network>> {
        let mut query = vec![("environment", environment), ("spec.cloud", "AZURE")];
        if let Some(region) = region {
            query.push(("spec.region", region));
        }
        self.list(&["networking", "v1", "networks"], &query).await
    }

    /// All clusters of an environment.
    pub(crate) async fn clusters(&self, environment: &str) -> Answer<Vec<Cluster>> {
        self.list(&["cmk", "v2", "clusters"], &[("environment", environment)]).await
    }

    /// One cluster.
    pub(crate) async fn cluster(&self, environment: &str, id: &str) -> Answer<Cluster> {
        self.get(&["cmk", "v2", "clusters", id], &[("environment", environment)]).await
    }

    /// Asks for a cluster: Dedicated, Azure, with a key of one's own. Sent once, never repeated.
    pub(crate) async fn create_cluster(&self, wanted: &CreateCluster<'_>) -> Answer<Cluster> {
        let mut spec = json!({
            "display_name": wanted.display_name,
            "availability": wanted.availability,
            "cloud": "AZURE",
            "region": wanted.region,
            "config": { "kind": "Dedicated", "cku": wanted.cku },
            "environment": { "id": wanted.environment },
            "byok": { "id": wanted.key },
        });
        if let Some(spec) = spec.as_object_mut() {
            if let Some(network) = wanted.network {
                spec.insert("network".to_owned(), json!({ "id": network }));
            }
            if wanted.deletion_protection {
                spec.insert("deletion_protection".to_owned(), json!(true));
            }
        }
        let created: Cluster = self.post(&["cmk", "v2", "clusters"], &json!({ "spec": spec })).await?;
        if created.id.is_empty() { Err(Failure::Unreadable { status: 202 }) } else { Ok(created) }
    }

    /// All keys registered for Azure.
    pub(crate) async fn keys(&self) -> Answer<Vec<Key>> {
        let keys: Vec<Key> = self.list(&["byok", "v1", "keys"], &[("provider", "Azure")]).await?;
        Ok(keys.into_iter().filter(Key::is_azure).collect())
    }

    /// One registered key.
    pub(crate) async fn key(&self, id: &str) -> Answer<Key> {
        self.get(&["byok", "v1", "keys", id], &[]).await
    }

    /// Registers a key. Sent once, never repeated.
    pub(crate) async fn register_key(
        &self,
        display_name: &str,
        key_vault_id: &str,
        key_id: &str,
        tenant_id: &str,
    ) -> Answer<Key> {
        let mut body = json!({
            "key": { "kind": "AzureKey", "key_id": key_id, "key_vault_id": key_vault_id, "tenant_id": tenant_id },
        });
        if let (false, Some(body)) = (display_name.is_empty(), body.as_object_mut()) {
            body.insert("display_name".to_owned(), json!(display_name));
        }
        let key: Key = self.post(&["byok", "v1", "keys"], &body).await?;
        if key.id.is_empty() { Err(Failure::Unreadable { status: 201 }) } else { Ok(key) }
    }

    /// Deletes a registration. Sent once, never repeated.
    pub(crate) async fn delete_key(&self, id: &str) -> Answer<()> {
        let address = self.address(&["byok", "v1", "keys", id], &[])?;
        self.send(Method::DELETE, address, None::<&()>).await.map(|_| ())
    }

    /// The quotas of the organization, and those of an environment and of a cluster in it; each as Confluent writes it,
    /// for the rules to read.
    pub(crate) async fn quotas(&self, environment: Option<&str>) -> Answer<Vec<Value>> {
        let path = ["service-quota", "v1", "applied-quotas"];
        let of_organization = self.list(&path, &[("scope", "ORGANIZATION")]);
        let Some(environment) = environment else { return of_organization.await };
        let of_environment = [("scope", "ENVIRONMENT"), ("environment", environment)];
        let of_cluster = [("scope", "KAFKA_CLUSTER"), ("environment", environment)];
        let (mut all, more, per_cluster): (Vec<Value>, Vec<Value>, Answer<Vec<Value>>) = {
            let (all, more, per_cluster) = futures_util::join!(
                of_organization,
                self.list(&path, &of_environment),
                self.list(&path, &of_cluster)
            );
            (all?, more?, per_cluster)
        };
        all.extend(more);
        // An environment without a cluster may have none of these to show.
        all.extend(per_cluster.unwrap_or_default());
        Ok(all)
    }

    async fn get<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Answer<T> {
        read(&self.get_bytes(self.address(path, query)?).await?, 200)
    }

    async fn post<T: DeserializeOwned>(&self, path: &[&str], body: &impl Serialize) -> Answer<T> {
        read(&self.send(Method::POST, self.address(path, &[])?, Some(body)).await?, 201)
    }

    /// Follows a list to its end by page token; the address that Confluent sends is never visited as such.
    async fn list<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Answer<Vec<T>> {
        let mut all = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut query = query.to_vec();
            query.push(("page_size", PAGE_SIZE));
            if let Some(token) = &token {
                query.push(("page_token", token));
            }
            let page: Page<T> = self.get(path, &query).await?;
            all.extend(page.data.unwrap_or_default());
            let next = page.metadata.and_then(|metadata| metadata.next).filter(|next| !next.is_empty());
            let next = next.and_then(|next| self.page_token(&next));
            if next.is_none() {
                return Ok(all);
            }
            if next == token {
                return Err(Failure::TooManyPages);
            }
            token = next;
        }
        Err(Failure::TooManyPages)
    }

    fn page_token(&self, next: &str) -> Option<String> {
        let next = self.base.join(next).ok()?;
        next.query_pairs().find(|(name, _)| name == "page_token").map(|(_, token)| token.into_owned())
    }

    /// Builds an address; every segment is percent-encoded, so that an id never becomes a path.
    fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Answer<Url> {
        let mut address = self.base.clone();
        {
            let mut segments = address.path_segments_mut().map_err(|()| Failure::BadId)?;
            segments.clear();
            for segment in path {
                // Confluent's ids are opaque, of at most 255 characters; `.` and `..` would be swallowed.
                let odd = segment.is_empty() || segment.len() > 255 || matches!(*segment, "." | "..");
                if odd || segment.chars().any(char::is_control) {
                    return Err(Failure::BadId);
                }
                segments.push(segment);
            }
        }
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        Ok(address)
    }

    /// A read, repeated when Confluent is busy, broken or cannot be reached.
    async fn get_bytes(&self, address: Url) -> Answer<Vec<u8>> {
        let mut attempt = 1;
        loop {
            let read = || self.send(Method::GET, address.clone(), None::<&()>);
            let failure = match self.lanes.take(read).await {
                Ok(body) => return Ok(body),
                Err(failure) => failure,
            };
            let again = match &failure {
                Failure::Refused(refusal) => {
                    refusal.status == 429 || (refusal.status >= 500 && refusal.status != 501)
                }
                Failure::NotSent | Failure::Lost => true,
                _ => false,
            };
            if !again || attempt >= self.patience.attempts {
                return Err(failure);
            }
            let asked = match &failure {
                Failure::Refused(Refusal { retry_after: Some(seconds), .. }) => {
                    Some(Duration::from_secs(*seconds))
                }
                _ => None,
            };
            if asked.is_some_and(|asked| asked > self.patience.longest_pause) {
                return Err(failure);
            }
            let pause = self.patience.pause * 2_u32.pow(attempt - 1);
            let pause = pause.min(self.patience.longest_pause);
            let pause = asked.unwrap_or_default() + pause.mul_f64(crate::random::fraction().midpoint(1.0));
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// Sends one request once and reads its answer up to the limit.
    async fn send(&self, method: Method, address: Url, body: Option<&impl Serialize>) -> Answer<Vec<u8>> {
        let started = std::time::Instant::now();
        let path = address.path().to_owned();
        let answer = self.exchange(method.clone(), address, body).await;
        let outcome = match &answer {
            Ok(_) => "ok".to_owned(),
            Err(Failure::Refused(refusal)) => refusal.status.to_string(),
            Err(Failure::NotSent) => "not-sent".to_owned(),
            Err(Failure::SignIn(_)) => "no-sign-in".to_owned(),
            Err(Failure::TimedOut) => "timed-out".to_owned(),
            Err(_) => "broken".to_owned(),
        };
        tracing::debug!(%method, path, outcome, elapsed_ms = started.elapsed().as_millis(), "confluent");
        self.metrics.confluent_call(method.as_str(), &outcome);
        answer
    }

    async fn exchange(&self, method: Method, address: Url, body: Option<&impl Serialize>) -> Answer<Vec<u8>> {
        let signed_in = self.sign_in.headers(&self.http, &self.base).await?;
        let mut request = self.http.request(method, address).headers(signed_in);
        if let Some(body) = body {
            let body = serde_json::to_vec(body).map_err(|_| Failure::BadId)?;
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        boundary::reached("Confluent: before a request").await;
        let response = request.send().await.map_err(|error| self.failure(&error))?;
        boundary::reached("Confluent: after the head of an answer").await;
        let status = response.status();
        let headers = response.headers().clone();
        trace::saw(&headers);
        let body = self.body(response).await;
        boundary::reached("Confluent: after an answer").await;
        if status.is_success() {
            return body;
        }
        if status.is_redirection() {
            return Err(Failure::Unreadable { status: status.as_u16() });
        }
        let mut refusal = Refusal::read(status.as_u16(), &body.unwrap_or_default());
        for said in &mut refusal.errors {
            said.detail = self.sign_in.without_secrets(&said.detail);
        }
        if refusal.status == 401 {
            self.sign_in.refused().await;
        }
        refusal.retry_after = header(&headers, RETRY_AFTER.as_str()).and_then(|seconds| seconds.parse().ok());
        refusal.rate_limited = refusal.retry_after.is_some()
            || headers.keys().any(|name| name.as_str().starts_with("x-ratelimit-"));
        refusal.location_id = header(&headers, LOCATION.as_str())
            .and_then(|location| location.trim_end_matches('/').rsplit('/').next().map(str::to_owned))
            .filter(|id| !id.is_empty());
        Err(Failure::Refused(refusal))
    }

    async fn body(&self, mut response: Response) -> Answer<Vec<u8>> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(&error))? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failure(&self, error: &reqwest::Error) -> Failure {
        // The chain of causes has host names and system errors, no credentials: those are headers.
        let mut causes = self.sign_in.without_secrets(&error.to_string());
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            causes = format!("{causes}: {cause}");
            source = cause.source();
        }
        tracing::info!(causes, "request to Confluent did not go through");
        if error.is_connect() {
            Failure::NotSent
        } else if error.is_timeout() {
            Failure::TimedOut
        } else {
            Failure::Lost
        }
    }
}

#[derive(Deserialize)]
struct Page<T> {
    #[serde(default = "Option::default")]
    data: Option<Vec<T>>,
    #[serde(default)]
    metadata: Option<PageMetadata>,
}

#[derive(Deserialize)]
struct PageMetadata {
    #[serde(default)]
    next: Option<String>,
}

fn read<T: DeserializeOwned>(body: &[u8], status: u16) -> Answer<T> {
    serde_json::from_slice(body).map_err(|_| Failure::Unreadable { status })
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
