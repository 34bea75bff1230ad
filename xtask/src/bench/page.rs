//! What somebody waits for who opens the wizard: first load, process start, and the memory it idles in.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use super::{Limit, Series, server::Server};
use crate::{tidy, toolbox::Toolbox};

/// How long a process is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(3);
/// The page on simulated clouds.
const SERVE: [&str; 4] = ["serve", "--sandbox", "--listen", "127.0.0.1:0"];

/// Bytes that a fresh browser receives from `/new/cluster` until an ID pasted on *Security* is judged.
pub fn first_load(tools: &Toolbox, runs: usize) -> Result<Vec<Series>> {
    let limit = Limit::AtMost(f64::from(tidy::BUDGET));
    let mut loads = Series::new("first load, until a pasted ID is judged", "bytes", limit);
    for _ in 0..runs {
        let printed = tools
            .node_call()?
            .arg(tools.workspace.path("tests/first-load.mjs"))
            .env("BYOK", tools.byok())
            .read()?;
        let last = printed.lines().last().unwrap_or_default();
        loads.values.push(
            last.parse().with_context(|| format!("tests/first-load.mjs printed no number but: {printed}"))?,
        );
    }
    Ok(vec![loads])
}

/// Milliseconds from starting the process until it has answered a request.
pub fn start(tools: &Toolbox, runs: usize) -> Result<Vec<Series>> {
    let mut starts = Series::new("process start to first answer", "ms", Limit::AtMost(100.0));
    for _ in 0..runs {
        let started = Instant::now();
        let server = Server::start(tools, &SERVE, &[])?;
        server.ask("/livez")?;
        starts.values.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(vec![starts])
}

/// Megabytes of memory that the process holds after answering one request and being left alone.
pub fn idle_memory(tools: &Toolbox, runs: usize) -> Result<Vec<Series>> {
    let mut held = Series::new("idle memory", "MB", Limit::AtMost(25.0));
    for _ in 0..runs {
        let server = Server::start(tools, &SERVE, &[])?;
        server.ask("/")?;
        thread::sleep(IDLE);
        held.values.push(server.memory("VmRSS")?);
    }
    Ok(vec![held])
}
