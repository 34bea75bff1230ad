//! Error text from Azure, Microsoft Entra, the Azure CLI, Confluent and Terraform, explained: ranked causes, each with
//! the evidence found in the text, the command that decides it and the fix.
//!
//! What matches no cause is said to match none; nothing is guessed. Nothing that looks like a secret is repeated.

mod cause;
mod command;
mod evidence;
mod examples;
mod normal;
mod rules;

use crate::finding::{Field, Severity};
use crate::language::en_explain;

pub use cause::{CATALOGUE, Cause, Entry};
pub use evidence::{Evidence, Name};
pub use examples::example;
pub use normal::LIMIT;

use normal::Normal;

/// The most causes that are told.
const MOST: usize = 16;

/// How sure it is that a cause holds, from the text alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The text says so.
    Certain,
    /// The text says something that mostly means this.
    Likely,
    /// The text says too little; this is one of the causes that stand behind such a text.
    Possible,
}

impl Certainty {
    /// `certain`, `likely`, `possible`.
    pub fn as_str(self) -> &'static str {
        match self {
            Certainty::Certain => "certain",
            Certainty::Likely => "likely",
            Certainty::Possible => "possible",
        }
    }
}

/// What became of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// There are causes.
    Explained,
    /// The text matches no cause.
    Unmatched,
    /// There is no text.
    Empty,
    /// The text holds something that looks like a secret; there may be causes all the same.
    Secret,
}

impl Status {
    /// `explained`, `unmatched`, `empty`, `secret`.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Explained => "explained",
            Status::Unmatched => "unmatched",
            Status::Empty => "empty",
            Status::Secret => "secret",
        }
    }
}

/// An explained text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What became of it.
    pub status: Status,
    /// The causes, the most probable first.
    pub causes: Vec<Found>,
    /// Everything that the text says of itself, by name.
    pub evidence: Vec<Evidence>,
    /// Whether the text was longer than [`LIMIT`], so that only its two ends were read.
    pub cut: bool,
}

impl Explanation {
    /// What helps to get further, or what to do about a secret; `None` where the causes say it all.
    pub fn help(&self) -> Option<&'static str> {
        en_explain::help(self.status)
    }

    /// What is to be said about the reading itself.
    pub fn note(&self) -> Option<&'static str> {
        self.cut.then_some(en_explain::CUT)
    }
}

/// A cause found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which one of the catalogue.
    pub cause: Cause,
    /// How sure it is.
    pub certainty: Certainty,
    /// What the text says about it.
    pub evidence: Vec<Evidence>,
}

impl Found {
    /// The stable code, for example `vault.firewall`.
    pub fn code(&self) -> &'static str {
        self.cause.as_str()
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        self.cause.entry().severity
    }

    /// The answer of the user that it points at; for a refused field the one that the text points at.
    pub fn field(&self) -> Option<Field> {
        let last = |pointer: &str| pointer.rsplit('/').next().and_then(Field::parse);
        self.cause.entry().field.or_else(|| {
            self.value(Name::Pointer).filter(|_| self.cause == Cause::ConfluentField).and_then(last)
        })
    }

    /// What happened, in a sentence or two.
    pub fn message(&self) -> String {
        self.fill(en_explain::sentences(self.cause).message, false)
    }

    /// How to fix it, in a sentence or two.
    pub fn fix(&self) -> String {
        self.fill(en_explain::sentences(self.cause).fix, false)
    }

    /// The command that decides whether it holds; it only reads. What the text does not say is a word in capitals.
    pub fn command(&self) -> Option<String> {
        command::command(self.cause).map(|template| self.fill(template, true))
    }

    fn value(&self, name: Name) -> Option<&str> {
        self.evidence.iter().find(|evidence| evidence.name == name).map(|evidence| evidence.value.as_str())
    }

    /// Puts the evidence in place of `{name|words}`. Into a command goes only what no shell can mistake.
    fn fill(&self, template: &str, command: bool) -> String {
        let mut out = String::with_capacity(template.len() + 64);
        let mut rest = template;
        while let Some((before, from)) = rest.split_once('{') {
            out.push_str(before);
            let Some((inside, after)) = from.split_once('}').filter(|(inside, _)| inside.contains('|'))
            else {
                out.push('{');
                rest = from;
                continue;
            };
            let (name, words) = inside.split_once('|').unwrap_or((inside, ""));
            let value =
                Name::ALL.iter().find(|known| known.as_str() == name).and_then(|name| self.value(*name));
            match value {
                Some(value) if command && plain(value) => out.push_str(value),
                Some(value) if !command && value.chars().all(|c| c.is_ascii_digit()) => out.push_str(value),
                Some(value) if !command => {
                    out.push('`');
                    out.push_str(value);
                    out.push('`');
                }
                _ => out.push_str(words),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// Whether a value is the same text to every shell, and no option.
fn plain(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/')
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | ':'))
}

/// Explains an error text. Never fails; takes time in proportion to the text.
pub fn explain(text: &str) -> Explanation {
    let normal = Normal::of(text);
    let evidence = evidence::all(&normal);
    let causes = ranked(&normal, &evidence);
    let status = match () {
        () if normal.secret => Status::Secret,
        () if !causes.is_empty() => Status::Explained,
        () if normal.text.is_empty() => Status::Empty,
        () => Status::Unmatched,
    };
    Explanation { status, causes, evidence, cut: normal.cut }
}

/// The text in the form that evidence is cut out of: one line, without colours, frames, escapes and secrets. Empty where
/// a secret cannot be told apart from the rest.
pub fn normalised(text: &str) -> String {
    let normal = Normal::of(text);
    if normal.silent { String::new() } else { normal.text }
}

/// The causes that match, then those that may stand behind them.
fn ranked(normal: &Normal, evidence: &[Evidence]) -> Vec<Found> {
    let mut hits = rules::matching(normal);
    hits.sort_by_key(|hit| (hit.certainty, hit.cause));
    let mut found: Vec<Found> = Vec::new();
    for hit in &hits {
        if !found.iter().any(|found| found.cause == hit.cause) {
            let evidence = evidence::near(evidence, hit.place);
            found.push(Found { cause: hit.cause, certainty: hit.certainty, evidence });
        }
    }
    for place in 0..found.len() {
        let Some(parent) = found.get(place).cloned() else { break };
        for &cause in parent.cause.entry().then {
            if !found.iter().any(|found| found.cause == cause) {
                let evidence = parent.evidence.clone();
                found.push(Found { cause, certainty: Certainty::Possible, evidence });
            }
        }
    }
    found.truncate(MOST);
    found
}
