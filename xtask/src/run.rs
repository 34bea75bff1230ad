//! Serves the wizard on this machine with simulated clouds: everything real but the bill.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::{
    dist,
    setup::{self, Scope},
    shell::Workspace,
};

/// Builds what changed and serves until it is interrupted.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    let tools = setup::setup(workspace, Scope::Build)?;
    dist::dist(&tools, false)?;
    dist::binary(&tools)?;
    let status = Command::new(tools.byok())
        .args(["serve", "--sandbox"])
        .args(arguments)
        .status()
        .with_context(|| format!("could not start {}", tools.byok().display()))?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
