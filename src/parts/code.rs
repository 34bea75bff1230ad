//! Commands to copy: shown with their parts told apart, copied as they are.

use byok_core::grant::{Snippet, TokenKind};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::window;

/// A snippet with its copy button.
#[component]
pub fn Code(
    /// Says what the commands do, for those who cannot see where they stand.
    label: &'static str,
    /// The commands.
    snippet: Snippet,
) -> impl IntoView {
    let said = RwSignal::new("");
    let text = snippet.text();
    let lines = snippet
        .lines
        .into_iter()
        .map(|line| {
            let tokens = line
                .into_iter()
                .map(|token| view! { <span class=class(token.kind)>{token.text}</span> })
                .collect_view();
            view! { {tokens}"\n" }
        })
        .collect_view();
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let done = match window() {
                Some(window) if window.is_secure_context() => {
                    JsFuture::from(window.navigator().clipboard().write_text(&text)).await.is_ok()
                }
                _ => false,
            };
            said.set(if done {
                "Copied."
            } else {
                "The browser does not let this page copy. Select the commands and copy them yourself."
            });
        });
    };
    view! {
        <div class="code">
            <pre tabindex="0" role="region" aria-label=label><code>{lines}</code></pre>
            <p><button type="button" class="second" on:click=copy>"Copy the commands"</button>" "<span role="status">{said}</span></p>
        </div>
    }
}

fn class(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Comment => "comment",
        TokenKind::Command => "command",
        TokenKind::Flag => "flag",
        TokenKind::Value => "value",
        TokenKind::Text => "text",
    }
}
