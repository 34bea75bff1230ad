//! `/`: the clusters of an environment, and where creating one begins.

use byok_core::wire::{ClusterView, EnvironmentView, OperationView};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::{
    app::{Link, Page, focus, set_title, shared},
    draft::Draft,
    parts::notice::Failure,
    proxy,
    wizard::Step,
};

/// Lists the clusters of the chosen environment.
#[component]
pub fn Clusters() -> impl IntoView {
    let shared = shared();
    set_title("Clusters");
    focus("clusters-title");
    let environments = RwSignal::new(None);
    let operations = RwSignal::new(Vec::<OperationView>::new());
    let chosen = RwSignal::new(shared.draft.with_untracked(|draft| draft.environment.clone()));
    spawn_local(async move {
        let answer = proxy::environments().await;
        if let Ok(list) = &answer
            && !list.iter().any(|environment| environment.id == chosen.get_untracked())
        {
            chosen.set(list.first().map(|environment| environment.id.clone()).unwrap_or_default());
        }
        environments.set(Some(answer));
        if let Ok(list) = proxy::operations().await {
            operations.set(list);
        }
    });
    view! {
        <h1 id="clusters-title" tabindex="-1">"Clusters"</h1>
        <Running operations/>
        {move || match environments.get() {
            None => view! { <p role="status">"Reading your environments …"</p> }.into_any(),
            Some(Err(problem)) => view! { <Failure problem/> }.into_any(),
            Some(Ok(list)) if list.is_empty() => view! {
                <p>"This Confluent account shows no environment to this server. Create one in Confluent Cloud, or give the server's service account access to one, and reload the page."</p>
            }.into_any(),
            Some(Ok(list)) => view! { <Environment list chosen/> }.into_any(),
        }}
    }
}

/// Creations that have not ended.
#[component]
fn Running(operations: RwSignal<Vec<OperationView>>) -> impl IntoView {
    move || {
        let items = operations
            .get()
            .into_iter()
            .filter(|operation| !matches!(operation.state.as_str(), "provisioned" | "failed"))
            .map(|operation| {
                view! { <li>{operation.request.display_name.clone()}": "<Link page=Page::Operation(operation.id) text="see how far it is"/></li> }
            })
            .collect_view();
        (!items.is_empty()).then(
            || view! { <div class="notice"><p><strong>"Being created"</strong></p><ul>{items}</ul></div> },
        )
    }
}

/// The environment to show, and its clusters.
#[component]
fn Environment(list: Vec<EnvironmentView>, chosen: RwSignal<String>) -> impl IntoView {
    let shared = shared();
    let clusters = RwSignal::new(None);
    Effect::new(move || {
        let environment = chosen.get();
        clusters.set(None);
        spawn_local(async move {
            let answer = proxy::clusters(&environment).await;
            // The user may have chosen another environment meanwhile.
            if chosen.try_get_untracked().as_deref() == Some(environment.as_str()) {
                let _ = clusters.try_set(Some(answer));
            }
        });
    });
    let options = environment_options(&list, &chosen.get_untracked());
    let begin = move |_| {
        shared.draft.update(|draft| draft.environment = chosen.get_untracked());
        shared.go(Page::New(Step::Cluster));
    };
    view! {
        <div class="field">
            <label for="shown-environment">"Environment"</label>
            <select id="shown-environment" on:change:target=move |event| chosen.set(event.target().value())>{options}</select>
        </div>
        {move || match clusters.get() {
            None => view! { <p role="status">"Reading the clusters …"</p> }.into_any(),
            Some(Err(problem)) => view! { <Failure problem/> }.into_any(),
            Some(Ok(list)) if list.is_empty() => view! {
                <div class="empty">
                    <p>"There is no cluster in this environment yet."</p>
                    <button type="button" on:click=begin>"Create cluster"</button>
                </div>
            }.into_any(),
            Some(Ok(list)) => view! {
                <p><button type="button" on:click=begin>"Add cluster"</button></p>
                <Table list/>
            }.into_any(),
        }}
        <Interrupted/>
    }
}

/// The environments as options of a list, one of them chosen.
pub fn environment_options(list: &[EnvironmentView], chosen: &str) -> impl IntoView + use<> {
    list.iter()
        .map(|environment| {
            let selected = environment.id == chosen;
            let text = format!("{} ({})", environment.display_name, environment.id);
            view! { <option value=environment.id.clone() selected=selected>{text}</option> }
        })
        .collect_view()
}

/// Offers to go on where a draft was left.
#[component]
fn Interrupted() -> impl IntoView {
    let shared = shared();
    move || {
        let name = shared.draft.with(|draft: &Draft| draft.display_name.trim().to_owned());
        (!name.is_empty()).then(|| {
            let step = shared
                .draft
                .with_untracked(|draft| crate::wizard::flow::first_unanswered(draft, shared.max_cku()))
                .unwrap_or(Step::Grant);
            view! { <p class="notice">"Your answers for "<strong>{name}</strong>" are kept: "<Link page=Page::New(step) text="go on where you left"/>"."</p> }
        })
    }
}

#[component]
fn Table(list: Vec<ClusterView>) -> impl IntoView {
    let rows = list
        .into_iter()
        .map(|cluster| {
            let key = cluster.byok.unwrap_or_else(|| "Automatic".to_owned());
            view! {
                <tr>
                    <th scope="row">{cluster.display_name}<span class="hint">{cluster.id}</span></th>
                    <td>{cluster.kind}</td>
                    <td>{cluster.cloud}" "{cluster.region}</td>
                    <td>{key}</td>
                    <td>{cluster.phase}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="wide" tabindex="0" role="region" aria-label="Clusters of this environment">
            <table>
                <thead><tr><th scope="col">"Name"</th><th scope="col">"Type"</th><th scope="col">"Region"</th><th scope="col">"Key"</th><th scope="col">"State"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
