//! The Bicep file and the ARM template.

use std::path::PathBuf;

use byok_core::grant::{Format, ROLES, Way, assignment_name, render, render_without_tenant};
use proptest::prelude::*;
use serde_json::Value;

use super::stand::Stand;
use super::{GROUP, PRINCIPAL, SUBSCRIPTION, application, grant_in, vault_in};

fn arm(group: &str) -> Value {
    serde_json::from_str(&render(&grant_in(group), Format::Arm, Way::Give).text()).unwrap()
}

fn bicep(group: &str) -> String {
    render(&grant_in(group), Format::Bicep, Way::Give).text()
}

/// Microsoft's document of role assignments, which is not part of this repository.
fn document() -> Option<Value> {
    let shared = std::env::var_os("BYOK_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = shared.join(
        "openapi/azure/specification/authorization/resource-manager/Microsoft.Authorization/stable/2022-04-01/authorization-RoleAssignmentsCalls.json",
    );
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: the document of role assignments is not at hand (looked in {})", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn the_resources_of_the_template_are_what_microsofts_document_takes() {
    let Some(document) = document() else { return };
    let properties = &document["definitions"]["RoleAssignmentProperties"];
    for resource in arm("rg-kafka")["resources"].as_array().unwrap() {
        assert_eq!(resource["apiVersion"], document["info"]["version"]);
        let given = resource["properties"].as_object().unwrap();
        for required in properties["required"].as_array().unwrap() {
            assert!(given.contains_key(required.as_str().unwrap()), "{required}");
        }
        for (name, value) in given {
            let known = &properties["properties"][name];
            assert_eq!(known["type"], "string", "{name}");
            assert!(value.is_string() && known["readOnly"] != true, "{name}");
            if let Some(values) = known["enum"].as_array() {
                assert!(values.contains(value), "{name}");
            }
        }
    }
}

#[test]
fn the_template_assigns_both_roles_on_the_vault_under_their_fixed_names() {
    let template = arm("rg-kafka");
    let resources = template["resources"].as_array().unwrap();
    assert_eq!(resources.len(), ROLES.len());
    for (resource, role) in resources.iter().zip(ROLES) {
        assert_eq!(resource["type"], "Microsoft.Authorization/roleAssignments");
        assert_eq!(resource["scope"], "Microsoft.KeyVault/vaults/kv-kafka-prod");
        assert_eq!(resource["name"], assignment_name(&vault_in("rg-kafka"), application(), role, 0));
        assert_eq!(
            resource["properties"]["roleDefinitionId"],
            format!("[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{}')]", role.id)
        );
        assert_eq!(resource["properties"]["principalId"], "[parameters('principalId')]");
        assert_eq!(resource["properties"]["principalType"], "ServicePrincipal");
    }
    assert_eq!(template["parameters"]["principalId"]["type"], "string");
}

#[test]
fn the_bicep_file_says_what_the_template_says() {
    let text = bicep("rg-kafka");
    let template = arm("rg-kafka");
    for resource in template["resources"].as_array().unwrap() {
        assert!(text.contains(&format!("  name: '{}'\n", resource["name"].as_str().unwrap())));
        let definition = resource["properties"]["roleDefinitionId"].as_str().unwrap();
        assert!(text.contains(&format!("    roleDefinitionId: {}\n", definition.trim_matches(['[', ']']))));
    }
    assert_eq!(text.matches("  scope: vault\n").count(), 2);
    assert!(text.contains("existing = {\n  name: 'kv-kafka-prod'\n}"));
    let said: Vec<String> = text
        .lines()
        .map_while(|line| line.strip_prefix("// "))
        .map(|line| line.replace("byok-grant.bicep", "byok-grant.json"))
        .collect();
    assert_eq!(Value::from(said), template["metadata"]["description"]);
    assert_eq!(text.matches('{').count(), text.matches('}').count());
}

#[test]
fn before_it_is_deployed_the_service_principal_is_made_by_command_or_by_consent() {
    let text = bicep("rg-kafka");
    assert!(text.contains(&format!("// az ad sp create --id {}\n", application())));
    assert!(text.contains(
        "https://login.microsoftonline.com/d5a04667-b6f4-4b0c-a628-25f5eae93da6/adminconsent?client_id="
    ));
    let without =
        render_without_tenant(&vault_in("rg-kafka"), application(), Format::Bicep, Way::Give).text();
    assert!(without.contains("az ad sp create") && !without.contains("adminconsent"));
}

#[test]
fn taking_it_away_is_done_by_az_and_says_first_what_it_costs() {
    for format in [Format::Bicep, Format::Arm] {
        let undo = render(&grant_in("rg-kafka"), format, Way::Take).text();
        assert!(undo.lines().next().unwrap().contains("loses its data"));
        let Some(stand) = Stand::new() else { return };
        stand.file("out-account-show", super::TENANT);
        let template = arm("rg-kafka");
        let names: Vec<&str> = template["resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        let listed: String =
            names.iter().map(|name| format!("{name}\t{PRINCIPAL}\t/x/roleDefinitions/x\n")).collect();
        stand.file("out-role-assignment-list", &listed);
        assert_eq!(stand.bash(&undo).status, 0);
        let deleted: Vec<String> = stand
            .calls()
            .into_iter()
            .filter(|call| call[2] == "delete")
            .map(|call| call[4].clone())
            .collect();
        assert_eq!(deleted.len(), 2);
        assert!(deleted.iter().zip(names).all(|(id, name)| id.ends_with(name)), "{deleted:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_command_that_deploys_keeps_its_shape(group in GROUP) {
        let Some(stand) = Stand::new() else { return Ok(()) };
        stand.file("out-ad-sp-show", PRINCIPAL);
        let template = arm(&group);
        let said = template["metadata"]["description"].as_array().unwrap().last().unwrap().clone();
        let ran = stand.bash(said.as_str().unwrap());
        prop_assert_eq!(ran.status, 0, "{}", ran.stderr);
        let parameter = format!("principalId={PRINCIPAL}");
        prop_assert_eq!(&stand.calls()[1], &[
            "deployment", "group", "create", "--subscription", SUBSCRIPTION, "--resource-group", &group,
            "--template-file", "byok-grant.json", "--parameters", &parameter,
        ]);
        let comment = format!("// {}", said.as_str().unwrap().replace("byok-grant.json", "byok-grant.bicep"));
        prop_assert!(bicep(&group).lines().any(|line| line == comment));
    }
}
