//! What is found in a text: who, what, where.

use byok_core::explain::{Evidence, Status, explain};
use byok_core::finding::Field;

fn values(evidence: &[Evidence]) -> Vec<(&'static str, &str)> {
    evidence.iter().map(|evidence| (evidence.name.as_str(), evidence.value.as_str())).collect()
}

#[track_caller]
fn holds(text: &str, expected: &[(&str, &str)]) {
    let explanation = explain(text);
    let values = values(&explanation.evidence);
    for pair in expected {
        assert!(values.contains(pair), "{pair:?} is not among {values:#?}");
    }
}

const RBAC: &str = "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=04b07795-8ddb-461a-bbee-02f9e1bf7b46;oid=730ce96a-7db7-4204-9611-4851956b3076;iss=https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/\r\nAction: 'Microsoft.KeyVault/vaults/keys/read'\r\nResource: '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourcegroups/rg-kafka/providers/microsoft.keyvault/vaults/kv-kafka-prod/keys/kafka-cluster'\r\nAssignment: (not found)\r\nVault: kv-kafka-prod;location=westeurope\r\n";

const IN_RBAC: &[(&str, &str)] = &[
    ("application_id", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"),
    ("object_id", "730ce96a-7db7-4204-9611-4851956b3076"),
    ("tenant_found", "d5a04667-b6f4-4b0c-a628-25f5eae93da6"),
    ("action", "Microsoft.KeyVault/vaults/keys/read"),
    (
        "scope",
        "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourcegroups/rg-kafka/providers/microsoft.keyvault/vaults/kv-kafka-prod/keys/kafka-cluster",
    ),
    ("subscription", "72f988bf-86f1-41af-91ab-2d7cd011db47"),
    ("resource_group", "rg-kafka"),
    ("vault", "kv-kafka-prod"),
    ("region", "westeurope"),
    ("key", "kafka-cluster"),
];

#[test]
fn the_data_plane_names_caller_action_resource_vault_and_region() {
    holds(RBAC, IN_RBAC);
    holds(&serde_json::to_string(RBAC).unwrap(), IN_RBAC);
    holds(&crate::wrapped(RBAC, 60, |letter| letter == ' '), IN_RBAC);
    let log = serde_json::to_string(&RBAC).unwrap();
    holds(&crate::wrapped(&log, 80, |_| false), IN_RBAC);
}

#[test]
fn an_action_names_neither_vault_nor_key() {
    let explanation =
        explain("Action: 'Microsoft.KeyVault/vaults/keys/read' GET /byok/v1/keys/cck-abcde env-file");
    assert_eq!(
        values(&explanation.evidence),
        [("action", "Microsoft.KeyVault/vaults/keys/read"), ("registered_key", "cck-abcde")]
    );
}

#[test]
fn both_tenants() {
    let both: &[(&str, &str)] = &[
        ("tenant_expected", "d5a04667-b6f4-4b0c-a628-25f5eae93da6"),
        ("tenant_found", "2ac36096-05f9-482e-ae23-1bdb78adb0bb"),
    ];
    holds(
        "AKV10032: Invalid issuer. Expected one of https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/, https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/, found https://sts.windows.net/2ac36096-05f9-482e-ae23-1bdb78adb0bb/.",
        both,
    );
    holds(
        "from the wrong issuer 'https://sts.windows.net/2ac36096-05f9-482e-ae23-1bdb78adb0bb/'. It must match the tenant 'https://sts.windows.net/d5a04667-b6f4-4b0c-a628-25f5eae93da6/' associated",
        both,
    );
    holds(
        "WWW-Authenticate: Bearer authorization=\"https://login.microsoftonline.com/d5a04667-b6f4-4b0c-a628-25f5eae93da6\", resource=\"https://vault.azure.net\"",
        &both[..1],
    );
}

#[test]
fn resource_manager_names_client_action_and_scope() {
    holds(
        "The client 'ada@contoso.com' with object id '730ce96a-7db7-4204-9611-4851956b3076' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg (prod)/x' or the scope is invalid.",
        &[
            ("principal", "ada@contoso.com"),
            ("object_id", "730ce96a-7db7-4204-9611-4851956b3076"),
            ("action", "Microsoft.Authorization/roleAssignments/write"),
        ],
    );
    holds(
        "Principal 730ce96a7db7420496114851956b3076 does not exist in the directory d5a04667-b6f4-4b0c-a628-25f5eae93da6.",
        &[
            ("object_id", "730ce96a7db7420496114851956b3076"),
            ("tenant", "d5a04667-b6f4-4b0c-a628-25f5eae93da6"),
        ],
    );
    holds(
        "disallowed by policy. Policy identifiers: '[{\\\"policyAssignment\\\":{\\\"name\\\":\\\"Deny public access\\\",\\\"id\\\":\\\"/x\\\"}}]'",
        &[("policy", "Deny public access")],
    );
    holds("Resource group 'rg-ragos-dev' could not be found.", &[("resource_group", "rg-ragos-dev")]);
    holds("The Vault 'kv-kafka-prod' not found within subscription.", &[("vault", "kv-kafka-prod")]);
    holds("lookup kv-kafka-prd.vault.azure.net: no such host", &[("vault", "kv-kafka-prd")]);
    holds("Client address: 165.225.37.25\r\nCaller:", &[("address", "165.225.37.25")]);
    holds("Client address: 2001:db8::7\nCaller:", &[("address", "2001:db8::7")]);
}

#[test]
fn codes_and_ids_for_the_support() {
    holds(
        "AADSTS90002: Tenant '72f988bf-86f1-41af-91ab-2d7cd011db47' not found. Trace ID: 81beda46-f150-4b8e-8f1a-0c2b6a0e0100 Correlation ID: 0f4f6b0e-31c4-47f4-9a87-5d4e5d1f9e11 Timestamp: 2026-11-24",
        &[
            ("error_code", "AADSTS90002"),
            ("tenant", "72f988bf-86f1-41af-91ab-2d7cd011db47"),
            ("trace_id", "81beda46-f150-4b8e-8f1a-0c2b6a0e0100"),
            ("correlation_id", "0f4f6b0e-31c4-47f4-9a87-5d4e5d1f9e11"),
        ],
    );
    holds("x-ms-request-id: 5f3c2a10-1111", &[("request_id", "5f3c2a10-1111")]);
    holds("\"requestId\":\"a1b2c3d4\"", &[("request_id", "a1b2c3d4")]);
    holds(
        "{\"errors\":[{\"id\":\"ed42afdc-f0d5-4c0d-b428-9fc6ed6e279d\",\"status\":\"402\",\"detail\":\"The request would exceed the quota: byok.max_keys.per_org\"}]}",
        &[("request_id", "ed42afdc-f0d5-4c0d-b428-9fc6ed6e279d"), ("quota", "byok.max_keys.per_org")],
    );
    holds("Retry-After: 17", &[("retry_after", "17")]);
    holds(
        "cluster lkc-abc12 in env-1jrymj with key cck-abcde1: The network n-p8xo76 was not found.",
        &[
            ("cluster", "lkc-abc12"),
            ("environment", "env-1jrymj"),
            ("registered_key", "cck-abcde1"),
            ("network", "n-p8xo76"),
        ],
    );
}

#[test]
fn the_refused_field_is_the_one_that_confluent_points_at() {
    let text =
        |field| format!("{{\"code\":\"invalid_configuration\",\"source\":{{\"pointer\":\"/key/{field}\"}}}}");
    assert_eq!(explain(&text("tenant_id")).causes[0].field(), Some(Field::TenantId));
    assert_eq!(explain(&text("key_vault_id")).causes[0].field(), Some(Field::KeyVaultId));
    assert_eq!(explain(&text("colour")).causes[0].field(), None);
}

#[test]
fn of_two_errors_each_keeps_its_own_evidence() {
    let text = "1: ForbiddenByFirewall\nVault: kv-one;location=eastus\n2: KeyDisabled\nVault: kv-two;location=westus2\n";
    let explanation = explain(text);
    for (code, vault) in [("vault.firewall", "kv-one"), ("key.disabled", "kv-two")] {
        let found = explanation.causes.iter().find(|found| found.code() == code).unwrap();
        assert!(values(&found.evidence).contains(&("vault", vault)), "{code}: {:?}", found.evidence);
    }
}

#[test]
fn evidence_at_the_end_of_a_long_log_is_found() {
    let mut log: String =
        (0..5_000).map(|number| format!("GET https://kv-{number}.vault.azure.net/ 200\n")).collect();
    log.push_str("ForbiddenByFirewall\nVault: kv-kafka-prod;location=westeurope\n");
    log.insert_str(0, "using kv-kafka-prod in region: 'eastus' Vault: kv-kafka-prod;location=westeurope\n");
    let explanation = explain(&log);
    let told = values(&explanation.causes[0].evidence);
    assert!(
        told.contains(&("vault", "kv-kafka-prod")) && told.contains(&("region", "westeurope")),
        "{told:?}"
    );
    assert_eq!(explanation.evidence.iter().filter(|evidence| evidence.name.as_str() == "vault").count(), 8);
}

#[test]
fn evidence_goes_into_sentence_and_command() {
    let found = &explain(RBAC).causes[0];
    assert!(found.message().contains("`730ce96a-7db7-4204-9611-4851956b3076`"), "{}", found.message());
    assert!(found.command().unwrap().contains("/vaults/kv-kafka-prod/"), "{:?}", found.command());
}

// Put together here, so that no scanner takes this file for a leak.
fn secrets() -> Vec<String> {
    let filler = "aB3".repeat(20);
    vec![
        ["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat(),
        ["eyJ", "hbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"].concat(),
        ["cflt", &filler].concat(),
        ["Account", "Key=", &filler].concat(),
        ["-----BEGIN ", "RSA PRIVATE KEY-----\n", &filler, "\n-----END RSA PRIVATE KEY-----"].concat(),
    ]
}

#[test]
fn a_secret_is_told_and_never_repeated() {
    for secret in secrets() {
        for text in [
            format!(
                "az login --password {secret}\nAADSTS7000215 for a secret added to app '0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11'"
            ),
            format!(
                "AADSTS7000215 \"vaultName\": \"{secret}\" the client '{secret}' scope: /{secret} resource group '{secret}'"
            ),
            format!("{{\"error\":\"AADSTS7000215\",\"region\":\"{secret}\",\"requestId\":\"{secret}\"}}"),
        ] {
            let explanation = explain(&text);
            assert_eq!(explanation.status, Status::Secret);
            assert_eq!(explanation.causes[0].code(), "entra.secret-wrong");
            assert!(explanation.help().unwrap().contains("revoke"));
            let mut told = format!("{explanation:?}");
            for found in &explanation.causes {
                told.push_str(&[found.message(), found.fix(), found.command().unwrap_or_default()].concat());
            }
            let part = &secret[secret.len() / 2..secret.len() / 2 + 12];
            assert!(!told.contains(part), "{part} is in {told}");
        }
        assert_eq!(explain(&secret).status, Status::Secret);
    }
}
