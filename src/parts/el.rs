//! Elements, put together by hand instead of by the `view!` macro.
//!
//! The macro gives each piece of a page a type of its own, and the compiler then writes building, updating and
//! removing anew for every one of them: the page weighed three times as much. Here an element is the document's own,
//! and Leptos says when something has changed. As no markup is ever parsed, a text cannot become an element either.

use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{Element, Event, Node};

use crate::state::{State, derived, watch};

/// An element in the making.
pub struct El(Element);

/// Begins an element.
#[inline(never)]
pub fn el(tag: &'static str) -> El {
    // Refused for names that are none, and those here are constants.
    El(document().create_element(tag).unwrap_or_else(JsCast::unchecked_into))
}

impl El {
    /// Sets an attribute once and for all.
    pub fn attr(self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.attr_str(name, value.as_ref())
    }

    #[inline(never)]
    fn attr_str(self, name: &'static str, value: &str) -> Self {
        let _ = self.0.set_attribute(name, value);
        self
    }

    /// Sets the class.
    #[inline(never)]
    pub fn class(self, value: &'static str) -> Self {
        self.attr_str("class", value)
    }

    /// Sets an attribute without a value, if `on`.
    pub fn flag(self, name: &'static str, on: bool) -> Self {
        if on { self.attr(name, "") } else { self }
    }

    /// Keeps an attribute up to date; `None` takes it away.
    pub fn live(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        self.live_boxed(name, Box::new(value))
    }

    #[inline(never)]
    fn live_boxed(self, name: &'static str, value: Box<dyn Fn() -> Option<String>>) -> Self {
        let element = self.0.clone();
        watch(move || {
            let _ = match value() {
                Some(value) => element.set_attribute(name, &value),
                None => element.remove_attribute(name),
            };
        });
        self
    }

    /// Keeps the `disabled` of a button or field up to date.
    pub fn disabled(self, when: impl Fn() -> bool + 'static) -> Self {
        self.live("disabled", move || when().then(String::new))
    }

    /// Keeps what a text field holds up to date.
    pub fn value(self, value: impl Fn() -> String + 'static) -> Self {
        self.property("value", Box::new(move || value().into()))
    }

    /// Keeps whether a radio button or box is ticked up to date.
    pub fn checked(self, value: impl Fn() -> bool + 'static) -> Self {
        self.property("checked", Box::new(move || value().into()))
    }

    #[inline(never)]
    fn property(self, name: &'static str, value: Box<dyn Fn() -> JsValue>) -> Self {
        let element = self.0.clone();
        watch(move || {
            let _ = js_sys::Reflect::set(&element, &name.into(), &value());
        });
        self
    }

    /// Listens to an event.
    pub fn on(self, event: &'static str, act: impl Fn(Event) + 'static) -> Self {
        self.on_boxed(event, Box::new(act))
    }

    #[inline(never)]
    fn on_boxed(self, event: &'static str, act: Box<dyn FnMut(Event)>) -> Self {
        // Freed by the browser together with the element.
        let act = Closure::wrap(act).into_js_value();
        let _ = self.0.add_event_listener_with_callback(event, act.unchecked_ref());
        self
    }

    #[inline(never)]
    fn append(self, node: &Node) -> Self {
        let _ = self.0.append_child(node);
        self
    }

    /// Appends an element.
    #[inline(never)]
    pub fn child(self, child: El) -> Self {
        self.append(&child.0)
    }

    /// Appends elements.
    pub fn all(self, children: impl IntoIterator<Item = El>) -> Self {
        children.into_iter().fold(self, El::child)
    }

    /// Appends an element, if there is one.
    #[inline(never)]
    pub fn maybe(self, child: Option<El>) -> Self {
        self.all(child)
    }

    /// Appends text; what stands between backticks is set as code.
    pub fn text(self, text: impl AsRef<str>) -> Self {
        self.text_str(text.as_ref())
    }

    #[inline(never)]
    fn text_str(self, text: &str) -> Self {
        text.split('`').enumerate().fold(self, |to, (index, part)| {
            if index % 2 == 1 { to.child(code(part)) } else { to.verbatim_str(part) }
        })
    }

    /// Appends text to the letter, backticks and all.
    pub fn verbatim(self, text: impl AsRef<str>) -> Self {
        self.verbatim_str(text.as_ref())
    }

    #[inline(never)]
    fn verbatim_str(self, text: &str) -> Self {
        if text.is_empty() { self } else { self.append(&document().create_text_node(text)) }
    }

    /// Appends text that is kept up to date.
    pub fn live_text(self, text: impl Fn() -> String + 'static) -> Self {
        self.live_text_of(derived(text))
    }

    #[inline(never)]
    fn live_text_of(self, text: State<String>) -> Self {
        // Nothing at all where there is nothing to say, so that the place takes no room.
        self.dynamic(move || text.with(|text| (!text.is_empty()).then(|| el("span").text(text))))
    }

    /// Appends an element that is made anew whenever something that `make` has read changes; `None` shows nothing.
    pub fn dynamic(self, make: impl Fn() -> Option<El> + 'static) -> Self {
        self.dynamic_boxed(Box::new(make))
    }

    #[inline(never)]
    fn dynamic_boxed(self, make: Box<dyn Fn() -> Option<El>>) -> Self {
        let place = document().create_comment("");
        let this = self.append(&place);
        let mut shown = None::<Element>;
        watch(move || {
            let fresh = make();
            if let Some(old) = shown.take() {
                old.remove();
            }
            shown = fresh.map(|El(fresh)| {
                let _ = place.before_with_node_1(&fresh);
                fresh
            });
        });
        this
    }

    /// Appends the part if `when` holds; it is left alone as long as that does not change.
    pub fn show(self, when: impl Fn() -> bool + 'static, make: impl Fn() -> El + 'static) -> Self {
        let when = derived(when);
        self.dynamic(move || when.get().then(&make))
    }

    /// The element itself.
    pub fn element(&self) -> &Element {
        &self.0
    }

    /// The finished element, for Leptos.
    pub fn view(self) -> impl IntoView {
        html::div().directive(put_in, self.0)
    }
}

fn put_in(place: Element, element: Element) {
    let _ = place.append_child(&element);
}

/// A paragraph.
pub fn p(text: impl AsRef<str>) -> El {
    el("p").text(text)
}

/// A hint or remark: a paragraph with its class.
pub fn note(class: &'static str, text: impl AsRef<str>) -> El {
    el("p").class(class).text(text)
}

/// A button that does something on the page.
pub fn button(class: &'static str, text: impl AsRef<str>, act: impl Fn() + 'static) -> El {
    button_boxed(class, text.as_ref(), Box::new(act))
}

#[inline(never)]
fn button_boxed(class: &'static str, text: &str, act: Box<dyn Fn()>) -> El {
    let button = el("button").attr("type", "button").on("click", move |_| act()).text(text);
    if class.is_empty() { button } else { button.class(class) }
}

/// A form whose sending stays on the page.
pub fn form(send: impl Fn() + 'static) -> El {
    form_boxed(Box::new(send))
}

#[inline(never)]
fn form_boxed(send: Box<dyn Fn()>) -> El {
    el("form").flag("novalidate", true).on("submit", move |event| {
        event.prevent_default();
        send();
    })
}

/// The button that sends a form; while `pending` it says what is under way instead.
pub fn submit(text: impl AsRef<str>, pending: Option<(State<bool>, &'static str)>) -> El {
    let button = el("button").attr("type", "submit");
    match pending {
        None => button.text(text),
        Some((pending, busy)) => {
            let text = text.as_ref().to_owned();
            button
                .disabled(move || pending.get())
                .live_text(move || if pending.get() { busy.to_owned() } else { text.clone() })
        }
    }
}

/// A line of a list of answers: what it is, and what was answered.
pub fn answer(name: &'static str, value: El) -> El {
    el("div").child(el("dt").text(name)).child(el("dd").child(value))
}

/// Something to be copied or compared to the letter.
pub fn code(text: impl AsRef<str>) -> El {
    el("code").class("break").verbatim(text)
}

/// Important words.
pub fn strong(text: impl AsRef<str>) -> El {
    el("strong").text(text)
}

/// The main heading of a page: gets the focus when the page is shown.
pub fn title(id: &'static str, text: impl AsRef<str>) -> El {
    el("h1").attr("id", id).attr("tabindex", "-1").text(text)
}

/// What an event's field holds now.
pub fn typed(event: &Event) -> String {
    event_target_value(event)
}
