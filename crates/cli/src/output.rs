//! What the commands that print share: colour, findings as text and as JSON, characters that are not what they seem.

use std::io::{self, IsTerminal, Write};

use byok_core::finding::{Finding, Severity};
use byok_core::text::{self, Fate};
use serde::Serialize;

/// Colour, or none.
#[derive(Clone, Copy, Debug)]
pub struct Paint(bool);

impl Paint {
    /// No colour.
    #[cfg(test)]
    pub const PLAIN: Paint = Paint(false);

    /// Colour if the standard output is a terminal and nobody asked for none (no-color.org).
    pub fn of_stdout() -> Self {
        Paint(io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
    }

    /// What comes before and after.
    pub fn green(self) -> (&'static str, &'static str) {
        self.with("\x1b[32m")
    }

    /// What comes before and after.
    pub fn yellow(self) -> (&'static str, &'static str) {
        self.with("\x1b[33m")
    }

    /// What comes before and after.
    pub fn red(self) -> (&'static str, &'static str) {
        self.with("\x1b[31m")
    }

    fn with(self, colour: &'static str) -> (&'static str, &'static str) {
        if self.0 { (colour, "\x1b[0m") } else { ("", "") }
    }
}

/// `None` to go on after writing; else how to end. A reader of our output that has gone away ends it quietly.
pub fn quiet<T>(written: io::Result<()>, result: T) -> Option<io::Result<T>> {
    match written {
        Ok(()) => None,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Some(Ok(result)),
        Err(error) => Some(Err(error)),
    }
}

/// Each finding on a line, with the fix on the next where there is something to do.
pub fn print_findings(output: &mut impl Write, indent: &str, findings: &[Finding]) -> io::Result<()> {
    for finding in findings {
        writeln!(output, "{indent}{}: {}", finding.severity().as_str(), finding.message())?;
        if finding.severity() != Severity::Info {
            writeln!(output, "{indent}fix: {}", finding.fix())?;
        }
    }
    Ok(())
}

/// The characters of a paste that are not what they seem, each on a line. Never for a text that looks like a secret.
pub fn print_marks(output: &mut impl Write, indent: &str, pasted: &str) -> io::Result<()> {
    const SHOWN: usize = 10;
    let marks = text::marks(pasted);
    for mark in marks.iter().take(SHOWN) {
        write!(output, "{indent}character {}: {} {}", mark.at + 1, mark.code, mark.name)?;
        match (mark.fate, mark.becomes) {
            (Fate::LooksLike, Some(plain)) => writeln!(output, ", looks like `{plain}`")?,
            (_, Some(' ')) => writeln!(output, ", taken for a space")?,
            (_, Some(plain)) => writeln!(output, ", taken for `{plain}`")?,
            (_, None) => writeln!(output, ", removed")?,
        }
    }
    match marks.len().checked_sub(SHOWN) {
        None | Some(0) => Ok(()),
        Some(more) => writeln!(output, "{indent}and {more} more such characters"),
    }
}

/// A finding in JSON.
#[derive(Serialize)]
pub struct FindingJson {
    code: &'static str,
    severity: &'static str,
    message: String,
    fix: String,
}

impl FindingJson {
    /// Of a finding.
    pub fn of(finding: &Finding) -> Self {
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

    #[test]
    fn characters_that_are_not_what_they_seem_are_shown_by_place() {
        let mut output = Vec::new();
        print_marks(&mut output, "  ", "kv\u{200B}–а\u{A0}").unwrap();
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "  character 3: U+200B zero-width space, removed\n  character 4: U+2013 en dash, taken for `-`\n  character 5: U+0430 Cyrillic letter, looks like `a`\n  character 6: U+00A0 no-break space, taken for a space\n"
        );
        let mut many = Vec::new();
        print_marks(&mut many, "", &"\u{200B}".repeat(12)).unwrap();
        assert!(String::from_utf8(many).unwrap().ends_with("\nand 2 more such characters\n"));
    }

    #[test]
    fn without_colour_nothing_is_painted() {
        assert_eq!(Paint::PLAIN.red(), ("", ""));
        assert_ne!(Paint(true).red(), ("", ""));
    }
}
