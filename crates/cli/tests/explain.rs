//! `byok explain` as a process: what it reads, what it prints, how it ends.

#![allow(clippy::expect_used, reason = "a test stops where it cannot go on")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn explain(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_byok"))
        .arg("explain")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("byok starts");
    // One that fails before it reads closes the pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("byok ends")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_exit_status_tells_whether_it_is_explained() {
    let known = explain(&["-"], b"ERROR: The Vault 'kv-kafka-prod' not found within subscription.");
    assert_eq!(known.status.code(), Some(0));
    assert!(printed(&known).starts_with(" 1. certain   vault.not-in-subscription\n"), "{}", printed(&known));
    assert!(!printed(&known).contains('\x1b') && known.stderr.is_empty());

    let unknown = explain(&["--json"], b"Teapot");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(printed(&unknown).contains("\"status\":\"unmatched\""));

    let unreadable = explain(&["no-such-file.txt"], b"");
    assert_eq!((unreadable.status.code(), printed(&unreadable).as_str()), (Some(2), ""));
    assert!(String::from_utf8_lossy(&unreadable.stderr).contains("`no-such-file.txt` cannot be read"));
    assert_eq!(explain(&["--colour"], b"").status.code(), Some(2));
}

#[test]
fn a_file_is_read() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(b"AADSTS700016: Application with identifier \xFF was not found").expect("written");
    let told = explain(&["--json", &file.path().to_string_lossy()], b"");
    assert_eq!(told.status.code(), Some(0));
    assert!(printed(&told).contains("\"code\":\"entra.application-missing\",\"rank\":1"));
}

#[test]
fn help_shows_examples() {
    let help = printed(&explain(&["--help"], b""));
    for part in ["Examples:", "| byok explain", "Exit status: 0", "--json"] {
        assert!(help.contains(part), "{part} is not in {help}");
    }
}
