//! The one binary: `byok serve`, `byok sandbox`, `byok check`, `byok new-key`, `byok grant`, `byok doctor`.

mod check;
mod doctor;
mod grant;
mod new_key;
mod page;
mod plan;
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
    NewKey(new_key::Args),
    Grant(grant::Args),
    Doctor(doctor::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Sandbox(args) => sandbox::run(args),
        Command::Check(args) => return check::run(args),
        Command::NewKey(args) => return new_key::run(args),
        Command::Grant(args) => return grant::run(args),
        Command::Doctor(args) => return doctor::run(args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
