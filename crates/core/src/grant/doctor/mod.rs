//! The doctor: read-only `az` commands that tell what is there, as one JSON object to paste back.
//!
//! ```json
//! {"byok_doctor": 1,
//!  "account": {"tenantId", "subscriptionId", "cloud", "userType"},
//!  "vault": {"id", "name", "location", "properties": {…}},
//!  "key": {"key": {"kid", "kty", "keyOps", "n", "e"}, "attributes": {…}, "managed"},
//!  "versions": [{"kid", "attributes": {…}}],
//!  "rotation_policy": {…},
//!  "assignments": [{"name", "scope", "principalId", "principalType", "roleDefinitionId", "condition"}],
//!  "principal": [{"id", "appId", "accountEnabled"}],
//!  "deleted": [{"name", "properties": {…}}],
//!  "errors": {"key": "what az said"}}
//! ```
//!
//! A section is `null` where its command failed, and `errors` then has what `az` said; `principal` is `null` without an
//! error where no application was asked for. `properties`, `attributes` and `rotation_policy` are as `az` prints
//! them. No secret is in any of it: of the key only the public half exists here, and the account's name, the vault's
//! tags and its access policies are left out.

mod bash;
mod cmd;
mod powershell;

use super::{Shell, Snippet};
use crate::id::{ApplicationId, KeyId, VaultId};

/// What the doctor looks at.
#[derive(Clone, Copy, Debug)]
pub struct Patient<'a> {
    /// The vault.
    pub vault: &'a VaultId,
    /// The key in it.
    pub key: &'a KeyId,
    /// Confluent's application, whose service principal is then looked for.
    pub application: Option<ApplicationId>,
}

/// The commands for a shell.
pub fn doctor(patient: &Patient<'_>, shell: Shell) -> Snippet {
    match shell {
        Shell::Bash => bash::render(patient, false),
        Shell::GitBash => bash::render(patient, true),
        Shell::PowerShell => powershell::render(patient),
        Shell::Cmd => cmd::render(patient),
    }
}

/// One command and the name of what it tells.
struct Section {
    name: &'static str,
    /// Words of `az`. In one that begins with neither letter nor hyphen, or that holds a space, `$name` is a variable
    /// of the snippet; such words are put in double quotes, so they hold nothing that any of the shells reads there.
    words: &'static [&'static str],
}

/// In the order of the output.
const SECTIONS: [Section; 8] = [
    Section {
        name: "account",
        words: &[
            "account",
            "show",
            "--query",
            "{tenantId: tenantId, subscriptionId: id, cloud: environmentName, userType: user.type}",
        ],
    },
    Section {
        name: "vault",
        words: &[
            "keyvault",
            "show",
            "--subscription",
            "$subscription",
            "--resource-group",
            "$group",
            "--name",
            "$name",
            "--query",
            "{id: id, name: name, location: location, properties: {tenantId: properties.tenantId, sku: properties.sku, vaultUri: properties.vaultUri, enableRbacAuthorization: properties.enableRbacAuthorization, enablePurgeProtection: properties.enablePurgeProtection, enableSoftDelete: properties.enableSoftDelete, softDeleteRetentionInDays: properties.softDeleteRetentionInDays, networkAcls: properties.networkAcls, publicNetworkAccess: properties.publicNetworkAccess, provisioningState: properties.provisioningState}}",
        ],
    },
    Section {
        name: "key",
        words: &[
            "keyvault",
            "key",
            "show",
            "--subscription",
            "$subscription",
            "--vault-name",
            "$name",
            "--name",
            "$key",
            "--query",
            "{key: {kid: key.kid, kty: key.kty, keyOps: key.keyOps, n: key.n, e: key.e}, attributes: attributes, managed: managed}",
        ],
    },
    Section {
        name: "versions",
        words: &[
            "keyvault",
            "key",
            "list-versions",
            "--subscription",
            "$subscription",
            "--vault-name",
            "$name",
            "--name",
            "$key",
            "--query",
            "[].{kid: kid, attributes: attributes}",
        ],
    },
    Section {
        name: "rotation_policy",
        words: &[
            "keyvault",
            "key",
            "rotation-policy",
            "show",
            "--subscription",
            "$subscription",
            "--vault-name",
            "$name",
            "--name",
            "$key",
        ],
    },
    Section {
        name: "assignments",
        words: &[
            "role",
            "assignment",
            "list",
            "--subscription",
            "$subscription",
            "--scope",
            "$scope",
            "--include-inherited",
            "--fill-principal-name",
            "false",
            "--fill-role-definition-name",
            "false",
            "--query",
            "[].{name: name, scope: scope, principalId: principalId, principalType: principalType, roleDefinitionId: roleDefinitionId, condition: condition}",
        ],
    },
    Section {
        name: PRINCIPAL,
        words: &[
            "ad",
            "sp",
            "list",
            "--filter",
            "appId eq '$application'",
            "--query",
            "[].{id: id, appId: appId, accountEnabled: accountEnabled}",
        ],
    },
    Section {
        name: "deleted",
        words: &[
            "keyvault",
            "list-deleted",
            "--subscription",
            "$subscription",
            "--resource-type",
            "vault",
            "--query",
            "[?name == '$name'].{name: name, properties: {vaultId: properties.vaultId, location: properties.location, deletionDate: properties.deletionDate, scheduledPurgeDate: properties.scheduledPurgeDate, purgeProtectionEnabled: properties.purgeProtectionEnabled}}",
        ],
    },
];

/// The section that is left out without an application.
const PRINCIPAL: &str = "principal";

impl Section {
    /// Appends ` az …`, with each word that needs it in double quotes; `variable` writes a variable.
    fn push_command(&self, out: &mut String, az: &str, variable: fn(&mut String, &str)) {
        out.push_str(az);
        for word in self.words {
            out.push(' ');
            let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if plain {
                out.push_str(word);
                continue;
            }
            out.push('"');
            let mut pieces = word.split('$');
            out.push_str(pieces.next().unwrap_or_default());
            for piece in pieces {
                let end = piece.find(|letter: char| !letter.is_ascii_lowercase()).unwrap_or(piece.len());
                let (name, rest) = piece.split_at(end);
                variable(out, name);
                out.push_str(rest);
            }
            out.push('"');
        }
    }
}

impl Patient<'_> {
    /// What is set at the top of a snippet: the values that every section is made of.
    fn values(&self) -> Vec<(&'static str, String)> {
        let mut values = vec![
            ("subscription", self.vault.subscription().to_string()),
            ("group", self.vault.resource_group().to_owned()),
            ("name", self.vault.name().as_str().to_owned()),
            ("scope", self.vault.to_string()),
            ("key", self.key.name().as_str().to_owned()),
        ];
        if let Some(application) = self.application {
            values.push(("application", application.to_string()));
        }
        values
    }

    /// Whether a section is asked for.
    fn asks(&self, section: &Section) -> bool {
        section.name != PRINCIPAL || self.application.is_some()
    }

    fn first_sentence(&self, out: &mut String) {
        for part in [
            "Tells what there is of the vault ",
            self.vault.name().as_str(),
            " and its key, for pasting it back. It only reads, and prints no secret.",
        ] {
            out.push_str(part);
        }
    }
}
