//! What the doctor's output shows by itself, with no server to ask.

use super::views;
use crate::facts::{Entered, Facts, Question};
use crate::id::{self, ApplicationId};
use crate::record::Node;
use crate::verdict::{self, Outcome, Verdict, Wanted};
use crate::wire::VerdictView;

/// What the doctor looks at (`byok_core::grant::doctor`).
const ASKED: [Question; 6] = [
    Question::Vault,
    Question::Key,
    Question::RotationPolicy,
    Question::Assignments,
    Question::Principal,
    Question::DeletedVault,
];

/// Judges what the doctor printed, for a cluster in `region` (empty while none is chosen).
///
/// `now` is in seconds since the Unix epoch. The vault and the key are those that it looked at. `None` if the document is not the doctor's. What the
/// doctor does not look at is left out.
pub fn of_doctor<N: Node>(document: &N, region: &str, now: u64) -> Option<Vec<VerdictView>> {
    let mut facts = Facts { entered: entered(document), ..Facts::default() };
    if !facts.learn_doctor(document) {
        return None;
    }
    let looked_at = |verdict: &Verdict| {
        verdict.outcome != Outcome::Unknown
            || verdict.requirement.needs().iter().any(|question| ASKED.contains(question))
    };
    let mut verdicts = verdict::judge(Wanted { region, plan: None }, &facts, now);
    verdicts.retain(looked_at);
    Some(views(&verdicts))
}

/// What it looked at. The tenant is left open: that the vault is in its own tenant says nothing.
fn entered<N: Node>(document: &N) -> Entered {
    let text = |node: Option<N>| node?.text();
    let vault = text(document.get("vault").and_then(|vault| vault.get("id")));
    let key = text(document.get("key").and_then(|key| key.get("key")?.get("kid")));
    let principals = document.get("principal").and_then(|principals| principals.items()).unwrap_or_default();
    let application = text(principals.first().and_then(|principal| principal.get("appId")));
    Entered {
        vault: vault.and_then(|text| id::key_vault_id(&text).value),
        key: key.and_then(|text| id::key_id(&text).value),
        tenant: None,
        application: application.and_then(|text| ApplicationId::parse(&text)),
    }
}
