//! Step 2: region, availability and size.

use byok_core::{finding::Field, plan::Availability, region::REGIONS};
use leptos::prelude::*;

use super::{Step, flow};
use crate::{
    app::{Shared, shared},
    parts::{
        choice::{Choice, Choices},
        el::{El, form, submit},
        field::{Question, option},
    },
    state::derived,
};

/// Asks for region, availability and CKUs.
pub fn region() -> El {
    let shared = shared();
    let chosen = shared.draft.with_untracked(|draft| draft.region.clone());
    let none = option("", "Select a region".to_owned(), chosen.is_empty());
    let regions = REGIONS
        .iter()
        .map(|region| option(region.id, format!("{} – {}", region.id, region.place), region.id == chosen));
    let availability = Choices {
        name: Field::Availability.as_str(),
        legend: "Availability",
        hint: "It cannot be changed after the cluster is created.",
        field: Some(Field::Availability),
        choices: vec![
            Choice::new("SINGLE_ZONE", "Single zone", "One availability zone, from 1 CKU."),
            Choice::new(
                "MULTI_ZONE",
                "Multi zone",
                "Three availability zones, from 2 CKUs: one zone can fail without downtime.",
            ),
        ],
        picked: derived(move || shared.draft.with(|draft| draft.availability.clone())),
        pick: Callback::new(move |value| pick_availability(shared, value)),
    };
    form(move || flow::go_on(shared, Step::Region, Step::Networking))
        .child(
            Question {
                field: Field::Region,
                label: "Azure region",
                hint: "The cloud is Microsoft Azure. The key must be in the same region as the cluster, so choose the \
                       region of your Key Vault.",
            }
            .list(std::iter::once(none).chain(regions)),
        )
        .child(availability.view())
        .child(
            Question {
                field: Field::Cku,
                label: "Confluent Units for Kafka (CKU)",
                hint: "Each CKU carries up to 60 MB/s in and 180 MB/s out and is billed by the hour. More can be added \
                       later.",
            }
            .short(),
        )
        .child(submit("Continue", None))
}

/// Takes the availability, and the smallest size that it allows unless the user has given one.
fn pick_availability(shared: Shared, value: String) {
    if shared.draft.with_untracked(|draft| draft.cku.is_empty())
        && let Some(availability) = Availability::parse(&value)
    {
        flow::edit(shared, Field::Cku, availability.least_cku().to_string());
    }
    flow::edit(shared, Field::Availability, value);
    // How many CKUs are enough depends on the availability.
    let cku = shared.draft.with_untracked(|draft| draft.cku.clone());
    flow::edit(shared, Field::Cku, cku);
}
