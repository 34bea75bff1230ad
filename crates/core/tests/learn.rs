//! What holds of every answer: nothing panics, an answer that cannot be read spoils its own facts only, and nothing
//! known is forgotten. And the official examples, where they are at hand.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic like a test"
)]

#[path = "verdicts/case.rs"]
mod case;
#[path = "learn/shared.rs"]
mod shared;

use byok_core::advice;
use byok_core::facts::{Answer, Facts, Question, Source, WhyUnknown};
use byok_core::verdict::{Outcome, judge};
use case::{NOW, cases};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Any JSON, with the fields and words that the readers look for.
fn any_json() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        Just("RSA"),
        Just("P90D"),
        Just("rotate"),
        Just("Deny"),
        Just("Disabled"),
        Just("Recoverable"),
        Just("AQAB"),
        Just("2027-01-15T08:00:00Z"),
        Just("d5a04667-b6f4-4b0c-a628-25f5eae93da6"),
        Just("https://kv.vault.azure.net/keys/k/78deebed173b48e48f55abf87ed4cf71"),
        Just("ForbiddenByRbac"),
        Just("KeyDisabled"),
        Just("x;location=ä"),
        Just("Expected one of https://sts.windows.net/"),
        Just(", found "),
        Just("It must match the tenant 'https://sts.windows.net/ä' associated with"),
        Just("/subscriptions/"),
        Just(""),
        Just("ä"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "properties",
        "key",
        "attributes",
        "error",
        "code",
        "message",
        "innererror",
        "value",
        "data",
        "id",
        "kid",
        "kty",
        "n",
        "keySize",
        "key_ops",
        "nbf",
        "exp",
        "enabled",
        "created",
        "recoveryLevel",
        "hsmPlatform",
        "lifetimeActions",
        "action",
        "type",
        "trigger",
        "timeAfterCreate",
        "expiryTime",
        "expiresIn",
        "sku",
        "name",
        "tenantId",
        "networkAcls",
        "bypass",
        "defaultAction",
        "location",
        "accessPolicies",
        "publicNetworkAccess",
        "roleDefinitionId",
        "principalId",
        "scope",
        "appId",
        "accountEnabled",
        "usage",
        "applied_limit",
        "environment",
        "issuer",
        "scheduledPurgeDate",
        "level",
        "byok_doctor",
        "account",
        "vault",
        "errors",
        "rotation_policy",
        "assignments",
        "principal",
        "deleted",
        "error_description",
    ]);
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names.clone(), inner, 0..7).prop_map(|fields| fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

fn answer(status: u16, challenge: Option<String>, body: Option<Value>) -> Answer<Value> {
    Answer { status, vault_region: challenge.clone(), challenge, body }
}

/// Which facts are known, in a fixed order.
fn known(facts: &Facts) -> Vec<bool> {
    vec![
        facts.vault_exists.is_ok(),
        facts.vault_tenant.is_ok(),
        facts.vault_region.is_ok(),
        facts.subscription_tenant.is_ok(),
        facts.tenant_exists.is_ok(),
        facts.vault.is_ok(),
        facts.vault_key.is_ok(),
        facts.versions.is_ok(),
        facts.rotation.is_ok(),
        facts.assignments.is_ok(),
        facts.principal.is_ok(),
        facts.permissions.is_ok(),
        facts.deleted_vault.is_ok(),
        facts.deleted_key.is_ok(),
        facts.locks.is_ok(),
        facts.quotas.is_ok(),
        facts.vault_rbac.is_ok(),
        facts.shut_by.is_ok(),
    ]
}

fn nothing_forgotten(before: &Facts, after: &Facts) {
    for (place, (before, after)) in known(before).into_iter().zip(known(after)).enumerate() {
        assert!(after || !before, "fact {place} was forgotten");
    }
}

proptest! {
    #[test]
    fn no_answer_breaks_anything(
        body in prop::option::of(any_json()),
        status in prop_oneof![Just(200u16), Just(400), Just(401), Just(403), Just(404), Just(429), any::<u16>()],
        challenge in prop::option::of("(Bearer )?(authorization(_uri)?=\"https://login.(\\PC{0,40})\"|resource=\"https://vault.azure.net\"|, |=|\"|ä){0,5}"),
        start in any::<prop::sample::Index>(),
    ) {
        let cases = cases();
        let case = start.get(cases);
        for question in Question::ALL {
            let mut facts = case.facts();
            let before = facts.clone();
            facts.learn(question, Ok(answer(status, challenge.clone(), body.clone())));
            nothing_forgotten(&before, &facts);
            judge(case.wanted(), &facts, NOW);
        }
        let mut facts = case.facts();
        let before = facts.clone();
        if let Some(body) = &body {
            facts.learn_doctor(body);
            nothing_forgotten(&before, &facts);
            judge(case.wanted(), &facts, 0);
        }
    }
}

/// Every value in a document replaced by each of some other kinds.
fn neighbours(document: &Value) -> Vec<Value> {
    let mut all = vec![
        Value::Null,
        json!(true),
        json!("ä"),
        json!(-1),
        json!(1e300),
        json!([]),
        json!([null]),
        json!({}),
    ];
    let mut inside = |name: Value| match (&name, document) {
        (Value::String(name), Value::Object(fields)) => {
            for near in neighbours(&fields[name]) {
                let mut other = document.clone();
                other[name] = near;
                all.push(other);
            }
        }
        (Value::Number(at), Value::Array(items)) => {
            let at = at.as_u64().unwrap() as usize;
            for near in neighbours(&items[at]) {
                let mut other = document.clone();
                other[at] = near;
                all.push(other);
            }
        }
        _ => {}
    };
    match document {
        Value::Object(fields) => fields.keys().for_each(|name| inside(name.clone().into())),
        Value::Array(items) => (0..items.len()).for_each(|at| inside(at.into())),
        _ => {}
    }
    all
}

#[test]
fn a_doctor_that_is_nearly_right_spoils_only_what_is_wrong() {
    let text = include_str!("learn/doctor.json");
    let document: Value = serde_json::from_str(text).unwrap();
    let mut whole = Facts { entered: cases()[0].facts().entered, ..Facts::default() };
    assert!(whole.learn_doctor(&document));
    let told = |facts: &Facts| known(facts).into_iter().filter(|known| *known).count();
    assert_eq!(told(&whole), 7, "vault, key, versions, rotation policy, assignments, principal, deleted");
    for (section, value) in document.as_object().unwrap() {
        for near in neighbours(value) {
            let mut other = document.clone();
            other[section] = near;
            let mut facts = Facts { entered: whole.entered.clone(), ..Facts::default() };
            if facts.learn_doctor(&other)
                && ["key", "versions", "rotation_policy", "deleted"].contains(&section.as_str())
            {
                assert!(told(&facts) >= 4, "{section}");
            }
            judge(cases()[0].wanted(), &facts, NOW);
        }
    }
    assert!(!Facts::default().learn_doctor(&json!({"vault": {}})));
}

/// Whoever cannot answer, or answers nonsense, turns nothing that is met into unknown.
#[test]
fn another_answer_never_makes_what_is_met_unknown() {
    let cases = cases();
    for case in cases {
        let before = judge(case.wanted(), &case.facts(), NOW);
        for question in Question::ALL {
            let answers = [
                Err(WhyUnknown::NotAsked),
                Err(WhyUnknown::NoCredentials),
                Err(WhyUnknown::Failed("no answer".to_owned())),
                Ok(answer(200, None, Some(json!([7])))),
                Ok(answer(500, None, None)),
                Ok(answer(403, None, Some(json!({"error": {"code": "AuthorizationFailed"}})))),
            ];
            for later in answers {
                let mut facts = case.facts();
                facts.learn(question, later);
                let after = judge(case.wanted(), &facts, NOW);
                for verdict in before.iter().filter(|verdict| verdict.outcome == Outcome::Met) {
                    let now = after.iter().find(|now| now.requirement == verdict.requirement);
                    let outcome = now.map(|now| now.outcome);
                    assert_eq!(
                        outcome,
                        Some(Outcome::Met),
                        "{} {question:?} {:?}",
                        case.place,
                        verdict.requirement
                    );
                }
            }
        }
    }
}

#[test]
fn verdicts_travel_in_words_with_who_can_help() {
    for case in cases() {
        let verdicts = judge(case.wanted(), &case.facts(), NOW);
        let views = advice::views(&verdicts);
        let worst = verdicts.iter().map(|verdict| verdict.outcome).max_by_key(|outcome| match outcome {
            Outcome::Met => 0,
            Outcome::Unknown => 1,
            Outcome::NotMet => 2,
        });
        assert_eq!(advice::outcome(&verdicts), worst.unwrap_or(Outcome::Met), "{}", case.place);
        assert_eq!(views.len(), verdicts.len());
        for (view, verdict) in views.iter().zip(&verdicts) {
            assert_eq!(view.requirement, verdict.requirement.as_str());
            assert_eq!(
                (view.title.as_str(), view.message.clone()),
                (verdict.requirement.title(), verdict.message())
            );
            assert_eq!(view.findings.len(), verdict.findings.len());
            assert_eq!(view.evidence.len(), verdict.evidence.len());
            assert!(verdict.outcome != Outcome::NotMet || !view.who.is_empty(), "{}: {view:?}", case.place);
            assert!(!verdict.findings.is_empty() || view.who.is_empty(), "{}: {view:?}", case.place);
        }
    }
}

#[test]
fn the_more_authoritative_source_counts_in_any_order() {
    let pasted = |enabled: bool| json!({"byok_doctor": 1, "key": {"key": {"kty": "RSA"}, "attributes": {"enabled": enabled}}});
    let read = |enabled: bool| {
        Ok(answer(200, None, Some(json!({"key": {"kty": "RSA"}, "attributes": {"enabled": enabled}}))))
    };
    for pasted_first in [true, false] {
        let mut facts = Facts::default();
        if pasted_first {
            facts.learn_doctor(&pasted(false));
        }
        facts.learn(Question::Key, read(true));
        if !pasted_first {
            facts.learn_doctor(&pasted(false));
        }
        let key = facts.vault_key.unwrap();
        assert_eq!((key.source, key.value.unwrap().attributes.enabled), (Source::KeyVault, Some(true)));
        assert_eq!(facts.contradictions.len(), 1);
        assert_eq!(
            (facts.contradictions[0].counts, facts.contradictions[0].other),
            (Source::KeyVault, Source::Doctor)
        );
    }
    // Once both say the same there is nothing left to tell.
    let mut facts = Facts::default();
    facts.learn_doctor(&pasted(false));
    facts.learn(Question::Key, read(true));
    facts.learn_doctor(&pasted(true));
    assert!(facts.contradictions.is_empty());
    // The same source's newer answer counts.
    facts.learn(Question::Key, read(false));
    assert_eq!(facts.vault_key.unwrap().value.unwrap().attributes.enabled, Some(false));
}
