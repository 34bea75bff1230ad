//! Addresses, the state that every page shares, and the frame around them.
//!
//! A dozen lines match the addresses, because a router would cost more bytes than the rest of the page.

use byok_core::wire::{Problem, SessionView};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, window};

use crate::{
    clusters::Clusters,
    draft::Draft,
    keys::Keys,
    operation::Operation,
    parts::notice::Failure,
    proxy,
    sandbox::{self, Banner, World},
    wizard::{Shown, Step, Wizard},
};

/// What an address shows.
#[derive(Clone, PartialEq, Eq)]
pub enum Page {
    /// `/`: the clusters of an environment.
    Clusters,
    /// `/new/{step}`: the wizard.
    New(Step),
    /// `/operations/{id}`: the creation of one cluster.
    Operation(String),
    /// `/keys`: the registered keys.
    Keys,
    /// Anything else.
    Unknown,
}

impl Page {
    /// Reads the path of an address.
    fn at(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => Self::Clusters,
            (Some("keys"), None, _) => Self::Keys,
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
        }
    }
}

/// The state that every page shares.
#[derive(Clone, Copy)]
pub struct Shared {
    /// What is shown.
    pub page: RwSignal<Page>,
    /// What this server is; `None` until it has answered.
    pub session: RwSignal<Option<SessionView>>,
    /// The user's answers.
    pub draft: RwSignal<Draft>,
    /// What is wrong with them, as far as it is shown.
    pub shown: RwSignal<Vec<Shown>>,
    /// The simulated clouds; `None` on a live server and until they have answered.
    pub world: RwSignal<Option<World>>,
}

impl Shared {
    /// The state of a page that has not heard from its server yet.
    pub fn new(page: Page, draft: Draft) -> Self {
        Self {
            page: RwSignal::new(page),
            session: RwSignal::new(None),
            draft: RwSignal::new(draft),
            shown: RwSignal::new(Vec::new()),
            world: RwSignal::new(None),
        }
    }

    /// Shows another page and gives it an address of its own, so that Back returns here.
    pub fn go(&self, page: Page) {
        if let Some(history) = window().and_then(|window| window.history().ok()) {
            let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&page.path()));
        }
        if let Some(window) = window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
        self.shown.set(Vec::new());
        self.page.set(page);
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
    let failure = RwSignal::new(None::<Problem>);

    let back = window_event_listener(leptos::ev::popstate, move |_| {
        shared.shown.set(Vec::new());
        shared.page.set(Page::at(&location().pathname().unwrap_or_default()));
    });
    on_cleanup(move || back.remove());
    Effect::new(move || shared.draft.with(Draft::save));

    let connect = move || {
        spawn_local(async move {
            failure.set(None);
            match sign_in().await {
                Ok(session) => {
                    shared.session.set(Some(session));
                    if shared.is_sandbox() {
                        sandbox::look(shared).await;
                    }
                }
                Err(problem) => failure.set(Some(problem)),
            }
        });
    };
    connect();

    view! {
        <a class="skip" href="#main">"Skip to the content"</a>
        <header class="top">
            <p class="brand">"BYOK Wizard"</p>
            <nav aria-label="Pages">
                <Link page=Page::Clusters text="Clusters"/>
                <Link page=Page::Keys text="Keys"/>
            </nav>
        </header>
        <Show when=move || shared.is_sandbox()><Banner/></Show>
        <main id="main" tabindex="-1">
            {move || failure.get().map(|problem| view! {
                <Failure problem/>
                <button type="button" class="second" on:click=move |_| connect()>"Try again"</button>
            })}
            {move || shared.session.with(|session| session.as_ref().map(|session| session.signed_in)).map(|signed_in| {
                if signed_in { view! { <Current/> }.into_any() } else { view! { <SignedOut/> }.into_any() }
            })}
        </main>
    }
}

/// The page behind the current address.
#[component]
fn Current() -> impl IntoView {
    let shared = shared();
    move || match shared.page.get() {
        Page::Clusters => view! { <Clusters/> }.into_any(),
        Page::New(step) => view! { <Wizard step/> }.into_any(),
        Page::Operation(id) => view! { <Operation id/> }.into_any(),
        Page::Keys => view! { <Keys/> }.into_any(),
        Page::Unknown => {
            set_title("Page not found");
            view! {
                <h1>"Page not found"</h1>
                <p>"There is no page at this address. It may have been cut short when it was copied."</p>
                <p><Link page=Page::Clusters text="Go to the clusters"/></p>
            }
            .into_any()
        }
    }
}

/// Shown on a live server to a browser without the cookie.
#[component]
fn SignedOut() -> impl IntoView {
    set_title("Sign in");
    view! {
        <h1>"Open the address that the server printed"</h1>
        <p>
            "This server works with a real Confluent Cloud account, so it lets in only the browser that holds its one-time "
            "token. Open the whole address that " <code>"byok serve"</code> " printed, including the part behind "
            <code>"#token="</code> ". A token works once: restart the server to print a new one."
        </p>
    }
}

/// A link to another page of the app.
#[component]
pub fn Link(
    /// Where to.
    page: Page,
    /// What it says.
    text: &'static str,
) -> impl IntoView {
    let shared = shared();
    let href = page.path();
    let target = page.clone();
    view! {
        <a
            href=href
            aria-current=move || (shared.page.get() == target).then_some("page")
            on:click=move |event| {
                // A click with a modifier opens a tab or a window; that stays the browser's business.
                if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                    event.prevent_default();
                    shared.go(page.clone());
                }
            }
        >
            {text}
        </a>
    }
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
async fn sign_in() -> Result<SessionView, Problem> {
    let hash = location().hash().unwrap_or_default();
    if let Some(token) = hash.strip_prefix("#token=") {
        // Out of the address bar and the history before anything else can read it there.
        if let Some(history) = window().and_then(|window| window.history().ok()) {
            let _ = history.replace_state_with_url(
                &wasm_bindgen::JsValue::NULL,
                "",
                Some(&location().pathname().unwrap_or_default()),
            );
        }
        return proxy::sign_in(token).await;
    }
    proxy::session().await
}
