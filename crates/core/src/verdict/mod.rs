//! Facts in, verdicts out: one judgement for browser, proxy and terminal.
//!
//! A verdict is met, not met or unknown. Unknown is a value, not an error: whoever knows better may waive it, where the
//! verdict says so. The rules stand in tables, one file a theme; each row says where its rule comes from, which
//! questions it needs, how much it weighs, and what Confluent's own use of the key proves of it.

mod access;
pub mod clock;
mod entra;
mod firewall;
mod ids;
mod key;
mod life;
mod network;
mod quota;
mod registered;
mod requirement;
mod row;
mod sources;
mod vault;

use crate::finding::Finding;
use crate::language::en;
use crate::plan::Plan;
use row::{Row, TABLES, WITHOUT_AZURE};

pub use crate::facts::{Facts, KeyFacts, NetworkFacts, Source, WhyUnknown, seconds_since_epoch};
pub use clock::WINDOW_SECONDS as VALIDATION_WINDOW_SECONDS;
pub use requirement::Requirement;

/// Whether a requirement is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is.
    Met,
    /// It is not; the cluster must not be created.
    NotMet,
    /// Nobody can say (yet).
    Unknown,
}

impl Outcome {
    /// `met`, `not_met`, `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Met => "met",
            Outcome::NotMet => "not_met",
            Outcome::Unknown => "unknown",
        }
    }
}

/// What the facts are held against.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The cluster’s region; empty while nobody has chosen one.
    pub region: &'a str,
    /// The whole plan, where there is one: a vault can be looked at long before.
    pub plan: Option<&'a Plan>,
}

impl<'a> From<&'a Plan> for Wanted<'a> {
    fn from(plan: &'a Plan) -> Self {
        Wanted { region: &plan.region, plan: Some(plan) }
    }
}

/// The judgement of one requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which one.
    pub requirement: Requirement,
    /// Whether it is met.
    pub outcome: Outcome,
    /// Why it is not met or not known, the likeliest first. Also warnings about one that is met.
    pub findings: Vec<Finding>,
    /// What was read, and who said it, that this rests on.
    pub evidence: Vec<(Source, String)>,
    /// Whether a person may decide to go on although it is unknown.
    pub waivable: bool,
    /// For how many more seconds waiting may settle it; `None` when waiting is not what is needed.
    pub wait_seconds: Option<u64>,
}

impl Verdict {
    /// The finding that matters most.
    pub fn finding(&self) -> Option<&Finding> {
        self.findings.first()
    }

    /// The requirement in a few words.
    pub fn title(&self) -> &'static str {
        self.requirement.title()
    }

    /// What was found, in a sentence or two.
    pub fn message(&self) -> String {
        self.finding().map_or_else(|| en::requirement(self.requirement).1.to_owned(), Finding::message)
    }

    /// What to do about it; empty when there is nothing to do.
    pub fn fix(&self) -> String {
        self.finding().map_or_else(String::new, Finding::fix)
    }
}

/// Judges every requirement that the plan and the facts give reason to ask for, each once, in order. `now` is in seconds
/// since the Unix epoch.
pub fn judge<'a>(wanted: impl Into<Wanted<'a>>, facts: &Facts, now: u64) -> Vec<Verdict> {
    judge_by(TABLES, &Case { wanted: wanted.into(), facts, now, causes })
}

/// Like [`judge`] where nobody asked Azure anything: only what the answers and Confluent tell. Apart, so that the page
/// does not carry rules for facts that it never has.
pub fn judge_without_azure<'a>(wanted: impl Into<Wanted<'a>>, facts: &Facts, now: u64) -> Vec<Verdict> {
    judge_by(WITHOUT_AZURE, &Case { wanted: wanted.into(), facts, now, causes: |_| Vec::new() })
}

fn judge_by(tables: &[&[Row]], case: &Case<'_>) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for row in tables.iter().flat_map(|rows| rows.iter()) {
        if let Some(judged) = row.judge(case) {
            verdicts.push(Verdict {
                requirement: row.requirement,
                outcome: judged.outcome,
                findings: judged.findings,
                evidence: judged.evidence,
                waivable: judged.outcome == Outcome::Unknown && judged.wait_seconds.is_none(),
                wait_seconds: judged.wait_seconds,
            });
        }
    }
    verdicts
}

/// What every rule looks at.
struct Case<'a> {
    wanted: Wanted<'a>,
    facts: &'a Facts,
    now: u64,
    /// What is known to keep Confluent from using the key.
    causes: fn(&Case<'_>) -> Vec<Finding>,
}

impl Case<'_> {
    /// Whether Confluent's last look at the key succeeded.
    fn confluent_has_used_the_key(&self) -> bool {
        self.facts.key.as_ref().is_ok_and(|key| key.phase == "VALID")
    }

    /// How many seconds are left in which roles may not work yet; `None` after that, or if nothing has started.
    fn window(&self) -> Option<u64> {
        clock::remaining(clock::started(self.facts.key.as_ref().ok()?)?, self.now)
    }
}

/// Everything that is not met and keeps Confluent from using the key, the likeliest first.
fn causes(case: &Case<'_>) -> Vec<Finding> {
    const RANKED: &[Requirement] = &[
        Requirement::VaultRbac,
        Requirement::AccessPrincipal,
        Requirement::AccessEncryptionUser,
        Requirement::AccessReader,
        Requirement::KeyEnabled,
        Requirement::KeyDates,
        Requirement::VaultFirewall,
        Requirement::KeyTenant,
        Requirement::TenantExists,
        Requirement::SubscriptionTenant,
        Requirement::SubscriptionExists,
        Requirement::VaultExists,
        Requirement::KeyExists,
        Requirement::KeyType,
        Requirement::KeyOperations,
        Requirement::KeySize,
        Requirement::VaultPurgeProtection,
        Requirement::VaultSku,
    ];
    let judged = RANKED.iter().filter_map(|requirement| row::of(*requirement)?.judge(case));
    judged.filter(|judged| judged.outcome == Outcome::NotMet).flat_map(|judged| judged.findings).collect()
}

#[cfg(test)]
mod tests;
