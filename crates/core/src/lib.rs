//! The rules of the product, once: browser, proxy and terminal give the same answer because they call the same
//! function here.
//!
//! Pure by design: no I/O, no clock, no async, no globals.

pub mod advice;
pub mod answers;
pub mod confluent;
pub mod explain;
pub mod facts;
pub mod finding;
pub mod grant;
pub mod id;
mod language;
pub mod plan;
pub mod price;
pub mod recognise;
pub mod record;
pub mod region;
pub mod text;
pub mod verdict;
pub mod waiting;
pub mod wire;
