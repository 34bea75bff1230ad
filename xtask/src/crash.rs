//! More of what the tests do a little of: killing the server, over and over.

use std::process::ExitCode;

use anyhow::Result;

use crate::shell::{Call, Workspace};

/// Kills at every boundary once and `kills` times at random, on each engine; both engines side by side.
pub fn crash(workspace: &Workspace, kills: usize) -> Result<ExitCode> {
    let call = Call::new("cargo").folder(&workspace.root).env("BYOK_TEST_KILLS", kills.to_string()).args([
        "test",
        "--package",
        "byok-proxy",
        "--lib",
        "--",
        "tests::crash",
        "--nocapture",
        "--test-threads",
        "2",
    ]);
    Ok(if call.tee()?.success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
