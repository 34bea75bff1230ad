//! Commands to copy: shown with their parts told apart, copied as they are.

use byok_core::grant::Snippet;
use wasm_bindgen_futures::JsFuture;
use web_sys::window;

use super::el::{El, button, el};
use crate::state::{State, spawn};

/// A snippet with its copy button. `label` says what the commands do, for those who cannot see where they stand;
/// `line_break` is what the copy has between its lines.
pub fn snippet(label: &'static str, snippet: Snippet, line_break: &str) -> El {
    let text = snippet.text_with(line_break);
    let lines = snippet.lines.into_iter().map(|line| {
        let tokens = line.into_iter().map(|token| el("span").class(token.kind.as_str()).verbatim(token.text));
        el("span").all(tokens).verbatim("\n")
    });
    el("div")
        .class("code")
        .child(scrolled(label).child(el("code").all(lines)))
        .child(copy(text, "Copy the commands"))
}

/// One command, with its copy button.
pub fn plain(label: &str, command: &str) -> El {
    el("div")
        .class("code")
        .child(scrolled(label).child(el("code").verbatim(command)))
        .child(copy(command.to_owned(), "Copy the command"))
}

fn copy(text: String, label: &'static str) -> El {
    let said = State::new("");
    let copy = move || {
        let text = text.clone();
        spawn(async move {
            let done = match window() {
                Some(window) if window.is_secure_context() => {
                    JsFuture::from(window.navigator().clipboard().write_text(&text)).await.is_ok()
                }
                _ => false,
            };
            said.set(if done {
                "Copied."
            } else {
                "The browser does not let this page copy. Select the text and copy it yourself."
            });
        });
    };
    el("p")
        .child(button("second", label, copy))
        .text(" ")
        .child(el("span").attr("role", "status").live_text(move || said.get().to_owned()))
}

/// A box for preformatted text that a keyboard can scroll.
pub fn scrolled(label: &str) -> El {
    el("pre").attr("tabindex", "0").attr("role", "region").attr("aria-label", label)
}
