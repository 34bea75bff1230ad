//! A file with every exchange, whole, for those who hold them against the clouds' own documents. Off unless asked for.
//!
//! A line of JSON each. What opens a door is left out: whole exchanges that give out tokens, and the values of
//! `Authorization`, of which the scheme stays.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::call::{Call, Reply};

/// The file.
pub(crate) struct Record(File);

impl Record {
    /// Opens the file, and keeps what stands in it.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        OpenOptions::new().create(true).append(true).open(path).map(Self)
    }

    /// Adds an exchange. That it cannot be written is no reason to fail the call.
    pub(crate) fn note(&mut self, call: &Call, sent: &str, reply: &Reply, fault: Option<&str>) {
        let gives_tokens = call.host == "login.microsoftonline.com" || call.path.ends_with("/token");
        if gives_tokens {
            return;
        }
        let asked =
            call.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let answered = reply.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let body = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or(Value::Null);
        let line = json!({
            "host": call.host, "method": call.method.as_str(), "path": sent, "fault": fault,
            "request": {"headers": told(asked), "body": body(&call.body)},
            "response": {"status": reply.status.as_u16(), "headers": told(answered), "body": body(&reply.body)},
        });
        if let Err(error) = writeln!(self.0, "{line}") {
            tracing::warn!(%error, "an exchange could not be recorded");
        }
    }
}

fn told<'h>(headers: impl Iterator<Item = (&'h str, &'h str)>) -> Map<String, Value> {
    let each = headers.map(|(name, value)| {
        let shown = match name {
            "authorization" => format!("{} (left out)", value.split(' ').next().unwrap_or_default()),
            _ => value.to_owned(),
        };
        (name.to_owned(), shown.into())
    });
    each.collect()
}
