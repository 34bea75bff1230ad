//! Step 6: every answer, every check, what is irreversible, what starts costing money, and the one button.

use byok_core::{
    finding::Severity,
    id, plan,
    wire::{Problem, VerdictView},
};
use byok_wizard::{
    app::{Page, Shared, link, shared},
    draft::Draft,
    parts::{
        el::{El, el, form, note, p, strong, submit},
        notice::failure,
    },
    proxy,
    state::{State, spawn},
    wizard::{
        Step, flow,
        refusal::{Refused, refusal},
    },
};

use crate::{
    judging::{self, Looked},
    means::Means,
    verdicts::verdicts,
};
use leptos::prelude::*;

/// Shows everything once more and creates the cluster.
pub fn review() -> El {
    let shared = shared();
    let looked = State::new(None::<Result<Looked, Problem>>);
    let known = State::new(Vec::<VerdictView>::new());
    let refused = State::new(None::<Refused>);
    let pending = State::new(false);
    let means = expect_context::<Means>();
    spawn(async move {
        let next = judging::look(shared, means, |verdict| known.update(|known| known.push(verdict))).await;
        if let Ok(looked) = &next {
            known.set(looked.verdicts.clone());
        }
        looked.set(Some(next));
    });
    let cku = shared.draft.with_untracked(|draft| draft.cku.trim().to_owned());
    let costs = if shared.is_sandbox() { "simulated: nothing is billed" } else { "billing starts" };
    let refusal_of_server = shared
        .session
        .with_untracked(|session| session.as_ref().and_then(|session| session.create_refused.clone()));
    let create = match refusal_of_server {
        Some(reason) => note("notice", reason),
        None => form(move || create(shared, pending, refused)).child(submit(
            format!("Create {cku}-CKU cluster ({costs})"),
            Some((pending, "Asking Confluent for the cluster …")),
        )),
    };
    let warning = |what: &str, text: &str| el("li").child(strong(what)).text(text);
    el("div")
        .child(answers(shared))
        .child(el("h2").text("Checks"))
        .dynamic(move || {
            Some(match looked.get() {
                None => p("Checking everything once more …").attr("role", "status"),
                Some(Err(problem)) => failure(problem),
                Some(Ok(looked)) => said(&looked.verdicts),
            })
        })
        .child(verdicts(shared, known))
        .child(el("h2").text("Before you create it"))
        .child(
            el("ul")
                .child(warning(
                    "Billing starts",
                    " as soon as the cluster is created: by the hour, for each CKU, until the cluster is deleted.",
                ))
                .child(warning(
                    "These can never be changed:",
                    " the region, the availability, the networking, and that the cluster is encrypted with this key.",
                ))
                .child(warning(
                    "The key must stay:",
                    " whoever deletes it, one of its versions or the vault, or takes away Confluent's roles, makes the \
                     data unreadable.",
                )),
        )
        .child(create)
        .child(refusal(refused))
}

/// Every answer with the way back to its question.
fn answers(shared: Shared) -> El {
    let draft = shared.draft.get_untracked();
    let availability = match draft.availability() {
        plan::Availability::SingleZone => "Single zone",
        plan::Availability::MultiZone => "Multi zone",
    };
    let networking = match draft.networking.as_str() {
        "PEERING" => format!("VNet peering, {}", draft.network),
        "PRIVATELINK" => format!("Private Link, {}", draft.network),
        _ => "Public internet".to_owned(),
    };
    let mut rows = vec![
        ("Environment", draft.environment.clone(), Step::Cluster),
        ("Name", draft.display_name.trim().to_owned(), Step::Cluster),
        ("Type", "Dedicated".to_owned(), Step::Cluster),
        ("Cloud and region", format!("Azure {}", draft.region), Step::Region),
        ("Availability", availability.to_owned(), Step::Region),
        ("Size", format!("{} CKU", draft.cku.trim()), Step::Region),
        ("Networking", networking, Step::Networking),
        ("Encryption", format!("Self-managed key, {}", draft.key().unwrap_or_default()), Step::Security),
    ];
    if draft.source == "new" {
        rows.push((
            "Vault",
            canonical(id::key_vault_id(&draft.key_vault_id).value, &draft.key_vault_id),
            Step::Security,
        ));
        rows.push(("Key", canonical(id::key_id(&draft.key_id).value, &draft.key_id), Step::Security));
        rows.push((
            "Tenant",
            canonical(id::tenant_id(&draft.tenant_id).value, &draft.tenant_id),
            Step::Security,
        ));
    }
    el("div").child(rows_of(rows)).child(warnings(&draft))
}

fn rows_of(rows: Vec<(&'static str, String, Step)>) -> El {
    el("dl").class("answers").all(rows.into_iter().map(|(name, value, step)| {
        // Named for those who hear the link out of its row.
        let change = format!("Change {}", name.to_lowercase());
        el("div")
            .child(el("dt").text(name))
            .child(el("dd").text(value))
            .child(el("dd").child(link(Page::New(step), change)))
    }))
}

fn canonical<T: ToString>(value: Option<T>, typed: &str) -> String {
    value.map_or_else(|| typed.to_owned(), |value| value.to_string())
}

/// What is unusual about the IDs although it may be meant.
fn warnings(draft: &Draft) -> El {
    let found = if draft.source == "new" {
        let vault = id::key_vault_id(&draft.key_vault_id).value;
        let key = id::key_id(&draft.key_id).value;
        let tenant = id::tenant_id(&draft.tenant_id).value;
        id::together(vault.as_ref(), key.as_ref(), tenant.as_ref())
    } else {
        Vec::new()
    };
    let notes: Vec<El> = found
        .iter()
        .filter(|finding| finding.severity() == Severity::Warning)
        .map(|finding| p(format!("{} {}", finding.message(), finding.fix())))
        .collect();
    let shown = (!notes.is_empty()).then(|| el("div").class("notice").all(notes));
    el("div").maybe(shown)
}

/// All checks in a sentence.
fn said(verdicts: &[VerdictView]) -> El {
    let count = |outcome: &str| verdicts.iter().filter(|verdict| verdict.outcome == outcome).count();
    let text = match (count("not_met"), count("unknown")) {
        (0, 0) => format!("All {} checks are met.", verdicts.len()),
        (0, unknown) => {
            format!("Nothing speaks against it; {unknown} of {} checks could not be settled.", verdicts.len())
        }
        (wrong, _) => format!(
            "{wrong} of {} checks are not met: this server will refuse to create the cluster.",
            verdicts.len()
        ),
    };
    p(text).attr("role", "status")
}

/// Sends the one request that costs money. It is sent once; the server makes sure of the rest.
fn create(shared: Shared, pending: State<bool>, refused: State<Option<Refused>>) {
    if pending.get_untracked() {
        return;
    }
    let Some(request) = shared.draft.with_untracked(Draft::new_cluster) else { return };
    shared.draft.update(Draft::name);
    let draft_id = shared.draft.with_untracked(|draft| draft.draft_id.clone());
    pending.set(true);
    spawn(async move {
        let answer = proxy::create(&request, &draft_id).await;
        match answer {
            Ok(operation) => {
                // This draft has become a cluster; the next one starts anew.
                shared.draft.set(Draft { environment: request.environment, ..Draft::default() });
                shared.go(Page::Operation(operation.id));
            }
            Err(problem) => {
                pending.set(false);
                let shown = flow::from_server(&problem.findings);
                // The server refused these answers for good: after a change they are another request.
                if problem.status == 422 {
                    shared.draft.update(Draft::rename);
                }
                refused.set(Some(Refused { title: "The cluster was not created", problem, shown }));
            }
        }
    });
}
