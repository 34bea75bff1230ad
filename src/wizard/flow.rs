//! What leads from one step to the next: judging answers, showing what is wrong, moving on.
//!
//! No rule is written here. Each step asks `byok-core` and keeps the findings that belong to its own questions.

use byok_core::{
    finding::{Field, Severity},
    id, plan,
    wire::FindingView,
};

use super::{Shown, Step};
use crate::{
    app::{Page, Shared, focus},
    draft::Draft,
};

/// What is wrong with the answers of a step; empty when it may be left.
pub fn judge(step: Step, draft: &Draft, max_cku: u32) -> Vec<Shown> {
    let mut shown = problems(step, draft, max_cku);
    for problem in &mut shown {
        problem.judged = true;
    }
    shown
}

fn problems(step: Step, draft: &Draft, max_cku: u32) -> Vec<Shown> {
    match step {
        Step::Cluster => {
            let mut shown = of_plan(draft, max_cku, &[Field::Environment, Field::DisplayName]);
            match plan::ClusterType::parse(&draft.cluster_type) {
                Some(kind) => shown.extend(plan::cluster_type(kind).iter().map(Shown::from)),
                None => shown.push(unanswered(
                    Field::ClusterType,
                    "No cluster type is selected.",
                    "Select Dedicated: it is the type this wizard creates with a key of your own.",
                )),
            }
            shown
        }
        Step::Region => {
            let mut shown = of_plan(draft, max_cku, &[Field::Region]);
            if plan::Availability::parse(&draft.availability).is_none() {
                shown.push(unanswered(
                    Field::Availability,
                    "No availability is selected.",
                    "Select single zone or multi zone.",
                ));
            } else {
                shown.extend(of_plan(draft, max_cku, &[Field::Availability]));
                if let Err(finding) = plan::cku(&draft.cku, draft.availability(), max_cku) {
                    shown.push(Shown::from(&finding));
                }
            }
            shown
        }
        Step::Networking => match draft.networking.as_str() {
            "" => vec![unanswered(
                Field::Network,
                "No kind of networking is selected.",
                "Select how clients will reach the cluster.",
            )],
            "public" => Vec::new(),
            _ if draft.network.is_empty() => vec![unanswered(
                Field::Network,
                "No network is selected.",
                "Select a network of this environment and region, or select the public internet.",
            )],
            _ => Vec::new(),
        },
        Step::Security => security(draft),
        Step::Grant | Step::Review => Vec::new(),
    }
}

fn security(draft: &Draft) -> Vec<Shown> {
    match (draft.mode.as_str(), draft.source.as_str()) {
        ("automatic", _) => vec![unanswered(
            Field::Mode,
            "This wizard creates clusters with a self-managed key only.",
            "Select self-managed, or create the cluster on Confluent's own page.",
        )],
        ("", _) => vec![unanswered(
            Field::Mode,
            "Nobody is selected to hold the key.",
            "Select self-managed to use a key of your own.",
        )],
        (_, "new") => {
            let vault = id::key_vault_id(&draft.key_vault_id);
            let key = id::key_id(&draft.key_id);
            let tenant = id::tenant_id(&draft.tenant_id);
            let together = id::together(vault.value.as_ref(), key.value.as_ref(), tenant.value.as_ref());
            [vault.findings, key.findings, tenant.findings, together]
                .iter()
                .flatten()
                .filter(|finding| finding.severity() == Severity::Error)
                .map(Shown::from)
                .collect()
        }
        (_, "existing") if !draft.existing.is_empty() => Vec::new(),
        (_, "existing") => vec![unanswered(
            Field::Key,
            "No key is selected.",
            "Select a registered key, or go back to creating a new one.",
        )],
        _ => vec![unanswered(
            Field::Key,
            "It is not selected where the key comes from.",
            "Select create new or use existing.",
        )],
    }
}

/// The first step, in order, with an answer missing or wrong; `None` when the cluster can be asked for.
pub fn first_unanswered(draft: &Draft, max_cku: u32) -> Option<Step> {
    [Step::Cluster, Step::Region, Step::Networking, Step::Security]
        .into_iter()
        .find(|step| !judge(*step, draft, max_cku).is_empty())
        .or_else(|| draft.key().is_none().then_some(Step::Security))
}

/// Leaves `step` for `next` if its answers can be used; otherwise shows what is wrong and moves the focus there.
pub fn go_on(shared: Shared, step: Step, next: Step) {
    let shown = shared.draft.with_untracked(|draft| judge(step, draft, shared.max_cku()));
    if shown.is_empty() {
        shared.go(Page::New(next));
    } else {
        show(shared, shown);
    }
}

/// Shows problems on the current page.
pub fn show(shared: Shared, shown: Vec<Shown>) {
    shared.shown.set(shown);
    focus("error-summary");
}

/// Shows problems on the earliest step that asks for one of their fields: values kept, fields highlighted.
pub fn send_back(shared: Shared, shown: Vec<Shown>) {
    let step = shown.iter().filter_map(|problem| problem.field).filter_map(step_of).min();
    if let Some(step) = step {
        shared.go(Page::New(step));
    }
    show(shared, shown);
}

/// Turns the findings of an answer into what is shown.
pub fn from_server(findings: &[FindingView]) -> Vec<Shown> {
    findings
        .iter()
        .map(|finding| Shown {
            field: finding.field.as_deref().and_then(Field::parse),
            message: finding.message.clone(),
            fix: finding.fix.clone(),
            judged: false,
        })
        .collect()
}

/// Takes an answer as it is edited.
///
/// If something is shown as wrong, it is judged again at once: what is mended goes away, and nothing new is blamed that
/// was not blamed before, except in the answer under the user's hands.
pub fn edit(shared: Shared, field: Field, text: String) {
    shared.draft.update(|draft| draft.answer(field, text));
    if shared.shown.with_untracked(Vec::is_empty) {
        return;
    }
    let Page::New(step) = shared.page.get_untracked() else { return };
    let mut again = shared.draft.with_untracked(|draft| judge(step, draft, shared.max_cku()));
    shared.shown.update(|shown| {
        let was_wrong = shown.iter().any(|problem| problem.field == Some(field));
        again.retain(|problem| {
            shown.iter().any(|known| known.judged && known.field == problem.field)
                || (was_wrong && problem.field == Some(field))
        });
        // Of what others said, only what is about this answer is out of date.
        shown.retain(|problem| !problem.judged && problem.field != Some(field));
        shown.append(&mut again);
        // A remark about all answers together has had its day when none of them is blamed any more.
        if shown.iter().all(|problem| problem.field.is_none()) {
            shown.clear();
        }
    });
}

/// What is shown beside a question.
pub fn shown_for(shared: Shared, field: Field) -> Option<String> {
    shared.shown.with(|shown| {
        shown
            .iter()
            .find(|problem| problem.field == Some(field))
            .map(|problem| format!("{} {}", problem.message, problem.fix))
    })
}

/// The step that asks for a field.
pub fn step_of(field: Field) -> Option<Step> {
    Some(match field {
        Field::Environment | Field::DisplayName | Field::ClusterType => Step::Cluster,
        Field::Region | Field::Availability | Field::Cku => Step::Region,
        Field::Network => Step::Networking,
        Field::Mode | Field::Key | Field::KeyVaultId | Field::KeyId | Field::TenantId => Step::Security,
    })
}

fn of_plan(draft: &Draft, max_cku: u32, fields: &[Field]) -> Vec<Shown> {
    plan::check(&draft.plan(max_cku))
        .iter()
        .filter(|finding| finding.field().is_some_and(|field| fields.contains(&field)))
        .filter(|finding| finding.severity() == Severity::Error)
        .map(Shown::from)
        .collect()
}

fn unanswered(field: Field, message: &str, fix: &str) -> Shown {
    Shown { field: Some(field), message: message.to_owned(), fix: fix.to_owned(), judged: false }
}
