//! Step 4: who holds the key, and which key.

use byok_core::{finding::Field, id, wire::KeyView};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{
    Shown, Step, flow,
    refusal::{Refusal, Refused},
};
use crate::{
    app::{Page, Shared, shared},
    draft::Registered,
    parts::{
        choice::{Choice, Choices},
        field::TextField,
        notice::Failure,
    },
    proxy,
};

/// Asks for the mode, and for the key.
#[component]
pub fn Security() -> impl IntoView {
    let shared = shared();
    let pending = RwSignal::new(false);
    let refused = RwSignal::new(None::<Refused>);
    let mode = Signal::derive(move || shared.draft.with(|draft| draft.mode.clone()));
    let source = Signal::derive(move || shared.draft.with(|draft| draft.source.clone()));
    view! {
        <form novalidate on:submit=move |event| {
            event.prevent_default();
            leave(shared, pending, refused);
        }>
            <Choices
                field=Field::Mode
                legend="Encryption at rest"
                hint="It can never be changed for a cluster once it exists."
                choices=vec![
                    Choice::new("automatic", "Automatic", "Confluent makes and holds the key. There is nothing to set up and nothing to lose."),
                    Choice::new("self-managed", "Self-managed", "You hold the key in Azure Key Vault. If it is deleted, or Confluent may no longer use it, the data cannot be read any more, by anyone."),
                ]
                picked=mode
                pick=Callback::new(move |value| flow::edit(shared, Field::Mode, value))
            />
            {move || match mode.get().as_str() {
                "automatic" => view! {
                    <div class="notice">
                        <p>"Clusters with an automatic key are created on Confluent's own page; this wizard is for self-managed keys."</p>
                        <p><a href="https://confluent.cloud/" rel="noreferrer">"Open Confluent Cloud"</a></p>
                    </div>
                }.into_any(),
                "self-managed" => view! {
                    <p class="notice">
                        "Rotation: let Azure Key Vault rotate the key automatically and keep every old version. Rotating by hand is not supported, and deleting an old version loses the data written with it."
                    </p>
                    <Choices
                        field=Field::Key
                        legend="Key"
                        choices=vec![
                            Choice::new("new", "Create new", "Register a key of your Azure Key Vault with Confluent."),
                            Choice::new("existing", "Use existing", "Pick a key that is already registered and not yet used by a cluster."),
                        ]
                        picked=source
                        pick=Callback::new(move |value: String| {
                            shared.draft.update(|draft| draft.source = value);
                            shared.shown.set(Vec::new());
                        })
                    />
                    {move || match source.get().as_str() {
                        "new" => view! { <NewKeyFields/> }.into_any(),
                        "existing" => view! { <ExistingKeys/> }.into_any(),
                        _ => ().into_any(),
                    }}
                }.into_any(),
                _ => ().into_any(),
            }}
            <button type="submit" disabled=move || pending.get()>
                {move || if pending.get() { "Registering the key …" } else { "Continue" }}
            </button>
            <p class="note" role="status">{move || pending.get().then_some("Confluent is asked to register the key. Nothing is billed by this.")}</p>
        </form>
        <Refusal refused/>
    }
}

/// The three IDs, each with where to find it.
#[component]
fn NewKeyFields() -> impl IntoView {
    view! {
        <TextField
            field=Field::KeyVaultId
            label="Key Vault Resource ID"
            hint="Begins with /subscriptions/ and ends with the vault's name."
            help=view! {
                <details><summary>"Where to find the resource ID"</summary>
                    <p>"In the Azure portal open the key vault, then Settings › Properties › Resource ID. Or open JSON View on its overview and copy the Resource ID at the top."</p>
                    <p>"The vault must use Azure role-based access control and have purge protection on."</p>
                </details>
            }.into_any()
            understood=understood_vault
        />
        <TextField
            field=Field::KeyId
            label="Key identifier without version"
            hint="Begins with https:// and ends with the key's name. A version at the end is removed."
            help=view! {
                <details><summary>"Where to find the key identifier"</summary>
                    <p>"In the key vault open Objects › Keys, then the key, then its current version, and copy the Key Identifier."</p>
                    <p>"The key must be RSA or RSA-HSM, with at least 2048 bits, enabled, and in the cluster's region."</p>
                </details>
            }.into_any()
            understood=understood_key
        />
        <TextField
            field=Field::TenantId
            label="Tenant ID"
            hint="The directory of the vault: 32 digits and letters in five groups."
            help=view! {
                <details><summary>"Where to find the tenant ID"</summary>
                    <p>"In the key vault open Settings › Properties › Directory ID. It is also in Microsoft Entra ID › Overview › Tenant ID."</p>
                </details>
            }.into_any()
            understood=understood_tenant
        />
    }
}

fn understood_vault(text: &str) -> Option<String> {
    let checked = id::key_vault_id(text);
    let vault = checked.value?;
    Some(with_repairs(
        format!("Vault {} in resource group {}.", vault.name(), vault.resource_group()),
        &checked.findings,
    ))
}

fn understood_key(text: &str) -> Option<String> {
    let checked = id::key_id(text);
    let key = checked.value?;
    Some(with_repairs(format!("Key {} in vault {}.", key.name(), key.vault()), &checked.findings))
}

fn understood_tenant(text: &str) -> Option<String> {
    let checked = id::tenant_id(text);
    checked.value?;
    let repaired = !checked.findings.is_empty();
    repaired.then(|| with_repairs(String::new(), &checked.findings))
}

fn with_repairs(mut text: String, findings: &[byok_core::finding::Finding]) -> String {
    for finding in findings {
        text.push(' ');
        text.push_str(&finding.message());
    }
    text.trim().to_owned()
}

/// The registered keys that no cluster uses.
#[component]
fn ExistingKeys() -> impl IntoView {
    let shared = shared();
    let answer = RwSignal::new(None);
    spawn_local(async move { answer.set(Some(proxy::keys().await)) });
    view! {
        <div class="below" aria-live="polite">
            {move || match answer.get() {
                None => view! { <p>"Reading the registered keys …"</p> }.into_any(),
                Some(Err(problem)) => view! { <Failure problem/> }.into_any(),
                Some(Ok(keys)) => {
                    let keys: Vec<KeyView> = keys.into_iter().filter(|key| key.state == "AVAILABLE").collect();
                    if keys.is_empty() {
                        view! { <p>"No registered key is free: each key serves one cluster. Select create new to register one."</p> }.into_any()
                    } else {
                        let buttons = keys.into_iter().map(|key| view! { <KeyChoice key_view=key shared/> }).collect_view();
                        view! { <fieldset class="field"><legend>"Registered key"</legend>{buttons}</fieldset> }.into_any()
                    }
                }
            }}
        </div>
    }
}

#[component]
fn KeyChoice(key_view: KeyView, shared: Shared) -> impl IntoView {
    let key = key_view;
    let id = key.id.clone();
    let own = key.id.clone();
    let name = if key.display_name.is_empty() {
        key.id.clone()
    } else {
        format!("{} ({})", key.display_name, key.id)
    };
    view! {
        <div class="choice">
            <input
                type="radio"
                name="key-choice"
                id=key.id.clone()
                aria-describedby=format!("{}-about", key.id)
                prop:checked=move || shared.draft.with(|draft| draft.existing == own)
                on:change=move |_| flow::edit(shared, Field::Key, id.clone())
            />
            <label for=key.id.clone()>{name}</label>
            <p class="hint" id=format!("{}-about", key.id)><span class="break">{key.key_id}</span></p>
        </div>
    }
}

/// Leaves the step: registers the key if these three IDs are not registered yet.
fn leave(shared: Shared, pending: RwSignal<bool>, refused: RwSignal<Option<Refused>>) {
    // A second click while the first one is under way must not register twice.
    if pending.get_untracked() {
        return;
    }
    let shown = shared.draft.with_untracked(|draft| flow::judge(Step::Security, draft, shared.max_cku()));
    if !shown.is_empty() {
        flow::show(shared, shown);
        return;
    }
    let wanted =
        shared.draft.with_untracked(|draft| if draft.source == "new" { draft.new_key() } else { None });
    let Some(wanted) = wanted else {
        shared.go(Page::New(Step::Grant));
        return;
    };
    let same = shared.draft.with_untracked(|draft| {
        draft.registered.as_ref().is_some_and(|registered| {
            registered.key_vault_id == wanted.key_vault_id
                && registered.key_id == wanted.key_id
                && registered.tenant_id == wanted.tenant_id
        })
    });
    if same {
        shared.go(Page::New(Step::Grant));
        return;
    }
    shared.shown.set(Vec::new());
    pending.set(true);
    spawn_local(async move {
        let answer = proxy::register(&wanted).await;
        pending.set(false);
        match answer {
            Ok(key) => {
                shared.draft.update(|draft| {
                    if let Some(former) = draft.registered.take().filter(|former| former.id != key.id) {
                        draft.left_behind.push(former.id);
                    }
                    draft.left_behind.retain(|id| *id != key.id);
                    draft.registered = Some(Registered {
                        id: key.id,
                        key_vault_id: wanted.key_vault_id,
                        key_id: wanted.key_id,
                        tenant_id: wanted.tenant_id,
                        application_id: key.application_id,
                    });
                });
                shared.go(Page::New(Step::Grant));
            }
            Err(problem) => {
                let shown: Vec<Shown> = flow::from_server(&problem.findings);
                refused.set(Some(Refused { title: "The key was not registered", problem, shown }));
            }
        }
    });
}
