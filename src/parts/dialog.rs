//! A dialog that must be answered before the page goes on: the browser's own, which keeps focus inside and knows Esc.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::el::{El, el};

const ID: &str = "dialog";

/// A modal dialog with its heading, which gets the focus because it says what happened. `close` is called when it is
/// left with Esc; its buttons call it themselves.
pub fn dialog(title: &'static str, close: Callback<()>) -> El {
    // Shown as soon as it is in the document, and not before: a dialog that is not there cannot be modal.
    request_animation_frame(|| {
        let found =
            document().get_element_by_id(ID).and_then(|found| found.dyn_into::<HtmlDialogElement>().ok());
        if let Some(dialog) = found
            && !dialog.open()
        {
            let _ = dialog.show_modal();
            crate::app::focus("dialog-title");
        }
    });
    el("dialog")
        .attr("id", ID)
        .attr("aria-labelledby", "dialog-title")
        .on("cancel", move |event| {
            event.prevent_default();
            close.run(());
        })
        .child(el("h2").attr("id", "dialog-title").attr("tabindex", "-1").text(title))
}
