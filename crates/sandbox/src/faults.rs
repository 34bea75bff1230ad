//! Faults that somebody asked for: an answer replaced, delayed, cut off, or a connection dropped.

use serde_json::{Value, json};

use crate::call::{Call, Reply};
use crate::vault;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// This status instead of the cloud's answer.
    Status,
    /// The answer comes later.
    Delay,
    /// The connection is closed without an answer.
    Drop,
    /// The answer breaks off in the middle.
    Truncate,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Delay => "delay",
            Self::Drop => "drop",
            Self::Truncate => "truncate",
        }
    }
}

/// One wish for something to go wrong, `times` times.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    host: String,
    path: String,
    method: Option<String>,
    pub(crate) kind: Kind,
    status: u16,
    body: Value,
    retry_after: Option<u64>,
    pub(crate) millis: u64,
    times: u64,
    /// Whether the cloud has done what it was asked before things go wrong.
    pub(crate) after_acting: bool,
}

impl Fault {
    /// Reads the body of `POST /_sandbox/faults`.
    ///
    /// # Errors
    /// One sentence naming the member that is wrong.
    pub(crate) fn parse(wish: &Value) -> Result<Self, String> {
        let members = wish.as_object().ok_or("A fault is a JSON object.")?;
        let known = [
            "host",
            "path",
            "method",
            "kind",
            "status",
            "body",
            "retry_after",
            "millis",
            "times",
            "after_acting",
        ];
        if let Some(name) = members.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(format!("`{name}` is not part of a fault; known are {}.", known.join(", ")));
        }
        let text = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(format!("`{name}` is text.")),
        };
        let number = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                value.as_u64().map(Some).ok_or_else(|| format!("`{name}` is a whole number, 0 or more."))
            }
        };
        let kind = match text("kind")?.as_deref() {
            Some("status") => Kind::Status,
            Some("delay") => Kind::Delay,
            Some("drop") => Kind::Drop,
            Some("truncate") => Kind::Truncate,
            _ => return Err("`kind` is `status`, `delay`, `drop` or `truncate`.".into()),
        };
        let status = match number("status")? {
            None if kind == Kind::Status => return Err("A fault of kind `status` needs a `status`.".into()),
            None => 200,
            Some(status) => u16::try_from(status)
                .ok()
                .filter(|status| (200..=599).contains(status))
                .ok_or("`status` is an HTTP status from 200 to 599.")?,
        };
        let after_acting = match members.get("after_acting") {
            // An answer that breaks off is one that was given: unless told otherwise the cloud has acted.
            None | Some(Value::Null) => kind == Kind::Truncate,
            Some(Value::Bool(after)) => *after,
            Some(_) => return Err("`after_acting` is true or false.".into()),
        };
        Ok(Self {
            host: text("host")?.ok_or("`host` is missing; `*` stands for any.")?.to_ascii_lowercase(),
            path: text("path")?.unwrap_or_else(|| "*".into()),
            method: text("method")?.map(|method| method.to_ascii_uppercase()),
            kind,
            status,
            body: members.get("body").cloned().unwrap_or(Value::Null),
            retry_after: number("retry_after")?,
            millis: number("millis")?.unwrap_or(0).min(600_000),
            times: number("times")?.unwrap_or(1),
            after_acting,
        })
    }

    /// The answer that replaces the cloud's. A 429 without a body of one's own is the one that this cloud gives; `Retry-After` comes with
    /// any of them exactly when it was asked for.
    pub(crate) fn reply(&self, host: &str) -> Reply {
        let reply = match &self.body {
            Value::Null if self.status == 429 => throttled(host),
            Value::Null => Reply::empty(self.status),
            Value::String(text) => {
                let mut reply = Reply::empty(self.status).with("content-type", "text/plain; charset=utf-8");
                reply.body = text.clone().into();
                reply
            }
            body => Reply::json(self.status, body),
        };
        match self.retry_after {
            Some(seconds) => reply.with("retry-after", seconds.to_string()),
            None => reply,
        }
    }

    fn hits(&self, call: &Call) -> bool {
        self.method.as_deref().is_none_or(|method| method == call.method.as_str())
            && matches(&self.host, &call.host)
            && matches(&self.path, &call.path)
    }
}

/// What each cloud answers when it is asked too often. Key Vault's body is its own, word for word; ARM's and Graph's code and envelope
/// are the documented ones, the sentences ours; Confluent answers without a body, with `X-RateLimit-*`.
fn throttled(host: &str) -> Reply {
    let error =
        |code: &str, message: &str| Reply::json(429, &json!({"error": {"code": code, "message": message}}));
    match host {
        "api.confluent.cloud" => Reply::empty(429)
            .with("x-ratelimit-limit", "100")
            .with("x-ratelimit-remaining", "0")
            .with("x-ratelimit-reset", "1"),
        "management.azure.com" => error(
            "SubscriptionRequestsThrottled",
            "Number of requests for subscription exceeded the limit. Please try again later.",
        )
        .with("x-ms-ratelimit-remaining-subscription-reads", "0"),
        "graph.microsoft.com" => error("TooManyRequests", "Too many requests."),
        _ if host.ends_with(".vault.azure.net") => Reply::json(429, &vault::throttled()),
        _ => Reply::empty(429),
    }
}

/// The fault that this call meets, if any; it is used up by one.
pub(crate) fn take(faults: &mut Vec<Fault>, call: &Call) -> Option<Fault> {
    let at = faults.iter().position(|fault| fault.hits(call) && fault.times > 0)?;
    let fault = faults.get_mut(at)?;
    fault.times -= 1;
    let met = fault.clone();
    if met.times == 0 {
        faults.remove(at);
    }
    Some(met)
}

/// `*` stands for any text; everything else for itself.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(head) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        let Some(at) = left.find(part) else { return false };
        left = left.get(at + part.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Fault, matches};

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("*", "anything"));
        assert!(matches("*.vault.azure.net", "kv.vault.azure.net"));
        assert!(matches("/byok/*/keys/*", "/byok/v1/keys/cck-1"));
        assert!(!matches("/byok/*/keys", "/byok/v1/keys/cck-1"));
        assert!(!matches("/byok/v1/keys", "/byok/v1/keys/cck-1"));
    }

    #[test]
    fn a_fault_with_an_unknown_member_is_refused_by_name() {
        let refused = Fault::parse(&json!({"host": "*", "kind": "drop", "time": 1})).unwrap_err();
        assert!(refused.contains("`time`"), "{refused}");
    }
}
