//! One line: judged, and printed for people.

use std::borrow::Cow;
use std::io::{self, Write};

use byok_core::finding::{Code, Finding};
use byok_core::id::{self, AnyChecked, Kind, Status};

use super::As;
use crate::output::{Paint, print_findings, print_marks};

/// A judged line.
pub(super) struct Line<'a> {
    pub number: u64,
    pub input: Cow<'a, str>,
    pub kind: Kind,
    pub checked: AnyChecked,
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

    /// Whether it looks like it holds a secret, so that nothing of it is repeated.
    pub fn secret(&self) -> bool {
        self.checked.findings().iter().any(|finding| finding.code == Code::InputSecret)
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
