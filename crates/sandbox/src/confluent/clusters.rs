//! Kafka clusters: cmk/v2 `clusters`.
//!
//! Rules: cmk/v2 schema; Confluent Cloud, "Cluster types" (CKUs by availability), "Service quotas". Nothing limits the names.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::regions::REGIONS;
use super::{
    body, error, invalid, metadata, method_not_allowed, optional_text, page, quotas, required_query, text,
};
use crate::call::{Call, Outcome, Reply};
use crate::world::{Cluster, World, later, short_id};

pub(super) fn route(world: &mut World, call: &Call, rest: &[&str]) -> Outcome {
    match (call.method.as_str(), rest) {
        ("GET", []) => list(world, call),
        ("POST", []) => create(world, call),
        ("GET", [id]) => {
            let found = find(world, call, id)?;
            Ok(Reply::json(200, &entity(world, found, call.now)))
        }
        ("DELETE", [id]) => delete(world, call, id),
        (_, [] | [_]) => Err(method_not_allowed(call)),
        _ => Err(error(404, None, "Not Found")),
    }
}

fn list(world: &World, call: &Call) -> Outcome {
    let environment = required_query(call, "environment")?;
    known_environment(world, environment)?;
    let networks: Vec<&str> = call
        .query
        .iter()
        .filter(|(name, _)| name == "spec.network")
        .map(|(_, value)| value.as_str())
        .collect();
    let protection = call.query("spec.deletion_protection").map(|value| value == "true");
    let found = world
        .clusters
        .iter()
        .filter(|cluster| cluster.environment == environment && cluster.listed <= call.now)
        .filter(|cluster| {
            networks.is_empty() || cluster.network.as_deref().is_some_and(|id| networks.contains(&id))
        })
        .filter(|cluster| protection.is_none_or(|wanted| cluster.deletion_protection == wanted))
        .map(|cluster| entity(world, cluster, call.now))
        .collect();
    page(call, "cmk/v2", "ClusterList", found)
}

fn create(world: &mut World, call: &Call) -> Outcome {
    let body = body(call)?;
    let cluster = plan(world, &body, call.now)?;
    let reply = Reply::json(202, &entity(world, &cluster, call.now));
    world.clusters.push(cluster);
    Ok(reply)
}

/// The cluster that a body asks for, if everything about it is allowed.
fn plan(world: &World, body: &Value, now: OffsetDateTime) -> Result<Cluster, Reply> {
    if !body.get("spec").is_some_and(Value::is_object) {
        return Err(invalid("/spec", "The property '/spec' is required"));
    }
    let name = text(body, "/spec/display_name")?;
    let availability = text(body, "/spec/availability")?;
    let cloud = text(body, "/spec/cloud")?;
    let region = text(body, "/spec/region")?;
    let kind = text(body, "/spec/config/kind")?;
    let environment = text(body, "/spec/environment/id")?;
    let network = optional_text(body, "/spec/network/id")?;
    let byok = optional_text(body, "/spec/byok/id")?;
    let multi_zone = match availability {
        "MULTI_ZONE" | "HIGH" => true,
        "SINGLE_ZONE" | "LOW" => false,
        _ => {
            return Err(invalid(
                "/spec/availability",
                "The property '/spec/availability' must be one of MULTI_ZONE, SINGLE_ZONE, HIGH, LOW",
            ));
        }
    };
    if !["Basic", "Standard", "Enterprise", "Dedicated"].contains(&kind) {
        return Err(invalid(
            "/spec/config/kind",
            "The property '/spec/config/kind' must be one of Basic, Standard, Enterprise, Dedicated",
        ));
    }
    let cku = body.pointer("/spec/config/cku").filter(|value| !value.is_null());
    let cku = cku
        .map(|value| {
            value.as_u64().filter(|cku| *cku >= 1).ok_or_else(|| {
                invalid(
                    "/spec/config/cku",
                    "The property '/spec/config/cku' must be an integer of at least 1",
                )
            })
        })
        .transpose()?;
    if kind == "Dedicated" && cku.is_none() {
        return Err(invalid("/spec/config/cku", "The property '/spec/config/cku' is required"));
    }
    let protection = match body.pointer("/spec/deletion_protection") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(protection)) => *protection,
        Some(_) => {
            return Err(invalid(
                "/spec/deletion_protection",
                "The property '/spec/deletion_protection' must be a boolean",
            ));
        }
    };
    known_environment(world, environment)?;
    let cloud = cloud.to_ascii_uppercase();
    if !["AWS", "GCP", "AZURE"].contains(&cloud.as_str()) {
        return Err(refused("Service provider must be set to AWS, GCP or AZURE."));
    }
    if cloud != "AZURE" || !REGIONS.contains(&region) {
        return Err(refused(
            "Unable to schedule given the cloud and/or region in request is invalid or unavailable",
        ));
    }
    if kind == "Dedicated" && multi_zone && cku.is_some_and(|cku| cku < 2) {
        return Err(refused("CKU must be greater than 1 for multi-zone dedicated clusters"));
    }
    if kind == "Enterprise" && !multi_zone {
        return Err(refused("Durability must be HIGH for an Enterprise cluster."));
    }
    quotas::room_for_cluster(world, environment, cku, now)?;
    check_network(world, network, environment, region, kind)?;
    // A cluster type that cannot carry a key of one's own ignores it, without an error.
    let byok = byok.filter(|_| ["Dedicated", "Enterprise"].contains(&kind));
    if let Some(id) = byok {
        let registration = world.registrations.iter().find(|registration| registration.id == id);
        let free = |found| world.choices.second_cluster_accepted || !world.in_use(found, now);
        let usable = registration.is_some_and(|found| free(found) && world.usable(found, region, now));
        if !usable {
            return Err(refused("Cluster configuration is invalid. Reasons=[encryption_key_id]"));
        }
    }
    let byok = byok.filter(|_| !world.choices.key_ignored);
    Ok(Cluster {
        id: short_id("lkc"),
        environment: environment.to_owned(),
        name: name.to_owned(),
        availability: availability.to_owned(),
        cloud,
        region: region.to_owned(),
        kind: kind.to_owned(),
        cku: cku.filter(|_| kind == "Dedicated"),
        network: network.map(str::to_owned),
        byok: byok.map(str::to_owned),
        deletion_protection: protection,
        created: now,
        updated: now,
        listed: later(now, world.timing.cluster_list),
        key_in_use: later(now, world.timing.key_in_use),
        ready: later(now, world.timing.provisioning),
        result: world.provisioning_result.clone(),
    })
}

fn check_network(
    world: &World,
    id: Option<&str>,
    environment: &str,
    region: &str,
    kind: &str,
) -> Result<(), Reply> {
    let Some(id) = id else { return Ok(()) };
    let network = world
        .networks
        .iter()
        .find(|network| network.id == id && network.environment == environment)
        .ok_or_else(|| error(404, None, &format!("The network {id} was not found.")))?;
    if kind != "Dedicated" {
        return Err(refused("Only dedicated clusters can be placed in a network."));
    }
    if network.region != region {
        return Err(refused(&format!(
            "The network {id} is in region {}, the cluster in {region}.",
            network.region
        )));
    }
    if network.phase != "READY" {
        return Err(refused(&format!("The network {id} is not ready: its phase is {}.", network.phase)));
    }
    Ok(())
}

fn delete(world: &mut World, call: &Call, id: &str) -> Outcome {
    let found = find(world, call, id)?;
    if found.deletion_protection {
        return Err(error(
            409,
            Some("deletion_protection_enabled"),
            "Cluster deletion is blocked by deletion protection.",
        ));
    }
    let byok = found.byok.clone();
    let until = later(call.now, world.timing.key_hold);
    world.clusters.retain(|cluster| cluster.id != id);
    world
        .registrations
        .iter_mut()
        .filter(|registration| Some(&registration.id) == byok.as_ref())
        .for_each(|registration| registration.held_until = Some(until));
    Ok(Reply::empty(204))
}

/// A cluster that is unknown, or in another environment, is not visible.
fn find<'world>(world: &'world World, call: &Call, id: &str) -> Result<&'world Cluster, Reply> {
    let environment = required_query(call, "environment")?;
    known_environment(world, environment)?;
    world
        .clusters
        .iter()
        .find(|cluster| cluster.id == id && cluster.environment == environment)
        .ok_or_else(|| error(403, Some("forbidden_access"), "Forbidden Access"))
}

fn known_environment(world: &World, id: &str) -> Result<(), Reply> {
    if world.environments.iter().any(|environment| environment.id == id) {
        return Ok(());
    }
    Err(error(404, Some("resource_not_found"), "Resource Not Found"))
}

fn refused(detail: &str) -> Reply {
    error(400, None, detail)
}

impl Cluster {
    /// `status.phase` at a moment.
    pub(crate) fn phase(&self, now: OffsetDateTime) -> &str {
        if now < self.ready { "PROVISIONING" } else { &self.result }
    }
}

fn entity(world: &World, cluster: &Cluster, now: OffsetDateTime) -> Value {
    let (id, environment) = (&cluster.id, &cluster.environment);
    let organization = format!("crn://confluent.cloud/organization={}", world.organization);
    let crn = format!("{organization}/environment={environment}/cloud-cluster={id}/kafka={id}");
    let reference = |id: &str, path: &str, crn: String| json!({"id": id, "related": format!("{}{path}", super::ROOT), "resource_name": crn});
    let mut spec = json!({
        "display_name": cluster.name, "availability": cluster.availability, "cloud": cluster.cloud,
        "region": cluster.region, "config": {"kind": cluster.kind},
        "kafka_bootstrap_endpoint": "", "http_endpoint": "", "api_endpoint": "", "endpoints": {},
        "environment": reference(environment, &format!("/org/v2/environments/{environment}"), format!("{organization}/environment={environment}")),
        "deletion_protection": cluster.deletion_protection,
    });
    if let Some(cku) = cluster.cku {
        spec["config"]["cku"] = cku.into();
        let zones: &[&str] = if matches!(cluster.availability.as_str(), "MULTI_ZONE" | "HIGH") {
            &["1", "2", "3"]
        } else {
            &["1"]
        };
        spec["config"]["zones"] = json!(zones);
    }
    if let Some(network) = &cluster.network {
        let path = format!("/networking/v1/networks/{network}");
        spec["network"] =
            reference(network, &path, format!("{organization}/environment={environment}/network={network}"));
    }
    if let Some(byok) = &cluster.byok {
        spec["byok"] =
            reference(byok, &format!("/byok/v1/keys/{byok}"), format!("{organization}/key={byok}"));
    }
    let phase = cluster.phase(now);
    if phase == "PROVISIONED" {
        endpoints(world, cluster, &mut spec);
    }
    let mut status = json!({"phase": phase});
    if let Some(cku) = cluster.cku {
        status["cku"] = cku.into();
    }
    json!({
        "api_version": "cmk/v2", "kind": "Cluster", "id": id,
        "metadata": metadata(&format!("/cmk/v2/clusters/{id}"), &crn, cluster.created, cluster.updated),
        "spec": spec, "status": status,
    })
}

/// Where the cluster is reached. `endpoints` names public and Private Link access only; a peered cluster has the older fields alone.
fn endpoints(world: &World, cluster: &Cluster, spec: &mut Value) {
    let short = cluster.id.trim_start_matches("lkc-");
    let network =
        cluster.network.as_deref().and_then(|id| world.networks.iter().find(|network| network.id == id));
    let (host, access) = match network {
        None => (format!("pkc-{short}.{}.azure.confluent.cloud", cluster.region), Some("PUBLIC")),
        Some(network) if network.connection == "PRIVATELINK" => {
            (format!("{}.{}", cluster.id, network.dns_domain()), Some("PRIVATE_LINK"))
        }
        Some(network) => (format!("{}.{}", cluster.id, network.dns_domain()), None),
    };
    let (kafka, http) = (format!("SASL_SSL://{host}:9092"), format!("https://{host}:443"));
    if let Some(access) = access {
        spec["endpoints"] = json!({access: {"kafka_bootstrap_endpoint": kafka, "http_endpoint": http, "connection_type": access}});
    }
    spec["kafka_bootstrap_endpoint"] = kafka.into();
    spec["http_endpoint"] = http.into();
}
