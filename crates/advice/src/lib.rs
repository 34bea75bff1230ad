//! The page's second program: it answers what [`byok_core::advice`] answers, in values of the browser.
//!
//! It has no state and knows no page. The page fetches it when it first has something to ask.

use byok_browser::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers a question by its name; `undefined` when there is no such question, or it has another shape.
#[wasm_bindgen]
pub fn advise(name: &str, question: JsValue) -> JsValue {
    byok_core::advice::advise(name, &Value(question)).map_or(JsValue::UNDEFINED, |Value(answer)| answer)
}
