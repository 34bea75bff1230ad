//! `byok serve`: the page and its proxy, with the simulated clouds on request.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use axum::Router;
use byok_proxy::{Allowance, Assets, AzureIdentity, Config, Credentials, LedgerAt, Outbound, Proxy};

use crate::sandbox::elsewhere::{self, Elsewhere};
use crate::settings::Settings;
use crate::{live, page, sandbox};

/// How long running requests may take after the signal to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// Flags of `byok serve`. Each is also a setting of the file and of the environment.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  byok serve --sandbox                     everything simulated, no account needed
  byok serve --sandbox --listen 127.0.0.1:0   on any free port; the last line printed names it
  byok serve --sandbox --sandbox-at http://127.0.0.1:9443 --sandbox-ca /tmp/byok-ca.pem
                                           with the simulated clouds of `byok sandbox`, which go on when the server stops
  BYOK_CONFLUENT_API_KEY=… BYOK_CONFLUENT_API_SECRET_FILE=/run/secrets/confluent byok serve
  byok serve --print-config                every setting, its value, and where it came from")]
pub(crate) struct Args {
    /// Work with simulated clouds; no account is needed and nothing costs anything
    #[arg(long)]
    sandbox: bool,
    /// Address to listen on; loopback only [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Address of the simulated clouds [default: any free port]
    #[arg(long, value_name = "ADDRESS")]
    sandbox_listen: Option<String>,
    /// JSON file with the simulated vaults
    #[arg(long, value_name = "FILE")]
    sandbox_world: Option<String>,
    /// Where the certificate of the simulated clouds is written, for `az`
    #[arg(long, value_name = "FILE")]
    sandbox_ca_out: Option<String>,
    /// Keep every exchange with the simulated clouds in this file, a line of JSON each
    #[arg(long, value_name = "FILE")]
    sandbox_record: Option<String>,
    /// Use the simulated clouds that run at this loopback address already, see `byok sandbox`
    #[arg(long, value_name = "ADDRESS", requires = "sandbox")]
    sandbox_at: Option<String>,
    /// Their certificate, as `byok sandbox --ca-out FILE` wrote it
    #[arg(long, value_name = "FILE", requires = "sandbox")]
    sandbox_ca: Option<String>,
    /// Settings file (TOML)
    #[arg(long, value_name = "FILE", env = "BYOK_CONFIG")]
    config: Option<PathBuf>,
    /// File with what was registered and created here
    #[arg(long, value_name = "FILE")]
    ledger: Option<String>,
    /// Show every setting, its value and where it came from, and stop
    #[arg(long)]
    print_config: bool,
    /// Open the address in a browser: `auto` does so for the sandbox, in a graphical session
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Open::Auto)]
    open: Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Open {
    Auto,
    Yes,
    No,
}

/// Runs until it is told to stop.
pub(crate) fn run(args: Args) -> Result<()> {
    let flags = [
        ("sandbox", args.sandbox.then(|| "true".to_owned())),
        ("listen", args.listen),
        ("sandbox_listen", args.sandbox_listen),
        ("sandbox_world", args.sandbox_world),
        ("sandbox_ca_out", args.sandbox_ca_out),
        ("sandbox_at", args.sandbox_at),
        ("sandbox_ca", args.sandbox_ca),
        ("sandbox_record", args.sandbox_record),
        ("ledger", args.ledger),
    ];
    let settings = Settings::load(&flags, |name| std::env::var(name).ok(), args.config.as_deref())?;
    if args.print_config {
        print!("{}", settings.print());
        return Ok(());
    }
    log(&settings)?;
    runtime()?.block_on(serve(&settings, args.open))
}

/// Two threads: the work is waiting, not computing.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the system gave no threads")
}

fn log(settings: &Settings) -> Result<()> {
    let filter: tracing_subscriber::EnvFilter = settings.parse("log")?;
    let colours =
        std::io::IsTerminal::is_terminal(&std::io::stderr()) && std::env::var_os("NO_COLOR").is_none();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).init();
    Ok(())
}

async fn serve(settings: &Settings, open: Open) -> Result<()> {
    let listen: SocketAddr = settings.parse("listen")?;
    let create: bool = settings.parse("create")?;
    let is_sandbox: bool = settings.parse("sandbox")?;
    let listener = byok_proxy::bind(listen).await?;
    let listen = listener.local_addr().context("the socket has no address")?;
    let ignored = settings.live_credentials();
    if is_sandbox && !ignored.is_empty() {
        eprintln!("note: the sandbox needs no credentials; ignored: {}", ignored.join(", "));
    }
    let clouds = match (is_sandbox, settings.get("sandbox_at")) {
        (true, Some(address)) => running(settings, address).await?,
        (true, None) => simulated(settings).await?,
        (false, _) => real(settings)?,
    };
    let config = Config {
        listen,
        outbound: clouds.outbound,
        credentials: clouds.credentials,
        azure_identity: clouds.azure_identity,
        ledger: clouds.ledger,
        create,
        max_cku: settings.parse("max_cku")?,
        price_per_cku_hour: settings.optional("price_per_cku_hour")?,
        settle: Duration::from_secs(settings.parse("settle_seconds")?),
        allowance: Allowance {
            preflights_per_minute: settings.parse("preflights_per_minute")?,
            vaults_per_ten_minutes: settings.parse("vaults_per_ten_minutes")?,
        },
    };
    let assets = Assets::new(page::FILES);
    if !assets.is_built() {
        eprintln!("note: this binary was built without the page; `cargo xtask run` builds both");
    }
    let proxy = Proxy::start(config, assets).await?;
    let address = proxy.address();
    let mode = if is_sandbox { "sandbox" } else { "live" };
    if create && !is_sandbox {
        eprintln!(
            "note: clusters created here are real and billed; `BYOK_CREATE=false` switches creating off"
        );
    }
    println!("BYOK Wizard ({mode}) is ready: {address}");
    if open == Open::Yes || (open == Open::Auto && is_sandbox && is_graphical()) {
        open_browser(&address);
    }
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let shutdown = async move {
        sandbox::told_to_stop().await;
        stop.send_replace(true);
    };
    let running = byok_proxy::serve(listener, proxy, clouds.control, shutdown);
    tokio::select! {
        () = running => {}
        () = async {
            let _ = stopped.wait_for(|stopped| *stopped).await;
            tokio::time::sleep(LAST_REQUESTS).await;
        } => {}
    }
    Ok(())
}

/// Which clouds, and what comes with them.
struct Clouds {
    outbound: Outbound,
    credentials: Credentials,
    azure_identity: AzureIdentity,
    ledger: LedgerAt,
    /// The sandbox's control, beside the page.
    control: Router,
    /// Kept while the server runs: the sandbox itself, if it is this server's own, and a folder that goes with it.
    _kept: (Option<byok_sandbox::Sandbox>, Option<tempfile::TempDir>),
}

fn real(settings: &Settings) -> Result<Clouds> {
    let Some(credentials) = live::confluent(settings)? else {
        bail!(
            "the real clouds need a Confluent Cloud API key: set `BYOK_CONFLUENT_API_KEY` and `BYOK_CONFLUENT_API_SECRET_FILE`. Without an account, try `byok serve --sandbox`"
        );
    };
    let ledger = match ledger(settings)? {
        Some(named) => named,
        None => LedgerAt::File(data_folder()?.join("ledger.sqlite")),
    };
    Ok(Clouds {
        outbound: live::outbound(settings)?,
        credentials,
        azure_identity: live::azure(settings)?,
        ledger,
        control: Router::new(),
        _kept: (None, None),
    })
}

/// Where the settings put the ledger; none where they say nothing.
fn ledger(settings: &Settings) -> Result<Option<LedgerAt>> {
    let database = settings.secret("database_url")?;
    match (database, settings.get("ledger")) {
        (Some(_), Some(_)) => bail!(
            "both `ledger` and `database_url` are set: a ledger is in a file for one server, or in a database for several. Remove one of the two"
        ),
        (Some(address), None) => Ok(Some(LedgerAt::Database(address.into()))),
        (None, file) => Ok(file.map(|file| LedgerAt::File(PathBuf::from(file)))),
    }
}

/// `$XDG_DATA_HOME/byok-wizard`, by default below the home folder (XDG Base Directory Specification).
fn data_folder() -> Result<PathBuf> {
    let base = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let base = base.or_else(|| std::env::home_dir().map(|home| home.join(".local/share")));
    let base = base.context("there is no home folder for the ledger: name a file with `--ledger FILE`")?;
    Ok(base.join("byok-wizard"))
}

/// What is registered in a sandbox vanishes with it, so its ledger is new each time unless a file is named.
fn ledger_of_sandbox(settings: &Settings) -> Result<(LedgerAt, tempfile::TempDir)> {
    let folder = tempfile::Builder::new().prefix("byok-sandbox-").tempdir().context("no temporary folder")?;
    let ledger = ledger(settings)?.unwrap_or_else(|| LedgerAt::File(folder.path().join("ledger.sqlite")));
    Ok((ledger, folder))
}

/// With simulated clouds that somebody else started and that outlive this server.
async fn running(settings: &Settings, address: &str) -> Result<Clouds> {
    for of_own in ["sandbox_world", "sandbox_ca_out", "sandbox_record"] {
        if settings.get(of_own).is_some() {
            bail!(
                "`{of_own}` is for simulated clouds of this server's own, and `sandbox_at` names others: say it to `byok sandbox`"
            );
        }
    }
    let elsewhere = Elsewhere::read(address)?;
    let Some(ca) = settings.get("sandbox_ca") else {
        bail!(
            "`sandbox_at` needs `sandbox_ca`, the certificate that `byok sandbox --ca-out FILE` wrote: no other is trusted"
        );
    };
    let ca_pem = elsewhere::authority(Path::new(ca))?;
    let (ledger, folder) = ledger_of_sandbox(settings)?;
    let control = elsewhere.control()?;
    let outbound = Outbound::Sandbox { proxy_url: elsewhere.proxy_url(), ca_pem };
    let logins = sandbox::logins(control.clone()).await.with_context(|| {
        format!("no simulated clouds answer at {}: start them with `byok sandbox`", elsewhere.proxy_url())
    })?;
    println!("The simulated clouds are behind {}", elsewhere.proxy_url());
    clouds(settings, outbound, logins, ledger, control, (None, Some(folder)))
}

async fn simulated(settings: &Settings) -> Result<Clouds> {
    let (ledger, folder) = ledger_of_sandbox(settings)?;
    let listen: SocketAddr = settings.parse("sandbox_listen")?;
    let world = settings.get("sandbox_world").map(PathBuf::from);
    let ca_out = settings.get("sandbox_ca_out").map_or_else(|| folder.path().join("ca.pem"), PathBuf::from);
    let record = settings.get("sandbox_record").map(Path::new);
    let sandbox = sandbox::start(listen, world.as_deref(), Some(ca_out.clone()), record).await?;
    let control = sandbox.control();
    let logins = sandbox::logins(control.clone()).await?;
    println!(
        "The simulated clouds are behind {}; their certificate is {}",
        sandbox.proxy_url(),
        ca_out.display()
    );
    let outbound = Outbound::Sandbox { proxy_url: sandbox.proxy_url(), ca_pem: sandbox.ca_pem().to_owned() };
    clouds(settings, outbound, logins, ledger, control, (Some(sandbox), Some(folder)))
}

fn clouds(
    settings: &Settings,
    outbound: Outbound,
    logins: sandbox::Logins,
    ledger: LedgerAt,
    control: Router,
    kept: (Option<byok_sandbox::Sandbox>, Option<tempfile::TempDir>),
) -> Result<Clouds> {
    let is_somebody: bool = settings.parse("sandbox_identity")?;
    Ok(Clouds {
        outbound,
        credentials: logins.confluent,
        azure_identity: if is_somebody { logins.azure } else { AzureIdentity::None },
        ledger,
        control,
        _kept: kept,
    })
}

fn is_graphical() -> bool {
    let has_display = cfg!(target_os = "macos")
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    has_display && std::io::IsTerminal::is_terminal(&std::io::stdout())
}

fn open_browser(address: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if let Err(error) = std::process::Command::new(program).arg(address).spawn() {
        eprintln!("note: no browser was opened ({program}: {error}); open the address yourself");
    }
}
