//! The sandbox from outside: every call goes through the proxy, over TLS, to the clouds' own host names.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not `#[test]` functions, which clippy.toml exempts.

mod az;
mod azure;
mod clusters;
mod common;
mod keys;
mod proxy;
