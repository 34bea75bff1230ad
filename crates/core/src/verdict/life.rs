//! The key over time: rotation and older versions. Warnings only: a cluster starts without them.

use super::key::{OFFICER, about};
use super::row::{Judged, Proof, Row, Weight};
use super::{Case, Requirement};
use crate::facts::{KeyVersion, Question, Rotation, WhyUnknown};
use crate::finding::{Code, Field};

pub(super) const ROWS: &[Row] = &[
    Row {
        requirement: Requirement::KeyRotation,
        rule: rotation,
        needs: &[Question::RotationPolicy],
        source: "Confluent Cloud, BYOK on Azure: automatic rotation; Azure Key Vault, configuring key rotation",
        weight: Weight::Warning,
        proof: Proof::None,
        who: OFFICER,
    },
    Row {
        requirement: Requirement::KeyVersions,
        rule: versions,
        needs: &[Question::KeyVersions, Question::Key, Question::ArmKey],
        source: "Azure Key Vault, configuring key rotation: keep older versions enabled",
        weight: Weight::Warning,
        proof: Proof::None,
        who: OFFICER,
    },
];

fn rotation(case: &Case<'_>) -> Option<Judged> {
    let known = match &case.facts.rotation {
        Err(WhyUnknown::NotAsked) => return None,
        Err(why) => return Some(Judged::unread(Field::KeyId, why)),
        Ok(known) => known,
    };
    let Rotation { automatic, after_days, before_days, expiry_days } = known.value;
    let days = |days: u32| days.to_string();
    let judged = match (automatic, after_days, before_days, expiry_days) {
        (false, ..) => Judged::met_but(about(Code::KeyRotationMissing)),
        // A rotation so long before an expiry that never comes.
        (true, None, Some(_), None) => Judged::met_but(about(Code::KeyRotationMissing)),
        (true, Some(after), _, Some(expiry)) if after >= expiry => Judged::met_but(
            about(Code::KeyRotationLate).with("days", &days(after)).with("expiry", &days(expiry)),
        ),
        (true, ..) => Judged::met(),
    };
    let mut text =
        if automatic { "the policy rotates".to_owned() } else { "the policy does not rotate".to_owned() };
    for (before, span, after) in [
        (", ", after_days, " days after creation"),
        (", ", before_days, " days before expiry"),
        (", each version lives ", expiry_days, " days"),
    ] {
        if let Some(span) = span {
            text.extend([before, &days(span), after]);
        }
    }
    Some(judged.seen(known.source, text))
}

fn versions(case: &Case<'_>) -> Option<Judged> {
    let known = match &case.facts.versions {
        Err(WhyUnknown::NotAsked) => return None,
        Err(why) => return Some(Judged::unread(Field::KeyId, why)),
        Ok(known) => known,
    };
    let versions = &known.value;
    let by_key =
        case.facts.vault_key.as_ref().ok().and_then(|known| known.value.as_ref()?.version.as_deref());
    let newest = versions.iter().max_by_key(|version| version.attributes.created);
    let current = by_key.or(newest.map(|newest| newest.version.as_str()));
    let is_old = |version: &&KeyVersion| Some(version.version.as_str()) != current;
    let off =
        versions.iter().filter(is_old).filter(|version| version.attributes.enabled == Some(false)).count();
    let judged = if off == 0 {
        Judged::met()
    } else {
        Judged::met_but(about(Code::KeyVersionsDisabled).with("count", &off.to_string()))
    };
    let text = [&versions.len().to_string(), " versions, older ones disabled: ", &off.to_string()].concat();
    Some(judged.seen(known.source, text))
}
