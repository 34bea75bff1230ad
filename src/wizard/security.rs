//! Step 4: who holds the key, and which key.

use byok_core::{finding::Field, id, wire::KeyView};
use leptos::prelude::*;

use super::{
    Step, flow,
    refusal::{Refused, refusal},
};
use crate::{
    app::{Page, Shared, link, shared},
    draft::Registered,
    later,
    parts::{
        choice::{Choice, Choices},
        el::{El, el, form, note, p, submit},
        field::{Question, Understood},
        notice::failure,
    },
    proxy,
    state::{State, answered, derived, spawn},
};

/// Asks for the mode, and for the key.
pub fn security() -> El {
    let shared = shared();
    let pending = State::new(false);
    let refused = State::new(None::<Refused>);
    let mode = derived(move || shared.draft.with(|draft| draft.mode.clone()));
    let modes = Choices {
        name: Field::Mode.as_str(),
        legend: "Encryption at rest",
        hint: "It can never be changed for a cluster once it exists.",
        field: Some(Field::Mode),
        choices: vec![
            Choice::new(
                "automatic",
                "Automatic",
                "Confluent makes and holds the key. There is nothing to set up and nothing to lose.",
            ),
            Choice::new(
                "self-managed",
                "Self-managed",
                "You hold the key in Azure Key Vault. If it is deleted, or Confluent may no longer use it, the data \
                 cannot be read any more, by anyone.",
            ),
        ],
        picked: mode,
        pick: Callback::new(move |value| flow::edit(shared, Field::Mode, value)),
    };
    let under_way = move || {
        if pending.get() { "Confluent is asked to register the key. Nothing is billed by this." } else { "" }
    };
    el("div")
        .child(
            form(move || leave(shared, pending, refused))
                .child(modes.view())
                .dynamic(move || match mode.get().as_str() {
                    "automatic" => Some(automatic()),
                    "self-managed" => Some(self_managed(shared)),
                    _ => None,
                })
                .child(submit("Continue", Some((pending, "Registering the key …"))))
                .child(
                    el("p").class("note").attr("role", "status").live_text(move || under_way().to_owned()),
                ),
        )
        .child(refusal(refused))
}

fn automatic() -> El {
    el("div")
        .class("notice")
        .child(p("Clusters with an automatic key are created on Confluent's own page; this wizard is for self-managed keys."))
        .child(el("p").child(
            el("a").attr("href", "https://confluent.cloud/").attr("rel", "noreferrer").text("Open Confluent Cloud"),
        ))
}

fn self_managed(shared: Shared) -> El {
    let source = derived(move || shared.draft.with(|draft| draft.source.clone()));
    let sources = Choices {
        name: Field::Key.as_str(),
        legend: "Key",
        hint: "",
        field: Some(Field::Key),
        choices: vec![
            Choice::new("new", "Create new", "Register a key of your Azure Key Vault with Confluent."),
            Choice::new(
                "existing",
                "Use existing",
                "Pick a key that is already registered and not yet used by a cluster.",
            ),
        ],
        picked: source,
        pick: Callback::new(move |value: String| {
            shared.draft.update(|draft| draft.source = value);
            shared.shown.set(Vec::new());
        }),
    };
    el("div")
        .child(note(
            "notice",
            "Rotation: let Azure Key Vault rotate the key automatically and keep every old version. Rotating by hand is \
             not supported, and deleting an old version loses the data written with it.",
        ))
        .child(sources.view())
        .dynamic(move || match source.get().as_str() {
            "new" => Some(new_key()),
            "existing" => Some(existing_keys(shared)),
            _ => None,
        })
}

/// The three IDs, each with where to find it.
fn new_key() -> El {
    let help = |summary: &str, texts: &[&str]| {
        el("details").child(el("summary").text(summary)).all(texts.iter().map(|text| p(*text)))
    };
    let shared = shared();
    let opened = State::new(false);
    // Asked for only where it may help: who pastes three right IDs fetches nothing for it.
    let repairable = derived(move || shared.draft.with(flow::repair_may_help));
    el("div")
        .child(
            el("p")
                .text("No key yet? ")
                .child(link(Page::NewKey, "Make a key"))
                .text(": the commands that make one as Confluent needs it."),
        )
        .child(
            el("details")
                .on("toggle", move |_| opened.set(true))
                .child(el("summary").text("Paste everything at once"))
                .show(move || opened.get(), || later::part("paste-all")),
        )
        .child(
            Question {
                field: Field::KeyVaultId,
                label: "Key Vault Resource ID",
                hint: "Begins with /subscriptions/ and ends with the vault's name.",
            }
            .identifier(
                help(
                    "Where to find the resource ID",
                    &[
                        "In the Azure portal open the key vault, then Settings › Properties › Resource ID. Or open JSON \
                         View on its overview and copy the Resource ID at the top.",
                        "The vault must use Azure role-based access control and have purge protection on.",
                    ],
                ),
                understood_vault,
            ),
        )
        .child(
            Question {
                field: Field::KeyId,
                label: "Key identifier without version",
                hint: "Begins with https:// and ends with the key's name. A version at the end is removed.",
            }
            .identifier(
                help(
                    "Where to find the key identifier",
                    &[
                        "In the key vault open Objects › Keys, then the key, then its current version, and copy the Key \
                         Identifier.",
                        "The key must be RSA or RSA-HSM, with at least 2048 bits, enabled, and in the cluster's region.",
                    ],
                ),
                understood_key,
            ),
        )
        .child(
            Question {
                field: Field::TenantId,
                label: "Tenant ID",
                hint: "The directory of the vault: 32 digits and letters in five groups.",
            }
            .identifier(
                help(
                    "Where to find the tenant ID",
                    &["In the key vault open Settings › Properties › Directory ID. It is also in Microsoft Entra ID › \
                       Overview › Tenant ID."],
                ),
                understood_tenant,
            ),
        )
        .show(move || repairable.get(), || later::part("offers"))
}

fn understood_vault(text: &str) -> Option<Understood> {
    let checked = id::key_vault_id(text);
    let vault = checked.value?;
    let text = format!("Vault {} in resource group {}.", vault.name(), vault.resource_group());
    Some(Understood { text, repairs: checked.findings })
}

fn understood_key(text: &str) -> Option<Understood> {
    let checked = id::key_id(text);
    let key = checked.value?;
    let text = format!("Key {} in vault {}.", key.name(), key.vault());
    Some(Understood { text, repairs: checked.findings })
}

fn understood_tenant(text: &str) -> Option<Understood> {
    let checked = id::tenant_id(text);
    checked.value?;
    Some(Understood { text: String::new(), repairs: checked.findings })
}

/// The registered keys that no cluster uses.
fn existing_keys(shared: Shared) -> El {
    let found = answered(proxy::keys());
    el("div").class("below").attr("aria-live", "polite").dynamic(move || {
        Some(match found.get() {
            None => p("Reading the registered keys …"),
            Some(Err(problem)) => failure(problem),
            Some(Ok(keys)) => {
                let free: Vec<KeyView> = keys.into_iter().filter(|key| key.state == "AVAILABLE").collect();
                if free.is_empty() {
                    p("No registered key is free: each key serves one cluster. Select create new to register one.")
                } else {
                    list(shared, &free)
                }
            }
        })
    })
}

fn list(shared: Shared, keys: &[KeyView]) -> El {
    let choices = keys
        .iter()
        .map(|key| {
            let name = if key.display_name.is_empty() {
                key.id.clone()
            } else {
                format!("{} ({})", key.display_name, key.id)
            };
            Choice::new(&key.id, &name, &key.key_id)
        })
        .collect();
    Choices {
        name: "registered-key",
        legend: "Registered key",
        hint: "",
        field: None,
        choices,
        picked: derived(move || shared.draft.with(|draft| draft.existing.clone())),
        pick: Callback::new(move |value| flow::edit(shared, Field::Key, value)),
    }
    .view()
}

/// Leaves the step: registers the key if these three IDs are not registered yet.
fn leave(shared: Shared, pending: State<bool>, refused: State<Option<Refused>>) {
    // A second click while the first one is under way must not register twice.
    if pending.get_untracked() {
        return;
    }
    let found = shared.draft.with_untracked(|draft| flow::judge(Step::Security, draft, shared.max_cku()));
    if !found.is_empty() {
        flow::blame(shared, &found);
        return;
    }
    // What follows needs it.
    later::prepare(shared);
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
    spawn(async move {
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
                let shown = flow::from_server(&problem.findings);
                refused.set(Some(Refused { title: "The key was not registered", problem, shown }));
            }
        }
    });
}
