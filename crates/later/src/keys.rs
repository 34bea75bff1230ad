//! `/keys`: the registered keys, and deleting those that this wizard registered and nobody uses.

use byok_core::wire::KeyView;
use byok_wizard::{
    app::{focus, set_title},
    parts::{
        dialog::dialog,
        el::{El, answer, button, code, el, note, p, title},
        notice::{failure, failure_place},
    },
    proxy,
    state::{State, spawn},
};
use leptos::prelude::*;

/// The registered keys.
pub fn keys() -> El {
    set_title("Keys");
    focus("keys-title");
    let found = State::new(None);
    let failed = State::new(None);
    let asked = State::new(None::<String>);
    let load = move || {
        spawn(async move {
            let keys = proxy::keys().await;
            found.set(Some(keys));
        });
    };
    load();
    let close = Callback::new(move |()| asked.set(None));
    let delete = Callback::new(move |id: String| {
        asked.set(None);
        spawn(async move {
            let answer = proxy::delete_key(&id).await;
            failed.set(answer.err());
            load();
        });
    });
    el("div")
        .child(title("keys-title", "Registered keys"))
        .child(p("Keys that your organization registered with Confluent. Each serves one cluster, and an organization may \
                have twenty. A registration cannot be edited."))
        .child(failure_place(failed))
        .dynamic(move || {
            Some(match found.get() {
                None => p("Reading the keys …").attr("role", "status"),
                Some(Err(problem)) => failure(problem),
                Some(Ok(keys)) if keys.is_empty() => {
                    note("empty", "No key is registered yet. The wizard registers one when you create a cluster.")
                }
                Some(Ok(keys)) => el("ul").class("cards").all(keys.into_iter().map(|key| entry(key, asked))),
            })
        })
        .dynamic(move || asked.get().map(|id| confirm(id, close, delete)))
}

fn confirm(id: String, close: Callback<()>, delete: Callback<String>) -> El {
    let gone = id.clone();
    dialog("Delete this registration?", close)
        .child(
            p("Confluent forgets ")
                .child(code(id))
                .text(". Your key in Azure Key Vault stays as it is, and can be registered again."),
        )
        .child(el("p").class("buttons").child(button("", "Keep it", move || close.run(()))).child(button(
            "second",
            "Delete the registration",
            move || delete.run(gone.clone()),
        )))
}

fn entry(key: KeyView, asked: State<Option<String>>) -> El {
    let id = key.id.clone();
    let name = if key.display_name.is_empty() { key.id.clone() } else { key.display_name };
    let state = if key.state == "IN_USE" { "Used by a cluster".to_owned() } else { key.state };
    let validation = format!("{} {}", key.validation.phase, key.validation.message.unwrap_or_default());
    let delete = key
        .deletable
        .then(|| button("second", format!("Delete {}", key.id), move || asked.set(Some(id.clone()))));
    el("li")
        .child(el("h2").text(name))
        .child(
            el("dl")
                .class("answers")
                .child(answer("Registration", code(key.id)))
                .child(answer("Key", code(key.key_id)))
                .child(answer("Vault", code(key.key_vault_id)))
                .child(answer("State", el("span").text(state)))
                .child(answer("Confluent's last look", el("span").text(validation))),
        )
        .maybe(delete)
}
