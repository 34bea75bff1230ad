//! A log in SARIF 2.1.0 (OASIS), with which a code host shows findings in the files of a repository.
//!
//! A repository's file holds much that is no ID. So a line is reported only where an ID was recognised in it and there
//! is something to tell about that, or where it looks like it holds a secret, of which nothing is repeated.

use std::io::{self, Read, Write};
use std::path::Path;

use byok_core::finding::{CATALOGUE, Code, Finding, Severity};
use byok_core::recognise::{Found, recognise};
use serde_json::{Value, json};

use super::As;
use super::chunks::{self, Chunk};
use super::line::Line;
use crate::output::quiet;

/// Judges every line and prints the log; whether nothing was an error.
pub(super) fn judge(
    input: impl Read + Send,
    mut output: impl Write,
    kind: As,
    file: Option<&Path>,
) -> io::Result<bool> {
    let uri = file.map_or_else(|| "stdin".to_owned(), uri);
    let mut log = Log { output: &mut output, first: true };
    if let Some(result) = quiet(log.output.write_all(head().as_bytes()), true) {
        return result;
    }
    let usable = chunks::judge_all(input, &mut log, |chunk| results(chunk, kind, &uri))?;
    quiet(output.write_all(b"]}]}\n").and_then(|()| output.flush()), usable).unwrap_or(Ok(usable))
}

/// The log up to its first result. Every finding of the catalogue is a rule, in its order.
fn head() -> String {
    let rule = |code: Code| {
        let (message, fix) = code.described();
        let entry = code.entry();
        json!({
            "id": entry.name,
            "shortDescription": {"text": message},
            "help": {"text": fix},
            "defaultConfiguration": {"level": level(entry.severity)},
        })
    };
    let rules: Vec<Value> = CATALOGUE.iter().map(|entry| rule(entry.code)).collect();
    let driver = json!({"name": "byok", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    [
        "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":",
        &driver.to_string(),
        "},\"columnKind\":\"unicodeCodePoints\",\"results\":[",
    ]
    .concat()
}

/// Puts commas between results: each comes with one before it, and the first loses it.
struct Log<'w, W> {
    output: &'w mut W,
    first: bool,
}

impl<W: Write> Write for Log<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match bytes {
            [b',', rest @ ..] if self.first => {
                self.output.write_all(rest)?;
                self.first = false;
                Ok(bytes.len())
            }
            _ => self.output.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

fn results(chunk: &Chunk, kind: As, uri: &str) -> io::Result<chunks::Judged> {
    let (mut text, mut usable) = (Vec::new(), true);
    for (bytes, number, cut) in chunk.lines() {
        for (finding, columns) in findings(bytes, number, kind, cut) {
            usable &= finding.severity() != Severity::Error;
            text.push(b',');
            serde_json::to_writer(&mut text, &result(&finding, uri, number, columns))?;
        }
    }
    Ok((text, usable))
}

/// The first column and the one after the last, counted from 1.
type Columns = Option<(usize, usize)>;

fn findings(bytes: &[u8], number: u64, kind: As, cut: bool) -> Vec<(Finding, Columns)> {
    if kind != As::Auto {
        let line = Line::read(bytes, number, kind, cut);
        return line
            .map_or_else(Vec::new, |line| line.findings().iter().map(|one| (one.clone(), None)).collect());
    }
    // A file of a repository need not be text, and that is no finding of ours.
    let text = String::from_utf8_lossy(bytes);
    let recognised = recognise(&text);
    let secret = recognised.findings.into_iter().filter(|finding| finding.code == Code::InputSecret);
    let exact = text.is_ascii() && !text.contains('\\');
    let of = |found: Found| {
        let start = found.origin.column;
        let columns = if exact { Some((start, start + found.origin.length)) } else { None };
        let about_the_id = |finding: &Finding| !finding.code().starts_with("recognise.");
        found.findings.into_iter().filter(about_the_id).map(move |finding| (finding, columns))
    };
    secret.map(|finding| (finding, None)).chain(recognised.found.into_iter().flat_map(of)).collect()
}

fn result(finding: &Finding, uri: &str, line: u64, columns: Columns) -> Value {
    let text = [finding.message(), finding.fix()].join(" ");
    let mut region = json!({"startLine": line});
    if let Some((start, end)) = columns {
        region["startColumn"] = start.into();
        region["endColumn"] = end.into();
    }
    json!({
        "ruleId": finding.code(),
        "ruleIndex": finding.code as usize,
        "level": level(finding.severity()),
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a reference (RFC 3986): relative as it was given, so that a code host finds the file in its repository.
fn uri(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let text = text.strip_prefix("./").unwrap_or(&text);
    let mut out = String::from(if text.starts_with('/') { "file://" } else { "" });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERRAFORM: &str = r#"# The key of our own, in vault kv-1.
resource "confluent_byok_key" "azure" {
  azure {
    tenant_id      = "d5a04667-b6f4-4b0c-a628-25f5eae93da6"
    key_vault_id   = "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-1"
    key_identifier = "https://kv-1.vault.azure.net/keys/kafka/78deebed173b48e48f55abf87ed4cf71"
    other          = "https://kv-1.vault.azure.net/secrets/kafka"
  }
}
"#;

    fn log(input: &str, kind: As, file: Option<&str>) -> (bool, Value) {
        let mut output = Vec::new();
        let usable = judge(input.as_bytes(), &mut output, kind, file.map(Path::new)).unwrap();
        (usable, serde_json::from_slice(&output).unwrap())
    }

    #[test]
    fn only_lines_with_something_to_tell_of_an_id_are_reported() {
        let (usable, log) = log(TERRAFORM, As::Auto, Some("./infra/my key.tf"));
        assert!(!usable);
        let results = log["runs"][0]["results"].as_array().unwrap();
        let told: Vec<_> = results
            .iter()
            .map(|result| (result["ruleId"].as_str().unwrap(), result["level"].as_str().unwrap()))
            .collect();
        assert_eq!(told, [("key-id.version-removed", "note"), ("key-id.secret", "error")]);
        let location = &results[0]["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], "infra/my%20key.tf");
        assert_eq!(location["region"], json!({"startLine": 6, "startColumn": 23, "endColumn": 95}));
        assert!(results[0]["message"]["text"].as_str().unwrap().contains("78deebed"));
    }

    #[test]
    fn the_log_has_the_shape_of_sarif() {
        let (_, log) = log(TERRAFORM, As::Auto, None);
        assert_eq!((&log["version"], log["runs"].as_array().unwrap().len()), (&"2.1.0".into(), 1));
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["name"], "byok");
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.len(), CATALOGUE.len());
        for rule in rules {
            let text = rule["shortDescription"]["text"].as_str().unwrap();
            assert!(rule["id"].is_string() && !text.contains("``") && !text.contains('{'), "{rule}");
        }
        for result in run["results"].as_array().unwrap() {
            let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
            assert_eq!(rule["id"], result["ruleId"]);
            assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "stdin");
        }
    }

    #[test]
    fn a_file_without_ids_gives_an_empty_list() {
        for input in ["", "Hello, world\n\n{\n}\n", "d5a04667-b6f4-4b0c-a628-25f5eae93da6\n"] {
            let (usable, log) = log(input, As::Auto, None);
            assert!(usable);
            assert_eq!(log["runs"][0]["results"], json!([]), "{input}");
        }
    }

    #[test]
    fn with_a_kind_every_line_is_an_id() {
        let (usable, log) = log("Hello, world\n", As::KeyId, None);
        assert!(!usable);
        assert_eq!(log["runs"][0]["results"][0]["ruleId"], "key-id.shape");
    }

    #[test]
    fn a_secret_is_reported_by_its_line_only() {
        let secret = ["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat();
        let (usable, log) =
            log(&format!("client_id = \"x\"\nclient_secret = \"{secret}\"\n"), As::Auto, None);
        assert!(!usable);
        let results = &log["runs"][0]["results"];
        assert_eq!((&results[0]["ruleId"], results.as_array().unwrap().len()), (&"input.secret".into(), 1));
        assert_eq!(results[0]["locations"][0]["physicalLocation"]["region"], json!({"startLine": 2}));
        assert!(!log.to_string().contains(&secret[..8]));
    }
}
