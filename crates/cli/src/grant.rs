//! `byok grant`: prints the commands that let Confluent use the keys of a vault. Prints only; runs nothing.

use std::io::{self, Write};
use std::process::ExitCode;

use byok_core::finding::Finding;
use byok_core::grant::{self, Grant, Snippet};
use byok_core::id::{self, ApplicationId, Checked, Guid};

/// Print the commands that let Confluent use the keys of a vault
///
/// The commands make a service principal of Confluent's application and assign it two roles on the vault: Key Vault
/// Crypto Service Encryption User and Key Vault Reader. They are safe to run again. This command itself runs nothing
/// and needs no network.
///
/// Exit status: 0 when the commands were printed, 2 when an ID cannot be used.
#[derive(clap::Args, Debug, Clone)]
#[command(after_help = "\
Examples:
  byok grant --key-vault-id /subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/my-vault \\
    --application-id 0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11 --tenant-id d5a04667-b6f4-4b0c-a628-25f5eae93da6 > grant.sh
  bash grant.sh
  byok grant --key-vault-id \"$VAULT_ID\" --application-id \"$APP_ID\" --tenant-id \"$TENANT_ID\" --undo")]
pub struct Args {
    /// Resource ID of the key vault
    #[arg(long, value_name = "ID")]
    pub key_vault_id: String,

    /// Confluent's application ID, which registering the key yields
    #[arg(long, value_name = "GUID")]
    pub application_id: String,

    /// Tenant of the vault; without it the commands do not check which tenant the Azure CLI is signed in to
    #[arg(long, value_name = "GUID")]
    pub tenant_id: Option<String>,

    /// For which shell
    #[arg(long, value_enum, default_value_t = Format::Bash)]
    pub format: Format,

    /// Print the commands that take the access away again; a running cluster then loses its data
    #[arg(long)]
    pub undo: bool,
}

/// The shells that there are commands for.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// bash, on Linux, on macOS and in Azure Cloud Shell; zsh takes the same
    Bash,
}

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    let Some(snippet) = snippet(&args, &mut io::stderr()) else { return ExitCode::from(2) };
    match io::stdout().write_all(snippet.text().as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Writing stopped: {error}");
            ExitCode::from(2)
        }
    }
}

/// The snippet; `None` after telling on `told` which ID cannot be used.
fn snippet(args: &Args, told: &mut impl Write) -> Option<Snippet> {
    let vault = taken("--key-vault-id", id::key_vault_id(&args.key_vault_id), told);
    let tenant = args.tenant_id.as_ref().map(|text| taken("--tenant-id", id::tenant_id(text), told));
    let application = application(&args.application_id, told);
    let (vault, application) = (vault?, application?);
    let Some(tenant) = tenant else {
        say(
            told,
            "--tenant-id is not given: the commands do not check which tenant the Azure CLI is signed in to.",
        );
        return Some(match (args.format, args.undo) {
            (Format::Bash, false) => grant::bash_without_tenant(&vault, application),
            (Format::Bash, true) => grant::bash_undo_without_tenant(&vault, application),
        });
    };
    let tenant = tenant?;
    for finding in id::together(Some(&vault), None, Some(&tenant)) {
        tell("--tenant-id", &finding, told);
    }
    let grant = Grant { vault, application_id: application, tenant };
    Some(match (args.format, args.undo) {
        (Format::Bash, false) => grant::bash(&grant),
        (Format::Bash, true) => grant::bash_undo(&grant),
    })
}

fn taken<T>(option: &str, checked: Checked<T>, told: &mut impl Write) -> Option<T> {
    for finding in &checked.findings {
        tell(option, finding, told);
    }
    checked.value
}

fn application(text: &str, told: &mut impl Write) -> Option<ApplicationId> {
    let guid = Guid::parse_any_form(text.trim()).filter(|guid| !guid.is_zero());
    if guid.is_none() {
        say(
            told,
            "--application-id: this is not an application ID, which is a GUID of 32 hexadecimal digits. Copy the application_id that Confluent shows for the registered key.",
        );
    }
    guid.map(ApplicationId::from)
}

fn tell(option: &str, finding: &Finding, told: &mut impl Write) {
    say(told, &format!("{option}: {} {}", finding.message(), finding.fix()));
}

/// A standard error that cannot be written to is no reason to stop.
fn say(told: &mut impl Write, line: &str) {
    let _ = writeln!(told, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> Args {
        Args {
            key_vault_id: "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/my-vault".to_owned(),
            application_id: "0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11".to_owned(),
            tenant_id: Some("d5a04667-b6f4-4b0c-a628-25f5eae93da6".to_owned()),
            format: Format::Bash,
            undo: false,
        }
    }

    fn printed(args: &Args) -> (Option<String>, String) {
        let mut told = Vec::new();
        let snippet = snippet(args, &mut told).map(|snippet| snippet.text());
        (snippet, String::from_utf8(told).unwrap())
    }

    #[test]
    fn the_snippet_names_all_three_ids_and_nothing_is_told() {
        let (text, told) = printed(&args());
        let text = text.unwrap();
        assert!(text.contains(&args().key_vault_id) && text.contains(&args().application_id), "{text}");
        assert!(text.contains("tenant='d5a04667-b6f4-4b0c-a628-25f5eae93da6'"), "{text}");
        assert_eq!(told, "");
    }

    #[test]
    fn without_a_tenant_the_check_is_left_out_and_that_is_said() {
        let (text, told) = printed(&Args { tenant_id: None, ..args() });
        assert!(text.unwrap().contains("# Does not check the tenant"));
        assert!(told.contains("--tenant-id is not given"), "{told}");
    }

    #[test]
    fn undo_says_first_what_it_costs() {
        let (text, _) = printed(&Args { undo: true, ..args() });
        assert!(text.unwrap().lines().next().unwrap().contains("loses its data"));
    }

    #[test]
    fn an_id_that_cannot_be_used_is_named_with_its_option() {
        let bad = Args {
            key_vault_id: "my-vault".to_owned(),
            application_id: "x".to_owned(),
            tenant_id: Some("contoso.com".to_owned()),
            ..args()
        };
        let (text, told) = printed(&bad);
        assert_eq!(text, None);
        for option in ["--key-vault-id: ", "--application-id: ", "--tenant-id: "] {
            assert!(told.contains(option), "{told}");
        }
    }
}
