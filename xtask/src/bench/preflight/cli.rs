//! The same questions by an unmodified Azure CLI: the commands of `byok doctor`, one after another.

use std::{path::Path, time::Instant};

use anyhow::{Result, ensure};
use serde_json::Value;

use super::clouds::{Clouds, Vault};
use crate::{
    shell::Call,
    toolbox::{AZURE_CLI, Toolbox},
};

/// Whoever is signed in by `az`, in a folder of the clouds' own.
pub struct Doctor<'c> {
    tools: &'c Toolbox,
    clouds: &'c Clouds<'c>,
    path: String,
}

impl<'c> Doctor<'c> {
    /// Signs in; `None`, and a word about it, where there is no Azure CLI.
    pub fn signed_in(tools: &'c Toolbox, clouds: &'c Clouds<'c>) -> Result<Option<Self>> {
        let folder = tools.folder(AZURE_CLI).join("bin");
        if !folder.join("az").is_file() || !Path::new("/bin/bash").is_file() {
            eprintln!(
                "skipped: preflight beside az: the Azure CLI or bash is missing. Run: cargo xtask setup"
            );
            return Ok(None);
        }
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
        let doctor = Self { tools, clouds, path };
        let (client, tenant) = (clouds.text("/login/client_id")?, clouds.text("/login/tenant_id")?);
        doctor
            .bash(&format!(
                "az login --service-principal --username {client} --password \"$SECRET\" --tenant {tenant} --output none"
            ))
            .env("SECRET", clouds.text("/login/client_secret")?)
            .run_quietly()?;
        Ok(Some(doctor))
    }

    /// Seconds until it has told everything about a vault.
    pub fn examine(&self, vault: &Vault) -> Result<f64> {
        let script = Call::new(self.tools.byok())
            .args(["doctor", "--format", "bash", "--key-vault-id", &vault.id, "--key-id", &vault.key])
            .args(["--application-id", &vault.application])
            .read()?;
        let started = Instant::now();
        let told = self.bash(&script).read()?;
        let seconds = started.elapsed().as_secs_f64();
        let told: Value = serde_json::from_str(&told)?;
        let errors = &told["errors"];
        ensure!(
            errors.as_object().is_some_and(|errors| errors.is_empty()),
            "az could not read all: {errors}"
        );
        Ok(seconds)
    }

    fn bash(&self, script: &str) -> Call {
        let call = Call::new("/bin/bash").args(["--noprofile", "--norc", "-c", script]);
        ["NO_PROXY", "no_proxy", "https_proxy"]
            .into_iter()
            .fold(call, Call::without_env)
            .env("PATH", &self.path)
            .env("HTTPS_PROXY", self.clouds.proxy())
            .env("REQUESTS_CA_BUNDLE", self.clouds.file("ca.pem"))
            .env("AZURE_CONFIG_DIR", self.clouds.file("azure"))
            .env("AZURE_CORE_COLLECT_TELEMETRY", "no")
    }
}
