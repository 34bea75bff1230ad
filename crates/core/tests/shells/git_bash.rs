//! Git Bash runs what bash runs, with the rewriting of paths switched off.

use byok_core::grant::doctor::{Patient, doctor};
use byok_core::grant::new_key::NewKey;
use byok_core::grant::{Format, Shell, Snippet, Way, render};

use super::{grant_in, key, stand::Stand, vault_in};

/// The pairs of a snippet for bash and the same for Git Bash.
fn pairs() -> Vec<[Snippet; 2]> {
    let both = [Shell::Bash, Shell::GitBash];
    let (grant, vault, key) = (grant_in("rg-(x)"), vault_in("rg-kafka"), key());
    vec![
        both.map(|shell| render(&grant, Format::Shell(shell), Way::Give)),
        both.map(|shell| render(&grant, Format::Shell(shell), Way::Take)),
        both.map(|shell| doctor(&Patient { vault: &vault, key: &key, application: None }, shell)),
        both.map(|shell| NewKey::new(&vault, &key, "westeurope", false).unwrap().render(shell)),
    ]
}

#[test]
fn git_bash_has_two_lines_more_and_nothing_else() {
    for [bash, git_bash] in pairs() {
        let (bash, git_bash) = (bash.text(), git_bash.text());
        let more: Vec<&str> =
            git_bash.lines().filter(|line| !bash.lines().any(|other| other == *line)).collect();
        assert_eq!(more.len(), 2, "{more:?}");
        assert!(more[0].starts_with("# For Git Bash"));
        assert_eq!(more[1], "  export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*'");
        assert_eq!(git_bash.lines().count(), bash.lines().count() + 2);
    }
}

#[test]
fn az_is_called_as_from_bash_with_the_rewriting_of_paths_switched_off() {
    for [bash, git_bash] in pairs() {
        let (Some(one), Some(other)) = (Stand::new(), Stand::new()) else { return };
        for stand in [&one, &other] {
            stand.file("out-account-show", super::TENANT);
            stand.file("out-ad-sp-create", super::PRINCIPAL);
            stand.file("err-keyvault-key-show", "no such key\n");
        }
        let (ran, also) = (one.bash(&bash.text()), other.bash(&git_bash.text()));
        assert_eq!((ran.status, &ran.stdout), (also.status, &also.stdout));
        assert_eq!(one.calls(), other.calls());
        assert!(other.calls().len() > 2);
        for call in other.calls_with_environment() {
            assert_eq!(call[..2], ["1", "*"]);
        }
        for call in one.calls_with_environment() {
            assert_eq!(call[..2], ["", ""], "bash is left alone");
        }
    }
}
