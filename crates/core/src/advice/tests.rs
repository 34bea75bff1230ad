//! Verdicts for the page: what points where, and what is unknown by name.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may panic like a test")]

use super::*;
use crate::plan::Availability;
use crate::wire::KeyValidation;

fn key(phase: &str, message: Option<&str>) -> KeyView {
    KeyView {
        id: "cck-1".to_owned(),
        display_name: "k".to_owned(),
        key_vault_id: "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-kafka-prod".to_owned(),
        key_id: "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster".to_owned(),
        tenant_id: "d5a04667-b6f4-4b0c-a628-25f5eae93da6".to_owned(),
        application_id: "0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11".to_owned(),
        state: "AVAILABLE".to_owned(),
        validation: KeyValidation {
            phase: phase.to_owned(),
            message: message.map(str::to_owned),
            ..KeyValidation::default()
        },
        deletable: false,
        registered_for: Some(1000),
    }
}

fn judged(key: KeyView, network: Option<&str>, typed: bool) -> Vec<VerdictView> {
    let plan = Plan {
        environment: "env-1".to_owned(),
        display_name: "orders".to_owned(),
        region: "westeurope".to_owned(),
        availability: Availability::SingleZone,
        cku: 1,
        network: network.map(str::to_owned),
        max_cku: 4,
    };
    judge(&Judged { plan, key, network: None, typed }, 2_000_000_000)
}

fn verdict<'v>(verdicts: &'v [VerdictView], requirement: &str) -> &'v VerdictView {
    verdicts.iter().find(|verdict| verdict.requirement == requirement).unwrap()
}

#[test]
fn a_valid_key_meets_everything_it_is_asked_for() {
    let mut key = key("VALID", None);
    key.validation.region = Some("westeurope".to_owned());
    let verdicts = judged(key, None, true);
    assert!(verdicts.iter().all(|verdict| verdict.outcome == "met"), "{verdicts:?}");
}

#[test]
fn a_refused_key_points_at_the_ids_if_they_were_typed() {
    let key = key("INVALID", Some("Access to key denied."));
    let typed = judged(key.clone(), None, true);
    let fields: Vec<Option<&str>> =
        verdict(&typed, "key.validated").findings.iter().map(|finding| finding.field.as_deref()).collect();
    assert_eq!(fields, [None, Some("key_vault_id"), Some("key_id"), Some("tenant_id")]);
    let picked = judged(key, None, false);
    assert_eq!(verdict(&picked, "key.validated").findings[0].code, "key.refused");
}

#[test]
fn a_network_that_is_not_listed_is_unknown_by_name() {
    let verdicts = judged(key("VALID", None), Some("n-1"), true);
    let ready = verdict(&verdicts, "network.ready");
    assert_eq!(ready.outcome, "unknown");
    assert!(ready.message.contains("n-1 is not among"), "{ready:?}");
}
