//! The Azure CLI, in a virtual environment of its own.

use std::fs;

use anyhow::{Context, Result};

use super::{Steps, clear, debian};
use crate::{
    shell::Call,
    toolbox::{Pin, Toolbox},
};

/// Installs the Azure CLI unless it is in the cache.
///
/// A virtual environment cannot be moved, so it is made where it stays; a marker beside it tells that it is unfinished.
pub fn ensure(tools: &Toolbox, steps: &mut Steps, pin: Pin) -> Result<()> {
    let folder = tools.folder(pin);
    let unfinished = tools.cache.join(format!("{}.unfinished", pin.folder()));
    if folder.join("bin/az").is_file() && !unfinished.exists() {
        return Ok(());
    }
    steps.missing(
        &format!("{} {}", pin.name, pin.version),
        "the journeys run the page's own snippet with it",
        "about 5 minutes and 700 MB",
    );
    fs::write(&unfinished, "").context("the tool cache cannot be written")?;
    clear(&folder)?;
    let make = || Call::new("python3").args(["-m", "venv"]).arg(&folder);
    if make().read().is_err() {
        // Debian splits the module off; without it the call above names the package and fails.
        debian::install(&["python3-venv"])?;
        clear(&folder)?;
        make().run_quietly()?;
    }
    Call::new(folder.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"])
        .arg(format!("{}=={}", pin.name, pin.version))
        .run_quietly()?;
    fs::remove_file(&unfinished).context("the tool cache cannot be written")
}
