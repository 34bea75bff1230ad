//! Applied quotas, their usage, and whether something more fits: service-quota/v1.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::places::read_only;
use super::{error, failure, over_quota, page, required_query};
use crate::call::{Call, Outcome, Reply};
use crate::world::World;

const SCOPES: &[&str] = &[
    "ORGANIZATION",
    "ENVIRONMENT",
    "NETWORK",
    "KAFKA_CLUSTER",
    "SERVICE_ACCOUNT",
    "USER_ACCOUNT",
    "IDENTITY_PROVIDER",
    "CERTIFICATE_AUTHORITY",
];

/// `/service-quota/v1/applied-quotas[/{id}]`.
pub(super) fn route(world: &World, call: &Call, rest: &[&str]) -> Outcome {
    read_only(call)?;
    match rest {
        [] => list(world, call),
        [code] if world.quotas.contains_key(*code) => Ok(Reply::json(200, &entity(world, call, code))),
        _ => Err(error(404, None, "Not Found")),
    }
}

fn list(world: &World, call: &Call) -> Outcome {
    let scope = required_query(call, "scope")?.to_ascii_uppercase();
    if !SCOPES.contains(&scope.as_str()) {
        let text = format!("The scope must be one of {}.", SCOPES.join(", "));
        let source = json!({"parameter": "scope"});
        return Err(failure(400, Some("invalid_filter"), "Invalid Filter", &text, &source));
    }
    let found = world
        .quotas
        .keys()
        .filter(|code| scope_of(code) == scope)
        .filter(|code| call.query("id").is_none_or(|id| id == code.as_str()))
        .map(|code| entity(world, call, code))
        .collect();
    page(call, "service-quota/v1", "AppliedQuotaList", found)
}

/// The limit of a quota in an environment, if one is named; `None` where there is none.
fn limit(world: &World, environment: Option<&str>, code: &str) -> Option<u64> {
    let own = world.environments.iter().find(|known| Some(known.id.as_str()) == environment);
    own.and_then(|known| known.quotas.get(code)).or_else(|| world.quotas.get(code)).copied()
}

fn usage(world: &World, environment: Option<&str>, code: &str, now: OffsetDateTime) -> Option<u64> {
    let here =
        || world.clusters.iter().filter(|cluster| environment.is_none_or(|id| cluster.environment == id));
    Some(match code {
        "byok.max_keys.per_org" => world.registrations.len() as u64,
        "iam.max_environments.per_org" => world.environments.len() as u64,
        "iam.max_kafka_clusters.per_org" => world.clusters.len() as u64,
        "kafka.max_kafka_clusters.per_env" => here().count() as u64,
        "kafka.max_pending_kafka_clusters.per_env" => {
            here().filter(|cluster| cluster.phase(now) == "PROVISIONING").count() as u64
        }
        "kafka.max_ckus.per_env" => here().filter_map(|cluster| cluster.cku).sum(),
        "networking.max_network.per_environment" => {
            let networks = world.networks.iter();
            networks.filter(|network| environment.is_none_or(|id| network.environment == id)).count() as u64
        }
        _ => return None,
    })
}

fn entity(world: &World, call: &Call, code: &str) -> Value {
    let (scope, environment) = (scope_of(code), call.query("environment"));
    let organization = &world.organization;
    let mut quota = json!({
        "api_version": "service-quota/v1", "kind": "AppliedQuota", "id": code, "scope": scope, "display_name": code,
        "default_limit": world.quotas.get(code), "applied_limit": limit(world, environment, code),
        "metadata": {
            "self": format!("{}/service-quota/v1/applied-quotas/{code}", super::ROOT),
            "resource_name": format!("crn://confluent.cloud/organization={organization}/applied-quota={code}"),
        },
        "organization": {
            "id": organization, "related": format!("{}/org/v2/organizations/{organization}", super::ROOT),
            "resource_name": format!("crn://confluent.cloud/organization={organization}"),
        },
    });
    // Not every quota tells how much of it is used.
    if let Some(usage) = usage(world, environment, code, call.now) {
        quota["usage"] = usage.into();
    }
    if let Some(environment) = environment.filter(|_| scope != "ORGANIZATION") {
        quota["environment"] = json!({
            "id": environment, "related": format!("{}/org/v2/environments/{environment}", super::ROOT),
            "resource_name": format!("crn://confluent.cloud/organization={organization}/environment={environment}"),
        });
    }
    quota
}

/// Refuses a cluster of so many CKUs that does not fit into its environment any more.
pub(super) fn room_for_cluster(
    world: &World,
    environment: &str,
    cku: Option<u64>,
    now: OffsetDateTime,
) -> Result<(), Reply> {
    let (here, cku) = (Some(environment), cku.unwrap_or(0));
    let used = |code: &str| usage(world, here, code, now).unwrap_or(0);
    let checks = [
        ("kafka.max_kafka_clusters.per_env", 1, "clusters in this environment"),
        ("kafka.max_pending_kafka_clusters.per_env", 1, "pending clusters in this environment"),
        ("kafka.max_ckus.per_cluster", cku, "CKUs of a cluster"),
        ("kafka.max_ckus.per_env", cku, "CKUs in this environment"),
    ];
    for (code, more, what) in checks {
        let limit = limit(world, here, code).unwrap_or(u64::MAX);
        if used(code).saturating_add(more) > limit {
            return Err(over_quota(what, limit));
        }
    }
    Ok(())
}

fn scope_of(code: &str) -> &'static str {
    match code.rsplit('.').next().unwrap_or_default() {
        "per_org" | "per_organization" | "per_day" => "ORGANIZATION",
        "per_env" | "per_environment" => "ENVIRONMENT",
        "per_network" => "NETWORK",
        "per_cluster" => "KAFKA_CLUSTER",
        "per_service_account" => "SERVICE_ACCOUNT",
        _ => "USER_ACCOUNT",
    }
}
