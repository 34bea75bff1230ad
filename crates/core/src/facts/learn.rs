//! How the clouds write their answers.

use super::{Answer, Facts, Question, WhyUnknown};
use crate::record::Node;

impl Facts {
    /// Takes in what a cloud said to a question, or why nobody could ask it. An answer that cannot be read makes its
    /// facts unknown and nothing else. `now` is in seconds since the Unix epoch.
    pub fn learn<N: Node>(&mut self, question: Question, answer: Result<Answer<N>, WhyUnknown>) {
        let _ = (question, answer);
    }

    /// Takes in the pasted output of the doctor: one JSON object (`byok_core::grant::doctor`). `false` when it is none.
    pub fn learn_doctor<N: Node>(&mut self, document: &N) -> bool {
        document.get("byok_doctor").is_some()
    }
}
