//! The commands that make a vault and a key.

use byok_core::grant::Shell;
use byok_core::grant::new_key::NewKey;
use proptest::prelude::*;

use super::stand::{Ran, Stand};
use super::{GROUP, PRINCIPAL, SUBSCRIPTION, TENANT, key, vault_in};

fn text(group: &str, hsm: bool, shell: Shell) -> String {
    let (vault, key) = (vault_in(group), key());
    NewKey::new(&vault, &key, "West Europe", hsm).unwrap().render(shell).text()
}

/// A subscription in which nothing is there yet.
fn empty() -> Option<Stand> {
    let stand = Stand::new()?;
    stand.file("out-account-show", TENANT);
    stand.file("out-ad-sp-list", PRINCIPAL);
    stand.file("err-group-show", "not found\n");
    stand.file("err-keyvault-key-show", "not found\n");
    Some(stand)
}

fn run(stand: &Stand, hsm: bool) -> Ran {
    stand.bash(&text("rg-kafka", hsm, Shell::Bash))
}

fn call(stand: &Stand, verbs: &str) -> Option<Vec<String>> {
    stand.calls().into_iter().find(|call| call.join(" ").starts_with(verbs))
}

#[test]
fn where_nothing_is_there_everything_is_made_as_confluent_wants_it() {
    let Some(stand) = empty() else { return };
    let ran = run(&stand, false);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let vault = [
        "keyvault",
        "create",
        "--subscription",
        SUBSCRIPTION,
        "--resource-group",
        "rg-kafka",
        "--name",
        "kv-kafka-prod",
        "--location",
        "westeurope",
        "--sku",
        "standard",
        "--enable-rbac-authorization",
        "true",
        "--enable-purge-protection",
        "true",
        "--retention-days",
        "90",
        "--bypass",
        "AzureServices",
        "--default-action",
        "Allow",
        "--output",
        "none",
    ];
    assert_eq!(call(&stand, "keyvault create").unwrap(), vault);
    let key = [
        "keyvault",
        "key",
        "create",
        "--subscription",
        SUBSCRIPTION,
        "--vault-name",
        "kv-kafka-prod",
        "--name",
        "Kafka-Cluster",
        "--kty",
        "RSA",
        "--size",
        "3072",
        "--ops",
        "wrapKey",
        "unwrapKey",
        "--output",
        "none",
    ];
    assert_eq!(call(&stand, "keyvault key create").unwrap(), key);
    let role = call(&stand, "role assignment create").unwrap();
    assert_eq!(role[5..7], ["--role", "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"]);
    assert_eq!(
        role[9..13],
        ["--assignee-object-id", PRINCIPAL, "--assignee-principal-type", "ServicePrincipal"]
    );
    let policy = call(&stand, "keyvault key rotation-policy update").unwrap();
    let policy: serde_json::Value = serde_json::from_str(&policy[11]).unwrap();
    assert_eq!(policy["lifetimeActions"][0]["action"]["type"], "Rotate");
    assert_eq!(policy["lifetimeActions"][0]["trigger"]["timeAfterCreate"], "P1Y");
    assert_eq!(policy["attributes"], serde_json::Value::Null, "a key that expires stops a cluster");
    for id in [
        &vault_in("rg-kafka").to_string(),
        "https://kv-kafka-prod.vault.azure.net/keys/Kafka-Cluster",
        TENANT,
    ] {
        assert!(ran.stdout.contains(&format!(": {id}\n")), "{}", ran.stdout);
    }
}

#[test]
fn a_key_in_a_hardware_security_module_gets_a_premium_vault() {
    let Some(stand) = empty() else { return };
    assert_eq!(run(&stand, true).status, 0);
    assert_eq!(call(&stand, "keyvault create").unwrap()[11], "premium");
    assert_eq!(call(&stand, "keyvault key create").unwrap()[10], "RSA-HSM");
}

#[test]
fn what_is_there_stays_as_it_is() {
    let Some(stand) = Stand::new() else { return };
    stand.file("out-account-show", TENANT);
    stand.file("out-keyvault-key-rotation-policy-show", r#"[{"action": {"type": "Rotate"}}]"#);
    stand.file("err-role-assignment-create", "(RoleAssignmentExists) there\n");
    // One answer for every question about the vault cannot be right for all of them; what differs is said.
    stand.file("out-keyvault-show", "true");
    let ran = run(&stand, false);
    assert_eq!(ran.status, 1);
    assert!(ran.stdout.contains("not in the region westeurope"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("purge protection, which"), "{}", ran.stdout);
    assert!(call(&stand, "keyvault create").is_none() && call(&stand, "keyvault key create").is_none());
}

#[test]
fn a_vault_that_would_not_do_is_named_with_the_command_that_mends_it() {
    let Some(stand) = Stand::new() else { return };
    stand.file("out-account-show", TENANT);
    stand.file("out-keyvault-show", "westeurope\n");
    let ran = run(&stand, true);
    assert_eq!(ran.status, 1);
    for mend in [
        "--enable-rbac-authorization true",
        "--enable-purge-protection true",
        "--set properties.sku.name=premium",
    ] {
        assert!(ran.stdout.contains(mend), "{}", ran.stdout);
    }
    assert!(!ran.stdout.contains("not in the region"), "{}", ran.stdout);
    assert!(stand.calls().iter().all(|call| call[1] != "update"), "it is said, not done");
}

#[test]
fn a_new_role_is_waited_for_and_not_for_ever() {
    let Some(stand) = empty() else { return };
    let forbidden = "ERROR: (Forbidden) Caller is not authorized to perform action on resource.\n";
    stand.file("err-keyvault-key-show", &"not found\n".repeat(99));
    stand.file("err-keyvault-key-create", &forbidden.repeat(2));
    assert_eq!(run(&stand, false).status, 0);
    assert_eq!(stand.read("slept"), "15\n15\n");

    let Some(stand) = empty() else { return };
    stand.file("err-keyvault-key-show", &"not found\n".repeat(99));
    stand.file("err-keyvault-key-create", &forbidden.repeat(99));
    let ran = run(&stand, false);
    assert_eq!(ran.status, 1);
    assert_eq!(stand.read("slept").lines().count(), 39);
    assert!(ran.stdout.contains("Forbidden"), "{}", ran.stdout);
}

#[test]
fn another_failure_is_told_at_once_with_azures_words() {
    for (command, words) in [
        ("group-create", "Resource group: NOT created"),
        ("keyvault-create", "A deleted vault keeps its name"),
        ("keyvault-key-create", "(Conflict) deleted but recoverable"),
        ("keyvault-key-rotation-policy-update", "Rotation: NOT set"),
    ] {
        let Some(stand) = empty() else { return };
        stand.file(&format!("err-{command}"), "(Conflict) deleted but recoverable\n");
        let ran = run(&stand, false);
        assert_eq!(ran.status, 1, "{command}");
        assert!(ran.stdout.contains(words), "{}", ran.stdout);
        assert_eq!(stand.read("slept"), "");
        assert!(!ran.stdout.contains("Done."), "{}", ran.stdout);
    }
}

#[test]
fn a_person_gets_the_role_as_a_person() {
    let Some(stand) = empty() else { return };
    // The stand-in has one answer for `account show`: what is asked of it here is the type of the user.
    stand.file("out-account-show", "user");
    stand.file("out-ad-signed-in-user-show", PRINCIPAL);
    assert_eq!(run(&stand, false).status, 0);
    let role = call(&stand, "role assignment create").unwrap();
    assert_eq!(role[9..13], ["--assignee-object-id", PRINCIPAL, "--assignee-principal-type", "User"]);
}

#[test]
fn what_cannot_be_undone_is_said_before_the_first_command() {
    for shell in Shell::ALL {
        let text = text("rg-kafka", false, shell);
        let (said, first) = (text.find("cannot be switched off again").unwrap(), text.find("az ").unwrap());
        assert!(said < first, "{shell:?}");
    }
}

#[test]
fn a_region_that_cannot_be_one_is_refused() {
    let (vault, key) = (vault_in("rg"), key());
    for region in ["", "west-europe", "westeurope; id", "$(id)", "%PATH%", "west'europe"] {
        assert_eq!(NewKey::new(&vault, &key, region, false), None, "{region}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn no_resource_group_changes_the_shape_of_a_command(group in GROUP) {
        let (Some(one), Some(other)) = (empty(), empty()) else { return Ok(()) };
        prop_assert_eq!(one.bash(&text(&group, false, Shell::Bash)).status, 0);
        prop_assert_eq!(other.bash(&text("a-plain-group", false, Shell::Bash)).status, 0);
        let plain: Vec<Vec<String>> = other
            .calls()
            .into_iter()
            .map(|call| call.into_iter().map(|word| word.replace("a-plain-group", &group)).collect())
            .collect();
        prop_assert_eq!(one.calls(), plain);
    }
}
