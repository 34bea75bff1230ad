//! `byok audit`: is the audit trail whole?

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// Check the audit trail of a server
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Follow the chain of an export line by line, and name the first line that was changed or is missing
    #[command(after_help = "The export is what `GET /api/v1/audit` of a server answers. Examples:
  byok audit verify byok-audit.jsonl
  curl -s http://127.0.0.1:8080/api/v1/audit | byok audit verify

The hash at the end names the whole trail: keep it, and a later export must still contain that line.
Exit status: 0 unbroken, 1 broken or unreadable, 2 usage.")]
    Verify {
        /// The export; standard input if none is named
        file: Option<PathBuf>,
    },
}

/// Checks and says so.
pub(crate) fn run(args: Args) -> Result<()> {
    let Command::Verify { file } = args.command;
    let export: Box<dyn BufRead> = match &file {
        Some(file) => {
            let opened = File::open(file).with_context(|| format!("`{}` cannot be read", file.display()))?;
            Box::new(BufReader::new(opened))
        }
        None => Box::new(io::stdin().lock()),
    };
    let report = byok_proxy::verify_audit(export).context("the audit trail is broken")?;
    println!("{report}");
    Ok(())
}
