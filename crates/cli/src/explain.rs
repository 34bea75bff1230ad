//! `byok explain`: an error text, explained without any network.
//!
//! A text of any length is read in constant memory: of a very long one both ends are kept, because an error stands at
//! one of them. Nothing that looks like a secret is repeated.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use byok_core::explain::{self, Evidence, Explanation, Found};
use byok_core::finding::{Field, Severity};
use serde::Serialize;

/// Explain an error text from Azure, Microsoft Entra, the Azure CLI, Confluent or Terraform
///
/// FILE, or the standard input, is the error as it was printed: a line, a log, an answer in JSON. It may be wrapped,
/// coloured, cut off or inside a stack trace. Printed are the causes in the order of their likelihood, each with the
/// command that decides it, the fix, and what the text itself says. Nothing is looked up, and no command is run.
///
/// Exit status: 0 when the text is explained, 1 when it matches no known cause, 2 when it cannot be read.
#[derive(clap::Args, Debug, Clone)]
#[command(after_help = "\
Examples:
  byok explain error.txt
  az keyvault key show --vault-name my-vault --name my-key 2>&1 | byok explain
  terraform apply -no-color 2>&1 | byok explain --json | jq -r '.causes[0].fix'
  pbpaste | byok explain")]
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
    let text = match args.file.as_ref().filter(|path| path.as_os_str() != "-") {
        None => {
            if io::stdin().is_terminal() {
                eprintln!("Paste the error text and end it with Ctrl+D (on Windows Ctrl+Z and Enter).");
            }
            both_ends(io::stdin().lock(), KEPT)
        }
        Some(path) => match File::open(path).and_then(|file| both_ends(file, KEPT)) {
            Ok(text) => Ok(text),
            Err(error) => {
                eprintln!("`{}` cannot be read: {error}", path.display());
                return ExitCode::from(2);
            }
        },
    };
    match text.and_then(|bytes| answer(&decoded(&bytes), args.json)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("Reading or writing stopped: {error}");
            ExitCode::from(2)
        }
    }
}

/// Explains to the standard output; whether there are causes. A reader that has gone away ends it quietly.
fn answer(text: &str, json: bool) -> io::Result<bool> {
    let stdout = io::stdout();
    let colour = stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let explanation = explain::explain(text);
    let mut output = BufWriter::new(stdout.lock());
    let written = if json {
        print_json(&explanation, &mut output)
    } else {
        print_text(&explanation, &mut output, colour)
    };
    quiet(written.and_then(|()| output.flush()))?;
    Ok(!explanation.causes.is_empty())
}

fn quiet(written: io::Result<()>) -> io::Result<()> {
    written.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}

/// How much of either end of a text is kept, in bytes; far more than is looked into.
const KEPT: usize = 16 << 20;

/// The bytes of a text; of a very long one both ends.
fn both_ends(mut input: impl Read, kept: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while input.by_ref().take(kept as u64).read_to_end(&mut bytes)? > 0 {
        if bytes.len() > 3 * kept {
            bytes.drain(kept..bytes.len() - kept);
        }
    }
    Ok(bytes)
}

/// The text that bytes stand for. Windows PowerShell writes UTF-16 into files; what is no text becomes a mark.
fn decoded(bytes: &[u8]) -> String {
    let wide = |body: &[u8], join: fn([u8; 2]) -> u16| {
        let units = body.as_chunks().0.iter().map(|pair| join(*pair));
        char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xFF, 0xFE, body @ ..] => wide(body, u16::from_le_bytes),
        [0xFE, 0xFF, body @ ..] => wide(body, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn print_text(explanation: &Explanation, output: &mut impl Write, colour: bool) -> io::Result<()> {
    for (place, found) in explanation.causes.iter().enumerate() {
        let (paint, plain) = match (colour, found.severity()) {
            (false, _) => ("", ""),
            (true, Severity::Error) => ("\x1b[31m", "\x1b[0m"),
            (true, Severity::Warning) => ("\x1b[33m", "\x1b[0m"),
            (true, Severity::Info) => ("\x1b[32m", "\x1b[0m"),
        };
        let (rank, certainty) = (place + 1, found.certainty.as_str());
        writeln!(output, "{rank:>2}. {certainty:<8}  {paint}{}{plain}", found.code())?;
        writeln!(output, "    {}", found.message())?;
        writeln!(output, "    fix: {}", found.fix())?;
        if let Some(command) = found.command() {
            writeln!(output, "    decide: {command}")?;
        }
        writeln!(output)?;
    }
    if !explanation.evidence.is_empty() {
        writeln!(output, "In the text:")?;
        for evidence in &explanation.evidence {
            writeln!(output, "    {:<16} {}", evidence.name.as_str(), evidence.value)?;
        }
    }
    for words in [explanation.help(), explanation.note()].into_iter().flatten() {
        writeln!(output, "{words}")?;
    }
    Ok(())
}

fn print_json(explanation: &Explanation, output: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *output, &Json::of(explanation))?;
    output.write_all(b"\n")
}

#[derive(Serialize)]
struct Json<'a> {
    status: &'static str,
    causes: Vec<CauseJson<'a>>,
    evidence: Vec<EvidenceJson<'a>>,
    help: Option<&'static str>,
    note: Option<&'static str>,
}

#[derive(Serialize)]
struct CauseJson<'a> {
    code: &'static str,
    rank: usize,
    certainty: &'static str,
    severity: &'static str,
    field: Option<&'static str>,
    message: String,
    fix: String,
    command: Option<String>,
    pains: &'static [u8],
    evidence: Vec<EvidenceJson<'a>>,
    source: &'static str,
}

#[derive(Serialize)]
struct EvidenceJson<'a> {
    name: &'static str,
    value: &'a str,
}

impl<'a> Json<'a> {
    fn of(explanation: &'a Explanation) -> Self {
        let causes = explanation.causes.iter().enumerate();
        Json {
            status: explanation.status.as_str(),
            causes: causes.map(|(place, found)| CauseJson::of(found, place + 1)).collect(),
            evidence: explanation.evidence.iter().map(EvidenceJson::of).collect(),
            help: explanation.help(),
            note: explanation.note(),
        }
    }
}

impl<'a> CauseJson<'a> {
    fn of(found: &'a Found, rank: usize) -> Self {
        let entry = found.cause.entry();
        CauseJson {
            code: entry.code,
            rank,
            certainty: found.certainty.as_str(),
            severity: found.severity().as_str(),
            field: found.field().map(Field::as_str),
            message: found.message(),
            fix: found.fix(),
            command: found.command(),
            pains: entry.pains,
            evidence: found.evidence.iter().map(EvidenceJson::of).collect(),
            source: entry.source,
        }
    }
}

impl<'a> EvidenceJson<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        EvidenceJson { name: evidence.name.as_str(), value: &evidence.value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const FIREWALL: &str = "(Forbidden) Client address is not authorized and caller is not a trusted service.\r\nClient address: 198.51.100.25\r\nVault: kv-kafka-prod;location=westeurope";

    fn as_json(text: &str) -> Value {
        let mut output = Vec::new();
        print_json(&explain::explain(text), &mut output).unwrap();
        serde_json::from_slice(&output).unwrap()
    }

    fn as_text(text: &str, colour: bool) -> String {
        let mut output = Vec::new();
        print_text(&explain::explain(text), &mut output, colour).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn json_holds_rank_field_command_and_evidence() {
        let told = as_json(FIREWALL);
        let first = &told["causes"][0];
        assert_eq!(
            (&told["status"], &told["help"], &told["note"]),
            (&json!("explained"), &Value::Null, &Value::Null)
        );
        for (name, value) in [
            ("code", json!("vault.firewall")),
            ("rank", json!(1)),
            ("certainty", json!("certain")),
            ("severity", json!("error")),
            ("field", json!("key_vault_id")),
            ("pains", json!([12])),
            ("message", json!("The firewall of `kv-kafka-prod` refused `198.51.100.25`.")),
            (
                "evidence",
                json!([{"name": "vault", "value": "kv-kafka-prod"}, {"name": "region", "value": "westeurope"},
                       {"name": "address", "value": "198.51.100.25"}]),
            ),
        ] {
            assert_eq!(first[name], value, "{name}");
        }
        assert!(first["command"].as_str().unwrap().starts_with("az keyvault show --name kv-kafka-prod "));
        assert_eq!(told["evidence"], first["evidence"]);
    }

    #[test]
    fn what_is_not_known_says_what_would_help() {
        let told = as_json("Teapot");
        assert_eq!((&told["status"], &told["causes"]), (&json!("unmatched"), &json!([])));
        assert!(told["help"].as_str().unwrap().contains("--debug"));
        assert!(as_text("Teapot", false).contains("nothing is guessed"));
        assert_eq!(as_json(" \n")["status"], "empty");
    }

    #[test]
    fn text_is_a_ranked_list_and_coloured_only_on_demand() {
        let text = as_text(FIREWALL, false);
        assert!(
            text.starts_with(" 1. certain   vault.firewall\n    The firewall of `kv-kafka-prod` "),
            "{text}"
        );
        for part in [
            "\n    fix: ",
            "\n    decide: az ",
            "\n 2. possible  vault.perimeter\n",
            "\nIn the text:\n    vault ",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert!(!text.contains('\x1b') && as_text(FIREWALL, true).contains("\x1b[31mvault.firewall\x1b[0m"));
    }

    #[test]
    fn a_secret_is_not_repeated() {
        let secret = ["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat();
        let text = [FIREWALL, " the client '", &secret, "' "].concat();
        let told = as_json(&text);
        assert_eq!(told["status"], "secret");
        assert_eq!(told["causes"][0]["code"], "vault.firewall");
        assert!(told["help"].as_str().unwrap().contains("revoke"));
        assert!(![told.to_string(), as_text(&text, false)].concat().contains(&secret[4..]));
    }

    #[test]
    fn bytes_that_are_no_utf8_are_read_all_the_same() {
        let lossy = [b"\xFF\xC3 ", FIREWALL.as_bytes()].concat();
        let little: Vec<u8> =
            "\u{FEFF}".encode_utf16().chain(FIREWALL.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> =
            "\u{FEFF}".encode_utf16().chain(FIREWALL.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        for bytes in [lossy, little, big] {
            assert_eq!(as_json(&decoded(&bytes))["causes"][0]["code"], "vault.firewall");
        }
    }

    #[test]
    fn of_a_very_long_text_both_ends_are_kept() {
        let long: Vec<u8> = [b"first".to_vec(), vec![b'x'; 100_000], b"last".to_vec()].concat();
        let kept = both_ends(long.as_slice(), 1_000).unwrap();
        assert!(kept.starts_with(b"first") && kept.ends_with(b"last") && kept.len() <= 3_000);
        assert_eq!(both_ends(&b"short"[..], 1_000).unwrap(), b"short");
    }

    #[test]
    fn a_reader_that_has_gone_away_ends_it_quietly() {
        assert!(quiet(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        assert!(quiet(Err(io::ErrorKind::StorageFull.into())).is_err());
    }
}
