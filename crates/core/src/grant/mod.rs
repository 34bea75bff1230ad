//! The grant: what lets Confluent's application use the keys of a vault, and the snippet that gives it.
//!
//! Two role assignments at the scope of the vault, to a service principal of Confluent's application in the vault's
//! tenant. One description; each shell and tool has a renderer of its own. Beside it, in the same shells, what leads to
//! a grant: the commands that make a key ([`new_key`]), and those that tell what there is ([`doctor`]).

mod arm;
mod bash;
mod bicep;
mod cmd;
mod consent;
pub mod doctor;
mod format;
pub mod new_key;
mod powershell;
mod quote;
mod snippet;
pub mod terraform;

use crate::id::{ApplicationId, Guid, TenantId, VaultId};

pub use bash::{bash, bash_undo, bash_undo_without_tenant, bash_without_tenant};
pub use consent::admin_consent_link;
pub use format::{Format, Shell, Way};
pub use snippet::{Snippet, Token, TokenKind};

/// What is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The vault whose keys may be used.
    pub vault: VaultId,
    /// Confluent's application for the registered key.
    pub application_id: ApplicationId,
    /// The tenant of the vault, in which the service principal is made.
    pub tenant: TenantId,
}

impl Grant {
    fn target(&self) -> Target<'_> {
        Target { vault: &self.vault, application: self.application_id, tenant: Some(self.tenant) }
    }
}

/// The grant, or its undo, for any shell or tool.
pub fn render(grant: &Grant, format: Format, way: Way) -> Snippet {
    grant.target().render(format, way)
}

/// Like [`render`], without the check that `az` is signed in to the vault's tenant; the snippet says so.
pub fn render_without_tenant(
    vault: &VaultId,
    application: ApplicationId,
    format: Format,
    way: Way,
) -> Snippet {
    Target { vault, application, tenant: None }.render(format, way)
}

/// What every renderer works from.
struct Target<'a> {
    vault: &'a VaultId,
    application: ApplicationId,
    /// `None` where nobody said it; then it is not checked.
    tenant: Option<TenantId>,
}

impl Target<'_> {
    fn render(&self, format: Format, way: Way) -> Snippet {
        match (format, way) {
            (Format::Shell(Shell::Bash), _) => bash::render(self, way, false),
            (Format::Shell(Shell::GitBash), _) => bash::render(self, way, true),
            (Format::Shell(Shell::PowerShell), _) => powershell::render(self, way),
            (Format::Shell(Shell::Cmd), _) => cmd::render(self, way),
            (Format::Bicep, Way::Give) => bicep::render(self),
            (Format::Arm, Way::Give) => arm::render(self),
            // A deployment only adds. The assignments have the same names, so the commands find them.
            (Format::Bicep | Format::Arm, Way::Take) => bash::render(self, way, false),
        }
    }

    /// What a snippet is for, in the sentence that it begins with.
    fn first_sentence(&self, way: Way, out: &mut String) {
        let (before, after) = match way {
            Way::Give => (
                "Lets Confluent Cloud use the keys of the vault ",
                ": makes a service principal and two role assignments.",
            ),
            Way::Take => (
                "Takes the access of Confluent Cloud to the vault ",
                " away. A running cluster that uses one of its keys loses its data.",
            ),
        };
        for part in [before, self.vault.name().as_str(), after] {
            out.push_str(part);
        }
    }
}

/// A built-in role of Azure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id; names may be changed by Microsoft, ids are not.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// Reads a key's public part, wraps and unwraps with it (Azure built-in roles).
pub const CRYPTO_SERVICE_ENCRYPTION_USER: Role =
    Role { id: "e147488a-f6f5-4113-8e2d-b22465e65bf6", name: "Key Vault Crypto Service Encryption User" };

/// Reads the vault's metadata (Azure built-in roles).
pub const KEY_VAULT_READER: Role =
    Role { id: "21090545-7ca7-4776-b22c-e363652d74d2", name: "Key Vault Reader" };

/// The roles that Confluent needs on the vault (Confluent CLI, `confluent byok create`).
pub const ROLES: [Role; 2] = [CRYPTO_SERVICE_ENCRYPTION_USER, KEY_VAULT_READER];

/// How many names there are for one assignment: the first, and others for where a former principal holds the first.
pub const NAMES: u32 = 4;

/// The name space of our assignment names (RFC 9562, version 5), made once for this purpose.
const NAME_SPACE: [u8; 16] =
    [0x9a, 0x3f, 0x5c, 0x1e, 0x7d, 0x42, 0x4b, 0x86, 0xa1, 0x0f, 0x2e, 0x6b, 0xc4, 0xd8, 0x53, 0x77];

/// The fixed name of a role assignment.
///
/// Always the same for the same vault, application, role and number, so that running a snippet twice cannot assign twice. `n` counts from 0 and picks another name where a former principal
/// holds the one before.
pub fn assignment_name(vault: &VaultId, application: ApplicationId, role: Role, n: u32) -> String {
    let mut hash = sha1_smol::Sha1::from(NAME_SPACE);
    for part in [vault.folded().as_str(), "\n", &application.to_string(), "\n", role.id, "\n", &n.to_string()]
    {
        hash.update(part.as_bytes());
    }
    let digest = hash.digest().bytes();
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(digest) {
        *byte = from;
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x50;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Guid::from_bytes(bytes).to_string()
}

/// The fixed names of a role's assignment, from the first to the last.
fn names(vault: &VaultId, application: ApplicationId, role: Role) -> Vec<String> {
    (0..NAMES).map(|n| assignment_name(vault, application, role, n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(text: &str) -> VaultId {
        VaultId::parse(text).unwrap()
    }

    const VAULT: &str = "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-Kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod";

    fn app() -> ApplicationId {
        ApplicationId::parse("0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11").unwrap()
    }

    #[test]
    fn a_name_is_a_version_5_guid_and_blind_to_case() {
        let name = assignment_name(&vault(VAULT), app(), KEY_VAULT_READER, 0);
        assert_eq!(&name[14..15], "5", "{name}");
        assert!("89ab".contains(&name[19..20]), "{name}");
        assert_eq!(name, assignment_name(&vault(&VAULT.to_uppercase()), app(), KEY_VAULT_READER, 0));
    }

    #[test]
    fn names_are_fixed_for_all_time() {
        // Changing this makes snippets printed before and after assign twice.
        assert_eq!(
            assignment_name(&vault(VAULT), app(), CRYPTO_SERVICE_ENCRYPTION_USER, 0),
            "a7d962bb-69cf-54c2-90cd-c48622f59b76"
        );
    }

    #[test]
    fn names_differ_by_role_and_number() {
        let mut names: Vec<String> = (0..NAMES)
            .flat_map(|n| ROLES.map(|role| assignment_name(&vault(VAULT), app(), role, n)))
            .collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), NAMES as usize * ROLES.len());
    }
}
