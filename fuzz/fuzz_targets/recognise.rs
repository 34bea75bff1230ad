//! Any text: each ID found is one by its own grammar, what is chosen was found, and a secret silences everything.
#![no_main]

use byok_core::id;
use byok_core::recognise::{Status, recognise};
use byok_core::text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let recognised = recognise(input);
    if text::looks_secret(input) {
        assert_eq!(recognised.status(), Status::Secret);
        assert!(recognised.found.is_empty());
    }
    if let Some(chosen) = &recognised.key_vault_id {
        assert_eq!(id::key_vault_id(&chosen.value.to_string()).value.as_ref(), Some(&chosen.value));
        assert!(recognised.found.get(chosen.index).is_some());
    }
    if let Some(chosen) = &recognised.key_id {
        assert_eq!(id::key_id(&chosen.value.to_string()).value.as_ref(), Some(&chosen.value));
        assert!(recognised.found.get(chosen.index).is_some());
    }
    if let Some(chosen) = &recognised.tenant_id {
        assert_eq!(id::tenant_id(&chosen.value.to_string()).value, Some(chosen.value));
        assert!(recognised.found.get(chosen.index).is_some());
    }
    for finding in &recognised.findings {
        let _ = (finding.message(), finding.fix());
    }
});
