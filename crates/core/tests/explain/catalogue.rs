//! The catalogue is whole: every cause is documented, has its example and its place among the known pains.

use std::collections::BTreeSet;

use byok_core::explain::{CATALOGUE, Certainty, Found, example, explain};

/// The known pains of users that never show as a text, and why. Everything else stands in [`PAINS`]. At present each
/// shows as an error or as a sentence that people write about it.
const NOT_A_TEXT: &[(u8, &str)] = &[];

/// The known pains of users, as texts.
const PAINS: &[(u8, &str)] = &[
    (
        1,
        "Caller is not authorized to perform action on resource. If role assignments were changed recently, please observe propagation time.",
    ),
    (2, "--scope C:/Program Files/Git/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47"),
    (3, "The token '&&' is not a valid statement separator in this version."),
    (4, "Authenticating principal does not have permission to instantiate multi-tenant applications"),
    (
        5,
        "When using this permission, the backing application of the service principal being created must in the local tenant",
    ),
    (6, "AuthorizationFailed: … to perform action 'Microsoft.Authorization/roleAssignments/write'"),
    (7, "PrincipalNotFound"),
    (8, "The role assignment already exists."),
    (9, "does not have keys get permission on key vault 'kv-kafka-prod;location=westeurope'"),
    (10, "Setting Azure RBAC permission model invalidates all access policies permissions."),
    (11, "I am Owner of the subscription and get ForbiddenByRbac"),
    (12, "Client address is not authorized and caller is not a trusted service."),
    (13, "publicNetworkAccess: SecuredByPerimeter"),
    (14, "expected a versionless key identifier"),
    (15, "ID was missing the `vaults` element"),
    (16, "BYOK error: failed to render key policy"),
    (17, "AKV10032: Invalid issuer."),
    (18, "The Vault 'kv-kafka-prod' not found within subscription."),
    (19, "The key must be in the same region as the cluster."),
    (20, "The property \"enablePurgeProtection\" cannot be set to false."),
    (21, "VaultAlreadyExists"),
    (22, "The vault was recovered yesterday, now ForbiddenByRbac"),
    (23, "Please make sure to use only RSA or RSA-HSM keys"),
    (24, "RequestDisallowedByPolicy"),
    (25, "encryption key is not valid or not authorized"),
    (26, "409 Conflict: this byok key is already in use"),
    (27, "402 Payment Required"),
    (28, "\"byok_key\": conflicts with basic"),
    (29, "Key rotation fails after the old version was disabled"),
    (30, "429 Too Many Requests"),
    (31, "Now there are two clusters with the same name."),
    (32, "net/url: invalid control character in URL"),
    (33, "They added me to the group, still: does not have authorization to perform action"),
    (34, "After we moved the vault: ForbiddenByRbac"),
    (35, "More than one service principal found with display name 'Confluent'."),
];

/// The number of known pains.
const KNOWN: u8 = 35;

#[test]
fn every_cause_has_its_documentation_and_an_example_that_it_explains_first() {
    let mut codes = BTreeSet::new();
    for entry in CATALOGUE {
        let code = entry.code;
        assert!(codes.insert(code), "{code} is there twice");
        let (area, what) = code.split_once('.').unwrap();
        let fine = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit())
        };
        assert!(fine(area) && fine(what), "{code}");
        assert!(entry.source.len() > 5, "{code} has no source");
        assert!(!entry.then.contains(&entry.cause), "{code} stands behind itself");
        let text = example(entry.cause);
        assert!(text.len() > 10, "{code} has no example");
        let explanation = explain(text);
        let first = explanation.causes.first().map(|found| found.cause);
        assert_eq!(first, Some(entry.cause), "the example of {code}");
    }
}

#[test]
fn every_pain_is_explained_or_has_a_reason() {
    for (pain, text) in PAINS {
        let explanation = explain(text);
        let first = explanation.causes.first().unwrap_or_else(|| panic!("{pain} is not explained: {text}"));
        assert!(first.cause.entry().pains.contains(pain), "{pain}: {text} is explained by {}", first.code());
    }
    let mut told: Vec<u8> = PAINS.iter().map(|(pain, _)| *pain).collect();
    told.extend(NOT_A_TEXT.iter().map(|(pain, _)| *pain));
    told.sort_unstable();
    assert_eq!(told, (1..=KNOWN).collect::<Vec<u8>>());
    let named: BTreeSet<u8> = CATALOGUE.iter().flat_map(|entry| entry.pains).copied().collect();
    assert!(named.iter().all(|pain| PAINS.iter().any(|(known, _)| known == pain)), "{named:?}");
}

/// Every cause, with the evidence of its example and without any.
fn every_found() -> Vec<Found> {
    CATALOGUE
        .iter()
        .flat_map(|entry| {
            let bare = Found { cause: entry.cause, certainty: Certainty::Possible, evidence: Vec::new() };
            let told =
                explain(example(entry.cause)).causes.into_iter().find(|found| found.cause == entry.cause);
            [Some(bare), told]
        })
        .flatten()
        .collect()
}

#[test]
fn sentences_say_what_happened_and_what_to_do_in_plain_words() {
    for found in every_found() {
        for text in [found.message(), found.fix()] {
            let code = found.code();
            let words = text.to_lowercase();
            assert!(
                text.ends_with('.') && text.starts_with(char::is_uppercase) || text.starts_with('`'),
                "{code}: {text}"
            );
            for word in ["please", "sorry", "invalid ", "oops", "'", "  ", " .", "``", "{", "|"] {
                assert!(!words.replace("$(…)", "x").contains(word), "{code}: {word:?} in {text}");
            }
        }
    }
}

#[test]
fn commands_only_read() {
    const READING: &[&str] = &["show", "list", "list-deleted", "list-versions", "check-name"];
    for found in every_found() {
        let Some(command) = found.command() else { continue };
        let code = found.code();
        let words: Vec<&str> = command.split(' ').take_while(|word| !word.starts_with('-')).collect();
        let reads = match words[0] {
            "az" => words.last().is_some_and(|word| READING.contains(word)) || words == ["az", "version"],
            "confluent" => words.contains(&"list") || words.contains(&"describe"),
            "curl" => command.starts_with("curl -sS -i "),
            "terraform" => command == "terraform plan",
            "nslookup" => true,
            "byok" => words[1] == "check",
            _ => false,
        };
        assert!(reads, "{code}: {command}");
        assert!(
            !command.contains(['{', '|', ';', '&', '$', '`']) || command.contains("--query"),
            "{code}: {command}"
        );
    }
}

#[test]
fn what_goes_into_a_command_cannot_be_mistaken_by_a_shell() {
    for name in ["$(reboot)", "kv;reboot", "a`b", "--yes", "a&b", "a\nb"] {
        let text = format!("The Vault '{name}' not found within subscription.");
        let command = explain(&text).causes[0].command().unwrap();
        assert_eq!(command, "az account list --output table");
        let text = format!("ForbiddenByFirewall Vault: kv-1 \"vaultName\": \"{name}\"");
        let command = explain(&text).causes[0].command().unwrap();
        assert!(command.starts_with("az keyvault show --name kv-1 "), "{command}");
        let text = format!("ForbiddenByFirewall \"vaultName\": \"{name}\"");
        let command = explain(&text).causes[0].command().unwrap();
        assert!(command.starts_with("az keyvault show --name VAULT "), "{command}");
    }
}

#[test]
fn the_sentences_are_the_reviewed_ones() {
    let mut text = String::new();
    for entry in CATALOGUE {
        let found = explain(example(entry.cause))
            .causes
            .into_iter()
            .find(|found| found.cause == entry.cause)
            .unwrap();
        text.push_str(&format!(
            "{} ({}, {})\n  {}\n  {}\n  {}\n",
            found.code(),
            found.certainty.as_str(),
            found.severity().as_str(),
            found.message(),
            found.fix(),
            found.command().as_deref().unwrap_or("-"),
        ));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/explain/sentences.txt");
    if std::env::var_os("BYOK_WRITE_SENTENCES").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let reviewed = std::fs::read_to_string(path).unwrap_or_default();
    for (now, then) in text.lines().zip(reviewed.lines()) {
        assert_eq!(now, then, "sentences.txt is rewritten by BYOK_WRITE_SENTENCES=1; read the difference");
    }
    assert_eq!(text.lines().count(), reviewed.lines().count());
}
