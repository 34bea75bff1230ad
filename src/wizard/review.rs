//! Step 6: every answer, every check, what is irreversible, what starts costing money, and the one button.

use byok_core::{
    finding::Severity,
    id, plan,
    verdict::{Outcome, Verdict},
    wire::Problem,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{
    Shown, Step, flow,
    judging::{self, Looked},
    refusal::{Refusal, Refused},
};
use crate::{
    app::{Link, Page, Shared, shared},
    draft::Draft,
    parts::notice::Failure,
    proxy,
};

/// Shows everything once more and creates the cluster.
#[component]
pub fn Review() -> impl IntoView {
    let shared = shared();
    let looked = RwSignal::new(None::<Result<Looked, Problem>>);
    let refused = RwSignal::new(None::<Refused>);
    let pending = RwSignal::new(false);
    spawn_local(async move {
        let next = judging::look(shared).await;
        let _ = looked.try_set(Some(next));
    });
    let cku = shared.draft.with_untracked(|draft| draft.cku.trim().to_owned());
    let act = if shared.is_sandbox() {
        format!("Create {cku}-CKU cluster (simulated: nothing is billed)")
    } else {
        format!("Create {cku}-CKU cluster (billing starts)")
    };
    let refusal = move || {
        shared.session.with(|session| session.as_ref().and_then(|session| session.create_refused.clone()))
    };
    view! {
        <Answers/>
        <h2>"Checks"</h2>
        {move || match looked.get() {
            None => view! { <p role="status">"Checking everything once more …"</p> }.into_any(),
            Some(Err(problem)) => view! { <Failure problem/> }.into_any(),
            Some(Ok(looked)) => view! { <Checks verdicts=looked.verdicts/> }.into_any(),
        }}
        <h2>"Before you create it"</h2>
        <ul>
            <li><strong>"Billing starts"</strong>" as soon as the cluster is created: by the hour, for each CKU, until the cluster is deleted."</li>
            <li><strong>"These can never be changed:"</strong>" the region, the availability, the networking, and that the cluster is encrypted with this key."</li>
            <li>"Whoever deletes the key, one of its versions or the vault, or takes away Confluent's roles, makes the data unreadable."</li>
        </ul>
        {move || refusal().map(|reason| view! { <p class="notice">{reason}</p> })}
        <form novalidate on:submit=move |event| {
            event.prevent_default();
            create(shared, pending, refused);
        }>
            <button type="submit" disabled=move || pending.get() || refusal().is_some()>
                {move || if pending.get() { "Asking Confluent for the cluster …".to_owned() } else { act.clone() }}
            </button>
        </form>
        <Refusal refused/>
    }
}

/// Every answer with the way back to its question.
#[component]
fn Answers() -> impl IntoView {
    let draft = shared().draft.get_untracked();
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
        let warnings = warnings(&draft);
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
        rows.extend(warnings.into_iter().map(|warning| ("Note", warning, Step::Security)));
    }
    let rows = rows
        .into_iter()
        .map(|(name, value, step)| {
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                    <dd><Change step/></dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="answers">{rows}</dl> }
}

/// The way back to a question, named for those who hear it out of its row.
#[component]
fn Change(step: Step) -> impl IntoView {
    let text = match step {
        Step::Cluster => "Change cluster",
        Step::Region => "Change region",
        Step::Networking => "Change networking",
        _ => "Change security",
    };
    view! { <Link page=Page::New(step) text/> }
}

fn canonical<T: ToString>(value: Option<T>, typed: &str) -> String {
    value.map_or_else(|| typed.to_owned(), |value| value.to_string())
}

fn warnings(draft: &Draft) -> Vec<String> {
    let vault = id::key_vault_id(&draft.key_vault_id).value;
    let key = id::key_id(&draft.key_id).value;
    let tenant = id::tenant_id(&draft.tenant_id).value;
    id::together(vault.as_ref(), key.as_ref(), tenant.as_ref())
        .iter()
        .filter(|finding| finding.severity() == Severity::Warning)
        .map(|finding| format!("{} {}", finding.message(), finding.fix()))
        .collect()
}

/// Every requirement with what is known of it.
#[component]
fn Checks(verdicts: Vec<Verdict>) -> impl IntoView {
    let shared = shared();
    let items = verdicts
        .into_iter()
        .map(|verdict| {
            let said = match verdict.outcome {
                Outcome::Met => "met",
                Outcome::NotMet => "not met",
                Outcome::Unknown => "unknown",
            };
            let waived = shared.draft.with_untracked(|draft| judging::is_waived(draft, verdict.requirement.as_str()));
            let more = match verdict.outcome {
                Outcome::Met => String::new(),
                _ => format!(" {} {}", verdict.message(), verdict.fix()),
            };
            view! {
                <li class=verdict.outcome.as_str()>
                    {verdict.title()}": "<strong>{said}</strong>"."{more}
                    {(waived && verdict.outcome == Outcome::Unknown).then_some(" You go on without it, and that is recorded.")}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="checks">{items}</ul> }
}

/// Sends the one request that costs money. It is sent once; the server makes sure of the rest.
fn create(shared: Shared, pending: RwSignal<bool>, refused: RwSignal<Option<Refused>>) {
    if pending.get_untracked() {
        return;
    }
    let Some(request) = shared.draft.with_untracked(Draft::new_cluster) else { return };
    shared.draft.update(Draft::name);
    let draft_id = shared.draft.with_untracked(|draft| draft.draft_id.clone());
    pending.set(true);
    spawn_local(async move {
        let answer = proxy::create(&request, &draft_id).await;
        match answer {
            Ok(operation) => {
                // This draft has become a cluster; the next one starts anew.
                shared.draft.set(Draft { environment: request.environment, ..Draft::default() });
                shared.go(Page::Operation(operation.id));
            }
            Err(problem) => {
                let _ = pending.try_set(false);
                let shown: Vec<Shown> = flow::from_server(&problem.findings);
                // The server refused these answers for good: after a change they are another request.
                if problem.status == 422 {
                    shared.draft.update(Draft::rename);
                }
                refused.set(Some(Refused { title: "The cluster was not created", problem, shown }));
            }
        }
    });
}
