//! Step 5: the commands that let Confluent use the key, and watching the grant arrive.

use std::time::Duration;

use byok_core::{
    grant::Grant,
    id::{self, ApplicationId},
    verdict::clock,
    wire::{KeyValidation, KeyView, Problem, VerdictView},
};
use byok_wizard::{
    app::{Page, Shared, shared},
    draft::Waived,
    parts::{
        el::{El, answer, button, code, el, form, note, p, submit},
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
    judging::{self, KEY_VALIDATED, Looked},
    means::{Means, tokens},
    printed, sandbox,
    verdicts::{silent, verdicts},
};

/// Shows the snippet, looks for its effect, and goes on once Confluent can use the key.
pub fn grant() -> El {
    let shared = shared();
    let watching = Watching::start(shared);
    let looked = watching.looked;
    let refused = State::new(None::<Refused>);
    let pending = State::new(false);
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
        .dynamic(move || key.get().map(|key| commands(shared, watching, &key)))
        .dynamic(move || failed.get().map(failure))
        .child(left_behind(shared))
        .child(
            form(move || go_on(shared, watching, pending, refused))
                .child(access(shared, watching))
                .child(submit("Continue", Some((pending, "Checking access …")))),
        )
        .child(refusal(refused))
}

/// What to run for one key, and who can.
fn commands(shared: Shared, watching: Watching, key: &KeyView) -> El {
    let commands = match readable(key) {
        Some(wanted) => {
            printed::printed(shared, wanted, id::key_id(&key.key_id).value, move || watching.look_now())
        }
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
        move || {
            el("div")
                .child(sandbox::put_in(&key))
                .child(sandbox::grant_for_me(&key, move || watching.look_now()))
        },
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

/// The looks that follow one another while this step is shown.
#[derive(Clone, Copy)]
struct Watching {
    shared: Shared,
    means: Means,
    /// What the last look found.
    looked: State<Option<Result<Looked, Problem>>>,
    /// Everything that is known now: of the last look, and of the one under way.
    verdicts: State<Vec<VerdictView>>,
    /// Whether a look is under way.
    looking: State<bool>,
    /// When something was last done here, in seconds since the Unix epoch.
    started: State<u64>,
    /// Counts what was done here, so that a timer set before it does nothing.
    turn: State<u32>,
}

impl Watching {
    /// Looks now, and again and again until the step has gone.
    fn start(shared: Shared) -> Self {
        let watching = Self {
            shared,
            means: expect_context(),
            looked: State::new(None),
            verdicts: State::new(Vec::new()),
            looking: State::new(false),
            started: State::new(0),
            turn: State::new(0),
        };
        watching.look_now();
        watching
    }

    /// Looks at once, and often again for a while: somebody has just done something.
    fn look_now(self) {
        self.started.set(judging::now());
        self.turn.update(|turn| *turn += 1);
        self.round(self.turn.get_untracked());
    }

    /// Looks, and sets the next look.
    fn round(self, turn: u32) {
        spawn(async move {
            if self.look().await.is_some() {
                self.again(turn);
            }
        });
    }

    /// Sets the next look, unless the step has gone or something newer has set its own.
    fn again(self, turn: u32) {
        let Some(started) = self.started.peek() else { return };
        let pause = Duration::from_secs(clock::next_look(judging::now().saturating_sub(*started)));
        set_timeout(
            move || {
                if self.turn.peek().is_some_and(|now| *now == turn) {
                    self.round(turn);
                }
            },
            pause,
        );
    }

    /// Looks once; `None` if the step has gone meanwhile.
    async fn look(self) -> Option<Result<Looked, Problem>> {
        self.looking.set(true);
        let each = |verdict: VerdictView| {
            // Only what is known replaces what was known: a look under way takes nothing away.
            self.verdicts.update(|all| {
                match all.iter_mut().find(|one| one.requirement == verdict.requirement) {
                    Some(one) => *one = verdict,
                    None => all.push(verdict),
                }
            });
        };
        let found = judging::look(self.shared, self.means, each).await;
        self.looking.peek()?;
        self.looking.set(false);
        if let Ok(found) = &found {
            self.verdicts.change(found.verdicts.clone());
        }
        self.looked.set(Some(found.clone()));
        Some(found)
    }
}

/// What is known of the access and of everything else, and the waiver where one may be given.
fn access(shared: Shared, watching: Watching) -> El {
    let all = watching.verdicts;
    let said = derived(move || {
        all.with(|verdicts| {
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
        all.with(|verdicts| verdicts.iter().filter(|verdict| verdict.waivable).cloned().collect::<Vec<_>>())
    });
    // What Confluent says is told above.
    let others = derived(move || {
        let other = |verdict: &&VerdictView| verdict.requirement != KEY_VALIDATED;
        all.with(|all| all.iter().filter(other).cloned().collect::<Vec<_>>())
    });
    let looked = watching.looked;
    let unasked = derived(move || {
        looked.with(|looked| match looked {
            Some(Ok(looked)) => looked.sources.clone(),
            _ => Vec::new(),
        })
    });
    let alone = derived(move || looked.with(|looked| looked.as_ref()?.as_ref().ok()?.alone.clone()));
    el("div")
        .child(el("h2").text("Access"))
        .child(
            el("div")
                .live("class", move || Some(said.get().0.to_owned()))
                .child(el("p").attr("role", "status").live_text(move || said.get().1)),
        )
        .child(el("h2").text("Checks"))
        .dynamic(move || {
            alone.get().map(|problem| {
                note(
                    "hint",
                    format!("Only Confluent’s own word is shown: {} {}", problem.title, problem.detail),
                )
            })
        })
        .child(verdicts(shared, others))
        .dynamic(move || unasked.with(|sources| silent(sources)))
        .child(tokens(move || watching.look_now()))
        .child(
            el("p").child(button("second", "Look again now", move || watching.look_now())).text(" ").child(
                el("span").class("hint").live_text(move || {
                    if watching.looking.get() { "Looking …".to_owned() } else { String::new() }
                }),
            ),
        )
        .dynamic(move || Some(open.get()).filter(|open| !open.is_empty()).map(|open| waiver(shared, open)))
}

/// One decision for everything that is not known and may be waived.
fn waiver(shared: Shared, open: Vec<VerdictView>) -> El {
    let titles = match open.as_slice() {
        few if few.len() <= 3 => {
            few.iter().map(|verdict| verdict.title.as_str()).collect::<Vec<_>>().join("; ")
        }
        many => format!("the {} checks listed above as not known", many.len()),
    };
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
fn go_on(shared: Shared, watching: Watching, pending: State<bool>, refused: State<Option<Refused>>) {
    if pending.get_untracked() {
        return;
    }
    pending.set(true);
    spawn(async move {
        let answer = watching.look().await;
        pending.set(false);
        let Some(Ok(now)) = answer else { return };
        let shown: Vec<Shown> = flow::from_server(&judging::against(&now.verdicts));
        if !shown.is_empty() {
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
