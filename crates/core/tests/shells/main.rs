//! What we print for every shell and tool, held against the shell or tool itself where it is at hand, and against its
//! documented rules where it is not. The grant for bash has tests of its own in `snippet_bash.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may panic like a test"
)]

mod cmd;
mod doctor;
mod git_bash;
mod new_key;
mod posix;
mod powershell;
mod stand;
mod templates;
mod terraform;
mod windows;

use byok_core::grant::{Format, Grant, Shell, Way, render};
use byok_core::id::{ApplicationId, KeyId, TenantId, VaultId};

const SUBSCRIPTION: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const TENANT: &str = "d5a04667-b6f4-4b0c-a628-25f5eae93da6";
const PRINCIPAL: &str = "c0ffee00-0000-4000-8000-000000000001";

/// Every resource group that Azure takes.
const GROUP: &str = "[\\p{L}\\p{Nd}()_.\\-]{0,60}[\\p{L}\\p{Nd}()_\\-]|[()]{1,9}|-[-().]{0,5}\\)";

fn vault_in(group: &str) -> VaultId {
    let text = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/kv-kafka-prod"
    );
    VaultId::parse(&text).unwrap()
}

fn grant_in(group: &str) -> Grant {
    Grant { vault: vault_in(group), application_id: application(), tenant: tenant() }
}

fn application() -> ApplicationId {
    ApplicationId::parse("0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11").unwrap()
}

fn tenant() -> TenantId {
    TenantId::parse(TENANT).unwrap()
}

fn key() -> KeyId {
    KeyId::parse("https://kv-kafka-prod.vault.azure.net/keys/Kafka-Cluster").unwrap()
}

#[test]
fn only_the_grant_promises_that_it_can_be_run_again() {
    for shell in Shell::ALL {
        let text = |way| render(&grant_in("rg-kafka"), Format::Shell(shell), way).text();
        assert!(text(Way::Give).contains("Safe to run again: what is there already stays as it is."));
        assert!(!text(Way::Take).contains("Safe to run again"), "{shell:?}");
    }
    let file = |way| render(&grant_in("rg-kafka"), Format::Shell(Shell::Cmd), way).text();
    assert!(file(Way::Give).contains("@rem Save this text as byok-grant.cmd and run that file"));
    assert!(file(Way::Take).contains("@rem Save this text as byok-revoke.cmd and run that file"));
}
