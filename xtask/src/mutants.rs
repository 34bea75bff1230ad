//! Mutation testing of the rules: the code is changed one place at a time, and a test should notice each change.
//!
//! Takes hours; what survives is read by a person and becomes a test, or is known to change nothing.

use std::process::ExitCode;

use anyhow::Result;

use crate::{setup, shell::Workspace, toolbox::MUTANTS};

/// Mutates the files of `crates/core` that match the patterns, and tells which changes no test noticed.
pub fn mutants(workspace: &Workspace, files: &[String]) -> Result<ExitCode> {
    let tools = setup::tool(workspace, MUTANTS, "changes the rules to see whether a test notices")?;
    let mut call = tools
        .cargo_of(MUTANTS)?
        // Fewer cases a property: a mutant is noticed by few or by none.
        .env("PROPTEST_CASES", "24")
        .args([
            "mutants",
            "--package",
            "byok-core",
            "--baseline",
            "skip",
            "--timeout",
            "120",
            "--output",
            "target",
        ])
        .args(["--no-shuffle", "--colors", "never"]);
    let default = ["id", "grant", "verdict"].map(|part| format!("crates/core/src/{part}/**"));
    for file in if files.is_empty() { default.as_slice() } else { files } {
        call = call.arg("--file").arg(file);
    }
    Ok(if call.tee()?.success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
