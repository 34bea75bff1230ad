//! Tenants, subscriptions and resource groups.

use serde_json::{Value, json};

use super::{authorize, body, error, group_not_found, method_not_allowed, require_version};
use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::token::Caller;
use crate::world::{Group, Subscription, World, stamp};

const VERSIONS: &[&str] = &[
    "2015-11-01",
    "2016-06-01",
    "2018-06-01",
    "2019-06-01",
    "2019-11-01",
    "2020-01-01",
    "2021-01-01",
    "2022-12-01",
];
const GROUP_VERSIONS: &[&str] = &[
    "2015-11-01",
    "2016-09-01",
    "2018-05-01",
    "2019-05-01",
    "2019-10-01",
    "2020-06-01",
    "2020-10-01",
    "2021-04-01",
    "2022-09-01",
    "2023-07-01",
    "2024-03-01",
    "2024-07-01",
    "2024-11-01",
    "2025-03-01",
    "2025-04-01",
];

fn known(version: &str) -> Result<(), Reply> {
    if VERSIONS.contains(&version) {
        return Ok(());
    }
    let text = format!(
        "The api-version '{version}' is invalid. The supported versions are '{}'.",
        VERSIONS.join(",")
    );
    Err(error(400, "InvalidApiVersionParameter", &text))
}

/// `GET /tenants`.
pub(super) fn tenants(world: &World, caller: &Caller, version: &str) -> Outcome {
    known(version)?;
    let found: Vec<Value> = world
        .tenants
        .iter()
        .filter(|tenant| tenant.id == caller.tenant)
        .map(|tenant| {
            json!({
                "id": format!("/tenants/{}", tenant.id), "tenantId": tenant.id, "countryCode": "NL",
                "displayName": tenant.name, "domains": [tenant.domain], "tenantCategory": "Home",
                "defaultDomain": tenant.domain, "tenantType": "AAD",
            })
        })
        .collect();
    Ok(Reply::json(200, &json!({"value": found})))
}

/// `GET /subscriptions`: those of the caller's tenant on which it holds a role.
pub(super) fn list(world: &World, caller: &Caller, version: &str) -> Outcome {
    known(version)?;
    let found: Vec<Value> = world
        .subscriptions
        .iter()
        .filter(|subscription| {
            let scope = format!("/subscriptions/{}", subscription.id);
            subscription.tenant == caller.tenant
                && world.assignments.iter().any(|assignment| {
                    assignment.principal_id == caller.object_id && ids::covers(&scope, &assignment.scope)
                })
        })
        .map(entity)
        .collect();
    Ok(Reply::json(200, &json!({"value": found, "count": {"type": "Total", "value": found.len()}})))
}

/// `GET /subscriptions/{id}`.
pub(super) fn get(world: &World, caller: &Caller, version: &str, id: &str) -> Outcome {
    known(version)?;
    let subscription = world.subscription(id).ok_or_else(|| super::subscription_not_found(id))?;
    let scope = format!("/subscriptions/{}", subscription.id);
    let known = world.assignments.iter().any(|assignment| {
        assignment.principal_id == caller.object_id && ids::covers(&scope, &assignment.scope)
    });
    if !known {
        let text = format!(
            "The client '{}' with object id '{}' does not have authorization to perform action 'Microsoft.Resources/subscriptions/read' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
            caller.app_id, caller.object_id
        );
        return Err(error(403, "AuthorizationFailed", &text));
    }
    Ok(Reply::json(200, &entity(subscription)))
}

fn entity(subscription: &Subscription) -> Value {
    json!({
        "id": format!("/subscriptions/{}", subscription.id),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription.id,
        "tenantId": subscription.tenant,
        "displayName": subscription.name,
        "state": "Enabled",
        "subscriptionPolicies": {"locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"},
    })
}

/// Locations, resource groups and the list of resources.
pub(super) fn below(world: &mut World, caller: &Caller, call: &Call, id: &str, rest: &[&str]) -> Outcome {
    let lower: Vec<String> = rest.iter().map(|part| part.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let scope = format!("/subscriptions/{id}");
    match (call.method.as_str(), lower.as_slice()) {
        ("GET", ["resources"]) => {
            require_version(call, "resources", GROUP_VERSIONS)?;
            authorize(world, caller, "Microsoft.Resources/subscriptions/resources/read", &scope, call.now)?;
            resources(world, call, id)
        }
        ("GET", ["resourcegroups"]) => {
            require_version(call, "resourceGroups", GROUP_VERSIONS)?;
            authorize(
                world,
                caller,
                "Microsoft.Resources/subscriptions/resourceGroups/read",
                &scope,
                call.now,
            )?;
            let found: Vec<Value> = world
                .groups
                .iter()
                .filter(|group| group.subscription.eq_ignore_ascii_case(id))
                .map(group_entity)
                .collect();
            Ok(Reply::json(200, &json!({"value": found})))
        }
        (method, ["resourcegroups", name]) => {
            require_version(call, "resourceGroups", GROUP_VERSIONS)?;
            let name = rest.get(1).copied().unwrap_or(name);
            let scope = format!("{scope}/resourceGroups/{name}");
            let action = if matches!(method, "GET" | "HEAD") { "read" } else { "write" };
            let action = format!("Microsoft.Resources/subscriptions/resourceGroups/{action}");
            authorize(world, caller, &action, &scope, call.now)?;
            group(world, call, id, name)
        }
        _ => Err(error(
            404,
            "InvalidResourceType",
            "The resource type could not be found in this subscription.",
        )),
    }
}

fn group(world: &mut World, call: &Call, subscription: &str, name: &str) -> Outcome {
    let there = world.group(subscription, name);
    match (call.method.as_str(), there) {
        ("GET", Some(group)) => Ok(Reply::json(200, &group_entity(group))),
        ("GET", None) => Err(group_not_found(name)),
        ("HEAD", there) => Ok(Reply::empty(if there.is_some() { 204 } else { 404 })),
        ("PUT", there) => {
            let body = body(call)?;
            let location =
                body.get("location").and_then(Value::as_str).map(ids::region).ok_or_else(|| {
                    error(400, "LocationRequired", "The location property is required for this definition.")
                })?;
            if !ids::is_group_name(name) {
                return Err(error(
                    400,
                    "InvalidResourceGroup",
                    &format!("The provided resource group name '{name}' is invalid."),
                ));
            }
            if let Some(group) = there {
                return Ok(Reply::json(200, &group_entity(group)));
            }
            let group =
                Group { subscription: subscription.to_ascii_lowercase(), name: name.into(), location };
            let reply = Reply::json(201, &group_entity(&group));
            world.groups.push(group);
            Ok(reply)
        }
        _ => Err(method_not_allowed(call)),
    }
}

fn group_entity(group: &Group) -> Value {
    json!({
        "id": format!("/subscriptions/{}/resourceGroups/{}", group.subscription, group.name),
        "name": group.name, "type": "Microsoft.Resources/resourceGroups", "location": group.location,
        "properties": {"provisioningState": "Succeeded"},
    })
}

/// `GET resources?$filter=resourceType eq '…' [and name eq '…']`: vaults are all there is.
fn resources(world: &World, call: &Call, subscription: &str) -> Outcome {
    let filter = call.query("$filter").unwrap_or_default();
    let mut name = None;
    for clause in filter.split(" and ").map(str::trim).filter(|clause| !clause.is_empty()) {
        let value = clause.split('\'').nth(1).unwrap_or_default();
        if clause.starts_with("resourceType eq ") {
            if !value.eq_ignore_ascii_case("Microsoft.KeyVault/vaults") {
                return Ok(Reply::json(200, &json!({"value": []})));
            }
        } else if clause.starts_with("name eq ") {
            name = Some(value);
        } else {
            return Err(error(
                400,
                "InvalidFilterInQueryString",
                &format!("Invalid $filter '{filter}' specified in the query string."),
            ));
        }
    }
    let found: Vec<Value> = world
        .vaults
        .iter()
        .filter(|vault| vault.deleted.is_none() && vault.subscription.eq_ignore_ascii_case(subscription))
        .filter(|vault| name.is_none_or(|name| vault.name.eq_ignore_ascii_case(name)))
        .map(|vault| {
            json!({
                "id": vault.id(), "name": vault.name, "type": "Microsoft.KeyVault/vaults", "location": vault.region,
                "tags": {}, "createdTime": stamp(vault.created), "provisioningState": "Succeeded",
            })
        })
        .collect();
    Ok(Reply::json(200, &json!({"value": found})))
}
