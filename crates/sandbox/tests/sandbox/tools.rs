//! Where Microsoft's own tools are on this machine.
//!
//! The Azure CLI is looked for in `BYOK_AZ`, then in the per-user cache of tools, then on the `PATH`; its Python, with Microsoft's client
//! libraries in it, lies beside it.

use std::path::{Path, PathBuf};

/// The folder of the per-user cache in which the chores put their tools, one folder a tool and version.
const CACHE: &str = ".cache/byok-wizard";

/// The Azure CLI, if there is one; otherwise says that the test is skipped.
pub fn azure_cli() -> Option<PathBuf> {
    let found = candidates().find(|file| file.is_file());
    if found.is_none() {
        println!("skipped: the Azure CLI is not here (set BYOK_AZ to its path)");
    }
    found
}

/// The Python beside the Azure CLI, if there is one; otherwise says that the test is skipped.
pub fn azure_python() -> Option<PathBuf> {
    let python = azure_cli()?.with_file_name("python");
    if python.is_file() {
        return Some(python);
    }
    println!("skipped: there is no Python beside the Azure CLI");
    None
}

fn candidates() -> impl Iterator<Item = PathBuf> {
    let named = std::env::var_os("BYOK_AZ").map(PathBuf::from);
    let cache = std::env::var_os("HOME").map(|home| Path::new(&home).join(CACHE));
    let mut cached: Vec<PathBuf> = cache
        .and_then(|cache| std::fs::read_dir(cache).ok())
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|folder| {
            folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("azure-cli-"))
        })
        .map(|folder| folder.join("bin/az"))
        .collect();
    // The newest one, as far as names tell.
    cached.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed: Vec<PathBuf> = std::env::split_paths(&path).map(|folder| folder.join("az")).collect();
    named.into_iter().chain(cached.into_iter().rev()).chain(installed)
}
