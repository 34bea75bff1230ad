//! `/keys`: the registered keys, and deleting those that this wizard registered and nobody uses.

use byok_core::wire::KeyView;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::{
    app::{focus, set_title},
    parts::{dialog::Dialog, notice::Failure},
    proxy,
};

/// Lists the registered keys.
#[component]
pub fn Keys() -> impl IntoView {
    set_title("Keys");
    focus("keys-title");
    let answer = RwSignal::new(None);
    let failure = RwSignal::new(None);
    let asked = RwSignal::new(None::<String>);
    let load = move || {
        spawn_local(async move {
            let keys = proxy::keys().await;
            let _ = answer.try_set(Some(keys));
        });
    };
    load();
    let close = Callback::new(move |()| asked.set(None));
    let delete = move |id: String| {
        asked.set(None);
        spawn_local(async move {
            match proxy::delete_key(&id).await {
                Ok(()) => failure.set(None),
                Err(problem) => failure.set(Some(problem)),
            }
            load();
        });
    };
    view! {
        <h1 id="keys-title" tabindex="-1">"Registered keys"</h1>
        <p>"Keys that your organization registered with Confluent. Each serves one cluster, and an organization may have twenty. A registration cannot be edited."</p>
        {move || failure.get().map(|problem| view! { <Failure problem/> })}
        {move || match answer.get() {
            None => view! { <p role="status">"Reading the keys …"</p> }.into_any(),
            Some(Err(problem)) => view! { <Failure problem/> }.into_any(),
            Some(Ok(keys)) if keys.is_empty() => view! { <p class="empty">"No key is registered yet. The wizard registers one when you create a cluster."</p> }.into_any(),
            Some(Ok(keys)) => {
                let items = keys.into_iter().map(|key| view! { <Entry entry=key asked/> }).collect_view();
                view! { <ul class="cards">{items}</ul> }.into_any()
            }
        }}
        {move || asked.get().map(|id| {
            let gone = id.clone();
            view! {
                <Dialog title="Delete this registration?" close=close>
                    <p>"Confluent forgets "<code>{id}</code>". Your key in Azure Key Vault stays as it is, and can be registered again."</p>
                    <p class="buttons">
                        <button type="button" on:click=move |_| close.run(())>"Keep it"</button>
                        <button type="button" class="second" on:click=move |_| delete(gone.clone())>"Delete the registration"</button>
                    </p>
                </Dialog>
            }
        })}
    }
}

#[component]
fn Entry(entry: KeyView, asked: RwSignal<Option<String>>) -> impl IntoView {
    let key = entry;
    let id = key.id.clone();
    let name = if key.display_name.is_empty() { key.id.clone() } else { key.display_name.clone() };
    let validation =
        [key.validation.phase.as_str(), key.validation.message.as_deref().unwrap_or_default()].join(" ");
    view! {
        <li>
            <h2>{name}</h2>
            <dl class="answers">
                <div><dt>"Registration"</dt><dd><code>{key.id.clone()}</code></dd></div>
                <div><dt>"Key"</dt><dd><code class="break">{key.key_id}</code></dd></div>
                <div><dt>"Vault"</dt><dd><code class="break">{key.key_vault_id}</code></dd></div>
                <div><dt>"State"</dt><dd>{if key.state == "IN_USE" { "Used by a cluster".to_owned() } else { key.state }}</dd></div>
                <div><dt>"Confluent's last look"</dt><dd>{validation}</dd></div>
            </dl>
            {key.deletable.then(|| view! {
                <button type="button" class="second" on:click=move |_| asked.set(Some(id.clone()))>{format!("Delete {}", key.id)}</button>
            })}
        </li>
    }
}
