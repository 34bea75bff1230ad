//! The page's second program: the pages after the step *Security*, fetched when one of them is near.
//!
//! It is made of the same parts as the first program, which starts it, lends it a place to show a page in, and moves the
//! user from page to page (`byok_wizard::later`). It outlives its pages: an answer that comes after its page has gone
//! still reaches the draft.

mod check;
mod decision;
mod grant;
mod judging;
mod keys;
mod means;
mod new_key;
mod offers;
mod operation;
mod paste_all;
mod printed;
mod review;
mod sandbox;
mod shells;
mod verdicts;

use std::any::Any;

use byok_wizard::{
    app::{Page, Shared},
    draft::Draft,
    parts::el::{El, el},
    state::watch,
    wizard::{Step, wizard},
};
use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{Element, HtmlElement};

use crate::{means::Means, sandbox::Known};

/// The program at work.
#[wasm_bindgen]
pub struct Later {
    shared: Shared,
    known: Known,
    means: Means,
    root: HtmlElement,
}

/// Starts the program with what the first one knows. It calls `tell` with what has changed and, to show another page,
/// with that page's address.
#[wasm_bindgen]
pub fn start(memory: JsValue, tell: Function) -> Later {
    // Belongs to no part of a page, and so stays.
    let shared = Shared::new(Page::Unknown, Draft::default());
    shared.remember(memory);
    shared.first.set(Some(tell));
    let (known, means) = (Known::nothing(), Means::nothing());
    let root: HtmlElement = el("div").element().clone().unchecked_into();
    leptos::mount::mount_to(root.clone(), move || {
        provide_context(shared);
        provide_context(known);
        provide_context(means);
        watch(move || shared.tell_first(None));
        el("div").dynamic(move || page(&shared.page.get())).view()
    })
    .forget();
    Later { shared, known, means, root }
}

/// A part that is shown; freeing it takes the part away.
#[wasm_bindgen]
pub struct Filled {
    _mounted: Box<dyn Any>,
}

/// A part by its name.
fn part(name: &str) -> El {
    match name {
        "paste-all" => paste_all::paste_all(),
        "offers" => offers::offers(),
        name => sandbox::part(name),
    }
}

#[wasm_bindgen]
impl Later {
    /// Takes over what the first program has changed.
    pub fn remember(&self, memory: JsValue) {
        self.shared.remember(memory);
    }

    /// Shows the page at an address in `place`.
    pub fn show(&self, place: &Element, path: &str, memory: JsValue) {
        self.shared.remember(memory);
        self.shared.page.set(Page::at(path));
        let _ = place.append_child(&self.root);
    }

    /// Fills a part of a page or of the frame, until what is returned is freed.
    pub fn fill(&self, place: HtmlElement, name: String) -> Filled {
        let (shared, known, means) = (self.shared, self.known, self.means);
        let mounted = leptos::mount::mount_to(place, move || {
            provide_context(shared);
            provide_context(known);
            provide_context(means);
            part(&name).view()
        });
        Filled { _mounted: Box::new(mounted) }
    }

    /// Takes the page away and ends what it has going.
    pub fn hide(&self) {
        self.shared.page.set(Page::Unknown);
    }
}

/// The page, if it is one of this program's.
fn page(page: &Page) -> Option<El> {
    match page {
        Page::New(Step::Grant) => Some(wizard(Step::Grant, grant::grant)),
        Page::New(Step::Review) => Some(wizard(Step::Review, review::review)),
        Page::Operation(id) => Some(operation::operation(id)),
        Page::Keys => Some(keys::keys()),
        Page::Check => Some(check::check()),
        Page::NewKey => Some(new_key::new_key()),
        Page::Clusters | Page::New(_) | Page::Unknown => None,
    }
}
