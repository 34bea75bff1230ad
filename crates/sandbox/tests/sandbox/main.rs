//! The sandbox from outside: every call goes through the proxy, over TLS, to the clouds' own host names.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not `#[test]` functions, which clippy.toml exempts.

mod arm;
mod az;
mod azure;
mod callers;
mod clusters;
mod common;
mod confluent;
mod deleted;
mod grants;
mod keys;
mod load;
mod locks;
mod network;
mod pains;
mod proxy;
mod sdk;
mod throttling;
mod tools;
mod vault_keys;
