//! The questions of the page, answered as the rules themselves would.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may panic like a test")]

use serde_json::{Value, json};

use super::*;
use crate::finding::CATALOGUE;

fn asked(name: &str, question: Value) -> Value {
    advise(name, &question).unwrap_or_else(|| panic!("{name} was not answered"))
}

fn key(phase: &str, message: Option<&str>) -> Value {
    let mut validation = json!({"phase": phase});
    if let Some(message) = message {
        validation["message"] = message.into();
    }
    json!({
        "id": "cck-1", "display_name": "k", "state": "AVAILABLE", "deletable": false, "registered_for": 1000,
        "key_vault_id": "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-kafka-prod",
        "key_id": "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster",
        "tenant_id": "d5a04667-b6f4-4b0c-a628-25f5eae93da6", "application_id": "0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11",
        "validation": validation
    })
}

fn judged(key: &Value, network: &Value, typed: bool) -> Vec<Value> {
    let plan = json!({
        "environment": "env-1", "display_name": "orders", "region": "westeurope", "availability": "SINGLE_ZONE",
        "cku": 1, "network": network, "max_cku": 4
    });
    let answer = asked("judge", json!({"plan": plan, "key": key, "now": 2_000_000_000_u64, "typed": typed}));
    answer["verdicts"].as_array().unwrap().clone()
}

fn verdict<'v>(verdicts: &'v [Value], requirement: &str) -> &'v Value {
    verdicts.iter().find(|verdict| verdict["requirement"] == requirement).unwrap()
}

#[test]
fn every_finding_gets_the_words_that_it_has_by_itself() {
    for entry in CATALOGUE {
        let finding = Finding::about(Field::KeyId, entry.code).with("text", "abc").with("count", "3");
        let wordless = Wordless::from(&finding);
        let question = WordsQuestion { findings: vec![wordless] }.give::<Value>().unwrap();
        let answer = asked("words", question);
        assert_eq!(answer["findings"][0]["message"], finding.message(), "{}", entry.name);
        assert_eq!(answer["findings"][0]["fix"], finding.fix(), "{}", entry.name);
        assert_eq!(answer["findings"][0]["field"], "key_id");
    }
}

#[test]
fn a_code_of_another_version_is_told_as_it_stands() {
    let answer = asked("words", json!({"findings": [{"code": "of.the-future", "args": []}]}));
    assert_eq!(answer["findings"][0]["message"], "of.the-future");
}

#[test]
fn a_valid_key_meets_everything_it_is_asked_for() {
    let mut key = key("VALID", None);
    key["validation"]["region"] = "westeurope".into();
    let verdicts = judged(&key, &Value::Null, true);
    assert!(verdicts.iter().all(|verdict| verdict["outcome"] == "met"), "{verdicts:?}");
}

#[test]
fn a_refused_key_points_at_the_ids_if_they_were_typed() {
    let key = key("INVALID", Some("Access to key denied."));
    let typed = judged(&key, &Value::Null, true);
    let fields: Vec<&Value> = verdict(&typed, "key.validated")["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| &f["field"])
        .collect();
    assert_eq!(fields, [&Value::Null, &json!("key_vault_id"), &json!("key_id"), &json!("tenant_id")]);
    let picked = judged(&key, &Value::Null, false);
    assert_eq!(verdict(&picked, "key.validated")["findings"][0]["code"], "key.refused");
}

#[test]
fn a_network_that_is_not_listed_is_unknown_by_name() {
    let verdicts = judged(&key("VALID", None), &json!("n-1"), true);
    let ready = verdict(&verdicts, "network.ready");
    assert_eq!(ready["outcome"], "unknown");
    assert!(ready["message"].as_str().unwrap().contains("n-1 is not among"), "{ready}");
}

#[test]
fn the_snippet_is_the_grant_for_bash_token_by_token() {
    let key = key("VALID", None);
    let answer = asked(
        "grant",
        json!({"key_vault_id": key["key_vault_id"], "tenant_id": key["tenant_id"], "application_id": key["application_id"]}),
    );
    let text: String = answer["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let tokens = line.as_array().unwrap().iter();
            tokens.map(|token| token["text"].as_str().unwrap()).collect::<String>() + "\n"
        })
        .collect();
    let expected = grant::bash(&Grant {
        vault: id::VaultId::parse(key["key_vault_id"].as_str().unwrap()).unwrap(),
        tenant: id::TenantId::parse(key["tenant_id"].as_str().unwrap()).unwrap(),
        application_id: ApplicationId::parse(key["application_id"].as_str().unwrap()).unwrap(),
    });
    assert_eq!(text, expected.text());
    let unreadable = asked("grant", json!({"key_vault_id": "x", "tenant_id": "y", "application_id": "z"}));
    assert_eq!(unreadable, json!({"lines": []}));
}

#[test]
fn what_is_no_question_has_no_answer() {
    assert_eq!(advise("words", &json!({"findings": "x"})), None);
    assert_eq!(advise("weather", &json!({})), None);
}
