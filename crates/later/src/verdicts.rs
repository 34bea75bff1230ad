//! Every requirement with what is known of it: what is wrong first, what is not known next, what is right folded away.

use byok_core::wire::{SourceView, VerdictView};
use byok_wizard::{
    app::Shared,
    parts::el::{El, el, note, p, strong},
    state::{State, derived},
};

use crate::judging::is_waived;

/// The groups, in the order in which they are shown: name, heading, and what a verdict of it is called.
const GROUPS: [(&str, &str, &str); 4] = [
    ("not_met", "Not right", "not met"),
    ("unknown", "Not known", "unknown"),
    ("remark", "Worth a look", "worth a look"),
    ("met", "Right", "met"),
];

/// The group of a verdict: its outcome, but what stands in nobody's way and still asks something of somebody stands apart.
fn group(verdict: &VerdictView) -> &str {
    if verdict.outcome == "met" && !verdict.who.is_empty() { "remark" } else { &verdict.outcome }
}

/// Requirements that are told in one breath: those of which one and the same is to be said.
type Row = Vec<String>;

/// All verdicts, kept up to date. A verdict that stays as it is is left alone, so that nothing jumps and nothing that is
/// unfolded closes.
pub fn verdicts(shared: Shared, all: State<Vec<VerdictView>>) -> El {
    el("div").all(GROUPS.into_iter().map(|(name, heading, called)| {
        let rows = derived(move || all.with(|all| rows(all, name)));
        let count = derived(move || rows.with(|rows| rows.iter().map(Vec::len).sum::<usize>()));
        el("div").show(
            move || count.get() > 0,
            move || {
                let list = el("div").dynamic(move || {
                    Some(el("ul").class("checks").all(rows.get().into_iter().map(|codes| {
                        let of_row = derived(move || {
                            all.with(|all| {
                                let of_row =
                                    all.iter().filter(|verdict| codes.contains(&verdict.requirement));
                                of_row.cloned().collect::<Vec<_>>()
                            })
                        });
                        el("li").class(name).dynamic(move || {
                            of_row.with(|of_row| match of_row.as_slice() {
                                [] => None,
                                [verdict] => Some(row(shared, verdict, called)),
                                several => Some(alike(shared, several)),
                            })
                        })
                    })))
                });
                let heading = move || format!("{heading}: {}", count.get());
                if name == "met" {
                    el("details").child(el("summary").live_text(heading)).child(list)
                } else {
                    el("section").child(el("h3").live_text(heading)).child(list)
                }
            },
        )
    }))
}

fn rows(all: &[VerdictView], name: &str) -> Vec<Row> {
    let mut rows: Vec<(Row, &VerdictView)> = Vec::new();
    for verdict in all.iter().filter(|verdict| group(verdict) == name) {
        let same = |first: &VerdictView| {
            name != "met" && (&first.message, &first.fix) == (&verdict.message, &verdict.fix)
        };
        match rows.iter_mut().find(|(_, first)| same(first)) {
            Some((codes, _)) => codes.push(verdict.requirement.clone()),
            None => rows.push((vec![verdict.requirement.clone()], verdict)),
        }
    }
    rows.into_iter().map(|(codes, _)| codes).collect()
}

/// Several requirements of which one thing is to be said.
fn alike(shared: Shared, of_row: &[VerdictView]) -> El {
    let waived = of_row
        .iter()
        .filter(|verdict| shared.draft.with_untracked(|draft| is_waived(draft, &verdict.requirement)));
    let all_waived = waived.count() == of_row.len();
    let (message, fix) =
        of_row.first().map_or(("", ""), |first| (first.message.as_str(), first.fix.as_str()));
    el("div")
        .child(el("p").text(message))
        .child(el("ul").all(of_row.iter().map(|verdict| el("li").text(&verdict.title))))
        .child(p(fix))
        .maybe(all_waived.then(|| p("You go on without these, and that is recorded.")))
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
    let said = (group(verdict) != "met" || !verdict.fix.is_empty()).then_some(verdict.message.as_str());
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
