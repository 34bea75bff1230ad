//! The grant as a Bicep file: two role assignments on the vault that is there.
//!
//! A deployment cannot make a service principal; the comments at the top say how to, and how to deploy.

use super::quote::bicep as quoted;
use super::{CRYPTO_SERVICE_ENCRYPTION_USER, KEY_VAULT_READER, Snippet, Target, arm, assignment_name};

pub(super) fn render(target: &Target<'_>) -> Snippet {
    let mut out = String::with_capacity(3000);
    for line in arm::said(target, "byok-grant.bicep") {
        for part in ["// ", &line, "\n"] {
            out.push_str(part);
        }
    }
    out.push_str(
        "targetScope = 'resourceGroup'\n\n@description('Object ID of the service principal, not its application ID.')\n\
         param principalId string\n\nresource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {\n  name: ",
    );
    out.push_str(&quoted(target.vault.name().as_str()));
    out.push_str("\n}\n");
    for (symbol, role) in [("encryptionUser", CRYPTO_SERVICE_ENCRYPTION_USER), ("reader", KEY_VAULT_READER)] {
        for part in [
            "\n// ",
            role.name,
            "\nresource ",
            symbol,
            " 'Microsoft.Authorization/roleAssignments@",
            arm::ROLE_ASSIGNMENTS_VERSION,
            "' = {\n  scope: vault\n  name: ",
            &quoted(&assignment_name(target.vault, target.application, role, 0)),
            "\n  properties: {\n    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ",
            &quoted(role.id),
            ")\n    principalId: principalId\n    principalType: 'ServicePrincipal'\n  }\n}\n",
        ] {
            out.push_str(part);
        }
    }
    Snippet::of_bicep(&out)
}
