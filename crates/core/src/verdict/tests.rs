//! The verdict table, by hand.

use super::*;
use crate::facts::{Entered, Known, Source};
use crate::id::{KeyId, TenantId, key_id, key_vault_id};
use crate::plan::Availability;
use crate::wire::{KeyValidation, KeyView};

const NOW: u64 = 1_800_000_000;

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

fn key() -> KeyFacts {
    KeyFacts {
        vault: key_vault_id("/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-1").value,
        key: key_id("https://kv-1.vault.azure.net/keys/k").value,
        tenant: TenantId::parse("d5a04667-b6f4-4b0c-a628-25f5eae93da6"),
        state: "AVAILABLE".to_owned(),
        phase: "VALID".to_owned(),
        region: Some("westeurope".to_owned()),
        ..KeyFacts::default()
    }
}

fn with_key(key: KeyFacts) -> Facts {
    Facts { key: Ok(key), ..Facts::default() }
}

fn network() -> NetworkFacts {
    NetworkFacts {
        region: "westeurope".to_owned(),
        phase: "READY".to_owned(),
        connection_types: vec!["PRIVATELINK".to_owned()],
    }
}

fn with_network(network: NetworkFacts) -> (Plan, Facts) {
    let plan = Plan { network: Some("n-1".to_owned()), ..plan() };
    (plan, Facts { network: Ok(network), ..with_key(key()) })
}

/// Outcome, code of the finding and whether it may be waived.
fn of(plan: &Plan, facts: &Facts, code: &str) -> Option<(Outcome, Option<&'static str>, bool)> {
    let wanted = Requirement::parse(code).unwrap();
    judge(plan, facts, NOW)
        .into_iter()
        .find(|verdict| verdict.requirement == wanted)
        .map(|verdict| (verdict.outcome, verdict.findings.first().map(Finding::code), verdict.waivable))
}

const MET: Option<(Outcome, Option<&str>, bool)> = Some((Outcome::Met, None, false));

fn not_met(code: &'static str) -> Option<(Outcome, Option<&'static str>, bool)> {
    Some((Outcome::NotMet, Some(code), false))
}

fn waivable(code: &'static str) -> Option<(Outcome, Option<&'static str>, bool)> {
    Some((Outcome::Unknown, Some(code), true))
}

fn waiting(code: &'static str) -> Option<(Outcome, Option<&'static str>, bool)> {
    Some((Outcome::Unknown, Some(code), false))
}

#[test]
fn everything_in_order_is_met() {
    for (plan, facts) in [(plan(), with_key(key())), with_network(network())] {
        let verdicts = judge(&plan, &facts, NOW);
        for verdict in &verdicts {
            assert_eq!((verdict.outcome, verdict.finding()), (Outcome::Met, None), "{}", verdict.title());
            assert!(!verdict.message().is_empty() && verdict.fix().is_empty());
        }
        assert_eq!(verdicts.len(), if plan.network.is_some() { 10 } else { 7 });
    }
}

#[test]
fn codes_of_requirements_are_read_back() {
    for requirement in Requirement::all() {
        assert_eq!(Requirement::parse(requirement.as_str()), Some(requirement));
        assert!(!requirement.title().is_empty());
    }
    assert_eq!(Requirement::parse("no.such"), None);
}

#[test]
fn a_requirement_says_what_it_is_where_it_comes_from_and_who_can_put_it_right() {
    let enabled = Requirement::KeyEnabled;
    assert_eq!(enabled.title(), "The key is enabled");
    assert_eq!(enabled.source(), "Azure Key Vault REST, errors: KeyDisabled");
    assert_eq!(enabled.who(), "Whoever may manage the vault’s keys (Key Vault Crypto Officer)");
}

#[test]
fn a_verdict_says_what_was_found_and_what_to_do() {
    let facts = with_key(KeyFacts { state: "IN_USE".to_owned(), ..key() });
    let verdicts = judge(&plan(), &facts, NOW);
    let find = |requirement| verdicts.iter().find(|verdict| verdict.requirement == requirement).unwrap();
    let free = find(Requirement::KeyAvailable);
    assert_eq!(free.title(), "The key is free");
    let finding = free.finding().unwrap();
    assert_eq!((free.message(), free.fix()), (finding.message(), finding.fix()));
    assert!(!free.message().is_empty() && !free.fix().is_empty());
    let region = find(Requirement::KeyRegion);
    assert_eq!(
        (region.message(), region.fix()),
        ("The key is in the region of the cluster.".to_owned(), String::new())
    );
}

#[test]
fn one_id_is_enough_to_be_compared_with_the_registered_key() {
    let entered = |vault: Option<&str>, id: Option<&str>, tenant: Option<&str>| Facts {
        entered: Entered {
            vault: vault.and_then(|text| key_vault_id(text).value),
            key: id.and_then(|text| key_id(text).value),
            tenant: tenant.and_then(TenantId::parse),
            application: None,
        },
        ..with_key(key())
    };
    let vault = "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-2";
    let (other, tenant) = ("https://kv-1.vault.azure.net/keys/k2", "11111111-b6f4-4b0c-a628-25f5eae93da6");
    for facts in [
        entered(Some(vault), None, None),
        entered(None, Some(other), None),
        entered(None, None, Some(tenant)),
    ] {
        assert_eq!(of(&plan(), &facts, "ids.registered"), not_met("key.registered-otherwise"));
    }
    assert_eq!(of(&plan(), &entered(None, None, None), "ids.registered"), None, "nothing to compare");
}

#[test]
fn every_error_in_the_plan_is_told() {
    let broken = Plan { environment: String::new(), cku: 9, region: "atlantis".to_owned(), ..plan() };
    let verdicts = judge(&broken, &with_key(key()), NOW);
    let verdict = verdicts.iter().find(|verdict| verdict.requirement == Requirement::Plan).unwrap();
    let codes: Vec<_> = verdict.findings.iter().map(Finding::code).collect();
    assert_eq!(
        (verdict.outcome, codes.as_slice()),
        (Outcome::NotMet, &["plan.environment-missing", "plan.cku-too-many"][..])
    );
}

#[test]
fn every_requirement_has_one_row_in_order_that_says_where_it_comes_from() {
    let rows = TABLES.iter().flat_map(|rows| rows.iter()).map(|row| row.requirement);
    assert!(rows.eq(Requirement::all()));
    for requirement in Requirement::all() {
        assert!(!requirement.source().is_empty() && !requirement.who().is_empty(), "{requirement:?}");
        assert!(!en::requirement(requirement).1.is_empty(), "{requirement:?}");
    }
    let warns: Vec<_> =
        Requirement::all().filter(|requirement| !requirement.blocks()).map(Requirement::as_str).collect();
    assert_eq!(
        warns,
        [
            "vault.locks",
            "key.managed",
            "key.protection",
            "key.rotation",
            "key.versions",
            "access.broader",
            "access.may-assign",
            "sources.agree"
        ]
    );
}

#[test]
fn what_confluent_does_not_settle_is_known_by_name() {
    let open: Vec<_> = Requirement::all()
        .filter(|requirement| requirement.blocks() && !requirement.settled_by_use())
        .map(Requirement::as_str)
        .collect();
    assert_eq!(
        open,
        [
            "plan",
            "ids.same-vault",
            "ids.public-cloud",
            "ids.registered",
            "key.available",
            "key.validated",
            "key.region",
            "network.ready",
            "network.region",
            "network.kind",
            "quota.keys",
            "quota.clusters",
            "quota.pending",
            "quota.ckus",
        ]
    );
}

#[test]
fn what_only_warns_is_not_settled_by_use() {
    let settled =
        Requirement::all().filter(|requirement| !requirement.blocks() && requirement.settled_by_use());
    assert_eq!(settled.map(Requirement::as_str).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn the_page_judges_as_everybody_does() {
    let broken = Plan { environment: String::new(), network: Some("n-1".to_owned()), ..plan() };
    for facts in
        [with_key(key()), with_key(KeyFacts { phase: "INVALID".to_owned(), ..key() }), Facts::default()]
    {
        assert_eq!(judge_without_azure(&broken, &facts, NOW), judge(&broken, &facts, NOW));
    }
}

#[test]
fn a_warning_about_the_plan_stands_in_nobodys_way() {
    let unheard_of = Plan { region: "atlantis".to_owned(), ..plan() };
    let facts = with_key(KeyFacts { region: Some("atlantis".to_owned()), ..key() });
    assert_eq!(of(&unheard_of, &facts, "plan"), Some((Outcome::Met, Some("plan.region-unknown"), false)));
}

#[test]
fn the_vaults_of_both_ids_are_compared() {
    let other = key_id("https://kv-2.vault.azure.net/keys/k").value;
    let facts = with_key(KeyFacts { key: other, ..key() });
    assert_eq!(of(&plan(), &facts, "ids.same-vault"), not_met("ids.vault-differs"));
}

#[test]
fn a_key_of_another_cloud_is_not_met() {
    let other = KeyId::parse("https://kv-1.vault.azure.cn/keys/k");
    let facts = with_key(KeyFacts { key: other, ..key() });
    assert_eq!(of(&plan(), &facts, "ids.public-cloud"), not_met("ids.other-cloud"));
}

#[test]
fn the_state_of_the_key_is_judged() {
    for (state, expected) in [
        ("AVAILABLE", MET),
        ("IN_USE", not_met("key.in-use")),
        ("RETIRED", waivable("key.state-unknown")),
        ("", waivable("key.state-unknown")),
    ] {
        let facts = with_key(KeyFacts { state: state.to_owned(), ..key() });
        assert_eq!(of(&plan(), &facts, "key.available"), expected, "{state}");
    }
}

#[test]
fn the_phase_of_the_key_is_judged() {
    let window = VALIDATION_WINDOW_SECONDS;
    for (phase, age, expected) in [
        ("VALID", None, MET),
        ("INVALID", Some(1), not_met("key.refused")),
        ("INITIALIZING", Some(0), waiting("key.waiting")),
        ("INITIALIZING", Some(window - 1), waiting("key.waiting")),
        ("INITIALIZING", Some(window), waivable("key.late")),
        ("INITIALIZING", None, waivable("key.late")),
        ("", Some(1), waivable("key.phase-unknown")),
        ("MAYBE", None, waivable("key.phase-unknown")),
    ] {
        let registered_at = age.map(|age| NOW - age);
        let facts = with_key(KeyFacts { phase: phase.to_owned(), registered_at, ..key() });
        assert_eq!(of(&plan(), &facts, "key.validated"), expected, "{phase} {age:?}");
    }
}

#[test]
fn the_window_starts_anew_when_the_roles_are_given() {
    let facts = with_key(KeyFacts {
        phase: "INITIALIZING".to_owned(),
        registered_at: Some(NOW - 86_400),
        granted_at: Some(NOW - 90),
        region: None,
        ..key()
    });
    let verdicts = judge(&plan(), &facts, NOW);
    let find = |requirement| verdicts.iter().find(|verdict| verdict.requirement == requirement).unwrap();
    assert_eq!(find(Requirement::KeyValidated).wait_seconds, Some(510));
    assert_eq!(find(Requirement::KeyRegion).wait_seconds, Some(510));
    assert!(find(Requirement::KeyValidated).message().contains("so far: 1 minute."));
}

#[test]
fn a_clock_that_runs_behind_counts_as_just_now() {
    let facts =
        with_key(KeyFacts { phase: "INITIALIZING".to_owned(), registered_at: Some(NOW + 99), ..key() });
    assert_eq!(of(&plan(), &facts, "key.validated"), waiting("key.waiting"));
}

#[test]
fn regions_are_compared_as_azure_writes_them() {
    for (region, expected) in [
        (Some("westeurope"), MET),
        (Some("West Europe"), MET),
        (Some("eastus"), not_met("key.region-differs")),
        (Some(""), waivable("key.region-unknown")),
        (None, waivable("key.region-unknown")),
    ] {
        let facts = with_key(KeyFacts { region: region.map(str::to_owned), ..key() });
        assert_eq!(of(&plan(), &facts, "key.region"), expected, "{region:?}");
    }
}

#[test]
fn the_tenant_is_asked_for_only_where_something_can_answer() {
    let silent = with_key(KeyFacts { phase: "INITIALIZING".to_owned(), ..key() });
    assert_eq!(of(&plan(), &silent, "key.tenant"), None);
    let said = |tenant| {
        let value = TenantId::parse(tenant).unwrap();
        Facts { vault_tenant: Ok(Known { value, source: Source::Probe }), ..silent.clone() }
    };
    assert_eq!(of(&plan(), &said("d5a04667-b6f4-4b0c-a628-25f5eae93da6"), "key.tenant"), MET);
    assert_eq!(
        of(&plan(), &said("11111111-b6f4-4b0c-a628-25f5eae93da6"), "key.tenant"),
        not_met("key.tenant-differs")
    );
}

#[test]
fn a_key_that_could_not_be_looked_up_is_unknown_with_the_reason() {
    let facts =
        Facts { key: Err(WhyUnknown::Failed("Confluent did not answer".to_owned())), ..Facts::default() };
    for code in ["key.available", "key.validated", "key.region"] {
        assert_eq!(of(&plan(), &facts, code), waivable("key.unknown"), "{code}");
    }
    let told = judge(&plan(), &facts, NOW).iter().map(Verdict::message).collect::<String>();
    assert!(told.contains("Confluent did not answer"), "{told}");
}

#[test]
fn a_network_is_judged_only_if_the_plan_has_one() {
    assert_eq!(of(&plan(), &Facts { network: Ok(network()), ..with_key(key()) }, "network.ready"), None);
}

#[test]
fn the_phase_of_the_network_is_judged() {
    for (phase, expected) in [
        ("READY", MET),
        ("PROVISIONING", not_met("network.not-ready")),
        ("FAILED", not_met("network.failed")),
        ("DEPROVISIONING", not_met("network.failed")),
        ("MAYBE", waivable("network.phase-unknown")),
    ] {
        let (plan, facts) = with_network(NetworkFacts { phase: phase.to_owned(), ..network() });
        assert_eq!(of(&plan, &facts, "network.ready"), expected, "{phase}");
    }
}

#[test]
fn the_region_of_the_network_is_judged() {
    let (plan, facts) = with_network(NetworkFacts { region: "eastus".to_owned(), ..network() });
    assert_eq!(of(&plan, &facts, "network.region"), not_met("network.region-differs"));
}

#[test]
fn the_kind_of_the_network_is_judged() {
    for (kinds, expected) in [
        (&["PEERING"][..], MET),
        (&["NEW", "PRIVATELINK"], MET),
        (&["TRANSITGATEWAY"], not_met("network.kind-other")),
        (&["NEW"], waivable("network.kind-unknown")),
        (&[], waivable("network.kind-unknown")),
    ] {
        let connection_types = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let (plan, facts) = with_network(NetworkFacts { connection_types, ..network() });
        assert_eq!(of(&plan, &facts, "network.kind"), expected, "{kinds:?}");
    }
}

#[test]
fn a_network_that_could_not_be_looked_up_is_unknown() {
    let plan = Plan { network: Some("n-1".to_owned()), ..plan() };
    assert_eq!(of(&plan, &with_key(key()), "network.ready"), waivable("network.unknown"));
}

#[test]
fn facts_are_read_from_what_the_proxy_reports() {
    let view = KeyView {
        id: "cck-1".to_owned(),
        display_name: String::new(),
        key_vault_id: "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-1".to_owned(),
        key_id: "https://kv-1.vault.azure.net/keys/k".to_owned(),
        tenant_id: "d5a04667-b6f4-4b0c-a628-25f5eae93da6".to_owned(),
        application_id: String::new(),
        state: "AVAILABLE".to_owned(),
        validation: KeyValidation {
            phase: "VALID".to_owned(),
            message: None,
            since: Some("2027-01-15T07:58:20Z".to_owned()),
            region: Some("westeurope".to_owned()),
        },
        registered_for: None,
        deletable: false,
    };
    let expected = KeyFacts { registered_at: Some(1_799_999_900), ..key() };
    assert_eq!(KeyFacts::of(&view, NOW), expected, "registered elsewhere: since the phase stands");
    let ours = KeyView { registered_for: Some(5), ..view };
    assert_eq!(KeyFacts::of(&ours, NOW).registered_at, Some(NOW - 5));
}

#[test]
fn times_are_read_as_rfc_3339_writes_them() {
    for (text, seconds) in [
        ("1970-01-01T00:00:00Z", Some(0)),
        ("2000-02-29T12:34:56.789Z", Some(951_827_696)),
        ("2026-11-24T17:00:00+02:00", Some(1_795_532_400)),
        ("2026-11-24T15:00:00-00:00", Some(1_795_532_400)),
        ("2024-12-31T23:59:59z", Some(1_735_689_599)),
        ("1969-12-31T23:59:59Z", None),
        ("2026-13-01T00:00:00Z", None),
        ("2026-01-01T24:00:00Z", None),
        ("2026-01-01T00:00:00", None),
        ("2026-01-01T00:00:00Zx", None),
        ("2026-01-01", None),
        ("ä026-01-01T00:00:00Z", None),
        ("", None),
    ] {
        assert_eq!(seconds_since_epoch(text), seconds, "{text}");
    }
}
