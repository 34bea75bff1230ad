//! Having the proxy look at vault, key and grants, and everything judged: as far as Azure can be asked, and by Confluent's
//! word alone where it cannot.

use std::time::Duration;

use byok_core::{
    advice::{self, Judged},
    finding::Field,
    wire::{FindingView, KeyView, NewPreflight, Problem, SourceView, VerdictView},
};
use byok_wizard::{
    app::Shared,
    draft::Draft,
    proxy::{self, Answer},
};

use leptos::prelude::set_timeout;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::means::Means;

/// How often a look that came too soon is made once more.
const PATIENCE: usize = 3;
/// How long it waits each time: the proxy gives out a look every two seconds.
const BREATH: Duration = Duration::from_millis(2200);

/// What was found at one look.
#[derive(Clone, PartialEq)]
pub struct Looked {
    /// The key as Confluent reports it.
    pub key: KeyView,
    /// Every requirement, judged.
    pub verdicts: Vec<VerdictView>,
    /// Whom the proxy asked.
    pub sources: Vec<SourceView>,
    /// Why the proxy looked at nothing but the key, if that is so.
    pub alone: Option<Problem>,
}

/// Looks at the key of the draft and all it depends on. `each` is handed every verdict as it is known.
pub async fn look(shared: Shared, means: Means, each: impl Fn(VerdictView)) -> Answer<Looked> {
    let draft = shared.draft.get_untracked();
    let typed = draft.source == "new";
    let key = proxy::key(draft.key().unwrap_or_default()).await?;
    let asked = means.added_to(asked(&draft, &key));
    let mut answer = proxy::preflight(&asked, |verdict| each(pointed(verdict, typed))).await;
    // Asked too often, by several tabs perhaps: a moment later it is answered, and nobody has to know.
    for _ in 0..PATIENCE {
        if !answer.as_ref().is_err_and(|problem| problem.status == 429) {
            break;
        }
        pause(BREATH).await;
        answer = proxy::preflight(&asked, |verdict| each(pointed(verdict, typed))).await;
    }
    match answer {
        Ok(view) => Ok(Looked {
            key,
            verdicts: view.verdicts.into_iter().map(|verdict| pointed(verdict, typed)).collect(),
            sources: view.sources,
            alone: None,
        }),
        Err(problem) => alone(shared, draft, key, problem).await,
    }
}

/// Everything that the draft says of the cluster, and the key as it is registered.
fn asked(draft: &Draft, key: &KeyView) -> NewPreflight {
    NewPreflight {
        key_vault_id: key.key_vault_id.clone(),
        key_id: key.key_id.clone(),
        tenant_id: key.tenant_id.clone(),
        region: draft.region.trim().to_owned(),
        key: Some(key.id.clone()),
        environment: Some(draft.environment.clone()),
        display_name: Some(draft.display_name.trim().to_owned()),
        availability: Some(draft.availability().as_str().to_owned()),
        cku: draft.cku.trim().parse().ok(),
        network: draft.network_id(),
        granted_for: None,
        doctor: None,
        arm_token: None,
        key_vault_token: None,
        graph_token: None,
    }
}

/// What Confluent's word alone says, where the proxy cannot look further.
async fn alone(shared: Shared, draft: Draft, key: KeyView, problem: Problem) -> Answer<Looked> {
    let plan = draft.plan(shared.max_cku());
    let network = match &plan.network {
        Some(id) => {
            let networks = proxy::networks(&plan.environment, &plan.region).await?;
            networks.into_iter().find(|network| network.id == *id)
        }
        None => None,
    };
    let judged = Judged { plan, key, network, typed: draft.source == "new" };
    let verdicts = advice::judge(&judged, now());
    Ok(Looked { key: judged.key, verdicts, sources: Vec::new(), alone: Some(problem) })
}

/// A verdict whose findings point at questions that were asked: of a key that was picked from a list nobody typed the IDs.
fn pointed(mut verdict: VerdictView, typed: bool) -> VerdictView {
    if !typed {
        let ids = [Field::KeyVaultId, Field::KeyId, Field::TenantId].map(Field::as_str);
        for finding in &mut verdict.findings {
            if finding.field.as_deref().is_some_and(|field| ids.contains(&field)) {
                finding.field = Some(Field::Key.as_str().to_owned());
            }
        }
    }
    verdict
}

/// What stands against the cluster, question by question. Where a cause is known, Confluent's own word, which fits every
/// cause, adds nothing.
pub fn against(verdicts: &[VerdictView]) -> Vec<FindingView> {
    let not_met = || verdicts.iter().filter(|verdict| verdict.outcome == "not_met");
    let named = not_met().any(|verdict| verdict.requirement != KEY_VALIDATED);
    not_met()
        .filter(|verdict| !named || verdict.requirement != KEY_VALIDATED)
        .flat_map(|verdict| verdict.findings.clone())
        .collect()
}

/// The requirement that the user waits for after the grant (`byok_core::verdict`).
pub const KEY_VALIDATED: &str = "key.validated";

/// Whether the user goes on without a requirement, for the key chosen now.
pub fn is_waived(draft: &Draft, requirement: &str) -> bool {
    let key = draft.key();
    draft.waivers.iter().any(|waived| Some(waived.key.as_str()) == key && waived.requirement == requirement)
}

/// Seconds since the Unix epoch.
pub fn now() -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since 1970, positive"
    )]
    let now = (js_sys::Date::now() / 1000.0) as u64;
    now
}

/// Waits.
async fn pause(span: Duration) {
    let passed = js_sys::Promise::new(&mut |resolve, _| {
        set_timeout(
            move || {
                let _ = resolve.call0(&JsValue::NULL);
            },
            span,
        );
    });
    let _ = JsFuture::from(passed).await;
}
