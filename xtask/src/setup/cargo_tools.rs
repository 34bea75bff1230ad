//! Tools built from crates, each in its pinned version and with the dependencies its own lock file names.

use std::fs;

use anyhow::{Context, Result};

use super::{Steps, clear};
use crate::{
    shell::Call,
    toolbox::{Pin, Toolbox},
};

/// Installs `pin` unless its `program` is in the cache.
pub fn ensure(tools: &Toolbox, steps: &mut Steps, pin: Pin, program: &str, why: &str) -> Result<()> {
    if tools.program(pin, program).is_file() {
        return Ok(());
    }
    steps.missing(&format!("{} {}", pin.name, pin.version), why, "5 to 10 minutes, built from source");
    let partial = tools.cache.join(format!("{}.partial", pin.folder()));
    clear(&partial)?;
    Call::new("cargo")
        .args(["install", "--quiet", "--locked", "--version", pin.version, pin.name, "--root"])
        .arg(&partial)
        .env("CARGO_TARGET_DIR", partial.join("build"))
        .without_env("RUSTFLAGS")
        .folder(&tools.cache)
        .run()?;
    clear(&partial.join("build"))?;
    clear(&tools.folder(pin))?;
    fs::rename(&partial, tools.folder(pin))
        .with_context(|| format!("{} cannot be moved into place", pin.name))
}
