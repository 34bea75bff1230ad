//! The only file that speaks HTTP.
//!
//! Reads may be repeated by whoever calls; a write is sent once and never repeated from here.

mod stream;

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use byok_browser::{self as json, Value};
use byok_core::{
    record::{Node, Record},
    wire::{
        ClusterView, EnvironmentView, IDEMPOTENCY_HEADER, KeyView, ListOf, NetworkView, NewCluster, NewKey,
        OperationView, Problem, SessionView, SignIn, WRITE_HEADER,
    },
};
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

pub use stream::{Events, preflight};

/// What a call ends in.
pub type Answer<T> = Result<T, Problem>;
/// A call under way. Boxed, so that those who wait for it carry one pointer instead of every step of it.
pub type Pending<T> = Pin<Box<dyn Future<Output = Answer<T>>>>;

/// What this server is.
pub fn session() -> Pending<SessionView> {
    read("/api/v1/session")
}

/// Exchanges the one-time token for a cookie.
pub fn sign_in(token: &str) -> Pending<SessionView> {
    let body = json::write(&SignIn { token: token.to_owned() });
    decoded(write("POST", "/api/v1/session", &body, None))
}

/// All environments.
pub fn environments() -> Pending<Vec<EnvironmentView>> {
    list("/api/v1/environments")
}

/// The clusters of an environment.
pub fn clusters(environment: &str) -> Pending<Vec<ClusterView>> {
    list(&format!("/api/v1/environments/{}/clusters", encode(environment)))
}

/// The networks of an environment in a region.
pub fn networks(environment: &str, region: &str) -> Pending<Vec<NetworkView>> {
    list(&format!("/api/v1/environments/{}/networks?region={}", encode(environment), encode(region)))
}

/// All registered keys.
pub fn keys() -> Pending<Vec<KeyView>> {
    list("/api/v1/keys")
}

/// One registered key.
pub fn key(id: &str) -> Pending<KeyView> {
    read(&format!("/api/v1/keys/{}", encode(id)))
}

/// Registers a key.
pub fn register(key: &NewKey) -> Pending<KeyView> {
    decoded(write("POST", "/api/v1/keys", &json::write(key), None))
}

/// Deletes a registration.
pub fn delete_key(id: &str) -> Pending<()> {
    let call = write("DELETE", &format!("/api/v1/keys/{}", encode(id)), "{}", None);
    Box::pin(Decoded { call, decode: |_| Ok(()) })
}

/// Asks for a cluster. The same `draft` never makes two.
pub fn create(cluster: &NewCluster, draft: &str) -> Pending<OperationView> {
    decoded(write("POST", "/api/v1/clusters", &json::write(cluster), Some(draft)))
}

/// All operations, newest first; each with what the caller reads of an `OperationView`.
pub fn operations<T: Record + 'static>() -> Pending<Vec<T>> {
    list("/api/v1/operations")
}

/// One operation.
pub fn operation(id: &str) -> Pending<OperationView> {
    read(&format!("/api/v1/operations/{}", encode(id)))
}

/// Where the events of an operation can be read as they happen.
pub fn operation_events(id: &str) -> String {
    format!("/api/v1/operations/{}/events", encode(id))
}

/// Reads a JSON document of our own server.
pub fn read<T: Record + 'static>(path: &str) -> Pending<T> {
    decoded(call("GET", path, None, None))
}

/// Sends a command to our own server and returns the text of its answer.
pub fn write(method: &'static str, path: &str, body: &str, draft: Option<&str>) -> Pending<String> {
    call(method, path, Some(body), draft)
}

fn list<T: Record + 'static>(path: &str) -> Pending<Vec<T>> {
    let decode = |text: &str| decode::<ListOf<T>>(text).map(|list| list.data);
    Box::pin(Decoded { call: call("GET", path, None, None), decode })
}

fn decoded<T: Record + 'static>(call: Pending<String>) -> Pending<T> {
    Box::pin(Decoded { call, decode })
}

/// A call whose answer is yet to be read: the one step that differs from type to type.
struct Decoded<T> {
    call: Pending<String>,
    decode: fn(&str) -> Answer<T>,
}

impl<T> Future for Decoded<T> {
    type Output = Answer<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer<T>> {
        self.call.as_mut().poll(context).map(|answer| (self.decode)(&answer?))
    }
}

fn call(method: &'static str, path: &str, body: Option<&str>, draft: Option<&str>) -> Pending<String> {
    Box::pin(send(fetch(path, &options(method, "application/json", body, draft))))
}

#[wasm_bindgen]
extern "C" {
    fn fetch(path: &str, options: &JsValue) -> Promise;

    type Response;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Response) -> u16;
    #[wasm_bindgen(method, catch)]
    fn text(this: &Response) -> Result<Promise, JsValue>;
}

/// How the browser is told what to send.
fn options(method: &str, accept: &str, body: Option<&str>, draft: Option<&str>) -> JsValue {
    let mut headers = Value::empty();
    headers.put("accept", Value::from_text(accept));
    let mut options = Value::empty();
    options.put("method", Value::from_text(method));
    if let Some(body) = body {
        headers.put("content-type", Value::from_text("application/json"));
        headers.put(WRITE_HEADER, Value::from_text("1"));
        options.put("body", Value::from_text(body));
    }
    if let Some(draft) = draft {
        headers.put(IDEMPOTENCY_HEADER, Value::from_text(draft));
    }
    options.put("headers", headers);
    options.0
}

async fn send(answer: Promise) -> Answer<String> {
    let Some((status, text)) = received(answer).await else { return Err(unreachable_server()) };
    if (200..300).contains(&status) { Ok(text) } else { Err(explained(status, &text)) }
}

/// What the server says of a refusal, or that it says nothing.
fn explained(status: u16, text: &str) -> Problem {
    json::read(text).unwrap_or_else(|| unreadable(status, &format!("The server answered with status {status} and no explanation. Something between the browser and the server may have answered in its place.")))
}

/// Status and text of an answer; `None` when it did not come, or not to its end.
async fn received(answer: Promise) -> Option<(u16, String)> {
    let response: Response = JsFuture::from(answer).await.ok()?.unchecked_into();
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some((response.status(), text.as_string()?))
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

/// A problem of the page's own making.
pub fn problem(title: &str, status: u16, detail: &str) -> Problem {
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
