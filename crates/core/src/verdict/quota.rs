//! Confluent's quotas. What is used up is refused by Confluent for certain; what is not known is no obstacle.

use super::row::{Judged, Proof, Row, Rule, Weight};
use super::{Case, Requirement};
use crate::facts::{Known, Question, Quota, WhyUnknown};
use crate::finding::{Code, Field, Finding};

const fn row(requirement: Requirement, rule: Rule) -> Row {
    Row {
        requirement,
        rule,
        needs: &[Question::Quotas],
        source: "Confluent Cloud, service quotas; service-quota/v1 AppliedQuota",
        weight: Weight::Blocking,
        proof: Proof::None,
        who: "Whoever administers the organisation at Confluent (OrganizationAdmin)",
    }
}

pub(super) const ROWS: &[Row] = &[
    row(Requirement::QuotaKeys, keys),
    row(Requirement::QuotaClusters, clusters),
    row(Requirement::QuotaPending, pending),
    row(Requirement::QuotaCkus, ckus),
];

/// Asked until the key is registered: its registration already counts then.
fn keys(case: &Case<'_>) -> Option<Judged> {
    if case.facts.key.is_ok() {
        return None;
    }
    one_more(case, &[("byok.max_keys.per_org", 1)])
}

fn clusters(case: &Case<'_>) -> Option<Judged> {
    case.wanted.plan?;
    one_more(
        case,
        &[
            ("kafka.max_kafka_clusters.per_env", 1),
            ("iam.max_kafka_clusters.per_org", 1),
            ("kafka.max_kafka_creation.per_day", 1),
        ],
    )
}

fn pending(case: &Case<'_>) -> Option<Judged> {
    case.wanted.plan?;
    one_more(case, &[("kafka.max_pending_kafka_clusters.per_env", 1)])
}

fn ckus(case: &Case<'_>) -> Option<Judged> {
    let wanted = u64::from(case.wanted.plan?.cku);
    let Ok(known) = &case.facts.quotas else { return one_more(case, &[]) };
    // Every cluster has its own; the largest tells what the organisation may have.
    let per_cluster = known
        .value
        .iter()
        .filter(|quota| quota.code == "kafka.max_ckus.per_cluster")
        .max_by_key(|quota| quota.limit);
    if let Some(quota) = per_cluster.filter(|quota| quota.limit < wanted) {
        let finding = Finding::about(Field::Cku, Code::QuotaTooSmall)
            .with("count", &wanted.to_string())
            .with("limit", &quota.limit.to_string());
        return Some(Judged::not_met(finding).seen(known.source, said(quota)));
    }
    match one_more(case, &[("kafka.max_ckus.per_env", wanted)]) {
        None => per_cluster.map(|quota| Judged::met().seen(known.source, said(quota))),
        judged => judged,
    }
}

/// Whether so many more fit into each of the quotas that apply; `None` if none does.
fn one_more(case: &Case<'_>, wanted: &[(&str, u64)]) -> Option<Judged> {
    let Known { value: quotas, source } = match &case.facts.quotas {
        Err(WhyUnknown::NotAsked) => return None,
        Err(why) => {
            return Some(Judged::met_but(Finding::new(Code::QuotaUnread).with("reason", why.reason())));
        }
        Ok(known) => known,
    };
    let environment = case.wanted.plan.map_or("", |plan| plan.environment.as_str());
    let mut judged: Option<Judged> = None;
    for quota in quotas.iter().filter(|quota| quota.scope.is_empty() || quota.scope == environment) {
        let Some((_, more)) = wanted.iter().find(|(code, _)| *code == quota.code) else { continue };
        let fits = quota.used.is_none_or(|used| used.saturating_add(*more) <= quota.limit);
        let so_far = judged.unwrap_or_else(Judged::met).seen(*source, said(quota));
        judged = Some(if fits {
            so_far
        } else {
            let finding = Finding::new(Code::QuotaUsedUp)
                .with("name", &quota.name)
                .with("used", &quota.used.unwrap_or_default().to_string())
                .with("limit", &quota.limit.to_string());
            Judged { outcome: super::Outcome::NotMet, ..so_far }.and(finding)
        });
    }
    judged
}

fn said(quota: &Quota) -> String {
    let limit = quota.limit.to_string();
    match quota.used {
        Some(used) => [&quota.code, ": ", &used.to_string(), " of ", &limit].concat(),
        None => [&quota.code, ": at most ", &limit].concat(),
    }
}
