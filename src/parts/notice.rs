//! What the page says about itself: failures of the server, and the summary of what is wrong with the answers.

use byok_core::wire::Problem;

use super::el::{El, code, el, p, strong};
use crate::{
    app::{Page, focus, link, shared},
    state::{State, derived},
    wizard::flow,
};

/// A failure of the server or of the clouds behind it, in its own words.
pub fn failure(problem: Problem) -> El {
    let findings = problem
        .findings
        .into_iter()
        .map(|finding| el("li").text(format!("{} {}", finding.message, finding.fix)));
    el("div")
        .class("notice bad")
        .attr("role", "alert")
        .child(el("p").child(strong(problem.title)))
        .child(p(problem.detail))
        .child(el("ul").all(findings))
        .maybe(reference(problem.request_id))
}

/// Under which id the server's log tells more.
pub fn reference(request_id: String) -> Option<El> {
    (!request_id.is_empty())
        .then(|| el("p").class("hint").text("For whoever runs the server: request ").child(code(request_id)))
}

/// A place where a failure appears when there is one.
pub fn failure_place(failed: State<Option<Problem>>) -> El {
    el("div").dynamic(move || failed.get().map(failure))
}

/// Everything wrong with the answers of this step, each linked to its question.
pub fn error_summary() -> El {
    let shared = shared();
    let problems = derived(move || shared.shown.get());
    el("div").dynamic(move || {
        let problems = problems.get();
        if problems.is_empty() {
            return None;
        }
        let items = problems.into_iter().map(|problem| {
            let text = format!("{} {}", problem.message, problem.fix);
            let Some(field) = problem.field else { return el("li").text(text) };
            let elsewhere = flow::step_of(field)
                .filter(|step| shared.page.with_untracked(|page| *page != Page::New(*step)));
            if let Some(step) = elsewhere {
                return el("li").child(link(Page::New(step), "Go to the question")).text(format!(": {text}"));
            }
            let name = field.as_str();
            el("li").child(el("a").attr("href", format!("#{name}")).text(text).on("click", move |event| {
                event.prevent_default();
                focus(name);
            }))
        });
        Some(
            el("div")
                .class("notice bad")
                .attr("id", "error-summary")
                .attr("tabindex", "-1")
                .attr("role", "alert")
                .attr("aria-labelledby", "error-summary-title")
                .child(el("h2").attr("id", "error-summary-title").text("There is a problem"))
                .child(el("ul").all(items)),
        )
    })
}
