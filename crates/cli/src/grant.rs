//! `byok grant`: prints what lets Confluent use the keys of a vault. Prints only; runs nothing.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use byok_core::grant::terraform::{Declared, terraform, terraform_undo};
use byok_core::grant::{self, Grant, Shell, Snippet, Way};
use byok_core::id::VaultId;

use crate::plan;
use crate::snippet::{self, say};

/// Print the commands that let Confluent use the keys of a vault
///
/// The commands make a service principal of Confluent's application and assign it two roles on the vault: Key Vault
/// Crypto Service Encryption User and Key Vault Reader. They are safe to run again. This command itself runs nothing
/// and needs no network.
///
/// Exit status: 0 when the commands were printed, 2 when an ID cannot be used or one is missing.
#[derive(clap::Args, Debug, Clone)]
#[command(after_help = "\
Examples:
  byok grant --key-vault-id /subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/my-vault \\
    --application-id 0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11 --tenant-id d5a04667-b6f4-4b0c-a628-25f5eae93da6 > grant.sh
  bash grant.sh
  byok grant --key-vault-id \"$VAULT_ID\" --application-id \"$APP_ID\" --tenant-id \"$TENANT_ID\" --undo
  byok grant --key-vault-id \"$VAULT_ID\" --application-id \"$APP_ID\" --format bicep > byok-grant.bicep
  byok grant --key-vault-id \"$VAULT_ID\" --key-id https://my-vault.vault.azure.net/keys/my-key --tenant-id \"$TENANT_ID\" \\
    --plan cluster.json --format terraform > main.tf

The plan is a JSON object, as the page sends it:
  {\"environment\": \"env-1\", \"display_name\": \"billing\", \"region\": \"westeurope\", \"availability\": \"MULTI_ZONE\", \"cku\": 2, \"network\": \"n-1\"}")]
pub struct Args {
    /// Resource ID of the key vault
    #[arg(long, value_name = "ID")]
    pub key_vault_id: String,

    /// Confluent's application ID, which registering the key yields; Terraform registers the key itself
    #[arg(long, value_name = "GUID")]
    pub application_id: Option<String>,

    /// Key identifier without version; for Terraform
    #[arg(long, value_name = "ID")]
    pub key_id: Option<String>,

    /// Tenant of the vault; without it the commands do not check which tenant the Azure CLI is signed in to
    #[arg(long, value_name = "GUID")]
    pub tenant_id: Option<String>,

    /// JSON file with the cluster to create; for Terraform, which else declares the key and the grant alone
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,

    /// For which shell or tool
    #[arg(long, value_enum, default_value_t = Format::Bash)]
    pub format: Format,

    /// Print the commands that take the access away again; a running cluster then loses its data
    #[arg(long)]
    pub undo: bool,
}

/// The shells and tools that the grant can be printed for.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// bash, on Linux, on macOS and in Azure Cloud Shell; zsh takes the same
    Bash,
    /// The bash that comes with Git for Windows
    GitBash,
    /// Windows PowerShell 5.1 and PowerShell 7
    Powershell,
    /// The Command Prompt of Windows: a text to save as a .cmd file
    Cmd,
    /// A Terraform configuration that registers the key, grants access and creates the cluster of the plan
    Terraform,
    /// A Bicep file; the service principal is made before, as its comments say
    Bicep,
    /// An ARM template; the service principal is made before, as its metadata says
    Arm,
}

impl Format {
    /// What core calls it; `None` for Terraform, which is printed from other IDs.
    fn of_core(self) -> Option<grant::Format> {
        Some(match self {
            Format::Bash => grant::Format::Shell(Shell::Bash),
            Format::GitBash => grant::Format::Shell(Shell::GitBash),
            Format::Powershell => grant::Format::Shell(Shell::PowerShell),
            Format::Cmd => grant::Format::Shell(Shell::Cmd),
            Format::Bicep => grant::Format::Bicep,
            Format::Arm => grant::Format::Arm,
            Format::Terraform => return None,
        })
    }
}

/// Runs the command.
pub fn run(args: Args) -> ExitCode {
    let line_break = args.format.of_core().map_or("\n", grant::Format::line_break);
    snippet::print(snippet(&args, &mut io::stderr()), line_break)
}

/// The snippet; `None` after telling on `told` what is wrong or missing.
fn snippet(args: &Args, told: &mut impl Write) -> Option<Snippet> {
    let vault = snippet::vault(&args.key_vault_id, told);
    match args.format.of_core() {
        Some(format) => granted(args, vault, format, told),
        None if args.undo => Some(terraform_undo(&vault?)),
        None => declared(args, vault, told),
    }
}

fn granted(
    args: &Args,
    vault: Option<VaultId>,
    format: grant::Format,
    told: &mut impl Write,
) -> Option<Snippet> {
    let tenant = args.tenant_id.as_ref().map(|text| snippet::tenant(text, told));
    let application = match &args.application_id {
        Some(text) => snippet::application(text, told),
        None => {
            say(
                told,
                "--application-id is missing. Copy the application_id that Confluent shows for the registered key.",
            );
            None
        }
    };
    if args.plan.is_some() {
        say(
            told,
            "--plan belongs to --format terraform: only Terraform creates the cluster. Leave it out, or change the format.",
        );
        return None;
    }
    let key = args.key_id.as_ref().map(|text| snippet::key(text, told));
    let (vault, application) = (vault?, application?);
    let key = key.map_or(Some(None), |key| key.map(Some))?;
    let tenant = tenant.map_or(Some(None), |tenant| tenant.map(Some))?;
    if !snippet::fit(&vault, key.as_ref(), tenant.as_ref(), told) {
        return None;
    }
    let way = if args.undo { Way::Take } else { Way::Give };
    let Some(tenant) = tenant else {
        say(
            told,
            "--tenant-id is not given: the commands do not check which tenant the Azure CLI is signed in to.",
        );
        return Some(grant::render_without_tenant(&vault, application, format, way));
    };
    Some(grant::render(&Grant { vault, application_id: application, tenant }, format, way))
}

fn declared(args: &Args, vault: Option<VaultId>, told: &mut impl Write) -> Option<Snippet> {
    let mut needed = |option: &str, given: &Option<String>| {
        if given.is_none() {
            say(
                told,
                &format!("{option} is missing: Terraform registers the key with Confluent and needs it."),
            );
        }
        given.clone()
    };
    let (key, tenant) = (needed("--key-id", &args.key_id), needed("--tenant-id", &args.tenant_id));
    let key = key.and_then(|text| snippet::key(&text, told));
    let tenant = tenant.and_then(|text| snippet::tenant(&text, told));
    if args.application_id.is_some() {
        say(
            told,
            "--application-id is not used: Terraform registers the key itself and so learns the application.",
        );
    }
    let plan = args.plan.as_ref().map(|path| plan::read(path, told));
    let (vault, key, tenant) = (vault?, key?, tenant?);
    let plan = plan.map_or(Some(None), |plan| plan.map(Some))?;
    if !snippet::fit(&vault, Some(&key), Some(&tenant), told) {
        return None;
    }
    Some(terraform(&Declared { vault: &vault, key: &key, tenant, cluster: plan.as_ref() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum as _;

    fn args() -> Args {
        Args {
            key_vault_id: "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/my-vault".to_owned(),
            application_id: Some("0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11".to_owned()),
            key_id: None,
            tenant_id: Some("d5a04667-b6f4-4b0c-a628-25f5eae93da6".to_owned()),
            plan: None,
            format: Format::Bash,
            undo: false,
        }
    }

    fn terraform_args() -> Args {
        Args {
            application_id: None,
            key_id: Some("https://my-vault.vault.azure.net/keys/my-key".to_owned()),
            format: Format::Terraform,
            ..args()
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
        assert!(text.contains(&args().key_vault_id), "{text}");
        assert!(text.contains("application='0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11'"), "{text}");
        assert!(text.contains("tenant='d5a04667-b6f4-4b0c-a628-25f5eae93da6'"), "{text}");
        assert_eq!(told, "");
    }

    #[test]
    fn each_format_is_another_text_and_each_undo_says_first_what_it_costs() {
        let mut seen = Vec::new();
        for &format in Format::value_variants() {
            let from = if format == Format::Terraform { terraform_args() } else { args() };
            let (text, told) = printed(&Args { format, ..from.clone() });
            seen.push(text.unwrap());
            assert_eq!(told, "", "{format:?}");
            let (undo, _) = printed(&Args { format, undo: true, ..from });
            assert!(undo.unwrap().lines().next().unwrap().contains("loses its data"), "{format:?}");
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), Format::value_variants().len());
    }

    #[test]
    fn the_names_of_the_formats_are_core_s_own() {
        for format in Format::value_variants() {
            let name = format.to_possible_value().unwrap().get_name().to_owned();
            assert_eq!(format.of_core().map_or("terraform", grant::Format::as_str), name);
        }
    }

    #[test]
    fn without_a_tenant_the_check_is_left_out_and_that_is_said() {
        let (text, told) = printed(&Args { tenant_id: None, ..args() });
        assert!(text.unwrap().contains("# Does not check the tenant"));
        assert!(told.contains("--tenant-id is not given"), "{told}");
    }

    #[test]
    fn an_id_that_cannot_be_used_is_named_with_its_option() {
        let bad = Args {
            key_vault_id: "my-vault".to_owned(),
            application_id: Some("x".to_owned()),
            tenant_id: Some("contoso.com".to_owned()),
            ..args()
        };
        let (text, told) = printed(&bad);
        assert_eq!(text, None);
        for option in ["--key-vault-id: ", "--application-id: ", "--tenant-id: "] {
            assert!(told.contains(option), "{told}");
        }
    }

    #[test]
    fn what_is_missing_for_a_format_is_named() {
        for (args, word) in [
            (Args { application_id: None, ..args() }, "--application-id is missing"),
            (Args { key_id: None, ..terraform_args() }, "--key-id is missing"),
            (Args { tenant_id: None, ..terraform_args() }, "--tenant-id is missing"),
            (Args { plan: Some("plan.json".into()), ..args() }, "--plan belongs to --format terraform"),
            (Args { plan: Some("no-such-plan.json".into()), ..terraform_args() }, "cannot be read"),
        ] {
            let (text, told) = printed(&args);
            assert!(text.is_none() && told.contains(word), "{told}");
        }
    }

    #[test]
    fn a_key_of_another_vault_is_refused() {
        let other = Some("https://your-vault.vault.azure.net/keys/my-key".to_owned());
        let (text, told) = printed(&Args { key_id: other, ..terraform_args() });
        assert!(text.is_none() && told.contains("your-vault"), "{told}");
    }

    #[test]
    fn the_cluster_of_the_plan_is_declared() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let plan = r#"{"environment":"env-1","display_name":"${billing}","region":"westeurope","availability":"SINGLE_ZONE","cku":1}"#;
        std::fs::write(file.path(), plan).unwrap();
        let (text, told) = printed(&Args { plan: Some(file.path().to_owned()), ..terraform_args() });
        assert!(text.unwrap().contains("display_name = \"$${billing}\""), "{told}");
    }
}
