//! Confluent Cloud's control plane, as far as the wizard needs it: environments, networks, keys, clusters.
//!
//! One pooled client. Reads are repeated a few times when Confluent is busy or cannot be reached; writes never are.
//! Addresses are built here from constants and checked ids; of what Confluent sends as addresses only the page token
//! or the id is used, and redirects are not followed. Lists are always followed to their end.
//!
//! Facts: `https://api.confluent.cloud` and the operations are those of Confluent's published OpenAPI documents
//! (byok/v1, cmk/v2, networking/v1, org/v2).

mod client;
mod failure;
mod types;

#[cfg(test)]
mod tests;

pub(crate) use client::{Confluent, CreateCluster};
pub use client::{Credentials, Outbound};
pub(crate) use failure::{Failure, Refusal};
pub(crate) use types::{Cluster, Environment, Key, Network};

use crate::error::ApiError;
use crate::metrics::Metrics;

/// Why the client could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// A certificate could not be read.
    #[error("the root certificate cannot be used: {0}")]
    Certificate(String),
    /// The TLS library or the proxy address was refused.
    #[error("the client for Confluent cannot be set up: {0}")]
    Client(String),
}

/// The types that [`Confluent`] shares with the rest are here only to keep signatures short.
pub(crate) type Answer<T> = Result<T, Failure>;

pub(crate) fn while_doing(doing: &'static str) -> impl Fn(Failure) -> ApiError {
    move |failure| ApiError::from_failure(failure, doing)
}

pub(crate) type SharedMetrics = std::sync::Arc<Metrics>;
