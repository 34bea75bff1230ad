//! The browser's JSON as the rules read and write it: its own parser and printer cost the page nothing to load.

use byok_core::record::{self, Node, Record};
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Reads a record from text; `None` when it is no JSON or has another shape.
pub fn read<T: Record>(text: &str) -> Option<T> {
    take(JSON::parse(text).ok()?)
}

/// Writes a record as text.
pub fn write<T: Record>(record: &T) -> String {
    JSON::stringify(&give(record)).map(String::from).unwrap_or_default()
}

/// Reads a record from a value; `None` when it has another shape.
pub fn take<T: Record>(value: JsValue) -> Option<T> {
    record::read(&Value(value))
}

/// A record as a value.
pub fn give<T: Record>(record: &T) -> JsValue {
    record.give().map_or(JsValue::UNDEFINED, |Value(value)| value)
}

/// A value of the browser.
pub struct Value(pub JsValue);

impl Node for Value {
    fn get(&self, name: &str) -> Option<Self> {
        // Refused for what is no object.
        let value = Reflect::get(&self.0, &name.into()).ok()?;
        (!value.is_undefined()).then_some(Self(value))
    }
    fn is_null(&self) -> bool {
        self.0.is_null()
    }
    fn text(&self) -> Option<String> {
        self.0.as_string()
    }
    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }
    fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }
    fn items(&self) -> Option<Vec<Self>> {
        self.0.dyn_ref::<Array>().map(|items| items.iter().map(Self).collect())
    }
    fn from_text(text: &str) -> Self {
        Self(text.into())
    }
    fn from_number(number: u64) -> Self {
        Self(JsValue::from_f64(number as f64))
    }
    fn from_flag(flag: bool) -> Self {
        Self(flag.into())
    }
    fn from_items(items: Vec<Self>) -> Self {
        Self(items.into_iter().map(|Self(item)| item).collect::<Array>().into())
    }
    fn empty() -> Self {
        Self(Object::new().into())
    }
    fn put(&mut self, name: &str, Self(value): Self) {
        // An object made here takes every field.
        let _ = Reflect::set(&self.0, &name.into(), &value);
    }
}
