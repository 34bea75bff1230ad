//! What stands before the vault: its firewall, and locks.
//!
//! Confluent is not on Microsoft's list of trusted services; the disks and storage of a Dedicated cluster are, and it is
//! they that reach the key (Azure Key Vault, network security). Hence the bypass for trusted services.

use super::row::{Judged, Proof, Row, Weight};
use super::vault::{OWNER, about, on_settings, setting};
use super::{Case, Requirement};
use crate::facts::{PublicAccess, Question, Shut, Source, VaultSettings, WhyUnknown};
use crate::finding::{Code, Field};

pub(super) const ROWS: &[Row] = &[
    Row {
        requirement: Requirement::VaultFirewall,
        rule: firewall,
        needs: &[Question::Vault, Question::VaultChallenge, Question::Key],
        source: "Confluent Cloud, BYOK on Azure: trusted Microsoft services; Azure Key Vault, network security",
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used the key, through whatever stands before the vault"),
        who: OWNER,
    },
    Row {
        requirement: Requirement::VaultLocks,
        rule: locks,
        needs: &[Question::Locks],
        source: "Azure Resource Manager, management locks",
        weight: Weight::Warning,
        proof: Proof::None,
        who: "Whoever may remove locks (Owner or User Access Administrator)",
    },
];

fn firewall(case: &Case<'_>) -> Option<Judged> {
    let facts = case.facts;
    if let (Err(_), Ok(shut)) = (&facts.vault, &facts.shut_by) {
        let what = match shut.value {
            Shut::Firewall => "the vault’s firewall refused a stranger",
            Shut::PublicAccess => "the vault’s public network access is off",
        };
        return Some(Judged::unknown(about(Code::VaultFirewallSeen)).seen(shut.source, what));
    }
    on_settings(case, |vault, source| Some(evidence(by_settings(vault), vault, source)))
}

fn by_settings(vault: &VaultSettings) -> Judged {
    let unclear = |text: &str| Judged::unclear(Field::KeyVaultId, text);
    match (&vault.public_access, vault.default_allow, vault.trusted_services) {
        // A perimeter takes no notice of the bypass.
        (Some(PublicAccess::SecuredByPerimeter), ..) => Judged::not_met(about(Code::VaultPerimeter)),
        (Some(PublicAccess::Other(word)), ..) => unclear(word),
        (Some(PublicAccess::Disabled), _, Some(true)) => Judged::met(),
        (Some(PublicAccess::Disabled), _, Some(false)) => Judged::not_met(about(Code::VaultPublicAccess)),
        (Some(PublicAccess::Disabled), _, None) => unclear("networkAcls.bypass"),
        (_, Some(true), _) | (_, Some(false), Some(true)) => Judged::met(),
        (_, Some(false), Some(false)) => Judged::not_met(about(Code::VaultFirewall)),
        (_, Some(false), None) => unclear("networkAcls.bypass"),
        (_, None, _) => unclear("networkAcls.defaultAction"),
    }
}

fn evidence(judged: Judged, vault: &VaultSettings, source: Source) -> Judged {
    let access = match &vault.public_access {
        None | Some(PublicAccess::Enabled) => "Enabled",
        Some(PublicAccess::Disabled) => "Disabled",
        Some(PublicAccess::SecuredByPerimeter) => "SecuredByPerimeter",
        Some(PublicAccess::Other(word)) => word,
    };
    let judged = judged.seen(source, setting("publicNetworkAccess", access));
    let judged = match vault.default_allow {
        Some(allow) => {
            judged.seen(source, setting("networkAcls.defaultAction", if allow { "Allow" } else { "Deny" }))
        }
        None => judged,
    };
    match vault.trusted_services {
        Some(let_in) => {
            judged.seen(source, setting("networkAcls.bypass", if let_in { "AzureServices" } else { "None" }))
        }
        None => judged,
    }
}

/// A lock that forbids deleting is welcome; one that forbids every change also forbids giving roles.
fn locks(case: &Case<'_>) -> Option<Judged> {
    let locks = match &case.facts.locks {
        Err(WhyUnknown::NotAsked) => return None,
        Err(why) => return Some(Judged::unread(Field::KeyVaultId, why)),
        Ok(locks) => locks,
    };
    let read_only = locks.value.iter().find(|lock| lock.level.eq_ignore_ascii_case("ReadOnly"));
    let judged = match read_only {
        Some(lock) => Judged::met_but(about(Code::VaultLocked).with("lock", &lock.name)),
        None => Judged::met(),
    };
    let told = locks.value.iter().map(|lock| setting(&lock.name, &lock.level));
    Some(told.fold(judged, |judged, text| judged.seen(locks.source, text)))
}
