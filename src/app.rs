//! Addresses, the state that every page shares, and the frame around them.
//!
//! A dozen lines match the addresses, because a router would cost more bytes than the rest of the page.

use byok_core::wire::{Problem, SessionView};
use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, MouseEvent, window};

use crate::{
    clusters,
    draft::Draft,
    later::{self, Later},
    parts::{
        el::{El, button, el, note, p, title},
        notice::failure_place,
    },
    proxy::{self, Answer},
    sandbox,
    state::{State, derived, spawn, watch},
    wizard::{self, Shown, Step},
};

/// What an address shows.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Page {
    /// `/`: the clusters of an environment.
    #[default]
    Clusters,
    /// `/new/{step}`: the wizard.
    New(Step),
    /// `/operations/{id}`: the creation of one cluster.
    Operation(String),
    /// `/keys`: the registered keys.
    Keys,
    /// `/check`: pasted IDs and errors.
    Check,
    /// `/new-key`: commands that make a key.
    NewKey,
    /// Anything else.
    Unknown,
}

impl Page {
    /// Reads the path of an address.
    pub fn at(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => Self::Clusters,
            (Some("keys"), None, _) => Self::Keys,
            (Some("check"), None, _) => Self::Check,
            (Some("new-key"), None, _) => Self::NewKey,
            (Some("new"), None, _) => Self::New(Step::Cluster),
            (Some("new"), Some(step), None) => Step::at(step).map_or(Self::Unknown, Self::New),
            (Some("operations"), Some(id), None) => Self::Operation(id.to_owned()),
            _ => Self::Unknown,
        }
    }

    /// The address of the page.
    pub fn path(&self) -> String {
        match self {
            Self::Clusters | Self::Unknown => "/".to_owned(),
            Self::New(step) => format!("/new/{}", step.slug()),
            Self::Operation(id) => format!("/operations/{id}"),
            Self::Keys => "/keys".to_owned(),
            Self::Check => "/check".to_owned(),
            Self::NewKey => "/new-key".to_owned(),
        }
    }
}

/// The state that every page shares.
#[derive(Clone, Copy)]
pub struct Shared {
    /// What is shown.
    pub page: State<Page>,
    /// What this server is; `None` until it has answered.
    pub session: State<Option<SessionView>>,
    /// The user's answers.
    pub draft: State<Draft>,
    /// What is wrong with them, as far as it is shown.
    pub shown: State<Vec<Shown>>,
    /// The second program, once it runs.
    pub later: State<Option<Later>>,
    /// In the second program, where to tell the first one what has changed, and which page to show.
    pub first: State<Option<Function>>,
}

impl Shared {
    /// The state of a page that has not heard from its server yet.
    pub fn new(page: Page, draft: Draft) -> Self {
        Self {
            page: State::new(page),
            session: State::new(None),
            draft: State::new(draft),
            shown: State::new(Vec::new()),
            later: State::new(None),
            first: State::new(None),
        }
    }

    /// Shows another page and gives it an address of its own, so that Back returns here.
    pub fn go(&self, page: Page) {
        self.go_showing(page, Vec::new());
    }

    /// Shows another page, and there what is wrong.
    pub fn go_showing(&self, page: Page, shown: Vec<Shown>) {
        self.shown.set(shown);
        if self.first.with_untracked(Option::is_some) {
            self.tell_first(Some(&page));
            return;
        }
        if let Some(history) = window().and_then(|window| window.history().ok()) {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&page.path()));
        }
        if let Some(window) = window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
        self.page.set(page);
    }

    /// In the second program: tells the first one what is known now, and which page to show.
    pub fn tell_first(&self, page: Option<&Page>) {
        let memory = self.memory();
        let page = page.map_or(JsValue::UNDEFINED, |page| page.path().into());
        if let Some(first) = self.first.get_untracked() {
            let _ = first.call2(&JsValue::UNDEFINED, &memory, &page);
        }
    }

    /// Whether the clouds behind this server are simulated.
    pub fn is_sandbox(&self) -> bool {
        self.session.with(|session| session.as_ref().is_some_and(|session| session.mode == "sandbox"))
    }

    /// The most CKUs that a cluster may have here.
    pub fn max_cku(&self) -> u32 {
        self.session.with(|session| session.as_ref().map_or(u32::MAX, |session| session.max_cku))
    }
}

/// The shared state of the page that the caller is on.
pub fn shared() -> Shared {
    expect_context::<Shared>()
}

/// Puts the app in place of the static first paint.
pub fn mount() {
    let Some(place) = document().get_element_by_id("app") else { return };
    place.set_text_content(None);
    leptos::mount::mount_to(place.unchecked_into::<HtmlElement>(), App).forget();
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let shared = Shared::new(Page::at(&location().pathname().unwrap_or_default()), Draft::restore());
    provide_context(shared);
    let failed = State::new(None::<Problem>);

    let back = window_event_listener(leptos::ev::popstate, move |_| {
        shared.shown.set(Vec::new());
        shared.page.set(Page::at(&location().pathname().unwrap_or_default()));
    });
    on_cleanup(move || back.remove());
    watch(move || shared.draft.with(Draft::save));
    later::keep_told(shared);

    let connect = move || {
        spawn(async move {
            failed.set(None);
            match sign_in().await {
                Ok(session) => {
                    shared.session.set(Some(session));
                }
                Err(problem) => failed.set(Some(problem)),
            }
        });
    };
    connect();

    let signed_in =
        derived(move || shared.session.with(|session| session.as_ref().map(|session| session.signed_in)));
    let page = el("div").dynamic(move || match signed_in.get() {
        None => None,
        Some(false) => Some(signed_out()),
        Some(true) => Some(match shared.page.get() {
            Page::Clusters => clusters::clusters(),
            Page::New(Step::Cluster) => wizard::wizard(Step::Cluster, wizard::cluster),
            Page::New(Step::Region) => wizard::wizard(Step::Region, wizard::region),
            Page::New(Step::Networking) => wizard::wizard(Step::Networking, wizard::networking),
            Page::New(Step::Security) => wizard::wizard(Step::Security, wizard::security),
            // Not named one by one, or the first program would carry them.
            page @ (Page::New(Step::Grant | Step::Review)
            | Page::Operation(_)
            | Page::Keys
            | Page::Check
            | Page::NewKey) => later::page(&page),
            Page::Unknown => unknown(),
        }),
    });
    let main = el("main")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .child(failure_place(failed))
        .show(move || failed.with(Option::is_some), move || button("second", "Try again", connect));
    el("div")
        .child(el("a").class("skip").attr("href", "#main").text("Skip to the content"))
        .child(
            el("header").class("top").child(note("brand", "BYOK Wizard")).child(
                el("nav")
                    .attr("aria-label", "Pages")
                    .child(link(Page::Clusters, "Clusters"))
                    .child(link(Page::Keys, "Keys"))
                    .child(link(Page::Check, "Check")),
            ),
        )
        .show(move || shared.is_sandbox(), sandbox::banner)
        .child(main.child(page))
        .view()
}

fn unknown() -> El {
    set_title("Page not found");
    el("div")
        .child(title("not-found", "Page not found"))
        .child(p("There is no page at this address. It may have been cut short when it was copied."))
        .child(el("p").child(link(Page::Clusters, "Go to the clusters")))
}

/// Shown on a live server to a browser without the cookie.
fn signed_out() -> El {
    set_title("Sign in");
    el("div").child(title("sign-in", "Open the address that the server printed")).child(p(
        "This server works with a real Confluent Cloud account, so it lets in only the browser that holds its one-time \
         token. Open the whole address that “byok serve” printed, including the part behind “#token=”. A token works \
         once: restart the server to print a new one.",
    ))
}

/// A link to another page of the app.
pub fn link(page: Page, text: impl AsRef<str>) -> El {
    let shared = shared();
    let target = page.clone();
    el("a")
        .attr("href", page.path())
        .live("aria-current", move || shared.page.with(|page| *page == target).then(|| "page".to_owned()))
        .on("click", move |event| {
            let Some(click) = event.dyn_ref::<MouseEvent>() else { return };
            // A click with a modifier opens a tab or a window; that stays the browser's business.
            if !(click.ctrl_key() || click.meta_key() || click.shift_key()) {
                event.prevent_default();
                shared.go(page.clone());
            }
        })
        .text(text)
}

/// Sets what the browser's tab says.
pub fn set_title(text: &str) {
    document().set_title(&format!("{text} – BYOK Wizard"));
}

/// Moves focus to the element with this id, once it is there.
pub fn focus(id: &'static str) {
    request_animation_frame(move || {
        if let Some(element) = document().get_element_by_id(id) {
            let _ = element.unchecked_into::<HtmlElement>().focus();
        }
    });
}

/// Asks the server what it is, after handing in the one-time token if the address carries one.
async fn sign_in() -> Answer<SessionView> {
    let hash = location().hash().unwrap_or_default();
    if let Some(token) = hash.strip_prefix("#token=") {
        // Out of the address bar and the history before anything else can read it there.
        if let Some(history) = window().and_then(|window| window.history().ok()) {
            let _ = history.replace_state_with_url(
                &JsValue::NULL,
                "",
                Some(&location().pathname().unwrap_or_default()),
            );
        }
        return proxy::sign_in(token).await;
    }
    proxy::session().await
}
