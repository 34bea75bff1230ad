//! What can go wrong with a call, and what Confluent said about it.
//!
//! Confluent answers errors in three shapes, all read here: `errors[]` (the documented contract), `error` with
//! `requestId` (documented since August 2025), and a bare `message` or `error.message`.

use std::fmt;

use byok_core::wire::FindingView;
use serde_json::Value;

use crate::error::finding;

/// Why a call brought no usable answer.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// Confluent answered with an error.
    Refused(Refusal),
    /// No connection: nothing of the request left this machine.
    NotSent,
    /// There was no token to send: nothing of the request left this machine. Why, without a full stop.
    SignIn(String),
    /// The time limit passed; the request may have been carried out.
    TimedOut,
    /// The connection broke; the request may have been carried out.
    Lost,
    /// An answer that is not what the contract says; the request may have been carried out.
    Unreadable {
        /// Status of that answer.
        status: u16,
    },
    /// More bytes than any answer of Confluent's has.
    TooLarge,
    /// A list that does not end.
    TooManyPages,
    /// An id that cannot be part of an address; nothing was sent.
    BadId,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Refused(refusal) => write!(f, "status {}: {}", refusal.status, refusal.said()),
            Failure::NotSent => f.write_str("no connection, nothing was sent"),
            Failure::SignIn(why) => f.write_str(why),
            Failure::TimedOut => f.write_str("no answer within the time limit"),
            Failure::Lost => f.write_str("the connection broke"),
            Failure::Unreadable { status } => {
                write!(f, "an answer with status {status} that could not be read")
            }
            Failure::TooLarge => f.write_str("an answer larger than allowed"),
            Failure::TooManyPages => f.write_str("a list that does not end"),
            Failure::BadId => f.write_str("an id that cannot be part of an address"),
        }
    }
}

impl Failure {
    /// Whether it is certain that Confluent did not do what was asked: nothing was sent, or Confluent itself said no.
    pub(crate) fn is_definite(&self) -> bool {
        match self {
            Failure::NotSent | Failure::SignIn(_) | Failure::BadId => true,
            Failure::Refused(refusal) => refusal.is_definite(),
            Failure::TimedOut
            | Failure::Lost
            | Failure::Unreadable { .. }
            | Failure::TooLarge
            | Failure::TooManyPages => false,
        }
    }

    /// Whether Confluent says that the thing does not exist or is hidden; it answers 403 for both.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Failure::Refused(refusal) if refusal.status == 404)
            || matches!(self, Failure::Refused(refusal) if refusal.status == 403
                && !refusal.said().to_ascii_lowercase().contains("invalid api key"))
    }
}

/// An error answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refusal {
    /// HTTP status.
    pub(crate) status: u16,
    /// What was said, one entry an error; empty when the body was empty or foreign.
    pub(crate) errors: Vec<Said>,
    /// Seconds to wait, where Confluent said so.
    pub(crate) retry_after: Option<u64>,
    /// The last segment of `Location`: the id of what stands in the way.
    pub(crate) location_id: Option<String>,
    /// Whether the answer carries Confluent's rate-limit headers.
    pub(crate) rate_limited: bool,
}

/// One error as Confluent words it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) code: String,
    pub(crate) detail: String,
    /// JSON pointer (RFC 6901) into the request body.
    pub(crate) pointer: String,
}

/// The longest text of Confluent's that is passed on.
const LONGEST_DETAIL: usize = 600;

impl Refusal {
    /// Reads any of the three shapes. `body` that is none of them leaves `errors` empty.
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        let errors = serde_json::from_slice::<Value>(body).map(|body| said(&body)).unwrap_or_default();
        Self { status, errors, ..Self::default() }
    }

    /// Everything that was said, as one text.
    pub(crate) fn said(&self) -> String {
        let mut all: Vec<&str> = self.errors.iter().map(|error| error.detail.as_str()).collect();
        all.dedup();
        all.join(" ")
    }

    /// Whether Confluent itself, not something on the way, refused: a 4xx in one of its shapes, or its rate limit,
    /// whose answer has headers and no body. 408 says nothing about what was done.
    fn is_definite(&self) -> bool {
        (400..500).contains(&self.status)
            && self.status != 408
            && (!self.errors.is_empty() || (self.status == 429 && self.rate_limited))
    }

    /// Some quota errors arrive as 400; Confluent's CLI knows them by these words.
    pub(crate) fn is_quota(&self) -> bool {
        self.errors.iter().any(|error| {
            error.code.contains("quota")
                || error.detail.to_ascii_lowercase().contains("is currently limited to")
        })
    }

    /// The errors as findings, each on its field where the pointer or the words name one.
    pub(crate) fn findings(&self) -> Vec<FindingView> {
        self.errors.iter().map(Said::finding).collect()
    }
}

/// Pointers and words that name a field of the wizard. Pointers are exact prefixes in Confluent's request bodies; words
/// are searched in order, so the more telling ones come first.
const FIELDS: &[(&str, &[&str], &[&str])] = &[
    (
        "key",
        &["/spec/byok", "/spec/config/encryption_key"],
        &["encryption_key_id", "encryption key", "self-managed key", "byok"],
    ),
    ("key_vault_id", &["/key/key_vault_id"], &["key_vault_id", "key vault"]),
    ("tenant_id", &["/key/tenant_id"], &["tenant"]),
    ("key_id", &["/key/key_id"], &["key_id", "key identifier"]),
    ("cku", &["/spec/config/cku", "/spec/config"], &["cku"]),
    ("availability", &["/spec/availability"], &["availability", "durability"]),
    ("network", &["/spec/network"], &["network"]),
    ("region", &["/spec/region", "/spec/cloud"], &["region"]),
    ("environment", &["/spec/environment"], &["environment"]),
    ("display_name", &["/spec/display_name", "/display_name"], &["display_name", "display name"]),
];

impl Said {
    /// The field of the wizard that this is about.
    pub(crate) fn field(&self) -> Option<&'static str> {
        let pointed = FIELDS.iter().find(|(_, pointers, _)| {
            pointers.iter().any(|pointer| {
                self.pointer
                    .strip_prefix(pointer)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        });
        let detail = self.detail.to_ascii_lowercase();
        let worded = || FIELDS.iter().find(|(_, _, words)| words.iter().any(|word| detail.contains(word)));
        pointed.or_else(worded).map(|(field, _, _)| *field)
    }

    fn finding(&self) -> FindingView {
        let field = self.field();
        let fix = match field {
            Some("key") => {
                "Check that the grant was made in the vault's tenant for this registered key, that the key is enabled, and that the vault lets Confluent in."
            }
            Some("key_vault_id" | "key_id" | "tenant_id") => {
                "Compare this value with the Azure portal and enter it again."
            }
            Some("cku" | "availability") => {
                "Multi zone needs at least two CKUs; choose a size that your organization may use."
            }
            Some("region" | "network") => "Choose another region, or a network that is ready in this region.",
            Some("environment") => "Choose an environment that still exists.",
            Some("display_name") => "Choose another name.",
            _ => "Change what Confluent names here and try again.",
        };
        finding("confluent.refused", field, self.detail.clone(), fix)
    }
}

fn text(value: &Value, name: &str) -> String {
    let text = value.get(name).and_then(Value::as_str).unwrap_or_default();
    text.chars().filter(|c| !c.is_control()).take(LONGEST_DETAIL).collect()
}

fn said(body: &Value) -> Vec<Said> {
    let detail = |value: &Value, names: &[&str]| {
        names.iter().map(|name| text(value, name)).find(|text| !text.is_empty()).unwrap_or_default()
    };
    let mut all = Vec::new();
    if let Some(errors) = body.get("errors").and_then(Value::as_array) {
        for error in errors.iter().take(20) {
            let mut words = detail(error, &["detail", "title", "code"]);
            let resolution = text(error, "resolution");
            if !resolution.is_empty() && !words.is_empty() {
                words = format!("{words} {resolution}");
            }
            let pointer = error.get("source").map(|source| text(source, "pointer")).unwrap_or_default();
            all.push(Said { code: text(error, "code"), detail: words, pointer });
        }
    }
    if all.is_empty() {
        if let Some(error) = body.get("error").filter(|error| error.is_object()) {
            let suggestion = text(error, "suggestion");
            let words = detail(error, &["message", "details", "code"]);
            let words = if suggestion.is_empty() { words } else { format!("{words} {suggestion}") };
            all.push(Said { code: text(error, "code"), detail: words, pointer: String::new() });
        } else {
            all.push(Said { code: String::new(), detail: text(body, "message"), pointer: String::new() });
        }
    }
    all.retain(|said| !said.detail.is_empty());
    all
}
