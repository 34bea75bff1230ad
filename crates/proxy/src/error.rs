//! Errors as the caller sees them: RFC 9457 problems, for everything that is not a success.
//!
//! When to use which: [`ApiError::new`] with a [`Kind`] for what this proxy itself refuses; [`ApiError::from_failure`]
//! for what Confluent refused or did not answer. Internal detail goes to the log under the request id, never into the
//! answer. The request id is put in by [`crate::middleware`], the one place that knows it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use byok_core::wire::{FindingView, Problem};

use crate::confluent::{Failure, Refusal};
use crate::ledger::LedgerError;

/// The kinds of problem, each with its status, its stable name and its few words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    status: StatusCode,
    /// Last segment of the problem's `type`.
    name: &'static str,
    title: &'static str,
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident = $status:ident, $slug:literal, $title:literal;)*) => {
        impl Kind { $($(#[$meta])* pub(crate) const $name: Kind = Kind { status: StatusCode::$status, name: $slug, title: $title };)* }
    };
}

kinds! {
    /// No such address below `/api`.
    UNKNOWN_ROUTE = NOT_FOUND, "unknown-route", "There is nothing at this address";
    /// The address exists, the method does not.
    WRONG_METHOD = METHOD_NOT_ALLOWED, "wrong-method", "This address does not take that method";
    /// The thing named in the address does not exist, or is hidden from us.
    NOT_FOUND = NOT_FOUND, "not-found", "Not found";
    /// The body is larger than any request of ours.
    TOO_LARGE = PAYLOAD_TOO_LARGE, "too-large", "The request is too large";
    /// The body is not JSON, or not of the expected form.
    BAD_BODY = BAD_REQUEST, "bad-body", "The request could not be read";
    /// Something else in the request cannot be understood.
    BAD_REQUEST = BAD_REQUEST, "bad-request", "The request could not be understood";
    /// A write without JSON.
    NOT_JSON = UNSUPPORTED_MEDIA_TYPE, "not-json", "Writes are JSON";
    /// A write without our own header, or from a page that is not ours.
    FOREIGN = FORBIDDEN, "foreign-request", "This request does not come from the wizard's own page";
    /// A host name that this server does not serve.
    UNKNOWN_HOST = MISDIRECTED_REQUEST, "unknown-host", "This server does not answer to that host name";
    /// A live server that has not let the caller in yet.
    SIGN_IN = UNAUTHORIZED, "sign-in", "Open the address that `byok serve` printed";
    /// The answers were judged and something is not met.
    NOT_MET = UNPROCESSABLE_ENTITY, "not-met", "Something is not right yet";
    /// The same draft was already sent with other content.
    DRAFT_CHANGED = UNPROCESSABLE_ENTITY, "draft-changed", "This draft was already sent with other answers";
    /// This server limits how often it is asked.
    TOO_OFTEN = TOO_MANY_REQUESTS, "too-often", "That was asked too often";
    /// Something else stands in the way.
    CONFLICT = CONFLICT, "conflict", "Something stands in the way";
    /// Not done here, by decision.
    SWITCHED_OFF = FORBIDDEN, "switched-off", "This is switched off here";
    /// Confluent refused the content.
    CONFLUENT_REFUSED = UNPROCESSABLE_ENTITY, "confluent-refused", "Confluent did not accept this";
    /// Confluent refused for lack of permission.
    CONFLUENT_FORBIDDEN = FORBIDDEN, "confluent-forbidden", "Confluent does not allow this";
    /// Confluent does not accept the server's own credentials.
    CONFLUENT_CREDENTIALS = BAD_GATEWAY, "confluent-credentials", "Confluent does not accept this server's credentials";
    /// A quota of the organisation is used up.
    CONFLUENT_QUOTA = PAYMENT_REQUIRED, "confluent-quota", "A Confluent quota is used up";
    /// Confluent says that it exists already or is in use.
    CONFLUENT_CONFLICT = CONFLICT, "confluent-conflict", "Confluent says that something stands in the way";
    /// Confluent asks to slow down.
    CONFLUENT_THROTTLED = TOO_MANY_REQUESTS, "confluent-throttled", "Confluent asks to wait a moment";
    /// Confluent failed, or answered with something that cannot be read.
    CONFLUENT_BROKEN = BAD_GATEWAY, "confluent-broken", "Confluent's answer could not be used";
    /// Confluent could not be reached.
    CONFLUENT_UNREACHABLE = BAD_GATEWAY, "confluent-unreachable", "Confluent cannot be reached";
    /// Confluent did not answer in time.
    CONFLUENT_TIMEOUT = GATEWAY_TIMEOUT, "confluent-timeout", "Confluent did not answer in time";
    /// The ledger cannot be used, so nothing may be sent.
    LEDGER = SERVICE_UNAVAILABLE, "ledger-unavailable", "This server's ledger cannot be used";
    /// Our own mistake.
    INTERNAL = INTERNAL_SERVER_ERROR, "internal", "Something went wrong in this server";
}

/// A problem on its way out, complete but for the request id.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    kind: Kind,
    detail: String,
    findings: Vec<FindingView>,
    /// Seconds to wait, sent as `Retry-After`.
    retry_after: Option<u64>,
}

/// What handlers return.
pub(crate) type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// A problem of the given kind; `detail` is a sentence for the user.
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), findings: Vec::new(), retry_after: None }
    }

    /// Our own mistake: the cause goes to the log, the caller gets the request id.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(
            Kind::INTERNAL,
            "The server made a mistake. Nothing more was done; its log has the cause under the request id.",
        )
    }

    /// The ledger failed before anything was asked of Confluent: what would have to be recorded is not done.
    pub(crate) fn ledger(cause: LedgerError) -> Self {
        Self::ledger_failed(
            cause,
            "This server cannot use its ledger, so it asked Confluent for nothing, and nothing is billed.",
        )
    }

    /// The ledger could not be read, perhaps after something was done.
    pub(crate) fn unread(cause: LedgerError) -> Self {
        Self::ledger_failed(
            cause,
            "This server cannot read its ledger, so it cannot say how things stand. What was asked for before goes on and is not asked for again.",
        )
    }

    fn ledger_failed(cause: LedgerError, what: &str) -> Self {
        tracing::error!(%cause, "the ledger failed");
        let detail = format!(
            "{what} Whoever runs the server finds the cause in its log under the request id: a full or read-only disk, or a database that is away. Try again when that is put right; the same click never counts twice."
        );
        Self::new(Kind::LEDGER, detail).after(10)
    }

    /// Says when it is worth asking again, in seconds.
    pub(crate) fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Adds findings.
    pub(crate) fn with(mut self, findings: impl IntoIterator<Item = FindingView>) -> Self {
        self.findings.extend(findings);
        self
    }

    /// Adds one finding about a field of the request.
    pub(crate) fn about(
        self,
        code: &str,
        field: &str,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        self.with([finding(code, Some(field), message, fix)])
    }

    /// The kind of this problem.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// The problem as it travels.
    pub(crate) fn into_problem(self, request_id: &str) -> Problem {
        Problem {
            kind: format!("/problems/{}", self.kind.name),
            title: self.kind.title.to_owned(),
            status: self.kind.status.as_u16(),
            detail: self.detail,
            request_id: request_id.to_owned(),
            findings: self.findings,
        }
    }

    /// What Confluent refused, or why it did not answer, in plain sentences. `doing` completes "while …".
    pub(crate) fn from_failure(failure: Failure, doing: &str) -> Self {
        tracing::warn!(%failure, doing, "call to Confluent failed");
        match failure {
            Failure::Refused(refusal) => Self::from_refusal(refusal, doing),
            Failure::NotSent => Self::new(
                Kind::CONFLUENT_UNREACHABLE,
                format!(
                    "`api.confluent.cloud` could not be reached while {doing}; nothing was sent. Check this server's network, its `HTTPS_PROXY` and its extra root certificate, then try again."
                ),
            ),
            Failure::SignIn(why) => Self::new(
                Kind::CONFLUENT_CREDENTIALS,
                format!(
                    "This server could not sign in to Confluent while {doing}: {why}. Nothing was sent. Check the identity pool and the identity provider's token in its settings."
                ),
            ),
            Failure::TimedOut => Self::new(
                Kind::CONFLUENT_TIMEOUT,
                format!(
                    "Confluent did not answer within the time limit while {doing}. Try again in a moment."
                ),
            ),
            Failure::Lost => Self::new(
                Kind::CONFLUENT_UNREACHABLE,
                format!("The connection to Confluent broke while {doing}. Try again in a moment."),
            ),
            Failure::Unreadable { .. } | Failure::TooLarge | Failure::TooManyPages => Self::new(
                Kind::CONFLUENT_BROKEN,
                format!(
                    "Confluent's answer could not be read while {doing}. Something between this server and Confluent may have replaced it. Try again; if it stays so, give the request id to whoever runs this server."
                ),
            ),
            Failure::BadId => Self::new(Kind::NOT_FOUND, "There is nothing with that id."),
        }
    }

    fn from_refusal(refusal: Refusal, doing: &str) -> Self {
        let said = refusal.said();
        let stop = if said.ends_with(['.', '!', '?']) { "" } else { "." };
        let quoted = if said.is_empty() { String::new() } else { format!(" Confluent said: {said}{stop}") };
        let retry_after = refusal.retry_after;
        let (kind, detail) = match refusal.status {
            401 => (
                Kind::CONFLUENT_CREDENTIALS,
                "Confluent did not accept the API key that this server uses. It must be a Cloud API key (not one of a single cluster), and a new one needs a few minutes before it works.".to_owned(),
            ),
            402 => (
                Kind::CONFLUENT_QUOTA,
                format!("A quota of your Confluent organization is used up.{quoted} Delete what is no longer needed, or ask Confluent for more, then try again."),
            ),
            _ if refusal.is_quota() => (
                Kind::CONFLUENT_QUOTA,
                format!("A quota of your Confluent organization is used up.{quoted} Delete what is no longer needed, or ask Confluent for more, then try again."),
            ),
            403 => (
                Kind::CONFLUENT_FORBIDDEN,
                format!("Confluent refused while {doing}: the owner of this server's API key lacks a role (OrganizationAdmin or EnvironmentAdmin is needed), or what was asked for is not visible to it.{quoted}"),
            ),
            404 => (Kind::NOT_FOUND, format!("Confluent does not know it, or hides it from this server's API key.{quoted}")),
            409 => (Kind::CONFLUENT_CONFLICT, format!("Confluent refused while {doing}, because something stands in the way.{quoted}")),
            429 => (
                Kind::CONFLUENT_THROTTLED,
                format!("Confluent limits how often it can be asked, and the limit was reached while {doing}. Wait {} and try again.", wait(retry_after)),
            ),
            400 | 422 => (Kind::CONFLUENT_REFUSED, format!("Confluent did not accept the request while {doing}.{quoted}")),
            status if status >= 500 => (
                Kind::CONFLUENT_BROKEN,
                format!("Confluent had a problem of its own (status {status}) while {doing}. Try again in a moment."),
            ),
            status => (
                Kind::CONFLUENT_BROKEN,
                format!("Confluent answered with status {status}, which was not expected while {doing}. Try again; if it stays so, give the request id to whoever runs this server."),
            ),
        };
        // Only where the content was refused do Confluent's words belong to a field.
        let is_about_content =
            [Kind::CONFLUENT_REFUSED, Kind::CONFLUENT_CONFLICT, Kind::CONFLUENT_QUOTA].contains(&kind);
        let findings = if is_about_content { refusal.findings() } else { Vec::new() };
        let mut error = Self::new(kind, detail).with(findings);
        error.retry_after = retry_after;
        error
    }
}

fn wait(seconds: Option<u64>) -> String {
    match seconds {
        Some(1) => "a second".to_owned(),
        Some(seconds) => format!("{seconds} seconds"),
        None => "a minute".to_owned(),
    }
}

/// A finding of the proxy's own.
pub(crate) fn finding(
    code: &str,
    field: Option<&str>,
    message: impl Into<String>,
    fix: impl Into<String>,
) -> FindingView {
    FindingView {
        code: code.to_owned(),
        field: field.map(str::to_owned),
        message: message.into(),
        fix: fix.into(),
    }
}

impl IntoResponse for ApiError {
    /// Carries itself as an extension: the middleware that knows the request id writes the body.
    fn into_response(self) -> Response {
        let mut response = self.kind.status.into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}
