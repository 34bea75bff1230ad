//! The words for what can be the matter with a vault, its key, or the roles at it: one table, walked by the default world and by
//! `POST /_sandbox/world`.

mod key;
mod role;
mod vault;

use super::make::Making;

/// One thing that can be the matter.
pub(super) struct Word {
    pub(super) word: &'static str,
    /// Half a sentence for people.
    pub(super) about: &'static str,
    pub(super) harm: Harm,
    pub(super) apply: fn(&mut Making<'_>),
}

/// What a word means for Confluent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Harm {
    /// It takes the key all the same, once both roles are assigned.
    No,
    /// It refuses the key; seen from the vault and its key themselves, for as long as they are so.
    Judged,
    /// Roles are missing or do not count; until they are assigned properly.
    Grant,
    /// Something else is in the way, which only the word tells.
    Told,
}

/// Every word.
pub(super) fn all() -> impl Iterator<Item = &'static Word> {
    [vault::WORDS, key::WORDS, role::WORDS].into_iter().flatten()
}

/// The word, or one sentence with all that there are.
pub(super) fn word(text: &str) -> Result<&'static Word, String> {
    all().find(|word| word.word == text).ok_or_else(|| {
        let known: Vec<&str> = all().map(|word| word.word).collect();
        format!("`{text}` is not a fault of a vault; known faults are {}.", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::all;

    #[test]
    fn every_word_is_there_once_and_says_what_it_means() {
        let words: BTreeSet<&str> = all().map(|word| word.word).collect();
        assert_eq!(words.len(), all().count());
        assert!(all().all(|word| !word.about.is_empty() && !word.about.ends_with('.')));
    }
}
