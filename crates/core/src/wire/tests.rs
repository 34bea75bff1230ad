//! What serde reads and writes, and what the page reads and writes, are the same.

use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::*;
use crate::record::read;

/// A document and everything near it: each value in it, at any depth, removed or replaced by each other kind of value,
/// and each object with one field more.
fn neighbours(document: &Value) -> Vec<Value> {
    let mut all = vec![
        Value::Null,
        json!(true),
        json!(""),
        json!(0),
        json!(70_000),
        json!(5_000_000_000_u64),
        json!(-1),
        json!(1.5),
        json!([]),
        json!([null]),
        json!({}),
    ];
    match document {
        Value::Object(fields) => {
            let mut more = document.clone();
            more["from_a_newer_version"] = json!([1]);
            all.push(more);
            for (name, value) in fields {
                let mut without = fields.clone();
                without.remove(name);
                all.push(without.into());
                for near in neighbours(value) {
                    let mut other = document.clone();
                    other[name] = near;
                    all.push(other);
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                for near in neighbours(item) {
                    let mut other = document.clone();
                    other[at] = near;
                    all.push(other);
                }
            }
        }
        _ => {}
    }
    all
}

fn agree<T: Record + Serialize + DeserializeOwned + PartialEq + Debug>(full: Value) {
    let whole = serde_json::from_value::<T>(full.clone()).and_then(serde_json::to_value).ok();
    assert_eq!(whole.as_ref(), Some(&full), "the sample must name every field");
    for document in neighbours(&full).into_iter().chain([full]) {
        let by_serde = serde_json::from_value::<T>(document.clone()).ok();
        assert_eq!(read::<T, Value>(&document), by_serde, "{document}");
        if let Some(value) = by_serde {
            assert_eq!(value.give::<Value>(), serde_json::to_value(&value).ok(), "{document}");
        }
    }
}

fn cluster() -> Value {
    json!({
        "id": "lkc-1", "display_name": "orders", "kind": "Dedicated", "availability": "HIGH", "cloud": "AZURE",
        "region": "westeurope", "cku": 2, "network": "n-1", "byok": "cck-1", "phase": "PROVISIONED",
        "kafka_bootstrap_endpoint": "lkc-1.example:9092", "http_endpoint": "https://lkc-1.example",
    })
}

fn validation() -> Value {
    json!({"phase": "INVALID", "message": "Access to key denied.", "since": "2026-01-01T00:00:00Z", "region": "westeurope"})
}

fn waiver() -> Value {
    json!({"requirement": "key.validated", "reason": "It could not be \"checked\" — ünknown."})
}

fn request() -> Value {
    json!({
        "environment": "env-1", "display_name": "orders", "region": "westeurope", "availability": "MULTI_ZONE",
        "cku": 2, "network": "n-1", "key": "cck-1", "deletion_protection": true, "waivers": [waiver()],
    })
}

fn event() -> Value {
    json!({"seq": 1, "at": 1_800_000_000, "state": "intended", "message": "Asked for."})
}

fn evidence() -> Value {
    json!({"source": "probe", "text": "The vault names its tenant."})
}

fn finding() -> Value {
    json!({"code": "key.validated", "field": "key", "message": "Not validated.", "fix": "Grant access."})
}

macro_rules! every {
    ($($name:ident: $sample:expr,)*) => {
        #[test]
        fn every_type_is_read_and_written_as_serde_does() {
            $(agree::<$name>($sample);)*
            assert_eq!([$(stringify!($name)),*], *TYPES, "each type of the wire needs a sample here");
        }
    };
}

every! {
    SessionView: json!({
        "mode": "live", "signed_in": true, "can_create": false, "create_refused": "Switched off.", "max_cku": 4,
        "price_per_cku_hour": "2.48 USD", "version": "1.0.0",
    }),
    SignIn: json!({"token": "one-time"}),
    RegionView: json!({"id": "westeurope", "place": "Netherlands", "zones": true}),
    EnvironmentView: json!({"id": "env-1", "display_name": "default"}),
    NetworkView: json!({
        "id": "n-1", "display_name": "", "region": "westeurope", "connection_types": ["PEERING", "OTHER"],
        "phase": "READY",
    }),
    ClusterView: cluster(),
    KeyValidation: validation(),
    KeyView: json!({
        "id": "cck-1", "display_name": "", "key_vault_id": "/subscriptions/1", "key_id": "https://v/keys/k",
        "tenant_id": "t", "application_id": "a", "state": "AVAILABLE", "validation": validation(),
        "registered_for": 5, "deletable": true,
    }),
    NewKey: json!({"display_name": "k", "key_vault_id": "v", "key_id": "k", "tenant_id": "t"}),
    Waiver: waiver(),
    NewCluster: request(),
    OperationEvent: event(),
    OperationView: json!({
        "id": "op-1", "state": "failed", "request": request(), "cluster": cluster(), "created_at": 1, "updated_at": 2,
        "now": 9_007_199_254_740_991_u64, "events": [event(), event()], "problem": finding(),
        "ruled_out": ["The vault’s firewall"], "decisions": ["look_again", "close"],
    }),
    NewDecision: json!({"decision": "look_again", "reason": "The console shows no cluster yet."}),
    FindingView: finding(),
    VerdictView: json!({
        "requirement": "key.validated", "title": "Confluent can use the key", "outcome": "unknown", "waivable": false,
        "wait_seconds": 300, "message": "Not yet.", "fix": "Wait.", "findings": [finding()],
        "evidence": [evidence()], "who": "Whoever may assign roles on the vault",
    }),
    EvidenceView: evidence(),
    NewPreflight: json!({
        "key_vault_id": "v", "key_id": "k", "tenant_id": "t", "region": "westeurope", "key": "cck-1",
        "environment": "env-1", "display_name": "n", "availability": "SINGLE_ZONE", "cku": 2, "network": "n-1",
        "granted_for": 60, "doctor": "{}", "arm_token": "a",
        "key_vault_token": "b", "graph_token": "c",
    }),
    SourceView: json!({"source": "arm", "state": "refused", "detail": "no permission"}),
    PreflightView: json!({"outcome": "met", "verdicts": [], "sources": [], "now": 5}),
    QuotaView: json!({"code": "byok.max_keys.per_org", "name": "Keys", "scope": "", "limit": 20, "used": 3}),
    Problem: json!({
        "type": "/problems/not-judged", "title": "Not judged", "status": 422, "detail": "…", "request_id": "r",
        "findings": [finding()],
    }),
}

#[test]
fn a_list_is_read_and_written_as_serde_does() {
    agree::<ListOf<EnvironmentView>>(json!({"data": [{"id": "env-1", "display_name": ""}]}));
}
