//! Builds what is shipped: the page into `dist/`, and the release binary with the page inside.
//!
//! Trunk compiles the page and joins its parts; everything that changes bytes afterwards happens here, in one order:
//! optimise the Wasm, patch and minify the glue, name files by their final content, compress. Trunk would name files
//! by what they were before, and then the same name could stand for other bytes in somebody's cache.

mod glue;
mod library;
mod names;
mod prune;
mod sizes;
mod styles;
mod wasm;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

pub use library::build_along;
pub use sizes::{brotli, first_load};
pub use wasm::{FOR_SIZE, FOR_SPEED, optimise};

use crate::{
    shell::Call,
    toolbox::{TRUNK, Toolbox, hex},
};

/// What the page is made of; if none of it changes, the page in `dist/` is still right.
const SOURCES: [&str; 14] = [
    ".cargo",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "crates/browser",
    "crates/core",
    "crates/later",
    "index.html",
    "public",
    "src",
    "style",
    "tests/package-lock.json",
    "xtask/src/dist",
    "xtask/src/dist.rs",
];

/// Builds the page into `dist/`, unless `dist/` was built from exactly what is there now.
pub fn dist(tools: &Toolbox, force: bool) -> Result<()> {
    let folder = tools.workspace.path("dist");
    let stamp = tools.wasm_target().join("dist.stamp");
    let sources = digest_of_sources(tools)?;
    let is_current = fs::read_to_string(&stamp).is_ok_and(|built_from| built_from == sources);
    if is_current && folder.join("index.html").is_file() && !force {
        println!("dist: the page is up to date");
        return Ok(());
    }
    let started = Instant::now();
    trunk(tools)?;
    let page = finish(tools, read_files(&page_folder(tools))?)?;
    replace(&folder, &page)?;
    fs::write(&stamp, sources)?;
    sizes::print(&page);
    println!("dist: the page was built in {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// Builds the release binary around the page.
pub fn binary(tools: &Toolbox) -> Result<()> {
    let started = Instant::now();
    tools.cargo().args(["build", "--quiet", "--release", "--package", "byok-cli"]).args(locked()).run()?;
    println!("dist: {} ({:.0} s)", tools.byok().display(), started.elapsed().as_secs_f64());
    Ok(())
}

/// Where Trunk leaves the page as it was compiled, function names included.
pub fn page_folder(tools: &Toolbox) -> PathBuf {
    tools.wasm_target().join("page")
}

/// The page's own program as it was compiled.
pub fn first_program(tools: &Toolbox) -> Result<PathBuf> {
    let folder = page_folder(tools);
    Ok(folder.join(single(&read_files(&folder)?, PAGE, "_bg.wasm")?))
}

/// On CI the lock file is the truth; at a desk cargo may add what a changed manifest asks for.
pub fn locked() -> Option<&'static str> {
    std::env::var_os("CI").map(|_| "--locked")
}

fn trunk(tools: &Toolbox) -> Result<()> {
    let call = Call::new(tools.program(TRUNK, "trunk"))
        .args(["build", "--release", "--skip-version-check", "--dist"])
        .arg(page_folder(tools))
        .args(locked())
        // Trunk takes the variable for a switch of its own and stumbles over any value but true and false.
        .without_env("NO_COLOR")
        .env("RUST_LOG", "warn")
        .env("CARGO_TERM_QUIET", "true");
    library::build_along(tools, tools.for_wasm(call)?)?.run()
}

/// The files of a page by their path, with forward slashes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The page's own program.
const PAGE: &str = "byok-wizard";
/// The program of the pages that come after the first load.
pub const LATER: &str = "byok-later";

/// From Trunk's output to what is served.
fn finish(tools: &Toolbox, mut files: Files) -> Result<Files> {
    // The page's HTML names both, so it comes last.
    let mut renamed = program(tools, &mut files, LATER)?;
    renamed.extend(program(tools, &mut files, PAGE)?);
    for style in
        files.keys().filter(|name| name.ends_with(".css") && !name.contains('/')).cloned().collect::<Vec<_>>()
    {
        let stem = style.split_once('-').map_or("style", |(stem, _)| stem).to_owned();
        renamed.push((style.clone(), names::by_content(&mut files, &style, &stem, "css")?));
    }
    names::rewrite(&mut files, "index.html", &renamed)?;
    names::inline_icon(&mut files)?;
    styles::join(tools, &mut files)?;
    sizes::compress(tools, &mut files)?;
    Ok(files)
}

/// Optimises one program and its glue and names both by their content. Returns the names that HTML mentions, former and
/// new.
fn program(tools: &Toolbox, files: &mut Files, stem: &str) -> Result<Vec<(String, String)>> {
    let wasm_name = single(files, stem, "_bg.wasm")?;
    let glue_name = single(files, stem, ".js")?;

    let wasm = wasm::optimise(tools, &page_folder(tools).join(&wasm_name), wasm::FOR_SIZE)?;
    let constants = wasm::constants(&wasm)?;
    let imports = prune::imports(&wasm)?;
    files.insert(wasm_name.clone(), wasm);
    let wasm_final = names::by_content(files, &wasm_name, stem, "wasm")?;

    let glue = String::from_utf8(files.get(&glue_name).cloned().unwrap_or_default())
        .context("the glue is not text")?;
    let glue = prune::glue(&glue, &imports)?;
    let glue =
        if stem == PAGE { glue::under_policy(&glue, &constants)? } else { glue::without_markup(&glue)? };
    let glue = glue::names(&glue, stem, &wasm_final)?;
    files.insert(glue_name.clone(), glue::minify(tools, &glue)?);
    let glue_final = names::by_content(files, &glue_name, stem, "js")?;
    let mut mentioned = vec![(glue_name, glue_final)];
    if stem == PAGE {
        mentioned.push((wasm_name, wasm_final));
    }
    Ok(mentioned)
}

fn single(files: &Files, stem: &str, ending: &str) -> Result<String> {
    let found: Vec<&String> = files
        .keys()
        .filter(|name| !name.contains('/') && name.starts_with(stem) && name.ends_with(ending))
        .collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        several => bail!("Trunk was expected to leave one file `{stem}*{ending}`, and left {several:?}"),
    }
}

/// Reads a folder and what is below it.
fn read_files(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("{} cannot be read", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

/// Puts the files in place of the folder's former content. The new folder is complete before the old one goes.
fn replace(folder: &Path, files: &Files) -> Result<()> {
    let fresh = folder.with_extension("new");
    let _ = fs::remove_dir_all(&fresh);
    for (name, bytes) in files {
        let path = fresh.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&fresh))?;
        fs::write(&path, bytes)?;
    }
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    fs::rename(&fresh, folder).with_context(|| format!("{} cannot be moved into place", folder.display()))
}

fn digest_of_sources(tools: &Toolbox) -> Result<String> {
    let mut digest = Sha256::new();
    digest.update(format!("{:?}", tools.wasm_toolchain));
    for source in SOURCES {
        let path = tools.workspace.path(source);
        let files = match (path.is_dir(), path.is_file()) {
            (true, _) => read_files(&path)?,
            (_, true) => Files::from([(String::new(), fs::read(&path)?)]),
            _ => continue,
        };
        for (name, bytes) in files {
            digest.update(format!("{source}/{name}:{}\n", bytes.len()));
            digest.update(bytes);
        }
    }
    Ok(hex(&digest.finalize()))
}
