//! Every finding of the catalogue that is not about a paste is produced here by the rules; `pastes.rs` does the rest.
//! And every sentence, as people read it, stands in `sentences.txt`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic like a test"
)]

#[path = "verdicts/case.rs"]
mod case;

use std::collections::BTreeMap;

use byok_core::answers;
use byok_core::confluent::explain_invalid;
use byok_core::explain;
use byok_core::facts::{Known, Source};
use byok_core::finding::{CATALOGUE, Finding};
use byok_core::id::{self, KeyId, TenantId};
use byok_core::plan::{self, Availability, ClusterType, Plan};
use byok_core::recognise::recognise;
use byok_core::verdict::{Facts, KeyFacts, NetworkFacts, WhyUnknown, judge};

fn plan() -> Plan {
    Plan {
        environment: "env-1".to_owned(),
        display_name: "billing".to_owned(),
        region: "westeurope".to_owned(),
        availability: Availability::SingleZone,
        cku: 1,
        network: None,
        max_cku: 4,
    }
}

fn plans() -> Vec<Finding> {
    let multi = Plan { availability: Availability::MultiZone, ..plan() };
    let broken = [
        Plan {
            environment: String::new(),
            display_name: String::new(),
            region: String::new(),
            cku: 0,
            ..plan()
        },
        Plan { display_name: "a".repeat(256), region: "west-europe".to_owned(), cku: 5, ..plan() },
        Plan {
            display_name: "a\tb".to_owned(),
            region: "atlantis".to_owned(),
            network: Some(String::new()),
            ..plan()
        },
        Plan { region: "jioindiawest".to_owned(), ..multi },
    ];
    let mut findings: Vec<Finding> = broken.iter().flat_map(plan::check).collect();
    findings.extend(plan::cku("two", Availability::SingleZone, 4).err());
    for kind in [ClusterType::Basic, ClusterType::Standard, ClusterType::Enterprise, ClusterType::Dedicated] {
        findings.extend(plan::cluster_type(kind));
    }
    findings.extend(answers::cluster_type(""));
    findings.extend(answers::availability(""));
    findings.extend([answers::networking("", ""), answers::networking("PEERING", "")].into_iter().flatten());
    for (mode, source) in [("", ""), ("automatic", ""), ("self-managed", ""), ("self-managed", "existing")] {
        findings.extend(answers::key(mode, source, ""));
    }
    findings
}

fn verdicts() -> Vec<Finding> {
    let now = 1_800_000_000;
    let key = |state: &str, phase: &str| KeyFacts {
        tenant: TenantId::parse("d5a04667-b6f4-4b0c-a628-25f5eae93da6"),
        state: state.to_owned(),
        phase: phase.to_owned(),
        message: Some("Access to key denied.".to_owned()),
        registered_at: Some(now - 60),
        ..KeyFacts::default()
    };
    let network = |phase: &str, kind: &str, region: &str| NetworkFacts {
        region: region.to_owned(),
        phase: phase.to_owned(),
        connection_types: vec![kind.to_owned()],
    };
    let vault_tenant = Ok(Known {
        value: TenantId::parse("11111111-b6f4-4b0c-a628-25f5eae93da6").unwrap(),
        source: Source::Probe,
    });
    let eastus = KeyFacts { region: Some("eastus".to_owned()), ..key("IN_USE", "INVALID") };
    let late = KeyFacts { registered_at: Some(now - 900), ..key("AVAILABLE", "INITIALIZING") };
    let facts = [
        Facts::default(),
        Facts {
            key: Ok(eastus),
            network: Ok(network("PROVISIONING", "TRANSITGATEWAY", "eastus")),
            vault_tenant,
            ..Facts::default()
        },
        Facts {
            key: Ok(key("RETIRED", "INITIALIZING")),
            network: Ok(network("FAILED", "NEW", "westeurope")),
            ..Facts::default()
        },
        Facts { key: Ok(late), network: Ok(network("MAYBE", "PEERING", "westeurope")), ..Facts::default() },
        Facts { key: Ok(key("AVAILABLE", "MAYBE")), network: Err(WhyUnknown::NotAsked), ..Facts::default() },
    ];
    let plan = Plan { network: Some("n-1".to_owned()), ..plan() };
    let by_hand = facts.iter().flat_map(|facts| judge(&plan, facts, now));
    let cases = case::cases();
    let judged = cases.iter().flat_map(|case| judge(case.wanted(), &case.facts(), case::NOW));
    by_hand.chain(judged).flat_map(|verdict| verdict.findings).collect()
}

fn ids() -> Vec<Finding> {
    let vault = id::key_vault_id("/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-1").value;
    let key = KeyId::parse("https://kv-2.vault.azure.cn/keys/k");
    let tenant = id::tenant_id("72f988bf-86f1-41af-91ab-2d7cd011db47").value;
    id::together(vault.as_ref(), key.as_ref(), tenant.as_ref())
}

/// Findings about the three texts of the form together, and about a paste as a whole.
fn repaired_and_recognised() -> Vec<Finding> {
    let vault = "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-1";
    let key = "https://kv-1.vault.azure.net/keys/k";
    let (one, two) = ("d5a04667-b6f4-4b0c-a628-25f5eae93da6", "0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11");
    let arm_key = format!("{vault}/keys/k");
    let known = |kind| vec![id::Known { guid: id::Guid::parse(two).unwrap(), kind }];
    let forms = [
        (key, vault, one, vec![]),
        (key, "", one, vec![]),
        (key, key, one, vec![]),
        (&arm_key, "", one, vec![]),
        (vault, key, two, known(id::KnownKind::Application)),
        (vault, key, two, known(id::KnownKind::Object)),
    ];
    let repairs = forms.iter().flat_map(|(vault, key, tenant, known)| id::repair(vault, key, tenant, known));
    let mut findings: Vec<Finding> = repairs.map(|repair| repair.finding).collect();
    for paste in [
        format!("{vault} {vault}-2 {key} {key}-2 tenant {one} tenant {two}"),
        format!("{one} {two}"),
        one.to_owned(),
        format!("{vault} keyName: k"),
    ] {
        let recognised = recognise(&paste);
        findings.extend(recognised.findings);
        findings.extend(recognised.found.into_iter().flat_map(|found| found.findings));
    }
    findings
}

fn confluent() -> Vec<Finding> {
    let vault = id::key_vault_id("/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-1").value;
    let key = id::key_id("https://kv-1.vault.azure.net/keys/k").value;
    let tenant = id::tenant_id("d5a04667-b6f4-4b0c-a628-25f5eae93da6").value;
    [
        "Access to key denied.",
        "Teapot",
        "purge protection",
        "access policies",
        "tenant",
        "firewall",
        "disabled",
        "key type",
        "vault not found",
        "key not found",
    ]
    .iter()
    .flat_map(|words| explain_invalid(Some(words), vault.as_ref(), key.as_ref(), tenant.as_ref()))
    .collect()
}

fn pasted() -> Vec<Finding> {
    let mut findings = Vec::new();
    for input in include_str!("pasted.txt").lines() {
        let input = input.replace("{nbsp}", "\u{A0}").replace("{zwsp}", "\u{200B}");
        findings.extend(id::key_vault_id(&input).findings);
        findings.extend(id::key_id(&input).findings);
        findings.extend(id::tenant_id(&input).findings);
        findings.extend(id::any(&input).1.findings().iter().cloned());
    }
    findings
}

fn everything() -> BTreeMap<&'static str, Finding> {
    let mut first = BTreeMap::new();
    for finding in [plans(), verdicts(), ids(), repaired_and_recognised(), confluent(), pasted()].concat() {
        first.entry(finding.code()).or_insert(finding);
    }
    first
}

/// Told by the terminal, which reads bytes, or made of characters that a text file should not hold.
const ELSEWHERE: [&str; 3] = ["text.not-utf8", "text.too-long", "input.secret"];

#[test]
fn every_finding_is_told_by_some_rule() {
    let told = everything();
    let missing: Vec<&str> = CATALOGUE
        .iter()
        .map(|entry| entry.name)
        .filter(|name| !told.contains_key(name) && !ELSEWHERE.contains(name))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn no_sentence_misses_an_argument() {
    for (code, finding) in everything() {
        for text in [finding.message(), finding.fix()] {
            for gap in ["``", "  ", " .", " ,", ": .", "U+)"] {
                assert!(!text.contains(gap), "{code}: {text}");
            }
        }
    }
}

#[test]
fn the_sentences_are_the_reviewed_ones() {
    let mut text = String::new();
    for (code, finding) in everything() {
        text.push_str(&format!(
            "{code} ({})\n  {}\n  {}\n",
            finding.severity().as_str(),
            finding.message(),
            finding.fix()
        ));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sentences.txt");
    if std::env::var_os("BYOK_WRITE_SENTENCES").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let reviewed = std::fs::read_to_string(path).unwrap_or_default();
    for (now, then) in text.lines().zip(reviewed.lines()) {
        assert_eq!(now, then, "sentences.txt is rewritten by BYOK_WRITE_SENTENCES=1; read the difference");
    }
    assert_eq!(text.lines().count(), reviewed.lines().count());
}

/// Everything that can be told, as a page of the documentation.
fn documented() -> String {
    let told = everything();
    let mut page = String::from(
        "# Findings\n\n\
        Everything that BYOK Wizard can tell, by its stable code. This page is made from the catalogue by\n\
        `BYOK_WRITE_FINDINGS=1 cargo test -p byok-core --test catalogue`; a test fails when it is out of date.\n\n\
        - [Of IDs, answers and keys](#of-ids-answers-and-keys): the page, `byok check`, `byok recognise`, the server's answers\n\
        - [Of error texts](#of-error-texts): `byok explain`\n\n\
        ## Of IDs, answers and keys\n",
    );
    for entry in CATALOGUE {
        let (message, fix) = entry.code.described();
        let kind = if entry.repair { ", repaired" } else { "" };
        page.push_str(&format!("\n### `{}`\n\n*{}{kind}*\n\n", entry.name, entry.severity.as_str()));
        page.push_str(&format!("{message}\n\n**Fix:** {fix}\n\n"));
        match told.get(entry.name) {
            Some(example) if example.message() != message => {
                page.push_str(&format!("**For example:** {}\n\n", example.message()));
            }
            _ => {}
        }
        page.push_str(&format!("Source: {}.\n", entry.code.source()));
    }
    page.push_str(
        "\n## Of error texts\n\nThe more special cause comes first where several are equally certain.\n",
    );
    for entry in explain::CATALOGUE {
        let example = explain::example(entry.cause);
        let explained = explain::explain(example);
        let found = explained.causes.iter().find(|found| found.cause == entry.cause);
        assert!(found.is_some(), "{}: the example does not show it", entry.code);
        let Some(found) = found else { continue };
        page.push_str(&format!("\n### `{}`\n\n*{}", entry.code, entry.severity.as_str()));
        if let Some(field) = entry.field {
            page.push_str(&format!(", about the {}", field.label()));
        }
        page.push_str(&format!("*\n\n{}\n\n**Fix:** {}\n\n", found.message(), found.fix()));
        if let Some(command) = found.command() {
            page.push_str(&format!("**What decides it** (only reads):\n\n```console\n$ {command}\n```\n\n"));
        }
        page.push_str(&format!("**For example:**\n\n```text\n{example}\n```\n\nSource: {}.\n", entry.source));
    }
    page
}

#[test]
fn the_documentation_is_made_from_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/findings.md");
    let now = documented();
    if std::env::var_os("BYOK_WRITE_FINDINGS").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let differs = now.lines().zip(kept.lines()).find(|(now, kept)| now != kept);
    assert_eq!(differs, None, "docs/findings.md is rewritten by BYOK_WRITE_FINDINGS=1");
    assert_eq!(
        now.lines().count(),
        kept.lines().count(),
        "docs/findings.md is rewritten by BYOK_WRITE_FINDINGS=1"
    );
}
