//! Step 1: the cluster's name and type.

use byok_core::finding::Field;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Step, flow};
use crate::{
    app::shared,
    clusters::environment_options,
    parts::{
        choice::{Choice, Choices},
        field::TextField,
        notice::Failure,
    },
    proxy,
};

/// Asks for name and type.
#[component]
pub fn Cluster() -> impl IntoView {
    let shared = shared();
    let types = vec![
        Choice::new(
            "DEDICATED",
            "Dedicated",
            "Capacity of its own, billed by the hour for each CKU. Can be encrypted with a key of your own.",
        ),
        Choice::new(
            "ENTERPRISE",
            "Enterprise",
            "Can be encrypted with a key of your own too, but this wizard cannot create it yet.",
        ),
        Choice::new("STANDARD", "Standard", "Cannot be encrypted with a key of your own."),
        Choice::new("BASIC", "Basic", "Cannot be encrypted with a key of your own."),
    ];
    view! {
        <form novalidate on:submit=move |event| {
            event.prevent_default();
            flow::go_on(shared, Step::Cluster, Step::Region);
        }>
            <Environments/>
            <TextField
                field=Field::DisplayName
                label="Cluster name"
                hint="Shown in Confluent Cloud. It can be changed later."
            />
            <Choices
                field=Field::ClusterType
                legend="Cluster type"
                choices=types
                picked=Signal::derive(move || shared.draft.with(|draft| draft.cluster_type.clone()))
                pick=Callback::new(move |value| flow::edit(shared, Field::ClusterType, value))
            />
            <button type="submit">"Begin configuration"</button>
        </form>
    }
}

/// Asks for the environment, unless there is only one.
#[component]
fn Environments() -> impl IntoView {
    let shared = shared();
    let answer = RwSignal::new(None);
    spawn_local(async move {
        let environments = proxy::environments().await;
        if let Ok(environments) = &environments {
            let chosen = shared.draft.with_untracked(|draft| draft.environment.clone());
            if !environments.iter().any(|environment| environment.id == chosen) {
                let first =
                    environments.first().map(|environment| environment.id.clone()).unwrap_or_default();
                flow::edit(shared, Field::Environment, first);
            }
        }
        answer.set(Some(environments));
    });
    view! {
        <div class="field">
            <label for="environment">"Environment"</label>
            <p class="hint" id="environment-hint">"The part of your Confluent organization that the cluster will belong to."</p>
            <p class="error">{move || flow::shown_for(shared, Field::Environment)}</p>
            {move || match answer.get() {
                Some(Err(problem)) => view! { <Failure problem/> }.into_any(),
                Some(Ok(environments)) if environments.is_empty() => view! {
                    <p>"This Confluent account shows no environment to this server. Create one in Confluent Cloud, or give the server's service account access to one, and reload the page."</p>
                }.into_any(),
                Some(Ok(environments)) => view! {
                    <select
                        id="environment"
                        aria-describedby="environment-hint"
                        prop:value=move || shared.draft.with(|draft| draft.environment.clone())
                        on:change:target=move |event| flow::edit(shared, Field::Environment, event.target().value())
                    >
                        {environment_options(&environments, &shared.draft.with_untracked(|draft| draft.environment.clone()))}
                    </select>
                }.into_any(),
                None => view! {
                    <select id="environment" aria-describedby="environment-hint" disabled><option>"Reading your environments …"</option></select>
                }.into_any(),
            }}
        </div>
    }
}
