//! `byok new-key`: prints the commands that make a vault and a key. Prints only; runs nothing.

use std::io::{self, Write};
use std::process::ExitCode;

use byok_core::grant::new_key::NewKey;
use byok_core::grant::{Shell, Snippet};
use byok_core::plan::{self, Availability};

use crate::snippet::{self, ShellName};

/// Print the commands that make a vault and a key in it, as Confluent wants them
///
/// The vault gets Azure role-based access control, purge protection, which cannot be switched off again, and lets
/// trusted services in; the key is of type RSA and rotates by itself. What is there already stays as it is. This command
/// itself runs nothing and needs no network.
///
/// Exit status: 0 when the commands were printed, 2 when an ID or the region cannot be used.
#[derive(clap::Args, Debug, Clone)]
#[command(after_help = "\
Examples:
  byok new-key --key-vault-id /subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/my-vault \\
    --key-id https://my-vault.vault.azure.net/keys/my-key --region westeurope > new-key.sh
  bash new-key.sh
  byok new-key --key-vault-id \"$VAULT_ID\" --key-id \"$KEY_ID\" --region \"West Europe\" --hsm --format cmd")]
pub struct Args {
    /// Resource ID that the key vault is to have
    #[arg(long, value_name = "ID")]
    key_vault_id: String,

    /// Key identifier, without version, that the key is to have
    #[arg(long, value_name = "ID")]
    key_id: String,

    /// Azure region of the cluster, which is to be that of the key
    #[arg(long, value_name = "REGION")]
    region: String,

    /// Keep the key in a hardware security module; the vault is then of the kind Premium and costs more
    #[arg(long)]
    hsm: bool,

    /// For which shell
    #[arg(long, value_enum, default_value_t = ShellName::Bash)]
    format: ShellName,
}

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    snippet::print(snippet(&args, &mut io::stderr()), Shell::from(args.format).line_break())
}

fn snippet(args: &Args, told: &mut impl Write) -> Option<Snippet> {
    let vault = snippet::vault(&args.key_vault_id, told);
    let key = snippet::key(&args.key_id, told);
    // The availability is the cluster's and not known here; one zone is in every region.
    let region = snippet::usable(&plan::region(&args.region, Availability::SingleZone), told);
    let (vault, key) = (vault?, key?);
    if !snippet::fit(&vault, Some(&key), None, told) || !region {
        return None;
    }
    NewKey::new(&vault, &key, &args.region, args.hsm).map(|new| new.render(args.format.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> Args {
        Args {
            key_vault_id: "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/my-vault".to_owned(),
            key_id: "https://my-vault.vault.azure.net/keys/my-key".to_owned(),
            region: "West Europe".to_owned(),
            hsm: false,
            format: ShellName::Bash,
        }
    }

    fn printed(args: &Args) -> (Option<String>, String) {
        let mut told = Vec::new();
        let snippet = snippet(args, &mut told).map(|snippet| snippet.text());
        (snippet, String::from_utf8(told).unwrap())
    }

    #[test]
    fn the_region_is_written_as_azure_names_it_and_hsm_changes_vault_and_key() {
        let text = printed(&args()).0.unwrap();
        assert!(text.contains("region='westeurope'") && text.contains("kind='RSA'"), "{text}");
        let text = printed(&Args { hsm: true, ..args() }).0.unwrap();
        assert!(text.contains("sku='premium'") && text.contains("kind='RSA-HSM'"), "{text}");
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        for (args, word) in [
            (Args { region: "west-europe".to_owned(), ..args() }, "west-europe"),
            (
                Args { key_id: "https://your-vault.vault.azure.net/keys/my-key".to_owned(), ..args() },
                "your-vault",
            ),
            (Args { key_vault_id: "my-vault".to_owned(), ..args() }, "--key-vault-id: "),
        ] {
            let (text, told) = printed(&args);
            assert!(text.is_none() && told.contains(word), "{told}");
        }
    }
}
