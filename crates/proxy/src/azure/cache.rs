//! Answers that are fresh enough to use again, so that a form that is filled in does not ask Azure at every key stroke.
//!
//! An answer belongs to the caller whom it was given to, and is never shown to another.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use byok_core::facts::{Answer, Question, Source};
use serde_json::Value;
use tokio::time::Instant;

/// For how long an answer is used again.
pub(crate) const USUAL: Duration = Duration::from_secs(30);
/// The same for what somebody may be waiting to see change.
pub(crate) const BRIEF: Duration = Duration::from_secs(3);

/// Entries that are kept at most.
const MOST: usize = 512;
/// Larger answers are not kept; all of them together stay below 64 MiB.
const LARGEST: usize = 128 * 1024;

/// Whose answer, to what, about what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) caller: [u8; 32],
    pub(crate) question: Question,
    pub(crate) address: String,
}

#[derive(Default)]
pub(crate) struct Cache(Mutex<HashMap<Key, (Instant, Answer<Value>)>>);

impl Cache {
    /// An answer of at most this age; a refusal, which somebody may just be mending, of at most [`BRIEF`].
    pub(crate) fn get(&self, key: &Key, age: Duration, now: Instant) -> Option<Answer<Value>> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, answer) = entries.get(key)?;
        // A probe is there to be refused with a challenge; that something is not there may change any moment.
        let is_challenge = answer.status == 401 && key.question.source() == Source::Probe;
        let is_refusal = answer.status != 200 && !is_challenge;
        let age = if is_refusal { age.min(BRIEF) } else { age };
        (now.saturating_duration_since(*at) < age).then(|| answer.clone())
    }

    /// Keeps an answer, unless it only says that somebody was busy or broken.
    pub(crate) fn put(&self, key: Key, answer: &Answer<Value>, now: Instant) {
        let size = answer.body.as_ref().map_or(0, |body| body.to_string().len());
        if answer.status == 429 || answer.status >= 500 || size > LARGEST {
            return;
        }
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MOST {
            entries.retain(|_, (at, _)| now.saturating_duration_since(*at) < USUAL);
        }
        if entries.len() >= MOST {
            let oldest = entries.iter().min_by_key(|(_, (at, _))| *at).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                entries.remove(&oldest);
            }
        }
        entries.insert(key, (now, answer.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, BRIEF, Cache, Instant, Key, LARGEST, MOST, Question, USUAL, Value};

    fn key(caller: u8, address: &str) -> Key {
        Key { caller: [caller; 32], question: Question::Vault, address: address.to_owned() }
    }

    fn answer(status: u16, body: &str) -> Answer<Value> {
        Answer { status, challenge: None, vault_region: None, body: Some(body.into()) }
    }

    #[test]
    fn an_answer_is_used_again_by_its_caller_for_a_while() {
        let (cache, now) = (Cache::default(), Instant::now());
        cache.put(key(1, "a"), &answer(200, "x"), now);
        assert!(cache.get(&key(1, "a"), USUAL, now).is_some());
        assert!(cache.get(&key(2, "a"), USUAL, now).is_none());
        assert!(cache.get(&key(1, "b"), USUAL, now).is_none());
        let now = now + USUAL;
        assert!(cache.get(&key(1, "a"), USUAL, now).is_none());
    }

    #[test]
    fn a_refusal_is_asked_about_again_soon() {
        let (cache, now) = (Cache::default(), Instant::now());
        cache.put(key(1, "a"), &answer(403, "x"), now);
        assert!(cache.get(&key(1, "a"), USUAL, now).is_some());
        let later = now + BRIEF;
        assert!(cache.get(&key(1, "a"), USUAL, later).is_none());
        let probe = Key { question: Question::VaultChallenge, ..key(1, "a") };
        for (status, is_kept) in [(401, true), (404, false), (403, false), (0, false)] {
            cache.put(probe.clone(), &answer(status, ""), now);
            assert_eq!(cache.get(&probe, USUAL, later).is_some(), is_kept, "{status}");
        }
    }

    #[test]
    fn what_is_busy_broken_or_large_is_not_kept() {
        let (cache, now) = (Cache::default(), Instant::now());
        for bad in [answer(429, ""), answer(503, ""), answer(200, &"x".repeat(LARGEST + 1))] {
            cache.put(key(1, "a"), &bad, now);
            assert!(cache.get(&key(1, "a"), USUAL, now).is_none());
        }
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let (cache, now) = (Cache::default(), Instant::now());
        for at in 0..MOST + 10 {
            cache.put(key(1, &at.to_string()), &answer(200, ""), now);
        }
        assert_eq!(cache.0.lock().expect("a lock").len(), MOST);
    }
}
