//! Every chore of the repository, one command each: `cargo xtask setup|run|test|bench|crash|fuzz|mutants|dist`.
//!
//! A person and CI type the same commands. What a chore needs and does not find, it installs first ([`setup`]).

mod bench;
mod crash;
mod dist;
mod fuzz;
mod mutants;
mod run;
mod setup;
mod shell;
mod test;
mod tidy;
mod toolbox;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{setup::Scope, shell::Workspace};

/// The chores of BYOK Wizard.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    after_help = "Examples:\n  \
        cargo xtask run                        build everything and open the wizard on simulated clouds\n  \
        cargo xtask run -- --listen 127.0.0.1:9000\n  \
        cargo xtask test                       what CI runs\n  \
        cargo xtask test --only journeys       one step of it\n  \
        cargo xtask dist                       the page and the release binary, with a table of sizes"
)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Installs what is missing, each thing with the reason; a second run finds nothing to do.
    Setup,
    /// Builds what changed and serves the wizard with its simulated clouds.
    Run {
        /// Passed on to `byok serve --sandbox`.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Checks everything and ends with one line: passed, failed, skipped.
    Test {
        /// Only the steps whose name contains this text; may be given several times.
        #[arg(long, value_name = "STEP")]
        only: Vec<String>,
    },
    /// Measures first load, start, memory, and the rules beside their peers, against their limits.
    Bench {
        /// Only what is measured under a name that contains this text; may be given several times.
        #[arg(long, value_name = "NAME")]
        only: Vec<String>,
        /// How often each measurement is repeated; the median is printed.
        #[arg(long, default_value_t = 5)]
        runs: usize,
    },
    /// Kills the server at every boundary and at random moments, on each engine of the ledger: never two clusters.
    Crash {
        /// How many random kills on each engine.
        #[arg(long, default_value_t = 1000)]
        kills: usize,
    },
    /// Feeds the rules with made-up texts, starting from the corpus in `fuzz/corpus`.
    Fuzz {
        /// For how long each target runs, in minutes.
        #[arg(long, default_value_t = 30)]
        minutes: u32,
        /// Only this target; may be given several times.
        #[arg(value_name = "TARGET")]
        targets: Vec<String>,
    },
    /// Changes the rules one place at a time and tells which changes no test notices. Takes hours.
    Mutants {
        /// Which files, as a pattern; IDs, grants and verdicts by default.
        #[arg(value_name = "FILES")]
        files: Vec<String>,
    },
    /// Builds the page into `dist/` and the release binary around it.
    Dist {
        /// Builds the page even if nothing it is made of has changed.
        #[arg(long)]
        force: bool,
    },
}

fn main() -> ExitCode {
    match perform(Arguments::parse().chore) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(chore: Chore) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match chore {
        Chore::Setup => setup::setup(&workspace, Scope::Everything).map(|_| ExitCode::SUCCESS),
        Chore::Run { arguments } => run::run(&workspace, &arguments),
        Chore::Test { only } => test::test(&workspace, &only),
        Chore::Bench { only, runs } => bench::bench(&workspace, runs, &only),
        Chore::Crash { kills } => crash::crash(&workspace, kills),
        Chore::Fuzz { minutes, targets } => fuzz::fuzz(&workspace, minutes, &targets),
        Chore::Mutants { files } => mutants::mutants(&workspace, &files),
        Chore::Dist { force } => {
            let tools = setup::setup(&workspace, Scope::Build)?;
            dist::dist(&tools, force)?;
            dist::binary(&tools)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
