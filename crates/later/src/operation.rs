//! `/operations/{id}`: the creation of one cluster, from the click to its endpoints. Safe to close and to open again.

use byok_core::wire::{ClusterView, OperationView, Problem};
use byok_wizard::{
    app::{Page, focus, link, set_title},
    parts::{
        el::{El, answer, button, code, el, p, strong, title},
        notice::failure,
    },
    proxy,
    state::{State, spawn},
};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::EventSource;

/// Typical time until a Dedicated cluster can be used, in minutes; it may take up to a day
/// (Confluent's Terraform provider, documentation of `confluent_kafka_cluster`).
const TYPICAL_MINUTES: u64 = 25;

/// One operation, followed until it ends.
pub fn operation(id: &str) -> El {
    set_title("Creating the cluster");
    focus("operation-title");
    let found = State::new(None::<Result<OperationView, Problem>>);
    let source = State::new(None::<EventSource>);
    let address = id.to_owned();
    let load = Callback::new(move |()| {
        let id = address.clone();
        spawn(async move {
            let next = proxy::operation(&id).await;
            if next.as_ref().is_ok_and(ended) {
                close(source);
            }
            // A passing failure must not take away what is known already.
            let known = found.peek().map(|found| matches!(*found, Some(Ok(_))));
            if next.is_ok() || known == Some(false) {
                found.set(Some(next));
            }
        });
    });
    load.run(());

    // Each event says that there is something new; what it is, the operation itself says. The browser reconnects by
    // itself and tells the server the last event it saw.
    if let Ok(events) = EventSource::new(&proxy::operation_events(id)) {
        let on_event = Closure::<dyn Fn()>::new(move || load.run(()));
        events.set_onmessage(Some(on_event.as_ref().unchecked_ref()));
        on_event.forget();
        source.set(Some(events));
    }
    // Where events do not come through (some portals' proxies hold them back), looking now and then is enough.
    if let Ok(timer) = set_interval_with_handle(move || load.run(()), std::time::Duration::from_secs(10)) {
        on_cleanup(move || timer.clear());
    }
    on_cleanup(move || close(source));

    el("div").dynamic(move || {
        let heading = || el("div").child(title("operation-title", "Creating the cluster"));
        Some(match found.get() {
            None => heading().child(p("Reading the state of the creation …").attr("role", "status")),
            Some(Err(problem)) => {
                heading().child(failure(problem)).child(button("second", "Try again", move || load.run(())))
            }
            Some(Ok(operation)) => progress(operation),
        })
    })
}

fn ended(operation: &OperationView) -> bool {
    matches!(operation.state.as_str(), "provisioned" | "failed" | "needs_person")
}

fn close(source: State<Option<EventSource>>) {
    if let Some(events) = source.get_untracked() {
        events.close();
    }
}

/// What is known of the operation.
fn progress(operation: OperationView) -> El {
    let name = &operation.request.display_name;
    let heading = match operation.state.as_str() {
        "provisioned" => format!("{name} is ready"),
        "failed" => format!("{name} was not created"),
        "needs_person" => format!("{name}: a person has to look"),
        _ => format!("Creating {name}"),
    };
    set_title(&heading);
    let running = (!ended(&operation)).then(|| under_way(operation.now.saturating_sub(operation.created_at)));
    let problem = operation.problem.as_ref().map(|problem| {
        el("div")
            .class("notice bad")
            .attr("role", "alert")
            .child(el("p").child(strong(problem.message.clone())))
            .child(p(problem.fix.clone()))
    });
    let provisioned = operation.state == "provisioned";
    let finished = operation
        .cluster
        .as_ref()
        .filter(|_| provisioned)
        .map(|cluster| endpoints(cluster, problem.is_none()));
    let events = operation.events.iter().map(|event| {
        el("li").child(el("span").class("when").text(time(event.at))).text(event.message.clone())
    });
    let asked = format!(
        "{} CKU, {}, {}, environment {}",
        operation.request.cku,
        operation.request.availability,
        operation.request.region,
        operation.request.environment
    );
    let cluster = operation.cluster.as_ref().map(|cluster| answer("Cluster", code(cluster.id.clone())));
    let waived = operation.request.waivers.iter().map(|waiver| {
        answer("Gone on without", el("span").text(format!("{}: {}", waiver.requirement, waiver.reason)))
    });
    el("div")
        .child(title("operation-title", heading))
        .maybe(running)
        .maybe(problem)
        .maybe(finished)
        .child(el("h2").text("What happened so far"))
        .child(el("ol").class("events").all(events))
        .child(el("h2").text("For the record"))
        .child(
            el("dl")
                .class("answers")
                .child(answer("Operation", code(operation.id.clone())))
                .maybe(cluster)
                .child(answer("Key", code(operation.request.key.clone())))
                .child(answer("Asked for", el("span").text(asked)))
                .all(waived),
        )
        .child(el("p").child(link(Page::Clusters, "All clusters")))
}

fn under_way(seconds: u64) -> El {
    let elapsed =
        if seconds < 60 { "less than a minute".to_owned() } else { format!("{} min", seconds / 60) };
    el("div")
        .class("notice")
        .child(p(format!("Provisioning has been under way for {elapsed}.")).attr("role", "status"))
        .child(el("progress").attr("aria-label", "Provisioning"))
        .child(p(format!(
            "Typically it takes about {TYPICAL_MINUTES} minutes, sometimes up to 24 hours. You can close this page and \
             come back to its address at any time: nothing stops, and nothing starts twice."
        )))
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

fn time(seconds: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit a double for millions of years")]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(seconds as f64 * 1000.0));
    date.to_locale_time_string("default").into()
}
