//! A small Confluent on loopback: it keeps what it is sent, counts it, and misbehaves on request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::HashMap;

pub(crate) const VAULT: &str = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod";
pub(crate) const KEY: &str = "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster";
pub(crate) const TENANT: &str = "22222222-2222-4222-8222-222222222222";

/// What happens at `POST clusters`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Create {
    /// It works.
    Accept,
    /// It works, but the answer takes longer than anybody waits.
    AcceptAndHang,
    /// Nothing happens, and no answer comes either.
    Hang,
    /// Refused as Confluent does when the key cannot be used.
    Refuse,
    /// Something on the way answers.
    BadGateway,
    /// It works, without the key.
    WithoutKey,
    /// It works; building fails.
    BuildFails,
    /// It works, and what answers says that it did not.
    AcceptAndFail,
    /// It works; the answer breaks off.
    AcceptAndCut,
    /// It works; the answer comes twice in one.
    AcceptAndRepeat,
    /// It works; the answer comes later than it is waited for.
    AcceptLate,
    /// Asked too often; nothing happens.
    Throttle,
}

impl Create {
    /// Everything that may come of a POST.
    pub(crate) const ALL: [Create; 12] = [
        Create::Accept,
        Create::AcceptAndHang,
        Create::Hang,
        Create::Refuse,
        Create::BadGateway,
        Create::WithoutKey,
        Create::BuildFails,
        Create::AcceptAndFail,
        Create::AcceptAndCut,
        Create::AcceptAndRepeat,
        Create::AcceptLate,
        Create::Throttle,
    ];

    /// Whether a cluster comes of it.
    pub(crate) fn makes_a_cluster(self) -> bool {
        !matches!(self, Create::Hang | Create::Refuse | Create::BadGateway | Create::Throttle)
    }
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) keys: Vec<Value>,
    pub(crate) clusters: Vec<Value>,
    pub(crate) networks: Vec<Value>,
    pub(crate) create: Create,
    /// Status and body that `POST keys` answers with instead of registering.
    pub(crate) refuse_key: Option<(u16, Value)>,
    /// How often clusters were read.
    pub(crate) reads: usize,
    /// Every write, as method and path.
    pub(crate) writes: Vec<String>,
    /// How many reads of a cluster until it is ready.
    pub(crate) reads_until_ready: u32,
    /// How long after it was made a cluster is missing from lists.
    pub(crate) list_lag: Duration,
    /// How long after it was given to a cluster a key still counts as free.
    pub(crate) in_use_lag: Duration,
    /// Limit of each quota.
    pub(crate) quota: u64,
    /// When each cluster was made.
    made: HashMap<String, Instant>,
}

#[derive(Clone)]
pub(crate) struct Cloud {
    pub(crate) base: String,
    world: Arc<Mutex<World>>,
}

pub(crate) fn key(id: &str, phase: &str, state: &str) -> Value {
    json!({
        "api_version": "byok/v1", "kind": "Key", "id": id, "display_name": "prod", "provider": "AZURE", "state": state,
        "key": { "kind": "AzureKey", "key_id": KEY, "key_vault_id": VAULT, "tenant_id": TENANT,
            "application_id": "33333333-3333-4333-8333-333333333333" },
        "validation": { "phase": phase, "since": "2026-01-19T17:01:53Z",
            "region": if phase == "VALID" { json!("westeurope") } else { Value::Null } },
        "a_field_of_tomorrow": { "x": 1 }
    })
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        let world = World {
            keys: vec![key("cck-good", "VALID", "AVAILABLE")],
            clusters: Vec::new(),
            networks: Vec::new(),
            create: Create::Accept,
            refuse_key: None,
            reads: 0,
            writes: Vec::new(),
            reads_until_ready: 2,
            list_lag: Duration::ZERO,
            in_use_lag: Duration::ZERO,
            quota: 20,
            made: HashMap::new(),
        };
        let world = Arc::new(Mutex::new(world));
        let router = Router::new()
            .route("/org/v2/environments", get(environments))
            .route("/networking/v1/networks", get(networks))
            .route("/byok/v1/keys", get(keys).post(register))
            .route("/byok/v1/keys/{id}", get(one_key).delete(delete_key))
            .route("/service-quota/v1/applied-quotas", get(quotas))
            .route("/cmk/v2/clusters", get(clusters).post(create))
            .route("/cmk/v2/clusters/{id}", get(one_cluster))
            .with_state(Arc::clone(&world));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, world }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    /// How often a cluster was asked for.
    pub(crate) fn posts(&self) -> usize {
        self.world().writes.iter().filter(|write| *write == "POST /cmk/v2/clusters").count()
    }
}

type Shared = State<Arc<Mutex<World>>>;

fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

fn list(data: &[Value]) -> Json<Value> {
    Json(json!({ "data": data, "metadata": { "next": "" } }))
}

fn not_found() -> Response {
    let body = json!({ "errors": [{ "id": "x", "status": "404", "code": "resource_not_found", "detail": "Resource Not Found", "source": {} }] });
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}

async fn environments() -> Json<Value> {
    list(&[json!({ "id": "env-1", "display_name": "production", "stream_governance_config": {} })])
}

async fn quotas(State(world): Shared, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let limit = lock(&world).quota;
    match (query.get("scope").map(String::as_str), query.get("environment")) {
        (Some("ORGANIZATION"), None) => {
            list(&[json!({ "id": "byok.max_keys.per_org", "scope": "ORGANIZATION",
            "display_name": "Keys", "default_limit": limit, "applied_limit": limit, "usage": 3 })])
        }
        (Some("ENVIRONMENT"), Some(environment)) => {
            list(&[json!({ "id": "kafka.max_kafka_clusters.per_env",
            "scope": "ENVIRONMENT", "display_name": "Clusters", "applied_limit": limit, "environment": { "id": environment } })])
        }
        _ => list(&[]),
    }
}

async fn networks(State(world): Shared, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let wanted = query.get("spec.region");
    let networks = lock(&world).networks.clone();
    let networks: Vec<Value> = networks
        .into_iter()
        .filter(|network| wanted.is_none_or(|region| network["spec"]["region"] == region.as_str()))
        .collect();
    list(&networks)
}

impl World {
    /// Keys as Confluent shows them now: what a cluster was given is in use, after a while.
    fn keys_now(&self) -> Vec<Value> {
        let mut keys = self.keys.clone();
        for key in &mut keys {
            let taken = self.clusters.iter().any(|cluster| {
                let made = cluster["id"].as_str().and_then(|id| self.made.get(id));
                cluster["spec"]["byok"]["id"] == key["id"]
                    && made.is_some_and(|made| made.elapsed() >= self.in_use_lag)
            });
            if taken {
                key["state"] = "IN_USE".into();
            }
        }
        keys
    }

    /// Clusters as the list shows them now.
    fn clusters_now(&self) -> Vec<Value> {
        let is_old = |id: &str| self.made.get(id).is_none_or(|made| made.elapsed() >= self.list_lag);
        self.clusters.iter().filter(|cluster| cluster["id"].as_str().is_some_and(is_old)).cloned().collect()
    }
}

async fn keys(State(world): Shared) -> Json<Value> {
    list(&lock(&world).keys_now())
}

async fn one_key(State(world): Shared, Path(id): Path<String>) -> Response {
    let found = lock(&world).keys_now().into_iter().find(|key| key["id"] == id.as_str());
    found.map_or_else(not_found, |key| Json(key).into_response())
}

async fn delete_key(State(world): Shared, Path(id): Path<String>) -> StatusCode {
    let mut world = lock(&world);
    world.writes.push(format!("DELETE /byok/v1/keys/{id}"));
    world.keys.retain(|key| key["id"] != id.as_str());
    StatusCode::NO_CONTENT
}

async fn register(State(world): Shared, Json(body): Json<Value>) -> Response {
    let mut world = lock(&world);
    world.writes.push("POST /byok/v1/keys".to_owned());
    if let Some((status, body)) = &world.refuse_key {
        let status = StatusCode::from_u16(*status).expect("a status");
        let location = "https://api.confluent.cloud/byok/v1/keys/cck-good";
        return (status, [(header::LOCATION, location)], Json(body.clone())).into_response();
    }
    let mut new = key("cck-new", "INITIALIZING", "AVAILABLE");
    for field in ["key_id", "key_vault_id", "tenant_id"] {
        new["key"][field] = body["key"][field].clone();
    }
    world.keys.push(new.clone());
    (StatusCode::CREATED, Json(new)).into_response()
}

async fn clusters(State(world): Shared) -> Json<Value> {
    let mut world = lock(&world);
    world.reads += 1;
    list(&world.clusters_now())
}

async fn one_cluster(State(world): Shared, Path(id): Path<String>) -> Response {
    let mut world = lock(&world);
    world.reads += 1;
    let fails = world.create == Create::BuildFails;
    if world.reads_until_ready > 0 {
        world.reads_until_ready -= 1;
    }
    let done = world.reads_until_ready == 0;
    let Some(cluster) = world.clusters.iter_mut().find(|cluster| cluster["id"] == id.as_str()) else {
        return not_found();
    };
    if done {
        cluster["status"]["phase"] = if fails { "FAILED" } else { "PROVISIONED" }.into();
        cluster["spec"]["endpoints"] = json!({ "PUBLIC": {
            "kafka_bootstrap_endpoint": "SASL_SSL://pkc-1.westeurope.azure.confluent.cloud:9092",
            "http_endpoint": "https://pkc-1.westeurope.azure.confluent.cloud:443", "connection_type": "PUBLIC" } });
    }
    Json(cluster.clone()).into_response()
}

async fn create(State(world): Shared, Json(body): Json<Value>) -> Response {
    let how = {
        let mut world = lock(&world);
        world.writes.push("POST /cmk/v2/clusters".to_owned());
        world.create
    };
    match how {
        Create::Refuse => {
            let body = json!({ "errors": [{ "id": "x", "status": "400", "detail": "Cluster configuration is invalid. Reasons=[encryption_key_id]", "source": {} }] });
            return (StatusCode::BAD_REQUEST, Json(body)).into_response();
        }
        Create::BadGateway => return (StatusCode::BAD_GATEWAY, "<html>oops</html>").into_response(),
        Create::Throttle => {
            return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]).into_response();
        }
        Create::Hang => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            return StatusCode::ACCEPTED.into_response();
        }
        _ => {}
    }
    let cluster = {
        let mut world = lock(&world);
        let id = format!("lkc-{}", world.clusters.len() + 1);
        let mut cluster = json!({ "id": id, "spec": body["spec"], "status": { "phase": "PROVISIONING" } });
        if how == Create::WithoutKey {
            cluster["spec"]["byok"] = Value::Null;
        }
        world.clusters.push(cluster.clone());
        world.made.insert(id, Instant::now());
        cluster
    };
    let text = cluster.to_string();
    match how {
        Create::AcceptAndHang => tokio::time::sleep(Duration::from_secs(60)).await,
        Create::AcceptLate => tokio::time::sleep(Duration::from_millis(750)).await,
        Create::AcceptAndFail => {
            let body = json!({ "errors": [{ "id": "x", "status": "500", "detail": "Internal error", "source": {} }] });
            return (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response();
        }
        Create::AcceptAndCut => {
            let half = text.get(..text.len() / 2).unwrap_or_default().to_owned();
            let parts = [Ok(half), Err(std::io::Error::other("cut"))];
            let body = Body::from_stream(futures_util::stream::iter(parts));
            return (StatusCode::ACCEPTED, body).into_response();
        }
        Create::AcceptAndRepeat => return (StatusCode::ACCEPTED, format!("{text}{text}")).into_response(),
        _ => {}
    }
    (StatusCode::ACCEPTED, Json(cluster)).into_response()
}
