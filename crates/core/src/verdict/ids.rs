//! The plan, and what the IDs show by themselves.

use super::row::{Judged, Proof, Row, Weight};
use super::{Case, Outcome, Requirement};
use crate::finding::{Code, Severity};
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
