//! Asking the page's second program, which has the words for findings, the verdicts and the snippets. It is fetched with
//! the first question.

use byok_browser::Value;
use byok_core::{
    advice::{Wordless, WordsAnswer, WordsQuestion},
    finding::Finding,
    record::{self, Record},
};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::{
    proxy::{Answer, Pending, problem},
    state::spawn,
    wizard::Shown,
};

/// Fetches the program before there is something to ask.
pub fn prepare() {
    spawn(async {
        let _ = program().await;
    });
}

/// Asks the program; what can be asked is written in [`byok_core::advice`].
pub fn ask<Q: Record, A: Record + 'static>(name: &'static str, question: &Q) -> Pending<A> {
    let question = question.give().map_or(JsValue::UNDEFINED, |Value(question)| question);
    Box::pin(async move {
        let answer = call(name, question).await.unwrap_or(JsValue::UNDEFINED);
        record::read(&Value(answer)).ok_or_else(|| {
            problem(
                "A part of the page could not be loaded",
                0,
                "Your answers are kept. Check the connection, then reload the page.",
            )
        })
    })
}

/// The function that `index.html` keeps for fetching the program; a second call gets the same program.
async fn program() -> Result<JsValue, JsValue> {
    let load: Function = Reflect::get(&js_sys::global(), &"byokAdvice".into())?.dyn_into()?;
    JsFuture::from(load.call0(&JsValue::UNDEFINED)?.dyn_into::<Promise>()?).await
}

async fn call(name: &str, question: JsValue) -> Result<JsValue, JsValue> {
    let advise: Function = Reflect::get(&program().await?, &"advise".into())?.dyn_into()?;
    advise.call2(&JsValue::UNDEFINED, &name.into(), &question)
}

/// Findings in words, as the page shows them.
pub async fn worded(findings: Vec<Finding>) -> Vec<Shown> {
    if findings.is_empty() {
        return Vec::new();
    }
    let question = WordsQuestion { findings: findings.iter().map(Wordless::from).collect() };
    let answer: Answer<WordsAnswer> = ask("words", &question).await;
    match answer {
        Ok(answer) => answer.findings.iter().map(Shown::from).collect(),
        Err(problem) => findings
            .iter()
            .map(|finding| Shown {
                field: finding.field(),
                message: format!("This answer cannot be used as it is ({}).", finding.code()),
                fix: problem.detail.clone(),
                judged: false,
            })
            .collect(),
    }
}
