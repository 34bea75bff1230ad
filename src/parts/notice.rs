//! What the page says about itself: failures of the server, and the summary of what is wrong with the answers.

use byok_core::wire::Problem;
use leptos::prelude::*;

use crate::{
    app::{Page, shared},
    wizard::flow,
};

/// A failure of the server or of the clouds behind it, in its own words.
#[component]
pub fn Failure(
    /// What the server said.
    problem: Problem,
) -> impl IntoView {
    let findings = problem
        .findings
        .into_iter()
        .map(|finding| view! { <li>{finding.message}" "{finding.fix}</li> })
        .collect_view();
    let reference = (!problem.request_id.is_empty())
        .then(|| view! { <p class="hint">"For whoever runs the server: request "<code>{problem.request_id}</code></p> });
    view! {
        <div class="notice bad" role="alert">
            <p><strong>{problem.title}</strong></p>
            <p>{problem.detail}</p>
            <ul>{findings}</ul>
            {reference}
        </div>
    }
}

/// Everything wrong with the answers of this step, each linked to its question.
#[component]
pub fn ErrorSummary() -> impl IntoView {
    let shared = shared();
    move || {
        let problems = shared.shown.get();
        (!problems.is_empty()).then(|| {
            let items = problems
                .into_iter()
                .map(|problem| {
                    let name = problem.field.map(|field| field.as_str());
                    let text = format!("{} {}", problem.message, problem.fix);
                    let elsewhere = problem
                        .field
                        .and_then(flow::step_of)
                        .filter(|step| shared.page.with_untracked(|page| *page != Page::New(*step)));
                    match (name, elsewhere) {
                        (Some(_), Some(step)) => view! {
                            <li><crate::app::Link page=Page::New(step) text="Go to the question"/>": "{text}</li>
                        }
                        .into_any(),
                        (Some(name), None) => view! {
                            <li>
                                <a
                                    href=format!("#{name}")
                                    on:click=move |event| {
                                        event.prevent_default();
                                        crate::app::focus(name);
                                    }
                                >
                                    {text}
                                </a>
                            </li>
                        }
                        .into_any(),
                        (None, _) => view! { <li>{text}</li> }.into_any(),
                    }
                })
                .collect_view();
            view! {
                <div class="notice bad" id="error-summary" tabindex="-1" role="alert" aria-labelledby="error-summary-title">
                    <h2 id="error-summary-title">"There is a problem"</h2>
                    <ul>{items}</ul>
                </div>
            }
        })
    }
}
