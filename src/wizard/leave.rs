//! Giving up, without leaving anything behind that counts against a quota.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::{
    app::{Page, shared},
    draft::Draft,
    parts::{dialog::Dialog, notice::Failure},
    proxy,
};

/// The way out of the wizard, at the foot of each step.
#[component]
pub fn Leave() -> impl IntoView {
    let shared = shared();
    let asked = RwSignal::new(false);
    let close = Callback::new(move |()| asked.set(false));
    let throw_away = move |_| {
        shared.draft.set(Draft::default());
        shared.go(Page::Clusters);
    };
    view! {
        <p class="leave"><button type="button" class="plain" on:click=move |_| asked.set(true)>"Cancel and leave"</button></p>
        {move || asked.get().then(|| {
            let registered = !shared.draft.with_untracked(Draft::registrations).is_empty();
            view! {
                <Dialog title="Leave without creating a cluster?" close=close>
                    <p>"No cluster exists and nothing is billed."</p>
                    {registered.then(|| view! { <Registrations/> })}
                    <p class="buttons">
                        <button type="button" on:click=move |_| close.run(())>"Stay here"</button>
                        <button type="button" class="second" on:click=move |_| {
                            close.run(());
                            shared.go(Page::Clusters);
                        }>"Leave and keep the answers"</button>
                        <button type="button" class="second" on:click=throw_away>"Leave and clear the answers"</button>
                    </p>
                </Dialog>
            }
        })}
    }
}

/// The registrations that this draft made and no cluster uses, each with its deletion.
#[component]
pub fn Registrations() -> impl IntoView {
    let shared = shared();
    let failure = RwSignal::new(None);
    let list = move || {
        let all = shared.draft.with(Draft::registrations);
        all.into_iter()
            .map(|id| {
                let gone = id.clone();
                let delete = move |_| {
                    let id = gone.clone();
                    spawn_local(async move {
                        match proxy::delete_key(&id).await {
                            Ok(()) => {
                                failure.set(None);
                                shared.draft.update(|draft| forget(draft, &id));
                            }
                            // Somebody else deleted it: the same outcome.
                            Err(problem) if problem.status == 404 => shared.draft.update(|draft| forget(draft, &id)),
                            Err(problem) => failure.set(Some(problem)),
                        }
                    });
                };
                view! { <li><code>{id.clone()}</code>" "<button type="button" class="second" on:click=delete>{format!("Delete {id}")}</button></li> }
            })
            .collect_view()
    };
    view! {
        <p>"Registered with Confluent on the way, used by no cluster, counting against a quota of twenty:"</p>
        <ul>{list}</ul>
        {move || failure.get().map(|problem| view! { <Failure problem/> })}
    }
}

fn forget(draft: &mut Draft, id: &str) {
    draft.left_behind.retain(|other| other != id);
    if draft.registered.as_ref().is_some_and(|registered| registered.id == id) {
        draft.registered = None;
    }
}
