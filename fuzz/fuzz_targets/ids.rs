//! One text as each of the three IDs, and three texts as a form: what is taken is read back as itself, a repair is the
//! last one needed, and what looks like a secret is never repeated.
#![no_main]

use byok_core::finding::{Code, Finding};
use byok_core::id::{self, Checked, Status};
use byok_core::text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    stable(input, id::key_vault_id);
    stable(input, id::key_id);
    stable(input, id::tenant_id);
    let (_, any) = id::any(input);
    assert!(
        text::looks_secret(input) || any.findings().iter().all(|finding| finding.code != Code::InputSecret)
    );
    let mut lines = input.splitn(3, '\n');
    let mut next = || lines.next().unwrap_or("");
    for repair in id::repair(next(), next(), next(), &[]) {
        assert!(!repair.sets.is_empty());
    }
    for mark in text::marks(input) {
        assert_eq!(input.chars().nth(mark.at), Some(mark.pasted));
    }
});

fn stable<T: ToString + PartialEq + std::fmt::Debug>(input: &str, check: fn(&str) -> Checked<T>) {
    let checked = check(input);
    if text::looks_secret(input) {
        assert!(checked.value.is_none());
        assert_eq!(checked.findings.iter().map(Finding::code).collect::<Vec<_>>(), ["input.secret"]);
    }
    for finding in &checked.findings {
        assert!(finding.args().iter().all(|(_, text)| text.chars().count() <= 81), "{finding:?}");
    }
    if let Some(value) = checked.value {
        let again = check(&value.to_string());
        assert_ne!(again.status(), Status::Rejected, "{value:?}");
        assert_eq!(again.value, Some(value));
    }
}
