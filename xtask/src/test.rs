//! Everything that CI checks, in one order, counted in one line at the end.
//!
//! A step that fails does not stop the ones that do not build on it. What is not checked is said on a line of its own.

mod count;
mod steps;

use std::{process::ExitCode, time::Instant};

use anyhow::{Result, bail};

use crate::{
    setup::{self, Scope},
    shell::Workspace,
    toolbox::Toolbox,
};
use count::Count;

/// One step: its name, and what it does. The name is what `--only` looks at.
struct Step {
    name: &'static str,
    run: fn(&Toolbox) -> Result<Count>,
}

/// All steps, in order: cheap ones first, and what a later step needs before it.
const STEPS: [Step; 12] = [
    Step { name: "format", run: steps::format },
    Step { name: "page", run: steps::page },
    Step { name: "lint", run: steps::lint },
    Step { name: "lint-browser", run: steps::lint_browser },
    Step { name: "dependencies", run: steps::dependencies },
    Step { name: "binary", run: steps::binary },
    Step { name: "native", run: steps::native },
    Step { name: "documentation", run: steps::documentation },
    Step { name: "tidy", run: steps::tidy },
    Step { name: "components", run: steps::components },
    Step { name: "journeys", run: steps::journeys },
    Step { name: "contracts", run: steps::contracts },
];

/// Runs the steps, or those whose name contains one of `only`, and tells the sum.
pub fn test(workspace: &Workspace, only: &[String]) -> Result<ExitCode> {
    let chosen: Vec<&Step> = STEPS
        .iter()
        .filter(|step| only.is_empty() || only.iter().any(|wanted| step.name.contains(wanted.as_str())))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        bail!("no step has such a name. The steps are: {}", names.join(", "));
    }
    let tools = setup::setup(workspace, Scope::Everything)?;
    let mut sum = Count::default();
    let mut table = Vec::new();
    for step in chosen {
        println!("\n── {} ──", step.name);
        let started = Instant::now();
        let count = (step.run)(&tools).unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Count::failed()
        });
        table.push((step.name, count.clone(), started.elapsed().as_secs()));
        sum.add(count);
    }

    println!("\n{:<16}{:>8}{:>8}{:>9}{:>9}", "step", "passed", "failed", "skipped", "seconds");
    for (name, count, seconds) in table {
        println!("{name:<16}{:>8}{:>8}{:>9}{seconds:>9}", count.passed, count.failed, count.skipped());
    }
    for reason in &sum.reasons {
        println!("skipped: {reason}");
    }
    println!("\n{} passed, {} failed, {} skipped", sum.passed, sum.failed, sum.skipped());
    // A run that checked nothing has not succeeded.
    Ok(if sum.failed == 0 && sum.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
