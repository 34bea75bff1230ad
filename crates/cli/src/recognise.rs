//! `byok recognise`: one paste of any kind, every ID in it, without any network.

use std::fs;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use byok_core::finding::{Code, Field, Finding};
use byok_core::recognise::{Confidence, Found, Recognised, Status, recognise};
use serde::Serialize;

use crate::output::{FindingJson, Paint, print_findings, print_marks, quiet};

/// Find every ID in one paste, without any network
///
/// The whole of FILE, or of the standard input, is one paste: the portal's JSON View, output of `az`, Terraform state or
/// code, addresses of the portal, a mail. Every ID in it is shown with where it came from, and the three that Confluent
/// asks for are chosen where the text leaves no doubt. A text that looks like it holds a secret is refused and not
/// repeated.
///
/// Exit status: 0 when an ID was recognised, 1 when none was, 2 when the command cannot be run.
#[derive(clap::Args, Debug, Clone)]
#[command(after_help = "\
Examples:
  az keyvault show --name my-vault | byok recognise
  pbpaste | byok recognise
  byok recognise --json terraform.tfstate | jq -r .key_vault_id
  terraform show -json | byok recognise")]
pub struct Args {
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,

    /// File to read; the standard input when absent or `-`
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    let path = args.file.filter(|path| path.as_os_str() != "-");
    let read = match &path {
        None => {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        }
        Some(path) => fs::read(path),
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(error) => {
            let name =
                path.map_or_else(|| "The standard input".to_owned(), |path| format!("`{}`", path.display()));
            eprintln!("{name} cannot be read: {error}");
            return ExitCode::from(2);
        }
    };
    let style = if args.json { Style::Json } else { Style::Text(Paint::of_stdout()) };
    match answer(&bytes, &mut io::stdout(), style) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("Writing stopped: {error}");
            ExitCode::from(2)
        }
    }
}

/// How to print.
#[derive(Clone, Copy)]
enum Style {
    Json,
    Text(Paint),
}

/// Prints what is recognised; whether that is anything.
fn answer(bytes: &[u8], output: &mut impl Write, style: Style) -> io::Result<bool> {
    let (text, whole) = decoded(bytes);
    let mut recognised = recognise(&text);
    if !whole && recognised.status() != Status::Secret {
        recognised.findings.push(Finding::new(Code::TextNotUtf8));
    }
    let anything = !recognised.found.is_empty();
    let mut printed = Vec::new();
    match style {
        Style::Json => {
            serde_json::to_writer(&mut printed, &Json::of(&recognised))?;
            printed.push(b'\n');
        }
        Style::Text(paint) => print_text(&mut printed, &recognised, &text, paint)?,
    }
    quiet(output.write_all(&printed).and_then(|()| output.flush()), anything).unwrap_or(Ok(anything))
}

/// The text, and whether all bytes made text. Windows PowerShell writes UTF-16 with a byte order mark.
fn decoded(bytes: &[u8]) -> (String, bool) {
    let units = |rest: &[u8]| {
        let pairs = rest.chunks_exact(2);
        let units: Vec<u16> =
            pairs.filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?))).collect();
        (String::from_utf16_lossy(&units), String::from_utf16(&units).is_ok() && rest.len().is_multiple_of(2))
    };
    match (bytes.strip_prefix(&[0xFF, 0xFE]), std::str::from_utf8(bytes)) {
        (Some(rest), _) => units(rest),
        (None, Ok(text)) => (text.trim_start_matches('\u{FEFF}').to_owned(), true),
        (None, Err(_)) => (String::from_utf8_lossy(bytes).into_owned(), false),
    }
}

fn print_text(output: &mut Vec<u8>, recognised: &Recognised, text: &str, paint: Paint) -> io::Result<()> {
    let status = recognised.status();
    let (colour, plain) = match status {
        Status::Recognised => paint.green(),
        Status::Partial => paint.yellow(),
        Status::Nothing | Status::Secret => paint.red(),
    };
    writeln!(output, "{colour}{}{plain}", status.as_str())?;
    let chosen = [
        (Field::KeyVaultId, recognised.key_vault_id.as_ref().map(|chosen| chosen.index)),
        (Field::KeyId, recognised.key_id.as_ref().map(|chosen| chosen.index)),
        (Field::TenantId, recognised.tenant_id.as_ref().map(|chosen| chosen.index)),
    ];
    for (field, index) in chosen {
        if let Some(found) = index.and_then(|index| recognised.found.get(index)) {
            writeln!(output, "  {}: {}", field.label(), found.value)?;
            print_found(output, found)?;
        }
    }
    let others = recognised.found.iter().enumerate();
    let others = others.filter(|(place, _)| chosen.iter().all(|(_, index)| *index != Some(*place)));
    for (_, found) in others {
        writeln!(output, "  {}: {}", found.kind.as_str(), found.value)?;
        print_found(output, found)?;
    }
    print_findings(output, "", &recognised.findings)?;
    if status == Status::Secret { Ok(()) } else { print_marks(output, "", text) }
}

fn print_found(output: &mut Vec<u8>, found: &Found) -> io::Result<()> {
    let sure = if found.confidence == Confidence::Sure { "" } else { " (not sure)" };
    writeln!(output, "      from {}{sure}", found.origin)?;
    print_findings(output, "      ", &found.findings)
}

#[derive(Serialize)]
struct Json<'a> {
    status: &'static str,
    key_vault_id: Option<&'a str>,
    key_id: Option<&'a str>,
    tenant_id: Option<&'a str>,
    found: Vec<FoundJson<'a>>,
    findings: Vec<FindingJson>,
}

#[derive(Serialize)]
struct FoundJson<'a> {
    kind: &'static str,
    value: &'a str,
    origin: String,
    findings: Vec<FindingJson>,
}

impl<'a> Json<'a> {
    fn of(recognised: &'a Recognised) -> Self {
        let value = |index: Option<usize>| Some(recognised.found.get(index?)?.value.as_str());
        let found = |found: &'a Found| FoundJson {
            kind: found.kind.as_str(),
            value: &found.value,
            origin: found.origin.to_string(),
            findings: found.findings.iter().map(FindingJson::of).collect(),
        };
        Json {
            status: recognised.status().as_str(),
            key_vault_id: value(recognised.key_vault_id.as_ref().map(|chosen| chosen.index)),
            key_id: value(recognised.key_id.as_ref().map(|chosen| chosen.index)),
            tenant_id: value(recognised.tenant_id.as_ref().map(|chosen| chosen.index)),
            found: recognised.found.iter().map(found).collect(),
            findings: recognised.findings.iter().map(FindingJson::of).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "https://kv-1.vault.azure.net/keys/kafka";

    fn json(input: &[u8]) -> (bool, serde_json::Value) {
        let mut output = Vec::new();
        let anything = answer(input, &mut output, Style::Json).unwrap();
        (anything, serde_json::from_slice(&output).unwrap())
    }

    fn text(input: &str) -> String {
        let mut output = Vec::new();
        answer(input.as_bytes(), &mut output, Style::Text(Paint::PLAIN)).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn the_answer_in_json_has_the_promised_shape() {
        let (anything, answer) = json(format!("{{\"key\": {{\"kid\": \"{KEY}/\"}}}}").as_bytes());
        assert!(anything);
        assert_eq!((&answer["status"], &answer["key_id"]), (&"partial".into(), &KEY.into()));
        assert_eq!(
            (&answer["key_vault_id"], &answer["tenant_id"]),
            (&serde_json::Value::Null, &serde_json::Value::Null)
        );
        let found = &answer["found"][0];
        assert_eq!(
            (&found["kind"], &found["value"], &found["origin"]),
            (&"key-id".into(), &KEY.into(), &"key.kid, line 1".into())
        );
        assert_eq!(found["findings"][0]["code"], "key-id.trailing-slash");
        let missing = &answer["findings"][0];
        assert_eq!((&missing["code"], &missing["severity"]), (&"recognise.missing".into(), &"info".into()));
        assert!(missing["message"].is_string() && missing["fix"].is_string());
    }

    #[test]
    fn nothing_and_secrets_end_with_one() {
        let (anything, answer) = json(b"Hello");
        assert_eq!((anything, &answer["status"]), (false, &"nothing".into()));
        let secret = ["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat();
        let (anything, answer) = json(format!("{KEY}\n{secret}").as_bytes());
        assert_eq!(
            (anything, &answer["status"], &answer["found"]),
            (false, &"secret".into(), &serde_json::json!([]))
        );
        assert!(!answer.to_string().contains(&secret[..8]));
        assert!(!text(&format!("\u{200B}{secret}")).contains("U+200B"));
    }

    #[test]
    fn utf_16_of_powershell_and_bytes_that_are_no_text_survive() {
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(KEY.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(json(&utf16).1["key_id"], KEY);
        let (_, answer) = json(&[KEY.as_bytes(), b" \xFF\xFE"].concat());
        assert_eq!(answer["key_id"], KEY);
        let codes: Vec<_> =
            answer["findings"].as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
        assert!(codes.contains(&&"text.not-utf8".into()), "{codes:?}");
    }

    #[test]
    fn text_for_people_names_field_value_and_origin() {
        let text = text(&format!("Key identifier: {KEY}\u{200B}\nlocation: westeurope\n"));
        assert!(
            text.starts_with(&format!(
                "partial\n  Key identifier: {KEY}\n      from Key identifier, line 1\n"
            )),
            "{text}"
        );
        assert!(text.contains("  region: westeurope\n      from location, line 2\n"), "{text}");
        assert!(text.contains("U+200B zero-width space, removed"), "{text}");
    }
}
