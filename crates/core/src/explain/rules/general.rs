//! What belongs to no service alone, and the last resort: a bare status of HTTP.

use super::{Rule, certain, likely, possible};
use crate::explain::Cause;

pub(super) const RULES: &[Rule] = &[
    certain(Cause::Certificates, &["certificate signed by unknown authority"]),
    certain(Cause::Certificates, &["CERTIFICATE_VERIFY_FAILED"]),
    certain(Cause::Certificates, &["certificate verify failed"]),
    certain(Cause::Certificates, &["self-signed certificate in certificate chain"]),
    certain(Cause::Certificates, &["unable to get local issuer certificate"]),
    likely(Cause::TooManyRequests, &["429 too many requests"]),
    likely(Cause::TooManyRequests, &["status: 429"]),
    likely(Cause::TooManyRequests, &["statuscode=429"]),
    likely(Cause::TooManyRequests, &["x-ratelimit-remaining: 0"]),
];

/// Counts only where no other rule holds.
pub(super) const LAST_RESORT: &[Rule] = &[
    possible(Cause::ConfluentField, &["cluster configuration is invalid"]),
    possible(Cause::TooManyRequests, &["too many requests"]),
    possible(Cause::Forbidden, &["403 forbidden"]),
    possible(Cause::Forbidden, &["statuscode=403"]),
    possible(Cause::Forbidden, &["status: 403"]),
    possible(Cause::Forbidden, &["status code: 403"]),
    possible(Cause::Forbidden, &["code: forbidden"]),
    possible(Cause::Forbidden, &["(forbidden)"]),
    possible(Cause::Forbidden, &["access denied"]),
    possible(Cause::Forbidden, &["AccessDenied"]),
    possible(Cause::Unauthorized, &["401 unauthorized"]),
    possible(Cause::Unauthorized, &["statuscode=401"]),
    possible(Cause::Unauthorized, &["status: 401"]),
    possible(Cause::Unauthorized, &["status code: 401"]),
    possible(Cause::Unauthorized, &["(unauthorized)"]),
    possible(Cause::NotFound, &["404 not found"]),
    possible(Cause::NotFound, &["statuscode=404"]),
    possible(Cause::NotFound, &["status: 404"]),
    possible(Cause::NotFound, &["(ResourceNotFound)"]),
    possible(Cause::Conflict, &["409 conflict"]),
    possible(Cause::Conflict, &["statuscode=409"]),
    possible(Cause::Conflict, &["status: 409"]),
    possible(Cause::ServerError, &["500 internal server error"]),
    possible(Cause::ServerError, &["502 bad gateway"]),
    possible(Cause::ServerError, &["503 service unavailable"]),
    possible(Cause::ServerError, &["504 gateway time"]),
    possible(Cause::ServerError, &["out_of_gas"]),
    possible(Cause::NoAnswer, &["connection timed out"]),
    possible(Cause::NoAnswer, &["connection refused"]),
    possible(Cause::NoAnswer, &["connection reset"]),
    possible(Cause::NoAnswer, &["context deadline exceeded"]),
    possible(Cause::NoAnswer, &["i/o timeout"]),
    possible(Cause::NoAnswer, &["no such host"]),
    possible(Cause::NoAnswer, &["name or service not known"]),
];
