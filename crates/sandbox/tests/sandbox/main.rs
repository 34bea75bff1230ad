//! The sandbox from outside: every call goes through the proxy, over TLS, to the clouds' own host names.

mod az;
mod azure;
mod clusters;
mod common;
mod keys;
mod proxy;
