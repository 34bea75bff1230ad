//! The words, one file a language. Rules never contain a sentence, and a sentence never decides anything.

pub mod en;
pub mod en_azure;
pub mod en_explain;
