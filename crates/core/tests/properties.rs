//! What holds for every text.

use byok_core::id::{self, KeyId, Status, TenantId, VaultId};
use proptest::prelude::*;

/// Texts near to IDs: real parts, put together rightly and wrongly, with what pastes drag along.
fn near_ids() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        Just("/subscriptions/"),
        Just("72f988bf-86f1-41af-91ab-2d7cd011db47"),
        Just("00000000-0000-0000-0000-000000000000"),
        Just("/resourceGroups/"),
        Just("rg-Kafka"),
        Just("группа"),
        Just("/providers/Microsoft.KeyVault/vaults/"),
        Just("managedHSMs/"),
        Just("kv-1"),
        Just("https://"),
        Just("http://"),
        Just(".vault.azure.net"),
        Just(".managedhsm.azure.net"),
        Just("portal.azure.com/#@/resource"),
        Just(":443"),
        Just("/keys/"),
        Just("/secrets/"),
        Just("78deebed173b48e48f55abf87ed4cf71"),
        Just("/"),
        Just("%2F"),
        Just("%"),
        Just("?api-version=1"),
        Just("\""),
        Just("{\"id\":\""),
        Just("\"kid\": \""),
        Just("\\u002"),
        Just("{"),
        Just("}"),
        Just("<"),
        Just(">"),
        Just("$"),
        Just("\u{200B}"),
        Just("\u{FEFF}"),
        Just("\u{A0}"),
        Just("\n"),
        Just("–"),
        Just("ａ"),
        Just("а"),
        Just(","),
        Just("."),
    ];
    prop::collection::vec(parts, 0..12).prop_map(|parts| parts.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![3 => near_ids(), 1 => "\\PC*", 1 => any::<String>()]
}

fn vault_ids() -> impl Strategy<Value = String> {
    let guid = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[1-9a-fA-F]{12}";
    let group = "[\\p{L}\\p{Nd}()_.\\-]{0,40}[\\p{L}\\p{Nd}()_\\-]";
    let name = "[a-zA-Z](-?[a-zA-Z0-9]){2,11}";
    (guid, group, name).prop_map(|(guid, group, name)| {
        format!("/subscriptions/{guid}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}")
    })
}

fn key_ids() -> impl Strategy<Value = String> {
    ("[a-zA-Z](-?[a-zA-Z0-9]){2,11}", "[a-zA-Z0-9\\-]{1,127}")
        .prop_map(|(vault, name)| format!("https://{vault}.vault.azure.net/keys/{name}"))
}

proptest! {
    #[test]
    fn a_resource_id_is_taken_and_its_display_is_read_back(text in vault_ids()) {
        let vault = id::key_vault_id(&text).value.unwrap();
        let shown = vault.to_string();
        let again: VaultId = shown.parse().unwrap();
        prop_assert_eq!(&again, &vault);
        prop_assert_eq!(again.to_string(), shown);
    }

    #[test]
    fn a_key_identifier_is_taken_and_its_display_is_read_back(text in key_ids()) {
        let key = id::key_id(&text).value.unwrap();
        let again: KeyId = key.to_string().parse().unwrap();
        prop_assert_eq!(&again, &key);
        prop_assert_eq!(again.to_string(), key.to_string());
    }

    #[test]
    fn a_tenant_id_is_taken_and_its_display_is_read_back(text in "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[1-9a-fA-F]{12}") {
        let tenant = id::tenant_id(&text).value.unwrap();
        prop_assert_eq!(tenant.to_string(), text.to_lowercase());
        prop_assert_eq!(tenant.to_string().parse::<TenantId>().unwrap(), tenant);
    }

    #[test]
    fn case_never_matters(text in key_ids()) {
        prop_assert_eq!(id::key_id(&text).value, id::key_id(&text.to_uppercase()).value);
    }

    #[test]
    fn no_text_panics_and_what_is_taken_is_canonical(text in any_text()) {
        let vault = id::key_vault_id(&text);
        if let Some(value) = &vault.value {
            let shown = value.to_string();
            prop_assert_eq!(id::key_vault_id(&shown).value.map(|again| again.to_string()), Some(shown));
        }
        let key = id::key_id(&text);
        if let Some(value) = &key.value {
            let again = id::key_id(&value.to_string());
            prop_assert_eq!((again.status(), again.value.as_ref()), (Status::Ok, Some(value)));
        }
        let tenant = id::tenant_id(&text);
        if let Some(value) = &tenant.value {
            let again = id::tenant_id(&value.to_string());
            prop_assert_eq!((again.status(), again.value), (Status::Ok, Some(*value)));
        }
        let (_, any) = id::any(&text);
        prop_assert_eq!(any.value().is_none(), any.status() == Status::Rejected);
        for finding in vault.findings.iter().chain(&key.findings).chain(&tenant.findings).chain(any.findings()) {
            prop_assert!(!finding.message().is_empty() && !finding.fix().is_empty());
            let hidden = finding.message().contains(['\n', '\u{202E}', '\u{1b}']);
            prop_assert!(!hidden);
        }
    }

    #[test]
    fn what_is_rejected_says_why(text in any_text()) {
        use byok_core::finding::Severity;
        let says = |findings: &[byok_core::finding::Finding]| findings.iter().any(|f| f.severity() == Severity::Error);
        let vault = id::key_vault_id(&text);
        prop_assert_eq!(vault.value.is_none(), says(&vault.findings), "{:?}", text);
        let key = id::key_id(&text);
        prop_assert_eq!(key.value.is_none(), says(&key.findings), "{:?}", text);
        let tenant = id::tenant_id(&text);
        prop_assert_eq!(tenant.value.is_none(), says(&tenant.findings), "{:?}", text);
    }
}
