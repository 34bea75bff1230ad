//! Fuzzing of the rules: each target for a while, from the corpus that is kept in the repository.
//!
//! Not part of `cargo xtask test`, which repeats: what it finds becomes a test of its own.

use std::{fs, process::ExitCode};

use anyhow::{Context, Result, bail};

use crate::{setup, shell::Workspace, toolbox::FUZZ};

/// The targets, as `fuzz/Cargo.toml` names them.
const TARGETS: [&str; 4] = ["ids", "recognise", "explain", "grant"];

/// Runs each target, or those named, for so many minutes. Fails at the first finding.
pub fn fuzz(workspace: &Workspace, minutes: u32, only: &[String]) -> Result<ExitCode> {
    let chosen: Vec<&str> = TARGETS
        .into_iter()
        .filter(|target| only.is_empty() || only.iter().any(|wanted| wanted == target))
        .collect();
    if chosen.is_empty() {
        bail!("no target has such a name. The targets are: {}", TARGETS.join(", "));
    }
    let tools = setup::tool(workspace, FUZZ, "feeds the rules with made-up texts")?;
    for target in chosen {
        println!("\n── {target}, {minutes} min ──");
        let corpus = workspace.path("fuzz/corpus").join(target);
        let found = workspace.path("target/fuzz-corpus").join(target);
        fs::create_dir_all(&corpus).context("fuzz/corpus cannot be written")?;
        fs::create_dir_all(&found).context("target/fuzz-corpus cannot be written")?;
        tools
            .cargo_of(FUZZ)?
            // The sanitizer's flags are not stable; the compiler has them all the same.
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["fuzz", "run", "--fuzz-dir", "fuzz", "--target-dir", "target/fuzz", target])
            // What is found goes to the first folder; what is kept is only read.
            .arg(&found)
            .arg(&corpus)
            .args(["--", "-max_len=4096", "-timeout=10", "-print_final_stats=1"])
            .arg(format!("-max_total_time={}", minutes * 60))
            .run()?;
    }
    Ok(ExitCode::SUCCESS)
}
