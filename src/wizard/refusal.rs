//! The dialog that a refusal opens: what was refused, why, and the way back to the answers to mend.

use byok_core::wire::Problem;
use leptos::prelude::*;

use super::{Shown, flow};
use crate::{
    app::shared,
    parts::{
        dialog::dialog,
        el::{El, button, el, p, strong},
        notice::reference,
    },
    state::State,
};

/// A refusal by Confluent or by our own server.
#[derive(Clone)]
pub struct Refused {
    /// What did not happen.
    pub title: &'static str,
    /// What the server said.
    pub problem: Problem,
    /// The same, question by question.
    pub shown: Vec<Shown>,
}

/// Shows the refusal; closing it returns to the form with the fields highlighted and every value kept.
pub fn refusal(refused: State<Option<Refused>>) -> El {
    let shared = shared();
    el("div").dynamic(move || {
        refused.get().map(|current| {
            let Refused { title, problem, shown } = current;
            let reasons: Vec<El> = shown
                .iter()
                .map(|problem| {
                    el("li").child(strong(problem.message.clone())).text(format!(" {}", problem.fix))
                })
                .collect();
            let back = if shown.iter().any(|problem| problem.field.is_some()) {
                "Go back and mend it"
            } else {
                "Close"
            };
            let close = Callback::new(move |()| {
                refused.set(None);
                if !shown.is_empty() {
                    flow::send_back(shared, shown.clone());
                }
            });
            dialog(title, close)
                .child(p(problem.detail))
                .child(el("ul").all(reasons))
                .maybe(reference(problem.request_id))
                .child(el("p").class("buttons").child(button("", back, move || close.run(()))))
        })
    })
}
