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
mod sign_in;
mod trace;
mod types;

#[cfg(test)]
mod tests;

pub(crate) use client::{Confluent, CreateCluster};
pub(crate) use failure::{Failure, Refusal};
pub use sign_in::Credentials;
pub(crate) use trace::traced;
pub(crate) use types::{Cluster, Environment, Key, Network};

use crate::error::ApiError;
use crate::metrics::Metrics;

/// The types that [`Confluent`] shares with the rest are here only to keep signatures short.
pub(crate) type Answer<T> = Result<T, Failure>;

pub(crate) fn while_doing(doing: &'static str) -> impl Fn(Failure) -> ApiError {
    move |failure| ApiError::from_failure(failure, doing)
}

pub(crate) type SharedMetrics = std::sync::Arc<Metrics>;
