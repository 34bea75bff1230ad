//! What is accepted as it stands is accepted by the parsers that others will put it through: the Azure SDKs for Python
//! and JavaScript, and `go-azure-helpers` behind Terraform. Their grammars, written anew from what is known
//! of their behaviour.

use byok_core::finding::Finding;
use byok_core::id::{self, Status};
use proptest::prelude::*;

/// `parse_key_vault_id` of azure-keyvault-keys (Python): scheme and host, then two or three segments, empty ones left
/// out.
fn python_key(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = path.split(['?', '#']).next().unwrap_or("");
    let count = path.split('/').filter(|segment| !segment.is_empty()).count();
    !scheme.is_empty() && !host.is_empty() && (count == 2 || count == 3)
}

/// `parseKeyvaultIdentifier` of @azure/keyvault-keys (JavaScript): trimmed, the path in three or four parts counted
/// with the empty one before its first slash, the second of which is the collection.
fn javascript_key(text: &str) -> bool {
    let text = text.trim();
    let Some((_, rest)) = text.split_once("://") else { return false };
    let Some(slash) = rest.find('/') else { return false };
    let path = rest[slash..].split(['?', '#']).next().unwrap_or("");
    let parts: Vec<&str> = path.split('/').collect();
    (parts.len() == 3 || parts.len() == 4) && parts[1] == "keys"
}

/// `ParseNestedItemID` of go-azure-helpers for a versionless key: two segments, one slash at the end allowed, the type
/// in lower-case.
fn go_key(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let Some((host, path)) = rest.split_once('/') else { return false };
    let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    let name = |text: &str| {
        (1..=127).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    !host.is_empty() && segments.len() == 2 && segments[0] == "keys" && name(segments[1])
}

/// `is_valid_resource_id` of azure-mgmt-core (Python): read by its pattern, put together again and compared blind to
/// case; no part holds `<>%&:\?/`, and none is longer than 260.
fn python_vault(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let ["", subscriptions, subscription, groups, group, providers, namespace, kind, name] = parts.as_slice()
    else {
        return false;
    };
    let is = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let fits = |part: &str| {
        (1..=260).contains(&part.chars().count()) && !part.contains(['<', '>', '%', '&', ':', '\\', '?'])
    };
    is(subscriptions, "subscriptions")
        && is(groups, "resourceGroups")
        && is(providers, "providers")
        && [subscription, group, namespace, kind, name].iter().all(|part| fits(part))
}

/// `ParseKeyVaultID` of go-azure-helpers: the fixed segments in exactly this case, the others not empty, nothing after.
fn go_vault(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let [
        "",
        "subscriptions",
        subscription,
        "resourceGroups",
        group,
        "providers",
        "Microsoft.KeyVault",
        "vaults",
        name,
    ] = parts.as_slice()
    else {
        return false;
    };
    [subscription, group, name].iter().all(|part| !part.is_empty())
}

/// `validate_tenant_id` of azure-identity (Python, JavaScript).
fn identity_tenant(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// `validation.UUID` of go-azure-helpers: the form with hyphens, nothing around it.
fn go_tenant(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Texts that are IDs, nearly IDs, and IDs with what makes parsers differ.
fn texts() -> impl Strategy<Value = String> {
    let key = (
        prop_oneof![Just("https://"), Just("HTTPS://"), Just("http://")],
        "[a-zA-Z](-?[a-zA-Z0-9]){2,11}",
        prop_oneof![Just(".vault.azure.net"), Just(".VAULT.azure.net"), Just(".vault.azure.net:443")],
        prop_oneof![Just("/keys/"), Just("/Keys/"), Just("//keys/"), Just("/secrets/")],
        "[a-zA-Z0-9\\-_]{1,20}",
        prop_oneof![Just(""), Just("/"), Just("/78deebed173b48e48f55abf87ed4cf71"), Just("?a=b"), Just(" ")],
    )
        .prop_map(|(scheme, vault, host, keys, name, rest)| {
            [scheme, &vault, host, keys, &name, rest].concat()
        });
    let vault = (
        prop_oneof![
            Just("/subscriptions/"),
            Just("/Subscriptions/"),
            Just("subscriptions/"),
            Just("//subscriptions/")
        ],
        "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        prop_oneof![Just("/resourceGroups/"), Just("/resourcegroups/")],
        "[\\p{L}\\p{Nd}()_.\\-%&]{1,12}",
        prop_oneof![
            Just("/providers/Microsoft.KeyVault/vaults/"),
            Just("/PROVIDERS/microsoft.keyvault/VAULTS/")
        ],
        "[a-zA-Z](-?[a-zA-Z0-9]){2,11}",
        prop_oneof![Just(""), Just("/"), Just("/keys/k"), Just("?a=b")],
    )
        .prop_map(|(head, guid, groups, group, kind, name, rest)| {
            [head, &guid, groups, &group, kind, &name, rest].concat()
        });
    let tenant = prop_oneof![
        "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        "\\{[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\}",
        "[0-9a-f]{32}",
        "[a-z]{3,9}\\.[a-z]{2,5}",
    ];
    prop_oneof![key, vault, tenant]
}

fn repaired(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.code.entry().repair)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn what_is_accepted_is_accepted_by_the_others(text in texts()) {
        if let Some(key) = id::key_id(&text).value {
            let value = key.to_string();
            prop_assert!(python_key(&value) && javascript_key(&value) && go_key(&value), "{}", value);
        }
        if let Some(vault) = id::key_vault_id(&text).value {
            let value = vault.to_string();
            prop_assert!(python_vault(&value) && go_vault(&value), "{}", value);
        }
        if let Some(tenant) = id::tenant_id(&text).value {
            let value = tenant.to_string();
            prop_assert!(identity_tenant(&value) && go_tenant(&value), "{}", value);
        }
    }

    #[test]
    fn what_is_accepted_as_it_stands_is_accepted_as_it_stands_by_parsers_blind_to_case(text in texts()) {
        let key = id::key_id(&text);
        if key.status() == Status::Ok {
            prop_assert!(python_key(&text) && javascript_key(&text.to_lowercase()) && go_key(&text.to_lowercase()), "{}", text);
        }
        let vault = id::key_vault_id(&text);
        if vault.status() == Status::Ok {
            prop_assert!(python_vault(&text), "{}", text);
        }
        let tenant = id::tenant_id(&text);
        if tenant.status() == Status::Ok {
            prop_assert!(identity_tenant(&text) && go_tenant(&text), "{}", text);
        }
    }

    #[test]
    fn what_was_repaired_needs_no_repair_again(text in texts()) {
        if let Some(key) = id::key_id(&text).value {
            let again = id::key_id(&key.to_string());
            prop_assert_eq!((again.status(), again.value.map(|key| key.to_string())), (Status::Ok, Some(key.to_string())));
        }
        if let Some(vault) = id::key_vault_id(&text).value {
            let again = id::key_vault_id(&vault.to_string());
            prop_assert!(!repaired(&again.findings));
            prop_assert_eq!(again.value.map(|vault| vault.to_string()), Some(vault.to_string()));
        }
        if let Some(tenant) = id::tenant_id(&text).value {
            let again = id::tenant_id(&tenant.to_string());
            prop_assert_eq!((again.status(), again.value), (Status::Ok, Some(tenant)));
        }
    }
}

#[test]
fn the_grammars_refuse_what_their_parsers_refuse() {
    assert!(!python_key("https://kv.vault.azure.net/keys") && !python_key("kv.vault.azure.net/keys/k"));
    assert!(python_key("https://kv.vault.azure.net//keys/k/v"));
    assert!(!javascript_key("https://kv.vault.azure.net//keys/k/v") && javascript_key(" https://kv/keys/k "));
    assert!(!go_key("https://kv.vault.azure.net/Keys/k") && !go_key("https://kv.vault.azure.net/keys/k/v"));
    assert!(go_key("https://kv.vault.azure.net/keys/k/"));
    assert!(
        !python_vault("/subscriptions/a/resourceGroups/b/providers/c/d/e/") && !go_vault("/subscriptions/a")
    );
    assert!(
        !go_tenant("d5a04667b6f44b0ca62825f5eae93da6")
            && identity_tenant("contoso.com")
            && !identity_tenant("a b")
    );
}
