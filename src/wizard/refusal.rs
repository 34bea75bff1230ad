//! The dialog that a refusal opens: what was refused, why, and the way back to the answers to mend.

use byok_core::wire::Problem;
use leptos::prelude::*;

use super::{Shown, flow};
use crate::{app::shared, parts::dialog::Dialog};

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
#[component]
pub fn Refusal(
    /// Set to open the dialog.
    refused: RwSignal<Option<Refused>>,
) -> impl IntoView {
    let shared = shared();
    move || {
        refused.get().map(|current| {
            let shown = current.shown.clone();
            let close = Callback::new(move |()| {
                refused.set(None);
                if !shown.is_empty() {
                    flow::send_back(shared, shown.clone());
                }
            });
            let fields = current.shown.iter().any(|problem| problem.field.is_some());
            let reasons = current
                .shown
                .iter()
                .map(|problem| view! { <li><strong>{problem.message.clone()}</strong>" "{problem.fix.clone()}</li> })
                .collect_view();
            let reference = (!current.problem.request_id.is_empty()).then(|| {
                view! { <p class="hint">"For whoever runs the server: request "<code>{current.problem.request_id.clone()}</code></p> }
            });
            view! {
                <Dialog title=current.title close=close>
                    <p>{current.problem.detail.clone()}</p>
                    <ul>{reasons}</ul>
                    {reference}
                    <p class="buttons">
                        <button type="button" on:click=move |_| close.run(())>
                            {if fields { "Go back and mend it" } else { "Close" }}
                        </button>
                    </p>
                </Dialog>
            }
        })
    }
}
