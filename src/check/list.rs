//! A list of IDs, a line each: judged piece by piece, so that the page answers meanwhile.

use std::time::Duration;

use byok_core::{
    advice::{CheckAnswer, CheckQuestion, CheckedAnswer},
    wire::Problem,
};
use leptos::prelude::*;

use crate::{
    advice,
    parts::{
        el::{El, code, el, note, p},
        notice::failure,
    },
    state::{State, spawn},
};

use super::paste::scroll;

/// How much text is judged at a time, in bytes.
const PIECE: usize = 1 << 18;
/// The most lines that are shown.
const MOST_SHOWN: usize = 100;

/// How far a list has been judged.
#[derive(Clone, Default)]
struct Judged {
    ok: u32,
    repaired: u32,
    rejected: u32,
    told: Vec<CheckedAnswer>,
    /// Of the text, in per cent.
    done: usize,
}

/// The result for a list, as it becomes known.
pub fn list(text: String) -> El {
    let judged = State::new(Judged::default());
    let failed = State::new(None::<Problem>);
    spawn(async move { judge(text, judged, failed).await });
    el("div").child(el("h2").text("The lines")).dynamic(move || {
        if let Some(problem) = failed.get() {
            return Some(failure(problem));
        }
        let now = judged.get();
        let sum = now.ok + now.repaired + now.rejected;
        let said = format!(
            "{} of {sum} lines can be used: {} as they stand, {} after repairs. {} cannot.",
            now.ok + now.repaired,
            now.ok,
            now.repaired,
            now.rejected
        );
        let running = now.done < 100;
        Some(
            el("div")
                .child(p(said).attr("role", "status"))
                .maybe(running.then(|| {
                    el("progress")
                        .attr("max", "100")
                        .attr("value", now.done.to_string())
                        .attr("aria-label", "Judged")
                }))
                .maybe((!now.told.is_empty() && !running).then(|| table(&now.told))),
        )
    })
}

async fn judge(text: String, judged: State<Judged>, failed: State<Option<Problem>>) {
    let mut rest = text.as_str();
    let mut first = 1;
    while !rest.is_empty() {
        let piece = piece(rest);
        let question = CheckQuestion { text: piece.to_owned(), first };
        let answer: Result<CheckAnswer, Problem> = advice::ask("check", &question).await;
        rest = rest.get(piece.len()..).unwrap_or("");
        first += u32::try_from(piece.matches('\n').count()).unwrap_or(0);
        // Gone when the text was changed or the page left: then nobody waits for the rest.
        let Some(so_far) = judged.peek() else { return };
        match answer {
            Err(problem) => return failed.set(Some(problem)),
            Ok(answer) => {
                let mut so_far = (*so_far).clone();
                so_far.ok += answer.ok;
                so_far.repaired += answer.repaired;
                so_far.rejected += answer.rejected;
                let room = MOST_SHOWN.saturating_sub(so_far.told.len());
                so_far.told.extend(answer.told.into_iter().take(room));
                so_far.done = 100 - rest.len() * 100 / text.len().max(1);
                judged.set(so_far);
            }
        }
        pause().await;
    }
}

/// Whole lines from the front of a text.
fn piece(text: &str) -> &str {
    if text.len() <= PIECE {
        return text;
    }
    let bytes = text.as_bytes().get(..PIECE).unwrap_or_default();
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
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

fn table(told: &[CheckedAnswer]) -> El {
    let heads =
        ["Line", "Used as", "What there is to tell"].map(|text| el("th").attr("scope", "col").text(text));
    let rows = told.iter().map(|line| {
        let value = line
            .value
            .as_ref()
            .map_or_else(|| el("td").text("not usable"), |value| el("td").child(code(value)));
        let findings = line.findings.iter().map(|finding| p(format!("{} {}", finding.message, finding.fix)));
        el("tr").child(el("td").text(line.line.to_string())).child(value).child(el("td").all(findings))
    });
    el("div")
        .maybe((told.len() == MOST_SHOWN).then(|| {
            note(
                "hint",
                "The first hundred lines with something to tell. “byok check” in a terminal tells them all.",
            )
        }))
        .child(
            scroll("Lines with something to tell").child(
                el("table").child(el("thead").child(el("tr").all(heads))).child(el("tbody").all(rows)),
            ),
        )
}
