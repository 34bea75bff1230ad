//! Step 3: public internet, or one of the environment's private networks.

use byok_core::{finding::Field, wire::NetworkView};
use leptos::prelude::*;

use super::{Step, flow};
use crate::{
    app::{Shared, shared},
    parts::{
        choice::{Choice, Choices},
        el::{El, el, form, p, submit},
        notice::failure,
    },
    proxy,
    state::{answered, derived},
};

/// Asks for the kind of networking, and for the network where there is one.
pub fn networking() -> El {
    let shared = shared();
    let kind = derived(move || shared.draft.with(|draft| draft.networking.clone()));
    let kinds = Choices {
        name: Field::Network.as_str(),
        legend: "Networking",
        hint: "It cannot be changed after the cluster is created.",
        field: Some(Field::Network),
        choices: vec![
            Choice::new("public", "Public internet", "Encrypted connections from anywhere, with an API key."),
            Choice::new(
                "PEERING",
                "VNet peering",
                "Your virtual network and Confluent's are joined. Needs a network made in Confluent Cloud beforehand.",
            ),
            Choice::new(
                "PRIVATELINK",
                "Private Link",
                "A private endpoint in your virtual network. Needs a network made in Confluent Cloud beforehand.",
            ),
        ],
        picked: kind,
        pick: Callback::new(move |value: String| {
            if shared.draft.with_untracked(|draft| draft.networking != value) {
                shared.draft.update(|draft| draft.networking = value);
                flow::edit(shared, Field::Network, String::new());
            }
        }),
    };
    form(move || flow::go_on(shared, Step::Networking, Step::Security))
        .child(kinds.view())
        .dynamic(move || {
            let kind = kind.get();
            matches!(kind.as_str(), "PEERING" | "PRIVATELINK").then(|| networks(shared, kind))
        })
        .child(submit("Continue", None))
}

/// The networks of one kind in the environment and region.
fn networks(shared: Shared, kind: String) -> El {
    let (environment, place) =
        shared.draft.with_untracked(|draft| (draft.environment.clone(), draft.region.clone()));
    let found = answered(proxy::networks(&environment, &place));
    el("div").class("below").attr("aria-live", "polite").dynamic(move || {
        Some(match found.get() {
            None => p("Reading the networks of this environment …"),
            Some(Err(problem)) => failure(problem),
            Some(Ok(networks)) => {
                let fitting: Vec<NetworkView> =
                    networks.into_iter().filter(|network| network.connection_types.contains(&kind)).collect();
                if fitting.is_empty() {
                    p(format!(
                        "There is no such network in this environment in {place}. Create one in Confluent Cloud under \
                         the environment's network management, wait until it is ready, and come back: your answers are \
                         kept."
                    ))
                } else {
                    list(shared, fitting)
                }
            }
        })
    })
}

fn list(shared: Shared, networks: Vec<NetworkView>) -> El {
    let choices = networks
        .into_iter()
        .map(|network| {
            let ready = network.phase == "READY";
            let state = if ready {
                "Ready".to_owned()
            } else {
                format!("Cannot be used now: it is {}", network.phase)
            };
            let about = format!("{} – {state}", network.id);
            let name = if network.display_name.is_empty() { &network.id } else { &network.display_name };
            Choice { unavailable: !ready, ..Choice::new(&network.id, name, &about) }
        })
        .collect();
    Choices {
        name: "network-id",
        legend: "Network",
        hint: "",
        field: None,
        choices,
        picked: derived(move || shared.draft.with(|draft| draft.network.clone())),
        pick: Callback::new(move |value| flow::edit(shared, Field::Network, value)),
    }
    .view()
}
