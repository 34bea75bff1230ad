//! The snippets for the Command Prompt, read by its documented rules.

use std::collections::HashMap;

use byok_core::grant::doctor::{Patient, doctor};
use byok_core::grant::new_key::NewKey;
use byok_core::grant::{Format, ROLES, Shell, Snippet, Way, assignment_name, render, render_without_tenant};
use proptest::prelude::*;

use super::windows::az_cmd;
use super::{GROUP, PRINCIPAL, SUBSCRIPTION, application, grant_in, key, vault_in};

/// All snippets, in a resource group.
fn snippets(group: &str) -> Vec<Snippet> {
    let (grant, vault, key) = (grant_in(group), vault_in(group), key());
    let format = Format::Shell(Shell::Cmd);
    vec![
        render(&grant, format, Way::Give),
        render(&grant, format, Way::Take),
        render_without_tenant(&vault, application(), format, Way::Give),
        doctor(&Patient { vault: &vault, key: &key, application: Some(application()) }, Shell::Cmd),
        NewKey::new(&vault, &key, "westeurope", true).unwrap().render(Shell::Cmd),
    ]
}

/// Replaces `%name%`, `%~1` and `%%`, as reading a line of a file does.
fn expanded(line: &str, variables: &HashMap<String, String>) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
        } else if let Some(after) = after.strip_prefix("~1") {
            out.push_str("the-argument");
            rest = after;
        } else {
            let (name, after) = after.split_once('%').expect("a percent sign that nothing closes");
            out.push_str(variables.get(name).unwrap_or_else(|| panic!("{name} is not set")));
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// What a line says before it says where the output goes.
fn without_redirections(line: &str) -> &str {
    let mut quoted = false;
    let end = line.char_indices().find(|&(_, letter)| {
        quoted ^= letter == '"';
        letter == '>' && !quoted
    });
    let Some((end, _)) = end else { return line };
    let (command, where_to) = line.split_at(end);
    let mut known = where_to.replace('"', "");
    for file in ["FILE", "nul", "&1"] {
        known = known.replace(&format!(">{file}"), "");
    }
    assert!(["", " 2", "2"].contains(&known.as_str()), "{where_to} leaves {known}");
    command.strip_suffix(" 2").unwrap_or(command)
}

/// The arguments of every `az` in a script, in the order of its lines.
fn calls(script: &str) -> Vec<Vec<String>> {
    let given = ["principal", "name", "role", "me", "who", "signed_in"];
    let files = ["answer", "assigned", "found", "told", "first", "errors"];
    let mut variables: HashMap<String, String> =
        given.map(|name| (name.to_owned(), PRINCIPAL.to_owned())).into_iter().collect();
    variables.insert("errorlevel".to_owned(), "0".to_owned());
    let mut calls = Vec::new();
    for line in script.lines() {
        if let Some(set) = line.strip_prefix("set \"") {
            let (name, value) = set.strip_suffix('"').unwrap().split_once('=').unwrap();
            if files.contains(&name) {
                variables.insert(name.to_owned(), "FILE".to_owned());
            } else if !value.contains("%~") && !value.contains('!') && !given[..3].contains(&name) {
                assert!(!value.contains('"'), "{line}");
                variables.insert(name.to_owned(), expanded(value, &variables));
            } else if name == "name" && !value.contains("%~") {
                variables.insert(name.to_owned(), value.to_owned());
            }
        } else if let Some(az) = line.strip_prefix("call az ") {
            let line = expanded(az, &variables);
            calls.push(
                az_cmd(without_redirections(&line).trim_end()).unwrap_or_else(|wrong| panic!("{wrong}")),
            );
        }
    }
    calls
}

#[test]
fn a_role_is_assigned_as_in_bash() {
    let script = render(&grant_in("rg-(x)"), Format::Shell(Shell::Cmd), Way::Give).text();
    let create =
        calls(&script).into_iter().find(|call| call[..3] == ["role", "assignment", "create"]).unwrap();
    let vault = vault_in("rg-(x)").to_string();
    let expected = [
        "role",
        "assignment",
        "create",
        "--subscription",
        SUBSCRIPTION,
        "--name",
        PRINCIPAL,
        "--role",
        PRINCIPAL,
        "--scope",
        &vault,
        "--assignee-object-id",
        PRINCIPAL,
        "--assignee-principal-type",
        "ServicePrincipal",
        "--output",
        "none",
    ];
    assert_eq!(create, expected);
    for role in ROLES {
        let names: String = (0..4)
            .map(|n| format!(" \"{}\"", assignment_name(&vault_in("rg-(x)"), application(), role, n)))
            .collect();
        let call = format!("call :role \"{}\" \"{}\"{names}\n", role.id, role.name);
        assert!(script.contains(&call), "{call}");
    }
}

#[test]
fn every_label_that_is_gone_to_is_there_once_and_nothing_stands_in_a_block() {
    for snippet in snippets("rg-kafka") {
        let text = snippet.text();
        let labels: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(':')).collect();
        let mut once = labels.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), labels.len(), "{labels:?}");
        for line in text.lines() {
            for go in ["goto ", "call :"] {
                if let Some((_, after)) = line.split_once(go) {
                    let label = after.split([' ', '"']).next().unwrap();
                    assert!(labels.contains(&label), "{line}");
                }
            }
            let (code, ends) = (line.trim_end(), |mark| line.trim_end().ends_with(mark));
            assert!(!ends('(') && !code.starts_with(')') && !ends('^'), "{line}");
        }
        for label in labels {
            assert!(
                text.contains(&format!("goto {label}\n")) || text.contains(&format!("call :{label}")),
                "nothing goes to {label}"
            );
        }
    }
}

#[test]
fn what_may_hold_parentheses_stands_in_quotes_wherever_it_is_used() {
    for snippet in snippets("rg-kafka") {
        for line in snippet.text().lines().filter(|line| !line.starts_with("@rem")) {
            for name in ["%vault%", "%group%", "%scope%"] {
                for (at, _) in line.match_indices(name) {
                    assert_eq!(line[..at].matches('"').count() % 2, 1, "{line}");
                }
            }
        }
    }
}

#[test]
fn the_first_lines_say_what_it_is_and_what_it_costs() {
    let texts: Vec<String> = snippets("rg-kafka").iter().map(Snippet::text).collect();
    for text in &texts {
        assert!(text.lines().nth(1).unwrap().starts_with("@rem Save this text as byok-"), "{text}");
        assert!(text.lines().take_while(|line| line.starts_with("@rem ")).count() >= 2);
    }
    assert!(
        texts[1]
            .lines()
            .next()
            .unwrap()
            .ends_with("A running cluster that uses one of its keys loses its data.")
    );
    assert!(texts[2].contains("Does not check the tenant") && !texts[2].contains("other_tenant"));
    assert!(texts[4].lines().nth(2).unwrap().contains("cannot be switched off again"));
}

#[test]
fn a_file_with_letters_beyond_ascii_is_read_as_utf_8_before_they_come() {
    for snippet in snippets("rg-\u{451}") {
        let text = snippet.text();
        let (page, first) = (text.find("chcp 65001").unwrap(), text.find('\u{451}').unwrap());
        assert!(page < first);
    }
    assert!(snippets("rg-kafka").iter().all(|snippet| !snippet.text().contains("chcp")));
}

#[test]
fn a_file_has_the_line_breaks_that_its_labels_need() {
    let snippet = &snippets("rg-kafka")[0];
    let text = snippet.text_with(Format::Shell(Shell::Cmd).line_break());
    assert_eq!(text.matches("\r\n").count(), text.matches('\n').count());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_resource_group_changes_the_shape_of_a_command(group in GROUP) {
        for (hostile, plain) in snippets(&group).iter().zip(snippets("a-plain-group")) {
            let plain: Vec<Vec<String>> = calls(&plain.text())
                .into_iter()
                .map(|call| call.into_iter().map(|word| word.replace("a-plain-group", &group)).collect())
                .collect();
            prop_assert!(plain.len() > 3);
            prop_assert_eq!(calls(&hostile.text()), plain);
        }
    }
}
