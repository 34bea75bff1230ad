//! Step 2: region, availability and size.

use byok_core::{finding::Field, region};
use leptos::prelude::*;

use super::{Step, flow};
use crate::{
    app::shared,
    parts::{
        choice::{Choice, Choices},
        field::TextField,
    },
};

/// Asks for region, availability and CKUs.
#[component]
pub fn Region() -> impl IntoView {
    let shared = shared();
    let regions = region::REGIONS
        .iter()
        .map(|region| {
            let selected = shared.draft.with_untracked(|draft| draft.region == region.id);
            view! { <option value=region.id selected=selected>{region.id}" – "{region.place}</option> }
        })
        .collect_view();
    let error = move || flow::shown_for(shared, Field::Region);
    view! {
        <form novalidate on:submit=move |event| {
            event.prevent_default();
            flow::go_on(shared, Step::Region, Step::Networking);
        }>
            <div class="field" class:wrong=move || error().is_some()>
                <label for="region">"Azure region"</label>
                <p class="hint" id="region-hint">
                    "The cloud is Microsoft Azure. The key must be in the same region as the cluster, so choose the region of your Key Vault."
                </p>
                <p class="error" id="region-error">{error}</p>
                <select
                    id="region"
                    aria-describedby="region-hint region-error"
                    aria-invalid=move || error().is_some().then_some("true")
                    on:change:target=move |event| flow::edit(shared, Field::Region, event.target().value())
                >
                    <option value="">"Select a region"</option>
                    {regions}
                </select>
            </div>
            <Choices
                field=Field::Availability
                legend="Availability"
                hint="It cannot be changed after the cluster is created."
                choices=vec![
                    Choice::new("SINGLE_ZONE", "Single zone", "One availability zone, from 1 CKU."),
                    Choice::new("MULTI_ZONE", "Multi zone", "Three availability zones, from 2 CKUs: one zone can fail without downtime."),
                ]
                picked=Signal::derive(move || shared.draft.with(|draft| draft.availability.clone()))
                pick=Callback::new(move |value: String| {
                    // The smallest size that the choice allows, unless the user has given one.
                    if shared.draft.with_untracked(|draft| draft.cku.is_empty()) {
                        let least = if value == "MULTI_ZONE" { "2" } else { "1" };
                        flow::edit(shared, Field::Cku, least.to_owned());
                    }
                    flow::edit(shared, Field::Availability, value);
                    let cku = shared.draft.with_untracked(|draft| draft.cku.clone());
                    flow::edit(shared, Field::Cku, cku);
                })
            />
            <TextField
                field=Field::Cku
                label="Confluent Units for Kafka (CKU)"
                hint="Each CKU carries up to 60 MB/s in and 180 MB/s out and is billed by the hour. More can be added later."
                short=true
            />
            <button type="submit">"Continue"</button>
        </form>
    }
}
