//! What Confluent reports of the registered key, and the two things that several sources can tell: region and tenant.

use super::ids::YOU;
use super::row::{Judged, Proof, Row, Weight};
use super::{Case, Outcome, Requirement, clock, entra};
use crate::confluent;
use crate::facts::{KeyFacts, Question, Source, WhyUnknown};
use crate::finding::{Code, Field, Finding};
use crate::region;

pub(super) const ROWS: &[Row] = &[
    Row {
        requirement: Requirement::KeyAvailable,
        rule: available,
        needs: &[],
        source: "Confluent Cloud, byok/v1 Key.state; BYOK overview: one cluster a key, released after five days",
        weight: Weight::Blocking,
        proof: Proof::None,
        who: YOU,
    },
    Row {
        requirement: Requirement::KeyValidated,
        rule: validated,
        needs: &[
            Question::VaultChallenge,
            Question::SubscriptionChallenge,
            Question::Tenant,
            Question::Vault,
            Question::ArmKey,
            Question::Key,
            Question::Assignments,
            Question::Principal,
            Question::DeletedVault,
            Question::DeletedKey,
        ],
        source: "Confluent Cloud, byok/v1 KeyValidation; Azure RBAC, troubleshooting: up to 10 minutes",
        weight: Weight::Blocking,
        proof: Proof::None,
        who: "Whoever may change the vault, its keys and its roles",
    },
    Row {
        requirement: Requirement::KeyRegion,
        rule: key_region,
        needs: &[Question::VaultChallenge, Question::Vault, Question::Key, Question::ArmKey],
        source: "Confluent Cloud, BYOK on Azure: same region; byok/v1 KeyValidation.region; Azure Key Vault, \
                 x-ms-keyvault-region",
        weight: Weight::Blocking,
        proof: Proof::None,
        who: YOU,
    },
    Row {
        requirement: Requirement::KeyTenant,
        rule: tenant,
        needs: &[Question::VaultChallenge, Question::Vault, Question::Key],
        source: "Azure Key Vault, authentication challenge; VaultProperties.tenantId",
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used the key, signed in to this tenant"),
        who: YOU,
    },
];

fn about(code: Code) -> Finding {
    Finding::about(Field::Key, code)
}

/// Runs a rule on the registered key; nothing is asked of one that is not registered yet.
fn on_key(case: &Case<'_>, rule: impl FnOnce(&KeyFacts) -> Judged) -> Option<Judged> {
    match &case.facts.key {
        Ok(key) => Some(rule(key)),
        Err(WhyUnknown::NotAsked) => None,
        Err(why) => Some(not_looked_up(why)),
    }
}

fn not_looked_up(why: &WhyUnknown) -> Judged {
    Judged::unknown(about(Code::KeyUnknown).with("reason", why.reason()))
}

/// What Confluent reports, as evidence.
fn reported(judged: Judged, name: &str, value: &str) -> Judged {
    if value.is_empty() { judged } else { judged.seen(Source::Confluent, super::vault::setting(name, value)) }
}

fn available(case: &Case<'_>) -> Option<Judged> {
    on_key(case, |key| {
        let judged = match key.state.as_str() {
            "AVAILABLE" => Judged::met(),
            "IN_USE" => Judged::not_met(about(Code::KeyInUse)),
            other => Judged::unknown(about(Code::KeyStateUnknown).with("text", other)),
        };
        reported(judged, "state", &key.state)
    })
}

fn validated(case: &Case<'_>) -> Option<Judged> {
    on_key(case, |key| {
        let judged = match key.phase.as_str() {
            "VALID" => Judged::met(),
            "INVALID" => refused(case, key),
            "INITIALIZING" => waiting(case),
            _ => Judged::unknown(about(Code::KeyPhaseUnknown)),
        };
        let judged = reported(judged, "the phase", &key.phase);
        reported(judged, "the message", key.message.as_deref().unwrap_or_default())
    })
}

/// Confluent was refused. Within the window that may be roles that do not work yet, unless its words or what is known
/// of the vault and the key say otherwise.
fn refused(case: &Case<'_>, key: &KeyFacts) -> Judged {
    let words = key.message.as_deref().unwrap_or("no reason given");
    let refused = about(Code::KeyRefused).with("text", words);
    // Where nobody asked Azure there is nothing to wait for: the page shows the refusal, and which IDs it points at.
    if matches!(case.facts.assignments, Err(WhyUnknown::NotAsked)) {
        return Judged::not_met(refused);
    }
    let known = (case.causes)(case);
    let explained = confluent::explain_invalid(key.message.as_deref(), None, None, None).into_iter().next();
    let bare = explained.as_ref().is_none_or(|finding| finding.code == Code::ConfluentAccessDenied);
    if let (Some(seconds), true, true) = (case.window(), bare, known.is_empty()) {
        let waited = minutes(clock::WINDOW_SECONDS - seconds);
        return Judged::waiting(about(Code::KeyDeniedYet).with("waited", &waited), seconds);
    }
    let mut findings = known;
    findings.extend(explained);
    findings.push(refused);
    Judged { outcome: Outcome::NotMet, findings, ..Judged::met() }
}

fn waiting(case: &Case<'_>) -> Judged {
    match case.window() {
        Some(seconds) => {
            let waited = minutes(clock::WINDOW_SECONDS - seconds);
            Judged::waiting(about(Code::KeyWaiting).with("waited", &waited), seconds)
        }
        None => {
            let mut judged = Judged::unknown(about(Code::KeyLate));
            // What is known to be wrong comes first.
            let mut findings = (case.causes)(case);
            findings.append(&mut judged.findings);
            Judged { findings, ..judged }
        }
    }
}

/// A span for a sentence: `40 seconds`, `1 minute`, `7 minutes`.
fn minutes(seconds: u64) -> String {
    let (count, unit) = if seconds < 60 { (seconds, " second") } else { (seconds / 60, " minute") };
    let mut text = count.to_string();
    text.push_str(unit);
    if count != 1 {
        text.push('s');
    }
    text
}

/// A vault and its keys are in one region, so whoever knows either tells it.
fn key_region(case: &Case<'_>) -> Option<Judged> {
    let facts = case.facts;
    let wanted = region::normalised(case.wanted.region);
    if wanted.is_empty() {
        return None;
    }
    let by_confluent = facts.key.as_ref().ok().and_then(|key| Some((key.region.clone()?, Source::Confluent)));
    let by_vault = facts.vault_region.as_ref().ok().map(|known| (known.value.clone(), known.source));
    let by_settings = facts
        .vault
        .as_ref()
        .ok()
        .and_then(|known| Some((known.value.as_ref()?.region.clone()?, known.source)));
    let told: Vec<(String, Source)> = [by_confluent, by_vault, by_settings]
        .into_iter()
        .flatten()
        .map(|(name, source)| (region::normalised(&name), source))
        .filter(|(name, _)| !name.is_empty())
        .collect();
    let judged = match told.iter().find(|(name, _)| *name != wanted) {
        Some((name, _)) => Judged::not_met(
            Finding::about(Field::Region, Code::KeyRegionDiffers).with("region", name).with("other", &wanted),
        ),
        None if !told.is_empty() => Judged::met(),
        None => return region_unknown(case, &wanted),
    };
    Some(told.iter().fold(judged, |judged, (name, source)| {
        judged.seen(*source, super::vault::setting("the region", name))
    }))
}

fn region_unknown(case: &Case<'_>, wanted: &str) -> Option<Judged> {
    let facts = case.facts;
    let finding = || Finding::about(Field::Region, Code::KeyRegionUnknown).with("other", wanted);
    Some(match (&facts.key, &facts.vault_region, &facts.vault) {
        (Ok(key), ..) if key.phase == "INITIALIZING" => match case.window() {
            Some(seconds) => Judged::waiting(finding(), seconds),
            None => Judged::unknown(finding()),
        },
        (Ok(_), ..) => Judged::unknown(finding()),
        (Err(WhyUnknown::NotAsked), Err(WhyUnknown::NotAsked), Err(WhyUnknown::NotAsked)) => return None,
        (Err(WhyUnknown::NotAsked), Err(WhyUnknown::NotAsked), Err(why))
        | (Err(WhyUnknown::NotAsked), Err(why), _) => Judged::unread(Field::Region, why),
        (Err(WhyUnknown::NotAsked), ..) => return None,
        (Err(why), ..) => not_looked_up(why),
    })
}

/// Asked for only where something can answer: the vault or its settings say it, or Confluent has reached the key through
/// the one entered.
fn tenant(case: &Case<'_>) -> Option<Judged> {
    let facts = case.facts;
    let entered = entra::tenant_entered(case)?;
    let by_vault = facts.vault_tenant.as_ref().ok().map(|known| (known.value, known.source));
    let by_settings =
        facts.vault.as_ref().ok().and_then(|known| Some((known.value.as_ref()?.tenant?, known.source)));
    if let Some((real, source)) = by_vault.or(by_settings) {
        let judged = if real == entered {
            Judged::met()
        } else {
            Judged::not_met(
                Finding::about(Field::TenantId, Code::KeyTenantDiffers)
                    .with("tenant", &real.to_string())
                    .with("other", &entered.to_string()),
            )
        };
        return Some(judged.seen(source, super::vault::setting("the vault’s tenant", &real.to_string())));
    }
    match (&facts.vault_tenant, &facts.vault) {
        (Err(WhyUnknown::NotAsked), Err(WhyUnknown::NotAsked)) => case
            .confluent_has_used_the_key()
            .then(|| Judged::met().seen(Source::Confluent, "Confluent has used the key")),
        (Err(WhyUnknown::NotAsked), Err(why)) | (Err(why), _) => Some(Judged::unread(Field::TenantId, why)),
        (Ok(_), _) => None,
    }
}
