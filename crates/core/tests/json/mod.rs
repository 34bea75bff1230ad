//! JSON for the rules, as the proxy lends it: a document of `serde_json`.

#![allow(dead_code, reason = "each test uses a part")]

use byok_core::record::Node;
use serde_json::{Value, json};

/// A value of a document.
#[derive(Clone, Debug)]
pub struct Json(pub Value);

impl Node for Json {
    fn get(&self, name: &str) -> Option<Self> {
        self.0.get(name).cloned().map(Json)
    }
    fn is_null(&self) -> bool {
        self.0.is_null()
    }
    fn text(&self) -> Option<String> {
        self.0.as_str().map(str::to_owned)
    }
    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }
    fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }
    fn items(&self) -> Option<Vec<Self>> {
        self.0.as_array().map(|items| items.iter().cloned().map(Json).collect())
    }
    fn from_text(text: &str) -> Self {
        Json(text.into())
    }
    fn from_number(number: u64) -> Self {
        Json(number.into())
    }
    fn from_flag(flag: bool) -> Self {
        Json(flag.into())
    }
    fn from_items(items: Vec<Self>) -> Self {
        Json(items.into_iter().map(|Json(item)| item).collect())
    }
    fn empty() -> Self {
        Json(json!({}))
    }
    fn put(&mut self, name: &str, Json(value): Self) {
        self.0[name] = value;
    }
}
