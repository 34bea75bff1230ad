//! One line: judged, and printed as JSON or for people.

use std::borrow::Cow;
use std::io::{self, Write};

use byok_core::finding::{Code, Finding};
use byok_core::id::{self, AnyChecked, Kind, Status};
use serde::Serialize;

use super::As;
use crate::output::{FindingJson, Paint, print_findings, print_marks};

/// A judged line.
pub(super) struct Line<'a> {
    number: u64,
    input: Cow<'a, str>,
    kind: Kind,
    checked: AnyChecked,
    pub status: Status,
}

impl<'a> Line<'a> {
    /// Judges the bytes of a line; `None` for an empty one. `cut` says that the line was longer than is kept.
    pub fn read(bytes: &'a [u8], number: u64, kind: As, cut: bool) -> Option<Self> {
        let (input, code) = match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), None),
            Err(_) => (String::from_utf8_lossy(bytes), Some(Code::TextNotUtf8)),
        };
        let code = if cut { Some(Code::TextTooLong) } else { code };
        if input.trim().is_empty() && !cut {
            return None;
        }
        let (kind, checked) = match code {
            None => check(&input, kind),
            Some(_) if byok_core::text::looks_secret(&input) => unusable(Code::InputSecret),
            Some(code) => unusable(code),
        };
        let status = checked.status();
        Some(Line { number, input, kind, checked, status })
    }

    /// Appends the line as an object of JSON.
    pub fn print_json(&self, output: &mut Vec<u8>) -> io::Result<()> {
        serde_json::to_writer(&mut *output, &self.json())?;
        output.push(b'\n');
        Ok(())
    }

    /// Appends the line for people.
    pub fn print_text(&self, output: &mut Vec<u8>, paint: Paint) -> io::Result<()> {
        let status = self.status.as_str();
        let (colour, plain) = match self.status {
            Status::Ok => paint.green(),
            Status::Repaired => paint.yellow(),
            Status::Rejected => paint.red(),
        };
        write!(output, "{:>4}  {colour}{status:<8}{plain}  {}", self.number, self.kind.as_str())?;
        if let Some(value) = self.checked.value() {
            write!(output, "  {value}")?;
        }
        writeln!(output)?;
        print_findings(output, "      ", self.checked.findings())?;
        if !self.secret() {
            print_marks(output, "      ", &self.input)?;
        }
        Ok(())
    }

    /// What there is to tell.
    pub fn findings(&self) -> &[Finding] {
        self.checked.findings()
    }

    fn secret(&self) -> bool {
        self.checked.findings().iter().any(|finding| finding.code == Code::InputSecret)
    }

    fn json(&self) -> Json<'_> {
        let findings = self.checked.findings();
        Json {
            line: self.number,
            input: if self.secret() { None } else { Some(&self.input) },
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
            version: checked.version(),
            ..Parts::default()
        }),
        AnyChecked::TenantId(_) | AnyChecked::Unknown(_) => Parts::default(),
    }
}
