//! A question answered by typing or from a list: label, hint, input, and the message beside it.

use byok_core::finding::{Field, Finding};

use super::el::{El, el, typed};
use crate::{
    app::shared,
    state::{State, derived},
    wizard::flow,
};

/// A question about one answer.
///
/// Errors appear when the step is left; from then on the field is judged as it is edited, so that an error goes away
/// the moment it is mended. What was recognised is said earlier, because it is good news.
pub struct Question {
    /// Which answer it is.
    pub field: Field,
    /// The question.
    pub label: &'static str,
    /// Where to find the answer, in a sentence.
    pub hint: &'static str,
}

impl Question {
    /// One line of text.
    pub fn line(self) -> El {
        self.asked(None, |input| input, None)
    }

    /// A few characters.
    pub fn short(self) -> El {
        self.asked(None, |input| input.class("short"), None)
    }

    /// One line of text with longer help to open, and with what was understood of the answer.
    pub fn identifier(self, help: El, understood: fn(&str) -> Option<Understood>) -> El {
        self.asked(Some(help), |input| input, Some(understood))
    }

    fn asked(
        self,
        help: Option<El>,
        shape: fn(El) -> El,
        understood: Option<fn(&str) -> Option<Understood>>,
    ) -> El {
        let shared = shared();
        let field = self.field;
        let name = field.as_str();
        let note = note_of(field, understood);
        let input = el("input")
            .attr("type", "text")
            .attr("autocomplete", "off")
            .attr("autocapitalize", "off")
            .attr("spellcheck", "false")
            .value(move || shared.draft.with(|draft| draft.text(field).to_owned()))
            .on("input", move |event| flow::edit(shared, field, typed(&event)));
        let note = el("p")
            .class("note")
            .attr("id", format!("{name}-note"))
            .attr("role", "status")
            .live_text(move || note.get().unwrap_or_default());
        self.around(help, shape(input)).child(note)
    }

    /// A list to pick from.
    pub fn list(self, options: impl IntoIterator<Item = El>) -> El {
        let shared = shared();
        let field = self.field;
        let list =
            el("select").on("change", move |event| flow::edit(shared, field, typed(&event))).all(options);
        self.around(None, list)
    }

    /// The question, its hint and its error around the input.
    fn around(self, help: Option<El>, input: El) -> El {
        let shared = shared();
        let Self { field, label, hint } = self;
        let name = field.as_str();
        let error = derived(move || flow::shown_for(shared, field));
        el("div")
            .live("class", move || {
                Some(if error.get().is_some() { "field wrong" } else { "field" }.to_owned())
            })
            .child(el("label").attr("for", name).text(label))
            .child(el("p").class("hint").attr("id", format!("{name}-hint")).text(hint))
            .maybe(help)
            .child(
                el("p")
                    .class("error")
                    .attr("id", format!("{name}-error"))
                    .live_text(move || error.get().unwrap_or_default()),
            )
            .child(
                input
                    .attr("id", name)
                    .attr("aria-describedby", format!("{name}-hint {name}-error {name}-note"))
                    .live("aria-invalid", move || error.get().is_some().then(|| "true".to_owned())),
            )
    }
}

/// What was understood of an answer that can be used.
pub struct Understood {
    /// What it names; empty where there is nothing to add to the answer itself.
    pub text: String,
    /// What was mended on the way.
    pub repairs: Vec<Finding>,
}

/// What is said below an answer with which nothing is wrong.
fn note_of(field: Field, understood: Option<fn(&str) -> Option<Understood>>) -> State<Option<String>> {
    let shared = shared();
    derived(move || {
        let typed = shared.draft.with(|draft| draft.text(field).to_owned());
        let found = if flow::shown_for(shared, field).is_some() { None } else { understood?(&typed) };
        let Understood { mut text, repairs } = found?;
        for (message, _) in repairs.iter().filter_map(Finding::of_answers) {
            text.push(' ');
            text.push_str(&message);
        }
        Some(text.trim().to_owned())
    })
}

/// An entry of a list.
pub fn option(value: &str, text: String, chosen: bool) -> El {
    el("option").attr("value", value).flag("selected", chosen).text(text)
}
