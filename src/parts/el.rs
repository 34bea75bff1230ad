//! Elements, put together by hand instead of by the `view!` macro.
//!
//! The macro gives each piece of a page a type of its own, and the compiler then writes building, updating and
//! removing anew for every one of them: this page weighed three times as much. Here every element is of one and the
//! same Leptos type, so that code exists once. As no markup is ever parsed, a text cannot become an element either.

use leptos::{
    attr::{
        any_attribute::{AnyAttribute, IntoAnyAttribute},
        custom::custom_attribute,
    },
    ev, html,
    prelude::*,
    tachys::html::property::prop,
};
use web_sys::Event;

/// An element in the making. One pointer wide, because it is handed on at every call of a chain, and copying more
/// than that at each of some hundred calls was a good part of the page's weight.
pub struct El(Box<Parts>);

struct Parts {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// Begins an element.
pub fn el(tag: &'static str) -> El {
    El(Box::new(Parts { tag, attributes: Vec::new(), children: Vec::new() }))
}

impl El {
    /// Sets an attribute once and for all.
    pub fn attr(self, name: &'static str, value: impl Into<String>) -> Self {
        self.attr_owned(name, value.into())
    }

    #[inline(never)]
    fn attr_owned(mut self, name: &'static str, value: String) -> Self {
        self.0.attributes.push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// Sets the class.
    #[inline(never)]
    pub fn class(self, value: &'static str) -> Self {
        self.attr_owned("class", value.to_owned())
    }

    /// Sets an attribute without a value, if `on`.
    pub fn flag(self, name: &'static str, on: bool) -> Self {
        if on { self.attr(name, "") } else { self }
    }

    /// Keeps an attribute up to date; `None` takes it away.
    pub fn live(self, name: &'static str, value: impl Fn() -> Option<String> + Send + 'static) -> Self {
        self.live_boxed(name, Box::new(value))
    }

    #[inline(never)]
    fn live_boxed(mut self, name: &'static str, value: Box<dyn Fn() -> Option<String> + Send>) -> Self {
        self.0.attributes.push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// Keeps the `disabled` of a button or field up to date.
    pub fn disabled(self, when: impl Fn() -> bool + Send + 'static) -> Self {
        self.live("disabled", move || when().then(String::new))
    }

    /// Keeps what a text field holds up to date.
    pub fn value(mut self, value: impl Fn() -> String + Send + 'static) -> Self {
        let value: Box<dyn Fn() -> String + Send> = Box::new(value);
        self.0.attributes.push(prop("value", value).into_any_attr());
        self
    }

    /// Keeps whether a radio button or box is ticked up to date.
    pub fn checked(mut self, value: impl Fn() -> bool + Send + 'static) -> Self {
        let value: Box<dyn Fn() -> bool + Send> = Box::new(value);
        self.0.attributes.push(prop("checked", value).into_any_attr());
        self
    }

    /// Listens to an event.
    pub fn on(self, event: &'static str, act: impl Fn(Event) + 'static) -> Self {
        self.on_boxed(event, Box::new(act))
    }

    #[inline(never)]
    fn on_boxed(mut self, event: &'static str, act: Box<dyn FnMut(Event)>) -> Self {
        self.0.attributes.push(ev::on(ev::Custom::<Event>::new(event), act).into_any_attr());
        self
    }

    /// Appends an element.
    #[inline(never)]
    pub fn child(mut self, child: El) -> Self {
        self.0.children.push(child.view());
        self
    }

    /// Appends elements.
    pub fn all(mut self, children: impl IntoIterator<Item = El>) -> Self {
        self.0.children.extend(children.into_iter().map(El::view));
        self
    }

    /// Appends an element, if there is one.
    pub fn maybe(self, child: Option<El>) -> Self {
        self.all(child)
    }

    /// Appends text; what stands between backticks is set as code.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.text_owned(text.into())
    }

    /// Appends text to the letter, backticks and all.
    pub fn verbatim(self, text: impl Into<String>) -> Self {
        self.verbatim_owned(text.into())
    }

    #[inline(never)]
    fn verbatim_owned(mut self, text: String) -> Self {
        self.push(text.into_any());
        self
    }

    #[inline(never)]
    fn text_owned(mut self, text: String) -> Self {
        if !text.contains('`') {
            return self.verbatim_owned(text);
        }
        for (index, part) in text.split('`').enumerate() {
            if index % 2 == 1 {
                self = self.child(code(part));
            } else if !part.is_empty() {
                self = self.verbatim_owned(part.to_owned());
            }
        }
        self
    }

    /// Appends text that is kept up to date.
    pub fn live_text(self, text: impl Fn() -> String + Send + 'static) -> Self {
        self.dynamic(move || {
            let text = text();
            // Nothing at all where there is nothing to say, so that the place takes no room.
            (!text.is_empty()).then(|| el("span").text(text))
        })
    }

    /// Appends an element that is made anew whenever something that `make` has read changes; `None` shows nothing.
    pub fn dynamic(mut self, make: impl Fn() -> Option<El> + Send + 'static) -> Self {
        let make: Box<dyn Fn() -> AnyView + Send> =
            Box::new(move || make().map_or_else(|| ().into_any(), El::view));
        self.push(made_anew(make));
        self
    }

    #[inline(never)]
    fn push(&mut self, child: AnyView) {
        self.0.children.push(child);
    }

    /// Appends the part if `when` holds; it is left alone as long as that does not change.
    pub fn show(
        self,
        when: impl Fn() -> bool + Send + Sync + 'static,
        make: impl Fn() -> El + Send + 'static,
    ) -> Self {
        let when = Memo::new(move |_| when());
        self.dynamic(move || when.get().then(&make))
    }

    /// The finished element, for Leptos.
    #[inline(never)]
    pub fn view(self) -> AnyView {
        let Parts { tag, attributes, children } = *self.0;
        html::custom(tag).add_any_attr(attributes).child(children).into_any()
    }
}

#[inline(never)]
fn made_anew(make: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    make.into_any()
}

/// A paragraph.
pub fn p(text: impl Into<String>) -> El {
    el("p").text(text)
}

/// A hint or remark: a paragraph with its class.
pub fn note(class: &'static str, text: impl Into<String>) -> El {
    el("p").class(class).text(text)
}

/// A button that does something on the page.
pub fn button(class: &'static str, text: impl Into<String>, act: impl Fn() + 'static) -> El {
    let button = el("button").attr("type", "button").on("click", move |_| act()).text(text);
    if class.is_empty() { button } else { button.class(class) }
}

/// A form whose sending stays on the page.
pub fn form(send: impl Fn() + 'static) -> El {
    el("form").flag("novalidate", true).on("submit", move |event| {
        event.prevent_default();
        send();
    })
}

/// The button that sends a form; while `pending` it says what is under way instead.
pub fn submit(text: impl Into<String>, pending: Option<(RwSignal<bool>, &'static str)>) -> El {
    let text = text.into();
    let button = el("button").attr("type", "submit");
    match pending {
        None => button.text(text),
        Some((pending, busy)) => button
            .disabled(move || pending.get())
            .live_text(move || if pending.get() { busy.to_owned() } else { text.clone() }),
    }
}

/// A line of a list of answers: what it is, and what was answered.
pub fn answer(name: &'static str, value: El) -> El {
    el("div").child(el("dt").text(name)).child(el("dd").child(value))
}

/// Something to be copied or compared to the letter.
pub fn code(text: impl Into<String>) -> El {
    el("code").class("break").verbatim(text)
}

/// Important words.
pub fn strong(text: impl Into<String>) -> El {
    el("strong").text(text)
}

/// The main heading of a page: gets the focus when the page is shown.
pub fn title(id: &'static str, text: impl Into<String>) -> El {
    el("h1").attr("id", id).attr("tabindex", "-1").text(text)
}

/// What an event's field holds now.
pub fn typed(event: &Event) -> String {
    event_target_value(event)
}
