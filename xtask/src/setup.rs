//! Installs what the other chores need and says, for each thing, why.
//!
//! Idempotent: what is there is left alone, and a second run takes about a second. Everything of a pinned version
//! goes to the user's cache under a lock, so that two checkouts can be set up at once; only Debian packages and the
//! standard library for the browser need root, by `sudo` where the user is somebody else.

mod cargo_tools;
mod debian;
mod node;
mod python;
mod wasm_std;

use std::{
    fs::{self, File, TryLockError},
    path::Path,
    time::Instant,
};

use anyhow::{Context, Result};

use crate::{
    shell::Workspace,
    toolbox::{AZURE_CLI, NEXTEST, Pin, TRUNK, Toolbox, WASM_BINDGEN},
};

/// How much is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What building the page and the binary takes.
    Build,
    /// That, and what all tests take: a browser, the Azure CLI, the test runner.
    Everything,
}

/// Installs what is missing in `scope` and returns where everything is.
pub fn setup(workspace: &Workspace, scope: Scope) -> Result<Toolbox> {
    let started = Instant::now();
    let mut tools = Toolbox::of_user(workspace)?;
    fs::create_dir_all(&tools.cache).with_context(|| format!("{} cannot be made", tools.cache.display()))?;
    let _lock = lock(&tools.cache)?;

    let mut steps = Steps { installed: 0 };
    tools.wasm_toolchain = wasm_std::ensure(&tools, &mut steps)?;
    cargo_tools::ensure(&tools, &mut steps, TRUNK, "trunk", "builds the page")?;
    cargo_tools::ensure(
        &tools,
        &mut steps,
        WASM_BINDGEN,
        "wasm-bindgen",
        "joins the page's Wasm to the browser",
    )?;
    node::ensure(&tools, &mut steps)?;
    if scope == Scope::Everything {
        if crate::shell::which("cargo-nextest").is_none() {
            cargo_tools::ensure(&tools, &mut steps, NEXTEST, "cargo-nextest", "runs the native tests")?;
        }
        debian::ensure(
            &mut steps,
            &[("chromium", "chromium"), ("chromedriver", "chromium-driver")],
            "the browser that components and journeys are tested in",
        )?;
        python::ensure(&tools, &mut steps, AZURE_CLI)?;
    }
    if steps.installed > 0 {
        println!("setup: {} installed in {:.0} s", steps.installed, started.elapsed().as_secs_f64());
    } else {
        println!("setup: everything is there ({:.1} s)", started.elapsed().as_secs_f64());
    }
    Ok(tools)
}

/// Installs one tool that only a chore of its own needs, and nothing else.
pub fn tool(workspace: &Workspace, pin: Pin, why: &str) -> Result<Toolbox> {
    let tools = Toolbox::of_user(workspace)?;
    fs::create_dir_all(&tools.cache).with_context(|| format!("{} cannot be made", tools.cache.display()))?;
    let _lock = lock(&tools.cache)?;
    cargo_tools::ensure(&tools, &mut Steps { installed: 0 }, pin, pin.name, why)?;
    Ok(tools)
}

/// Tells what is being installed, and counts it.
struct Steps {
    installed: usize,
}

impl Steps {
    /// Says what is missing and what for, before it is installed.
    fn missing(&mut self, what: &str, why: &str, how_long: &str) {
        self.installed += 1;
        println!("setup: {what} is missing ({why}); installing, {how_long} …");
    }
}

/// Holds the cache until the returned file is dropped; the operating system lets go even if we are killed.
fn lock(cache: &Path) -> Result<File> {
    let path = cache.join("lock");
    let file = File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => println!("setup: waiting for another one to finish …"),
        Err(TryLockError::Error(error)) => return Err(error).context("the tool cache cannot be locked"),
    }
    file.lock().context("the tool cache cannot be locked")?;
    Ok(file)
}

/// Removes a folder, if it is there.
pub fn clear(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", folder.display()))
        }
        _ => Ok(()),
    }
}
