//! `byok completions`: what a shell needs to complete commands, options and values.

use std::io;
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::output::quiet;

/// Print what a shell needs to complete the commands and options of byok
///
/// Exit status: 0 when it was printed, 2 when that failed.
#[derive(clap::Args, Debug, Clone)]
#[command(after_help = "\
Examples:
  byok completions bash > ~/.local/share/bash-completion/completions/byok
  byok completions zsh > ~/.zfunc/_byok
  byok completions fish > ~/.config/fish/completions/byok.fish
  byok completions powershell >> $PROFILE")]
pub struct Args {
    /// For which shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Runs the command of `C`.
pub fn run<C: CommandFactory>(args: Args) -> ExitCode {
    let written = io::Write::write_all(&mut io::stdout(), &script::<C>(args.shell));
    match quiet(written, ()) {
        None | Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(error)) => {
            eprintln!("Writing stopped: {error}");
            ExitCode::from(2)
        }
    }
}

fn script<C: CommandFactory>(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut C::command(), "byok", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;
    use crate::Cli;

    #[test]
    fn every_shell_gets_the_commands_and_their_options() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(script::<Cli>(*shell)).unwrap();
            for word in ["recognise", "check", "sarif", "key-vault-id"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
    }
}
