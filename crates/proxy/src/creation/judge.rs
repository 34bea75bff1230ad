//! The gate. The page's own checks help the user; these decide, on facts that are fetched here and now.
//!
//! The rules themselves are `byok_core`'s; this file brings them the facts and turns their words into problems.

use byok_core::finding::Severity;
use byok_core::id;
use byok_core::plan::{self, Availability, Plan};
use byok_core::region;
use byok_core::verdict::{self, Facts, KeyFacts, NetworkFacts, Outcome, Requirement, Verdict, WhyUnknown};
use byok_core::wire::{FindingView, KeyView, NetworkView, NewCluster, NewKey, Waiver};

use crate::confluent::while_doing;
use crate::error::{ApiError, ApiResult, Kind, finding};
use crate::ledger::now;
use crate::routes::keys;
use crate::state::Proxy;

/// The longest reason of a waiver that is recorded, in characters.
const LONGEST_REASON: usize = 1000;

/// The three IDs in canonical form.
#[derive(Debug)]
pub(crate) struct KeyIds {
    pub(crate) key_vault_id: String,
    pub(crate) key_id: String,
    pub(crate) tenant_id: String,
}

/// Reads the three IDs by the rules, or says what is wrong with each.
pub(crate) fn key_ids(new: &NewKey) -> ApiResult<KeyIds> {
    let vault = id::key_vault_id(&new.key_vault_id);
    let key = id::key_id(&new.key_id);
    let tenant = id::tenant_id(&new.tenant_id);
    let mut findings = Vec::new();
    if !new.display_name.trim().is_empty() {
        findings.extend(plan::display_name(new.display_name.trim()));
    }
    findings.extend(id::together(vault.value.as_ref(), key.value.as_ref(), tenant.value.as_ref()));
    findings.extend([vault.findings, key.findings, tenant.findings].into_iter().flatten());
    findings.retain(|finding| finding.severity() == Severity::Error);
    match (vault.value, key.value, tenant.value) {
        (Some(vault), Some(key), Some(tenant)) if findings.is_empty() => Ok(KeyIds {
            key_vault_id: vault.to_string(),
            key_id: key.to_string(),
            tenant_id: tenant.to_string(),
        }),
        _ => Err(ApiError::new(Kind::NOT_MET, "The key was not registered: look at the marked fields.")
            .with(findings.iter().map(FindingView::from))),
    }
}

/// Judges a creation. What comes back is what is sent: canonical, and either met or knowingly waived in every point.
pub(crate) async fn judge(proxy: &Proxy, mut wanted: NewCluster) -> ApiResult<NewCluster> {
    let Some(availability) = Availability::parse(wanted.availability.trim()) else {
        return Err(ApiError::new(
            Kind::NOT_MET,
            "The availability is neither `SINGLE_ZONE` nor `MULTI_ZONE`.",
        )
        .about(
            "request.field-wrong",
            "availability",
            "This availability is not known.",
            "Send `SINGLE_ZONE` or `MULTI_ZONE`.",
        ));
    };
    wanted.availability = availability.as_str().to_owned();
    wanted.display_name = wanted.display_name.trim().to_owned();
    wanted.region = region::normalised(&wanted.region);
    let plan = Plan {
        environment: wanted.environment.clone(),
        display_name: wanted.display_name.clone(),
        region: wanted.region.clone(),
        availability,
        cku: wanted.cku,
        network: wanted.network.clone(),
        max_cku: proxy.max_cku(),
    };
    // The plan by itself first: nobody is asked about something that cannot be.
    let wrong = waivers(&wanted.waivers);
    let wrong: Vec<FindingView> = plan::check(&plan)
        .iter()
        .filter(|f| f.severity() == Severity::Error)
        .map(FindingView::from)
        .chain(wrong)
        .collect();
    if !wrong.is_empty() {
        return Err(not_met(wrong));
    }
    let facts = facts(proxy, &wanted).await?;
    let stand_in_the_way = verdict::judge(&plan, &facts, now())
        .iter()
        .filter(|verdict| !passes(verdict, &wanted.waivers))
        .map(because)
        .collect::<Vec<_>>();
    if stand_in_the_way.is_empty() { Ok(wanted) } else { Err(not_met(stand_in_the_way)) }
}

/// Met, or unknown and knowingly waived. A key that is not known to be free is never waived: it may serve a cluster.
fn passes(verdict: &Verdict, waivers: &[Waiver]) -> bool {
    match verdict.outcome {
        Outcome::Met => true,
        Outcome::NotMet => false,
        Outcome::Unknown => {
            verdict.waivable
                && verdict.requirement != Requirement::KeyAvailable
                && waivers.iter().any(|waiver| waiver.requirement == verdict.requirement.as_str())
        }
    }
}

async fn facts(proxy: &Proxy, wanted: &NewCluster) -> ApiResult<Facts> {
    let key = keys::one(proxy, &wanted.key).await.map_err(|error| match error.kind() {
        Kind::NOT_FOUND => not_met(vec![finding(
            "key.not-registered",
            Some("key"),
            format!("Confluent knows no registered key `{}`.", wanted.key),
            "Register the key, or choose one that is registered.",
        )]),
        _ => error,
    })?;
    let key: KeyView = keys::view_of(proxy, &key).await?;
    let network = match &wanted.network {
        None => Err(WhyUnknown::NotAsked),
        Some(id) => {
            let all = proxy
                .confluent()
                .networks(&wanted.environment, None)
                .await
                .map_err(while_doing("reading the networks"))?;
            match all.iter().find(|network| network.id == *id) {
                Some(network) => Ok(NetworkFacts::of(&NetworkView::from(network))),
                None => {
                    return Err(not_met(vec![finding(
                        "network.not-there",
                        Some("network"),
                        format!("Environment `{}` has no network `{id}` on Azure.", wanted.environment),
                        "Choose a network of this environment, or the public internet.",
                    )]));
                }
            }
        }
    };
    Ok(Facts { key: Ok(KeyFacts::of(&key, now())), network, ..Facts::default() })
}

/// What is wrong with the waivers themselves.
fn waivers(waivers: &[Waiver]) -> Vec<FindingView> {
    let wrong = |message: String| {
        finding(
            "request.field-wrong",
            Some("waivers"),
            message,
            "Waive only what is unknown, each with the sentence that was read.",
        )
    };
    let mut findings = Vec::new();
    for waiver in waivers {
        if Requirement::parse(&waiver.requirement).is_none() {
            findings.push(wrong("A waiver names a requirement that does not exist.".to_owned()));
        } else if waiver.reason.trim().is_empty() || waiver.reason.chars().count() > LONGEST_REASON {
            let message =
                format!("The reason of a waiver must have between 1 and {LONGEST_REASON} characters.");
            findings.push(wrong(message));
        }
    }
    findings
}

fn not_met(findings: Vec<FindingView>) -> ApiError {
    ApiError::new(
        Kind::NOT_MET,
        "Nothing was created: this server judged the answers by itself and something is not met, or not known and not waived.",
    )
    .with(findings)
}

/// A verdict that stands in the way, in words; its code is the finding's.
fn because(verdict: &Verdict) -> FindingView {
    match verdict.finding() {
        Some(finding) => FindingView::from(finding),
        None => finding(verdict.requirement.as_str(), None, verdict.message(), verdict.fix()),
    }
}
