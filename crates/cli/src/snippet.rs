//! What the commands that print snippets have in common: reading IDs, telling what is wrong with them, printing.

use std::io::{self, Write};
use std::process::ExitCode;

use byok_core::finding::{Finding, Severity};
use byok_core::grant::{Shell, Snippet};
use byok_core::id::{self, ApplicationId, Checked, Guid, KeyId, TenantId, VaultId};

/// The shells that there are commands for.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShellName {
    /// bash, on Linux, on macOS and in Azure Cloud Shell; zsh takes the same
    Bash,
    /// The bash that comes with Git for Windows
    GitBash,
    /// Windows PowerShell 5.1 and PowerShell 7
    Powershell,
    /// The Command Prompt of Windows: a text to save as a .cmd file
    Cmd,
}

impl From<ShellName> for Shell {
    fn from(name: ShellName) -> Self {
        match name {
            ShellName::Bash => Shell::Bash,
            ShellName::GitBash => Shell::GitBash,
            ShellName::Powershell => Shell::PowerShell,
            ShellName::Cmd => Shell::Cmd,
        }
    }
}

/// Prints a snippet, or says with the exit status that there is none.
pub(crate) fn print(snippet: Option<Snippet>, line_break: &str) -> ExitCode {
    let Some(snippet) = snippet else { return ExitCode::from(2) };
    match io::stdout().write_all(snippet.text_with(line_break).as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Writing stopped: {error}");
            ExitCode::from(2)
        }
    }
}

/// The vault; `None` after telling why it cannot be used.
pub(crate) fn vault(text: &str, told: &mut impl Write) -> Option<VaultId> {
    taken("--key-vault-id", id::key_vault_id(text), told)
}

/// The key; `None` after telling why it cannot be used.
pub(crate) fn key(text: &str, told: &mut impl Write) -> Option<KeyId> {
    taken("--key-id", id::key_id(text), told)
}

/// The tenant; `None` after telling why it cannot be used.
pub(crate) fn tenant(text: &str, told: &mut impl Write) -> Option<TenantId> {
    taken("--tenant-id", id::tenant_id(text), told)
}

/// The application; `None` after telling why it cannot be used.
pub(crate) fn application(text: &str, told: &mut impl Write) -> Option<ApplicationId> {
    let guid = Guid::parse_any_form(text.trim()).filter(|guid| !guid.is_zero());
    if guid.is_none() {
        say(
            told,
            "--application-id: this is not an application ID, which is a GUID of 32 hexadecimal digits. Copy the application_id that Confluent shows for the registered key.",
        );
    }
    guid.map(ApplicationId::from)
}

/// Whether the IDs fit each other; tells where they do not.
pub(crate) fn fit(
    vault: &VaultId,
    key: Option<&KeyId>,
    tenant: Option<&TenantId>,
    told: &mut impl Write,
) -> bool {
    usable(&id::together(Some(vault), key, tenant), told)
}

/// Tells findings; whether none of them is an error.
pub(crate) fn usable(findings: &[Finding], told: &mut impl Write) -> bool {
    for finding in findings {
        say(told, &format!("{} {}", finding.message(), finding.fix()));
    }
    findings.iter().all(|finding| finding.severity() != Severity::Error)
}

fn taken<T>(option: &str, checked: Checked<T>, told: &mut impl Write) -> Option<T> {
    for finding in &checked.findings {
        say(told, &format!("{option}: {} {}", finding.message(), finding.fix()));
    }
    checked.value
}

/// A standard error that cannot be written to is no reason to stop.
pub(crate) fn say(told: &mut impl Write, line: &str) {
    let _ = writeln!(told, "{line}");
}
