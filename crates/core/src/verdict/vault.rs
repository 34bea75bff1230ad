//! The vault and its settings.

use super::row::{Judged, Proof, Row, Weight};
use super::{Case, Requirement};
use crate::facts::{Known, Question, Source, VaultSettings, WhyUnknown, date};
use crate::finding::{Code, Field, Finding};

pub(super) const ROWS: &[Row] = &[
    Row {
        requirement: Requirement::VaultExists,
        rule: exists,
        needs: &[Question::VaultChallenge, Question::Vault, Question::DeletedVault],
        source: "Azure Key Vault, authentication challenge; soft-delete overview; Azure Resource Manager, errors",
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used a key in it"),
        who: OWNER,
    },
    Row {
        requirement: Requirement::VaultReady,
        rule: ready,
        needs: &[Question::Vault],
        source: "Azure Key Vault, management API 2026-02-01, VaultProperties.provisioningState",
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used a key in it"),
        who: OWNER,
    },
    Row {
        requirement: Requirement::VaultRbac,
        rule: rbac,
        needs: &[Question::Vault, Question::Key, Question::ArmKey],
        source: "Confluent Cloud, BYOK on Azure; Azure Key Vault, RBAC guide and access-control default",
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used the key, by a role"),
        who: OWNER,
    },
    Row {
        requirement: Requirement::VaultPurgeProtection,
        rule: purge_protection,
        needs: &[Question::Vault, Question::Key, Question::ArmKey],
        source: "Confluent Cloud, BYOK on Azure; Azure Key Vault, VaultProperties.enablePurgeProtection and \
                 DeletionRecoveryLevel",
        weight: Weight::Blocking,
        proof: Proof::Warns,
        who: OWNER,
    },
    Row {
        requirement: Requirement::VaultSoftDelete,
        rule: soft_delete,
        needs: &[Question::Vault],
        source: "Azure Key Vault, soft-delete overview",
        weight: Weight::Blocking,
        proof: Proof::Warns,
        who: OWNER,
    },
    Row {
        requirement: Requirement::VaultSku,
        rule: sku,
        needs: &[Question::Vault, Question::Key, Question::ArmKey],
        source: "Azure Key Vault, about keys: HSM-protected keys need the Premium tier",
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used the key"),
        who: OWNER,
    },
];

/// Who changes a vault's settings.
pub(super) const OWNER: &str = "Whoever may change the vault (Key Vault Contributor, Contributor or Owner)";

pub(super) fn about(code: Code) -> Finding {
    Finding::about(Field::KeyVaultId, code)
}

/// Runs a rule on the vault's settings, if somebody was asked for them and there is a vault.
pub(super) fn on_settings(
    case: &Case<'_>,
    rule: impl FnOnce(&VaultSettings, Source) -> Option<Judged>,
) -> Option<Judged> {
    match &case.facts.vault {
        Err(WhyUnknown::NotAsked) | Ok(Known { value: None, .. }) => None,
        Err(why) => Some(Judged::unread(Field::KeyVaultId, why)),
        Ok(Known { value: Some(vault), source }) => rule(vault, *source),
    }
}

fn exists(case: &Case<'_>) -> Option<Judged> {
    let facts = case.facts;
    let name = super::ids::named(case).0.map(|vault| vault.name().to_string()).unwrap_or_default();
    let deleted =
        facts.deleted_vault.as_ref().ok().and_then(|known| Some((known.value.as_ref()?, known.source)));
    match (&facts.vault, deleted) {
        (Ok(Known { value: Some(_), source }), _) => {
            return Some(Judged::met().seen(*source, "the vault was found in its resource group"));
        }
        (_, Some((deleted, source))) => {
            let until = deleted.purge.map_or_else(|| "its retention ends".to_owned(), date);
            let finding = about(Code::VaultDeleted).with("vault", &name).with("when", &until);
            return Some(Judged::not_met(finding).seen(source, "the vault is among the deleted ones"));
        }
        _ => {}
    }
    Some(match (&facts.vault, &facts.vault_exists) {
        (Ok(absent), Ok(Known { value: true, source })) => {
            Judged::not_met(about(Code::VaultElsewhere).with("vault", &name))
                .seen(absent.source, "there is no such vault in that resource group")
                .seen(*source, "a vault of this name answers")
        }
        (Ok(absent), _) => Judged::not_met(about(Code::VaultMissing).with("vault", &name))
            .seen(absent.source, "there is no such vault in that resource group"),
        (Err(_), Ok(Known { value: true, source })) => {
            Judged::met().seen(*source, "a vault of this name answers")
        }
        (Err(_), Ok(Known { value: false, source })) => {
            Judged::not_met(about(Code::VaultMissing).with("vault", &name))
                .seen(*source, "nothing answers to this name")
        }
        (Err(WhyUnknown::NotAsked), Err(WhyUnknown::NotAsked)) => return None,
        (Err(WhyUnknown::NotAsked), Err(why)) | (Err(why), Err(_)) => Judged::unread(Field::KeyVaultId, why),
    })
}

fn ready(case: &Case<'_>) -> Option<Judged> {
    const MINUTE: u64 = 60;
    on_settings(case, |vault, source| {
        let state = vault.provisioning.as_deref()?;
        let judged = if state.eq_ignore_ascii_case("Succeeded") {
            Judged::met()
        } else if state.eq_ignore_ascii_case("RegisteringDns") {
            Judged::waiting(about(Code::VaultNotReady), MINUTE)
        } else {
            Judged::unclear(Field::KeyVaultId, state)
        };
        Some(judged.seen(source, setting("provisioningState", state)))
    })
}

/// `name is value`.
pub(super) fn setting(name: &str, value: &str) -> String {
    [name, " is ", value].concat()
}

fn flag(name: &str, value: bool) -> String {
    setting(name, if value { "true" } else { "not true" })
}

/// The settings say it, and the vault's own refusals show it; what is read now counts before what was pasted.
fn rbac(case: &Case<'_>) -> Option<Judged> {
    let shown = case.facts.vault_rbac.as_ref().ok();
    let settings =
        case.facts.vault.as_ref().ok().and_then(|known| Some((known.value.as_ref()?, known.source)));
    let said = settings.and_then(|(vault, source)| Some((vault.rbac?, source)));
    let (roles, source) = match (said, shown) {
        (Some((_, Source::Doctor)) | None, Some(shown)) => (shown.value, shown.source),
        (Some(said), _) => said,
        (None, None) => {
            return on_settings(case, |_, _| {
                Some(Judged::unclear(Field::KeyVaultId, "enableRbacAuthorization"))
            });
        }
    };
    let judged = if roles {
        Judged::met()
    } else {
        Judged::not_met(match settings.and_then(|(vault, _)| vault.access_policies) {
            Some(0) => about(Code::VaultPoliciesNone),
            Some(1) => about(Code::VaultPolicies).with("count", "1 access policy"),
            Some(count) => {
                about(Code::VaultPolicies).with("count", &[&count.to_string(), " access policies"].concat())
            }
            None => about(Code::VaultPolicies).with("count", "an unknown number of access policies"),
        })
    };
    Some(judged.seen(source, flag("enableRbacAuthorization", roles)))
}

fn purge_protection(case: &Case<'_>) -> Option<Judged> {
    let settings = case.facts.vault.as_ref().ok().and_then(|known| {
        Some((known.value.as_ref()?.purge_protection?, known.source, "enablePurgeProtection"))
    });
    let key = case.facts.vault_key.as_ref().ok().and_then(|known| {
        Some((
            known.value.as_ref()?.purge_protection?,
            known.source,
            "the key’s recoveryLevel without Purgeable",
        ))
    });
    let (on, source, name) = match (settings, key) {
        (Some((_, Source::Doctor, _)) | None, Some(by_key)) => by_key,
        (Some(by_settings), _) => by_settings,
        (None, None) => return on_settings(case, |_, _| None),
    };
    let judged = if on { Judged::met() } else { Judged::not_met(about(Code::VaultPurgeProtection)) };
    Some(judged.seen(source, flag(name, on)))
}

/// Fewer days than this are told. Azure takes 7 to 90.
const SHORT_RETENTION_DAYS: u32 = 30;

fn soft_delete(case: &Case<'_>) -> Option<Judged> {
    on_settings(case, |vault, source| {
        let judged = match (vault.soft_delete, vault.retention_days) {
            (Some(false), _) => Judged::not_met(about(Code::VaultSoftDelete)),
            (Some(true), Some(days)) if days < SHORT_RETENTION_DAYS => {
                Judged::met_but(about(Code::VaultRetention).with("days", &days.to_string()))
            }
            (Some(true), _) => Judged::met(),
            (None, _) => Judged::unclear(Field::KeyVaultId, "enableSoftDelete"),
        };
        Some(match vault.retention_days {
            Some(days) => judged.seen(source, setting("softDeleteRetentionInDays", &days.to_string())),
            None => judged.seen(source, flag("enableSoftDelete", vault.soft_delete == Some(true))),
        })
    })
}

/// HSM keys live in Premium vaults only; a software key in both.
fn sku(case: &Case<'_>) -> Option<Judged> {
    let facts = case.facts;
    let sku = facts
        .vault
        .as_ref()
        .ok()
        .and_then(|known| Some((known.value.as_ref()?.sku.as_deref()?, known.source)));
    let kind = facts
        .vault_key
        .as_ref()
        .ok()
        .and_then(|known| Some((known.value.as_ref()?.kind.as_deref()?, known.source)));
    let in_hsm = kind.map(|(kind, _)| kind.to_ascii_uppercase().ends_with("-HSM"));
    let judged = match (sku.map(|(sku, _)| sku), in_hsm) {
        (_, Some(false)) | (Some("premium"), _) => Judged::met(),
        (Some("standard"), Some(true)) => Judged::not_met(about(Code::VaultSku)),
        (Some("standard"), None) => match &facts.vault_key {
            Ok(_) => return None,
            Err(why) => Judged::unread(Field::KeyId, why),
        },
        (Some(other), _) => Judged::unclear(Field::KeyVaultId, other),
        (None, _) => match &facts.vault {
            Err(WhyUnknown::NotAsked) | Ok(Known { value: None, .. }) => return None,
            Err(why) => Judged::unread(Field::KeyVaultId, why),
            Ok(_) => Judged::unclear(Field::KeyVaultId, "sku"),
        },
    };
    let judged = match sku {
        Some((sku, source)) => judged.seen(source, setting("the tier", sku)),
        None => judged,
    };
    Some(match kind {
        Some((kind, source)) => judged.seen(source, setting("the key’s type", kind)),
        None => judged,
    })
}
