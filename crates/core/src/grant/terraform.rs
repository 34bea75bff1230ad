//! The registration of the key, the grant and the cluster as a Terraform configuration, and the undo of the grant.
//!
//! Terraform registers the key itself, so the application is known only to it: the fixed names of the assignments are
//! worked out there, by the same rule (`uuidv5`). Arguments: the providers' documents (confluent 2, azurerm 4,
//! azuread 3, time 0).

use super::quote::hcl as quoted;
use super::{CRYPTO_SERVICE_ENCRYPTION_USER, Guid, KEY_VAULT_READER, NAME_SPACE, Role, Snippet};
use crate::id::{KeyId, TenantId, VaultId};
use crate::plan::Plan;

/// What is declared.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'a> {
    /// The vault whose keys may be used.
    pub vault: &'a VaultId,
    /// The key that is registered.
    pub key: &'a KeyId,
    /// The tenant of the vault.
    pub tenant: TenantId,
    /// The cluster; `None` for the key and the grant alone.
    pub cluster: Option<&'a Plan>,
}

/// The names of the two assignments in the configuration.
const ASSIGNMENTS: [(&str, Role); 2] =
    [("encryption_user", CRYPTO_SERVICE_ENCRYPTION_USER), ("reader", KEY_VAULT_READER)];

/// The configuration, as `terraform fmt` would write it.
pub fn terraform(declared: &Declared<'_>) -> Snippet {
    let mut out = Hcl(String::with_capacity(4000));
    out.comment(&[
        "Registers a key of the vault ",
        declared.vault.name().as_str(),
        " with Confluent Cloud and lets Confluent use it",
        if declared.cluster.is_some() { "; then creates the cluster." } else { "." },
    ]);
    out.comment(&["Safe to apply again. Sign in with az login, and set CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET."]);
    if declared.cluster.is_some() {
        out.comment(&["The cluster costs money from the moment it is created."]);
    }
    providers(&mut out, declared);
    key(&mut out, declared);
    assignments(&mut out, declared);
    if let Some(plan) = declared.cluster {
        cluster(&mut out, plan);
    }
    Snippet::of_hcl(&out.0)
}

/// Takes the access away again, in the folder of the configuration.
///
/// Terraform itself shows what it would remove and asks; as long as the cluster is in the configuration its
/// `prevent_destroy` refuses, because it depends on the assignments.
pub fn terraform_undo(vault: &VaultId) -> Snippet {
    let mut out = Hcl(String::with_capacity(800));
    out.comment(&[
        "Takes the access of Confluent Cloud to the vault ",
        vault.name().as_str(),
        " away. A running cluster that uses one of its keys loses its data.",
    ]);
    out.comment(&[
        "Run it in the folder of the configuration. Terraform shows what it would remove and asks first.",
    ]);
    out.comment(&["While the cluster is in the configuration, Terraform refuses: delete the cluster first."]);
    out.0.push_str("terraform destroy");
    for (name, _) in ASSIGNMENTS {
        // In double quotes, since PowerShell splits such an argument at its full stop.
        for part in [" \"-target=azurerm_role_assignment.", name, "\""] {
            out.0.push_str(part);
        }
    }
    out.0.push('\n');
    Snippet::of_shell(&out.0)
}

fn providers(out: &mut Hcl, declared: &Declared<'_>) {
    let mut needed = vec![
        ("azuread", "{ source = \"hashicorp/azuread\", version = \"~> 3.0\" }".to_owned()),
        ("azurerm", "{ source = \"hashicorp/azurerm\", version = \"~> 4.0\" }".to_owned()),
        ("confluent", "{ source = \"confluentinc/confluent\", version = \"~> 2.0\" }".to_owned()),
    ];
    if declared.cluster.is_some() {
        needed.push(("time", "{ source = \"hashicorp/time\", version = \"~> 0.12\" }".to_owned()));
    }
    out.0.push_str("\nterraform {\n  required_version = \">= 1.3\"\n  required_providers {\n");
    out.arguments("    ", &needed);
    out.0.push_str("  }\n}\n\nprovider \"azuread\" {\n");
    let tenant = quoted(&declared.tenant.to_string());
    out.arguments("  ", &[("tenant_id", tenant.clone())]);
    out.0.push_str("}\n\nprovider \"azurerm\" {\n  features {}\n");
    let subscription = quoted(&declared.vault.subscription().to_string());
    out.arguments("  ", &[("subscription_id", subscription), ("tenant_id", tenant)]);
    out.0.push_str("}\n\nprovider \"confluent\" {}\n");
}

fn key(out: &mut Hcl, declared: &Declared<'_>) {
    out.0.push_str("\nlocals {\n");
    out.arguments(
        "  ",
        &[("vault", quoted(&declared.vault.to_string())), ("application", APPLICATION.to_owned())],
    );
    out.0.push_str("}\n\nresource \"confluent_byok_key\" \"kafka\" {\n  azure {\n");
    out.arguments(
        "    ",
        &[
            ("key_vault_id", "local.vault".to_owned()),
            ("key_identifier", quoted(&declared.key.to_string())),
            ("tenant_id", quoted(&declared.tenant.to_string())),
        ],
    );
    out.0.push_str("  }\n}\n");
}

/// Lower-case, as it goes into the names.
const APPLICATION: &str = "lower(confluent_byok_key.kafka.azure[0].application_id)";

fn assignments(out: &mut Hcl, declared: &Declared<'_>) {
    out.0.push('\n');
    out.comment(&[
        "Made if it is not there. A destroy of the whole configuration removes it, for other vaults too.",
    ]);
    out.0.push_str("resource \"azuread_service_principal\" \"confluent\" {\n");
    out.arguments(
        "  ",
        &[("client_id", "local.application".to_owned()), ("use_existing", "true".to_owned())],
    );
    out.0.push_str("}\n");
    let space = quoted(&Guid::from_bytes(NAME_SPACE).to_string());
    let folded = quoted(&declared.vault.folded());
    for (name, role) in ASSIGNMENTS {
        out.0.push('\n');
        out.comment(&[role.name, ". The fixed name keeps it from being assigned twice."]);
        for part in ["resource \"azurerm_role_assignment\" \"", name, "\" {\n"] {
            out.0.push_str(part);
        }
        let fixed = [
            "uuidv5(",
            &space,
            ", join(\"\\n\", [",
            &folded,
            ", local.application, \"",
            role.id,
            "\", \"0\"]))",
        ];
        let definition = [
            "/subscriptions/",
            &declared.vault.subscription().to_string(),
            "/providers/Microsoft.Authorization/roleDefinitions/",
            role.id,
        ];
        out.arguments(
            "  ",
            &[
                ("name", fixed.concat()),
                ("scope", "local.vault".to_owned()),
                ("role_definition_id", quoted(&definition.concat())),
                ("principal_id", "azuread_service_principal.confluent.object_id".to_owned()),
                ("principal_type", "\"ServicePrincipal\"".to_owned()),
            ],
        );
        out.0.push_str("}\n");
    }
}

fn cluster(out: &mut Hcl, plan: &Plan) {
    out.0.push('\n');
    out.comment(&["Roles can take up to 10 minutes to work; a cluster that is created before fails."]);
    out.0.push_str("resource \"time_sleep\" \"roles\" {\n");
    let roles = ASSIGNMENTS.map(|(name, _)| ["azurerm_role_assignment.", name].concat()).join(", ");
    out.arguments(
        "  ",
        &[("create_duration", "\"10m\"".to_owned()), ("depends_on", ["[", &roles, "]"].concat())],
    );
    out.0.push_str("}\n\nresource \"confluent_kafka_cluster\" \"kafka\" {\n");
    out.arguments(
        "  ",
        &[
            ("display_name", quoted(&plan.display_name)),
            ("availability", quoted(plan.availability.as_str())),
            ("cloud", "\"AZURE\"".to_owned()),
            ("region", quoted(&plan.region)),
        ],
    );
    out.block("dedicated", "cku", &plan.cku.to_string());
    out.block("environment", "id", &quoted(&plan.environment));
    if let Some(network) = &plan.network {
        out.block("network", "id", &quoted(network));
    }
    out.block("byok_key", "id", "confluent_byok_key.kafka.id");
    out.block("lifecycle", "prevent_destroy", "true");
    out.0.push_str("\n  depends_on = [time_sleep.roles]\n}\n");
}

/// A configuration being written.
struct Hcl(String);

impl Hcl {
    fn comment(&mut self, parts: &[&str]) {
        self.0.push_str("# ");
        parts.iter().for_each(|part| self.0.push_str(part));
        self.0.push('\n');
    }

    /// Arguments with their equals signs below each other.
    fn arguments(&mut self, indent: &str, arguments: &[(&str, String)]) {
        let width = arguments.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in arguments {
            self.0.push_str(indent);
            self.0.push_str(name);
            (name.len()..width).for_each(|_| self.0.push(' '));
            for part in [" = ", value, "\n"] {
                self.0.push_str(part);
            }
        }
    }

    /// A block with one argument.
    fn block(&mut self, block: &str, name: &str, value: &str) {
        for part in ["\n  ", block, " {\n    ", name, " = ", value, "\n  }\n"] {
            self.0.push_str(part);
        }
    }
}
