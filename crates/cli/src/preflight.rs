//! `byok preflight`: looks at a vault, its key and the grants on them, from the terminal. Only reads.

mod print;

use std::io::{self, IsTerminal as _, Read as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use byok_core::plan::Plan;
use byok_core::wire::{FindingView, NewPreflight, PreflightView, Secret};
use byok_proxy::{AzureIdentity, Inspector, Outbound, PreflightEvent};
use clap::ValueEnum as _;
use futures_util::StreamExt as _;

use crate::output::Paint;
use crate::settings::Settings;
use crate::{live, plan, sandbox};
use print::Printer;

/// Look at a vault, its key and the grants on them, before anything is registered or billed
///
/// Only reads. What can be seen without credentials is always looked at: whether vault, subscription and tenant exist and
/// belong together, and the region. Signed in to Azure, everything else too: see `--azure-identity`. With an API key of
/// Confluent Cloud in the environment the registered key, the network and the quotas are looked at as well.
///
/// Access tokens for this one run are taken from `BYOK_ARM_TOKEN`, `BYOK_KEY_VAULT_TOKEN` and
/// `BYOK_GRAPH_TOKEN`.
///
/// Exit status: 0 when everything is met, 1 when something is not, 3 when something is not known, 2 when the command
/// cannot be run.
#[derive(clap::Args, Debug, Clone)]
#[command(after_help = "\
Examples:
  byok preflight --key-vault-id \"$VAULT_ID\" --key-id \"$KEY_ID\" --tenant-id \"$TENANT_ID\" --region westeurope
  byok preflight … --azure-identity cli --json | jq -r '.verdicts[] | select(.outcome == \"not_met\") | .fix'
  BYOK_ARM_TOKEN=$(az account get-access-token --resource https://management.azure.com --query accessToken -o tsv) \\
    byok preflight …
  byok doctor --key-vault-id \"$VAULT_ID\" --key-id \"$KEY_ID\" | bash | byok preflight … --doctor -
  byok preflight … --key cck-00000 --plan plan.json
  byok preflight --sandbox …                the same in simulated clouds")]
pub(crate) struct Args {
    /// Resource ID of the key vault
    #[arg(long, value_name = "ID")]
    key_vault_id: String,

    /// Key identifier without version
    #[arg(long, value_name = "ID")]
    key_id: String,

    /// Tenant of the vault
    #[arg(long, value_name = "GUID")]
    tenant_id: String,

    /// Azure region of the cluster
    #[arg(long, value_name = "REGION", required_unless_present = "plan")]
    region: Option<String>,

    /// The cluster as a file in JSON, as `byok grant --plan` takes it; brings region and environment
    #[arg(long, value_name = "FILE", conflicts_with_all = ["region", "environment"])]
    plan: Option<PathBuf>,

    /// The registered key, once there is one
    #[arg(long, value_name = "cck-…")]
    key: Option<String>,

    /// Environment of Confluent Cloud, for its quotas
    #[arg(long, value_name = "env-…")]
    environment: Option<String>,

    /// For how many seconds the roles have been given: a role takes up to ten minutes to work
    #[arg(long, value_name = "SECONDS")]
    granted_for: Option<u64>,

    /// Output of the commands of `byok doctor`; `-` reads the standard input
    #[arg(long, value_name = "FILE")]
    doctor: Option<PathBuf>,

    /// As whom Azure is asked [default: the setting, or `none`]
    #[arg(long, value_name = "KIND", value_enum)]
    azure_identity: Option<Kind>,

    /// Ask simulated clouds, started for this one run
    #[arg(long)]
    sandbox: bool,

    /// Settings file (TOML)
    #[arg(long, value_name = "FILE", env = "BYOK_CONFIG")]
    config: Option<PathBuf>,

    /// Print everything as one JSON object at the end
    #[arg(long)]
    json: bool,
}

/// As whom Azure is asked.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As nobody
    None,
    /// As an application with a secret
    ClientSecret,
    /// As an application with a certificate
    Certificate,
    /// As the workload of a cluster
    Workload,
    /// As this machine
    Managed,
    /// As whoever is signed in to the Azure CLI
    Cli,
}

/// The most CKUs of a Dedicated cluster on Azure (Confluent Cloud, cluster types).
const MAX_CKU: u32 = 100;

/// The user’s tokens: variable, and the field of the request that it fills.
const TOKENS: [(&str, &str); 3] = [
    ("BYOK_ARM_TOKEN", "arm_token"),
    ("BYOK_KEY_VAULT_TOKEN", "key_vault_token"),
    ("BYOK_GRAPH_TOKEN", "graph_token"),
];

/// Runs the command.
pub(crate) fn run(args: Args) -> ExitCode {
    let done = crate::serve::runtime().and_then(|runtime| runtime.block_on(look(args)));
    match done {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn look(args: Args) -> Result<ExitCode> {
    let flags = [
        ("sandbox", args.sandbox.then(|| "true".to_owned())),
        (
            "azure_identity",
            args.azure_identity.and_then(|kind| Some(kind.to_possible_value()?.get_name().to_owned())),
        ),
    ];
    let settings = Settings::load(&flags, |name| std::env::var(name).ok(), args.config.as_deref())?;
    let is_sandbox: bool = settings.parse("sandbox")?;
    let plan = match &args.plan {
        Some(file) => match plan::read(file, &mut io::stderr()) {
            Some(plan) => Some(plan),
            None => return Ok(ExitCode::from(2)),
        },
        None => None,
    };
    let request = request(&args, plan, is_sandbox)?;
    let simulated = if is_sandbox { Some(simulated(&settings).await?) } else { None };
    let inspector = match &simulated {
        Some(simulated) => simulated.inspector()?,
        None => {
            let outbound = live::outbound(&settings)?;
            let (azure, confluent) = (live::azure(&settings)?, live::confluent(&settings)?);
            Inspector::new(&outbound, &azure, confluent, MAX_CKU)?
        }
    };
    let events = match inspector.preflight(&request) {
        Ok(events) => events,
        Err(findings) => {
            refuse(&findings);
            return Ok(ExitCode::from(2));
        }
    };
    if io::stderr().is_terminal() {
        eprintln!("Asking; this takes up to 20 seconds.");
    }
    let mut printer = Printer::new(io::stdout(), Paint::of_stdout());
    let mut events = std::pin::pin!(events);
    while let Some(event) = events.next().await {
        // A reader of our output that has gone away does not change the exit status.
        let _ = match event {
            PreflightEvent::Verdict(verdict) if !args.json => printer.verdict(&verdict),
            PreflightEvent::Verdict(_) => Ok(()),
            PreflightEvent::Done(view) => {
                let _ = if args.json { printer.json(&view) } else { printer.summary(&view) };
                return Ok(status(&view));
            }
        };
    }
    anyhow::bail!("the preflight ended without a result")
}

fn status(view: &PreflightView) -> ExitCode {
    ExitCode::from(match view.outcome.as_str() {
        "met" => 0,
        "not_met" => 1,
        _ => 3,
    })
}

fn request(args: &Args, plan: Option<Plan>, is_sandbox: bool) -> Result<NewPreflight> {
    let doctor = match args.doctor.as_deref() {
        None => None,
        Some(path) if path.as_os_str() == "-" => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).context("the standard input cannot be read")?;
            Some(text)
        }
        Some(path) => Some(
            std::fs::read_to_string(path).with_context(|| format!("`{}` cannot be read", path.display()))?,
        ),
    };
    let mut request = NewPreflight {
        key_vault_id: args.key_vault_id.clone(),
        key_id: args.key_id.clone(),
        tenant_id: args.tenant_id.clone(),
        region: args.region.clone().unwrap_or_default(),
        key: args.key.clone(),
        environment: args.environment.clone(),
        display_name: None,
        availability: None,
        cku: None,
        network: None,
        granted_for: args.granted_for,
        doctor,
        arm_token: None,
        key_vault_token: None,
        graph_token: None,
    };
    if let Some(plan) = plan {
        request.region = plan.region;
        request.environment = Some(plan.environment);
        request.display_name = Some(plan.display_name);
        request.availability = Some(plan.availability.as_str().to_owned());
        request.cku = Some(plan.cku);
        request.network = plan.network;
    }
    let fields = [&mut request.arm_token, &mut request.key_vault_token, &mut request.graph_token];
    for ((variable, _), field) in TOKENS.into_iter().zip(fields) {
        let Some(token) = std::env::var(variable).ok().filter(|token| !token.trim().is_empty()) else {
            continue;
        };
        if is_sandbox {
            eprintln!("note: the sandbox needs no tokens; ignored: `{variable}`");
        } else {
            *field = Some(Secret::new(token));
        }
    }
    Ok(request)
}

/// Says what is wrong with the request, by the name under which it was given.
fn refuse(findings: &[FindingView]) {
    for finding in findings {
        let field = finding.field.as_deref().unwrap_or_default();
        let name = match TOKENS.iter().find(|(_, token)| *token == field) {
            Some((variable, _)) => (*variable).to_owned(),
            None => format!("--{}", field.replace('_', "-")),
        };
        eprintln!("{name}: {} {}", finding.message, finding.fix);
    }
}

/// Simulated clouds; gone when dropped.
struct Simulated {
    outbound: Outbound,
    logins: sandbox::Logins,
    is_somebody: bool,
    _sandbox: byok_sandbox::Sandbox,
}

impl Simulated {
    fn inspector(&self) -> Result<Inspector> {
        let azure = if self.is_somebody { self.logins.azure.clone() } else { AzureIdentity::None };
        Ok(Inspector::new(&self.outbound, &azure, Some(self.logins.confluent.clone()), MAX_CKU)?)
    }
}

async fn simulated(settings: &Settings) -> Result<Simulated> {
    let ignored = settings.live_credentials();
    if !ignored.is_empty() {
        eprintln!("note: the sandbox needs no credentials; ignored: {}", ignored.join(", "));
    }
    let listen: SocketAddr = settings.parse("sandbox_listen")?;
    let world = settings.get("sandbox_world").map(PathBuf::from);
    let sandbox = sandbox::start(listen, world.as_deref(), None, None).await?;
    let logins = sandbox::logins(sandbox.control()).await?;
    Ok(Simulated {
        outbound: Outbound::Sandbox { proxy_url: sandbox.proxy_url(), ca_pem: sandbox.ca_pem().to_owned() },
        logins,
        is_somebody: settings.parse("sandbox_identity")?,
        _sandbox: sandbox,
    })
}
