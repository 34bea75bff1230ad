//! A preflight for people: a line a verdict as it is known, what to do below it, and a summary.

use std::collections::HashSet;
use std::io::{self, Write};

use byok_core::wire::{PreflightView, VerdictView};

use crate::output::Paint;

/// Prints to `output`.
pub(super) struct Printer<W> {
    output: W,
    paint: Paint,
    /// Requirements that were told.
    told: HashSet<String>,
}

impl<W: Write> Printer<W> {
    pub(super) fn new(output: W, paint: Paint) -> Self {
        Self { output, paint, told: HashSet::new() }
    }

    /// One verdict. What is simply met takes one line.
    pub(super) fn verdict(&mut self, verdict: &VerdictView) -> io::Result<()> {
        let (sign, (on, off)) = match verdict.outcome.as_str() {
            "met" if verdict.findings.is_empty() => ("✓", self.paint.green()),
            "met" => ("✓", self.paint.yellow()),
            "not_met" => ("✗", self.paint.red()),
            _ => ("?", self.paint.yellow()),
        };
        let again =
            if self.told.insert(verdict.requirement.clone()) { "" } else { " (after further answers)" };
        writeln!(self.output, "{on}{sign}{off} {}{again}", verdict.title)?;
        if verdict.outcome == "met" && verdict.findings.is_empty() {
            return self.output.flush();
        }
        let mut told = vec![(verdict.message.as_str(), verdict.fix.as_str())];
        told.extend(verdict.findings.iter().map(|finding| (finding.message.as_str(), finding.fix.as_str())));
        let mut before: Vec<(&str, &str)> = Vec::new();
        for (message, fix) in told {
            if before.contains(&(message, fix)) {
                continue;
            }
            before.push((message, fix));
            writeln!(self.output, "    {message}")?;
            if !fix.is_empty() {
                writeln!(self.output, "    fix: {fix}")?;
            }
        }
        if !verdict.who.is_empty() {
            writeln!(self.output, "    who: {}", verdict.who)?;
        }
        for evidence in &verdict.evidence {
            writeln!(self.output, "    seen: {} ({})", evidence.text, evidence.source)?;
        }
        self.output.flush()
    }

    /// How many are met, and who was asked.
    pub(super) fn summary(&mut self, view: &PreflightView) -> io::Result<()> {
        let count = |outcome: &str| view.verdicts.iter().filter(|verdict| verdict.outcome == outcome).count();
        let warned = view
            .verdicts
            .iter()
            .filter(|verdict| verdict.outcome == "met" && !verdict.findings.is_empty())
            .count();
        let (met, not_met, unknown) = (count("met"), count("not_met"), count("unknown"));
        writeln!(self.output, "\n{met} met ({warned} with a remark), {not_met} not met, {unknown} unknown")?;
        for source in &view.sources {
            let state = source.state.replace('_', " ");
            let detail =
                if source.detail.is_empty() { String::new() } else { format!(": {}", source.detail) };
            writeln!(self.output, "  {} {state}{detail}", source.source)?;
        }
        self.output.flush()
    }

    /// Everything as one object.
    pub(super) fn json(&mut self, view: &PreflightView) -> io::Result<()> {
        serde_json::to_writer(&mut self.output, view)?;
        writeln!(self.output)?;
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use byok_core::wire::{EvidenceView, FindingView, SourceView};

    fn verdict(outcome: &str, findings: Vec<FindingView>) -> VerdictView {
        VerdictView {
            requirement: "vault.rbac".to_owned(),
            title: "Roles count at the vault".to_owned(),
            outcome: outcome.to_owned(),
            waivable: false,
            wait_seconds: None,
            message: findings.first().map_or_else(String::new, |finding| finding.message.clone()),
            fix: findings.first().map_or_else(String::new, |finding| finding.fix.clone()),
            findings,
            evidence: vec![EvidenceView { source: "arm".to_owned(), text: "roles are off".to_owned() }],
            who: "An owner of the vault".to_owned(),
        }
    }

    fn finding() -> FindingView {
        FindingView {
            code: "vault.rbac-off".to_owned(),
            field: None,
            message: "Roles do not count.".to_owned(),
            fix: "Switch them on.".to_owned(),
        }
    }

    fn printed(print: impl FnOnce(&mut Printer<Vec<u8>>)) -> String {
        let mut printer = Printer::new(Vec::new(), Paint::PLAIN);
        print(&mut printer);
        String::from_utf8(printer.output).unwrap()
    }

    #[test]
    fn a_line_for_what_is_met_and_all_there_is_for_the_rest() {
        let text = printed(|printer| {
            printer.verdict(&verdict("met", Vec::new())).unwrap();
            printer.verdict(&verdict("not_met", vec![finding()])).unwrap();
        });
        assert_eq!(
            text,
            "✓ Roles count at the vault\n✗ Roles count at the vault (after further answers)\n    Roles do not count.\n    fix: Switch them on.\n    who: An owner of the vault\n    seen: roles are off (arm)\n"
        );
    }

    #[test]
    fn the_summary_counts_and_says_who_was_asked() {
        let view = PreflightView {
            outcome: "unknown".to_owned(),
            verdicts: vec![verdict("met", vec![finding()]), verdict("unknown", vec![finding()])],
            sources: vec![SourceView {
                source: "arm".to_owned(),
                state: "not_asked".to_owned(),
                detail: "nobody is signed in".to_owned(),
            }],
            now: 1,
        };
        let text = printed(|printer| printer.summary(&view).unwrap());
        assert_eq!(
            text,
            "\n1 met (1 with a remark), 0 not met, 1 unknown\n  arm not asked: nobody is signed in\n"
        );
    }
}
