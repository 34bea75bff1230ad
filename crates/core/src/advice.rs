//! Verdicts in words, for page and proxy alike; and what the page has judged by itself after a key is registered: facts
//! as the proxy reports them in, verdicts to show out.

use crate::confluent;
use crate::finding::{Finding, Severity};
use crate::id;
use crate::plan::Plan;
use crate::verdict::{self, Facts, KeyFacts, NetworkFacts, Outcome, Requirement, Verdict, WhyUnknown};
use crate::wire::{EvidenceView, FindingView, KeyView, NetworkView, VerdictView};

/// A plan with a registered key, and what the proxy reports of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What the user wants.
    pub plan: Plan,
    /// The registered key, as the proxy reports it.
    pub key: KeyView,
    /// The network of the plan, as the proxy reports it.
    pub network: Option<NetworkView>,
    /// Whether the user typed the key's IDs, so that a refusal points at them.
    pub typed: bool,
}

/// Every requirement, judged, in order. `now` is the clock, in seconds since the Unix epoch.
pub fn judge(judged: &Judged, now: u64) -> Vec<VerdictView> {
    let Judged { plan, key, network, typed } = judged;
    let network = match (network, &plan.network) {
        (Some(network), _) => Ok(NetworkFacts::of(network)),
        (None, None) => Err(WhyUnknown::NotAsked),
        (None, Some(id)) => {
            let mut reason = id.clone();
            reason.push_str(" is not among this environment’s networks in the region");
            Err(WhyUnknown::Failed(reason))
        }
    };
    let facts = Facts { key: Ok(KeyFacts::of(key, now)), network, ..Facts::default() };
    let verdicts = verdict::judge_without_azure(plan, &facts, now);
    let view = |verdict: &Verdict| VerdictView {
        findings: reasons(verdict, key, *typed).iter().map(FindingView::from).collect(),
        ..view(verdict, "")
    };
    verdicts.iter().map(view).collect()
}

/// Verdicts in words, as they travel, in their order.
pub fn views(verdicts: &[Verdict]) -> Vec<VerdictView> {
    verdicts.iter().map(|verdict| view(verdict, verdict.requirement.who())).collect()
}

/// The worst of all verdicts: not met before unknown before met. Met if there is none.
pub fn outcome(verdicts: &[Verdict]) -> Outcome {
    let any = |outcome| verdicts.iter().any(|verdict| verdict.outcome == outcome);
    if any(Outcome::NotMet) {
        Outcome::NotMet
    } else if any(Outcome::Unknown) {
        Outcome::Unknown
    } else {
        Outcome::Met
    }
}

fn view(verdict: &Verdict, who: &str) -> VerdictView {
    // A verdict that rests on nothing wrong needs nobody, and what is not known says itself how to find out.
    let anything = verdict.outcome != Outcome::Unknown
        && verdict.findings.iter().any(|finding| finding.severity() != Severity::Info);
    VerdictView {
        requirement: verdict.requirement.as_str().to_owned(),
        title: verdict.title().to_owned(),
        outcome: verdict.outcome.as_str().to_owned(),
        waivable: verdict.waivable,
        wait_seconds: verdict.wait_seconds,
        message: verdict.message(),
        fix: verdict.fix(),
        findings: verdict.findings.iter().map(FindingView::from).collect(),
        evidence: verdict
            .evidence
            .iter()
            .map(|(source, text)| EvidenceView { source: source.as_str().to_owned(), text: text.clone() })
            .collect(),
        who: if anything { who.to_owned() } else { String::new() },
    }
}

/// Why a requirement is not met, question by question. Confluent's refusal of a key that was typed in points at the IDs
/// that its words fit.
fn reasons(verdict: &Verdict, key: &KeyView, typed: bool) -> Vec<Finding> {
    let refused = verdict.requirement == Requirement::KeyValidated && verdict.outcome == Outcome::NotMet;
    if !refused || !typed {
        return verdict.findings.clone();
    }
    confluent::explain_invalid(
        key.validation.message.as_deref(),
        id::key_vault_id(&key.key_vault_id).value.as_ref(),
        id::key_id(&key.key_id).value.as_ref(),
        id::tenant_id(&key.tenant_id).value.as_ref(),
    )
}

mod doctor;

pub use doctor::of_doctor;

#[cfg(test)]
mod tests;
