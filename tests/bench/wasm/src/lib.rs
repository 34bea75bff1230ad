//! The rules as a browser runs them, for `cargo xtask bench` to measure beside other parsers.

use std::hint::black_box;

use byok_core::id::{self, AnyChecked};
use wasm_bindgen::prelude::wasm_bindgen;

/// Judges every line of a text in UTF-8, findings included; how many hold a key identifier.
#[wasm_bindgen]
pub fn judge_lines(text: &[u8]) -> u32 {
    let text = str::from_utf8(text).unwrap_or_default();
    text.split('\n').map(|line| u32::from(judge(line))).sum()
}

/// Judges one text, findings included; whether it holds a key identifier.
#[wasm_bindgen]
pub fn judge(text: &str) -> bool {
    // Made in full, whether anybody looks at it or not.
    matches!(black_box(&id::any(text)), (_, AnyChecked::KeyId(checked)) if checked.value.is_some())
}
