//! A question answered by picking one of a few.

use byok_core::finding::Field;
use leptos::prelude::*;

use super::el::{El, el};
use crate::{
    app::shared,
    state::{State, derived},
    wizard::flow,
};

/// One answer to pick.
pub struct Choice {
    /// What is remembered.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// What it means, in a sentence or two.
    pub about: String,
    /// Shown although it cannot be picked, so that nobody looks for it.
    pub unavailable: bool,
}

impl Choice {
    /// A choice that can be picked.
    pub fn new(value: &str, label: &str, about: &str) -> Self {
        Self { value: value.to_owned(), label: label.to_owned(), about: about.to_owned(), unavailable: false }
    }
}

/// What a group of radio buttons asks, and what becomes of the answer.
pub struct Choices {
    /// Names the group and its error.
    pub name: &'static str,
    /// The question.
    pub legend: &'static str,
    /// Need-to-know text below the question.
    pub hint: &'static str,
    /// The answer that an error beside the group is about.
    pub field: Option<Field>,
    /// What can be picked.
    pub choices: Vec<Choice>,
    /// What is picked now.
    pub picked: State<String>,
    /// Takes a new pick.
    pub pick: Callback<String>,
}

impl Choices {
    /// The group.
    pub fn view(self) -> El {
        let Self { name, legend, hint, field, choices, picked, pick } = self;
        let shared = shared();
        let error = derived(move || field.and_then(|field| flow::shown_for(shared, field)));
        let buttons = choices.into_iter().enumerate().map(|(index, choice)| {
            // The error summary links to the group's name: its first button carries it.
            let id = if index == 0 { name.to_owned() } else { format!("{name}-{index}") };
            let about = format!("{id}-about");
            let (own, value) = (choice.value.clone(), choice.value);
            el("div")
                .class("choice")
                .child(
                    el("input")
                        .attr("type", "radio")
                        .attr("id", id.clone())
                        .attr("name", name)
                        .flag("disabled", choice.unavailable)
                        .attr("aria-describedby", about.clone())
                        .checked(move || picked.with(|picked| *picked == own))
                        .on("change", move |_| pick.run(value.clone())),
                )
                .child(el("label").attr("for", id).text(choice.label))
                .child(el("p").class("hint").attr("id", about).text(choice.about))
        });
        el("fieldset")
            .live("class", move || {
                Some(if error.get().is_some() { "field wrong" } else { "field" }.to_owned())
            })
            .attr("aria-describedby", format!("{name}-hint {name}-error"))
            .child(el("legend").text(legend))
            .child(el("p").class("hint").attr("id", format!("{name}-hint")).text(hint))
            .child(
                el("p")
                    .class("error")
                    .attr("id", format!("{name}-error"))
                    .live_text(move || error.get().unwrap_or_default()),
            )
            .all(buttons)
    }
}
