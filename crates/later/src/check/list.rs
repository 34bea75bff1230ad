//! A list of IDs, a line each: judged piece by piece, so that the page answers meanwhile.

use std::time::Duration;

use byok_core::id::{self, AnyChecked, Status};
use byok_wizard::{
    parts::el::{El, code, el, note, p},
    state::{State, spawn},
};
use leptos::prelude::*;

use super::paste::{table, told};

/// How much text is judged at a time, in bytes.
const PIECE: usize = 1 << 17;
/// The most lines that are shown.
const MOST_SHOWN: usize = 100;

/// How far a list has been judged.
#[derive(Clone, Default)]
struct Judged {
    ok: usize,
    repaired: usize,
    rejected: usize,
    /// The first lines about which there is something to tell, with their numbers.
    told: Vec<(usize, AnyChecked)>,
    /// Of the text, in per cent.
    done: usize,
}

/// The result for a list, as it becomes known.
pub fn list(text: String) -> El {
    let judged = State::new(Judged::default());
    spawn(judge(text, judged));
    el("div").child(el("h2").text("The lines")).dynamic(move || {
        let now = judged.get();
        let usable = now.ok + now.repaired;
        let said = format!(
            "{usable} of {} lines can be used: {} as they stand, {} after repairs. {} cannot.",
            usable + now.rejected,
            now.ok,
            now.repaired,
            now.rejected
        );
        let running = now.done < 100;
        let progress = || {
            el("progress").attr("max", "100").attr("value", now.done.to_string()).attr("aria-label", "Judged")
        };
        Some(
            el("div")
                .child(p(said).attr("role", "status"))
                .maybe(running.then(progress))
                .maybe((!now.told.is_empty() && !running).then(|| details(&now.told))),
        )
    })
}

async fn judge(text: String, judged: State<Judged>) {
    let (mut rest, mut number) = (text.as_str(), 0);
    loop {
        let piece = piece(rest);
        rest = rest.get(piece.len()..).unwrap_or("");
        // Gone when the text was changed or the page left: then nobody waits for the rest.
        let Some(so_far) = judged.peek() else { return };
        let mut so_far = (*so_far).clone();
        for line in piece.lines() {
            number += 1;
            so_far.take(number, line);
        }
        so_far.done = 100 - rest.len() * 100 / text.len().max(1);
        judged.set(so_far);
        if rest.is_empty() {
            return;
        }
        pause().await;
    }
}

impl Judged {
    fn take(&mut self, number: usize, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        let (_, checked) = id::any(line);
        match checked.status() {
            Status::Ok => {
                self.ok += 1;
                return;
            }
            Status::Repaired => self.repaired += 1,
            Status::Rejected => self.rejected += 1,
        }
        if self.told.len() < MOST_SHOWN {
            self.told.push((number, checked));
        }
    }
}

/// Whole lines from the front of a text.
fn piece(text: &str) -> &str {
    let Some(front) = text.as_bytes().get(..PIECE) else { return text };
    let end = front.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
    // A single line of that length is left whole.
    let end = end.or_else(|| text.find('\n').map(|at| at + 1)).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// Lets the browser draw and listen.
async fn pause() {
    let waited = js_sys::Promise::new(&mut |resolve, _| {
        set_timeout(
            move || {
                let _ = resolve.call0(&wasm_bindgen::JsValue::UNDEFINED);
            },
            Duration::ZERO,
        );
    });
    let _ = wasm_bindgen_futures::JsFuture::from(waited).await;
}

fn details(lines: &[(usize, AnyChecked)]) -> El {
    let rows = lines.iter().map(|(number, checked)| {
        let value = match checked.value() {
            Some(value) => el("td").child(code(value)),
            None => el("td").text("Not usable"),
        };
        el("tr")
            .child(el("td").text(number.to_string()))
            .child(value)
            .child(el("td").all(checked.findings().iter().map(told)))
    });
    el("div")
        .maybe((lines.len() == MOST_SHOWN).then(|| {
            note(
                "hint",
                "The first hundred lines with something to tell. `byok check` in a terminal tells them all.",
            )
        }))
        .child(table("Lines with something to tell", &["Line", "Used as", "What there is to tell"], rows))
}
