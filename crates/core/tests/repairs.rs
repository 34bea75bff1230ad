//! The three texts of the form together: what is named, what one step sets, and that it leaves less wrong.

#![allow(clippy::unwrap_used, reason = "a helper of tests may panic like a test")]

use byok_core::finding::{Field, Finding, Severity};
use byok_core::id::{self, Known, KnownKind, Repair, repair};
use byok_core::recognise::recognise;
use byok_core::text;
use proptest::prelude::*;

const VAULT: &str = "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-1";
const KEY: &str = "https://kv-1.vault.azure.net/keys/kafka";
const TENANT: &str = "d5a04667-b6f4-4b0c-a628-25f5eae93da6";
const APPLICATION: &str = "0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11";
const SUBSCRIPTION: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

/// Every repair as `code field=value …`.
fn told(vault: &str, key: &str, tenant: &str, known: &[Known]) -> Vec<String> {
    let shown = |repair: Repair| {
        let sets: Vec<String> =
            repair.sets.iter().map(|(field, text)| format!(" {}={text}", field.as_str())).collect();
        format!("{}{}", repair.finding.code(), sets.concat())
    };
    repair(vault, key, tenant, known).into_iter().map(shown).collect()
}

fn known(guid: &str, kind: KnownKind) -> Known {
    Known { guid: id::Guid::parse(guid).unwrap(), kind }
}

#[test]
fn nothing_is_offered_where_nothing_is_wrong() {
    assert_eq!(told(VAULT, KEY, TENANT, &[]), [""; 0]);
    assert_eq!(told("", "", "", &[]), [""; 0]);
    assert_eq!(told("my-vault", "my-key", "contoso.com", &[]), [""; 0]);
}

#[test]
fn swapped_fields_are_exchanged() {
    assert_eq!(told(KEY, VAULT, TENANT, &[]), [format!("ids.swapped key_vault_id={VAULT} key_id={KEY}")]);
    assert_eq!(
        told(TENANT, VAULT, KEY, &[]),
        [format!("ids.swapped key_vault_id={VAULT} key_id={KEY} tenant_id={TENANT}")]
    );
    let dirty = [format!(" {KEY}/78deebed173b48e48f55abf87ed4cf71"), format!("\"{VAULT}/\",")];
    assert_eq!(
        told(&dirty[0], &dirty[1], TENANT, &[]),
        [format!("ids.swapped key_vault_id={VAULT} key_id={KEY}")]
    );
}

#[test]
fn a_value_in_another_field_is_moved() {
    assert_eq!(told(KEY, "", TENANT, &[]), [format!("ids.misplaced key_id={KEY} key_vault_id=")]);
    assert_eq!(told(VAULT, "my-key", KEY, &[]), [format!("ids.misplaced key_id={KEY} tenant_id=")]);
}

#[test]
fn the_same_value_twice_is_emptied_where_it_does_not_belong() {
    assert_eq!(told(KEY, KEY, TENANT, &[]), ["ids.same-twice key_vault_id="]);
    assert_eq!(told(VAULT, KEY, VAULT, &[]), ["ids.same-twice tenant_id="]);
    assert_eq!(told(TENANT, TENANT, TENANT, &[]), ["ids.same-twice key_vault_id=", "ids.same-twice key_id="]);
}

#[test]
fn what_another_text_also_holds_is_taken_from_it() {
    let arm_key = format!("{VAULT}/keys/kafka");
    assert_eq!(told(&arm_key, "", TENANT, &[]), [format!("ids.also-holds key_id={KEY}")]);
    let view = format!("{{\"id\": \"{VAULT}\", \"properties\": {{\"tenantId\": \"{TENANT}\"}}}}");
    assert_eq!(told(&view, KEY, "", &[]), [format!("ids.also-holds tenant_id={TENANT}")]);
}

#[test]
fn what_two_others_say_is_taken_only_where_they_agree() {
    let other = KEY.replace("kafka", "other");
    assert_eq!(told(KEY, "", &other, &[]), [""; 0]);
    assert_eq!(told(KEY, "", KEY, &[]), [format!("ids.misplaced key_id={KEY} key_vault_id=")]);
}

#[test]
fn what_another_text_also_holds_is_not_taken_where_it_does_not_fit() {
    let both = |vault: &str| format!("{{\"id\": \"{vault}\", \"key\": {{\"kid\": \"{KEY}\"}}}}");
    assert_eq!(told("", &both(VAULT), TENANT, &[]), [format!("ids.also-holds key_vault_id={VAULT}")]);
    assert_eq!(told("", &both(&VAULT.replace("kv-1", "kv-2")), TENANT, &[]), [""; 0]);
}

#[test]
fn a_tenant_that_is_known_takes_the_place_of_what_is_none() {
    let told_of = [known(APPLICATION, KnownKind::Application), known(TENANT, KnownKind::Tenant)];
    assert_eq!(
        told(VAULT, KEY, APPLICATION, &told_of),
        [format!("ids.tenant-is-application tenant_id={TENANT}")]
    );
    let other = "11111111-2222-4333-8444-555555555555";
    let told_of = [
        known(APPLICATION, KnownKind::Application),
        known(TENANT, KnownKind::Tenant),
        known(other, KnownKind::Tenant),
    ];
    assert_eq!(
        told(VAULT, KEY, APPLICATION, &told_of),
        ["ids.tenant-is-application tenant_id="],
        "which of two, nobody knows"
    );
}

#[test]
fn ids_of_two_vaults_are_brought_together_either_way() {
    let other = KEY.replace("kv-1", "kv-2");
    assert_eq!(
        told(VAULT, &other, TENANT, &[]),
        [
            format!("ids.vault-differs key_vault_id={}", VAULT.replace("kv-1", "kv-2")),
            format!("ids.vault-differs key_id={KEY}")
        ]
    );
}

#[test]
fn a_tenant_that_is_something_else_is_replaced_or_emptied() {
    assert_eq!(told(VAULT, KEY, SUBSCRIPTION, &[]), ["ids.tenant-is-subscription tenant_id="]);
    let app = known(APPLICATION, KnownKind::Application);
    assert_eq!(told(VAULT, KEY, APPLICATION, &[app]), ["ids.tenant-is-application tenant_id="]);
    assert_eq!(told(VAULT, KEY, APPLICATION, &[]), [""; 0]);
    let object = known(APPLICATION, KnownKind::Object);
    let tenant = known(TENANT, KnownKind::Tenant);
    assert_eq!(
        told(VAULT, KEY, APPLICATION, &[object, tenant]),
        [format!("ids.tenant-is-object tenant_id={TENANT}")]
    );
}

#[test]
fn what_a_paste_tells_is_known() {
    let paste = format!("{{\"appId\": \"{APPLICATION}\", \"tenantId\": \"{TENANT}\"}}");
    assert_eq!(
        told(VAULT, KEY, APPLICATION, &recognise(&paste).known()),
        [format!("ids.tenant-is-application tenant_id={TENANT}")]
    );
}

#[test]
fn a_secret_is_never_carried_to_another_field() {
    let secret = ["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat();
    let holding = format!("{KEY}?x={secret}");
    assert_eq!(told(&holding, VAULT, TENANT, &[]), [format!("ids.misplaced key_vault_id={VAULT} key_id=")]);
}

/// What is wrong with a form: a missing value weighs less than two that do not fit together, and a wrong one more than
/// all that can fail to fit together.
fn wrong(texts: &[String; 3], known: &[Known]) -> usize {
    let (vault, key, tenant) = (id::key_vault_id(&texts[0]), id::key_id(&texts[1]), id::tenant_id(&texts[2]));
    let errors = [&vault.findings, &key.findings, &tenant.findings];
    let error = |finding: &Finding| finding.severity() == Severity::Error;
    let own: usize = errors
        .iter()
        .zip(texts)
        .map(|(findings, text)| {
            if text::clean(text).text.is_empty() {
                1
            } else if findings.iter().any(error) {
                6
            } else {
                0
            }
        })
        .sum();
    let guid = tenant.value.map(|tenant| tenant.guid());
    let other = known.iter().any(|known| Some(known.guid) == guid && known.kind != KnownKind::Tenant);
    let mut apart: Vec<_> = id::together(vault.value.as_ref(), key.value.as_ref(), tenant.value.as_ref())
        .iter()
        .map(Finding::code)
        .collect();
    apart.dedup();
    own + 2 * apart.len() + if other { 6 } else { 0 }
}

fn texts() -> impl Strategy<Value = String> {
    let arm_key = format!("{VAULT}/keys/kafka");
    let view = format!("{{\"id\": \"{VAULT}\", \"properties\": {{\"tenantId\": \"{TENANT}\"}}}}");
    let subscription =
        format!("{{\"id\": \"{VAULT}\", \"properties\": {{\"tenantId\": \"{SUBSCRIPTION}\"}}}}");
    prop_oneof![
        Just(VAULT.to_owned()),
        Just(KEY.to_owned()),
        Just(TENANT.to_owned()),
        Just(SUBSCRIPTION.to_owned()),
        Just(APPLICATION.to_owned()),
        Just(String::new()),
        Just("kv-1".to_owned()),
        Just(arm_key),
        Just(view),
        Just(subscription),
        Just(VAULT.replace("kv-1", "kv-2")),
        Just(KEY.replace("kv-1", "kv-3")),
        Just(format!("{KEY}/78deebed173b48e48f55abf87ed4cf71")),
        Just(format!(" \"{VAULT}/\", ")),
        Just("Hello".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_repair_leaves_less_wrong(vault in texts(), key in texts(), tenant in texts(), told in any::<bool>()) {
        let known = if told { vec![known(APPLICATION, KnownKind::Application), known(TENANT, KnownKind::Tenant)] } else { vec![] };
        let texts = [vault, key, tenant];
        let before = wrong(&texts, &known);
        for Repair { finding, sets } in repair(&texts[0], &texts[1], &texts[2], &known) {
            let mut after = texts.clone();
            for (field, text) in &sets {
                let place = [Field::KeyVaultId, Field::KeyId, Field::TenantId].iter().position(|one| one == field).unwrap();
                after[place].clone_from(text);
            }
            prop_assert!(wrong(&after, &known) < before, "{} {:?} → {:?}", finding.code(), texts, after);
            let again = repair(&after[0], &after[1], &after[2], &known);
            prop_assert!(!again.iter().any(|other| other.sets == sets), "{:?} is offered again", sets);
        }
    }

    #[test]
    fn whoever_asks_only_when_it_may_help_misses_no_repair(vault in texts(), key in texts(), tenant in texts()) {
        let (in_vault, in_key, in_tenant) = (id::key_vault_id(&vault), id::key_id(&key), id::tenant_id(&tenant));
        let together = id::together(in_vault.value.as_ref(), in_key.value.as_ref(), in_tenant.value.as_ref());
        let findings = [in_vault.findings, in_key.findings, in_tenant.findings, together].concat();
        let repairs = repair(&vault, &key, &tenant, &[]);
        prop_assert!(repairs.is_empty() || id::repair_may_help(&findings), "{:?}: {:?}", repairs, findings);
    }
}
