//! The snippets for PowerShell, read by its documented rules, and run where PowerShell is at hand.

use std::collections::HashMap;

use byok_core::grant::doctor::{Patient, doctor};
use byok_core::grant::new_key::NewKey;
use byok_core::grant::{Format, Shell, Snippet, Way, render, render_without_tenant};
use proptest::prelude::*;

use super::stand::Stand;
use super::windows::az_cmd;
use super::{GROUP, PRINCIPAL, SUBSCRIPTION, TENANT, application, grant_in, key, vault_in};

fn snippets(group: &str, shell: Shell) -> Vec<Snippet> {
    let (grant, vault, key) = (grant_in(group), vault_in(group), key());
    let format = Format::Shell(shell);
    vec![
        render(&grant, format, Way::Give),
        render(&grant, format, Way::Take),
        render_without_tenant(&vault, application(), format, Way::Give),
        doctor(&Patient { vault: &vault, key: &key, application: Some(application()) }, shell),
        NewKey::new(&vault, &key, "westeurope", true).unwrap().render(shell),
    ]
}

type Variables = HashMap<String, String>;

/// Reads one value: in single or double quotes, a variable, a character. What comes after it, too.
fn value<'t>(text: &'t str, variables: &Variables) -> Option<(String, &'t str)> {
    let known = |name: &str| variables.get(name).cloned();
    if let Some(rest) = text.strip_prefix("[char]0x") {
        let unit = u16::from_str_radix(rest.get(..4)?, 16).ok()?;
        // Halves of a pair are kept apart as private characters until all is read.
        return Some((char::from_u32(0xF_0000 + u32::from(unit))?.to_string(), &rest[4..]));
    }
    if let Some(rest) = text.strip_prefix('$') {
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.' && letter != '_');
        let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
        return Some((known(name)?, rest));
    }
    let (quote, mut rest) = (text.chars().next()?, text.get(1..)?);
    let mut out = String::new();
    if quote != '\'' && quote != '"' {
        return None;
    }
    loop {
        let letter = rest.chars().next()?;
        rest = &rest[letter.len_utf8()..];
        if letter == quote {
            match rest.strip_prefix(quote) {
                Some(after) if quote == '\'' => {
                    out.push(quote);
                    rest = after;
                }
                _ => return Some((out, rest)),
            }
        } else if letter == '$' && quote == '"' {
            let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')?;
            out.push_str(&known(&rest[..end])?);
            rest = &rest[end..];
        } else if letter == '`' {
            return None;
        } else {
            out.push(letter);
        }
    }
}

/// Reads values joined by `+`; `None` for any other expression.
fn expression(text: &str, variables: &Variables) -> Option<String> {
    let mut rest = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    let mut out = String::new();
    loop {
        let (one, after) = value(rest, variables)?;
        out.push_str(&one);
        if after.is_empty() {
            return Some(whole(&out));
        }
        rest = after.strip_prefix(" + ")?;
    }
}

/// Puts the halves of pairs together.
fn whole(text: &str) -> String {
    let mut units = Vec::new();
    for letter in text.chars() {
        match u16::try_from(u32::from(letter).wrapping_sub(0xF_0000)) {
            Ok(unit) => units.push(unit),
            Err(_) => units.extend(letter.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    String::from_utf16(&units).unwrap()
}

/// The arguments of a call of `az`, up to what ends a command.
fn arguments(mut text: &str, variables: &Variables) -> Vec<String> {
    let mut out = Vec::new();
    loop {
        text = text.trim_start_matches(' ');
        if text.is_empty() || text.starts_with([')', '|']) || text.starts_with("2>") {
            return out;
        }
        if text.starts_with(['\'', '"', '$']) {
            let (one, rest) = value(text, variables).unwrap_or_else(|| panic!("cannot be read: {text}"));
            assert!(rest.is_empty() || rest.starts_with([' ', ')']), "goes on: {text}");
            out.push(one);
            text = rest;
        } else {
            let end = text.find([' ', ')']).unwrap_or(text.len());
            let word = &text[..end];
            assert!(word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)), "{word}");
            out.push(word.to_owned());
            text = &text[end..];
        }
    }
}

/// What PowerShell hands to a batch file: an argument with white space outside quotes of its own is put in quotes,
/// every other as it is (`Legacy` of `$PSNativeCommandArgumentPassing`, the only way of 5.1).
fn legacy(arguments: &[String]) -> String {
    let mut line = Vec::new();
    for argument in arguments {
        let mut quoted = false;
        let spaced = argument.chars().any(|letter| {
            quoted ^= letter == '"';
            letter.is_whitespace() && !quoted
        });
        line.push(if spaced { format!("\"{argument}\"") } else { argument.clone() });
    }
    line.join(" ")
}

/// The arguments of every `az` of a script as Python gets them on Windows, in the order of its lines.
fn calls(script: &str) -> Vec<Vec<String>> {
    assert!(script.is_ascii(), "a code page could change it");
    let mut variables = Variables::new();
    for name in ["principal", "name", "role.Id", "me", "who"] {
        variables.insert(name.to_owned(), PRINCIPAL.to_owned());
    }
    variables.insert("file".to_owned(), "C:\\Temp\\a b\\x.tmp".to_owned());
    let mut calls = Vec::new();
    for line in script.lines() {
        let line = line.trim_start();
        if let Some((name, right)) = line.strip_prefix('$').and_then(|line| line.split_once(" = "))
            && let Some(value) = expression(right, &variables)
        {
            variables.insert(name.to_owned(), value);
        }
        for (at, mark) in line.match_indices("& $az ") {
            let arguments = arguments(&line[at + mark.len()..], &variables);
            calls.push(az_cmd(&legacy(&arguments)).unwrap_or_else(|wrong| panic!("{wrong}")));
        }
    }
    calls
}

#[test]
fn a_role_is_assigned_as_in_bash() {
    let script = render(&grant_in("rg-(\u{e4})"), Format::Shell(Shell::PowerShell), Way::Give).text();
    let create =
        calls(&script).into_iter().find(|call| call[..3] == ["role", "assignment", "create"]).unwrap();
    let vault = vault_in("rg-(\u{e4})").to_string();
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
}

#[test]
fn the_first_line_says_what_it_does_and_what_it_costs() {
    let texts: Vec<String> = snippets("rg-kafka", Shell::PowerShell).iter().map(Snippet::text).collect();
    assert!(texts.iter().all(|text| text.contains("# For Windows PowerShell 5.1 and PowerShell 7.")));
    assert!(texts[0].contains("Safe to run again"));
    assert!(
        texts[1]
            .lines()
            .next()
            .unwrap()
            .ends_with("A running cluster that uses one of its keys loses its data.")
    );
    assert!(texts[2].contains("Does not check the tenant") && !texts[2].contains("$signedIn -ne $tenant"));
    assert!(texts[4].lines().nth(1).unwrap().contains("cannot be switched off again"));
}

#[test]
fn nothing_in_it_is_unknown_to_5_1_or_completes_in_a_terminal() {
    for snippet in snippets("rg-kafka", Shell::PowerShell) {
        let text = snippet.text();
        for newer in [" && ", " || ", "??", " ? ", "\t", "-AsHashtable", "$IsWindows"] {
            assert!(!text.contains(newer), "{newer}");
        }
        let braces = |mark| text.matches(mark).count();
        assert_eq!(braces('{'), braces('}'));
        assert!(!text.contains("exit 1"), "it would close the terminal that it is pasted into");
    }
}

/// Both shells in a world, whose answers are given; what each asked.
fn asked(bash: &str, powershell: &str, prepare: impl Fn(&Stand)) -> Option<[Vec<Vec<String>>; 2]> {
    let (one, other) = (Stand::new()?, Stand::new()?);
    prepare(&one);
    prepare(&other);
    let ran = one.bash(bash);
    let also = other.powershell(powershell)?;
    assert_eq!(ran.status, also.status, "{}{}", also.stdout, also.stderr);
    Some([one.calls(), other.calls()])
}

#[test]
fn powershell_itself_asks_az_what_bash_asks() {
    let assigned = |role: &str| format!("{PRINCIPAL}\t{PRINCIPAL}\t/x/roleDefinitions/{role}\n");
    let worlds: [&dyn Fn(&Stand); 4] = [
        &|stand| stand.file("out-ad-sp-create", PRINCIPAL),
        &|stand| stand.file("out-ad-sp-list", PRINCIPAL),
        &|stand| {
            stand.file("out-ad-sp-list", PRINCIPAL);
            stand.file("out-role-assignment-list", &assigned("e147488a-f6f5-4113-8e2d-b22465e65bf6"));
        },
        &|stand| {
            stand.file("out-ad-sp-list", PRINCIPAL);
            stand.file(
                "err-role-assignment-create",
                "(RoleAssignmentUpdateNotPermitted) no\n(Authorization) no\n",
            );
        },
    ];
    for group in ["rg-kafka", "rg(\u{e4}).\u{10D4}"] {
        let bash = snippets(group, Shell::Bash);
        let powershell = snippets(group, Shell::PowerShell);
        for (world, place) in worlds.iter().flat_map(|world| [(world, 0), (world, 1)]) {
            let prepare = |stand: &Stand| {
                stand.file("out-account-show", TENANT);
                world(stand);
            };
            let Some([one, other]) = asked(&bash[place].text(), &powershell[place].text(), prepare) else {
                return;
            };
            assert_eq!(one, other);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_resource_group_changes_the_shape_of_a_command(group in GROUP) {
        let all = |group: &str| snippets(group, Shell::PowerShell);
        for (hostile, plain) in all(&group).iter().zip(all("a-plain-group")) {
            let plain: Vec<Vec<String>> = calls(&plain.text())
                .into_iter()
                .map(|call| call.into_iter().map(|word| word.replace("a-plain-group", &group)).collect())
                .collect();
            prop_assert!(plain.len() > 3);
            prop_assert_eq!(calls(&hostile.text()), plain);
        }
    }
}
