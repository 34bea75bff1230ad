//! The printed bash snippet, run by a real bash with a stand-in for `az` that writes down what it is asked.
//!
//! Where bash is not at hand the tests say that they are skipped.

#![allow(clippy::unwrap_used, reason = "a helper of tests may panic like a test")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use byok_core::grant::{self, Grant, NAMES, ROLES};
use byok_core::id::{ApplicationId, TenantId, VaultId};
use proptest::prelude::*;
use tempfile::TempDir;

const TENANT: &str = "d5a04667-b6f4-4b0c-a628-25f5eae93da6";
const PRINCIPAL: &str = "c0ffee00-0000-4000-8000-000000000001";
const FORMER: &str = "dead0000-0000-4000-8000-00000000dead";

fn grant_in(resource_group: &str) -> Grant {
    let vault = format!(
        "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/{resource_group}/providers/Microsoft.KeyVault/vaults/kv-kafka-prod"
    );
    Grant {
        vault: VaultId::parse(&vault).unwrap(),
        application_id: ApplicationId::parse("0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11").unwrap(),
        tenant: TenantId::parse(TENANT).unwrap(),
    }
}

fn grant() -> Grant {
    grant_in("rg-kafka")
}

fn name(role: usize, n: u32) -> String {
    grant::assignment_name(&grant().vault, grant().application_id, ROLES[role], n)
}

/// A world for the stand-in: a directory with `az`, `sleep` and the files that they answer from.
struct World(TempDir);

struct Ran {
    status: i32,
    output: String,
}

impl World {
    /// Signed in to the vault's tenant; nothing granted. `None` where there is no bash.
    fn new() -> Option<Self> {
        if !Path::new("/bin/bash").exists() {
            println!("skipped: /bin/bash is not at hand");
            return None;
        }
        let world = World(tempfile::tempdir().unwrap());
        fs::create_dir(world.0.path().join("calls")).unwrap();
        world.program("az", include_str!("snippet/az.sh"));
        world.program("sleep", "#!/bin/bash\necho \"$1\" >> \"$(dirname \"$0\")/slept\"\n");
        world.file("tenant", TENANT);
        world.file("assignments", "");
        Some(world)
    }

    fn program(&self, name: &str, text: &str) {
        self.file(name, text);
        fs::set_permissions(self.0.path().join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn file(&self, name: &str, text: &str) {
        let mut file = fs::File::create(self.0.path().join(name)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n").unwrap();
        }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap_or_default()
    }

    fn assigned(&self, role: usize, name: &str, principal: &str) {
        let line = format!("{name}\t{principal}\t/subscriptions/x/roleDefinitions/{}\n", ROLES[role].id);
        self.file("assignments", &(self.read("assignments") + &line));
    }

    fn bash(&self, arguments: &[&str], script: &str) -> Ran {
        let mut child = Command::new("/bin/bash")
            .args(arguments)
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", self.0.path().display()))
            .env("HOME", self.0.path())
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        Ran { status: output.status.code().unwrap(), output: String::from_utf8(text).unwrap() }
    }

    /// Runs a snippet as a file.
    fn run(&self, script: &str) -> Ran {
        self.file("snippet.sh", script);
        let path = self.0.path().join("snippet.sh");
        self.bash(&["--noprofile", "--norc", path.to_str().unwrap()], "")
    }

    fn grant(&self) -> Ran {
        self.run(&grant::bash(&grant()).text())
    }

    /// What `az` was asked, call by call.
    fn calls(&self) -> Vec<Vec<String>> {
        let mut paths: Vec<_> =
            fs::read_dir(self.0.path().join("calls")).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let split = |bytes: Vec<u8>| -> Vec<String> {
            let text = String::from_utf8(bytes).unwrap();
            text.split_terminator('\0').map(str::to_owned).collect()
        };
        paths.into_iter().map(|path| split(fs::read(path).unwrap())).collect()
    }

    /// The calls that begin so.
    fn calls_of(&self, verbs: &str) -> Vec<Vec<String>> {
        let verbs: Vec<&str> = verbs.split(' ').collect();
        self.calls()
            .into_iter()
            .filter(|call| call.iter().zip(&verbs).all(|(one, other)| one == other))
            .collect()
    }

    /// Name, principal and role of the assignments there are.
    fn assignments(&self) -> Vec<(String, String, String)> {
        let read = |line: &str| {
            let mut parts = line.split('\t').map(str::to_owned);
            let (name, principal, role) =
                (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
            (name, principal, role.rsplit('/').next().unwrap().to_owned())
        };
        self.read("assignments").lines().map(read).collect()
    }
}

fn granted(names: [String; 2]) -> Vec<(String, String, String)> {
    names
        .into_iter()
        .zip(ROLES)
        .map(|(name, role)| (name, PRINCIPAL.to_owned(), role.id.to_owned()))
        .collect()
}

#[test]
fn a_fresh_tenant_gets_principal_and_both_roles() {
    let Some(world) = World::new() else { return };
    let ran = world.grant();
    assert_eq!(ran.status, 0, "{}", ran.output);
    assert_eq!(world.assignments(), granted([name(0, 0), name(1, 0)]));
    assert!(ran.output.contains("Service principal: created"), "{}", ran.output);
    assert!(ran.output.ends_with("Go back to the page and continue.\n"), "{}", ran.output);
}

#[test]
fn a_role_is_assigned_by_id_on_the_vault_itself_for_a_service_principal() {
    let Some(world) = World::new() else { return };
    world.grant();
    let expected = [
        "role",
        "assignment",
        "create",
        "--subscription",
        "72f988bf-86f1-41af-91ab-2d7cd011db47",
        "--name",
        &name(0, 0),
        "--role",
        "e147488a-f6f5-4113-8e2d-b22465e65bf6",
        "--scope",
        &grant().vault.to_string(),
        "--assignee-object-id",
        PRINCIPAL,
        "--assignee-principal-type",
        "ServicePrincipal",
        "--output",
        "none",
    ];
    assert_eq!(world.calls_of("role assignment create")[0], expected);
}

#[test]
fn running_again_changes_nothing() {
    let Some(world) = World::new() else { return };
    world.grant();
    let before = world.read("assignments");
    let ran = world.grant();
    assert_eq!(ran.status, 0, "{}", ran.output);
    assert_eq!(world.read("assignments"), before);
    assert_eq!(world.calls_of("ad sp create").len(), 1);
    assert_eq!(world.calls_of("role assignment create").len(), 2);
}

#[test]
fn an_assignment_under_any_name_counts_as_done() {
    let Some(world) = World::new() else { return };
    world.file("principal", PRINCIPAL);
    world.assigned(0, "aaaaaaaa-0000-4000-8000-000000000001", &PRINCIPAL.to_uppercase());
    world.assigned(1, "aaaaaaaa-0000-4000-8000-000000000002", PRINCIPAL);
    let ran = world.grant();
    assert_eq!(ran.status, 0, "{}", ran.output);
    assert_eq!(ran.output.matches("there already").count(), 3, "{}", ran.output);
    assert!(world.calls_of("role assignment create").is_empty());
}

#[test]
fn a_role_of_another_principal_does_not_count() {
    let Some(world) = World::new() else { return };
    world.assigned(0, "aaaaaaaa-0000-4000-8000-000000000001", FORMER);
    assert_eq!(world.grant().status, 0);
    assert_eq!(world.assignments()[1..], granted([name(0, 0), name(1, 0)]));
}

#[test]
fn in_the_wrong_tenant_it_stops_before_it_does_anything() {
    let Some(world) = World::new() else { return };
    world.file("tenant", FORMER);
    let ran = world.grant();
    assert_eq!(ran.status, 1);
    assert!(
        ran.output.contains(FORMER) && ran.output.contains(&format!("az login --tenant {TENANT}")),
        "{}",
        ran.output
    );
    assert_eq!(world.calls().len(), 1, "only `az account show`");
}

#[test]
fn without_a_tenant_it_does_not_ask_for_one() {
    let Some(world) = World::new() else { return };
    world.file("tenant", FORMER);
    let ran = world.run(&grant::bash_without_tenant(&grant().vault, grant().application_id).text());
    assert_eq!(ran.status, 0, "{}", ran.output);
}

#[test]
fn without_a_login_it_says_so() {
    let Some(world) = World::new() else { return };
    fs::remove_file(world.0.path().join("tenant")).unwrap();
    let ran = world.grant();
    assert_eq!(ran.status, 1);
    assert!(
        ran.output.contains(&format!("not signed in. Run: az login --tenant {TENANT}")),
        "{}",
        ran.output
    );
}

#[test]
fn without_the_azure_cli_it_says_so() {
    let Some(world) = World::new() else { return };
    fs::remove_file(world.0.path().join("az")).unwrap();
    if Path::new("/usr/bin/az").exists() {
        println!("skipped: a real az is in /usr/bin");
        return;
    }
    let ran = world.grant();
    assert_eq!(ran.status, 1);
    assert!(ran.output.contains("Azure CLI (az) was not found"), "{}", ran.output);
}

#[test]
fn a_name_that_a_former_principal_holds_is_passed_over() {
    let Some(world) = World::new() else { return };
    world.assigned(0, &name(0, 0), FORMER);
    world.assigned(0, &name(0, 1), FORMER);
    let ran = world.grant();
    assert_eq!(ran.status, 0, "{}", ran.output);
    assert_eq!(world.assignments()[2..], granted([name(0, 2), name(1, 0)]));
}

#[test]
fn a_former_principals_name_that_the_list_hides_is_passed_over_too() {
    let Some(world) = World::new() else { return };
    world.file("hidden", "");
    world.assigned(1, &name(1, 0), FORMER);
    let ran = world.grant();
    assert_eq!(ran.status, 0, "{}", ran.output);
    assert_eq!(world.assignments()[1..], granted([name(0, 0), name(1, 1)]));
}

#[test]
fn when_every_name_is_taken_it_says_so_and_fails() {
    let Some(world) = World::new() else { return };
    for n in 0..NAMES {
        world.assigned(0, &name(0, n), FORMER);
    }
    let ran = world.grant();
    assert_eq!(ran.status, 1);
    assert!(ran.output.contains("belongs to a former principal"), "{}", ran.output);
    assert_eq!(world.calls_of("role assignment create").len(), 1, "the other role");
}

#[test]
fn a_refused_principal_stops_it_with_azures_words_and_the_role_needed() {
    let Some(world) = World::new() else { return };
    world.file("principal-failures", "Insufficient privileges to complete the operation.");
    let ran = world.grant();
    assert_eq!(ran.status, 1);
    assert!(
        ran.output.contains("Insufficient privileges") && ran.output.contains("Application Administrator"),
        "{}",
        ran.output
    );
    assert!(world.calls_of("role assignment").is_empty());
    assert!(ran.output.contains(&grant::admin_consent_link(grant().tenant, grant().application_id)));
    world.file("principal-failures", "Insufficient privileges to complete the operation.");
    let without =
        world.run(&grant::bash_without_tenant(&grant().vault, grant().application_id).text()).output;
    assert!(without.contains("Application Administrator") && !without.contains("consent"), "{without}");
}

#[test]
fn a_principal_that_someone_else_makes_meanwhile_is_taken() {
    let Some(world) = World::new() else { return };
    world.file("look-up-failures", "Too many requests");
    world.file("principal-failures", "The service principal name is already in use.");
    world.file("principal", PRINCIPAL);
    assert_eq!(world.grant().status, 0);
    assert_eq!(world.assignments().len(), 2);
}

#[test]
fn a_role_that_fails_does_not_keep_the_other_from_being_tried() {
    let Some(world) = World::new() else { return };
    world
        .file(&format!("failures-{}", ROLES[0].id), "(AuthorizationFailed) The client has no authorization.");
    let ran = world.grant();
    assert_eq!(ran.status, 1);
    assert!(ran.output.contains("AuthorizationFailed"), "{}", ran.output);
    assert!(ran.output.contains("Role Key Vault Reader: assigned."), "{}", ran.output);
    assert!(ran.output.contains("User Access Administrator"), "{}", ran.output);
    assert_eq!(world.grant().status, 0, "run again");
    assert_eq!(world.assignments().len(), 2);
}

#[test]
fn a_principal_that_azure_does_not_know_yet_is_waited_for() {
    let Some(world) = World::new() else { return };
    let unknown = "(PrincipalNotFound) Principal c0ffee does not exist in the directory d5a0.\n";
    world.file(&format!("failures-{}", ROLES[0].id), &unknown.repeat(3));
    let ran = world.grant();
    assert_eq!(ran.status, 0, "{}", ran.output);
    assert_eq!(world.read("slept"), "10\n10\n10\n");
}

#[test]
fn it_does_not_wait_for_ever() {
    let Some(world) = World::new() else { return };
    let unknown = "(PrincipalNotFound) Principal c0ffee does not exist in the directory d5a0.\n";
    world.file(&format!("failures-{}", ROLES[0].id), &unknown.repeat(99));
    assert_eq!(world.grant().status, 1);
    assert_eq!(world.read("slept").lines().count(), 7);
}

#[test]
fn a_list_that_fails_is_no_reason_to_stop() {
    let Some(world) = World::new() else { return };
    world.file("principal", PRINCIPAL);
    world.file("list-failures", "az role assignment list: unrecognized arguments");
    world.file(
        &format!("failures-{}", ROLES[0].id),
        "(RoleAssignmentExists) The role assignment already exists.",
    );
    let ran = world.grant();
    assert_eq!(ran.status, 0, "{}", ran.output);
    assert_eq!(world.assignments().len(), 1, "the role that was not there");
}

#[test]
fn pasted_into_a_terminal_it_leaves_the_terminal_open() {
    let Some(world) = World::new() else { return };
    world.file("tenant", FORMER);
    let pasted = grant::bash(&grant()).text() + "echo \"still here: $?\"\n";
    let ran = world.bash(&["--noprofile", "--norc", "-i"], &pasted);
    assert!(ran.output.contains("still here: 1"), "{}", ran.output);
}

#[test]
fn undo_takes_both_roles_away_and_nothing_else() {
    let Some(world) = World::new() else { return };
    world.grant();
    world.assigned(0, "aaaaaaaa-0000-4000-8000-000000000001", FORMER);
    let undo = grant::bash_undo(&grant()).text();
    let ran = world.run(&undo);
    assert_eq!(ran.status, 0, "{}", ran.output);
    assert_eq!(world.assignments().len(), 1);
    assert_eq!(world.assignments()[0].1, FORMER);
    let again = world.run(&undo);
    assert_eq!((again.status, again.output.matches("not there").count()), (0, 2), "{}", again.output);
}

#[test]
fn undo_finds_its_assignments_though_the_principal_is_gone() {
    let Some(world) = World::new() else { return };
    world.grant();
    fs::remove_file(world.0.path().join("principal")).unwrap();
    assert_eq!(world.run(&grant::bash_undo(&grant()).text()).status, 0);
    assert!(world.assignments().is_empty());
}

#[test]
fn undo_that_fails_for_one_role_tries_the_other_and_says_so() {
    let Some(world) = World::new() else { return };
    world.grant();
    world.file("delete-failures", "(AuthorizationFailed) no");
    let ran = world.run(&grant::bash_undo(&grant()).text());
    assert_eq!(ran.status, 1);
    assert!(ran.output.contains("NOT taken away") && ran.output.contains("Not finished"), "{}", ran.output);
    assert_eq!(world.assignments().len(), 1);
}

#[test]
fn the_first_line_says_what_it_does() {
    let give = grant::bash(&grant()).text();
    let undo = grant::bash_undo(&grant()).text();
    assert!(give.starts_with("# Lets Confluent Cloud use the keys of the vault kv-kafka-prod"));
    assert!(give.lines().nth(1).unwrap().contains("Safe to run again"));
    assert!(undo.lines().next().unwrap().contains("loses its data"));
}

#[test]
fn comments_do_not_trip_a_shell_that_takes_them_for_commands() {
    for text in [grant::bash(&grant()).text(), grant::bash_undo(&grant()).text()] {
        for line in text.lines().filter(|line| line.trim_start().starts_with('#')) {
            assert!(
                !line.contains(['\'', '"', '(', ')', '*', '?', '!', '`', '$', ';', '&', '|', '<', '>']),
                "{line}"
            );
        }
        assert!(!text.contains('\t'), "a tab would ask a terminal for completion");
    }
}

#[test]
fn shellcheck_has_nothing_to_say() {
    let Ok(version) = Command::new("shellcheck").arg("--version").output() else {
        println!("skipped: shellcheck is not at hand");
        return;
    };
    assert!(version.status.success());
    for snippet in [grant::bash(&grant()), grant::bash_undo(&grant())] {
        for shell in ["bash", "sh"] {
            let mut child = Command::new("shellcheck")
                .args(["--norc", "--shell", shell, "-"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            child.stdin.take().unwrap().write_all(snippet.text().as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stdout));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn no_resource_group_changes_the_shape_of_a_command(group in "[\\p{L}\\p{Nd}()_.\\-]{0,60}[\\p{L}\\p{Nd}()_\\-]") {
        let Some(world) = World::new() else { return Ok(()) };
        let grant = grant_in(&group);
        let ran = world.run(&grant::bash(&grant).text());
        prop_assert_eq!(ran.status, 0, "{}", ran.output);
        let undone = world.run(&grant::bash_undo(&grant).text());
        prop_assert_eq!(undone.status, 0, "{}", undone.output);
        let mut seen = 0;
        for call in world.calls() {
            if let Some(at) = call.iter().position(|argument| argument == "--scope") {
                prop_assert_eq!(&call[at + 1], &grant.vault.to_string());
                seen += 1;
            }
        }
        prop_assert_eq!(seen, 4);
        prop_assert!(world.assignments().is_empty());
    }
}
