//! A resource group of any letters: what is accepted as one stands whole in every snippet, and the pieces shown are the
//! text that is copied.
#![no_main]

use byok_core::grant::{Format, Grant, Shell, Way, render};
use byok_core::id::{ApplicationId, TenantId, VaultId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|group: &str| {
    let vault = [
        "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/",
        group,
        "/providers/Microsoft.KeyVault/vaults/kv-kafka-prod",
    ]
    .concat();
    let Some(vault) = VaultId::parse(&vault) else { return };
    let (Some(application_id), Some(tenant)) = (
        ApplicationId::parse("0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11"),
        TenantId::parse("d5a04667-b6f4-4b0c-a628-25f5eae93da6"),
    ) else {
        return;
    };
    let grant = Grant { vault, application_id, tenant };
    let shells = [Shell::Bash, Shell::GitBash, Shell::PowerShell, Shell::Cmd].map(Format::Shell);
    for format in shells.into_iter().chain([Format::Bicep, Format::Arm]) {
        for way in [Way::Give, Way::Take] {
            let snippet = render(&grant, format, way);
            let text = snippet.text();
            // PowerShell is told other letters by their numbers.
            assert!(text.contains(group) || !group.is_ascii(), "{text}");
            let lines = snippet
                .lines
                .iter()
                .map(|line| line.iter().map(|token| token.text.as_str()).collect::<String>());
            assert_eq!(lines.collect::<Vec<_>>().join("\n") + "\n", text);
        }
    }
});
