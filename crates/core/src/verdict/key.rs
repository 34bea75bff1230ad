//! The key as it is now.

use super::row::{Judged, Proof, Row, Weight};
use super::vault::setting;
use super::{Case, Requirement};
use crate::facts::{Known, Question, Source, VaultKey, WhyUnknown, date};
use crate::finding::{Code, Field, Finding};

/// The key is read from the vault, or where that is shut from ARM.
const NEEDS: &[Question] = &[Question::Key, Question::ArmKey];

/// A row about the key as it is now.
const fn row(requirement: Requirement, rule: super::row::Rule, source: &'static str) -> Row {
    let proof = Proof::Proves("Confluent has used the key");
    Row { requirement, rule, needs: NEEDS, source, weight: Weight::Blocking, proof, who: OFFICER }
}

pub(super) const ROWS: &[Row] = &[
    Row {
        needs: &[Question::Key, Question::ArmKey, Question::DeletedKey],
        ..row(
            Requirement::KeyExists,
            exists,
            "Azure Key Vault REST, errors: KeyNotFound; soft-delete overview",
        )
    },
    row(Requirement::KeyType, kind, "Confluent Cloud, BYOK on Azure: RSA or RSA-HSM"),
    row(Requirement::KeySize, size, "Azure Key Vault, about keys: RSA of 2048, 3072 or 4096 bits"),
    row(Requirement::KeyOperations, operations, "Azure Key Vault REST, errors: KeyOperationForbidden"),
    row(Requirement::KeyEnabled, enabled, "Azure Key Vault REST, errors: KeyDisabled"),
    row(Requirement::KeyDates, dates, "Azure Key Vault, key attributes: nbf and exp"),
    Row {
        weight: Weight::Warning,
        proof: Proof::None,
        ..row(
            Requirement::KeyManaged,
            managed,
            "Azure Key Vault REST, KeyBundle.managed and KeyAttributes.exportable",
        )
    },
    Row {
        weight: Weight::Warning,
        proof: Proof::None,
        ..row(
            Requirement::KeyProtection,
            protection,
            "Azure Key Vault, about keys: hsmPlatform and FIPS levels",
        )
    },
];

/// Who manages keys.
pub(super) const OFFICER: &str = "Whoever may manage the vault’s keys (Key Vault Crypto Officer)";

pub(super) fn about(code: Code) -> Finding {
    Finding::about(Field::KeyId, code)
}

/// Runs a rule on the key, if somebody was asked for it and there is one. Where the rule finds nothing, what was read
/// does not say it: `name` is what is missing then.
fn on_key(
    case: &Case<'_>,
    name: &str,
    rule: impl FnOnce(&VaultKey, Source) -> Option<Judged>,
) -> Option<Judged> {
    match &case.facts.vault_key {
        Err(WhyUnknown::NotAsked) | Ok(Known { value: None, .. }) => None,
        Err(why) => Some(Judged::unread(Field::KeyId, why)),
        Ok(Known { value: Some(key), source }) => {
            Some(rule(key, *source).unwrap_or_else(|| Judged::unclear(Field::KeyId, name)))
        }
    }
}

fn exists(case: &Case<'_>) -> Option<Judged> {
    let facts = case.facts;
    let name = super::ids::named(case).1.map(|key| key.name().to_string()).unwrap_or_default();
    let deleted =
        facts.deleted_key.as_ref().ok().and_then(|known| Some((known.value.as_ref()?, known.source)));
    Some(match (&facts.vault_key, deleted) {
        (Ok(Known { value: Some(_), source }), _) => Judged::met().seen(*source, "the key was found"),
        (_, Some((deleted, source))) => {
            let until = deleted.purge.map_or_else(|| "its retention ends".to_owned(), date);
            Judged::not_met(about(Code::KeyDeleted).with("key", &name).with("when", &until))
                .seen(source, "the key is among the deleted ones")
        }
        (Ok(Known { value: None, source }), None) => {
            Judged::not_met(about(Code::KeyMissing).with("key", &name))
                .seen(*source, "the vault has no such key")
        }
        (Err(WhyUnknown::NotAsked), None) => return None,
        (Err(why), None) => Judged::unread(Field::KeyId, why),
    })
}

fn kind(case: &Case<'_>) -> Option<Judged> {
    on_key(case, "kty", |key, source| {
        let kind = key.kind.as_deref()?;
        let rsa = ["RSA", "RSA-HSM"].iter().any(|known| known.eq_ignore_ascii_case(kind));
        let judged =
            if rsa { Judged::met() } else { Judged::not_met(about(Code::KeyTypeOther).with("kind", kind)) };
        Some(judged.seen(source, setting("kty", kind)))
    })
}

/// Asked for RSA keys only: another type is told by itself.
fn size(case: &Case<'_>) -> Option<Judged> {
    let kind = case.facts.vault_key.as_ref().ok().and_then(|known| known.value.as_ref()?.kind.as_deref());
    if kind.is_some_and(|kind| !kind.to_ascii_uppercase().starts_with("RSA")) {
        return None;
    }
    on_key(case, "the key’s size", |key, source| {
        let bits = key.bits?;
        let text = bits.to_string();
        let judged = if [2048, 3072, 4096].contains(&bits) {
            Judged::met()
        } else {
            Judged::not_met(about(Code::KeySize).with("bits", &text))
        };
        Some(judged.seen(source, setting("the key’s size", &text)))
    })
}

fn operations(case: &Case<'_>) -> Option<Judged> {
    on_key(case, "key_ops", |key, source| {
        let allowed = key.operations.as_ref()?;
        let missing: Vec<String> = ["wrapKey", "unwrapKey"]
            .iter()
            .filter(|needed| !allowed.iter().any(|known| known.eq_ignore_ascii_case(needed)))
            .map(|needed| (*needed).to_owned())
            .collect();
        let judged = if missing.is_empty() {
            Judged::met()
        } else {
            Judged::not_met(about(Code::KeyOperations).with_list("list", &missing))
        };
        Some(judged.seen(source, setting("key_ops", &allowed.join(", "))))
    })
}

fn enabled(case: &Case<'_>) -> Option<Judged> {
    on_key(case, "enabled", |key, source| {
        let enabled = key.attributes.enabled?;
        let judged = if enabled { Judged::met() } else { Judged::not_met(about(Code::KeyDisabled)) };
        Some(judged.seen(source, setting("enabled", if enabled { "true" } else { "false" })))
    })
}

/// For how long ahead an expiry is told, in seconds: 90 days.
const AHEAD: u64 = 90 * 86_400;

/// Outside its dates a key no longer wraps, and what it wrapped can still be unwrapped.
fn dates(case: &Case<'_>) -> Option<Judged> {
    on_key(case, "exp", |key, source| {
        let (from, until) = (key.attributes.not_before, key.attributes.expires);
        let told = |code, time| about(code).with("when", &date(time));
        let expired = until.filter(|until| *until <= case.now).map(|until| told(Code::KeyExpired, until));
        let early = from.filter(|from| *from > case.now).map(|from| told(Code::KeyNotYetValid, from));
        // Some of what is known says only that the key is disabled.
        if key.kind.is_none() && from.is_none() && until.is_none() {
            return None;
        }
        let mut judged = match (expired, early) {
            (Some(expired), Some(early)) => Judged::not_met(expired).and(early),
            (Some(finding), None) | (None, Some(finding)) => Judged::not_met(finding),
            (None, None) => match until.filter(|until| *until - case.now < AHEAD) {
                Some(until) => {
                    let days = ((until - case.now) / 86_400).to_string();
                    Judged::met_but(told(Code::KeyExpiresSoon, until).with("days", &days))
                }
                None => Judged::met(),
            },
        };
        if let Some(from) = from {
            judged = judged.seen(source, setting("nbf", &date(from)));
        }
        Some(match until {
            Some(until) => judged.seen(source, setting("exp", &date(until))),
            None => judged.seen(source, "exp is not set"),
        })
    })
}

/// A key that belongs to a certificate goes when the certificate goes; one that may leave the vault is nobody's alone.
fn managed(case: &Case<'_>) -> Option<Judged> {
    let Ok(Known { value: Some(key), source }) = &case.facts.vault_key else { return None };
    let mut judged = Judged::met();
    if key.managed == Some(true) {
        judged = judged.and(about(Code::KeyManaged)).seen(*source, "managed is true");
    }
    if key.exportable == Some(true) {
        judged = judged.and(about(Code::KeyExportable)).seen(*source, "exportable is true");
    }
    Some(judged)
}

fn protection(case: &Case<'_>) -> Option<Judged> {
    let Ok(Known { value: Some(key), source }) = &case.facts.vault_key else { return None };
    let hsm = key.kind.as_deref()?.to_ascii_uppercase().ends_with("-HSM");
    let level = match (key.hsm_platform.as_deref(), hsm) {
        (Some("0"), _) | (None, false) => "in software, FIPS 140-2 Level 1",
        (Some("1"), _) => "by a hardware security module, FIPS 140-2 Level 2",
        (Some("2"), _) => "by a hardware security module, FIPS 140-3 Level 3",
        (None, true) => "by a hardware security module, FIPS 140-2 Level 2 or FIPS 140-3 Level 3",
        (Some(_), _) => {
            return Some(Judged::unclear(Field::KeyId, key.hsm_platform.as_deref().unwrap_or_default()));
        }
    };
    let judged = Judged::met_but(about(Code::KeyProtectionLevel).with("text", level));
    Some(match key.hsm_platform.as_deref() {
        Some(platform) => judged.seen(*source, setting("hsmPlatform", platform)),
        None => judged.seen(*source, setting("kty", key.kind.as_deref().unwrap_or_default())),
    })
}
