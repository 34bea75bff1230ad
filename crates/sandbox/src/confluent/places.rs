//! Environments, the organisation, networks and applied quotas: org/v2, networking/v1, service-quota/v1.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::{error, failure, metadata, method_not_allowed, page, required_query};
use crate::call::{Call, Outcome, Reply};
use crate::world::{Environment, Network, World};

const SCOPES: &[&str] =
    &["ORGANIZATION", "ENVIRONMENT", "NETWORK", "KAFKA_CLUSTER", "SERVICE_ACCOUNT", "USER_ACCOUNT"];

/// `/org/v2/environments`.
pub(super) fn environments(world: &World, call: &Call, rest: &[&str]) -> Outcome {
    read_only(call)?;
    match rest {
        [] => page(
            call,
            "org/v2",
            "EnvironmentList",
            world.environments.iter().map(|found| environment(world, found, call.now)).collect(),
        ),
        [id] => {
            let found = world.environments.iter().find(|environment| environment.id == *id);
            let found = found.ok_or_else(|| error(404, Some("resource_not_found"), "Resource Not Found"))?;
            Ok(Reply::json(200, &environment(world, found, call.now)))
        }
        _ => Err(error(404, None, "Not Found")),
    }
}

fn environment(world: &World, found: &Environment, now: OffsetDateTime) -> Value {
    let id = &found.id;
    let crn = format!("crn://confluent.cloud/organization={}/environment={id}", world.organization);
    let created = now - Duration::days(90);
    json!({
        "api_version": "org/v2", "kind": "Environment", "id": id,
        "metadata": metadata(&format!("/org/v2/environments/{id}"), &crn, created, created),
        "display_name": found.name, "stream_governance_config": {"package": "ESSENTIALS"},
    })
}

/// `/org/v2/organizations`.
pub(super) fn organizations(world: &World, call: &Call, rest: &[&str]) -> Outcome {
    read_only(call)?;
    let id = &world.organization;
    let created = call.now - Duration::days(365);
    let entity = json!({
        "api_version": "org/v2", "kind": "Organization", "id": id,
        "metadata": metadata(&format!("/org/v2/organizations/{id}"), &format!("crn://confluent.cloud/organization={id}"), created, created),
        "display_name": "Sandbox", "jit_enabled": true,
    });
    match rest {
        [] => page(call, "org/v2", "OrganizationList", vec![entity]),
        [asked] if asked == id => Ok(Reply::json(200, &entity)),
        _ => Err(error(404, Some("resource_not_found"), "Resource Not Found")),
    }
}

/// `/networking/v1/networks`.
pub(super) fn networks(world: &World, call: &Call, rest: &[&str]) -> Outcome {
    read_only(call)?;
    let environment = required_query(call, "environment")?;
    if !world.environments.iter().any(|known| known.id == environment) {
        return Err(error(404, Some("resource_not_found"), "Resource Not Found"));
    }
    let mut here = world.networks.iter().filter(|network| network.environment == environment);
    match rest {
        [] => {
            let values = |name: &str| -> Vec<&str> {
                call.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
            };
            let keeps = |name: &str, value: &str| {
                let wanted = values(name);
                wanted.is_empty() || wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(value))
            };
            let found = here
                .filter(|network| {
                    keeps("spec.cloud", "AZURE")
                        && keeps("spec.region", &network.region)
                        && keeps("spec.connection_types", &network.connection)
                        && keeps("spec.display_name", &network.name)
                        && keeps("spec.cidr", network.cidr.as_deref().unwrap_or_default())
                        && keeps("status.phase", &network.phase)
                })
                .map(|found| network(world, found, call.now))
                .collect();
            page(call, "networking/v1", "NetworkList", found)
        }
        [id] => {
            let found = here.find(|network| network.id == *id);
            let found = found.ok_or_else(|| error(404, None, &format!("The network {id} was not found.")))?;
            Ok(Reply::json(200, &network(world, found, call.now)))
        }
        _ => Err(error(404, None, "Not Found")),
    }
}

impl Network {
    /// The domain below which a cluster in this network has its name.
    pub(super) fn dns_domain(&self) -> String {
        format!("{}.{}.azure.confluent.cloud", self.id.trim_start_matches("n-"), self.region)
    }
}

fn network(world: &World, found: &Network, now: OffsetDateTime) -> Value {
    let (id, environment, organization) = (&found.id, &found.environment, &world.organization);
    let crn =
        format!("crn://confluent.cloud/organization={organization}/environment={environment}/network={id}");
    let created = now - Duration::days(30);
    let mut spec = json!({
        "display_name": found.name, "cloud": "AZURE", "region": found.region, "connection_types": [found.connection],
        "zones": ["1", "2", "3"],
        "environment": {
            "id": environment, "related": format!("{}/org/v2/environments/{environment}", super::ROOT),
            "resource_name": format!("crn://confluent.cloud/organization={organization}/environment={environment}"),
        },
    });
    if let Some(cidr) = &found.cidr {
        spec["cidr"] = cidr.as_str().into();
    }
    let ready = found.phase == "READY";
    let mut status = json!({
        "phase": found.phase, "supported_connection_types": [found.connection],
        "active_connection_types": if ready { json!([found.connection]) } else { json!([]) },
        "error_code": "", "error_message": "",
        // The kind as the live service writes it; its own document says `AzureNetwork`.
        "cloud": {"kind": "networking.v1.AzureNetwork", "vnet": "", "subscription": ""},
    });
    if ready {
        status["dns_domain"] = found.dns_domain().into();
    }
    if found.phase == "FAILED" {
        status["error_code"] = "insufficient_capacity".into();
        status["error_message"] = "Could not provision cloud resources".into();
    }
    json!({
        "api_version": "networking/v1", "kind": "Network", "id": id,
        "metadata": metadata(&format!("/networking/v1/networks/{id}"), &crn, created, created),
        "spec": spec, "status": status,
    })
}

/// `/service-quota/v1/applied-quotas`.
pub(super) fn quotas(world: &World, call: &Call) -> Outcome {
    read_only(call)?;
    let scope = required_query(call, "scope")?.to_ascii_uppercase();
    if !SCOPES.contains(&scope.as_str()) {
        let text = format!("The scope must be one of {}.", SCOPES.join(", "));
        return Err(failure(
            400,
            Some("invalid_filter"),
            "Invalid Filter",
            &text,
            &json!({"parameter": "scope"}),
        ));
    }
    let environment = call.query("environment");
    let here =
        || world.clusters.iter().filter(|cluster| environment.is_none_or(|id| cluster.environment == id));
    let found = world
        .quotas
        .iter()
        .filter(|(code, _)| scope_of(code) == scope)
        .filter(|(code, _)| call.query("id").is_none_or(|id| id == code.as_str()))
        .map(|(code, limit)| {
            let usage = match code.as_str() {
                "byok.max_keys.per_org" => Some(world.registrations.len() as u64),
                "iam.max_environments.per_org" => Some(world.environments.len() as u64),
                "iam.max_kafka_clusters.per_org" => Some(world.clusters.len() as u64),
                "kafka.max_kafka_clusters.per_env" => Some(here().count() as u64),
                "kafka.max_pending_kafka_clusters.per_env" => {
                    Some(here().filter(|cluster| cluster.phase(call.now) == "PROVISIONING").count() as u64)
                }
                "kafka.max_ckus.per_env" => Some(here().filter_map(|cluster| cluster.cku).sum()),
                _ => None,
            };
            let mut quota = json!({
                "api_version": "service-quota/v1", "kind": "AppliedQuota", "id": code, "scope": scope,
                "display_name": code, "default_limit": limit, "applied_limit": limit,
                "organization": {"id": world.organization},
            });
            if let Some(usage) = usage {
                quota["usage"] = usage.into();
            }
            if let Some(environment) = environment.filter(|_| scope != "ORGANIZATION") {
                quota["environment"] = json!({"id": environment});
            }
            quota
        })
        .collect();
    page(call, "service-quota/v1", "AppliedQuotaList", found)
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

fn read_only(call: &Call) -> Result<(), Reply> {
    if call.method == "GET" { Ok(()) } else { Err(method_not_allowed(call)) }
}
