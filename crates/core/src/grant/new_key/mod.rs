//! For whoever has no key yet: commands that make a vault and a key in it, as Confluent wants them.
//!
//! The vault has Azure role-based access control, purge protection (which cannot be switched off again, and that is
//! said first) and lets trusted services in; the key is RSA or RSA-HSM, may wrap and unwrap and nothing else, and
//! rotates by itself. What is there already stays as it is, and what about it would not do is told.

mod bash;
mod cmd;
mod powershell;

use super::{Role, Shell, Snippet};
use crate::id::{KeyId, VaultId};
use crate::region;

/// Creates and manages keys; whoever makes the key needs it, an owner too (Azure built-in roles).
pub const KEY_VAULT_CRYPTO_OFFICER: Role =
    Role { id: "14b46e9e-c2b7-41b4-b07b-48a6ebf60603", name: "Key Vault Crypto Officer" };

/// The key to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey<'a> {
    vault: &'a VaultId,
    key: &'a KeyId,
    region: String,
    hsm: bool,
}

impl<'a> NewKey<'a> {
    /// A key in a vault in a region, software-protected or in a hardware security module (which costs more).
    ///
    /// The region is taken by its programmatic name or by Azure's display name; `None` where it cannot be one. That
    /// `key` is a key of `vault` is for [`crate::id::together`] to judge.
    pub fn new(vault: &'a VaultId, key: &'a KeyId, region: &str, hsm: bool) -> Option<Self> {
        let region = region::normalised(region);
        if region::has_shape(&region) { Some(NewKey { vault, key, region, hsm }) } else { None }
    }

    /// The commands for a shell.
    pub fn render(&self, shell: Shell) -> Snippet {
        match shell {
            Shell::Bash => bash::render(self, false),
            Shell::GitBash => bash::render(self, true),
            Shell::PowerShell => powershell::render(self),
            Shell::Cmd => cmd::render(self),
        }
    }

    /// What is set at the top of a snippet.
    fn values(&self) -> [(&'static str, String); 10] {
        // HSM-protected keys exist in vaults of the Premium kind only (Azure Key Vault, about keys).
        let (sku, kind) = if self.hsm { ("premium", "RSA-HSM") } else { ("standard", "RSA") };
        [
            ("subscription", self.vault.subscription().to_string()),
            ("group", self.vault.resource_group().to_owned()),
            ("name", self.vault.name().as_str().to_owned()),
            ("vault", self.vault.to_string()),
            ("region", self.region.clone()),
            ("sku", sku.to_owned()),
            ("key", self.key.name().as_str().to_owned()),
            ("key_id", self.key.to_string()),
            ("kind", kind.to_owned()),
            ("officer", KEY_VAULT_CRYPTO_OFFICER.id.to_owned()),
        ]
    }

    /// The sentences at the top, a line each.
    fn said(&self) -> [String; 3] {
        [
            ["Makes the vault ", self.vault.name().as_str(), " and a key in it, where they are not there yet."].concat(),
            "The vault gets purge protection, which cannot be switched off again: for 90 days nobody can remove a deleted vault or key for good."
                .to_owned(),
            "Safe to run again: what is there already stays as it is.".to_owned(),
        ]
    }
}

/// Makes a new version once a year (Azure Key Vault, key rotation; the shortest time is 7 days). No expiry: a key that
/// expires stops a cluster.
const ROTATION_POLICY: &str =
    r#"{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P1Y"},"action":{"type":"Rotate"}}]}"#;
