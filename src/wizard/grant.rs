//! Step 5: the commands that let Confluent use the key, and watching the grant arrive.

use byok_core::{
    confluent, grant,
    id::{self, ApplicationId},
    verdict::{Outcome, Requirement, Verdict},
    wire::{KeyView, Problem},
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{
    Shown, Step, flow,
    judging::{self, Looked},
    refusal::{Refusal, Refused},
};
use crate::{
    app::{Page, Shared, shared},
    draft::Waived,
    parts::{code::Code, notice::Failure},
    sandbox,
};

/// How often Confluent is asked while the page waits; its own validation runs no faster than that.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(3);

/// Shows the snippet, looks for its effect, and goes on once Confluent can use the key.
#[component]
pub fn Grant() -> impl IntoView {
    let shared = shared();
    let looked = RwSignal::new(None::<Result<Looked, Problem>>);
    let refused = RwSignal::new(None::<Refused>);
    let pending = RwSignal::new(false);
    let look = move || {
        spawn_local(async move {
            let next = judging::look(shared).await;
            let _ = looked.try_set(Some(next));
        });
    };
    look();
    if let Ok(timer) = set_interval_with_handle(look, LOOK_EVERY) {
        on_cleanup(move || timer.clear());
    }
    // The key does not change while the step is shown: its snippet must not be drawn anew at each look, or a
    // selection made to copy it would be lost.
    let key = Memo::new(move |_| {
        looked.with(|looked| Some(looked.as_ref()?.as_ref().ok()?.key.clone())).map(Named)
    });
    let failed = Memo::new(move |_| looked.with(|looked| looked.as_ref()?.as_ref().err().cloned()));
    let verdict = Memo::new(move |_| {
        looked.with(|looked| {
            let verdicts = &looked.as_ref()?.as_ref().ok()?.verdicts;
            verdicts.iter().find(|verdict| verdict.requirement == Requirement::KeyValidated).cloned()
        })
    });
    let waivable = Memo::new(move |_| {
        looked.with(|looked| match looked {
            Some(Ok(looked)) => looked.verdicts.iter().filter(|verdict| verdict.waivable).cloned().collect(),
            _ => Vec::new(),
        })
    });
    view! {
        <p>
            "Your key is registered. Confluent may not use it yet: someone who may assign roles on the vault runs the commands below once. "
            "This page notices when they have taken effect, which may take Azure up to ten minutes."
        </p>
        {move || key.get().map(|Named(key)| view! { <Commands key_view=key/> })}
        {move || failed.get().map(|problem| view! { <Failure problem/> })}
        <LeftBehind/>
        <form novalidate on:submit=move |event| {
            event.prevent_default();
            go_on(shared, looked, pending, refused);
        }>
            <Access verdict waivable/>
            <button type="submit" disabled=move || pending.get()>
                {move || if pending.get() { "Checking access …" } else { "Continue" }}
            </button>
        </form>
        <Refusal refused/>
    }
}

/// A key that is equal to another when it is the same registration.
#[derive(Clone)]
struct Named(KeyView);

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

/// The snippet for one key.
#[component]
fn Commands(key_view: KeyView) -> impl IntoView {
    let key = key_view;
    let shared = shared();
    let vault = id::key_vault_id(&key.key_vault_id).value;
    let tenant = id::tenant_id(&key.tenant_id).value;
    let application = ApplicationId::parse(&key.application_id);
    let (Some(vault), Some(tenant), Some(application)) = (vault, tenant, application) else {
        return view! {
            <p class="notice bad">"Confluent reports this key with IDs that cannot be read, so no commands can be printed for it. Register the key anew."</p>
        }
        .into_any();
    };
    let snippet = grant::bash(&grant::Grant { vault, tenant, application_id: application });
    view! {
        <dl class="answers">
            <div><dt>"Registration"</dt><dd><code>{key.id.clone()}</code></dd></div>
            <div><dt>"Confluent's application"</dt><dd><code>{key.application_id.clone()}</code></dd></div>
        </dl>
        <Code label="Commands that let Confluent use the key, for bash" snippet=snippet/>
        <details><summary>"Who can run this?"</summary>
            <p>"Creating the service principal needs Application Administrator or Cloud Application Administrator in Microsoft Entra ID. Assigning the roles needs Owner, User Access Administrator or Key Vault Data Access Administrator on the vault. If these are two people, each runs the commands: what is done already is skipped."</p>
        </details>
        {move || shared.is_sandbox().then(|| view! {
            <sandbox::PutIn key_vault_id=key.key_vault_id.clone() key_id=key.key_id.clone() tenant_id=key.tenant_id.clone()/>
            <GrantForMe key_vault_id=key.key_vault_id.clone() application_id=key.application_id.clone()/>
        })}
    }
    .into_any()
}

/// In the sandbox, for those without the Azure CLI.
#[component]
fn GrantForMe(key_vault_id: String, application_id: String) -> impl IntoView {
    let failure = RwSignal::new(None);
    let said = RwSignal::new("");
    let run = move |_| {
        let (vault, application) = (key_vault_id.clone(), application_id.clone());
        spawn_local(async move {
            match sandbox::grant(&vault, &application).await {
                Ok(()) => {
                    failure.set(None);
                    said.set("Done: the service principal and both role assignments exist in the sandbox.");
                }
                Err(problem) => failure.set(Some(problem)),
            }
        });
    };
    view! {
        <div class="sandbox">
            <p>"No Azure CLI at hand? The sandbox can do what the commands do."</p>
            <p><button type="button" class="second" on:click=run>"Grant it for me"</button>" "<span role="status">{said}</span></p>
        </div>
        {move || failure.get().map(|problem| view! { <Failure problem/> })}
    }
}

/// Registrations replaced on the way here.
#[component]
fn LeftBehind() -> impl IntoView {
    let shared = shared();
    let any = Memo::new(move |_| shared.draft.with(|draft| !draft.left_behind.is_empty()));
    view! {
        <Show when=move || any.get()>
            <details><summary>"A former registration is left behind"</summary><super::leave::Registrations/></details>
        </Show>
    }
}

/// What Confluent says of the access, and the waiver where one may be given.
#[component]
fn Access(verdict: Memo<Option<Verdict>>, waivable: Memo<Vec<Verdict>>) -> impl IntoView {
    let text = move || match verdict.get() {
        None => "Asking Confluent about the key …".to_owned(),
        Some(verdict) => format!("{} {}", verdict.message(), verdict.fix()).trim().to_owned(),
    };
    let class = move || match verdict.get().map(|verdict| verdict.outcome) {
        Some(Outcome::Met) => "notice good",
        Some(Outcome::NotMet) => "notice bad",
        _ => "notice",
    };
    view! {
        <h2>"Access"</h2>
        <div class=class><p role="status">{text}</p></div>
        {move || {
            let open = waivable.get();
            (!open.is_empty()).then(|| view! { <Waiver open/> })
        }}
    }
}

/// One decision for everything that is not known and may be waived.
#[component]
fn Waiver(open: Vec<Verdict>) -> impl IntoView {
    let shared = shared();
    let titles = open.iter().map(Verdict::title).collect::<Vec<_>>().join("; ");
    let names: Vec<&str> = open.iter().map(|verdict| verdict.requirement.as_str()).collect();
    let waived = move || {
        shared.draft.with(|draft| names.iter().all(|requirement| judging::is_waived(draft, requirement)))
    };
    let decide = move |waive: bool| {
        shared.draft.update(|draft| {
            let Some(key) = draft.key().map(str::to_owned) else { return };
            draft.waivers.retain(|waived| waived.key != key);
            if waive {
                draft.waivers.extend(open.iter().map(|verdict| Waived {
                    key: key.clone(),
                    requirement: verdict.requirement.as_str().to_owned(),
                    reason: verdict.message(),
                }));
            }
        });
    };
    view! {
        <div class="check">
            <input
                type="checkbox"
                id="waive"
                prop:checked=waived
                on:change:target=move |event| decide(event.target().checked())
            />
            <label for="waive">
                "Go on although this is not known: "{titles}". The cluster may be billed and still not start. This decision is recorded with the cluster."
            </label>
        </div>
    }
}

/// Why a requirement is not met, question by question. Confluent's refusal of a key that was typed in here points at
/// the IDs that its words fit.
fn reasons(verdict: &Verdict, key: &KeyView, typed: bool) -> Vec<Shown> {
    if verdict.requirement != Requirement::KeyValidated || !typed {
        return verdict.finding.iter().map(Shown::from).collect();
    }
    let vault = id::key_vault_id(&key.key_vault_id).value;
    let id = id::key_id(&key.key_id).value;
    let tenant = id::tenant_id(&key.tenant_id).value;
    confluent::explain_invalid(
        key.validation.message.as_deref(),
        vault.as_ref(),
        id.as_ref(),
        tenant.as_ref(),
    )
    .iter()
    .map(Shown::from)
    .collect()
}

/// Looks once more and goes on, goes back, or says what is still missing.
fn go_on(
    shared: Shared,
    looked: RwSignal<Option<Result<Looked, Problem>>>,
    pending: RwSignal<bool>,
    refused: RwSignal<Option<Refused>>,
) {
    if pending.get_untracked() {
        return;
    }
    pending.set(true);
    spawn_local(async move {
        let answer = judging::look(shared).await;
        let _ = pending.try_set(false);
        let _ = looked.try_set(Some(answer.clone()));
        let Ok(now) = answer else { return };
        let against: Vec<&Verdict> =
            now.verdicts.iter().filter(|verdict| verdict.outcome == Outcome::NotMet).collect();
        if !against.is_empty() {
            let typed = shared.draft.with_untracked(|draft| draft.source == "new");
            let shown = against.iter().flat_map(|verdict| reasons(verdict, &now.key, typed)).collect();
            let problem = judging::problem(
                "Nothing is billed. Your answers are kept; what cannot be right is highlighted.",
            );
            refused.set(Some(Refused { title: "This key cannot be used for the cluster", problem, shown }));
            return;
        }
        let open = shared.draft.with_untracked(|draft| {
            now.verdicts
                .iter()
                .find(|verdict| {
                    verdict.outcome == Outcome::Unknown
                        && !judging::is_waived(draft, verdict.requirement.as_str())
                })
                .cloned()
        });
        match open {
            None => shared.go(Page::New(Step::Review)),
            Some(verdict) => {
                flow::show(
                    shared,
                    vec![Shown { field: None, message: verdict.message(), fix: verdict.fix() }],
                );
            }
        }
    });
}
