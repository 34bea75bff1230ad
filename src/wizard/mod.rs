//! The wizard: its steps, in the order the user meets them, and the frame around each.

mod cluster;
pub mod flow;
mod grant;
mod judging;
mod leave;
mod networking;
mod refusal;
mod region;
mod review;
mod security;

use byok_core::finding::{Field, Finding};
use leptos::prelude::*;

use crate::{
    app::{Page, focus, shared},
    parts::notice::ErrorSummary,
};

/// A step of the wizard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Name and type.
    Cluster,
    /// Region, availability, CKUs.
    Region,
    /// How clients reach the cluster.
    Networking,
    /// Who holds the key, and which key.
    Security,
    /// Letting Confluent use the key.
    Grant,
    /// Every answer once more, and the one button.
    Review,
}

impl Step {
    /// All steps in order.
    pub const ALL: [Self; 6] =
        [Self::Cluster, Self::Region, Self::Networking, Self::Security, Self::Grant, Self::Review];

    /// The last part of the step's address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Region => "region",
            Self::Networking => "networking",
            Self::Security => "security",
            Self::Grant => "grant",
            Self::Review => "review",
        }
    }

    /// What the step is called in the list of steps.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cluster => "Cluster",
            Self::Region => "Region",
            Self::Networking => "Networking",
            Self::Security => "Security",
            Self::Grant => "Grant access",
            Self::Review => "Review",
        }
    }

    /// The question that the step asks.
    fn question(self) -> &'static str {
        match self {
            Self::Cluster => "What should the cluster be called, and which type is it?",
            Self::Region => "Where should it run, and how large is it?",
            Self::Networking => "How will clients reach it?",
            Self::Security => "Who holds the encryption key?",
            Self::Grant => "Let Confluent use your key",
            Self::Review => "Check your answers",
        }
    }

    /// The step at the end of an address.
    pub fn at(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// The step before this one.
    fn previous(self) -> Option<Self> {
        Self::ALL.into_iter().take_while(|step| *step < self).last()
    }
}

/// A problem as it is shown: in words, beside its question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The question it belongs to.
    pub field: Option<Field>,
    /// What happened.
    pub message: String,
    /// How to fix it.
    pub fix: String,
}

impl From<&Finding> for Shown {
    fn from(finding: &Finding) -> Self {
        Self { field: finding.field(), message: finding.message(), fix: finding.fix() }
    }
}

/// One step: where the user is, what is wrong, the question, and the way back.
#[component]
pub fn Wizard(
    /// The step to show.
    step: Step,
) -> impl IntoView {
    let shared = shared();
    // A step whose answers depend on earlier ones is not shown before those are given.
    let missing = shared.draft.with_untracked(|draft| flow::first_unanswered(draft, shared.max_cku()));
    if let Some(missing) = missing.filter(|missing| *missing < step) {
        return view! {
            <h1>"One thing at a time"</h1>
            <p>"This step needs answers from an earlier one. Nothing you answered is lost."</p>
            <p><crate::app::Link page=Page::New(missing) text="Go to the first open question"/></p>
        }
        .into_any();
    }
    let number = step as usize + 1;
    let count = Step::ALL.len();
    Effect::new(move || {
        let error = if shared.shown.with(Vec::is_empty) { "" } else { "Error: " };
        document().set_title(&format!(
            "{error}Step {number} of {count}: {} – Create encrypted cluster – BYOK Wizard",
            step.name()
        ));
    });
    // Arriving with problems (after a refusal further on) starts at their summary, otherwise at the question.
    focus(if shared.shown.with_untracked(Vec::is_empty) { "question" } else { "error-summary" });
    let steps = Step::ALL
        .into_iter()
        .map(|each| {
            let current = (each == step).then_some("step");
            let body = if each < step {
                view! { <crate::app::Link page=Page::New(each) text=each.name()/> }.into_any()
            } else {
                view! { <span>{each.name()}</span> }.into_any()
            };
            view! { <li aria-current=current class:done=each < step>{body}</li> }
        })
        .collect_view();
    let body = match step {
        Step::Cluster => view! { <cluster::Cluster/> }.into_any(),
        Step::Region => view! { <region::Region/> }.into_any(),
        Step::Networking => view! { <networking::Networking/> }.into_any(),
        Step::Security => view! { <security::Security/> }.into_any(),
        Step::Grant => view! { <grant::Grant/> }.into_any(),
        Step::Review => view! { <review::Review/> }.into_any(),
    };
    view! {
        <div class="wizard">
            <nav aria-label="Steps" class="steps">
                <p class="where">{format!("Step {number} of {count}")}</p>
                <ol>{steps}</ol>
            </nav>
            <div class="step">
                {step.previous().map(|previous| view! {
                    <p class="back"><crate::app::Link page=Page::New(previous) text="Back"/></p>
                })}
                <ErrorSummary/>
                <h1 id="question" tabindex="-1">{step.question()}</h1>
                {body}
                <leave::Leave/>
            </div>
        </div>
    }
    .into_any()
}
