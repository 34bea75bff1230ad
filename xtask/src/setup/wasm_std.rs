//! The standard library for `wasm32-unknown-unknown`: from rustup where its server can be reached, else built once
//! from Debian's source package.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::{Steps, clear, debian};
use crate::{
    shell::Call,
    toolbox::{OLDEST_RUST, Toolbox, hex},
};

/// The target that the page is compiled for.
const TARGET: &str = "wasm32-unknown-unknown";
/// What rustup takes as a toolchain: the folder that holds Debian's `bin/rustc`.
const DEBIAN: &str = "/usr";
/// Where Debian's compiler looks for the library.
const DEBIAN_LIBRARY: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";
/// Debian's compiler, its sources and linker, and the linter that belongs to it.
const PACKAGES: [&str; 6] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy", "lld-22"];
/// The empty crate whose build makes the library. The optimiser looks at bytes first, as in the page itself.
const MANIFEST: &str = "[package]\nname = \"wasm-std\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
    [profile.release]\nopt-level = \"z\"\ncodegen-units = 1\n";

/// Makes sure that the page can be compiled. Returns the toolchain that does it, `None` for rustup's current one.
pub fn ensure(tools: &Toolbox, steps: &mut Steps) -> Result<Option<PathBuf>> {
    if rustup_has_it(tools) {
        with_sources(tools, steps);
        return Ok(None);
    }
    if debian_has_it() {
        return Ok(Some(PathBuf::from(DEBIAN)));
    }
    steps.missing("Rust's standard library for the browser", "the page is compiled with it", "some seconds");
    let added = tools.rust("rustup").args(["target", "add", TARGET]).read();
    if added.is_ok() && rustup_has_it(tools) {
        with_sources(tools, steps);
        return Ok(None);
    }
    println!("setup: rustup cannot fetch it here; building it from Debian's packages, 1 to 2 minutes …");
    from_debian(tools).context(
        "the standard library for the browser could not be had. With access to rustup's server, \
         run: rustup target add wasm32-unknown-unknown",
    )?;
    Ok(Some(PathBuf::from(DEBIAN)))
}

/// Fetches the library's sources, so that the page can carry a smaller build of it. Without them it is only heavier.
fn with_sources(tools: &Toolbox, steps: &mut Steps) {
    let sysroot = tools.rust("rustc").args(["--print", "sysroot"]).read().unwrap_or_default();
    if !Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.lock").is_file() {
        steps.missing("the source of Rust's standard library", "the page gets smaller by it", "some seconds");
        if let Err(error) = tools.rust("rustup").args(["component", "add", "rust-src"]).read() {
            println!("setup: going on without: {error:#}");
        }
    }
}

fn rustup_has_it(tools: &Toolbox) -> bool {
    let library = tools.rust("rustc").args(["--print", "target-libdir", "--target", TARGET]).read();
    library.is_ok_and(|folder| holds_core(Path::new(&folder)))
}

/// Whether the library is in place and was built by the compiler that is there now.
fn debian_has_it() -> bool {
    let stamp = fs::read_to_string(Path::new(DEBIAN_LIBRARY).join(STAMP)).unwrap_or_default();
    holds_core(Path::new(DEBIAN_LIBRARY))
        && Path::new(DEBIAN).join("bin/cargo-clippy").is_file()
        && recipe().is_ok_and(|recipe| recipe == stamp)
}

/// The file beside the library that says what it was built from.
const STAMP: &str = "byok-wizard.recipe";

/// What the library depends on: the compiler, down to its commit, and the manifest above.
fn recipe() -> Result<String> {
    let compiler = Call::new(Path::new(DEBIAN).join("bin/rustc")).arg("-vV").read()?;
    Ok(hex(&Sha256::digest(format!("{compiler}\n{MANIFEST}\n{FEATURES}"))))
}

/// The features of the standard library itself: smaller code for sorting and formatting, no backtraces.
const FEATURES: &str = "optimize_for_size";

fn holds_core(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
}

fn from_debian(tools: &Toolbox) -> Result<()> {
    debian::install(&PACKAGES)?;
    new_enough()?;
    let recipe = recipe()?;
    let built = tools.cache.join(format!("wasm-std-{}", &recipe[..16]));
    if !holds_core(&built) {
        build(&built)?;
    }
    fs::write(built.join(STAMP), &recipe)?;
    // Libraries of an earlier build have other names and would stand beside the new ones: the compiler refuses two.
    debian::as_root(&["rm", "-rf", DEBIAN_LIBRARY])?;
    debian::as_root(&["mkdir", "-p", DEBIAN_LIBRARY])?;
    let files = built.join(".").to_string_lossy().into_owned();
    debian::as_root(&["cp", "-r", &files, DEBIAN_LIBRARY])?;
    // Cargo does not notice that a library of the compiler was replaced.
    clear(&tools.wasm_target())
}

fn new_enough() -> Result<()> {
    let version = Call::new(Path::new(DEBIAN).join("bin/rustc")).arg("--version").read()?;
    let mut numbers = version.split([' ', '.']).skip(1).map(|part| part.parse::<u32>().unwrap_or_default());
    let found = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    if found < OLDEST_RUST {
        let (major, minor) = OLDEST_RUST;
        bail!("Debian's {version} is too old, {major}.{minor} is needed. Run: sudo apt-get update");
    }
    Ok(())
}

/// Builds the library with unstable cargo features, once, so that every later build is an ordinary one.
fn build(into: &Path) -> Result<()> {
    let partial = into.with_extension("partial");
    clear(&partial)?;
    let finished = partial.join("finished");
    fs::create_dir_all(partial.join("src"))?;
    fs::create_dir_all(&finished)?;
    fs::write(partial.join("Cargo.toml"), MANIFEST)?;
    fs::write(partial.join("src/lib.rs"), "")?;
    Call::new("cargo")
        .args(["build", "--quiet", "--release", "--target", TARGET])
        .folder(&partial)
        .env("RUSTUP_TOOLCHAIN", DEBIAN)
        .env("RUSTC_BOOTSTRAP", "1")
        // Without the bitcode, a build with link-time optimisation ends in "failed to get bitcode".
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort,proc_macro,test")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", FEATURES)
        .env("CARGO_TARGET_DIR", partial.join("target"))
        .without_env("LD_LIBRARY_PATH")
        .without_env("RUSTC")
        .run_quietly()?;
    for entry in fs::read_dir(partial.join("target").join(TARGET).join("release/deps"))?.flatten() {
        let name = entry.file_name();
        let name_text = name.to_string_lossy();
        if name_text.ends_with(".rlib") && !name_text.starts_with("libwasm_std-") {
            fs::copy(entry.path(), finished.join(&name))?;
        }
    }
    clear(into)?;
    fs::rename(&finished, into).context("the library cannot be moved into place")?;
    clear(&partial)
}
