//! Step 3: public internet, or one of the environment's private networks.

use byok_core::{finding::Field, wire::NetworkView};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Step, flow};
use crate::{
    app::shared,
    parts::{
        choice::{Choice, Choices},
        notice::Failure,
    },
    proxy,
};

/// Asks for the kind of networking, and for the network where there is one.
#[component]
pub fn Networking() -> impl IntoView {
    let shared = shared();
    let kind = Signal::derive(move || shared.draft.with(|draft| draft.networking.clone()));
    view! {
        <form novalidate on:submit=move |event| {
            event.prevent_default();
            flow::go_on(shared, Step::Networking, Step::Security);
        }>
            <Choices
                field=Field::Network
                legend="Networking"
                hint="It cannot be changed after the cluster is created."
                choices=vec![
                    Choice::new("public", "Public internet", "Encrypted connections from anywhere, with an API key."),
                    Choice::new("PEERING", "VNet peering", "Your virtual network and Confluent's are joined. Needs a network made in Confluent Cloud beforehand."),
                    Choice::new("PRIVATELINK", "Private Link", "A private endpoint in your virtual network. Needs a network made in Confluent Cloud beforehand."),
                ]
                picked=kind
                pick=Callback::new(move |value: String| {
                    if shared.draft.with_untracked(|draft| draft.networking != value) {
                        shared.draft.update(|draft| draft.networking = value);
                        flow::edit(shared, Field::Network, String::new());
                    }
                })
            />
            {move || {
                let kind = kind.get();
                matches!(kind.as_str(), "PEERING" | "PRIVATELINK").then(|| view! { <Networks kind/> })
            }}
            <button type="submit">"Continue"</button>
        </form>
    }
}

/// The networks of one kind in the environment and region.
#[component]
fn Networks(kind: String) -> impl IntoView {
    let shared = shared();
    let answer = RwSignal::new(None);
    let (environment, region) =
        shared.draft.with_untracked(|draft| (draft.environment.clone(), draft.region.clone()));
    let place = region.clone();
    spawn_local(async move { answer.set(Some(proxy::networks(&environment, &region).await)) });
    view! {
        <div class="below" aria-live="polite">
            {move || match answer.get() {
                None => view! { <p>"Reading the networks of this environment …"</p> }.into_any(),
                Some(Err(problem)) => view! { <Failure problem/> }.into_any(),
                Some(Ok(networks)) => {
                    let fitting: Vec<NetworkView> = networks
                        .into_iter()
                        .filter(|network| network.connection_types.contains(&kind))
                        .collect();
                    if fitting.is_empty() {
                        view! {
                            <p>
                                "There is no such network in this environment in " <strong>{place.clone()}</strong>
                                ". Create one in Confluent Cloud under the environment's network management, wait until it is ready, and come back: your answers are kept."
                            </p>
                        }.into_any()
                    } else {
                        view! { <NetworkList networks=fitting/> }.into_any()
                    }
                }
            }}
        </div>
    }
}

#[component]
fn NetworkList(networks: Vec<NetworkView>) -> impl IntoView {
    let shared = shared();
    let buttons = networks
        .into_iter()
        .map(|network| {
            let ready = network.phase == "READY";
            let id = network.id.clone();
            let own = network.id.clone();
            let name =
                if network.display_name.is_empty() { network.id.clone() } else { network.display_name };
            let about = if ready {
                "Ready".to_owned()
            } else {
                format!("Cannot be used now: it is {}", network.phase)
            };
            view! {
                <div class="choice">
                    <input
                        type="radio"
                        name="network-id"
                        id=network.id.clone()
                        disabled=!ready
                        aria-describedby=format!("{}-about", network.id)
                        prop:checked=move || shared.draft.with(|draft| draft.network == own)
                        on:change=move |_| flow::edit(shared, Field::Network, id.clone())
                    />
                    <label for=network.id.clone()>{name}</label>
                    <p class="hint" id=format!("{}-about", network.id)>{network.id.clone()}" – "{about}</p>
                </div>
            }
        })
        .collect_view();
    view! { <fieldset class="field"><legend>"Network"</legend>{buttons}</fieldset> }
}
