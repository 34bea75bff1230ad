//! `/`: the clusters of an environment, and where creating one begins.

use byok_core::wire::{ClusterView, EnvironmentView, Problem};

use crate::{
    app::{Page, focus, link, set_title, shared},
    parts::{
        el::{El, button, el, note, p, strong, title, typed},
        field::option,
        notice::failure,
    },
    proxy,
    state::{State, spawn, watch},
    wizard::{Step, flow},
};

byok_core::record! {
    /// An operation, as far as it is mentioned here.
    #[derive(Clone)]
    struct Creation {
        id: String,
        state: String,
        request: Asked,
    }

    /// What was asked for, as far as it is mentioned here.
    #[derive(Clone)]
    struct Asked {
        display_name: String,
    }
}

/// What is said where there is no environment to choose.
pub const NO_ENVIRONMENT: &str = "This Confluent account shows no environment to this server. Create one in Confluent \
    Cloud, or give the server's service account access to one, and reload the page.";

/// The clusters of the chosen environment.
pub fn clusters() -> El {
    let shared = shared();
    set_title("Clusters");
    focus("clusters-title");
    let environments = State::new(None);
    let operations = State::new(Vec::<Creation>::new());
    let chosen = State::new(shared.draft.with_untracked(|draft| draft.environment.clone()));
    spawn(async move {
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
    el("div").child(title("clusters-title", "Clusters")).child(running(operations)).dynamic(move || {
        Some(match environments.get() {
            None => p("Reading your environments …").attr("role", "status"),
            Some(Err(problem)) => failure(problem),
            Some(Ok(list)) if list.is_empty() => p(NO_ENVIRONMENT),
            Some(Ok(list)) => environment(&list, chosen),
        })
    })
}

/// Creations that have not ended.
fn running(operations: State<Vec<Creation>>) -> El {
    el("div").dynamic(move || {
        let items: Vec<El> = operations
            .get()
            .into_iter()
            .filter(|operation| !matches!(operation.state.as_str(), "provisioned" | "failed"))
            .map(|operation| {
                let name = format!("{}: ", operation.request.display_name);
                let told = if operation.state == "needs_person" {
                    "a person has to look"
                } else {
                    "see how far it is"
                };
                el("li").text(name).child(link(Page::Operation(operation.id), told))
            })
            .collect();
        (!items.is_empty()).then(|| {
            el("div").class("notice").child(el("p").child(strong("Being created"))).child(el("ul").all(items))
        })
    })
}

/// The environment to show, and its clusters.
fn environment(list: &[EnvironmentView], chosen: State<String>) -> El {
    let shared = shared();
    let clusters = State::new(None::<Result<Vec<ClusterView>, Problem>>);
    watch(move || {
        let environment = chosen.get();
        clusters.set(None);
        spawn(async move {
            let answer = proxy::clusters(&environment).await;
            // The user may have chosen another environment meanwhile.
            if chosen.peek().is_some_and(|chosen| *chosen == environment) {
                clusters.set(Some(answer));
            }
        });
    });
    let begin = move || {
        shared.draft.update(|draft| draft.environment = chosen.get_untracked());
        shared.go(Page::New(Step::Cluster));
    };
    el("div")
        .child(
            el("div")
                .class("field")
                .child(el("label").attr("for", "shown-environment").text("Environment"))
                .child(
                    el("select")
                        .attr("id", "shown-environment")
                        .on("change", move |event| chosen.set(typed(&event)))
                        .all(environment_options(list, &chosen.get_untracked())),
                ),
        )
        .dynamic(move || {
            Some(match clusters.get() {
                None => p("Reading the clusters …").attr("role", "status"),
                Some(Err(problem)) => failure(problem),
                Some(Ok(list)) if list.is_empty() => el("div")
                    .class("empty")
                    .child(p("There is no cluster in this environment yet."))
                    .child(button("", "Create cluster", begin)),
                Some(Ok(list)) => {
                    el("div").child(el("p").child(button("", "Add cluster", begin))).child(table(list))
                }
            })
        })
        .child(interrupted())
}

/// The environments as entries of a list, one of them chosen.
pub fn environment_options(list: &[EnvironmentView], chosen: &str) -> Vec<El> {
    list.iter()
        .map(|environment| {
            let text = format!("{} ({})", environment.display_name, environment.id);
            option(&environment.id, text, environment.id == chosen)
        })
        .collect()
}

/// Offers to go on where a draft was left.
fn interrupted() -> El {
    let shared = shared();
    el("div").dynamic(move || {
        let name = shared.draft.with(|draft| draft.display_name.trim().to_owned());
        if name.is_empty() {
            return None;
        }
        let step = shared.draft.with_untracked(|draft| flow::first_unanswered(draft, shared.max_cku()));
        let page = Page::New(step.unwrap_or(Step::Grant));
        Some(
            note("notice", "Your answers for ")
                .child(strong(name))
                .text(" are kept: ")
                .child(link(page, "go on where you left")),
        )
    })
}

fn table(list: Vec<ClusterView>) -> El {
    let rows = list.into_iter().map(|cluster| {
        let key = cluster.byok.unwrap_or_else(|| "Automatic".to_owned());
        let name = el("th")
            .attr("scope", "row")
            .text(cluster.display_name)
            .child(el("span").class("hint").text(cluster.id));
        let cells = [cluster.kind, format!("{} {}", cluster.cloud, cluster.region), key, cluster.phase];
        el("tr").child(name).all(cells.into_iter().map(|text| el("td").text(text)))
    });
    let heads =
        ["Name", "Type", "Region", "Key", "State"].map(|text| el("th").attr("scope", "col").text(text));
    el("div")
        .class("wide")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", "Clusters of this environment")
        .child(el("table").child(el("thead").child(el("tr").all(heads))).child(el("tbody").all(rows)))
}
