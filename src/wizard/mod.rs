//! The wizard: its steps, in the order the user meets them, and the frame around each.

mod cluster;
pub mod flow;
pub mod leave;
mod networking;
pub mod refusal;
mod region;
mod security;

use byok_core::{
    finding::{Field, Finding},
    wire::FindingView,
};

pub use cluster::cluster;
pub use networking::networking;
pub use region::region;
pub use security::security;

use crate::{
    app::{Page, focus, link, set_title, shared},
    parts::{
        el::{El, el, note, p, title},
        notice::error_summary,
    },
    state::watch,
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

byok_core::record! {
    /// A problem as it is shown: in words, beside its question.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Shown {
        /// The question it belongs to.
        pub field: Option<Field>,
        /// What happened.
        pub message: String,
        /// How to fix it.
        pub fix: String,
        /// Whether the page's own judgement said so, and can take it back.
        pub judged: bool,
    }
}

impl From<&Finding> for Shown {
    fn from(finding: &Finding) -> Self {
        let (message, fix) = finding.of_answers().unwrap_or_default();
        Self { field: finding.field(), message, fix, judged: true }
    }
}

impl From<&FindingView> for Shown {
    fn from(finding: &FindingView) -> Self {
        Self {
            field: finding.field.as_deref().and_then(Field::parse),
            message: finding.message.clone(),
            fix: finding.fix.clone(),
            judged: false,
        }
    }
}

/// One step: where the user is, what is wrong, the question with what `body` asks, and the way back.
pub fn wizard(step: Step, body: fn() -> El) -> El {
    let shared = shared();
    // A step whose answers depend on earlier ones is not shown before those are given.
    let missing = shared.draft.with_untracked(|draft| flow::first_unanswered(draft, shared.max_cku()));
    if let Some(missing) = missing.filter(|missing| *missing < step) {
        focus("question");
        return el("div")
            .child(title("question", "One thing at a time"))
            .child(p("This step needs answers from an earlier one. Nothing you answered is lost."))
            .child(el("p").child(link(Page::New(missing), "Go to the first open question")));
    }
    let number = step as usize + 1;
    let count = Step::ALL.len();
    let name = step.name();
    watch(move || {
        let error = if shared.shown.with(Vec::is_empty) { "" } else { "Error: " };
        set_title(&format!("{error}Step {number} of {count}: {name} – Create encrypted cluster"));
    });
    // Arriving with problems (after a refusal further on) starts at their summary, otherwise at the question.
    focus(if shared.shown.with_untracked(Vec::is_empty) { "question" } else { "error-summary" });
    let steps = Step::ALL.into_iter().map(|each| {
        let item = if each < step {
            el("li").class("done").child(link(Page::New(each), each.name()))
        } else {
            el("li").text(each.name())
        };
        if each == step { item.attr("aria-current", "step") } else { item }
    });
    let back = step.previous().map(|previous| el("p").class("back").child(link(Page::New(previous), "Back")));
    el("div")
        .class("wizard")
        .child(
            el("nav")
                .class("steps")
                .attr("aria-label", "Steps")
                .child(note("where", format!("Step {number} of {count}")))
                .child(el("ol").all(steps)),
        )
        .child(
            el("div")
                .class("step")
                .maybe(back)
                .child(error_summary())
                .child(title("question", step.question()))
                .child(body())
                .child(leave::leave()),
        )
}
