//! A key, its versions, its rotation policy, and what is left of a deleted one.

use super::read::Reader;
use super::said::{Meaning, Said};
use super::{Heard, probe, span};
use crate::facts::{
    Answer, Deleted, Facts, KeyAttributes, KeyVersion, Question, Rotation, Shut, Source, VaultKey, WhyUnknown,
};
use crate::record::Node;

/// A key, from the vault or from ARM. Refusals tell of the vault, too.
pub(super) fn key<N: Node>(facts: &mut Facts, question: Question, heard: Heard<Answer<N>>) {
    let source = heard.source;
    let key = heard.answer.and_then(|answer| {
        if answer.status == 200 {
            return answer.body.as_ref().and_then(read).map(Some).ok_or_else(|| super::unreadable(question));
        }
        let said = Said::of_answer(answer.status, answer.body.as_ref());
        drawn(facts, source, &said);
        if question == Question::Key
            && let Some(tenant) = answer.challenge.as_deref().and_then(probe::tenant_of_vault)
        {
            facts.note("the vault’s tenant", |facts| &mut facts.vault_tenant, source, Ok(tenant));
        }
        told(question, &said)
    });
    facts.note("the key", |facts| &mut facts.vault_key, source, key);
}

/// What a refusal says of the key itself.
pub(super) fn told(question: Question, said: &Said) -> Result<Option<VaultKey>, WhyUnknown> {
    match said.meaning() {
        Meaning::KeyMissing => Ok(None),
        Meaning::KeyDisabled => {
            let attributes = KeyAttributes { enabled: Some(false), ..KeyAttributes::default() };
            Ok(Some(VaultKey { attributes, ..VaultKey::default() }))
        }
        _ => Err(said.why(question)),
    }
}

/// What a refusal of the vault, or of ARM in the vault's name, says of the vault.
pub(super) fn drawn(facts: &mut Facts, source: Source, said: &Said) {
    if let Some(region) = said.region() {
        facts.note("the vault’s region", |facts| &mut facts.vault_region, source, Ok(region));
    }
    let meaning = said.meaning();
    if let Some(rbac) = match meaning {
        Meaning::RoleMissing => Some(true),
        Meaning::PolicyMissing => Some(false),
        _ => None,
    } {
        facts.note("the vault’s permission model", |facts| &mut facts.vault_rbac, source, Ok(rbac));
    }
    if let Some(shut) = match meaning {
        Meaning::Firewall => Some(Shut::Firewall),
        Meaning::PublicAccessOff => Some(Shut::PublicAccess),
        _ => None,
    } {
        facts.note("the vault’s firewall", |facts| &mut facts.shut_by, source, Ok(shut));
    }
    // In ARM's words it is the subscription's tenant.
    if source != Source::Arm
        && meaning == Meaning::OtherTenant
        && let Some(tenant) = said.expected_tenant()
    {
        facts.note("the vault’s tenant", |facts| &mut facts.vault_tenant, source, Ok(tenant));
    }
}

/// A key in any of three spellings: the vault's `KeyBundle`, ARM's `properties`, what `az` makes of the former.
pub(super) fn read<N: Node>(body: &N) -> Option<VaultKey> {
    let properties = body.get("properties").unwrap_or_else(|| body.get("key").unwrap_or_else(N::empty));
    let outer = if body.get("properties").is_some() { &properties } else { body };
    let mut of = Reader::new(&properties);
    let mut around = Reader::new(outer);
    let attributes = around.any(&["attributes"]);
    let (times, more) = match &attributes {
        Some(attributes) => (read_attributes(attributes)?, read_more(attributes)?),
        None => Default::default(),
    };
    let modulus = of.text(&["n"]);
    let bits = match &modulus {
        Some(modulus) => Some(modulus_bits(modulus)?),
        None => of.small_number(&["keySize"]),
    };
    let key = VaultKey {
        kind: Some(of.text(&["kty"])?),
        bits,
        operations: of.texts(&["key_ops", "keyOps"]),
        attributes: times,
        managed: around.flag(&["managed"]),
        exportable: more.exportable,
        purge_protection: more.purge_protection,
        hsm_platform: more.hsm_platform,
        version: of.text(&["kid", "keyUriWithVersion"]).and_then(|kid| version_of(&kid)),
    };
    of.whole(()).and(around.whole(key))
}

#[derive(Default)]
struct More {
    exportable: Option<bool>,
    purge_protection: Option<bool>,
    hsm_platform: Option<String>,
}

fn read_attributes<N: Node>(attributes: &N) -> Option<KeyAttributes> {
    let mut of = Reader::new(attributes);
    let read = KeyAttributes {
        enabled: of.flag(&["enabled"]),
        not_before: of.time(&["nbf", "notBefore"]),
        expires: of.time(&["exp", "expires"]),
        created: of.time(&["created"]),
    };
    of.whole(read)
}

fn read_more<N: Node>(attributes: &N) -> Option<More> {
    let mut of = Reader::new(attributes);
    // Documented as a text; a number is taken as well.
    let platform = of.any(&["hsmPlatform"]).and_then(|platform| {
        let number = platform.number().filter(|number| (0.0..1000.0).contains(number));
        platform.text().or_else(|| number.map(|number| (number as u64).to_string()))
    });
    let read = More {
        exportable: of.flag(&["exportable"]),
        // `Recoverable` and the like mean that nobody can purge; with `Purgeable` somebody can (Azure Key Vault REST
        // 7.4, DeletionRecoveryLevel).
        purge_protection: of
            .text(&["recoveryLevel"])
            .filter(|level| !level.is_empty())
            .map(|level| !level.to_ascii_lowercase().contains("purgeable")),
        hsm_platform: platform,
    };
    of.whole(read)
}

/// The bits of a modulus in base64 with either alphabet; leading zero bytes do not count.
fn modulus_bits(modulus: &str) -> Option<u32> {
    let digits = modulus.trim().trim_end_matches('=');
    let value = |byte: u8| {
        Some(match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        })
    };
    let (mut zeros, mut all_zero) = (0usize, true);
    for byte in digits.bytes() {
        let six = value(byte)?;
        if all_zero {
            zeros += if six == 0 { 6 } else { (six.leading_zeros() as usize).saturating_sub(2) };
            all_zero = six == 0;
        }
    }
    if all_zero {
        return None;
    }
    let bytes = digits.len() * 6 / 8;
    u32::try_from((bytes - zeros / 8) * 8).ok()
}

/// The version at the end of a key's identifier.
fn version_of(kid: &str) -> Option<String> {
    let (_, rest) = kid.split_once("/keys/")?;
    let (_, version) = rest.split_once('/')?;
    let version = version.trim_end_matches('/');
    let is_version = version.len() == 32 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_version.then(|| version.to_ascii_lowercase())
}

pub(super) fn versions<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let question = Question::KeyVersions;
    let source = heard.source;
    let versions = heard.answer.and_then(|answer| {
        if answer.status == 200 {
            let list = answer.body.as_ref().and_then(|body| body.get("value")?.items());
            let versions = list.and_then(|list| list.iter().map(read_version).collect::<Option<Vec<_>>>());
            return versions.ok_or_else(|| super::unreadable(question));
        }
        Err(Said::of_answer(answer.status, answer.body.as_ref()).why(question))
    });
    facts.note("the key’s versions", |facts| &mut facts.versions, source, versions);
}

pub(super) fn read_version<N: Node>(item: &N) -> Option<KeyVersion> {
    let version = version_of(&item.get("kid")?.text()?)?;
    let attributes = match item.get("attributes") {
        Some(attributes) => read_attributes(&attributes)?,
        None => KeyAttributes::default(),
    };
    Some(KeyVersion { version, attributes })
}

pub(super) fn rotation<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let question = Question::RotationPolicy;
    let source = heard.source;
    let rotation = heard.answer.and_then(|answer| {
        if answer.status == 200 {
            return answer.body.as_ref().and_then(read_rotation).ok_or_else(|| super::unreadable(question));
        }
        Err(Said::of_answer(answer.status, answer.body.as_ref()).why(question))
    });
    facts.note("the rotation policy", |facts| &mut facts.rotation, source, rotation);
}

/// A rotation policy: `{lifetimeActions: [{trigger: {timeAfterCreate}, action: {type}}], attributes: {expiryTime}}`
/// from the vault, flattened by `az` to `{lifetimeActions: [{action, timeAfterCreate}], expiresIn}`.
pub(super) fn read_rotation<N: Node>(policy: &N) -> Option<Rotation> {
    let mut of = Reader::new(policy);
    let actions = of.items(&["lifetimeActions"]);
    let mut rotation = Rotation {
        expiry_days: of.text(&["expiresIn"]).and_then(|text| span::days(&text)),
        ..Rotation::default()
    };
    let attributes = of.any(&["attributes"]);
    if actions.is_none() && attributes.is_none() && of.any(&["id", "expiresIn"]).is_none() {
        return None;
    }
    if let Some(attributes) = &attributes {
        let mut inside = Reader::new(attributes);
        let expiry = inside.text(&["expiryTime"]).and_then(|text| span::days(&text));
        rotation.expiry_days = inside.whole(expiry)?.or(rotation.expiry_days);
    }
    for item in actions.into_iter().flatten() {
        let action = item.get("action")?;
        let kind = action.text().or_else(|| action.get("type")?.text())?;
        if !kind.eq_ignore_ascii_case("rotate") {
            continue;
        }
        let trigger = item.get("trigger").filter(|trigger| !trigger.is_null()).unwrap_or(item);
        let mut when = Reader::new(&trigger);
        let after = when.text(&["timeAfterCreate"]).and_then(|text| span::days(&text));
        let before = when.text(&["timeBeforeExpiry"]).and_then(|text| span::days(&text));
        when.whole(())?;
        rotation.automatic = true;
        rotation.after_days = after;
        rotation.before_days = before;
    }
    of.whole(rotation)
}

pub(super) fn deleted<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let question = Question::DeletedKey;
    let source = heard.source;
    let deleted = heard.answer.and_then(|answer| {
        if answer.status == 200 {
            return answer
                .body
                .as_ref()
                .and_then(read_deleted)
                .map(Some)
                .ok_or_else(|| super::unreadable(question));
        }
        let said = Said::of_answer(answer.status, answer.body.as_ref());
        if said.meaning() == Meaning::KeyMissing { Ok(None) } else { Err(said.why(question)) }
    });
    facts.note("what was deleted", |facts| &mut facts.deleted_key, source, deleted);
}

/// `DeletedKeyBundle`: a key with `deletedDate` and `scheduledPurgeDate`.
fn read_deleted<N: Node>(body: &N) -> Option<Deleted> {
    body.get("key").or_else(|| body.get("recoveryId"))?;
    let mut of = Reader::new(body);
    let deleted = Deleted {
        deleted: of.time(&["deletedDate"]),
        purge: of.time(&["scheduledPurgeDate"]),
        ..Deleted::default()
    };
    of.whole(deleted)
}
