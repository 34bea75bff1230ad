//! What can be the matter with a vault itself: permission model, protection, network, place, locks, policies.

use time::Duration;

use super::{Harm, Word};
use crate::ids;
use crate::world::make::Making;
use crate::world::{AccessPolicy, Acls, Denial, Lock, Registered};

/// An address of somebody else; a documentation address (RFC 5737).
const ELSEWHERE: &str = "198.51.100.7/32";

fn firewall(making: &mut Making<'_>, trusted_bypass: bool, listed: &[&str]) {
    let ip_rules = listed.iter().map(|rule| (*rule).to_owned()).collect();
    making.vault.acls = Some(Acls { deny: true, trusted_bypass, ip_rules });
}

fn lock(making: &mut Making<'_>, scope: String, level: &str, notes: &str) {
    let name = format!("lock-{}", making.vault.name.to_ascii_lowercase());
    making.world.locks.push(Lock { scope, name, level: level.into(), notes: notes.into() });
}

pub(super) const WORDS: &[Word] = &[
    Word {
        word: "no-rbac",
        about: "`enableRbacAuthorization` is false: access policies instead of roles",
        harm: Harm::Judged,
        apply: |making| making.vault.rbac = Some(false),
    },
    Word {
        word: "rbac-absent",
        about: "`enableRbacAuthorization` is absent, which means access policies",
        harm: Harm::Judged,
        apply: |making| making.vault.rbac = None,
    },
    Word {
        word: "access-policies",
        about: "access policies that other applications depend on",
        harm: Harm::Judged,
        apply: |making| {
            making.vault.rbac = Some(false);
            let policy = |what: &str, keys: &[&str]| AccessPolicy {
                object_id: ids::derived(what),
                keys: keys.iter().map(|permission| (*permission).to_owned()).collect(),
            };
            making.vault.access_policies = vec![
                policy("an application that reads", &["get", "list", "getrotationpolicy"]),
                policy("an application that wraps", &["get", "wrapKey", "unwrapKey"]),
            ];
            let login = making.world.login.client_id.clone();
            let login = making.world.ensure_principal(&making.vault.tenant, &login, making.now);
            let reads = ["get", "list", "getrotationpolicy"].map(str::to_owned).to_vec();
            making.vault.access_policies.push(AccessPolicy { object_id: login, keys: reads });
        },
    },
    Word {
        word: "no-purge-protection",
        about: "purge protection is off: `enablePurgeProtection` is absent",
        harm: Harm::Judged,
        apply: |making| making.vault.purge_protection = false,
    },
    Word {
        word: "short-retention",
        about: "soft-deleted things are kept for seven days only",
        harm: Harm::No,
        apply: |making| making.vault.retention_days = 7,
    },
    Word {
        word: "firewall",
        about: "a firewall denies all networks and trusted services",
        harm: Harm::Judged,
        apply: |making| firewall(making, false, &[]),
    },
    Word {
        word: "firewall-trusted",
        about: "a firewall denies all networks but lets trusted services through",
        harm: Harm::No,
        apply: |making| firewall(making, true, &[]),
    },
    Word {
        word: "firewall-other-address",
        about: "a firewall lets trusted services and another address than ours through",
        harm: Harm::No,
        apply: |making| firewall(making, true, &[ELSEWHERE]),
    },
    Word {
        word: "firewall-own-address",
        about: "a firewall lets trusted services and our address through",
        harm: Harm::No,
        apply: |making| firewall(making, true, &[ELSEWHERE, "203.0.113.10/32"]),
    },
    Word {
        word: "public-access-disabled",
        about: "public network access is disabled and trusted services are not let through",
        harm: Harm::Judged,
        apply: |making| {
            making.vault.public_access = "Disabled".into();
            making.vault.acls = Some(Acls { deny: false, trusted_bypass: false, ip_rules: Vec::new() });
        },
    },
    Word {
        word: "private-endpoint",
        about: "public network access is disabled, a private endpoint is approved, trusted services are let through",
        harm: Harm::No,
        apply: |making| {
            making.vault.public_access = "Disabled".into();
            making.vault.private_endpoint = true;
            firewall(making, true, &[]);
        },
    },
    Word {
        word: "secured-by-perimeter",
        about: "a network security perimeter overrides the bypass for trusted services",
        harm: Harm::Judged,
        apply: |making| {
            making.vault.public_access = "SecuredByPerimeter".into();
            firewall(making, true, &[]);
        },
    },
    Word {
        word: "registering-dns",
        about: "its host name is still being registered and does not resolve",
        harm: Harm::Judged,
        apply: |making| making.vault.provisioning = "RegisteringDns".into(),
    },
    // Where the vault lies is settled before words are applied.
    Word {
        word: "tenant-mismatch",
        about: "belongs to another tenant than the one that is given",
        harm: Harm::Judged,
        apply: |_| {},
    },
    Word {
        word: "subscription-moved",
        about: "its subscription moved to another tenant, and the vault still names the old one",
        harm: Harm::Told,
        apply: |_| {},
    },
    Word {
        word: "other-region",
        about: "lies in North Europe",
        harm: Harm::Told,
        apply: |making| making.vault.region = "northeurope".into(),
    },
    Word {
        word: "vault-deleted",
        about: "was soft-deleted yesterday; its name is still taken",
        harm: Harm::Judged,
        apply: |making| making.vault.deleted = Some(making.now - Duration::days(1)),
    },
    Word {
        word: "lock-read-only",
        about: "a read-only lock refuses every role assignment",
        harm: Harm::No,
        apply: |making| {
            let scope = making.vault.id();
            lock(making, scope, "ReadOnly", "Frozen until the audit is over.");
        },
    },
    Word {
        word: "lock-can-not-delete",
        about: "a lock keeps it, and its role assignments, from being deleted",
        harm: Harm::No,
        apply: |making| {
            let scope = making.vault.id();
            lock(making, scope, "CanNotDelete", "");
        },
    },
    Word {
        word: "lock-on-group",
        about: "a read-only lock on its resource group refuses every role assignment",
        harm: Harm::No,
        apply: |making| {
            let scope = making.group_id();
            lock(making, scope, "ReadOnly", "Owned by the platform team.");
        },
    },
    Word {
        word: "policy-denies",
        about: "an Azure Policy refuses every change to it",
        harm: Harm::No,
        apply: |making| {
            making.world.denials.push(Denial {
                scope: making.vault.id(),
                name: "deny-public-vaults".into(),
                display_name:
                    "Azure Key Vault should have firewall enabled or public network access disabled".into(),
                definition: "55615ac9-af46-4a59-874e-391cc3dfb490".into(),
            });
        },
    },
    Word {
        word: "throttled",
        about: "answers every read 429",
        harm: Harm::No,
        apply: |making| making.vault.throttled = true,
    },
    Word {
        word: "odd-spelling",
        about: "everything is right, spelled the other way that Azure spells it",
        harm: Harm::No,
        apply: |making| {
            making.vault.odd_spelling = true;
            making.vault.public_access = "enabled".into();
        },
    },
    Word {
        word: "key-in-use",
        about: "a colleague’s cluster takes its key as soon as that is registered",
        harm: Harm::Told,
        apply: |making| making.vault.registered = Registered::InUse,
    },
    Word {
        word: "key-held",
        about: "its key, once registered, is held for five days because a cluster that used it was deleted",
        harm: Harm::Told,
        apply: |making| making.vault.registered = Registered::Held,
    },
];
