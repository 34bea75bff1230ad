//! A question answered by picking one of a few.

use byok_core::finding::Field;
use leptos::prelude::*;

use crate::{app::shared, wizard::flow};

/// One answer to pick.
#[derive(Clone)]
pub struct Choice {
    /// What is remembered.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// What it means, in a sentence or two.
    pub about: String,
    /// Why it cannot be picked; such a choice is shown all the same, so that nobody looks for it.
    pub unavailable: bool,
}

impl Choice {
    /// A choice that can be picked.
    pub fn new(value: &str, label: &str, about: &str) -> Self {
        Self { value: value.to_owned(), label: label.to_owned(), about: about.to_owned(), unavailable: false }
    }
}

/// A group of radio buttons.
#[component]
pub fn Choices(
    /// Names the group and its error.
    field: Field,
    /// The question.
    legend: &'static str,
    /// Need-to-know text below the question.
    #[prop(optional)]
    hint: &'static str,
    /// What can be picked.
    choices: Vec<Choice>,
    /// What is picked now.
    picked: Signal<String>,
    /// Takes a new pick.
    pick: Callback<String>,
) -> impl IntoView {
    let shared = shared();
    let name = field.as_str();
    let error = move || flow::shown_for(shared, field);
    let buttons = choices
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            // The error summary links to the group's name: its first button carries it.
            let id = if index == 0 { name.to_owned() } else { format!("{name}-{index}") };
            let about_id = format!("{id}-about");
            let Choice { value, label, about, unavailable } = choice;
            let own = value.clone();
            view! {
                <div class="choice">
                    <input
                        type="radio"
                        id=id.clone()
                        name=name
                        value=value.clone()
                        disabled=unavailable
                        aria-describedby=about_id.clone()
                        prop:checked=move || picked.with(|picked| *picked == own)
                        on:change=move |_| pick.run(value.clone())
                    />
                    <label for=id>{label}</label>
                    <p class="hint" id=about_id>{about}</p>
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" class:wrong=move || error().is_some() aria-describedby=format!("{name}-hint {name}-error")>
            <legend>{legend}</legend>
            <p class="hint" id=format!("{name}-hint")>{hint}</p>
            <p class="error" id=format!("{name}-error")>{error}</p>
            {buttons}
        </fieldset>
    }
}
