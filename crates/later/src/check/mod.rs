//! `/check`: paste anything, one ID or a million, or an error message. Nothing leaves the page.

mod list;
mod paste;

pub use paste::told;

use byok_wizard::{
    app::{focus, set_title},
    parts::el::{El, el, p, title, typed},
    state::{State, spawn, watch},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlInputElement};

/// More lines than this are a list of IDs, a line each; fewer are one paste.
const LIST_FROM: usize = 40;
/// How long the page waits for another key before it looks at what was typed.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(150);

/// The page.
pub fn check() -> El {
    set_title("Check IDs and errors");
    focus("check-title");
    let text = State::new(String::new());
    let settled = State::new(String::new());
    watch(move || {
        let typed = text.get();
        // An earlier timer finds another text than its own and does nothing.
        set_timeout(
            move || {
                if text.peek().is_some_and(|now| *now == typed) {
                    settled.change(typed);
                }
            },
            PAUSE,
        );
    });
    el("div")
        .child(title("check-title", "Check IDs and errors"))
        .child(p("Paste an ID, the JSON View of a vault, output of the Azure CLI, Terraform, a list of IDs, or an error message. \
                  It is read on this page and sent nowhere."))
        .child(
            el("div").class("field").child(el("label").attr("for", "check-text").text("Text")).child(
                el("textarea")
                    .attr("id", "check-text")
                    .attr("rows", "8")
                    .attr("autocomplete", "off")
                    .attr("autocapitalize", "off")
                    .attr("spellcheck", "false")
                    .on("input", move |event| text.set(typed(&event))),
            ),
        )
        .child(from_file(settled))
        .child(el("div").attr("aria-live", "polite").dynamic(move || {
            let text = settled.get();
            let lines = text.lines().filter(|line| !line.trim().is_empty()).take(LIST_FROM + 1).count();
            match lines {
                0 => None,
                // However long, JSON is one thing.
                _ if lines > LIST_FROM && !text.trim_start().starts_with('{') => Some(list::list(text)),
                _ => Some(paste::paste(&text)),
            }
        }))
}

/// A file instead of a paste: its text is read here, too, and not shown, because it may be long.
fn from_file(settled: State<String>) -> El {
    let read = move |event: Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
        spawn(async move {
            if let Ok(text) = JsFuture::from(file.text()).await {
                settled.set(text.as_string().unwrap_or_default());
            }
        });
    };
    el("div")
        .class("field")
        .child(el("label").attr("for", "check-file").text("Or a file, an ID a line"))
        .child(el("input").attr("type", "file").attr("id", "check-file").on("change", read))
}
