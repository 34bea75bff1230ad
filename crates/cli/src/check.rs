//! `byok check`: IDs, a line each, judged without any network.
//!
//! A stream of any length is read in constant memory (one line at a time, buffers used again). Nothing that looks like
//! a secret is repeated.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use byok_core::finding::{Code, Finding, Severity};
use byok_core::id::{self, AnyChecked, Kind, Status};
use serde::Serialize;

/// Check IDs, a line each, without any network
///
/// Every non-empty line of FILE, or of the standard input, is one ID as someone would paste it: the resource ID of a
/// key vault, a key identifier, or a tenant ID. What is harmless is repaired and told; what is wrong is named with its
/// fix. Nothing is looked up.
///
/// Exit status: 0 when every line is usable, 1 when some were rejected, 2 when the command cannot be run.
#[derive(clap::Args, Debug, Clone)]
#[command(after_help = "\
Examples:
  byok check ids.txt
  byok check --json ids.txt | jq -r 'select(.status == \"rejected\") | .line'
  echo 'https://my-vault.vault.azure.net/keys/my-key/' | byok check
  pbpaste | byok check --kind key-vault-id")]
pub struct Args {
    /// Print one JSON object a line instead of text
    #[arg(long)]
    pub json: bool,

    /// What every line is; `auto` finds out line by line
    #[arg(long, value_enum, default_value_t = As::Auto)]
    pub kind: As,

    /// File to read; the standard input when absent or `-`
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// As what a line is checked.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// Find out line by line
    Auto,
    /// Resource ID of a key vault
    KeyVaultId,
    /// Key identifier
    KeyId,
    /// Tenant ID
    TenantId,
}

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    let result = match args.file.as_ref().filter(|path| path.as_os_str() != "-") {
        None => judge_to_stdout(io::stdin().lock(), &args),
        Some(path) => match File::open(path) {
            Ok(file) => judge_to_stdout(BufReader::with_capacity(1 << 16, file), &args),
            Err(error) => {
                eprintln!("`{}` cannot be read: {error}", path.display());
                return ExitCode::from(2);
            }
        },
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("Reading or writing stopped: {error}");
            ExitCode::from(2)
        }
    }
}

fn judge_to_stdout(input: impl BufRead, args: &Args) -> io::Result<bool> {
    let stdout = io::stdout();
    let terminal = stdout.is_terminal();
    let style = if args.json {
        Style::Json
    } else {
        Style::Text { colour: terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) }
    };
    judge(input, BufWriter::with_capacity(1 << 16, stdout.lock()), args.kind, style, terminal)
}

/// How to print.
#[derive(Clone, Copy)]
enum Style {
    Json,
    Text { colour: bool },
}

/// Judges every line; whether all were usable. A reader of our output that has gone away ends it quietly.
fn judge(
    mut input: impl BufRead,
    mut output: impl Write,
    kind: As,
    style: Style,
    flush_each: bool,
) -> io::Result<bool> {
    let mut usable = true;
    let mut buffer = Vec::new();
    let mut number = 0_u64;
    loop {
        buffer.clear();
        if input.read_until(b'\n', &mut buffer)? == 0 {
            break;
        }
        number += 1;
        let Some(line) = Line::read(&buffer, number, kind) else { continue };
        usable &= line.status != Status::Rejected;
        let written =
            line.print(&mut output, style).and_then(|()| if flush_each { output.flush() } else { Ok(()) });
        if let Some(result) = quiet(written, usable) {
            return result;
        }
    }
    quiet(output.flush(), usable).unwrap_or(Ok(usable))
}

/// `None` to go on; else how to end.
fn quiet(written: io::Result<()>, usable: bool) -> Option<io::Result<bool>> {
    match written {
        Ok(()) => None,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Some(Ok(usable)),
        Err(error) => Some(Err(error)),
    }
}

/// A judged line.
struct Line<'a> {
    number: u64,
    input: std::borrow::Cow<'a, str>,
    kind: Kind,
    checked: AnyChecked,
    status: Status,
}

impl<'a> Line<'a> {
    /// Judges the bytes of a line; `None` for an empty one.
    fn read(bytes: &'a [u8], number: u64, kind: As) -> Option<Self> {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        // A byte order mark belongs to the file, not to its first line.
        let bytes =
            if number == 1 { bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes) } else { bytes };
        let (input, text) = match std::str::from_utf8(bytes) {
            Ok(text) => (std::borrow::Cow::Borrowed(text), Some(text)),
            Err(_) => (String::from_utf8_lossy(bytes), None),
        };
        if input.trim().is_empty() {
            return None;
        }
        let (kind, checked) = match text {
            Some(text) => check(text, kind),
            None if byok_core::text::looks_secret(&input) => unusable(Code::InputSecret),
            None => unusable(Code::TextNotUtf8),
        };
        let status = checked.status();
        Some(Line { number, input, kind, checked, status })
    }

    fn print(&self, output: &mut impl Write, style: Style) -> io::Result<()> {
        match style {
            Style::Json => {
                serde_json::to_writer(&mut *output, &self.json())?;
                output.write_all(b"\n")
            }
            Style::Text { colour } => self.print_text(output, colour),
        }
    }

    fn print_text(&self, output: &mut impl Write, colour: bool) -> io::Result<()> {
        let (paint, plain) = match (colour, self.status) {
            (false, _) => ("", ""),
            (true, Status::Ok) => ("\x1b[32m", "\x1b[0m"),
            (true, Status::Repaired) => ("\x1b[33m", "\x1b[0m"),
            (true, Status::Rejected) => ("\x1b[31m", "\x1b[0m"),
        };
        let status = self.status.as_str();
        write!(output, "{:>4}  {paint}{status:<8}{plain}  {}", self.number, self.kind.as_str())?;
        if let Some(value) = self.checked.value() {
            write!(output, "  {value}")?;
        }
        writeln!(output)?;
        for finding in self.checked.findings() {
            writeln!(output, "      {}: {}", finding.severity().as_str(), finding.message())?;
            if finding.severity() != Severity::Info {
                writeln!(output, "      fix: {}", finding.fix())?;
            }
        }
        Ok(())
    }

    fn json(&self) -> Json<'_> {
        let findings = self.checked.findings();
        let secret = findings.iter().any(|finding| finding.code == Code::InputSecret);
        Json {
            line: self.number,
            input: if secret { None } else { Some(&self.input) },
            kind: self.kind.as_str(),
            status: self.status.as_str(),
            value: self.checked.value(),
            parts: parts(&self.checked),
            findings: findings.iter().map(FindingJson::of).collect(),
        }
    }
}

fn check(text: &str, kind: As) -> (Kind, AnyChecked) {
    match kind {
        As::Auto => id::any(text),
        As::KeyVaultId => (Kind::KeyVaultId, AnyChecked::KeyVaultId(id::key_vault_id(text))),
        As::KeyId => (Kind::KeyId, AnyChecked::KeyId(id::key_id(text))),
        As::TenantId => (Kind::TenantId, AnyChecked::TenantId(id::tenant_id(text))),
    }
}

fn unusable(code: Code) -> (Kind, AnyChecked) {
    (Kind::Unknown, AnyChecked::Unknown(vec![Finding::new(code)]))
}

#[derive(Serialize)]
struct Json<'a> {
    line: u64,
    input: Option<&'a str>,
    kind: &'static str,
    status: &'static str,
    value: Option<String>,
    parts: Parts<'a>,
    findings: Vec<FindingJson>,
}

#[derive(Serialize, Default)]
struct Parts<'a> {
    cloud: Option<&'static str>,
    vault: Option<&'a str>,
    key: Option<&'a str>,
    version: Option<&'a str>,
    subscription_id: Option<String>,
    resource_group: Option<&'a str>,
}

fn parts(checked: &AnyChecked) -> Parts<'_> {
    match checked {
        AnyChecked::KeyVaultId(checked) => {
            checked.value.as_ref().map_or_else(Parts::default, |vault| Parts {
                vault: Some(vault.name().as_str()),
                subscription_id: Some(vault.subscription().to_string()),
                resource_group: Some(vault.resource_group()),
                ..Parts::default()
            })
        }
        AnyChecked::KeyId(checked) => checked.value.as_ref().map_or_else(Parts::default, |key| Parts {
            cloud: Some(key.cloud().as_str()),
            vault: Some(key.vault().as_str()),
            key: Some(key.name().as_str()),
            version: checked.version.as_deref(),
            ..Parts::default()
        }),
        AnyChecked::TenantId(_) | AnyChecked::Unknown(_) => Parts::default(),
    }
}

#[derive(Serialize)]
struct FindingJson {
    code: &'static str,
    severity: &'static str,
    message: String,
    fix: String,
}

impl FindingJson {
    fn of(finding: &Finding) -> Self {
        FindingJson {
            code: finding.code(),
            severity: finding.severity().as_str(),
            message: finding.message(),
            fix: finding.fix(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster";

    fn json(input: &[u8], kind: As) -> (bool, Vec<serde_json::Value>) {
        let mut output = Vec::new();
        let usable = judge(input, &mut output, kind, Style::Json, false).unwrap();
        let lines = String::from_utf8(output).unwrap();
        (usable, lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    #[test]
    fn one_object_a_non_empty_line_in_order() {
        let input = format!("\n{KEY}/\r\n   \nHello\n");
        let (usable, lines) = json(input.as_bytes(), As::Auto);
        assert!(!usable);
        assert_eq!(
            lines[0],
            serde_json::json!({
                "line": 2, "input": format!("{KEY}/"), "kind": "key-id", "status": "repaired", "value": KEY,
                "parts": {"cloud": "public", "vault": "kv-kafka-prod", "key": "kafka-cluster", "version": null,
                          "subscription_id": null, "resource_group": null},
                "findings": [{"code": "key-id.trailing-slash", "severity": "info",
                    "message": "The slash at the end of the Key identifier was removed.",
                    "fix": "Nothing to do: the value without it is used."}]
            })
        );
        assert_eq!((&lines[1]["line"], &lines[1]["status"]), (&4.into(), &"rejected".into()));
        assert_eq!(lines.len(), 2);
    }

    #[test]
    fn the_kind_can_be_given() {
        let (usable, lines) = json(KEY.as_bytes(), As::TenantId);
        assert!(!usable);
        assert_eq!(lines[0]["kind"], "tenant-id");
    }

    #[test]
    fn a_secret_is_not_repeated() {
        let secret = ["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat();
        let (_, lines) = json(secret.as_bytes(), As::Auto);
        assert_eq!(lines[0]["input"], serde_json::Value::Null);
        assert_eq!(lines[0]["findings"][0]["code"], "input.secret");
        assert!(!lines[0].to_string().contains(&secret[4..]));
    }

    #[test]
    fn bytes_that_are_no_text_and_marks_and_long_lines_survive() {
        let (_, lines) = json(b"\xEF\xBB\xBF72f988bf-86f1-41af-91ab-2d7cd011db47\n\xFF\xFE\n", As::Auto);
        assert_eq!((&lines[0]["status"], &lines[0]["findings"]), (&"ok".into(), &serde_json::json!([])));
        assert_eq!(lines[1]["findings"][0]["code"], "text.not-utf8");
        let (_, long) = json("x/".repeat(600_000).as_bytes(), As::KeyVaultId);
        assert_eq!(long[0]["status"], "rejected");
    }

    #[test]
    fn a_reader_that_has_gone_away_ends_it_quietly() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert!(judge(KEY.as_bytes(), Gone, As::Auto, Style::Json, false).unwrap());
    }

    #[test]
    fn text_for_people_names_value_and_fix() {
        let mut output = Vec::new();
        let input = format!("{KEY}\n{KEY}/x_y\n");
        judge(input.as_bytes(), &mut output, As::Auto, Style::Text { colour: false }, false).unwrap();
        let text = String::from_utf8(output).unwrap();
        assert!(
            text.starts_with(&format!("   1  ok        key-id  {KEY}\n   2  rejected  key-id\n")),
            "{text}"
        );
        assert!(text.contains("\n      fix: ") && !text.contains('\x1b'), "{text}");
    }
}
