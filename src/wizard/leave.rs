//! Giving up, without leaving anything behind that counts against a quota.

use leptos::prelude::*;

use crate::{
    app::{Page, Shared, shared},
    draft::Draft,
    parts::{
        dialog::dialog,
        el::{El, button, code, el, p},
        notice::failure_place,
    },
    proxy,
    state::{State, derived, spawn},
};

/// The way out of the wizard, at the foot of each step.
pub fn leave() -> El {
    let shared = shared();
    let asked = State::new(false);
    el("div")
        .child(el("p").class("leave").child(button("plain", "Cancel and leave", move || asked.set(true))))
        .dynamic(move || asked.get().then(|| farewell(shared, asked)))
}

fn farewell(shared: Shared, asked: State<bool>) -> El {
    let close = Callback::new(move |()| asked.set(false));
    let registered = !shared.draft.with_untracked(Draft::registrations).is_empty();
    dialog("Leave without creating a cluster?", close)
        .child(p("No cluster exists and nothing is billed."))
        .maybe(registered.then(|| registrations(shared)))
        .child(
            el("p")
                .class("buttons")
                .child(button("", "Stay here", move || close.run(())))
                .child(button("second", "Leave and keep the answers", move || shared.go(Page::Clusters)))
                .child(button("second", "Leave and clear the answers", move || {
                    shared.draft.set(Draft::default());
                    shared.go(Page::Clusters);
                })),
        )
}

/// The registrations that this draft made and no cluster uses, each with its deletion.
pub fn registrations(shared: Shared) -> El {
    let failed = State::new(None);
    let delete = Callback::new(move |id: String| {
        spawn(async move {
            match proxy::delete_key(&id).await {
                // Somebody else deleted it: the same outcome.
                Err(problem) if problem.status != 404 => {
                    failed.set(Some(problem));
                }
                _ => {
                    failed.set(None);
                    shared.draft.update(|draft| forget(draft, &id));
                }
            }
        });
    });
    let all = derived(move || shared.draft.with(Draft::registrations));
    el("div")
        .child(p(
            "Registered with Confluent on the way, used by no cluster, counting against a quota of twenty:",
        ))
        .dynamic(move || {
            Some(el("ul").all(all.get().into_iter().map(|id| {
                let gone = id.clone();
                let text = format!("Delete {id}");
                el("li")
                    .child(code(id))
                    .text(" ")
                    .child(button("second", text, move || delete.run(gone.clone())))
            })))
        })
        .child(failure_place(failed))
}

fn forget(draft: &mut Draft, id: &str) {
    draft.left_behind.retain(|other| other != id);
    if draft.registered.as_ref().is_some_and(|registered| registered.id == id) {
        draft.registered = None;
    }
}
