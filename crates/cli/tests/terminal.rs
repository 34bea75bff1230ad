//! The commands that need no network, run as a user runs them: exit status, streams, help.

#![allow(clippy::unwrap_used, reason = "a helper of tests may panic like a test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Output, Stdio};

const KEY: &str = "https://kv-1.vault.azure.net/keys/kafka";

fn byok(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_byok"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A command that needs no input may end before it has read any.
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

#[test]
fn the_exit_status_says_how_it_went() {
    for (arguments, input, status) in [
        (&["check"] as &[&str], KEY, 0),
        (&["check"], "Hello", 1),
        (&["check", "no-such-file"], "", 2),
        (&["check", "--json", "--sarif"], "", 2),
        (&["check", "--sarif"], "Hello", 0),
        (&["check", "--sarif"], "x = \"https://kv-1.vault.azure.net/secrets/x\"", 1),
        (&["recognise"], KEY, 0),
        (&["recognise"], "Hello", 1),
        (&["recognise", "no-such-file"], "", 2),
        (&["audit", "verify"], "{\"end\":true,\"lines\":0,\"hash\":\"\"}\n", 0),
        (&["audit", "verify"], "", 1),
        (&["audit", "verify", "no-such-file"], "", 1),
        (&["audit"], "", 2),
        (&["completions", "bash"], "", 0),
        (&["completions", "no-such-shell"], "", 2),
    ] {
        let output = byok(arguments, input.as_bytes());
        assert_eq!(output.status.code(), Some(status), "{arguments:?} {output:?}");
    }
}

#[test]
fn into_a_pipe_nothing_is_painted() {
    for arguments in [&["check"], &["recognise"]] {
        let output = byok(arguments, format!("{KEY}\nHello\n").as_bytes());
        assert!(!output.stdout.is_empty() && !output.stdout.contains(&0x1B), "{arguments:?}");
    }
}

#[test]
fn help_says_what_it_does_the_exit_status_and_examples() {
    for command in ["check", "recognise", "grant", "completions"] {
        let help = String::from_utf8(byok(&[command, "--help"], b"").stdout).unwrap();
        for word in ["Usage: byok", "Exit status:", "Examples:\n  "] {
            assert!(help.contains(word), "{command}: {word}");
        }
    }
}

#[test]
fn a_line_is_judged_before_the_stream_ends() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_byok"))
        .args(["check", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for number in 1..=3 {
        stdin.write_all(format!("{KEY}\n").as_bytes()).unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("{{\"line\":{number},")), "{answer}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_ends_it_without_a_word() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_byok"))
        .arg("check")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let lines = format!("{KEY}\n").repeat(1000);
        while stdin.write_all(lines.as_bytes()).is_ok() {}
    });
    let mut some = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{output:?}");
}
