//! The grant as an ARM template: two role assignments on the vault that is there.
//!
//! JSON has no comments; what there is to say stands in the template's metadata. Shape: Microsoft.Authorization
//! roleAssignments 2022-04-01, as an extension resource with a scope (ARM templates, extension resources).

use super::quote::{arm as quoted, bash};
use super::{ROLES, Snippet, Target, Way, admin_consent_link, assignment_name};

/// The API version of role assignments.
pub(super) const ROLE_ASSIGNMENTS_VERSION: &str = "2022-04-01";

pub(super) fn render(target: &Target<'_>) -> Snippet {
    let mut out = String::with_capacity(4000);
    out.push_str(
        "{\n  \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n  \
         \"contentVersion\": \"1.0.0.0\",\n  \"metadata\": {\n    \"description\": [\n",
    );
    let said: Vec<String> = said(target, "byok-grant.json").iter().map(|line| quoted(line)).collect();
    out.push_str("      ");
    out.push_str(&said.join(",\n      "));
    out.push_str(
        "\n    ]\n  },\n  \"parameters\": {\n    \"principalId\": {\n      \"type\": \"string\",\n      \"metadata\": {\n        \
         \"description\": \"Object ID of the service principal, not its application ID.\"\n      }\n    }\n  },\n  \"resources\": [",
    );
    let scope = ["Microsoft.KeyVault/vaults/", target.vault.name().as_str()].concat();
    for (place, role) in ROLES.into_iter().enumerate() {
        for part in [
            if place == 0 { "\n" } else { ",\n" },
            "    {\n      \"type\": \"Microsoft.Authorization/roleAssignments\",\n      \"apiVersion\": ",
            &quoted(ROLE_ASSIGNMENTS_VERSION),
            ",\n      \"name\": ",
            &quoted(&assignment_name(target.vault, target.application, role, 0)),
            ",\n      \"scope\": ",
            &quoted(&scope),
            ",\n      \"comments\": ",
            &quoted(role.name),
            ",\n      \"properties\": {\n        \"roleDefinitionId\": \"[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '",
            role.id,
            "')]\",\n        \"principalId\": \"[parameters('principalId')]\",\n        \"principalType\": \"ServicePrincipal\"\n      }\n    }",
        ] {
            out.push_str(part);
        }
    }
    out.push_str("\n  ]\n}\n");
    Snippet::of_json(&out)
}

/// What there is to say before a deployment, a line each; the commands are for bash.
pub(super) fn said(target: &Target<'_>, file: &str) -> Vec<String> {
    let application = target.application.to_string();
    let mut first = String::new();
    target.first_sentence(Way::Give, &mut first);
    let mut lines = vec![
        first.replace(": makes a service principal and two role assignments.", ": assigns two roles on it."),
        "Safe to deploy again: the assignments have fixed names. RoleAssignmentExists means that a role is there already."
            .to_owned(),
        "RoleAssignmentUpdateNotPermitted means that a former service principal holds a name: run the undo, then deploy again."
            .to_owned(),
        "1. In the tenant of the vault, make the service principal, once:".to_owned(),
        ["az ad sp create --id ", &application].concat(),
    ];
    if let Some(tenant) = target.tenant {
        let link = admin_consent_link(tenant, target.application);
        lines.push(["Instead of that, an administrator can consent at ", &link].concat());
    }
    lines.push("2. Deploy, in bash:".to_owned());
    lines.push(
        [
            "az deployment group create --subscription ",
            &target.vault.subscription().to_string(),
            " --resource-group ",
            &bash(target.vault.resource_group()),
            " --template-file ",
            file,
            " --parameters principalId=\"$(az ad sp show --id ",
            &application,
            " --query id --output tsv)\"",
        ]
        .concat(),
    );
    lines
}
