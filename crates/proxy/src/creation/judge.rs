//! The gate. The page's own checks help the user; these decide, on facts that are fetched here and now.
//!
//! The rules themselves are `byok_core`'s; this file brings them the facts and turns their words into problems.

use std::collections::HashMap;
use std::time::Duration;

use byok_core::finding::Severity;
use byok_core::plan::{self, Availability, Plan};
use byok_core::region;
use byok_core::verdict::{self, Facts, KeyFacts, NetworkFacts, Outcome, Requirement, Verdict, WhyUnknown};
use byok_core::wire::{FindingView, KeyView, NetworkView, NewCluster, NewKey, Waiver};

use crate::azure::{Target, Tokens};
use crate::confluent::while_doing;
use crate::error::{ApiError, ApiResult, Kind, finding};
use crate::ledger::now;
use crate::preflight::{self, Clouds, Registered, Request, Run};
use crate::routes::keys;
use crate::state::Proxy;

/// The longest reason of a waiver that is recorded, in characters.
const LONGEST_REASON: usize = 1000;

/// How long a look at Azure may take before what it did not find counts as unknown.
const LONGEST_LOOK: Duration = Duration::from_secs(12);

/// The three IDs in canonical form.
#[derive(Debug)]
pub(crate) struct KeyIds {
    pub(crate) key_vault_id: String,
    pub(crate) key_id: String,
    pub(crate) tenant_id: String,
}

/// Reads the three IDs by the rules, or says what is wrong with each.
pub(crate) fn key_ids(new: &NewKey) -> ApiResult<KeyIds> {
    let target = preflight::target(&new.key_vault_id, &new.key_id, &new.tenant_id);
    let name = new.display_name.trim();
    let mut wrong: Vec<FindingView> = match name {
        "" => Vec::new(),
        name => plan::display_name(name)
            .iter()
            .filter(|finding| finding.severity() == Severity::Error)
            .map(FindingView::from)
            .collect(),
    };
    match target {
        Ok(target) if wrong.is_empty() => Ok(KeyIds {
            key_vault_id: target.vault.to_string(),
            key_id: target.key.to_string(),
            tenant_id: target.tenant.to_string(),
        }),
        target => {
            wrong.extend(target.err().unwrap_or_default());
            let detail = "The key was not registered: look at the marked fields.";
            Err(ApiError::new(Kind::NOT_MET, detail).with(wrong))
        }
    }
}

/// A creation that may be sent.
#[derive(Debug)]
pub(crate) struct Judged {
    /// What is sent: canonical, and either met or knowingly waived in every point.
    pub(crate) request: NewCluster,
    /// What was met, in a few words each.
    pub(crate) met: Vec<String>,
}

/// Judges a creation.
pub(crate) async fn judge(proxy: &Proxy, mut wanted: NewCluster) -> ApiResult<Judged> {
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
    let facts = facts(proxy, &wanted, &plan).await?;
    let now = now();
    // Without an identity in Azure this server cannot know what Azure alone tells; there only what is known to be wrong
    // stands in the way, and of the rest Confluent’s own word on the key decides.
    let by_confluent = Facts { key: facts.key.clone(), network: facts.network.clone(), ..Facts::default() };
    let asked: Vec<Requirement> = if proxy.azure().has_identity() {
        Requirement::all().collect()
    } else {
        verdict::judge_without_azure(&plan, &by_confluent, now).iter().map(|v| v.requirement).collect()
    };
    let counts =
        |verdict: &Verdict| verdict.outcome == Outcome::NotMet || asked.contains(&verdict.requirement);
    let verdicts = verdict::judge(&plan, &facts, now);
    let stand_in_the_way = verdicts
        .iter()
        .filter(|verdict| counts(verdict) && !passes(verdict, &wanted.waivers))
        .map(because)
        .collect::<Vec<_>>();
    if !stand_in_the_way.is_empty() {
        return Err(not_met(stand_in_the_way));
    }
    // What is met and still worth a look is not ruled out as a cause.
    let met =
        verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Met && verdict.finding().is_none());
    Ok(Judged { met: met.map(|verdict| verdict.title().to_owned()).collect(), request: wanted })
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

/// What Confluent says of the key and the network, and what is found out about the vault: all of it fetched here.
async fn facts(proxy: &Proxy, wanted: &NewCluster, plan: &Plan) -> ApiResult<Facts> {
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
    let registered = Facts { key: Ok(KeyFacts::of(&key, now())), ..Facts::default() };
    // IDs that cannot be read are nothing that Azure could be asked about.
    let target = preflight::target(&key.key_vault_id, &key.key_id, &key.tenant_id);
    let facts = match target {
        Ok(target) => look_at(proxy, target, key, plan).await,
        Err(_) => registered,
    };
    Ok(Facts { network, ..facts })
}

/// A preflight of this server’s own: no tokens of a user, and nothing from the page.
async fn look_at(proxy: &Proxy, target: Target, key: KeyView, plan: &Plan) -> Facts {
    let request = Request {
        target,
        region: plan.region.clone(),
        plan: Some(plan.clone()),
        environment: Some(plan.environment.clone()),
        network: None,
        key: Registered::Known(Box::new(key)),
        granted_for: None,
        doctor: None,
        tokens: Tokens::default(),
    };
    let clouds = Clouds {
        azure: proxy.azure().clone(),
        confluent: Some(proxy.confluent().clone()),
        registered: HashMap::new(),
    };
    Run::new(request, clouds, LONGEST_LOOK).facts().await
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
