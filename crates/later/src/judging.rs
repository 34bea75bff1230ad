//! Asking the clouds, through the proxy, what is known of the key and the network, and having it judged.

use byok_core::{
    advice::{self, Judged},
    wire::{KeyView, VerdictView},
};
use byok_wizard::{
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
    pub verdicts: Vec<VerdictView>,
}

/// Looks at the key and the network of the draft, and has them judged.
pub async fn look(shared: Shared) -> Answer<Looked> {
    let draft = shared.draft.get_untracked();
    let plan = draft.plan(shared.max_cku());
    let key = proxy::key(draft.key().unwrap_or_default()).await?;
    let network = match &plan.network {
        Some(id) => {
            let networks = proxy::networks(&plan.environment, &plan.region).await?;
            networks.into_iter().find(|network| network.id == *id)
        }
        None => None,
    };
    let judged = Judged { plan, key, network, typed: draft.source == "new" };
    let verdicts = advice::judge(&judged, now());
    Ok(Looked { key: judged.key, verdicts })
}

/// Whether the user goes on without a requirement, for the key chosen now.
pub fn is_waived(draft: &Draft, requirement: &str) -> bool {
    let key = draft.key();
    draft.waivers.iter().any(|waived| Some(waived.key.as_str()) == key && waived.requirement == requirement)
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
