//! `byok check`: IDs, a line each, judged without any network.
//!
//! A stream of any length is read in constant memory. Nothing that looks like a secret is repeated.

mod chunks;
mod json;
mod line;
mod sarif;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use byok_core::id::Status;

use crate::output::Paint;
use chunks::Chunk;
use line::Line;

/// Check IDs, a line each, without any network
///
/// Every non-empty line of FILE, or of the standard input, is one ID as someone would paste it: the resource ID of a
/// key vault, a key identifier, or a tenant ID. What is harmless is repaired and told; what is wrong is named with its
/// fix. Nothing is looked up.
///
/// With `--sarif` FILE is any file of a repository, such as Terraform, YAML or JSON: only the lines are reported that
/// hold an ID with something to tell about it, and lines that hold a secret. With `--kind` every line is an ID there,
/// too.
///
/// Exit status: 0 when every line is usable, 1 when some were rejected, 2 when the command cannot be run.
#[derive(clap::Args, Debug, Clone)]
#[command(after_help = "\
Examples:
  byok check ids.txt
  byok check --json ids.txt | jq -r 'select(.status == \"rejected\") | .line'
  echo 'https://my-vault.vault.azure.net/keys/my-key/' | byok check
  pbpaste | byok check --kind key-vault-id
  byok check --sarif main.tf > byok.sarif")]
pub struct Args {
    /// Print one JSON object a line instead of text
    #[arg(long)]
    pub json: bool,

    /// Print a log in SARIF 2.1.0, with which a code host shows the findings in the file
    #[arg(long, conflicts_with = "json")]
    pub sarif: bool,

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
    let file = args.file.as_deref().filter(|path| path.as_os_str() != "-");
    let style = if args.json {
        Style::Json
    } else if args.sarif {
        Style::Sarif
    } else {
        Style::Text(Paint::of_stdout())
    };
    let stdout = io::stdout();
    let result = match file {
        None => judge(io::stdin(), stdout, args.kind, style, None),
        Some(path) => match File::open(path) {
            Ok(input) => judge(input, stdout, args.kind, style, Some(path)),
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

/// How to print.
#[derive(Clone, Copy)]
enum Style {
    Json,
    Sarif,
    Text(Paint),
}

/// Judges every line; whether all were usable. A reader of our output that has gone away ends it quietly.
fn judge(
    input: impl Read + Send,
    output: impl Write,
    kind: As,
    style: Style,
    file: Option<&Path>,
) -> io::Result<bool> {
    match style {
        Style::Sarif => sarif::judge(input, output, kind, file),
        Style::Json => {
            chunks::judge_all(input, output, |chunk| lines(chunk, kind, |line, text| line.print_json(text)))
        }
        Style::Text(paint) => chunks::judge_all(input, output, |chunk| {
            lines(chunk, kind, |line, text| line.print_text(text, paint))
        }),
    }
}

/// Judges the lines of a chunk, and prints each.
fn lines(
    chunk: &Chunk,
    kind: As,
    print: impl Fn(&Line<'_>, &mut Vec<u8>) -> io::Result<()>,
) -> io::Result<chunks::Judged> {
    let (mut text, mut usable) = (Vec::with_capacity(chunk.size() * 8), true);
    for (bytes, number, cut) in chunk.lines() {
        if let Some(line) = Line::read(bytes, number, kind, cut) {
            usable &= line.status != Status::Rejected;
            print(&line, &mut text)?;
        }
    }
    Ok((text, usable))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster";

    fn json(input: &[u8], kind: As) -> (bool, Vec<serde_json::Value>) {
        let mut output = Vec::new();
        let usable = judge(input, &mut output, kind, Style::Json, None).unwrap();
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
        assert!(judge(KEY.as_bytes(), Gone, As::Auto, Style::Json, None).unwrap());
    }

    #[test]
    fn text_for_people_names_value_and_fix() {
        let mut output = Vec::new();
        let input = format!("{KEY}\n{KEY}/x_y\n");
        judge(input.as_bytes(), &mut output, As::Auto, Style::Text(Paint::PLAIN), None).unwrap();
        let text = String::from_utf8(output).unwrap();
        assert!(
            text.starts_with(&format!("   1  ok        key-id  {KEY}\n   2  rejected  key-id\n")),
            "{text}"
        );
        assert!(text.contains("\n      fix: ") && !text.contains('\x1b'), "{text}");
    }

    #[test]
    fn text_for_people_shows_characters_that_are_not_what_they_seem() {
        let mut output = Vec::new();
        let input = format!("{KEY}\u{200B}\n");
        judge(input.as_bytes(), &mut output, As::Auto, Style::Text(Paint::PLAIN), None).unwrap();
        let text = String::from_utf8(output).unwrap();
        let mark = format!("character {}: U+200B zero-width space, removed", KEY.len() + 1);
        assert!(text.contains(&mark), "{text}");
    }

    #[test]
    fn a_line_beyond_all_measure_is_told_and_the_next_is_judged() {
        let input = [vec![b'x'; chunks::LINE * 2], format!("\n{KEY}\n").into_bytes()].concat();
        let (usable, lines) = json(&input, As::Auto);
        assert!(!usable);
        assert_eq!(lines[0]["findings"][0]["code"], "text.too-long");
        assert_eq!((&lines[1]["line"], &lines[1]["status"]), (&2.into(), &"ok".into()));
    }
}
