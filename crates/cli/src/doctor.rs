//! `byok doctor`: prints read-only commands whose output tells what there is. Prints only; runs nothing.

use std::io::{self, Write};
use std::process::ExitCode;

use byok_core::grant::doctor::{Patient, doctor};
use byok_core::grant::{Shell, Snippet};

use crate::snippet::{self, ShellName};

/// Print read-only commands that tell what there is of a vault and its key
///
/// The commands read the vault, the key, its rotation policy, the role assignments and deleted vaults of that name, and
/// print one JSON object to paste back. They change nothing and print no secret. This command itself runs nothing and
/// needs no network.
///
/// Exit status: 0 when the commands were printed, 2 when an ID cannot be used.
#[derive(clap::Args, Debug, Clone)]
#[command(after_help = "\
Examples:
  byok doctor --key-vault-id /subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/my-vault \\
    --key-id https://my-vault.vault.azure.net/keys/my-key | bash > doctor.json
  byok doctor --key-vault-id \"$VAULT_ID\" --key-id \"$KEY_ID\" --application-id \"$APP_ID\" --format powershell")]
pub struct Args {
    /// Resource ID of the key vault
    #[arg(long, value_name = "ID")]
    key_vault_id: String,

    /// Key identifier without version
    #[arg(long, value_name = "ID")]
    key_id: String,

    /// Confluent's application ID; with it the commands look for its service principal too
    #[arg(long, value_name = "GUID")]
    application_id: Option<String>,

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
    let application = args.application_id.as_ref().map(|text| snippet::application(text, told));
    let (vault, key) = (vault?, key?);
    let application = application.map_or(Some(None), |application| application.map(Some))?;
    if !snippet::fit(&vault, Some(&key), None, told) {
        return None;
    }
    Some(doctor(&Patient { vault: &vault, key: &key, application }, args.format.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> Args {
        Args {
            key_vault_id: "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/my-vault".to_owned(),
            key_id: "https://my-vault.vault.azure.net/keys/my-key".to_owned(),
            application_id: None,
            format: ShellName::Bash,
        }
    }

    fn printed(args: &Args) -> (Option<String>, String) {
        let mut told = Vec::new();
        let snippet = snippet(args, &mut told).map(|snippet| snippet.text());
        (snippet, String::from_utf8(told).unwrap())
    }

    #[test]
    fn the_application_is_asked_for_only_where_it_is_given() {
        assert!(!printed(&args()).0.unwrap().contains("ad sp list"));
        let with = Args { application_id: Some("0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11".to_owned()), ..args() };
        assert!(printed(&with).0.unwrap().contains("ad sp list"));
    }

    #[test]
    fn ids_that_cannot_be_used_together_are_refused() {
        for (args, word) in [
            (
                Args { key_id: "https://your-vault.vault.azure.net/keys/my-key".to_owned(), ..args() },
                "your-vault",
            ),
            (Args { key_id: "my-key".to_owned(), ..args() }, "--key-id: "),
            (Args { application_id: Some("x".to_owned()), ..args() }, "--application-id: "),
        ] {
            let (text, told) = printed(&args);
            assert!(text.is_none() && told.contains(word), "{told}");
        }
    }
}
