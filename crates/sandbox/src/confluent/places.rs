//! Environments, the organisation and networks: org/v2, networking/v1.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::{error, metadata, method_not_allowed, page, required_query};
use crate::call::{Call, Outcome, Reply};
use crate::world::{Environment, Network, World};

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

pub(super) fn read_only(call: &Call) -> Result<(), Reply> {
    if call.method == "GET" { Ok(()) } else { Err(method_not_allowed(call)) }
}
