//! Pasted texts: what they hold, what is wrong with them, and what an error among them means.

use crate::explain;
use crate::finding::{Finding, Severity};
use crate::id;
use crate::recognise;
use crate::text;
use crate::wire::FindingView;

crate::record! {
    /// Asks what a text holds (`recognise`) or means (`explain`).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TextQuestion {
        /// The text as pasted.
        pub text: String,
    }

    /// What a text holds.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RecogniseAnswer {
        /// `recognised`, `partial`, `nothing`, `secret`.
        pub status: String,
        /// The one resource ID of a vault that it names.
        pub key_vault_id: Option<String>,
        /// The one key identifier.
        pub key_id: Option<String>,
        /// The one tenant.
        pub tenant_id: Option<String>,
        /// Every ID, in the order of the text.
        pub found: Vec<FoundAnswer>,
        /// What there is to tell of the text as a whole.
        pub findings: Vec<FindingView>,
        /// The characters that are not what they seem.
        pub marks: Vec<MarkAnswer>,
    }

    /// An ID in a text.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FoundAnswer {
        /// `key-vault-id`, `key-id`, `tenant-id`, `subscription-id`, …
        pub kind: String,
        /// The canonical form.
        pub value: String,
        /// Where it came from, in a few words.
        pub origin: String,
        /// Whether nothing is wrong with it.
        pub usable: bool,
        /// What was repaired and what is wrong with it.
        pub findings: Vec<FindingView>,
    }

    /// A character that is not what it seems.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct MarkAnswer {
        /// Its place, counted in characters from 0.
        pub at: u32,
        /// The character as pasted.
        pub pasted: String,
        /// Its code point.
        pub code: String,
        /// What it is, in plain words.
        pub name: String,
        /// What it is replaced by or looks like; absent when it is removed.
        pub becomes: Option<String>,
    }

    /// Asks for the judgement of lines, an ID each.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CheckQuestion {
        /// The lines, separated by line breaks.
        pub text: String,
        /// The number of the first one.
        pub first: u32,
    }

    /// How many lines can be used, and those about which there is something to tell.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CheckAnswer {
        /// Usable as they stand.
        pub ok: u32,
        /// Usable after repairs.
        pub repaired: u32,
        /// Not usable.
        pub rejected: u32,
        /// Repaired and rejected lines, at most [`MOST_TOLD`] of them.
        pub told: Vec<CheckedAnswer>,
    }

    /// A line about which there is something to tell.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CheckedAnswer {
        /// Its number, from 1.
        pub line: u32,
        /// `repaired` or `rejected`.
        pub status: String,
        /// What it is used as.
        pub value: Option<String>,
        /// What was repaired and what is wrong.
        pub findings: Vec<FindingView>,
    }

    /// The three texts of the form, as typed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RepairQuestion {
        /// Resource ID of the vault.
        pub key_vault_id: String,
        /// Key identifier.
        pub key_id: String,
        /// Tenant.
        pub tenant_id: String,
    }

    /// The repairs that one click makes.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RepairsAnswer {
        /// Alternatives where there are several.
        pub repairs: Vec<RepairAnswer>,
    }

    /// A repair in one step.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RepairAnswer {
        /// What is wrong, and what the repair does.
        pub finding: FindingView,
        /// The fields to set.
        pub sets: Vec<SetAnswer>,
    }

    /// A field and its new text.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SetAnswer {
        /// Name of the field.
        pub field: String,
        /// Its new text; empty to empty it.
        pub value: String,
    }

    /// What an error text means.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ExplainAnswer {
        /// `explained`, `unmatched`, `empty`, `secret`.
        pub status: String,
        /// The causes, the likeliest first.
        pub causes: Vec<CauseAnswer>,
        /// What would help to get further.
        pub help: Option<String>,
        /// What is to be said about the reading itself.
        pub note: Option<String>,
    }

    /// A cause of an error.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CauseAnswer {
        /// Stable code.
        pub code: String,
        /// `certain`, `likely`, `possible`.
        pub certainty: String,
        /// What happened.
        pub message: String,
        /// How to fix it.
        pub fix: String,
        /// The command that decides it; it only reads.
        pub command: Option<String>,
        /// What the text says about it.
        pub evidence: Vec<EvidenceAnswer>,
    }

    /// A piece of evidence.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct EvidenceAnswer {
        /// What it is.
        pub name: String,
        /// The value in the text.
        pub value: String,
    }
}

/// The most lines that one answer tells about.
pub const MOST_TOLD: usize = 100;
/// The most characters that are shown one by one.
const MOST_MARKS: usize = 200;

fn views(findings: &[Finding]) -> Vec<FindingView> {
    findings.iter().map(FindingView::from).collect()
}

pub(super) fn recognised(question: TextQuestion) -> RecogniseAnswer {
    let found = recognise::recognise(&question.text);
    let secret = found.status() == recognise::Status::Secret;
    let marks = if secret { Vec::new() } else { text::marks(&question.text) };
    RecogniseAnswer {
        status: found.status().as_str().to_owned(),
        key_vault_id: found.key_vault_id.as_ref().map(|chosen| chosen.value.to_string()),
        key_id: found.key_id.as_ref().map(|chosen| chosen.value.to_string()),
        tenant_id: found.tenant_id.as_ref().map(|chosen| chosen.value.to_string()),
        found: found
            .found
            .iter()
            .map(|found| FoundAnswer {
                kind: found.kind.as_str().to_owned(),
                value: found.value.clone(),
                origin: found.origin.to_string(),
                usable: found.usable(),
                findings: views(&found.findings),
            })
            .collect(),
        findings: views(&found.findings),
        marks: marks
            .into_iter()
            .take(MOST_MARKS)
            .map(|mark| MarkAnswer {
                at: u32::try_from(mark.at).unwrap_or(u32::MAX),
                pasted: mark.pasted.to_string(),
                code: mark.code,
                name: mark.name.to_owned(),
                becomes: mark.becomes.map(String::from),
            })
            .collect(),
    }
}

pub(super) fn checked(question: CheckQuestion) -> CheckAnswer {
    let mut answer = CheckAnswer { ok: 0, repaired: 0, rejected: 0, told: Vec::new() };
    for (line, number) in question.text.lines().zip(question.first..) {
        if line.trim().is_empty() {
            continue;
        }
        let (_, checked) = id::any(line);
        let count = match checked.status() {
            id::Status::Ok => {
                answer.ok += 1;
                continue;
            }
            id::Status::Repaired => &mut answer.repaired,
            id::Status::Rejected => &mut answer.rejected,
        };
        *count += 1;
        if answer.told.len() < MOST_TOLD {
            answer.told.push(CheckedAnswer {
                line: number,
                status: checked.status().as_str().to_owned(),
                value: checked.value(),
                findings: views(checked.findings()),
            });
        }
    }
    answer
}

pub(super) fn repaired(question: RepairQuestion) -> RepairsAnswer {
    let repairs = id::repair(&question.key_vault_id, &question.key_id, &question.tenant_id, &[]);
    RepairsAnswer {
        repairs: repairs
            .into_iter()
            .map(|repair| RepairAnswer {
                finding: FindingView::from(&repair.finding),
                sets: repair
                    .sets
                    .into_iter()
                    .map(|(field, value)| SetAnswer { field: field.as_str().to_owned(), value })
                    .collect(),
            })
            .collect(),
    }
}

pub(super) fn explained(question: TextQuestion) -> ExplainAnswer {
    let explained = explain::explain(&question.text);
    ExplainAnswer {
        status: explained.status.as_str().to_owned(),
        help: explained.help().map(str::to_owned),
        note: explained.note().map(str::to_owned),
        causes: explained
            .causes
            .iter()
            .filter(|found| found.severity() >= Severity::Info)
            .map(|found| CauseAnswer {
                code: found.code().to_owned(),
                certainty: found.certainty.as_str().to_owned(),
                message: found.message(),
                fix: found.fix(),
                command: found.command(),
                evidence: found
                    .evidence
                    .iter()
                    .map(|evidence| EvidenceAnswer {
                        name: evidence.name.as_str().to_owned(),
                        value: evidence.value.clone(),
                    })
                    .collect(),
            })
            .collect(),
    }
}
