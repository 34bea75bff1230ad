//! The standard library inside the page, built along with it where its sources are at hand.
//!
//! The library that comes with a compiler is made for speed and carries the text of every panic. Built along with the
//! page it is made for size, and a panic stops the program at once: together about a tenth of what a browser fetches.
//! The page shows its notice that it stopped either way, since a stopped program is an error like any other.

use std::path::Path;

use anyhow::Result;

use crate::{shell::Call, toolbox::Toolbox};

/// What makes a panic stop the program without a word. Not stable yet, hence the probe.
const STOP_AT_ONCE: [&str; 2] = ["-Zunstable-options", "-Cpanic=immediate-abort"];

/// Prepares the build of the page; without the sources or with a compiler that cannot do it, changes nothing.
pub fn build_along(tools: &Toolbox, call: Call) -> Result<Call> {
    if !is_possible(tools)? {
        println!(
            "dist: the compiler comes without the library's sources, so the page will be a tenth heavier"
        );
        return Ok(call);
    }
    Ok(call
        // A folder of its own: what these settings build, no other build can use.
        .env("CARGO_TARGET_DIR", tools.workspace.path("target/page"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env("RUSTFLAGS", STOP_AT_ONCE.join(" ")))
}

fn is_possible(tools: &Toolbox) -> Result<bool> {
    let rustc = || tools.for_wasm(Call::new("rustc"));
    let sysroot = rustc()?.args(["--print", "sysroot"]).read()?;
    let has_sources = Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.lock").is_file();
    let probe = rustc()?
        .env("RUSTC_BOOTSTRAP", "1")
        .args(STOP_AT_ONCE)
        .args(["--print", "cfg", "--target", "wasm32-unknown-unknown"])
        .read();
    Ok(has_sources && probe.is_ok_and(|settings| settings.contains("immediate-abort")))
}
