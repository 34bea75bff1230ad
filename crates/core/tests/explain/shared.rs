//! The answers of the clouds that were collected beside this repository. Where they are not at hand the test says that
//! it is skipped.

use std::path::PathBuf;

use byok_core::explain::explain;
use serde_json::Value;

/// Each file and the cause that its body means.
const BODIES: &[(&str, &str)] = &[
    ("azure/error_arm_400_principal_not_found.json", "azure.principal-missing"),
    ("azure/error_arm_401_no_token.json", "azure.no-token"),
    ("azure/error_arm_401_wrong_tenant.json", "azure.tenant"),
    ("azure/error_arm_403_authorization_failed.json", "azure.action-denied"),
    ("azure/error_arm_404_resource_group_not_found.json", "azure.resource-group-missing"),
    ("azure/error_arm_404_resource_not_found.json", "azure.vault-missing"),
    ("azure/error_arm_404_subscription_not_found.json", "azure.subscription-missing"),
    ("azure/error_arm_409_role_assignment_exists.json", "azure.role-assignment-exists"),
    ("azure/error_arm_keys_400_forbidden_by_rbac.json", "vault.role-missing"),
    ("azure/error_dp_400_generic.json", "vault.request"),
    ("azure/error_dp_401_no_token.json", "vault.token-missing"),
    ("azure/error_dp_401_wrong_issuer.json", "vault.tenant"),
    ("azure/error_dp_403_access_policy.json", "vault.access-policies"),
    ("azure/error_dp_403_forbidden_by_connection.json", "vault.public-access-off"),
    ("azure/error_dp_403_forbidden_by_firewall.json", "vault.firewall"),
    ("azure/error_dp_403_forbidden_by_rbac.json", "vault.role-missing"),
    ("azure/error_dp_403_key_disabled.json", "key.disabled"),
    ("azure/error_dp_403_key_operation_forbidden.json", "key.operation"),
    ("azure/error_dp_404_deleted_key_not_found.json", "key.not-among-deleted"),
    ("azure/error_dp_404_key_not_found.json", "key.missing"),
    ("azure/error_dp_429_throttled.json", "vault.throttled"),
    ("azure/error_entra_400_tenant_not_found.json", "entra.tenant-missing"),
    ("confluent/byok-get-invalid.json", "confluent.access-to-key-denied"),
    ("confluent/error-400-cluster-config.json", "confluent.key-refused"),
    ("confluent/error-new-style.json", "confluent.field"),
    ("confluent/observed-403-cluster-not-visible.json", "confluent.forbidden"),
    ("confluent/observed-404-environment.json", "confluent.not-found"),
    ("confluent/observed-404-network.json", "confluent.network-missing"),
];

fn examples() -> PathBuf {
    std::env::var_os("BYOK_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
        .join("examples")
}

#[test]
fn collected_answers_are_explained() {
    let folder = examples();
    if !folder.is_dir() {
        println!("skipped: the collected answers are not at hand (looked in {})", folder.display());
        return;
    }
    for (name, code) in BODIES {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        // Azure’s lie in an envelope of the collection with a note beside them; only the body is what people paste.
        let body = document.pointer("/response/body").unwrap_or(&document);
        for pasted in [
            body.to_string(),
            serde_json::to_string_pretty(body).unwrap(),
            crate::wrapped(&body.to_string(), 60, |_| false),
        ] {
            let first = explain(&pasted).causes.first().map(|found| found.code());
            assert_eq!(first, Some(*code), "{name}: {pasted}");
        }
    }
}

/// Answers without an error that tell of a cause all the same.
const TELLING: &[(&str, &str)] = &[
    ("arm_get_managed_hsm.json", "key-id.managed-hsm"),
    ("byok-create-response-201.json", "confluent.key-waiting"),
    ("byok-get-invalid.json", "confluent.access-to-key-denied"),
];

#[test]
fn answers_without_an_error_are_not_explained() {
    for part in ["azure", "azure/roles", "confluent"] {
        let Ok(files) = std::fs::read_dir(examples().join(part)) else {
            println!("skipped: the collected answers are not at hand (looked in {})", examples().display());
            return;
        };
        for file in files.map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if name.contains("error") || name.contains("observed") {
                continue;
            }
            let text = std::fs::read_to_string(&file).unwrap();
            let first = explain(&text).causes.first().map(|found| found.code());
            let telling = TELLING.iter().find(|(known, _)| *known == name).map(|(_, code)| *code);
            assert_eq!(first, telling, "{name}");
        }
    }
}

#[test]
fn no_collected_answer_is_left_out() {
    let folder = examples();
    for (part, marks) in [("azure", &["error_"][..]), ("confluent", &["error", "observed"])] {
        let Ok(files) = std::fs::read_dir(folder.join(part)) else {
            println!("skipped: the collected answers are not at hand (looked in {})", folder.display());
            return;
        };
        for file in files {
            let name = file.unwrap().file_name().into_string().unwrap();
            let path = [part, "/", &name].concat();
            let wanted = marks.iter().any(|mark| name.starts_with(mark));
            assert!(!wanted || BODIES.iter().any(|(known, _)| *known == path), "{path} has no expectation");
        }
    }
}
