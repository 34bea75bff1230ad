//! Any error text: every piece of evidence stands in the text, and every cause has its words and its command.
#![no_main]

use byok_core::explain::{explain, normalised};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let explanation = explain(input);
    let text = normalised(input);
    for evidence in &explanation.evidence {
        assert!(text.contains(&evidence.value), "{evidence:?}");
    }
    for found in &explanation.causes {
        assert!(!found.message().is_empty() && !found.fix().is_empty());
        let _ = found.command();
    }
    assert!(explanation.causes.is_empty() == explanation.help().is_some() || !explanation.causes.is_empty());
});
