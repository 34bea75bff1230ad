//! How the clouds write their answers.

mod access;
mod doctor;
mod key;
mod merge;
mod probe;
mod read;
mod said;
mod span;
mod vault;

use super::{Answer, Facts, Question, Source, WhyUnknown};
use crate::record::Node;
use said::unreadable;

/// An answer, or why there is none, and who was asked.
struct Heard<T> {
    source: Source,
    answer: Result<T, WhyUnknown>,
}

impl Facts {
    /// Takes in what a cloud said to a question, or why nobody could ask it. An answer that cannot be read makes its
    /// facts unknown and nothing else; nothing that is known becomes unknown. Where two sources differ, the more
    /// authoritative one counts, and [`Facts::contradictions`] has both.
    pub fn learn<N: Node>(&mut self, question: Question, answer: Result<Answer<N>, WhyUnknown>) {
        let heard = Heard { source: question.source(), answer };
        match question {
            Question::VaultChallenge => probe::vault(self, heard),
            Question::SubscriptionChallenge => probe::subscription(self, heard),
            Question::Tenant => probe::tenant(self, heard),
            Question::Vault => vault::settings(self, heard),
            Question::ArmKey | Question::Key => key::key(self, question, heard),
            Question::KeyVersions => key::versions(self, heard),
            Question::RotationPolicy => key::rotation(self, heard),
            Question::Assignments => access::assignments(self, heard),
            Question::Denials => access::denials(self, heard),
            Question::Principal => access::principal(self, heard),
            Question::Permissions => access::permissions(self, heard),
            Question::DeletedVault => vault::deleted(self, heard),
            Question::DeletedKey => key::deleted(self, heard),
            Question::Locks => access::locks(self, heard),
            Question::Quotas => access::quotas(self, heard),
        }
    }

    /// Takes in the pasted output of the doctor: one JSON object (`byok_core::grant::doctor`). `false` when it is none.
    /// Set [`Facts::entered`] before, so that output about another vault or key is noticed and not taken.
    pub fn learn_doctor<N: Node>(&mut self, document: &N) -> bool {
        doctor::learn(self, document)
    }
}
