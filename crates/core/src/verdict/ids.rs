//! The plan, and what the IDs show by themselves.

use super::row::{Judged, Proof, Row, Weight};
use super::{Case, Outcome, Requirement};
use crate::facts::Source;
use crate::finding::{Code, Field, Finding, Severity};
use crate::id::{self, KeyId, VaultId};
use crate::plan;

pub(super) const ROWS: &[Row] = &[
    Row {
        requirement: Requirement::Plan,
        rule: plan_fits,
        needs: &[],
        source: "Confluent Cloud, cmk/v2 clusters; BYOK overview (Dedicated)",
        weight: Weight::Blocking,
        proof: Proof::None,
        who: YOU,
    },
    Row {
        requirement: Requirement::IdsSameVault,
        rule: same_vault,
        needs: &[],
        source: "Azure Key Vault, object identifiers",
        weight: Weight::Blocking,
        proof: Proof::None,
        who: YOU,
    },
    Row {
        requirement: Requirement::IdsPublicCloud,
        rule: public_cloud,
        needs: &[],
        source: "Azure CLI, clouds; Confluent Cloud, BYOK on Azure",
        weight: Weight::Blocking,
        proof: Proof::None,
        who: YOU,
    },
    Row {
        requirement: Requirement::IdsRegistered,
        rule: registered,
        needs: &[],
        source: "Confluent Cloud, byok/v1 Key.key: immutable",
        weight: Weight::Blocking,
        proof: Proof::None,
        who: YOU,
    },
];

/// What the user entered can be corrected by the user.
pub(super) const YOU: &str = "You, here";

fn plan_fits(case: &Case<'_>) -> Option<Judged> {
    let findings = plan::check(case.wanted.plan?);
    let (errors, rest): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| finding.severity() == Severity::Error);
    Some(if errors.is_empty() {
        Judged { findings: rest, ..Judged::met() }
    } else {
        Judged { outcome: Outcome::NotMet, findings: errors, ..Judged::met() }
    })
}

/// The vault and the key: the registered ones, or else those entered.
pub(super) fn named<'a>(case: &Case<'a>) -> (Option<&'a VaultId>, Option<&'a KeyId>) {
    let (registered, entered) = (case.facts.key.as_ref().ok(), &case.facts.entered);
    let vault = registered.and_then(|key| key.vault.as_ref()).or(entered.vault.as_ref());
    (vault, registered.and_then(|key| key.key.as_ref()).or(entered.key.as_ref()))
}

fn same_vault(case: &Case<'_>) -> Option<Judged> {
    let (Some(vault), Some(key)) = named(case) else { return None };
    let differs = id::together(Some(vault), Some(key), None)
        .into_iter()
        .find(|finding| finding.code == Code::IdsVaultDiffers);
    Some(differs.map_or_else(Judged::met, Judged::not_met))
}

fn public_cloud(case: &Case<'_>) -> Option<Judged> {
    let key = named(case).1?;
    Some(id::together(None, Some(key), None).into_iter().next().map_or_else(Judged::met, Judged::not_met))
}

/// A registered key keeps its IDs for ever, so one that was registered with others is another key.
fn registered(case: &Case<'_>) -> Option<Judged> {
    let (key, entered) = (case.facts.key.as_ref().ok()?, &case.facts.entered);
    if entered.vault.is_none() && entered.key.is_none() && entered.tenant.is_none() {
        return None;
    }
    let differs = [
        differing(Field::KeyVaultId, key.vault.as_ref(), entered.vault.as_ref()),
        differing(Field::KeyId, key.key.as_ref(), entered.key.as_ref()),
        differing(Field::TenantId, key.tenant.as_ref(), entered.tenant.as_ref()),
    ];
    let findings: Vec<Finding> = differs.into_iter().flatten().collect();
    let outcome = if findings.is_empty() { Outcome::Met } else { Outcome::NotMet };
    Some(
        Judged { outcome, findings, ..Judged::met() }
            .seen(Source::Confluent, "the IDs of the registered key"),
    )
}

fn differing<T: PartialEq + ToString>(
    field: Field,
    registered: Option<&T>,
    entered: Option<&T>,
) -> Option<Finding> {
    let (registered, entered) = (registered?, entered?);
    (registered != entered)
        .then(|| Finding::about(field, Code::KeyRegisteredOtherwise).with("text", &registered.to_string()))
}
