//! The log of calls: what came in, in order, without anything that opens a door.
//!
//! Bodies and headers are never kept. Query values whose name promises a credential are replaced.

use std::collections::VecDeque;

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::world::stamp;

/// How many calls are kept.
const KEPT: usize = 5_000;

/// Query names (parts of them) whose values are not kept.
const SECRET: &[&str] = &["secret", "token", "password", "assertion", "signature", "code", "sig"];

/// The last calls.
#[derive(Default)]
pub(crate) struct Calls {
    next: u64,
    kept: VecDeque<Value>,
}

impl Calls {
    /// Notes a call; `status` is absent where the connection was cut.
    pub(crate) fn note(
        &mut self,
        at: OffsetDateTime,
        host: &str,
        method: &str,
        path: &str,
        status: Option<u16>,
        fault: Option<&str>,
    ) {
        self.next += 1;
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(json!({
            "number": self.next, "at": stamp(at), "host": host, "method": method, "path": redacted(path),
            "status": status, "fault": fault,
        }));
    }

    /// The calls, oldest first.
    pub(crate) fn all(&self) -> Value {
        self.kept.iter().cloned().collect()
    }
}

fn redacted(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => format!("{name}=(redacted)"),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{path}?{}", pairs.join("&"))
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // A page token opens nothing, and tests want to see it.
    let harmless = ["page_token", "$skiptoken", "%24skiptoken"].contains(&name.as_str());
    !harmless && SECRET.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn values_of_secret_query_names_are_not_kept() {
        assert_eq!(redacted("/a?client_secret=hush&b=1"), "/a?client_secret=(redacted)&b=1");
        assert_eq!(redacted("/a?page_token=abc"), "/a?page_token=abc");
    }
}
