//! The preflight, whose answer comes in pieces. Only the second program asks for it.

use byok_browser as json;
use byok_core::wire::{NewPreflight, PreflightView, VerdictView};
use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::{Answer, Response, explained, fetch, options, other_version, unreachable_server};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Response)]
    type Streamed;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Streamed) -> Option<Body>;

    type Body;
    #[wasm_bindgen(method, js_name = pipeThrough)]
    fn pipe_through(this: &Body, decoder: &TextDecoderStream) -> Body;
    #[wasm_bindgen(method, js_name = getReader)]
    fn reader(this: &Body) -> Reader;

    type TextDecoderStream;
    #[wasm_bindgen(constructor)]
    fn new() -> TextDecoderStream;

    type Reader;
    #[wasm_bindgen(method)]
    fn read(this: &Reader) -> Promise;
}

/// Asks whether everything will carry the cluster, and hands on each verdict as it is known.
pub async fn preflight(asked: &NewPreflight, each: impl Fn(VerdictView)) -> Answer<PreflightView> {
    let body = json::write(asked);
    let sent = fetch("/api/v1/preflight", &options("POST", "text/event-stream", Some(&body), None));
    let Ok(response) = JsFuture::from(sent).await else { return Err(unreachable_server()) };
    let response: Streamed = response.unchecked_into();
    let status = response.status();
    let Some(body) = response.body() else { return Err(unreachable_server()) };
    let reader = body.pipe_through(&TextDecoderStream::new()).reader();
    let (mut events, mut text) = (Events::default(), String::new());
    while let Some(piece) = piece(&reader).await {
        if status != 200 {
            text.push_str(&piece);
            continue;
        }
        for (name, data) in events.take(&piece) {
            match name.as_str() {
                "verdict" => {
                    if let Some(verdict) = json::read(&data) {
                        each(verdict);
                    }
                }
                "done" => return json::read(&data).ok_or_else(other_version),
                _ => {}
            }
        }
    }
    // Cut off before its end, which is not the same as an answer.
    Err(if status == 200 { unreachable_server() } else { explained(status, &text) })
}

/// The next piece of text; `None` at the end, or when the connection breaks.
async fn piece(reader: &Reader) -> Option<String> {
    let read = JsFuture::from(reader.read()).await.ok()?;
    let done = Reflect::get(&read, &JsValue::from_str("done")).ok()?.is_truthy();
    if done { None } else { Reflect::get(&read, &JsValue::from_str("value")).ok()?.as_string() }
}

/// Server-sent events put together from pieces (HTML Standard, event stream interpretation).
#[derive(Default)]
pub struct Events {
    /// What has come of a line that is not at its end yet.
    rest: String,
    name: String,
    data: String,
}

impl Events {
    /// Takes a piece; returns name and data of the events that it completes.
    pub fn take(&mut self, piece: &str) -> Vec<(String, String)> {
        self.rest.push_str(piece);
        let text = std::mem::take(&mut self.rest);
        let (whole, rest) = text.split_at(text.rfind('\n').map_or(0, |end| end + 1));
        rest.clone_into(&mut self.rest);
        let mut complete = Vec::new();
        for line in whole.lines() {
            if line.is_empty() {
                let (name, data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
                if !data.is_empty() {
                    complete.push((name, data));
                }
            } else if let Some(name) = line.strip_prefix("event:") {
                name.trim_start().clone_into(&mut self.name);
            } else if let Some(data) = line.strip_prefix("data:") {
                self.data.push_str(data.trim_start());
            }
        }
        complete
    }
}
