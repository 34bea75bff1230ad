//! The only file that speaks HTTP.
//!
//! Reads may be repeated by whoever calls; a write is sent once and never repeated from here.

use std::pin::Pin;

use byok_core::{
    record::Record,
    wire::{
        ClusterView, EnvironmentView, IDEMPOTENCY_HEADER, KeyView, ListOf, NetworkView, NewCluster, NewKey,
        OperationView, Problem, SessionView, SignIn, WRITE_HEADER,
    },
};
use gloo_net::http::{Method, RequestBuilder};

use crate::json;

/// What a call ends in.
pub type Answer<T> = Result<T, Problem>;

/// What this server is.
pub async fn session() -> Answer<SessionView> {
    read("/api/v1/session").await
}

/// Exchanges the one-time token for a cookie.
pub async fn sign_in(token: &str) -> Answer<SessionView> {
    let body = json::write(&SignIn { token: token.to_owned() });
    decode(&write(Method::POST, "/api/v1/session", &body, None).await?)
}

/// All environments.
pub async fn environments() -> Answer<Vec<EnvironmentView>> {
    list("/api/v1/environments").await
}

/// The clusters of an environment.
pub async fn clusters(environment: &str) -> Answer<Vec<ClusterView>> {
    list(&format!("/api/v1/environments/{}/clusters", encode(environment))).await
}

/// The networks of an environment in a region.
pub async fn networks(environment: &str, region: &str) -> Answer<Vec<NetworkView>> {
    list(&format!("/api/v1/environments/{}/networks?region={}", encode(environment), encode(region))).await
}

/// All registered keys.
pub async fn keys() -> Answer<Vec<KeyView>> {
    list("/api/v1/keys").await
}

/// One registered key.
pub async fn key(id: &str) -> Answer<KeyView> {
    read(&format!("/api/v1/keys/{}", encode(id))).await
}

/// Registers a key.
pub async fn register(key: &NewKey) -> Answer<KeyView> {
    decode(&write(Method::POST, "/api/v1/keys", &json::write(key), None).await?)
}

/// Deletes a registration.
pub async fn delete_key(id: &str) -> Answer<()> {
    write(Method::DELETE, &format!("/api/v1/keys/{}", encode(id)), "{}", None).await.map(|_| ())
}

/// Asks for a cluster. The same `draft` never makes two.
pub async fn create(cluster: &NewCluster, draft: &str) -> Answer<OperationView> {
    decode(&write(Method::POST, "/api/v1/clusters", &json::write(cluster), Some(draft)).await?)
}

/// All operations, newest first.
pub async fn operations() -> Answer<Vec<OperationView>> {
    list("/api/v1/operations").await
}

/// One operation.
pub async fn operation(id: &str) -> Answer<OperationView> {
    read(&format!("/api/v1/operations/{}", encode(id))).await
}

/// Where the events of an operation can be read as they happen.
pub fn operation_events(id: &str) -> String {
    format!("/api/v1/operations/{}/events", encode(id))
}

/// Reads a JSON document of our own server.
pub async fn read<T: Record>(path: &str) -> Answer<T> {
    decode(&call(Method::GET, path, None, None).await?)
}

/// Sends a command to our own server and returns the text of its answer.
pub async fn write(method: Method, path: &str, body: &str, draft: Option<&str>) -> Answer<String> {
    call(method, path, Some(body), draft).await
}

async fn list<T: Record>(path: &str) -> Answer<Vec<T>> {
    read::<ListOf<T>>(path).await.map(|list| list.data)
}

/// Boxed, so that each of the calls above carries one pointer instead of every step of this one.
fn call<'a>(
    method: Method,
    path: &'a str,
    body: Option<&'a str>,
    draft: Option<&'a str>,
) -> Pin<Box<dyn Future<Output = Answer<String>> + 'a>> {
    Box::pin(send(method, path, body, draft))
}

async fn send(method: Method, path: &str, body: Option<&str>, draft: Option<&str>) -> Answer<String> {
    let mut request = RequestBuilder::new(path).method(method).header("accept", "application/json");
    if body.is_some() {
        request = request.header("content-type", "application/json").header(WRITE_HEADER, "1");
    }
    if let Some(draft) = draft {
        request = request.header(IDEMPOTENCY_HEADER, draft);
    }
    let sent = match body {
        Some(body) => request.body(body),
        None => request.build(),
    };
    let Ok(request) = sent else { return Err(unreachable_server()) };
    let Ok(response) = request.send().await else { return Err(unreachable_server()) };
    let status = response.status();
    let text = response.text().await.map_err(|_| unreachable_server())?;
    if (200..300).contains(&status) {
        return Ok(text);
    }
    Err(json::read(&text).unwrap_or_else(|| unreadable(status, &format!("The server answered with status {status} and no explanation. Something between the browser and the server may have answered in its place."))))
}

fn decode<T: Record>(text: &str) -> Answer<T> {
    json::read(text).ok_or_else(other_version)
}

fn other_version() -> Problem {
    unreadable(200, "The page and the server may be of different versions. Reload the page.")
}

fn unreadable(status: u16, detail: &str) -> Problem {
    problem("The server's answer could not be read", status, detail)
}

fn unreachable_server() -> Problem {
    problem(
        "The server cannot be reached",
        0,
        "Your answers are kept. Check the connection, or whether the server still runs, and try again.",
    )
}

fn problem(title: &str, status: u16, detail: &str) -> Problem {
    Problem {
        kind: "about:blank".to_owned(),
        title: title.to_owned(),
        status,
        detail: detail.to_owned(),
        request_id: String::new(),
        findings: Vec::new(),
    }
}

fn encode(segment: &str) -> String {
    js_sys::encode_uri_component(segment).into()
}
