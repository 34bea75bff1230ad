//! Debian packages, and whatever else needs root.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

use super::Steps;
use crate::shell::{Call, which};

/// Installs the package of each program that is not on `PATH`; `programs` pairs program and package.
pub fn ensure(steps: &mut Steps, programs: &[(&str, &str)], why: &str) -> Result<()> {
    let missing: Vec<&str> = programs
        .iter()
        .filter(|(program, _)| which(program).is_none())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    steps.missing(&missing.join(", "), why, "about a minute");
    install(&missing)
}

/// Installs packages, whether or not they are there already.
pub fn install(packages: &[&str]) -> Result<()> {
    /// Package lists are fetched once a run: a fresh machine has none, and old ones name versions that are gone.
    static UPDATED: AtomicBool = AtomicBool::new(false);

    let command = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    if which("apt-get").is_none() {
        bail!(
            "this machine has no apt-get. Install what these Debian packages hold by the machine's own means: {}",
            packages.join(" ")
        );
    }
    if !UPDATED.swap(true, Ordering::Relaxed) {
        as_root(&["apt-get", "update", "-q"]).with_context(|| by_hand("apt-get update"))?;
    }
    let words: Vec<&str> = command.split(' ').collect();
    let call = [&["env", "DEBIAN_FRONTEND=noninteractive"], words.as_slice()].concat();
    as_root(&call).with_context(|| by_hand(&command))
}

/// Runs a command as root: as it is if we are root, else by `sudo`.
pub fn as_root(words: &[&str]) -> Result<()> {
    let is_root = Call::new("id").arg("-u").read()? == "0";
    let call = match words {
        [program, arguments @ ..] if is_root => Call::new(program).args(arguments),
        _ if which("sudo").is_some() => Call::new("sudo").args(words).interactive(),
        _ => bail!("root is needed, and there is no sudo. Run as root: {}", words.join(" ")),
    };
    call.run_quietly()
}

fn by_hand(command: &str) -> String {
    format!("could not be installed. Run this yourself, then try again: sudo {command}")
}
