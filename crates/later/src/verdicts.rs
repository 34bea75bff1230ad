//! Every requirement with what is known of it: what is wrong first, what is not known next, what is right folded away.

use byok_core::wire::{SourceView, VerdictView};
use byok_wizard::{
    app::Shared,
    parts::el::{El, el, note, p, strong},
    state::{State, derived},
};

use crate::judging::is_waived;

/// The groups, in the order in which they are shown: outcome, heading, and what a verdict of it is called.
const GROUPS: [(&str, &str, &str); 3] =
    [("not_met", "Not right", "not met"), ("unknown", "Not known", "unknown"), ("met", "Right", "met")];

/// All verdicts, kept up to date. A verdict that stays as it is is left alone, so that nothing jumps and nothing that is
/// unfolded closes.
pub fn verdicts(shared: Shared, all: State<Vec<VerdictView>>) -> El {
    el("div").all(GROUPS.into_iter().map(|(outcome, heading, called)| {
        let codes = derived(move || {
            all.with(|all| {
                let of_group = all.iter().filter(|verdict| verdict.outcome == outcome);
                of_group.map(|verdict| verdict.requirement.clone()).collect::<Vec<_>>()
            })
        });
        let count = derived(move || codes.with(Vec::len));
        el("div").show(
            move || count.get() > 0,
            move || {
                let rows = el("div").dynamic(move || {
                    Some(el("ul").class("checks").all(codes.get().into_iter().map(|code| {
                        let verdict = derived(move || {
                            all.with(|all| all.iter().find(|verdict| verdict.requirement == code).cloned())
                        });
                        el("li")
                            .class(outcome)
                            .dynamic(move || verdict.get().map(|verdict| row(shared, &verdict, called)))
                    })))
                });
                let heading = move || format!("{heading}: {}", count.get());
                if outcome == "met" {
                    el("details").child(el("summary").live_text(heading)).child(rows)
                } else {
                    el("section").child(el("h3").live_text(heading)).child(rows)
                }
            },
        )
    }))
}

fn row(shared: Shared, verdict: &VerdictView, called: &'static str) -> El {
    let waived = verdict.outcome == "unknown"
        && shared.draft.with_untracked(|draft| is_waived(draft, &verdict.requirement));
    let evidence = (!verdict.evidence.is_empty()).then(|| {
        el("details").child(el("summary").text("What this rests on")).child(
            el("ul").all(
                verdict
                    .evidence
                    .iter()
                    .map(|one| el("li").text(format!("{}: {}", source(&one.source), one.text))),
            ),
        )
    });
    let line = |text: &str| (!text.is_empty()).then(|| p(text));
    let also: Vec<El> = verdict
        .findings
        .iter()
        .filter(|finding| finding.message != verdict.message)
        .map(|finding| p(format!("{} {}", finding.message, finding.fix)))
        .collect();
    let said = (verdict.outcome != "met" || !verdict.fix.is_empty()).then_some(verdict.message.as_str());
    el("div")
        .child(el("p").text(format!("{}: ", verdict.title)).child(strong(called)).text("."))
        .maybe(line(said.unwrap_or_default()))
        .maybe(line(&verdict.fix))
        .all(also)
        .maybe((!verdict.who.is_empty()).then(|| note("hint", format!("Who can do this: {}", verdict.who))))
        .maybe(waived.then(|| p("You go on without it, and that is recorded.")))
        .maybe(evidence)
}

/// Whom a preflight asked without getting an answer, and why.
pub fn silent(sources: &[SourceView]) -> Option<El> {
    let silent: Vec<El> = sources
        .iter()
        .filter(|one| one.state != "answered" && !one.detail.is_empty())
        .map(|one| el("li").text(format!("{}: {}", source(&one.source), one.detail)))
        .collect();
    (!silent.is_empty()).then(|| {
        el("details").child(el("summary").text("Who could not be asked")).child(el("ul").all(silent))
    })
}

/// A source, as a person calls it.
fn source(name: &str) -> &str {
    match name {
        "probe" => "Azure, without signing in",
        "doctor" => "Your pasted output",
        "arm" => "Azure Resource Manager",
        "key-vault" => "The vault",
        "graph" => "Microsoft Graph",
        "confluent" => "Confluent",
        other => other,
    }
}
