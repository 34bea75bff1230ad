//! The page's second program: the pages after *Security*, fetched when the first of them is near.
//!
//! Both programs are made of this crate. The first one owns the address, the tab's storage and the document's frame; it
//! lends the second one a place for its page. What the user answered is held by both, and each tells the other what has
//! changed, so that nothing depends on which of them is shown.

use byok_core::{record, wire::SessionView};
use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::{
    JsCast, JsValue,
    prelude::{Closure, wasm_bindgen},
};
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

use crate::{
    app::{Page, Shared, shared},
    draft::Draft,
    parts::{
        el::{El, button, el, p, title},
        notice::failure_place,
    },
    proxy::problem,
    state::{State, spawn, watch},
    wizard::Shown,
};

#[wasm_bindgen]
extern "C" {
    /// The function that `index.html` keeps for fetching the program; a second call gets the same program.
    #[wasm_bindgen(catch, js_name = byokLater)]
    fn fetch() -> Result<Promise, JsValue>;

    type Program;
    #[wasm_bindgen(method)]
    fn start(this: &Program, memory: &JsValue, tell: &Function) -> Later;

    type Filled;
    #[wasm_bindgen(method)]
    fn free(this: &Filled);

    #[derive(Clone)]
    /// The second program at work; each method is told of in `crates/later`.
    pub type Later;
    #[wasm_bindgen(method)]
    fn remember(this: &Later, memory: &JsValue);
    #[wasm_bindgen(method)]
    fn show(this: &Later, place: &Element, path: &str, memory: &JsValue);
    #[wasm_bindgen(method)]
    fn fill(this: &Later, place: &Element, name: &str) -> Filled;
    #[wasm_bindgen(method)]
    fn hide(this: &Later);
}

record! {
    /// What both programs hold.
    #[derive(Clone, Debug, PartialEq)]
    struct Memory {
        session: Option<SessionView>,
        draft: Draft,
        shown: Vec<Shown>,
    }
}

impl Shared {
    /// What the other program has to know, as a value of the browser.
    pub fn memory(&self) -> JsValue {
        let memory = Memory { session: self.session.get(), draft: self.draft.get(), shown: self.shown.get() };
        byok_browser::give(&memory)
    }

    /// Takes over what the other program has changed; what is the same already is left alone.
    pub fn remember(&self, memory: JsValue) {
        let Some(Memory { session, draft, shown }) = byok_browser::take(memory) else { return };
        self.session.change(session);
        self.draft.change(draft);
        self.shown.change(shown);
    }
}

/// Keeps the second program up to date from when it runs.
pub fn keep_told(shared: Shared) {
    watch(move || {
        let memory = shared.memory();
        if let Some(later) = shared.later.get_untracked() {
            later.remember(&memory);
        }
    });
}

/// Fetches the program before one of its pages is asked for.
pub fn prepare(shared: Shared) {
    spawn(async move {
        let _ = run(shared).await;
    });
}

/// A page of the second program, in its place.
pub fn page(page: &Page) -> El {
    let shared = shared();
    let path = page.path();
    let fill = Box::new(move |later: &Later, place: &Element| {
        later.show(place, &path, &untrack(|| shared.memory()));
        on_cleanup(move || {
            if let Some(later) = shared.later.get_untracked() {
                later.hide();
            }
        });
    });
    place("This page is not there yet", fill)
}

/// A part of a page or of the frame that the second program fills, for as long as it is shown.
pub fn part(name: &'static str) -> El {
    let fill = Box::new(move |later: &Later, place: &Element| {
        let filled = State::new(JsValue::from(later.fill(place, name)));
        on_cleanup(move || {
            if let Some(filled) = filled.peek() {
                filled.unchecked_ref::<Filled>().free();
            }
        });
    });
    place("", fill)
}

/// Fills a place.
type Fill = Box<dyn Fn(&Later, &Element)>;

/// A place for the second program to fill, once it is there. A page needs a heading as long as it cannot be.
fn place(heading: &'static str, fill: Fill) -> El {
    let shared = shared();
    let failed = State::new(None);
    let load = move || {
        failed.set(None);
        spawn(async move {
            if run(shared).await.is_err() {
                failed.set(Some(problem(
                    "A part of the page could not be loaded",
                    0,
                    "Your answers are kept. Check the connection, or whether the server still runs, and try again.",
                )));
            }
        });
    };
    load();
    let has_failed = move || failed.with(Option::is_some);
    el("div")
        .show(move || has_failed() && !heading.is_empty(), move || title("not-loaded", heading))
        .child(failure_place(failed))
        .show(has_failed, move || button("second", "Try again", load))
        .dynamic(move || match shared.later.get() {
            None => failed.with(Option::is_none).then(|| p("Loading …").attr("role", "status")),
            Some(later) => {
                let place = el("div");
                fill(&later, place.element());
                Some(place)
            }
        })
}

/// Has the program fetched and started, once.
async fn run(shared: Shared) -> Result<(), JsValue> {
    if shared.later.with_untracked(Option::is_some) {
        return Ok(());
    }
    let program: Program = JsFuture::from(fetch()?).await?.unchecked_into();
    // Somebody else may have waited for the same program.
    if shared.later.with_untracked(Option::is_none) {
        let tell = Closure::<dyn Fn(JsValue, JsValue)>::new(move |memory, path: JsValue| {
            shared.remember(memory);
            if let Some(path) = path.as_string() {
                shared.go_showing(Page::at(&path), shared.shown.get_untracked());
            }
        });
        let later = program.start(&shared.memory(), tell.into_js_value().unchecked_ref());
        shared.later.set(Some(later));
    }
    Ok(())
}
