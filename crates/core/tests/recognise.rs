//! Whole pastes and what is recognised in them; the pastes and the expected answers stand in `tests/recognise/`.

#![allow(clippy::unwrap_used, reason = "a helper of tests may panic like a test")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use byok_core::finding::Finding;
use byok_core::recognise::{Confidence, Kind, Recognised, Status, recognise};
use proptest::prelude::*;

const VAULT: &str = "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod";
const KEY: &str = "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster";
const TENANT: &str = "d5a04667-b6f4-4b0c-a628-25f5eae93da6";

/// What the pastes are written with. No secret stands in a file, so that no scanner takes it for a leak.
fn filled(paste: &str) -> String {
    let token = ["eyJ", "hbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"].concat();
    let secret = ["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat();
    let names = [
        ("{VAULT}", VAULT),
        ("{KEY}", KEY),
        ("{VERSION}", "78deebed173b48e48f55abf87ed4cf71"),
        ("{SUBSCRIPTION}", "72f988bf-86f1-41af-91ab-2d7cd011db47"),
        ("{TENANT}", TENANT),
        ("{OTHER}", "31c75423-32d6-4322-88b7-c478bdde4858"),
        ("{APPLICATION}", "0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11"),
        ("{OBJECT}", "a1b2c3d4-1111-4222-8333-444455556666"),
        ("{TOKEN}", &token),
        ("{SECRET}", &secret),
        ("{zwsp}", "\u{200B}"),
        ("{bom}", "\u{FEFF}"),
    ];
    names.iter().fold(paste.to_owned(), |text, (name, value)| text.replace(name, value))
}

fn codes(findings: &[Finding]) -> String {
    findings.iter().map(Finding::code).collect::<Vec<_>>().join(" ")
}

/// An answer as it stands in the files.
fn told(recognised: &Recognised) -> String {
    let mut out = format!("{}\n", recognised.status().as_str());
    let fields = [
        ("key_vault_id", recognised.key_vault_id.as_ref().map(|chosen| chosen.index)),
        ("key_id", recognised.key_id.as_ref().map(|chosen| chosen.index)),
        ("tenant_id", recognised.tenant_id.as_ref().map(|chosen| chosen.index)),
    ];
    for (index, found) in recognised.found.iter().enumerate() {
        let chosen = fields.iter().find(|(_, chosen)| *chosen == Some(index)).map_or("-", |(field, _)| field);
        let sure = match found.confidence {
            Confidence::Sure => "",
            Confidence::Likely => " likely",
            Confidence::Guess => " guess",
        };
        let _ = writeln!(
            out,
            "{chosen} {} {} @ {}{sure} [{}]",
            found.kind.as_str(),
            found.value,
            found.origin,
            codes(&found.findings)
        );
    }
    let _ = write!(out, "! {}", codes(&recognised.findings));
    out.trim_end().to_owned()
}

struct Case {
    name: String,
    paste: String,
    expected: String,
}

/// `=== name`, the paste, `--- answer`, the answer.
fn cases(text: &str) -> Vec<Case> {
    let read = |block: &str| {
        let (name, body) = block.split_once('\n').unwrap_or((block, ""));
        let (paste, expected) = body.split_once("--- answer\n").unwrap_or((body, ""));
        Case {
            name: name.to_owned(),
            paste: paste.trim_end_matches('\n').to_owned(),
            expected: expected.trim_end().to_owned(),
        }
    };
    text.split("=== ").skip(1).map(read).collect()
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recognise");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_paste_gives_the_reviewed_answer() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for file in files() {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut written = String::new();
        for case in cases(&text) {
            count += 1;
            let answer = told(&recognise(&filled(&case.paste)));
            let _ = write!(written, "=== {}\n{}\n--- answer\n{answer}\n", case.name, case.paste);
            if answer != case.expected {
                wrong.push(format!("{}: {}\n{answer}\nnot\n{}\n", file.display(), case.name, case.expected));
            }
        }
        if std::env::var_os("BYOK_WRITE_RECOGNISED").is_some() {
            std::fs::write(&file, written).unwrap();
        }
    }
    assert!(count >= 60, "{count}");
    assert!(
        wrong.is_empty(),
        "BYOK_WRITE_RECOGNISED=1 rewrites the answers; read the difference\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_answer_repeats_a_secret() {
    let secret = filled("{TOKEN} {SECRET}");
    for file in files() {
        for case in cases(&std::fs::read_to_string(&file).unwrap()) {
            let answer = recognise(&filled(&case.paste));
            let shown = format!(
                "{answer:?}{}",
                answer.findings.iter().map(|f| f.message() + &f.fix()).collect::<String>()
            );
            assert!(secret.split(' ').all(|secret| !shown.contains(&secret[4..])), "{}", case.name);
        }
    }
}

/// A body of the shared examples; `None` where they are not at hand, which is said.
fn example(name: &str) -> Option<String> {
    let shared = std::env::var_os("BYOK_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = shared.join("examples/azure").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {name} is not at hand (looked in {})", path.display());
        return None;
    };
    let example: serde_json::Value = serde_json::from_str(&text).unwrap();
    Some(serde_json::to_string_pretty(&example["response"]["body"]).unwrap())
}

fn found(recognised: &Recognised, kind: Kind) -> Vec<&str> {
    recognised.found.iter().filter(|found| found.kind == kind).map(|found| found.value.as_str()).collect()
}

#[test]
fn a_key_as_the_vault_gives_it() {
    let Some(body) = example("dp_get_key.json") else { return };
    let recognised = recognise(&body);
    assert_eq!(found(&recognised, Kind::KeyId), ["https://myvault.vault.azure.net/keys/CreateSoftKeyTest"]);
    assert!(recognised.found[0].origin.to_string().starts_with("key.kid, line "));
    assert!(recognised.key_id.is_some());
}

#[test]
fn a_key_and_its_vault_as_azure_resource_manager_gives_them() {
    let Some(body) = example("arm_get_key.json") else { return };
    // The example’s subscription is all zeros, which only a placeholder is.
    let recognised = recognise(
        &body.replace("00000000-0000-0000-0000-000000000000", "72f988bf-86f1-41af-91ab-2d7cd011db47"),
    );
    let key = recognised.key_id.as_ref().map(|key| key.value.to_string());
    assert_eq!(key.as_deref(), Some("https://sample-vault-name.vault.azure.net/keys/sample-key-name"));
    assert_eq!(
        recognised.key_vault_id.as_ref().map(|vault| vault.value.name().as_str()),
        Some("sample-vault-name")
    );
}

#[test]
fn placeholders_of_an_example_are_found_and_never_filled_in() {
    let Some(body) = example("arm_get_vault.json") else { return };
    let recognised = recognise(&body);
    assert_eq!(found(&recognised, Kind::VaultUri), ["https://sample-vault.vault.azure.net/"]);
    assert_eq!(found(&recognised, Kind::Region), ["westus"]);
    assert!(recognised.key_vault_id.is_none() && recognised.tenant_id.is_none());
    let told: Vec<String> = recognised.found.iter().map(|found| codes(&found.findings)).collect();
    assert!(told.contains(&"key-vault-id.zero-subscription".to_owned()), "{told:?}");
    assert!(told.contains(&"tenant-id.placeholder".to_owned()), "{told:?}");
}

#[test]
fn a_subscription_tells_its_tenant() {
    let Some(body) = example("arm_get_subscription.json") else { return };
    let recognised = recognise(&body);
    let tenant = recognised.tenant_id.as_ref().map(|tenant| tenant.value.to_string());
    assert_eq!(tenant.as_deref(), Some("31c75423-32d6-4322-88b7-c478bdde4858"));
    assert_eq!(found(&recognised, Kind::SubscriptionId), ["291bba3f-e0a5-47bc-a099-3bdcb2a50a05"]);
}

#[test]
fn error_bodies_are_no_secrets() {
    for name in [
        "error_dp_403_forbidden_by_rbac.json",
        "error_dp_401_wrong_issuer.json",
        "error_arm_403_authorization_failed.json",
    ] {
        let Some(body) = example(name) else { return };
        assert_ne!(recognise(&body).status(), Status::Secret, "{name}");
    }
}

/// Texts that made a careless reader take time or memory out of proportion.
#[test]
fn large_and_nested_texts_take_time_in_proportion() {
    let line = format!("{VAULT} {KEY} {TENANT} \"a\": [1, 2] ");
    let texts: [fn(&str, usize) -> String; 9] = [
        |line, size| line.repeat(size / line.len()),
        |_, size| "{\"a\":[".repeat(size / 6),
        |_, size| "[".repeat(size),
        |_, size| "\"".repeat(size),
        |_, size| "word ".repeat(size / 5),
        |_, size| "a:b=%2F".repeat(size / 7),
        |_, size| "-".repeat(size),
        |_, size| "https://".repeat(size / 8),
        |_, size| "/subscriptions/".repeat(size / 15),
    ];
    for text in texts {
        let time = |size: usize| {
            let text = text(&line, size);
            let start = Instant::now();
            recognise(&text);
            start.elapsed().as_secs_f64()
        };
        let (small, large) = (time(100_000).max(0.01), time(800_000));
        // Eight times the text; 40 leaves room for a busy machine and none for a square.
        assert!(large < small * 40.0, "{small} s, {large} s: {}", &text(&line, 60));
    }
}

#[test]
fn ten_thousand_keys_are_all_found_and_none_is_chosen() {
    let text: String =
        (0..10_000).map(|n| format!("{{\"kid\": \"https://kv-1.vault.azure.net/keys/k{n}\"}},\n")).collect();
    let recognised = recognise(&text);
    assert_eq!(recognised.found.len(), 10_000);
    assert!(recognised.key_id.is_none());
    let told = recognised.findings.iter().find(|finding| finding.code() == "recognise.several-keys").unwrap();
    assert!(told.message().contains("10000") && told.message().len() < 1000, "{}", told.message());
}

fn fragments() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        Just(VAULT),
        Just(KEY),
        Just(TENANT),
        Just("/78deebed173b48e48f55abf87ed4cf71"),
        Just("\"tenantId\": \""),
        Just("tenant_id = "),
        Just("--tenant "),
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just("\""),
        Just(","),
        Just("\n"),
        Just(" "),
        Just("%2F"),
        Just("\\"),
        Just("\\u00"),
        Just("https://portal.azure.com/#@"),
        Just("/resource"),
        Just("“"),
        Just("\u{200B}"),
        Just("é"),
        Just("location: "),
        Just("("),
        Just(")"),
        Just(":"),
        Just("="),
        Just("<"),
        Just("keyName: k"),
    ];
    prop_oneof![prop::collection::vec(parts, 0..14).prop_map(|parts| parts.concat()), any::<String>()]
}

proptest! {
    #[test]
    fn what_is_chosen_was_found_usable_and_is_canonical(text in fragments()) {
        let recognised = recognise(&text);
        let chosen = [
            recognised.key_vault_id.as_ref().map(|chosen| (chosen.index, chosen.value.to_string())),
            recognised.key_id.as_ref().map(|chosen| (chosen.index, chosen.value.to_string())),
            recognised.tenant_id.as_ref().map(|chosen| (chosen.index, chosen.value.to_string())),
        ];
        for (index, value) in chosen.into_iter().flatten() {
            prop_assert!(recognised.found[index].usable());
            prop_assert_eq!(&recognised.found[index].value, &value);
        }
        prop_assert_eq!(recognised.found.is_empty(), matches!(recognised.status(), Status::Nothing | Status::Secret));
    }

    #[test]
    fn the_three_ids_are_found_in_any_order_and_wrapping(order in Just([0, 1, 2]).prop_shuffle(), wrap in 0..4_usize) {
        let labels = [("Key Vault Resource ID", VAULT), ("Key identifier", KEY), ("Tenant ID", TENANT)];
        let lines: Vec<String> = order.iter().map(|place| {
            let (label, value) = labels[*place];
            match wrap {
                0 => format!("{label}: {value}"),
                1 => format!("\"{label}\": \"{value}\","),
                2 => format!("| {label} | {value} |"),
                _ => format!("{label}\n{value}"),
            }
        }).collect();
        prop_assert_eq!(recognise(&lines.join("\n")).status(), Status::Recognised);
    }
}
