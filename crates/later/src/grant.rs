//! Step 5: the commands that let Confluent use the key, and watching the grant arrive.

use byok_core::{
    grant::Grant,
    id::{self, ApplicationId},
    wire::{KeyValidation, KeyView, Problem, VerdictView},
};
use byok_wizard::{
    app::{Page, Shared, shared},
    draft::Waived,
    parts::{
        el::{El, answer, code, el, form, note, p, submit},
        notice::failure,
    },
    proxy::problem,
    state::{State, derived, spawn},
    wizard::{
        Shown, Step, flow,
        leave::registrations,
        refusal::{Refused, refusal},
    },
};
use leptos::prelude::*;

use crate::{
    judging::{self, Looked},
    printed, sandbox,
};

/// The requirement that the user waits for here (`byok_core::verdict`).
const KEY_VALIDATED: &str = "key.validated";

/// How often Confluent is asked while the page waits; its own validation runs no faster than that.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(3);

/// Shows the snippet, looks for its effect, and goes on once Confluent can use the key.
pub fn grant() -> El {
    let shared = shared();
    let looked = State::new(None::<Result<Looked, Problem>>);
    let refused = State::new(None::<Refused>);
    let pending = State::new(false);
    let look = move || {
        spawn(async move {
            let next = judging::look(shared).await;
            looked.set(Some(next));
        });
    };
    look();
    if let Ok(timer) = set_interval_with_handle(look, LOOK_EVERY) {
        on_cleanup(move || timer.clear());
    }
    // What identifies the key does not change while the step is shown: the snippet must not be drawn anew at each
    // look, or a selection made to copy it would be lost.
    let key = derived(move || {
        looked.with(|looked| {
            let key = &looked.as_ref()?.as_ref().ok()?.key;
            Some(KeyView {
                validation: KeyValidation::default(),
                registered_for: None,
                deletable: false,
                ..key.clone()
            })
        })
    });
    let failed = derived(move || looked.with(|looked| looked.as_ref()?.as_ref().err().cloned()));
    el("div")
        .child(p("Your key is registered. Confluent may not use it yet: someone who may assign roles on the vault runs the \
                commands below once. This page notices when they have taken effect, which may take Azure up to ten \
                minutes."))
        .dynamic(move || key.get().map(|key| commands(shared, &key)))
        .dynamic(move || failed.get().map(failure))
        .child(left_behind(shared))
        .child(
            form(move || go_on(shared, looked, pending, refused))
                .child(access(shared, looked))
                .child(submit("Continue", Some((pending, "Checking access …")))),
        )
        .child(refusal(refused))
}

/// What to run for one key, and who can.
fn commands(shared: Shared, key: &KeyView) -> El {
    let commands = match readable(key) {
        Some(wanted) => printed::printed(shared, wanted, id::key_id(&key.key_id).value),
        None => note(
            "notice bad",
            "Confluent reports this key with IDs that cannot be read, so no commands can be printed for it. Register the \
             key anew.",
        ),
    };
    let registration = el("dl")
        .class("answers")
        .child(answer("Registration", code(key.id.clone())))
        .child(answer("Confluent's application", code(key.application_id.clone())));
    let key = key.clone();
    el("div").child(registration).child(commands).show(
        move || shared.is_sandbox(),
        move || el("div").child(sandbox::put_in(&key)).child(sandbox::grant_for_me(&key)),
    )
}

/// What the commands are made of; `None` when the key's IDs cannot be read.
fn readable(key: &KeyView) -> Option<Grant> {
    Some(Grant {
        vault: id::key_vault_id(&key.key_vault_id).value?,
        tenant: id::tenant_id(&key.tenant_id).value?,
        application_id: ApplicationId::parse(&key.application_id)?,
    })
}

/// Registrations replaced on the way here.
fn left_behind(shared: Shared) -> El {
    el("div").show(
        move || shared.draft.with(|draft| !draft.left_behind.is_empty()),
        move || {
            el("details")
                .child(el("summary").text("A former registration is left behind"))
                .child(registrations(shared))
        },
    )
}

/// What Confluent says of the access, and the waiver where one may be given.
fn access(shared: Shared, looked: State<Option<Result<Looked, Problem>>>) -> El {
    let verdicts = derived(move || match looked.get() {
        Some(Ok(looked)) => looked.verdicts,
        _ => Vec::new(),
    });
    let said = derived(move || {
        verdicts.with(|verdicts| {
            let found = verdicts.iter().find(|verdict| verdict.requirement == KEY_VALIDATED);
            match found {
                None => ("notice", "Asking Confluent about the key …".to_owned()),
                Some(verdict) => {
                    let class = match verdict.outcome.as_str() {
                        "met" => "notice good",
                        "not_met" => "notice bad",
                        _ => "notice",
                    };
                    (class, format!("{} {}", verdict.message, verdict.fix).trim().to_owned())
                }
            }
        })
    });
    let open = derived(move || {
        verdicts
            .with(|verdicts| verdicts.iter().filter(|verdict| verdict.waivable).cloned().collect::<Vec<_>>())
    });
    el("div")
        .child(el("h2").text("Access"))
        .child(
            el("div")
                .live("class", move || Some(said.get().0.to_owned()))
                .child(el("p").attr("role", "status").live_text(move || said.get().1)),
        )
        .dynamic(move || Some(open.get()).filter(|open| !open.is_empty()).map(|open| waiver(shared, open)))
}

/// One decision for everything that is not known and may be waived.
fn waiver(shared: Shared, open: Vec<VerdictView>) -> El {
    let titles = open.iter().map(|verdict| verdict.title.as_str()).collect::<Vec<_>>().join("; ");
    let names: Vec<String> = open.iter().map(|verdict| verdict.requirement.clone()).collect();
    let waived = move || {
        shared.draft.with(|draft| names.iter().all(|requirement| judging::is_waived(draft, requirement)))
    };
    let decide = move |waive: bool| {
        shared.draft.update(|draft| {
            let Some(key) = draft.key().map(str::to_owned) else { return };
            draft.waivers.retain(|waived| waived.key != key);
            if waive {
                draft.waivers.extend(open.iter().map(|verdict| Waived {
                    key: key.clone(),
                    requirement: verdict.requirement.clone(),
                    reason: verdict.message.clone(),
                }));
            }
        });
    };
    let text = format!(
        "Go on although this is not known: {titles}. The cluster may be billed and still not start. This decision is \
         recorded with the cluster."
    );
    el("div")
        .class("check")
        .child(
            el("input")
                .attr("type", "checkbox")
                .attr("id", "waive")
                .checked(waived)
                .on("change", move |event| decide(event_target_checked(&event))),
        )
        .child(el("label").attr("for", "waive").text(text))
}

/// Looks once more and goes on, goes back, or says what is still missing.
fn go_on(
    shared: Shared,
    looked: State<Option<Result<Looked, Problem>>>,
    pending: State<bool>,
    refused: State<Option<Refused>>,
) {
    if pending.get_untracked() {
        return;
    }
    pending.set(true);
    spawn(async move {
        let answer = judging::look(shared).await;
        pending.set(false);
        looked.set(Some(answer.clone()));
        let Ok(now) = answer else { return };
        let against: Vec<Shown> = now
            .verdicts
            .iter()
            .filter(|verdict| verdict.outcome == "not_met")
            .flat_map(|verdict| flow::from_server(&verdict.findings))
            .collect();
        if !against.is_empty() {
            let shown = against;
            let problem = problem(
                "",
                0,
                "Nothing is billed. Your answers are kept; what cannot be right is highlighted.",
            );
            refused.set(Some(Refused { title: "This key cannot be used for the cluster", problem, shown }));
            return;
        }
        let open = shared.draft.with_untracked(|draft| {
            now.verdicts
                .iter()
                .find(|verdict| {
                    verdict.outcome == "unknown" && !judging::is_waived(draft, &verdict.requirement)
                })
                .cloned()
        });
        match open {
            None => shared.go(Page::New(Step::Review)),
            Some(verdict) => {
                flow::show(
                    shared,
                    vec![Shown { field: None, message: verdict.message, fix: verdict.fix, judged: false }],
                );
            }
        }
    });
}
