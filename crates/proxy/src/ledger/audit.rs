//! Who did what, from where, when: a chain of lines that is only ever added to.
//!
//! Each line holds the hash (SHA-256) of the line before it, so that a changed, missing or inserted line breaks the chain
//! from there on. That finds mistakes and quiet edits; whoever can rewrite the whole ledger can rewrite the chain too,
//! which is why an export belongs somewhere else. No line ever holds a secret or a token.

use std::fmt;
use std::io::BufRead;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, Row as _, Transaction};

use super::{Engine, Ledger, LedgerError, json, now, signed, unsigned};

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Actor {
    /// `session` (the browser that was let in), `caller` (anybody else who reached this server), or `server …`.
    pub(crate) who: String,
    /// The address it came from; empty for the server itself.
    pub(crate) from: String,
    /// The id under which the log has the request; empty for the server itself.
    pub(crate) request_id: String,
}

impl Actor {
    /// A server by itself.
    pub(super) fn server(name: &str) -> Self {
        Self { who: format!("server {name}"), from: String::new(), request_id: String::new() }
    }
}

/// What is written down.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) actor: &'a Actor,
    /// For example `operation.sending`, `key.registered`.
    pub(crate) action: &'a str,
    /// The operation or key that it is about.
    pub(crate) subject: &'a str,
    /// Its state before and after; empty where it has none.
    pub(crate) before: &'a str,
    pub(crate) after: &'a str,
    /// Ids of the requests to Confluent that belong to it.
    pub(crate) upstream: &'a [String],
    /// What else belongs to it.
    pub(crate) detail: Value,
}

/// A line as it is hashed: these fields, in this order, without white space.
#[derive(Serialize)]
struct Line<'a> {
    seq: u64,
    at: u64,
    who: &'a str,
    from: &'a str,
    request_id: &'a str,
    action: &'a str,
    subject: &'a str,
    before: &'a str,
    after: &'a str,
    upstream_request_ids: &'a [String],
    detail: &'a Value,
    previous: &'a str,
}

/// What a line adds to the story of an operation; it bears the line's number.
pub(super) struct Told<'a> {
    pub(super) operation: &'a str,
    pub(super) at: u64,
    pub(super) state: &'a str,
    pub(super) message: &'a str,
}

/// Adds a line, and to the story of an operation what it tells, and returns the line's number. Numbers rise in the order
/// of the commits, without gaps: the head's row is locked until then.
pub(super) async fn append(
    engine: Engine,
    transaction: &mut Transaction<'static, Any>,
    entry: &Entry<'_>,
    told: Option<&Told<'_>>,
) -> Result<u64, LedgerError> {
    let head = sqlx::query("UPDATE audit_head SET seq = seq + 1 RETURNING seq, hash")
        .fetch_one(&mut **transaction)
        .await?;
    let (seq, previous): (i64, String) = (head.try_get("seq")?, head.try_get("hash")?);
    let line = Line {
        seq: unsigned(seq),
        at: now(),
        who: &entry.actor.who,
        from: &entry.actor.from,
        request_id: &entry.actor.request_id,
        action: entry.action,
        subject: entry.subject,
        before: entry.before,
        after: entry.after,
        upstream_request_ids: entry.upstream,
        detail: &entry.detail,
        previous: &previous,
    };
    let line = json(&line)?;
    let hash = hash(line.as_bytes());
    match (engine, told) {
        // All in one go: each answer has a way to come.
        (Engine::Postgres, Some(told)) => {
            let sql = format!(
                "WITH event AS ({EVENT}), line AS (INSERT INTO audit (seq, line, hash) VALUES ($5, $6, $7))
                 UPDATE audit_head SET hash = $7"
            );
            told.bind(&sql, seq).bind(line).bind(hash).execute(&mut **transaction).await?;
        }
        (Engine::Postgres, None) => {
            let sql = "WITH line AS (INSERT INTO audit (seq, line, hash) VALUES ($1, $2, $3)) UPDATE audit_head SET hash = $3";
            sqlx::query(sql).bind(seq).bind(line).bind(hash).execute(&mut **transaction).await?;
        }
        (Engine::Sqlite, told) => {
            let sql = "INSERT INTO audit (seq, line, hash) VALUES ($1, $2, $3)";
            sqlx::query(sql).bind(seq).bind(line).bind(hash.as_str()).execute(&mut **transaction).await?;
            let sql = "UPDATE audit_head SET hash = $1";
            sqlx::query(sql).bind(hash).execute(&mut **transaction).await?;
            if let Some(told) = told {
                told.append(transaction, unsigned(seq)).await?;
            }
        }
    }
    Ok(unsigned(seq))
}

const EVENT: &str = "INSERT INTO operation_events (operation, seq, at, state, message, change)
     SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5 FROM operation_events WHERE operation = $1";

impl Told<'_> {
    fn bind<'q>(&self, sql: &'q str, change: i64) -> Query<'q, Any, AnyArguments<'q>> {
        sqlx::query(sql)
            .bind(self.operation.to_owned())
            .bind(signed(self.at))
            .bind(self.state.to_owned())
            .bind(self.message.to_owned())
            .bind(change)
    }

    /// Adds this alone, to what a line has told already.
    pub(super) async fn append(
        &self,
        transaction: &mut Transaction<'static, Any>,
        change: u64,
    ) -> Result<(), LedgerError> {
        self.bind(EVENT, signed(change)).execute(&mut **transaction).await?;
        Ok(())
    }
}

fn hash(line: &[u8]) -> String {
    crate::random::hex(&Sha256::digest(line))
}

/// Lines read in one go when they are exported.
const AT_ONCE: u32 = 500;

impl Ledger {
    /// The lines after one and up to another as JSON Lines, and the number of the last one; not always all of them at
    /// once. None when there are no more.
    pub(crate) async fn audit_between(
        &self,
        after: u64,
        last: u64,
    ) -> Result<Option<(String, u64)>, LedgerError> {
        let sql = format!(
            "SELECT seq, line, hash FROM audit WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT {AT_ONCE}"
        );
        let rows = sqlx::query(&sql).bind(signed(after)).bind(signed(last)).fetch_all(&self.pool).await?;
        let (mut text, mut last) = (String::new(), after);
        for row in &rows {
            let (line, hash): (String, String) = (row.try_get("line")?, row.try_get("hash")?);
            text.push_str(line.strip_suffix('}').unwrap_or(&line));
            text.push_str(",\"hash\":\"");
            text.push_str(&hash);
            text.push_str("\"}\n");
            last = unsigned(row.try_get("seq")?);
        }
        Ok((!rows.is_empty()).then_some((text, last)))
    }

    /// How many lines there are, and the hash of the last one.
    pub(crate) async fn audit_head(&self) -> Result<Head, LedgerError> {
        let row = sqlx::query("SELECT seq, hash FROM audit_head").fetch_one(&self.pool).await?;
        Ok(Head { end: true, lines: unsigned(row.try_get("seq")?), hash: row.try_get("hash")? })
    }
}

/// The head of the chain; also the last line of an export.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Always true; tells this line from the others.
    end: bool,
    /// How many lines there are.
    pub(crate) lines: u64,
    hash: String,
}

impl Head {
    /// As the last line of an export.
    pub(crate) fn end(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// What of a line ties it to its neighbours.
#[derive(Deserialize)]
struct Links {
    seq: u64,
    previous: String,
}

/// What an unbroken export holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// How many lines.
    pub lines: u64,
    /// The hash of the last one, to be compared with another export of the same ledger.
    pub hash: String,
}

/// Where an export is broken.
#[derive(Debug, thiserror::Error)]
pub enum AuditWrong {
    /// It could not be read to its end.
    #[error("the export cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// A line is not one of an export.
    #[error("line {line} is not a line of an audit export: {why}")]
    NotALine {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A line was changed after it was written.
    #[error("line {line} was changed: its content does not have the hash that it carries")]
    Changed {
        /// Counted from 1.
        line: u64,
    },
    /// A line is missing, was put in, or stands in the wrong place.
    #[error(
        "before line {line} something is missing or out of place: entry {expected} was expected, entry {found} is there"
    )]
    Missing {
        /// Counted from 1.
        line: u64,
        /// The entry that should be there.
        expected: u64,
        /// The entry that is there.
        found: u64,
    },
    /// A line does not continue the one before it.
    #[error("line {line} does not continue line {}: one of the two was replaced", line - 1)]
    Unlinked {
        /// Counted from 1.
        line: u64,
    },
    /// The end is missing.
    #[error(
        "the export is cut short after {lines} lines: its last line, which says how many there are, is missing"
    )]
    CutShort {
        /// How many lines were there.
        lines: u64,
    },
    /// The end says something else than what is there.
    #[error("lines are missing at the end: the ledger held {expected}, the export has {found}")]
    WrongEnd {
        /// As the last line says.
        expected: u64,
        /// As counted.
        found: u64,
    },
}

/// The longest line that is read; none of ours comes near.
const LONGEST_LINE: u64 = 1024 * 1024;

/// Follows the chain of an export, line by line, in constant memory.
///
/// # Errors
/// At the first line that was changed, is missing, or is no line of an export.
pub fn verify(mut export: impl BufRead) -> Result<AuditReport, AuditWrong> {
    let mut report = AuditReport { lines: 0, hash: String::new() };
    let mut text = String::new();
    loop {
        text.clear();
        let line = report.lines + 1;
        let wrong = |why| AuditWrong::NotALine { line, why };
        std::io::Read::take(&mut export, LONGEST_LINE).read_line(&mut text)?;
        if text.is_empty() {
            return Err(AuditWrong::CutShort { lines: report.lines });
        }
        let one = text.trim_end_matches(['\n', '\r']);
        if let Ok(end) = serde_json::from_str::<Head>(one) {
            text.clear();
            export.read_line(&mut text)?;
            if !text.trim().is_empty() {
                return Err(AuditWrong::NotALine { line: line + 1, why: "it comes after the end" });
            }
            if (end.lines, &end.hash) != (report.lines, &report.hash) {
                return Err(AuditWrong::WrongEnd { expected: end.lines, found: report.lines });
            }
            return Ok(report);
        }
        let (body, said) = one
            .rsplit_once(",\"hash\":\"")
            .and_then(|(body, rest)| Some((format!("{body}}}"), rest.strip_suffix("\"}")?)))
            .ok_or_else(|| wrong("it does not end with its hash"))?;
        if hash(body.as_bytes()) != said {
            return Err(AuditWrong::Changed { line });
        }
        let links: Links = serde_json::from_str(&body).map_err(|_| wrong("it has no number"))?;
        if links.seq != line {
            return Err(AuditWrong::Missing { line, expected: line, found: links.seq });
        }
        if links.previous != report.hash {
            return Err(AuditWrong::Unlinked { line });
        }
        said.clone_into(&mut report.hash);
        report.lines = line;
    }
}

impl fmt::Display for AuditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} entries, unbroken; the last one has the hash {}", self.lines, self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::{AuditWrong, hash, verify};

    /// An export of three lines.
    fn export() -> Vec<String> {
        let (mut lines, mut previous) = (Vec::new(), String::new());
        for seq in 1..=3 {
            let line =
                format!("{{\"seq\":{seq},\"detail\":\"{}\",\"previous\":\"{previous}\"", "x".repeat(seq));
            previous = hash(format!("{line}}}").as_bytes());
            lines.push(format!("{line},\"hash\":\"{previous}\"}}"));
        }
        lines.push(format!("{{\"end\":true,\"lines\":3,\"hash\":\"{previous}\"}}"));
        lines
    }

    fn verdict(lines: &[String]) -> Result<u64, AuditWrong> {
        verify(lines.join("\n").as_bytes()).map(|report| report.lines)
    }

    #[test]
    fn an_unbroken_chain_is_followed_to_its_end() {
        assert_eq!(verdict(&export()).expect("unbroken"), 3);
        let nothing = ["{\"end\":true,\"lines\":0,\"hash\":\"\"}".to_owned()];
        assert_eq!(verdict(&nothing).expect("an empty ledger"), 0);
        assert_eq!(verify(export().join("\r\n").as_bytes()).expect("other line ends").lines, 3);
    }

    #[test]
    fn every_changed_character_is_found() {
        let whole = export().join("\n");
        for at in 0..whole.len() {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
            assert!(verify(bytes.as_slice()).is_err(), "{at}");
        }
    }

    #[test]
    fn every_missing_doubled_or_moved_line_is_found() {
        for at in 0..4 {
            let mut lines = export();
            let line = lines.remove(at);
            assert!(verdict(&lines).is_err(), "without {at}");
            lines.insert(at, line.clone());
            lines.insert(at, line);
            assert!(verdict(&lines).is_err(), "{at} twice");
        }
        let mut lines = export();
        lines.swap(0, 1);
        assert!(matches!(verdict(&lines), Err(AuditWrong::Missing { line: 1, expected: 1, found: 2 })));
        // A line with another’s number and a hash of its own.
        let mut lines = export();
        let forged = "{\"seq\":2,\"detail\":\"\",\"previous\":\"\"";
        lines[1] = format!("{forged},\"hash\":\"{}\"}}", hash(format!("{forged}}}").as_bytes()));
        assert!(matches!(verdict(&lines), Err(AuditWrong::Unlinked { line: 2 })));
        let mut lines = export();
        lines.remove(2);
        assert!(matches!(verdict(&lines), Err(AuditWrong::WrongEnd { expected: 3, found: 2 })));
        lines.pop();
        assert!(matches!(verdict(&lines), Err(AuditWrong::CutShort { lines: 2 })));
    }

    #[test]
    fn what_is_no_export_is_refused_kindly() {
        for text in ["\n", "hello", "{}", "[]", "{\"hash\":\"x\"}", "\u{0}", "{\"seq\":1},\"hash\":\"\"}"] {
            let wrong = verify(text.as_bytes()).expect_err(text).to_string();
            assert!(wrong.contains("line 1"), "{wrong}");
        }
        assert!(matches!(verify(&b"\xff\xfe\n"[..]), Err(AuditWrong::Read(_))));
        let long = "x".repeat(3 << 20);
        assert!(verify(long.as_bytes()).is_err());
    }
}
