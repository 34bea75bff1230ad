//! `byok sandbox`: Azure and Confluent, simulated, for `az`, for tests and for `byok serve --sandbox`.

pub(crate) mod elsewhere;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use byok_proxy::{AzureIdentity, Credentials, SecretString};
use byok_sandbox::Sandbox;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// Flags of `byok sandbox`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  byok sandbox --ca-out /tmp/byok-ca.pem
  HTTPS_PROXY=http://127.0.0.1:9443 REQUESTS_CA_BUNDLE=/tmp/byok-ca.pem AZURE_CONFIG_DIR=$(mktemp -d) az login …")]
pub(crate) struct Args {
    /// Address to listen on; loopback only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9443", env = "BYOK_SANDBOX_LISTEN")]
    listen: SocketAddr,
    /// JSON file with the vaults; without it, one good vault and one for each common mistake
    #[arg(long, value_name = "FILE", env = "BYOK_SANDBOX_WORLD")]
    world: Option<PathBuf>,
    /// Where the certificate authority is written, for `REQUESTS_CA_BUNDLE`
    #[arg(long, value_name = "FILE", env = "BYOK_SANDBOX_CA_OUT")]
    ca_out: Option<PathBuf>,
    /// File that keeps every exchange, a line of JSON each; tokens are left out
    #[arg(long, value_name = "FILE", env = "BYOK_SANDBOX_RECORD")]
    record: Option<PathBuf>,
}

/// Runs until it is told to stop.
pub(crate) fn run(args: Args) -> Result<()> {
    crate::serve::runtime()?.block_on(async {
        let record = args.record.as_deref();
        let sandbox = start(args.listen, args.world.as_deref(), args.ca_out.clone(), record).await?;
        if let Some(file) = args.ca_out {
            println!("The certificate authority is {}", file.display());
        }
        println!("The simulated clouds are ready: {}", sandbox.proxy_url());
        told_to_stop().await;
        Ok(())
    })
}

/// Starts the simulated clouds.
pub(crate) async fn start(
    listen: SocketAddr,
    world: Option<&Path>,
    ca_out: Option<PathBuf>,
    record: Option<&Path>,
) -> Result<Sandbox> {
    let world = world.map(read).transpose()?;
    let options = byok_sandbox::Options { listen, world, ca_out };
    let sandbox = byok_sandbox::start(options).await.context("the simulated clouds cannot start")?;
    if let Some(file) = record {
        let failed = || format!("the record `{}` cannot be written", file.display());
        sandbox.record(file).with_context(failed)?;
    }
    Ok(sandbox)
}

fn read(file: &Path) -> Result<serde_json::Value> {
    let shown = file.display();
    let text =
        std::fs::read_to_string(file).with_context(|| format!("the world `{shown}` cannot be read"))?;
    serde_json::from_str(&text).with_context(|| format!("the world `{shown}` is not JSON"))
}

/// Who is let in to the simulated clouds.
pub(crate) struct Logins {
    pub(crate) confluent: Credentials,
    pub(crate) azure: AzureIdentity,
}

/// Reads from the world as it is who is let in.
pub(crate) async fn logins(control: Router) -> Result<Logins> {
    let request = Request::get("/_sandbox/world").body(Body::empty()).context("a request")?;
    let Ok(answer) = control.oneshot(request).await;
    let body = answer.into_body().collect().await.context("the sandbox's world ended early")?.to_bytes();
    let world: serde_json::Value =
        serde_json::from_slice(&body).context("the sandbox's world is not JSON")?;
    let text = |part: &str, name: &str| {
        let value = world.get(part).and_then(|part| part.get(name)).and_then(|value| value.as_str());
        value.map(str::to_owned).with_context(|| format!("the sandbox's world has no `{part}.{name}`"))
    };
    Ok(Logins {
        confluent: Credentials::ApiKey {
            id: text("confluent", "api_key")?,
            secret: SecretString::from(text("confluent", "api_secret")?),
        },
        azure: AzureIdentity::ClientSecret {
            tenant_id: text("login", "tenant_id")?,
            client_id: text("login", "client_id")?,
            client_secret: SecretString::from(text("login", "client_secret")?),
        },
    })
}

/// Waits for the signal to stop: Ctrl-C, or SIGTERM where there is one.
pub(crate) async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
