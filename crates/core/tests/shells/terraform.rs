//! The Terraform configuration, read by Terraform.

use std::io::Write;
use std::process::{Command, Stdio};

use byok_core::grant::terraform::{Declared, terraform, terraform_undo};
use byok_core::grant::{ROLES, assignment_name};
use byok_core::plan::{Availability, Plan};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::{SUBSCRIPTION, TENANT, application, key, tenant, vault_in};

fn plan(display_name: &str, network: Option<&str>) -> Plan {
    Plan {
        environment: "env-1".to_owned(),
        display_name: display_name.to_owned(),
        region: "westeurope".to_owned(),
        availability: Availability::MultiZone,
        cku: 2,
        network: network.map(str::to_owned),
        max_cku: 4,
    }
}

fn text(group: &str, cluster: Option<&Plan>) -> String {
    let (vault, key) = (vault_in(group), key());
    terraform(&Declared { vault: &vault, key: &key, tenant: tenant(), cluster }).text()
}

/// Runs Terraform in an empty directory; `None`, said aloud, where there is none.
fn run(arguments: &[&str], files: &[(&str, &str)], input: &str) -> Option<Result<String, String>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let child = Command::new("terraform")
        .args(arguments)
        .current_dir(folder.path())
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_CONFIG_FILE", folder.path().join("none.tfrc"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    std::fs::write(folder.path().join("none.tfrc"), "").unwrap();
    let Ok(mut child) = child else {
        println!("skipped: terraform is not at hand");
        return None;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said =
        [&output.stdout[..], &output.stderr[..]].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    Some(if output.status.success() { Ok(said[0].clone()) } else { Err(said.concat()) })
}

#[test]
fn it_is_written_as_terraform_fmt_would_write_it() {
    let named = plan("billing ${x} \"quoted\"\n\u{1}", None);
    let inside = plan("billing", Some("n-1"));
    for cluster in [None, Some(&named), Some(&inside)] {
        let text = text("rg-(\u{e4})", cluster);
        let Some(checked) = run(&["fmt", "-check", "-diff", "-no-color", "-"], &[], &text) else { return };
        if let Err(said) = checked {
            panic!("{said}");
        }
    }
}

#[test]
fn the_names_of_the_assignments_are_those_of_the_other_snippets() {
    for group in ["rg-Kafka", "RG-(\u{c4}\u{130})"] {
        let text = text(group, None);
        let names: Vec<&str> = text
            .lines()
            .filter_map(|line| line.trim().split_once("= uuidv5("))
            .map(|(_, rest)| rest)
            .collect();
        assert_eq!(names.len(), 2);
        for (rest, role) in names.into_iter().zip(ROLES) {
            let asked =
                format!("uuidv5({}", rest.replace("local.application", &format!("\"{}\"", application())));
            let Some(answer) = run(&["console"], &[], &asked) else { return };
            let name = assignment_name(&vault_in(group), application(), role, 0);
            assert_eq!(answer.unwrap().trim().trim_matches('"'), name);
        }
    }
}

/// What stands after `name =` in a text.
fn right_side<'t>(text: &'t str, name: &str) -> &'t str {
    let found = text.lines().find_map(|line| line.trim().strip_prefix(name)?.trim_start().strip_prefix("= "));
    found.unwrap()
}

#[test]
fn terraform_reads_every_value_as_it_is() {
    let letters = "[ -~\n\r\t\u{1}\u{7f}\u{85}éß漢🔑’\u{202e}\u{2028}]{0,40}|[$%{}\"\\\\]{0,12}|\\$\\{file\\(\"/etc/passwd\"\\)\\}";
    let mut runner = TestRunner::deterministic();
    let values: Vec<[String; 3]> =
        (0..100).map(|_| std::array::from_fn(|_| letters.new_tree(&mut runner).unwrap().current())).collect();
    let mut locals = "locals {\n  all = [\n".to_owned();
    for [name, environment, network] in &values {
        let plan = Plan { environment: environment.clone(), ..plan(name, Some(network)) };
        let text = text("rg", Some(&plan));
        let blocks: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("id = \"")).collect();
        assert_eq!(blocks.len(), 2, "{text}");
        for value in [
            right_side(&text, "display_name").to_owned(),
            format!("\"{}", blocks[0]),
            format!("\"{}", blocks[1]),
        ] {
            locals.push_str(&format!("    {value},\n"));
        }
    }
    locals.push_str("  ]\n}\n");
    // Hashes, since the console escapes what it prints in a way of its own.
    let asked = "join(\",\", [for value in local.all : sha1(value)])";
    let Some(answer) = run(&["console"], &[("main.tf", &locals)], asked) else { return };
    let answer = answer.unwrap();
    let read: Vec<&str> = answer.trim().trim_matches('"').split(',').collect();
    let written = values.concat();
    assert_eq!(read.len(), written.len());
    for (read, value) in read.into_iter().zip(written) {
        assert_eq!(read, sha1_smol::Sha1::from(&value).digest().to_string(), "{value:?}");
    }
}

#[test]
fn it_holds_the_registration_the_grant_and_the_cluster_of_the_plan() {
    let full = text("rg-kafka", Some(&plan("billing", Some("n-1"))));
    for part in [
        "resource \"confluent_byok_key\" \"kafka\"",
        "key_identifier = \"https://kv-kafka-prod.vault.azure.net/keys/Kafka-Cluster\"",
        "use_existing = true",
        "principal_type     = \"ServicePrincipal\"",
        "availability = \"MULTI_ZONE\"",
        "cku = 2",
        "prevent_destroy = true",
        "create_duration = \"10m\"",
        "id = confluent_byok_key.kafka.id",
        "id = \"n-1\"",
    ] {
        assert!(full.contains(part), "{part}");
    }
    for role in ROLES {
        assert!(full.contains(&format!("/roleDefinitions/{}\"", role.id)));
    }
    let without = text("rg-kafka", None);
    assert!(!without.contains("confluent_kafka_cluster") && !without.contains("time"), "{without}");
    assert!(!text("rg-kafka", Some(&plan("billing", None))).contains("network {"));
}

#[test]
fn every_provider_that_it_needs_is_named_and_works_in_the_vaults_tenant_and_subscription() {
    let (without, full) = (text("rg-kafka", None), text("rg-kafka", Some(&plan("billing", None))));
    for source in ["hashicorp/azuread", "hashicorp/azurerm", "confluentinc/confluent"] {
        assert!(without.contains(&format!("{{ source = \"{source}\", version = \"~> ")), "{source}");
    }
    assert!(
        full.contains("time      = { source = \"hashicorp/time\"") && !without.contains("hashicorp/time")
    );
    let ids = format!("  subscription_id = \"{SUBSCRIPTION}\"\n  tenant_id       = \"{TENANT}\"\n}}\n");
    assert!(without.contains(&format!("provider \"azuread\" {{\n  tenant_id = \"{TENANT}\"\n}}\n")));
    assert!(without.contains(&format!("provider \"azurerm\" {{\n  features {{}}\n{ids}")));
    assert!(without.contains("provider \"confluent\" {}\n"));
}

#[test]
fn the_undo_says_what_it_costs_and_names_what_the_configuration_has() {
    let undo = terraform_undo(&vault_in("rg-kafka")).text();
    assert!(
        undo.lines().next().unwrap().ends_with("A running cluster that uses one of its keys loses its data.")
    );
    let text = text("rg-kafka", None);
    let targets: Vec<&str> = undo.split("\"-target=azurerm_role_assignment.").skip(1).collect();
    assert_eq!(targets.len(), 2);
    for target in targets {
        let name = target.split('"').next().unwrap();
        assert!(text.contains(&format!("resource \"azurerm_role_assignment\" \"{name}\" {{")), "{name}");
    }
}
