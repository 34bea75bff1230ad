//! Step 1: the cluster's name and type.

use byok_core::finding::Field;
use leptos::prelude::*;

use super::{Step, flow};
use crate::{
    app::shared,
    clusters::{NO_ENVIRONMENT, environment_options},
    parts::{
        choice::{Choice, Choices},
        el::{El, el, form, p, submit},
        field::{Question, option},
        notice::failure,
    },
    proxy,
    state::{State, derived, spawn},
};

/// Asks for name and type.
pub fn cluster() -> El {
    let shared = shared();
    let types = Choices {
        name: Field::ClusterType.as_str(),
        legend: "Cluster type",
        hint: "",
        field: Some(Field::ClusterType),
        choices: vec![
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
        ],
        picked: derived(move || shared.draft.with(|draft| draft.cluster_type.clone())),
        pick: Callback::new(move |value| flow::edit(shared, Field::ClusterType, value)),
    };
    form(move || flow::go_on(shared, Step::Cluster, Step::Region))
        .child(environments())
        .child(
            Question {
                field: Field::DisplayName,
                label: "Cluster name",
                hint: "Shown in Confluent Cloud. It can be changed later.",
            }
            .line(),
        )
        .child(types.view())
        .child(submit("Begin configuration", None))
}

/// Asks for the environment.
fn environments() -> El {
    let shared = shared();
    let found = State::new(None);
    spawn(async move {
        let environments = proxy::environments().await;
        if let Ok(environments) = &environments {
            let chosen = shared.draft.with_untracked(|draft| draft.environment.clone());
            if !environments.iter().any(|environment| environment.id == chosen) {
                let first =
                    environments.first().map(|environment| environment.id.clone()).unwrap_or_default();
                flow::edit(shared, Field::Environment, first);
            }
        }
        found.set(Some(environments));
    });
    let question = || Question {
        field: Field::Environment,
        label: "Environment",
        hint: "The part of your Confluent organization that the cluster will belong to.",
    };
    el("div").dynamic(move || {
        Some(match found.get() {
            None => question().list([option("", "Reading your environments …".to_owned(), true)]),
            Some(Err(problem)) => failure(problem),
            Some(Ok(list)) if list.is_empty() => p(NO_ENVIRONMENT),
            Some(Ok(list)) => {
                let chosen = shared.draft.with_untracked(|draft| draft.environment.clone());
                question().list(environment_options(&list, &chosen))
            }
        })
    })
}
