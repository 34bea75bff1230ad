//! What every text for a POSIX shell keeps to, so that zsh and dash take it as well, typed into a terminal or as a file.

use std::io::Write;
use std::process::{Command, Stdio};

use byok_core::grant::doctor::{Patient, doctor};
use byok_core::grant::new_key::NewKey;
use byok_core::grant::terraform::terraform_undo;
use byok_core::grant::{Format, Shell, Snippet, Way, render};

use super::{application, grant_in, key, stand::Stand, vault_in};

fn snippets() -> Vec<Snippet> {
    let (grant, vault, key) = (grant_in("rg-kafka"), vault_in("rg-kafka"), key());
    let mut all = vec![terraform_undo(&vault)];
    for shell in [Shell::Bash, Shell::GitBash] {
        all.push(render(&grant, Format::Shell(shell), Way::Give));
        all.push(render(&grant, Format::Shell(shell), Way::Take));
        all.push(doctor(&Patient { vault: &vault, key: &key, application: Some(application()) }, shell));
        all.push(doctor(&Patient { vault: &vault, key: &key, application: None }, shell));
        all.push(NewKey::new(&vault, &key, "westeurope", true).unwrap().render(shell));
    }
    all
}

#[test]
fn comments_do_not_trip_a_shell_that_takes_them_for_commands() {
    for text in snippets().iter().map(Snippet::text) {
        for line in text.lines().filter(|line| line.trim_start().starts_with('#')) {
            let special = ['\'', '"', '(', ')', '*', '?', '!', '`', '$', ';', '&', '|', '<', '>'];
            assert!(!line.contains(special), "{line}");
        }
        assert!(!text.contains('\t'), "a tab would ask a terminal for completion");
    }
}

#[test]
fn nothing_runs_before_the_last_line_so_that_no_paste_is_run_by_halves() {
    for text in snippets().iter().skip(1).map(Snippet::text) {
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let name = lines[0].strip_suffix("() (").unwrap();
        assert_eq!(lines[lines.len() - 2..], [")", name]);
        assert!(lines[1..lines.len() - 2].iter().all(|line| *line != ")"));
    }
}

#[test]
fn other_shells_ask_az_what_bash_asks() {
    for shell in ["dash", "zsh"] {
        for text in snippets().iter().skip(1).map(Snippet::text) {
            let (Some(one), Some(other)) = (Stand::new(), Stand::new()) else { return };
            for stand in [&one, &other] {
                stand.file("out-account-show", super::TENANT);
                stand.file("out-ad-sp-create", super::PRINCIPAL);
                stand.file("err-group-show", "no such group\n");
                stand.file("err-keyvault-key-show", "no such \"key\" \\ \n");
            }
            let ran = one.bash(&text);
            let Some(also) = other.shell(shell, &text) else { break };
            assert_eq!((ran.status, ran.stdout), (also.status, also.stdout), "{}", also.stderr);
            assert_eq!(one.calls(), other.calls());
        }
    }
}

#[test]
fn every_variable_that_is_set_is_used() {
    for text in snippets().iter().map(Snippet::text) {
        for line in text.lines() {
            let Some((name, _)) = line.trim_start().split_once('=') else { continue };
            if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
                let uses = [format!("${name}"), format!("${{{name}")];
                let used =
                    uses.iter().any(|used| text.contains(used)) || text.contains(&format!("$(({name}"));
                assert!(used, "{name} in {text}");
            }
        }
    }
}

#[test]
fn shellcheck_has_nothing_to_say() {
    for text in snippets().iter().map(Snippet::text) {
        let child = Command::new("shellcheck")
            .args(["--norc", "--shell", "sh", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else {
            println!("skipped: shellcheck is not at hand");
            return;
        };
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
