//! A dialog that must be answered before the page goes on: the browser's own, which keeps focus inside and knows Esc.

use leptos::{html, prelude::*};

/// Shows `children` as a modal dialog for as long as it is mounted.
#[component]
pub fn Dialog(
    /// The heading, which gets the focus: it says what happened.
    title: &'static str,
    /// Called when it is closed in any way.
    close: Callback<()>,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog
            node_ref=dialog
            aria-labelledby="dialog-title"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                close.run(());
            }
        >
            <h2 id="dialog-title" tabindex="-1" autofocus=true>{title}</h2>
            {children()}
        </dialog>
    }
}
