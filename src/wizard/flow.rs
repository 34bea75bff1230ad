//! What leads from one step to the next: judging answers, showing what is wrong, moving on.
//!
//! No rule is written here. Each step asks `byok-core` and keeps the findings that belong to its own questions.

use byok_core::{
    answers,
    finding::{Field, Finding, Severity},
    id, plan,
    wire::FindingView,
};

use super::{Shown, Step};
use crate::{
    app::{Page, Shared, focus},
    draft::Draft,
};

/// What is wrong with the answers of a step; empty when it may be left.
pub fn judge(step: Step, draft: &Draft, max_cku: u32) -> Vec<Finding> {
    match step {
        Step::Cluster => {
            let mut found = of_plan(draft, max_cku, &[Field::Environment, Field::DisplayName]);
            found.extend(answers::cluster_type(&draft.cluster_type));
            found
        }
        Step::Region => {
            let mut found = of_plan(draft, max_cku, &[Field::Region]);
            match answers::availability(&draft.availability) {
                Some(missing) => found.push(missing),
                None => {
                    found.extend(of_plan(draft, max_cku, &[Field::Availability]));
                    found.extend(plan::cku(&draft.cku, draft.availability(), max_cku).err());
                }
            }
            found
        }
        Step::Networking => answers::networking(&draft.networking, &draft.network).into_iter().collect(),
        Step::Security => match answers::key(&draft.mode, &draft.source, &draft.existing) {
            Some(missing) => vec![missing],
            None if draft.source == "new" => new_key(draft),
            None => Vec::new(),
        },
        Step::Grant | Step::Review => Vec::new(),
    }
}

fn new_key(draft: &Draft) -> Vec<Finding> {
    errors(of_new_key(draft).into_iter())
}

/// Everything there is to tell of the three IDs.
fn of_new_key(draft: &Draft) -> Vec<Finding> {
    let vault = id::key_vault_id(&draft.key_vault_id);
    let key = id::key_id(&draft.key_id);
    let tenant = id::tenant_id(&draft.tenant_id);
    let together = id::together(vault.value.as_ref(), key.value.as_ref(), tenant.value.as_ref());
    [vault.findings, key.findings, tenant.findings, together].into_iter().flatten().collect()
}

/// Whether one click may mend something in the three IDs.
pub fn repair_may_help(draft: &Draft) -> bool {
    id::repair_may_help(&of_new_key(draft))
}

fn errors(findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    findings.filter(|finding| finding.severity() == Severity::Error).collect()
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
    let found = shared.draft.with_untracked(|draft| judge(step, draft, shared.max_cku()));
    if found.is_empty() {
        shared.go(Page::New(next));
    } else {
        blame(shared, &found);
    }
}

/// Shows what the page's own judgement found, in words.
pub fn blame(shared: Shared, found: &[Finding]) {
    show(shared, worded(found));
}

/// Findings of the page's own judgement, in words.
pub fn worded(found: &[Finding]) -> Vec<Shown> {
    found.iter().map(Shown::from).collect()
}

/// Shows problems on the current page.
pub fn show(shared: Shared, shown: Vec<Shown>) {
    shared.shown.set(shown);
    focus("error-summary");
}

/// Shows problems on the earliest step that asks for one of their fields: values kept, fields highlighted.
pub fn send_back(shared: Shared, shown: Vec<Shown>) {
    let step = shown.iter().filter_map(|problem| problem.field).filter_map(step_of).min();
    match step {
        // The step puts the focus on the summary by itself.
        Some(step) => shared.go_showing(Page::New(step), shown),
        None => show(shared, shown),
    }
}

/// Turns the findings of an answer into what is shown.
pub fn from_server(findings: &[FindingView]) -> Vec<Shown> {
    findings.iter().map(Shown::from).collect()
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
    let found = shared.draft.with_untracked(|draft| judge(step, draft, shared.max_cku()));
    let mut again = worded(&found);
    let mut shown = shared.shown.get_untracked();
    let was_wrong = shown.iter().any(|problem| problem.field == Some(field));
    again.retain(|problem| {
        shown.iter().any(|known| known.judged && known.field == problem.field)
            || (was_wrong && problem.field == Some(field))
    });
    // Of what others said, only what is about this answer is out of date.
    shown.retain(|problem| !problem.judged && problem.field != Some(field));
    shown.extend(again);
    // A remark about all answers together has had its day when none of them is blamed any more.
    if shown.iter().all(|problem| problem.field.is_none()) {
        shown.clear();
    }
    shared.shown.set(shown);
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

fn of_plan(draft: &Draft, max_cku: u32, fields: &[Field]) -> Vec<Finding> {
    let about = |finding: &Finding| finding.field().is_some_and(|field| fields.contains(&field));
    errors(plan::check(&draft.plan(max_cku)).into_iter().filter(about))
}
