//! The rules of the product, once: browser, proxy and terminal give the same answer because they call the same
//! function here.
//!
//! Pure by design: no I/O, no clock, no async, no globals.

pub mod wire;
