//! The one binary: `byok` with a command for each use; the terminal's own commands call the same rules as the page.

mod audit;
mod check;
mod completions;
mod doctor;
mod explain;
mod grant;
mod live;
mod new_key;
mod output;
mod page;
mod plan;
mod preflight;
mod recognise;
mod sandbox;
mod serve;
mod settings;
mod snippet;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Create Confluent Cloud clusters on Azure that are encrypted with a key of your own, right the first time.
#[derive(Debug, Parser)]
#[command(name = "byok", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the wizard's page and its proxy on this machine
    Serve(serve::Args),
    /// Run Azure and Confluent, simulated, on this machine
    Sandbox(sandbox::Args),
    Check(check::Args),
    Recognise(recognise::Args),
    Explain(explain::Args),
    NewKey(new_key::Args),
    Grant(grant::Args),
    Doctor(doctor::Args),
    Preflight(preflight::Args),
    Audit(audit::Args),
    Completions(completions::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Audit(args) => audit::run(args),
        Command::Sandbox(args) => sandbox::run(args),
        Command::Check(args) => return check::run(args),
        Command::Recognise(args) => return recognise::run(args),
        Command::Explain(args) => return explain::run(args),
        Command::NewKey(args) => return new_key::run(args),
        Command::Grant(args) => return grant::run(args),
        Command::Doctor(args) => return doctor::run(args),
        Command::Preflight(args) => return preflight::run(args),
        Command::Completions(args) => return completions::run::<Cli>(args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
