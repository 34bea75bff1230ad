//! Names that others rely on: in JSON, in options of the terminal, in files. Changing one is a break.

use byok_core::grant::{Format, Shell, TokenKind};
use byok_core::id::{AzureCloud, Kind, NotAnId, Status};

#[test]
fn names_for_machines_are_fixed() {
    let clouds = AzureCloud::ALL.map(AzureCloud::as_str);
    assert_eq!(clouds, ["public", "china", "us-government", "germany", "bleu"]);
    let kinds = [Kind::KeyVaultId, Kind::KeyId, Kind::TenantId, Kind::Unknown].map(Kind::as_str);
    assert_eq!(kinds, ["key-vault-id", "key-id", "tenant-id", "unknown"]);
    let statuses = [Status::Ok, Status::Repaired, Status::Rejected].map(Status::as_str);
    assert_eq!(statuses, ["ok", "repaired", "rejected"]);
    let kinds = [TokenKind::Comment, TokenKind::Command, TokenKind::Flag, TokenKind::Value, TokenKind::Text];
    assert_eq!(kinds.map(TokenKind::as_str), ["comment", "command", "flag", "value", "text"]);
    let formats = Format::ALL.map(Format::as_str);
    assert_eq!(formats, ["bash", "git-bash", "powershell", "cmd", "bicep", "arm"]);
}

#[test]
fn only_the_command_prompt_needs_carriage_returns() {
    assert_eq!(Shell::ALL.map(Shell::line_break), ["\n", "\n", "\n", "\r\n"]);
    assert!(Format::ALL.iter().all(|format| format.line_break() == "\n" || format.as_str() == "cmd"));
}

#[test]
fn what_is_no_id_says_so() {
    assert_eq!(NotAnId.to_string(), "the text does not have the form of this ID");
}
