//! `/operations/{id}`: the creation of one cluster, from the click to its endpoints. Safe to close and to open again.
//!
//! What is known is read anew with every event. Each part of the page follows what it shows and nothing else, so that
//! nothing is read out twice, nothing jumps, and what somebody is typing stays.

use byok_core::{
    waiting,
    wire::{ClusterView, FindingView, NewCluster, OperationView, Problem},
};
use byok_wizard::{
    app::{Page, Shared, focus, link, set_title, shared},
    draft::{Draft, Waived},
    parts::{
        el::{El, answer, button, code, el, note, p, strong},
        notice::failure,
    },
    proxy,
    state::{State, derived, spawn, watch},
    wizard::Step,
};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::EventSource;

use crate::decision::decisions;

/// A creation, and how it is followed. It can be looked at from everywhere on its page.
#[derive(Clone, Copy)]
pub struct Followed {
    /// As the server told it last.
    pub known: State<Option<OperationView>>,
    /// Why the last look failed, if it did.
    failed: State<Option<Problem>>,
    /// Looks once more.
    pub look: Callback<()>,
}

/// One operation, followed until it ends.
pub fn operation(id: &str) -> El {
    set_title("Creating the cluster");
    focus("operation-title");
    let followed = follow(id.to_owned());
    let Followed { known, failed, look } = followed;
    let heading = derived(move || known.with(|known| known.as_ref().map_or_else(waiting_for, heading)));
    watch(move || heading.with(|heading| set_title(heading)));
    let is_known = move || known.with(Option::is_some);
    let has_failed = move || failed.with(Option::is_some);
    el("div")
        .child(el("h1").attr("id", "operation-title").attr("tabindex", "-1").live_text(move || heading.get()))
        .show(
            move || !is_known() && !has_failed(),
            || p("Reading the state of the creation …").attr("role", "status"),
        )
        .dynamic(move || {
            if is_known() {
                return None;
            }
            let problem = failed.get()?;
            Some(el("div").child(failure(problem)).child(button("second", "Try again", move || look.run(()))))
        })
        .show(
            move || is_known() && has_failed(),
            || {
                note(
                    "notice",
                    "The server cannot be reached at the moment. What you see is what was known last; the creation goes on, \
                     and this page takes it up again by itself.",
                )
                .attr("role", "status")
            },
        )
        .show(is_known, move || progress(followed))
}

/// Reads the operation now, with every event, and now and then in between.
fn follow(id: String) -> Followed {
    let known = State::new(None::<OperationView>);
    let failed = State::new(None::<Problem>);
    let events = State::new(None::<EventSource>);
    let address = id.clone();
    let shared = shared();
    let look = Callback::new(move |()| {
        let id = address.clone();
        spawn(async move {
            match proxy::operation(&id).await {
                Ok(operation) => {
                    failed.change(None);
                    end_draft(shared, &operation);
                    known.change(Some(operation));
                }
                Err(problem) => failed.change(Some(problem)),
            }
        });
    });
    look.run(());
    // Each event says that there is something new; what it is, the operation itself says. The browser reconnects by
    // itself and tells the server the last event it saw.
    let on_event = Closure::<dyn Fn()>::new(move || look.run(())).into_js_value();
    let running =
        derived(move || known.with(|known| known.as_ref().is_none_or(|known| !ended(&known.state))));
    watch(move || {
        close(events);
        if running.get()
            && let Ok(source) = EventSource::new(&proxy::operation_events(&id))
        {
            source.set_onmessage(Some(on_event.unchecked_ref()));
            events.set(Some(source));
        }
    });
    // Where events do not come through (some portals' proxies hold them back, and a browser gives up on a server that
    // was away), looking now and then is enough. Whoever waits for a person may be helped from another tab.
    let again = move || {
        let done = known.with_untracked(|known| {
            known.as_ref().is_some_and(|known| matches!(known.state.as_str(), "provisioned" | "failed"))
        });
        if !done {
            look.run(());
        }
    };
    if let Ok(timer) = set_interval_with_handle(again, std::time::Duration::from_secs(10)) {
        on_cleanup(move || timer.clear());
    }
    let online = window_event_listener_untyped("online", move |_| look.run(()));
    on_cleanup(move || {
        online.remove();
        close(events);
    });
    Followed { known, failed, look }
}

/// The draft that became this creation is over; the next one starts anew.
fn end_draft(shared: Shared, operation: &OperationView) {
    let request = &operation.request;
    if operation.state != "failed" && is_of(&shared.draft.get_untracked(), request) {
        shared.draft.set(Draft { environment: request.environment.clone(), ..Draft::default() });
    }
}

/// Whether a draft asks for this cluster: a registered key serves one.
fn is_of(draft: &Draft, request: &NewCluster) -> bool {
    draft.key() == Some(&request.key)
}

/// Takes up the answers of a creation of which nothing came.
fn take_up(shared: Shared, request: &NewCluster) {
    let mut draft = shared.draft.get_untracked();
    if !is_of(&draft, request) {
        draft = Draft {
            environment: request.environment.clone(),
            display_name: request.display_name.clone(),
            cluster_type: "DEDICATED".to_owned(),
            region: request.region.clone(),
            availability: request.availability.clone(),
            cku: request.cku.to_string(),
            // Which kind of network it is has to be asked again.
            networking: if request.network.is_none() { "public" } else { "" }.to_owned(),
            mode: "self-managed".to_owned(),
            source: "existing".to_owned(),
            existing: request.key.clone(),
            deletion_protection: request.deletion_protection,
            ..Draft::default()
        };
        draft.waivers.extend(request.waivers.iter().map(|waiver| Waived {
            key: request.key.clone(),
            requirement: waiver.requirement.clone(),
            reason: waiver.reason.clone(),
        }));
    }
    // Another request from now on.
    draft.rename();
    shared.draft.set(draft);
    shared.go(Page::New(Step::Review));
}

/// Whether nothing happens any more without a person.
fn ended(state: &str) -> bool {
    matches!(state, "provisioned" | "failed" | "needs_person")
}

fn close(source: State<Option<EventSource>>) {
    if let Some(events) = source.get_untracked() {
        events.close();
    }
}

fn waiting_for() -> String {
    "Creating the cluster".to_owned()
}

fn heading(operation: &OperationView) -> String {
    let name = &operation.request.display_name;
    match operation.state.as_str() {
        "provisioned" => format!("{name} is ready"),
        "failed" => format!("{name} was not created"),
        "needs_person" if key_ignored(operation.problem.as_ref()) => {
            format!("{name} is not encrypted with your key")
        }
        "needs_person" => format!("{name}: a person has to look"),
        _ => format!("Creating {name}"),
    }
}

/// Whether Confluent made a cluster without the key.
fn key_ignored(problem: Option<&FindingView>) -> bool {
    problem.is_some_and(|problem| problem.code == "cluster.key-ignored")
}

impl Followed {
    /// A part of what is known, followed by itself.
    pub fn part<T: Default + PartialEq + 'static>(
        self,
        look: impl Fn(&OperationView) -> T + 'static,
    ) -> State<T> {
        derived(move || self.known.with(|known| known.as_ref().map(&look).unwrap_or_default()))
    }
}

/// What is known of the operation.
fn progress(followed: Followed) -> El {
    let running = followed.part(|known| !ended(&known.state));
    let problem = followed.part(|known| known.problem.clone());
    let ruled_out = followed.part(|known| known.ruled_out.clone());
    let ready = followed.part(|known| known.cluster.clone().filter(|_| known.state == "provisioned"));
    let steps = followed.part(|known| (known.state.clone(), known.cluster.is_some()));
    // Where a person had to look it was not certain, and the key is not free.
    let nothing_made = followed.part(|known| {
        let was_certain = known.events.iter().all(|event| event.state != "needs_person");
        (known.state == "failed" && known.cluster.is_none() && was_certain).then(|| known.request.clone())
    });
    let events = followed.part(|known| known.events.clone());
    let asked = followed.part(|known| {
        let cluster = known.cluster.as_ref().map(|cluster| cluster.id.clone());
        Some((known.id.clone(), known.request.clone(), cluster))
    });
    el("div")
        .show(move || running.get(), move || under_way(followed))
        .dynamic(move || problem.get().map(|problem| wrong(&problem)))
        .dynamic(move || {
            let ruled_out = ruled_out.get();
            let shown = !ruled_out.is_empty() && problem.with(Option::is_some);
            shown.then(|| {
                let heading = format!("Ruled out before it was asked for: {}", ruled_out.len());
                let list = ruled_out.iter().map(|one| el("li").class("met").text(one));
                el("details").child(el("summary").text(heading)).child(el("ul").class("checks").all(list))
            })
        })
        .child(decisions(followed))
        .dynamic(move || nothing_made.get().map(once_more))
        .dynamic(move || {
            ready.get().map(|cluster| endpoints(&cluster, problem.with_untracked(Option::is_none)))
        })
        .child(el("h2").text("How far it is"))
        .dynamic(move || Some(steps.with(|(state, known)| list_of_steps(state, *known))))
        .child(el("h2").text("What happened so far"))
        .dynamic(move || {
            Some(el("ol").class("events").all(
                events.get().into_iter().map(|event| el("li").child(time(event.at)).text(event.message)),
            ))
        })
        .child(el("h2").text("For the record"))
        .dynamic(move || {
            let (id, request, cluster) = asked.get()?;
            Some(record(id, &request, cluster))
        })
        .child(el("p").child(link(Page::Clusters, "All clusters")))
}

fn under_way(followed: Followed) -> El {
    let compared = followed.part(|known| waiting::compared(known.now.saturating_sub(known.created_at)));
    el("div")
        .class("notice")
        .child(el("p").attr("role", "status").live_text(move || compared.get()))
        .child(el("progress").attr("aria-label", "Under way; Confluent does not tell how far"))
        .child(p(
            "You can close this page and come back to its address at any time, from any browser that is let in here: nothing \
             stops, and nothing starts twice.",
        ))
}

/// What went wrong and what to do; loudest where there is a cluster that is not what was asked for.
fn wrong(problem: &FindingView) -> El {
    let loud = key_ignored(Some(problem))
        .then(|| el("h2").text("This cluster is not encrypted with your key, and it is billed"));
    el("div")
        .class("notice bad")
        .attr("role", "alert")
        .maybe(loud)
        .child(el("p").child(strong(&problem.message)))
        .child(p(&problem.fix))
}

/// Offers the answers once more.
fn once_more(request: NewCluster) -> El {
    let shared = shared();
    let begun =
        shared.draft.with_untracked(|draft| !draft.display_name.is_empty() && !is_of(draft, &request));
    el("div")
        .child(p("Your answers are kept. They are checked once more, and nothing is sent until you say so."))
        .maybe(begun.then(|| p("They take the place of the answers that you have begun in this tab.")))
        .child(el("p").child(button("second", "Use these answers again", move || take_up(shared, &request))))
}

/// What has to happen, in order: what is done, what is under way, and what is to come.
const STEPS: [(&str, &str); 4] = [
    ("Recorded", "by this server, before anything was sent"),
    ("Sent to Confluent", "once"),
    ("Being built", "by Confluent"),
    ("Ready", "with its endpoints"),
];

fn list_of_steps(state: &str, cluster_known: bool) -> El {
    let reached = match (state, cluster_known) {
        ("provisioned", _) => STEPS.len(),
        ("provisioning", _) | ("failed" | "needs_person", true) => 2,
        _ => 1,
    };
    let items = STEPS.into_iter().enumerate().map(|(index, (name, about))| {
        let (class, word) = match (index.cmp(&reached), state) {
            (std::cmp::Ordering::Less, _) => ("met", "done"),
            (std::cmp::Ordering::Equal, "failed") => ("not_met", "did not succeed"),
            (std::cmp::Ordering::Equal, "needs_person") => ("remark", "a person has to look"),
            (std::cmp::Ordering::Equal, _) => ("now", "under way"),
            _ if ended(state) => ("to-come", "not reached"),
            _ => ("to-come", "to come"),
        };
        el("li").class(class).text(format!("{name} {about}: ")).child(strong(word)).text(".")
    });
    el("ol").class("checks").all(items)
}

/// How to reach the finished cluster. That it is encrypted is only said where nothing speaks against it.
fn endpoints(cluster: &ClusterView, encrypted: bool) -> El {
    let text = |text: &Option<String>| code(text.clone().unwrap_or_else(|| "not reported".to_owned()));
    let said =
        if encrypted { "The cluster runs and is encrypted with your key." } else { "The cluster runs." };
    let next = [
        "Create an API key for the cluster in Confluent Cloud, then a topic.",
        "Keep the Key Vault, the key and all its versions: without them the data cannot be read.",
        "Let Key Vault rotate the key automatically.",
    ];
    el("div")
        .child(
            el("div").class("notice good").attr("role", "status").child(el("p").child(strong(said))).child(
                el("dl")
                    .class("answers")
                    .child(answer("Bootstrap server", text(&cluster.kafka_bootstrap_endpoint)))
                    .child(answer("REST endpoint", text(&cluster.http_endpoint))),
            ),
        )
        .child(el("h2").text("Next"))
        .child(el("ul").all(next.map(|text| el("li").text(text))))
}

/// What was asked for, by which names.
fn record(id: String, request: &NewCluster, cluster: Option<String>) -> El {
    let asked = format!(
        "Dedicated, {} CKU, {}, {}, environment {}",
        request.cku, request.availability, request.region, request.environment
    );
    let protection = if request.deletion_protection {
        "On: Confluent refuses to delete the cluster until it is taken off"
    } else {
        "Off"
    };
    let waived = request.waivers.iter().map(|waiver| {
        answer("Gone on without", el("span").text(format!("{}: {}", waiver.requirement, waiver.reason)))
    });
    el("dl")
        .class("answers")
        .child(answer("Operation", code(id)))
        .maybe(cluster.map(|id| answer("Cluster", code(id))))
        .child(answer("Key", code(&request.key)))
        .child(answer("Asked for", el("span").text(asked)))
        .child(answer("Deletion protection", el("span").text(protection)))
        .all(waived)
}

/// A moment as people write it where the viewer is.
fn time(seconds: u64) -> El {
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit a double for millions of years")]
    let date = js_sys::Date::new(&JsValue::from_f64(seconds as f64 * 1000.0));
    let shown: String = date.to_locale_string("default", &JsValue::UNDEFINED).into();
    el("time").class("when").attr("datetime", String::from(date.to_iso_string())).text(shown)
}
