//! The doctor: its output, and that it only reads.

use byok_core::grant::Shell;
use byok_core::grant::doctor::{Patient, doctor};
use byok_core::id::ApplicationId;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::stand::{Ran, Stand};
use super::{GROUP, SUBSCRIPTION, application, key, vault_in};

fn text(group: &str, application: Option<ApplicationId>, shell: Shell) -> String {
    let (vault, key) = (vault_in(group), key());
    doctor(&Patient { vault: &vault, key: &key, application }, shell).text()
}

const ANSWERS: [(&str, &str, &str); 8] = [
    ("account", "account-show", r#"{"tenantId": "t"}"#),
    ("vault", "keyvault-show", "{\n  \"name\": \"kv-kafka-prod\"\n}\r\n"),
    ("key", "keyvault-key-show", r#"{"key": {"kty": "RSA"}}"#),
    ("versions", "keyvault-key-list-versions", r#"[{"kid": "k"}]"#),
    ("rotation_policy", "keyvault-key-rotation-policy-show", r#"{"lifetimeActions": []}"#),
    ("assignments", "role-assignment-list", r#"[{"name": "a"}]"#),
    ("principal", "ad-sp-list", r#"[{"id": "p"}]"#),
    ("deleted", "keyvault-list-deleted", "[]"),
];

fn printed(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout))
}

/// Runs the doctor in a shell where it is at hand.
fn run(stand: &Stand, shell: Shell, application: Option<ApplicationId>) -> Option<Ran> {
    let text = text("rg-kafka", application, shell);
    if shell == Shell::PowerShell { stand.powershell(&text) } else { Some(stand.bash(&text)) }
}

const RUN: [Shell; 3] = [Shell::Bash, Shell::GitBash, Shell::PowerShell];

#[test]
fn it_prints_one_object_with_what_az_answered() {
    for shell in RUN {
        let Some(stand) = Stand::new() else { return };
        let mut expected = json!({"byok_doctor": 1, "errors": {}});
        for (section, words, answer) in ANSWERS {
            stand.file(&format!("out-{words}"), answer);
            expected[section] = serde_json::from_str(answer).unwrap();
        }
        let Some(ran) = run(&stand, shell, Some(application())) else { continue };
        assert_eq!((printed(&ran), ran.status), (expected, 0), "{shell:?}");
    }
}

#[test]
fn what_fails_is_null_and_azs_words_are_kept_whatever_is_in_them() {
    let words = r#"ERROR: (Forbidden) "x" \ $(date) `date` %PATH% ’ 	tab"#;
    for shell in RUN {
        let Some(stand) = Stand::new() else { return };
        for (_, command, answer) in ANSWERS {
            stand.file(&format!("out-{command}"), answer);
        }
        stand.file("err-keyvault-key-show", &format!("{words}\n"));
        stand.file("err-account-show", "Please run 'az login'\n");
        let Some(ran) = run(&stand, shell, None) else { continue };
        let printed = printed(&ran);
        for section in ["account", "key", "principal"] {
            assert_eq!(printed[section], Value::Null, "{section}");
        }
        let said = printed["errors"]["key"].as_str().unwrap();
        assert_eq!(said.trim().replace('\t', " "), words.replace('\t', " "), "{shell:?}");
        let failed: Vec<&String> = printed["errors"].as_object().unwrap().keys().collect();
        assert_eq!(failed, ["account", "key"], "no application was asked for, so its absence is no error");
        assert_eq!(printed["vault"]["name"], "kv-kafka-prod");
    }
}

#[test]
fn it_only_reads_and_asks_for_nothing_secret() {
    let Some(stand) = Stand::new() else { return };
    stand.bash(&text("rg-kafka", Some(application()), Shell::Bash));
    let calls = stand.calls();
    assert_eq!(calls.len(), ANSWERS.len());
    for call in calls {
        let verb = call.iter().take_while(|word| !word.starts_with('-')).last().unwrap();
        assert!(["show", "list", "list-deleted", "list-versions"].contains(&verb.as_str()), "{call:?}");
        let all = call.join(" ");
        for secret in ["secret", "token", "accessPolicies", "user.name", "tags", "download", "backup"] {
            assert!(!all.contains(secret), "{all}");
        }
    }
    for shell in Shell::ALL {
        let text = text("rg-kafka", Some(application()), shell);
        assert!(text.lines().next().unwrap().contains("It only reads, and prints no secret."), "{text}");
        assert_eq!(text.matches("keyvault show").count(), 1);
    }
}

#[test]
fn without_an_application_no_principal_is_looked_for() {
    for shell in Shell::ALL {
        assert!(!text("rg-kafka", None, shell).contains("ad sp list"), "{shell:?}");
        assert!(text("rg-kafka", Some(application()), shell).contains("ad sp list"), "{shell:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn no_resource_group_changes_the_shape_of_a_command(group in GROUP) {
        let Some(stand) = Stand::new() else { return Ok(()) };
        let ran = stand.bash(&text(&group, None, Shell::Bash));
        prop_assert_eq!(ran.status, 0, "{}", ran.stderr);
        let calls = stand.calls();
        prop_assert_eq!(calls.len(), ANSWERS.len() - 1);
        prop_assert_eq!(&calls[1][..8], &["keyvault", "show", "--subscription", SUBSCRIPTION, "--resource-group", &group, "--name", "kv-kafka-prod"]);
        let vault = vault_in(&group).to_string();
        prop_assert!(calls[5].windows(2).any(|pair| pair == ["--scope", &vault]));
    }
}
