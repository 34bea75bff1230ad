//! Whom a preflight asked, and what became of it.

use byok_core::facts::{Question, Source, WhyUnknown};
use byok_core::wire::SourceView;
use serde_json::Value;

use crate::azure::Heard;

/// In the order in which they are told.
const ORDER: [Source; 6] =
    [Source::Probe, Source::Doctor, Source::Arm, Source::KeyVault, Source::Graph, Source::Confluent];

/// What became of a question, from the best to the worst; the best of a source’s questions is what is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Answered,
    Refused(String),
    Failed(String),
    NotAsked(String),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Sources(Vec<(Source, State)>);

impl Sources {
    /// A source answered.
    pub(super) fn answered(&mut self, source: Source) {
        self.0.push((source, State::Answered));
    }

    /// A source did not answer.
    pub(super) fn silent(&mut self, source: Source, why: &WhyUnknown) {
        let words = why.reason().to_owned();
        let state = match why {
            WhyUnknown::NotAsked => return,
            WhyUnknown::NoCredentials => State::NotAsked(words),
            WhyUnknown::Denied(_) => State::Refused(words),
            WhyUnknown::Failed(_) => State::Failed(words),
        };
        self.0.push((source, state));
    }

    /// What came of a question.
    pub(super) fn heard(&mut self, question: Question, heard: &Heard) {
        let source = question.source();
        let answer = match heard {
            Ok(answer) => answer,
            Err(why) => return self.silent(source, why),
        };
        let state = match answer.status {
            // Without credentials a refusal is the answer.
            _ if source == Source::Probe && (answer.status < 429) => State::Answered,
            0..400 | 404 => State::Answered,
            status @ (400..429) => State::Refused(words(status, answer.body.as_ref())),
            status => State::Failed(words(status, answer.body.as_ref())),
        };
        self.0.push((source, state));
    }

    /// For the caller.
    pub(super) fn views(&self) -> Vec<SourceView> {
        let best = |source: &Source| {
            let state = self.0.iter().filter(|(asked, _)| asked == source).map(|(_, state)| state).min()?;
            let (name, detail) = match state {
                State::Answered => ("answered", ""),
                State::Refused(detail) => ("refused", detail.as_str()),
                State::Failed(detail) => ("failed", detail.as_str()),
                State::NotAsked(detail) => ("not_asked", detail.as_str()),
            };
            Some(SourceView {
                source: source.as_str().to_owned(),
                state: name.to_owned(),
                detail: detail.to_owned(),
            })
        };
        ORDER.iter().filter_map(best).collect()
    }
}

/// A refusal in a few words: its status and the cloud’s own word for it, the inner one where there is one.
fn words(status: u16, body: Option<&Value>) -> String {
    let error = body.and_then(|body| body.get("error"));
    let inner = error.and_then(|error| error.get("innererror").or_else(|| error.get("innerError")));
    let code =
        inner.and_then(|inner| inner.get("code")).or_else(|| error.and_then(|error| error.get("code")));
    let code = code.and_then(Value::as_str).unwrap_or_default();
    let is_word = (1..=60).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_word { format!("it answered {status} {code}") } else { format!("it answered {status}") }
}
