//! Step 6: every answer, every check, what is irreversible, what starts costing money, and the one button.

use byok_core::{
    finding::Severity,
    id, plan,
    price::Price,
    wire::{Problem, VerdictView},
};
use byok_wizard::{
    app::{Page, Shared, focus, link, shared},
    draft::Draft,
    parts::{
        el::{El, el, form, note, p, strong, submit, typed},
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

byok_core::record! {
    /// A creation, as far as it matters to another one.
    #[derive(Clone)]
    struct Creation {
        id: String,
        state: String,
        request: Asked,
    }

    /// What it asked for, as far as it matters.
    #[derive(Clone)]
    struct Asked {
        key: String,
    }
}

/// The field in which the cluster's name is typed once more.
const CONFIRM: &str = "confirm-name";

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
    // Named before anybody can ask, so that this tab after a reload, and another one with the same draft, ask for the
    // same cluster and not for a second one.
    shared.draft.update(Draft::name);
    // None until it is known whether the key was used already: a button that goes again would be worse than a late one.
    let open = State::new(None::<Option<String>>);
    let key = shared.draft.with_untracked(|draft| draft.key().unwrap_or_default().to_owned());
    spawn(async move {
        let under_way = |one: &Creation| one.state != "failed" && one.request.key == key;
        // Where the list cannot be read, the server itself makes sure.
        let all = proxy::operations::<Creation>().await.unwrap_or_default();
        open.set(Some(all.into_iter().find(under_way).map(|one| one.id)));
    });
    let refusal_of_server = shared
        .session
        .with_untracked(|session| session.as_ref().and_then(|session| session.create_refused.clone()));
    let price = price(shared);
    let billed = match &price {
        Some(price) => format!(" as soon as the cluster is created: {price}, until the cluster is deleted."),
        None => {
            " as soon as the cluster is created: by the hour, for each CKU, until the cluster is deleted."
                .to_owned()
        }
    };
    let create = el("div").dynamic(move || {
        Some(match (&refusal_of_server, open.get()) {
            (Some(reason), _) => note("notice", reason),
            (None, None) => p("Looking whether this key was used already …").attr("role", "status"),
            (None, Some(Some(id))) => el("div").class("notice").child(
                p("A cluster with this key was asked for already, and a key serves one cluster: ")
                    .child(link(Page::Operation(id), "see how far it is"))
                    .text("."),
            ),
            (None, Some(None)) => confirmed(shared, price.clone(), pending, refused),
        })
    });
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
                .child(warning("Billing starts", &billed))
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

/// What the cluster costs an hour, where the operator named a price.
fn price(shared: Shared) -> Option<String> {
    let price: Price = shared
        .session
        .with_untracked(|session| session.as_ref()?.price_per_cku_hour.clone())?
        .parse()
        .ok()?;
    price.of_cluster(shared.draft.with_untracked(|draft| draft.cku.trim().parse().ok())?)
}

/// The last question, what may be wished for with it, and the button.
fn confirmed(
    shared: Shared,
    price: Option<String>,
    pending: State<bool>,
    refused: State<Option<Refused>>,
) -> El {
    let wanted = State::new(String::new());
    let error = State::new(String::new());
    let (name, cku, region) = shared.draft.with_untracked(|draft| {
        let text = |text: &str| text.trim().to_owned();
        (text(&draft.display_name), text(&draft.cku), text(&draft.region))
    });
    let costs = if shared.is_sandbox() { "simulated, nothing is billed" } else { "billing starts" };
    let price = price.map(|price| {
        let simulated = if shared.is_sandbox() { " Here it is simulated: nothing is billed." } else { "" };
        p("").child(strong(price)).text(format!(", until the cluster is deleted.{simulated}"))
    });
    let hint = format!("Type its name, {name}, to say that you have read this.");
    let send = move || match wrong_name(&wanted.get_untracked(), &name) {
        Some(wrong) => {
            error.set(wrong);
            focus(CONFIRM);
        }
        None => {
            error.set(String::new());
            create(shared, pending, refused);
        }
    };
    let is_wrong = move || error.with(|error| !error.is_empty());
    form(send)
        .child(protection(shared))
        .child(
            el("div")
                .live("class", move || Some(if is_wrong() { "field wrong" } else { "field" }.to_owned()))
                .child(el("label").attr("for", CONFIRM).text("Name of the cluster, to confirm"))
                .child(el("p").class("hint").attr("id", "confirm-name-hint").verbatim(hint))
                .child(el("p").class("error").attr("id", "confirm-name-error").live_text(move || error.get()))
                .child(
                    el("input")
                        .attr("type", "text")
                        .attr("id", CONFIRM)
                        .attr("autocomplete", "off")
                        .attr("autocapitalize", "off")
                        .attr("spellcheck", "false")
                        .attr("aria-describedby", "confirm-name-hint confirm-name-error")
                        .live("aria-invalid", move || is_wrong().then(|| "true".to_owned()))
                        .value(move || wanted.get())
                        .on("input", move |event| wanted.set(typed(&event))),
                ),
        )
        .maybe(price)
        .child(submit(
            format!("Create {cku}-CKU Dedicated cluster in {region} ({costs}; region and key are final)"),
            Some((pending, "Asking Confluent for the cluster …")),
        ))
}

/// What is wrong with the name typed to confirm; nothing where it is the cluster's.
fn wrong_name(wanted: &str, name: &str) -> Option<String> {
    let wanted = wanted.trim();
    Some(if wanted == name {
        return None;
    } else if wanted.is_empty() {
        format!("Type the name of the cluster first: {name}. Nothing has been created.")
    } else if wanted.to_lowercase() == name.to_lowercase() {
        format!(
            "Almost: capital and small letters count. The cluster is called {name}. Nothing has been created."
        )
    } else {
        format!("That is another name: this cluster is called {name}. Nothing has been created.")
    })
}

/// Offers that Confluent refuses to delete the cluster.
fn protection(shared: Shared) -> El {
    let id = "deletion-protection";
    el("div").class("field").child(
        el("div")
            .class("choice")
            .child(
                el("input")
                    .attr("type", "checkbox")
                    .attr("id", id)
                    .attr("aria-describedby", "deletion-protection-about")
                    .checked(move || shared.draft.with(|draft| draft.deletion_protection))
                    .on("change", move |event| {
                        shared.draft.update(|draft| draft.deletion_protection = event_target_checked(&event));
                    }),
            )
            .child(el("label").attr("for", id).text("Protect the cluster from being deleted"))
            .child(
                el("p").class("hint").attr("id", "deletion-protection-about").text(
                    "Confluent refuses to delete it until somebody takes the protection off. It can be taken off at any time.",
                ),
            ),
    )
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
    let draft_id = shared.draft.with_untracked(|draft| draft.draft_id.clone());
    pending.set(true);
    spawn(async move {
        let answer = proxy::create(&request, &draft_id).await;
        match answer {
            Ok(operation) => {
                // The draft is over when that page has seen the creation: until then a reload finds it here.
                shared.go(Page::Operation(operation.id));
            }
            Err(mut problem) => {
                pending.set(false);
                let shown = flow::from_server(&problem.findings);
                let said_no = (400..500).contains(&problem.status);
                if !said_no {
                    problem.detail = format!(
                        "{} Press the button again in any case: the same answers never make two clusters.",
                        problem.detail
                    );
                }
                let title = if said_no {
                    "The cluster was not created"
                } else {
                    "It is not known whether the cluster was asked for"
                };
                // The server refused these answers for good: after a change they are another request.
                if problem.status == 422 {
                    shared.draft.update(Draft::rename);
                }
                refused.set(Some(Refused { title, problem, shown }));
            }
        }
    });
}
