//! JSON as the rules read it.

use byok_core::record::Node;
use serde_json::{Map, Value};

/// A parsed document, lent to the rules.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Json(pub(crate) Value);

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
        Some(self.0.as_array()?.iter().cloned().map(Json).collect())
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
        Json(Value::Array(items.into_iter().map(|item| item.0).collect()))
    }
    fn empty() -> Self {
        Json(Value::Object(Map::new()))
    }
    fn put(&mut self, name: &str, value: Self) {
        if let Value::Object(fields) = &mut self.0 {
            fields.insert(name.to_owned(), value.0);
        }
    }
}
