//! Asking the clouds, through the proxy, what is known of the key and the network, and having `byok-core` judge it.

use byok_core::{
    verdict::{self, Facts, KeyFacts, NetworkFacts, Verdict, WhyUnknown},
    wire::{KeyView, Problem},
};

use crate::{
    app::Shared,
    draft::Draft,
    proxy::{self, Answer},
};

/// What was found at one look.
#[derive(Clone, PartialEq)]
pub struct Looked {
    /// The key as Confluent reports it.
    pub key: KeyView,
    /// Every requirement, judged.
    pub verdicts: Vec<Verdict>,
}

/// Looks at the key and the network of the draft, and judges.
pub async fn look(shared: Shared) -> Answer<Looked> {
    let draft = shared.draft.get_untracked();
    let plan = draft.plan(shared.max_cku());
    let key = proxy::key(draft.key().unwrap_or_default()).await?;
    let network = match draft.network_id() {
        Some(id) => {
            let networks = proxy::networks(&plan.environment, &plan.region).await?;
            let missing =
                || WhyUnknown::Failed(format!("{id} is not among this environment's networks in the region"));
            networks.iter().find(|network| network.id == id).map(NetworkFacts::of).ok_or_else(missing)
        }
        None => Err(WhyUnknown::NotAsked),
    };
    let now = now();
    let facts = Facts { key: Ok(KeyFacts::of(&key, now)), network, ..Facts::default() };
    let verdicts = verdict::judge(&plan, &facts, now);
    Ok(Looked { key, verdicts })
}

/// Whether the user goes on without a requirement, for the key chosen now.
pub fn is_waived(draft: &Draft, requirement: &str) -> bool {
    let key = draft.key();
    draft.waivers.iter().any(|waived| Some(waived.key.as_str()) == key && waived.requirement == requirement)
}

/// A problem of the page's own making.
pub fn problem(detail: &str) -> Problem {
    Problem {
        kind: "about:blank".to_owned(),
        title: String::new(),
        status: 0,
        detail: detail.to_owned(),
        request_id: String::new(),
        findings: Vec::new(),
    }
}

fn now() -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since 1970, positive"
    )]
    let now = (js_sys::Date::now() / 1000.0) as u64;
    now
}
