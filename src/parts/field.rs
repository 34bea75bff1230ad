//! A question answered by typing: label, hint, input, and the message beside it.

use byok_core::finding::Field;
use leptos::prelude::*;

use crate::{app::shared, wizard::flow};

/// One line of text that answers `field`.
///
/// Errors appear when the step is left; from then on the field is judged as it is edited, so that an error goes away
/// the moment it is mended. What was recognised is said earlier, because it is good news.
#[component]
pub fn TextField(
    /// Which answer it is.
    field: Field,
    /// The question.
    label: &'static str,
    /// Where to find the answer, in a sentence.
    hint: &'static str,
    /// Longer help, opened on demand.
    #[prop(optional, into)]
    help: Option<AnyView>,
    /// What was understood of the answer, or nothing to say yet.
    #[prop(optional)]
    understood: Option<fn(&str) -> Option<String>>,
    /// A short answer gets a short box.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let shared = shared();
    let name = field.as_str();
    let error = move || flow::shown_for(shared, field);
    let note = move || {
        let understood = understood?;
        if error().is_some() {
            return None;
        }
        shared.draft.with(|draft| understood(draft.text(field)))
    };
    view! {
        <div class="field" class:wrong=move || error().is_some()>
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>{hint}</p>
            {help}
            <p class="error" id=format!("{name}-error")>{error}</p>
            <input
                id=name
                name=name
                type="text"
                class:short=short
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-describedby=format!("{name}-hint {name}-error {name}-note")
                aria-invalid=move || error().is_some().then_some("true")
                prop:value=move || shared.draft.with(|draft| draft.text(field).to_owned())
                on:input:target=move |event| flow::edit(shared, field, event.target().value())
            />
            <p class="note" id=format!("{name}-note") role="status">{note}</p>
        </div>
    }
}
