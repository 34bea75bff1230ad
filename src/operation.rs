//! `/operations/{id}`: the creation of one cluster, from the click to its endpoints. Safe to close and to open again.

use byok_core::wire::{OperationView, Problem};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::EventSource;

use crate::{
    app::{Link, Page, set_title},
    parts::notice::Failure,
    proxy,
};

/// Typical time until a Dedicated cluster can be used, in minutes; it may take up to a day
/// (Confluent's Terraform provider, documentation of `confluent_kafka_cluster`).
const TYPICAL_MINUTES: u64 = 25;

/// Shows one operation and follows it.
#[component]
pub fn Operation(
    /// Id of the operation.
    id: String,
) -> impl IntoView {
    set_title("Creating the cluster");
    crate::app::focus("operation-title");
    let answer = RwSignal::new(None::<Result<OperationView, Problem>>);
    let source = StoredValue::new_local(None::<EventSource>);
    let address = id.clone();
    let load = Callback::new(move |()| {
        let id = address.clone();
        spawn_local(async move {
            let next = proxy::operation(&id).await;
            if next.as_ref().is_ok_and(ended) {
                close(source);
            }
            // A passing failure must not take away what is known already.
            let known = answer.try_with_untracked(|answer| matches!(answer, Some(Ok(_))));
            if next.is_ok() || known == Some(false) {
                let _ = answer.try_set(Some(next));
            }
        });
    });
    load.run(());

    // Each event says that there is something new; what it is, the operation itself says. The browser reconnects by
    // itself and tells the server the last event it saw.
    if let Ok(events) = EventSource::new(&proxy::operation_events(&id)) {
        let on_event = Closure::<dyn Fn()>::new(move || load.run(()));
        events.set_onmessage(Some(on_event.as_ref().unchecked_ref()));
        on_event.forget();
        source.set_value(Some(events));
    }
    // Where events do not come through (some portals' proxies hold them back), looking now and then is enough.
    if let Ok(timer) = set_interval_with_handle(move || load.run(()), std::time::Duration::from_secs(10)) {
        on_cleanup(move || timer.clear());
    }
    on_cleanup(move || close(source));

    move || {
        match answer.get() {
        None => view! { <h1 id="operation-title" tabindex="-1">"Creating the cluster"</h1><p role="status">"Reading the state of the creation …"</p> }.into_any(),
        Some(Err(problem)) => view! {
            <h1 id="operation-title" tabindex="-1">"Creating the cluster"</h1>
            <Failure problem/>
            <button type="button" class="second" on:click=move |_| load.run(())>"Try again"</button>
        }
        .into_any(),
        Some(Ok(operation)) => view! { <Progress operation/> }.into_any(),
    }
    }
}

fn ended(operation: &OperationView) -> bool {
    matches!(operation.state.as_str(), "provisioned" | "failed" | "needs_person")
}

fn close(source: StoredValue<Option<EventSource>, LocalStorage>) {
    if let Some(Some(events)) = source.try_get_value() {
        events.close();
    }
}

/// What is known of the operation.
#[component]
fn Progress(operation: OperationView) -> impl IntoView {
    let name = operation.request.display_name.clone();
    let title = match operation.state.as_str() {
        "provisioned" => format!("{name} is ready"),
        "failed" => format!("{name} was not created"),
        "needs_person" => format!("{name}: a person has to look"),
        _ => format!("Creating {name}"),
    };
    set_title(&title);
    let running = !ended(&operation);
    let seconds = operation.now.saturating_sub(operation.created_at);
    let elapsed =
        if seconds < 60 { "less than a minute".to_owned() } else { format!("{} min", seconds / 60) };
    let problem = operation.problem.clone().map(|problem| {
        view! { <div class="notice bad" role="alert"><p><strong>{problem.message}</strong></p><p>{problem.fix}</p></div> }
    });
    let endpoints = operation
        .cluster
        .clone()
        .filter(|_| operation.state == "provisioned")
        .map(|cluster| view! { <Endpoints cluster/> });
    let events = operation
        .events
        .iter()
        .map(|event| view! { <li><span class="when">{time(event.at)}</span>" "{event.message.clone()}</li> })
        .collect_view();
    let cluster = operation.cluster.as_ref().map(|cluster| cluster.id.clone());
    view! {
        <h1 id="operation-title" tabindex="-1">{title}</h1>
        {running.then(|| view! {
            <div class="notice">
                <p role="status">"Provisioning has been under way for "{elapsed}"."</p>
                <progress aria-label="Provisioning"></progress>
                <p>"Typically it takes about "{TYPICAL_MINUTES}" minutes, sometimes up to 24 hours. You can close this page and come back to its address at any time: nothing stops, and nothing starts twice."</p>
            </div>
        })}
        {problem}
        {endpoints}
        <h2>"What happened so far"</h2>
        <ol class="events">{events}</ol>
        <h2>"For the record"</h2>
        <dl class="answers">
            <div><dt>"Operation"</dt><dd><code>{operation.id.clone()}</code></dd></div>
            {cluster.map(|id| view! { <div><dt>"Cluster"</dt><dd><code>{id}</code></dd></div> })}
            <div><dt>"Key"</dt><dd><code>{operation.request.key.clone()}</code></dd></div>
            <div><dt>"Asked for"</dt><dd>{format!(
                "{} CKU, {}, {}, environment {}",
                operation.request.cku, operation.request.availability, operation.request.region, operation.request.environment
            )}</dd></div>
            {(!operation.request.waivers.is_empty()).then(|| view! {
                <div><dt>"Gone on without"</dt><dd>{operation.request.waivers.iter().map(|waiver| format!("{}: {} ", waiver.requirement, waiver.reason)).collect::<String>()}</dd></div>
            })}
        </dl>
        <p><Link page=Page::Clusters text="All clusters"/></p>
    }
}

/// How to reach the finished cluster.
#[component]
fn Endpoints(cluster: byok_core::wire::ClusterView) -> impl IntoView {
    view! {
        <div class="notice good" role="status">
            <p><strong>"The cluster runs and is encrypted with your key."</strong></p>
            <dl class="answers">
                <div><dt>"Bootstrap server"</dt><dd><code class="break">{cluster.kafka_bootstrap_endpoint}</code></dd></div>
                <div><dt>"REST endpoint"</dt><dd><code class="break">{cluster.http_endpoint}</code></dd></div>
            </dl>
        </div>
        <h2>"Next"</h2>
        <ul>
            <li>"Create an API key for the cluster in Confluent Cloud, then a topic."</li>
            <li>"Keep the Key Vault, the key and all its versions: without them the data cannot be read."</li>
            <li>"Let Key Vault rotate the key automatically."</li>
        </ul>
    }
}

fn time(seconds: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit a double for millions of years")]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(seconds as f64 * 1000.0));
    date.to_locale_time_string("default").into()
}
