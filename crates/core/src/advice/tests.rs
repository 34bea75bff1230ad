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

fn text_of(answer: &Value) -> String {
    let line = |line: &Value| -> String {
        line.as_array().unwrap().iter().map(|token| token["text"].as_str().unwrap()).collect()
    };
    answer["lines"].as_array().unwrap().iter().map(|each| line(each) + "\n").collect()
}

fn grant_question(format: &str, undo: bool) -> Value {
    let key = key("VALID", None);
    json!({
        "key_vault_id": key["key_vault_id"], "key_id": key["key_id"], "tenant_id": key["tenant_id"],
        "application_id": key["application_id"], "format": format, "undo": undo
    })
}

#[test]
fn every_format_is_printed_as_the_grant_itself_prints_it() {
    let key = key("VALID", None);
    let grant = crate::grant::Grant {
        vault: id::VaultId::parse(key["key_vault_id"].as_str().unwrap()).unwrap(),
        tenant: id::TenantId::parse(key["tenant_id"].as_str().unwrap()).unwrap(),
        application_id: id::ApplicationId::parse(key["application_id"].as_str().unwrap()).unwrap(),
    };
    for format in crate::grant::Format::ALL {
        for (undo, way) in [(false, crate::grant::Way::Give), (true, crate::grant::Way::Take)] {
            let answer = asked("grant", grant_question(format.as_str(), undo));
            assert_eq!(text_of(&answer), crate::grant::render(&grant, format, way).text());
            assert_eq!(answer["line_break"], format.line_break());
            assert_eq!(answer.get("consent").is_some(), !undo);
        }
    }
}

#[test]
fn terraform_carries_the_cluster_where_there_is_a_plan() {
    let mut question = grant_question("terraform", false);
    assert!(!text_of(&asked("grant", question.clone())).contains("confluent_kafka_cluster"));
    question["plan"] = json!({
        "environment": "env-1", "display_name": "orders", "region": "westeurope", "availability": "MULTI_ZONE",
        "cku": 2, "max_cku": 4
    });
    let text = text_of(&asked("grant", question));
    assert!(text.contains("confluent_kafka_cluster") && text.contains("\"orders\""), "{text}");
    assert!(
        text_of(&asked("grant", grant_question("terraform", true))).lines().next().unwrap().contains("loses")
    );
}

#[test]
fn what_cannot_be_printed_has_no_lines() {
    for (field, value) in [("key_vault_id", "x"), ("format", "fish"), ("application_id", "")] {
        let mut question = grant_question("bash", false);
        question[field] = value.into();
        assert_eq!(asked("grant", question)["lines"], json!([]), "{field}");
    }
}

#[test]
fn commands_for_a_new_key_and_the_doctor_come_in_every_shell() {
    let key = key("VALID", None);
    for shell in crate::grant::Shell::ALL {
        let question = json!({
            "key_vault_id": key["key_vault_id"], "key_id": key["key_id"], "region": "westeurope", "hsm": true,
            "format": shell.as_str()
        });
        assert!(text_of(&asked("new-key", question.clone())).contains("RSA-HSM"), "{}", shell.as_str());
        assert!(text_of(&asked("doctor", question)).contains("az "), "{}", shell.as_str());
    }
    let other = json!({
        "key_vault_id": key["key_vault_id"], "key_id": "https://kv-other.vault.azure.net/keys/k",
        "region": "westeurope", "hsm": false, "format": "bash"
    });
    assert_eq!(asked("new-key", other)["lines"], json!([]), "the key would be in another vault");
}

#[test]
fn a_paste_is_recognised_with_where_it_came_from() {
    let text = "{\"id\":\"/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-1\",\"properties\":{\"tenantId\":\"d5a04667-b6f4-4b0c-a628-25f5eae93da6\"}}";
    let answer = asked("recognise", json!({"text": text}));
    assert_eq!(answer["tenant_id"], "d5a04667-b6f4-4b0c-a628-25f5eae93da6");
    let tenant =
        answer["found"].as_array().unwrap().iter().find(|found| found["kind"] == "tenant-id").unwrap();
    assert!(tenant["origin"].as_str().unwrap().contains("properties.tenantId"), "{tenant}");
}

#[test]
fn a_secret_among_pasted_lines_is_not_repeated() {
    let secret = ["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat();
    for name in ["recognise", "explain"] {
        let answer = asked(name, json!({"text": format!("id\u{200B}\n{secret}")})).to_string();
        assert!(!answer.contains(&secret[4..]), "{name}: {answer}");
    }
    let checked = asked("check", json!({"text": secret, "first": 1}));
    assert!(!checked.to_string().contains(&secret[4..]));
}

#[test]
fn lines_are_counted_and_those_with_something_to_tell_come_with_their_numbers() {
    let text = "https://kv-1.vault.azure.net/keys/k\n\nhttps://kv-1.vault.azure.net/keys/k/\nHello\n";
    let answer = asked("check", json!({"text": text, "first": 10}));
    assert_eq!((&answer["ok"], &answer["repaired"], &answer["rejected"]), (&json!(1), &json!(1), &json!(1)));
    let told = answer["told"].as_array().unwrap();
    assert_eq!((&told[0]["line"], &told[1]["line"]), (&json!(12), &json!(13)));
    assert_eq!(told[0]["value"], "https://kv-1.vault.azure.net/keys/k");
}

#[test]
fn swapped_fields_are_repaired_in_one_step() {
    let key = key("VALID", None);
    let answer = asked(
        "repair",
        json!({"key_vault_id": key["key_id"], "key_id": key["key_vault_id"], "tenant_id": key["tenant_id"]}),
    );
    assert_eq!(answer["repairs"][0]["finding"]["code"], "ids.swapped");
    assert_eq!(answer["repairs"][0]["sets"].as_array().unwrap().len(), 2);
}

#[test]
fn an_error_is_explained_with_its_evidence() {
    let text = "(Forbidden) Client address is not authorized and caller is not a trusted service.\nClient address: 198.51.100.25";
    let answer = asked("explain", json!({"text": text}));
    assert_eq!(answer["causes"][0]["code"], "vault.firewall");
    assert_eq!(answer["causes"][0]["evidence"][0]["value"], "198.51.100.25");
    assert_eq!(asked("explain", json!({"text": "Hello"}))["status"], "unmatched");
}

#[test]
fn what_is_no_question_has_no_answer() {
    assert_eq!(advise("words", &json!({"findings": "x"})), None);
    assert_eq!(advise("weather", &json!({})), None);
}
