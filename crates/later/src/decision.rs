//! What a person decides where the server may not go on by itself: what each decision does, why it was taken, and a second
//! question before anything that may be billed twice.

use byok_browser as json;
use byok_core::wire::{NewDecision, OperationView, Problem};
use byok_wizard::{
    app::focus,
    parts::{
        dialog::dialog,
        el::{El, button, el, note, p, typed},
        notice::failure_place,
    },
    proxy::{self, Answer},
    state::{State, spawn},
};
use leptos::prelude::*;

use crate::operation::Followed;

/// The longest reason that the server records, in characters.
const LONGEST: usize = 1000;
const REASON: &str = "decision-reason";

/// The decisions: their name, what their button says, and what follows.
const DECISIONS: [(&str, &str, &str); 3] = [
    (
        "look_again",
        "Look again",
        "Reads Confluent's list once more, for some minutes. Nothing is sent, so nothing can be billed twice.",
    ),
    (
        "close",
        "Close this operation",
        "Ends it here. If Confluent did make a cluster, it stays there and is billed until somebody deletes it in Confluent \
         Cloud.",
    ),
    (
        "send_again",
        "Ask for the cluster again …",
        "May make a second cluster, and both would be billed by the hour. Only for when you have looked in Confluent Cloud and \
         are sure that there is none.",
    ),
];

/// What the person has in hand.
#[derive(Clone, Copy)]
struct Desk {
    followed: Followed,
    reason: State<String>,
    /// What is wrong with the reason.
    wrong: State<String>,
    failed: State<Option<Problem>>,
    pending: State<bool>,
    /// Whether it is being asked whether to send again.
    asked: State<bool>,
}

/// Everything that may be decided now; nothing where nobody has to.
pub fn decisions(followed: Followed) -> El {
    let offered = followed.part(|known| known.decisions.clone());
    let desk = Desk {
        followed,
        reason: State::new(String::new()),
        wrong: State::new(String::new()),
        failed: State::new(None),
        pending: State::new(false),
        asked: State::new(false),
    };
    el("div").dynamic(move || {
        let offered = offered.get();
        (!offered.is_empty()).then(|| desk.view(&offered))
    })
}

impl Desk {
    fn view(self, offered: &[String]) -> El {
        let choices = DECISIONS
            .iter()
            .filter(|(name, ..)| offered.iter().any(|offered| offered == name))
            .map(|&(name, label, about)| self.choice(name, label, about));
        el("section")
            .attr("aria-labelledby", "decision-title")
            .child(el("h2").attr("id", "decision-title").text("What now? You decide"))
            .child(p("This server goes no further by itself. Your decision and your reason are kept in the record."))
            .child(self.field())
            .child(failure_place(self.failed))
            .all(choices)
            .dynamic(move || self.asked.get().then(|| self.sure()))
    }

    fn field(self) -> El {
        let is_wrong = move || self.wrong.with(|wrong| !wrong.is_empty());
        el("div")
            .live("class", move || Some(if is_wrong() { "field wrong" } else { "field" }.to_owned()))
            .child(el("label").attr("for", REASON).text("What did you see?"))
            .child(
                note("hint", "For example: no cluster with this key in the environment, at 14:05.")
                    .attr("id", "decision-reason-hint"),
            )
            .child(
                el("p")
                    .class("error")
                    .attr("id", "decision-reason-error")
                    .live_text(move || self.wrong.get()),
            )
            .child(
                el("textarea")
                    .attr("id", REASON)
                    .attr("rows", "3")
                    .attr("aria-describedby", "decision-reason-hint decision-reason-error")
                    .live("aria-invalid", move || is_wrong().then(|| "true".to_owned()))
                    .value(move || self.reason.get())
                    .on("input", move |event| self.reason.set(typed(&event))),
            )
    }

    fn choice(self, name: &'static str, label: &'static str, about: &'static str) -> El {
        let sends = name == "send_again";
        let id = format!("decision-{name}");
        let act = move || {
            if self.wrong_reason() {
                return;
            }
            if sends {
                self.asked.set(true);
            } else {
                self.decide(name);
            }
        };
        el("div").class(if sends { "notice bad" } else { "notice" }).child(p(about).attr("id", &id)).child(
            el("p").child(
                button("second", label, act)
                    .attr("aria-describedby", id)
                    .disabled(move || self.pending.get()),
            ),
        )
    }

    /// Whether the reason cannot be recorded, which is then said beside it.
    fn wrong_reason(self) -> bool {
        let length = self.reason.with_untracked(|reason| reason.trim().chars().count());
        let wrong = match length {
            0 => "Write down in a sentence what you saw. Nothing has been decided.".to_owned(),
            1..=LONGEST => String::new(),
            _ => format!(
                "A reason may have {LONGEST} characters, and this has {length}. Nothing has been decided."
            ),
        };
        let is_wrong = !wrong.is_empty();
        self.wrong.set(wrong);
        if is_wrong {
            focus(REASON);
        }
        is_wrong
    }

    /// The second question before the request is sent a second time.
    fn sure(self) -> El {
        let close = Callback::new(move |()| self.asked.set(false));
        let reason = self.reason.get_untracked();
        dialog("Ask Confluent a second time?", close)
            .child(p(
                "If the first request did make a cluster, you will have two, and both are billed by the hour until somebody \
                 deletes one. The server looks once more, and sends only if it still sees none.",
            ))
            .child(p("Your reason, for the record:"))
            .child(el("p").verbatim(reason))
            .child(
                el("p")
                    .class("buttons")
                    .child(button("", "Do not send", move || close.run(())))
                    .child(button("second", "Send again: it may be billed twice", move || {
                        close.run(());
                        self.decide("send_again");
                    })),
            )
    }

    /// Sends the decision, once.
    fn decide(self, name: &'static str) {
        if self.pending.get_untracked() {
            return;
        }
        let Some(id) =
            self.followed.known.with_untracked(|known| known.as_ref().map(|known| known.id.clone()))
        else {
            return;
        };
        let reason = self.reason.with_untracked(|reason| reason.trim().to_owned());
        self.pending.set(true);
        self.failed.set(None);
        spawn(async move {
            let answer = send(&id, &NewDecision { decision: name.to_owned(), reason }).await;
            self.pending.set(false);
            match answer {
                Ok(operation) => {
                    self.reason.set(String::new());
                    self.followed.known.set(Some(operation));
                    focus("operation-title");
                }
                Err(problem) => {
                    self.failed.set(Some(problem));
                    // Somebody else may have decided meanwhile.
                    self.followed.look.run(());
                }
            }
        });
    }
}

async fn send(id: &str, decision: &NewDecision) -> Answer<OperationView> {
    let path = format!("/api/v1/operations/{}/decisions", js_sys::encode_uri_component(id));
    let text = proxy::write("POST", &path, &json::write(decision), None).await?;
    json::read(&text).ok_or_else(|| {
        proxy::problem(
            "The server's answer could not be read",
            200,
            "The decision was taken. Reload the page.",
        )
    })
}
