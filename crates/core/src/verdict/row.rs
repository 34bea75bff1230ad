//! A row of the table: a requirement, its rule, and what belongs to it.

use super::{
    Case, Requirement, access, entra, firewall, ids, key, life, network, quota, registered, sources, vault,
};
use crate::facts::{Question, Source, WhyUnknown};
use crate::finding::{Code, Field, Finding};
use crate::verdict::Outcome;

/// Judges; `None` where there is no reason to ask.
pub(super) type Rule = fn(&Case<'_>) -> Option<Judged>;

/// How much a requirement weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// Without it no cluster.
    Blocking,
    /// Told, and in nobody's way: always met, with or without a finding.
    Warning,
}

/// What it means for a requirement that is unknown when Confluent has used the key (`VALID`): the key has then been
/// reached, with the tenant entered, by Confluent's service principal, through whatever stands before the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nothing.
    None,
    /// It is met, for this reason.
    Proves(&'static str),
    /// It stays unknown but is only a warning: Confluent takes the key without it.
    Warns,
}

pub(super) struct Row {
    pub(super) requirement: Requirement,
    pub(super) rule: Rule,
    /// The questions whose answers can change the verdict.
    pub(super) needs: &'static [Question],
    /// Where the rule comes from.
    pub(super) source: &'static str,
    pub(super) weight: Weight,
    pub(super) proof: Proof,
    /// Who can put it right.
    pub(super) who: &'static str,
}

/// All rows, by theme, in the order in which they are shown.
pub(super) const TABLES: &[&[Row]] = &[
    ids::ROWS,
    entra::ROWS,
    vault::ROWS,
    firewall::ROWS,
    key::ROWS,
    life::ROWS,
    access::ROWS,
    registered::ROWS,
    network::ROWS,
    quota::ROWS,
    sources::ROWS,
];

/// What Confluent alone tells: nobody has to be asked about Azure.
pub(super) const WITHOUT_AZURE: &[&[Row]] = &[ids::ROWS, registered::ROWS, network::ROWS];

/// The row of a requirement.
pub(super) fn of(requirement: Requirement) -> Option<&'static Row> {
    TABLES.iter().flat_map(|rows| rows.iter()).find(|row| row.requirement == requirement)
}

/// What a rule returns: a verdict without its requirement.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) outcome: Outcome,
    pub(super) findings: Vec<Finding>,
    pub(super) evidence: Vec<(Source, String)>,
    pub(super) wait_seconds: Option<u64>,
}

impl Judged {
    fn new(outcome: Outcome, findings: Vec<Finding>) -> Self {
        Judged { outcome, findings, evidence: Vec::new(), wait_seconds: None }
    }

    pub(super) fn met() -> Self {
        Judged::new(Outcome::Met, Vec::new())
    }

    /// Met, with something to tell.
    pub(super) fn met_but(finding: Finding) -> Self {
        Judged::new(Outcome::Met, vec![finding])
    }

    pub(super) fn not_met(finding: Finding) -> Self {
        Judged::new(Outcome::NotMet, vec![finding])
    }

    pub(super) fn unknown(finding: Finding) -> Self {
        Judged::new(Outcome::Unknown, vec![finding])
    }

    /// Unknown, and settled by waiting at most so many seconds.
    pub(super) fn waiting(finding: Finding, seconds: u64) -> Self {
        Judged { wait_seconds: Some(seconds), ..Judged::unknown(finding) }
    }

    /// Unknown because a source did not tell.
    pub(super) fn unread(field: Field, why: &WhyUnknown) -> Self {
        let code = match why {
            WhyUnknown::NotAsked => Code::AzureNotAsked,
            WhyUnknown::NoCredentials => Code::AzureNoCredentials,
            WhyUnknown::Denied(_) => Code::AzureDenied,
            WhyUnknown::Failed(_) => Code::AzureFailed,
        };
        Judged::unknown(Finding::about(field, code).with("reason", why.reason()))
    }

    /// Unknown because what was read does not say it, or in a word that this version does not know.
    pub(super) fn unclear(field: Field, text: &str) -> Self {
        Judged::unknown(Finding::about(field, Code::AzureUnclear).with("text", text))
    }

    /// Met, and what was to tell is told all the same.
    pub(super) fn met_all_the_same(self) -> Self {
        Judged { outcome: Outcome::Met, wait_seconds: None, ..self }
    }

    /// Adds what it rests on.
    pub(super) fn seen(mut self, source: Source, text: impl Into<String>) -> Self {
        self.evidence.push((source, text.into()));
        self
    }

    /// Adds something more to tell.
    pub(super) fn and(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }
}

impl Row {
    /// What the rule says, weighed by what Confluent has proven and by how much the requirement matters.
    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Judged> {
        let mut judged = (self.rule)(case)?;
        if judged.outcome == Outcome::Unknown && case.confluent_has_used_the_key() {
            match self.proof {
                Proof::None => {}
                Proof::Proves(why) => {
                    let evidence = std::mem::take(&mut judged.evidence);
                    judged = Judged { evidence, ..Judged::met() }.seen(Source::Confluent, why);
                }
                Proof::Warns => {
                    judged.outcome = Outcome::Met;
                    judged.wait_seconds = None;
                }
            }
        }
        if self.weight == Weight::Warning {
            judged.outcome = Outcome::Met;
            judged.wait_seconds = None;
        }
        Some(judged)
    }
}
