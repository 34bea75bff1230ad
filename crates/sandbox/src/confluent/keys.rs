//! Self-managed keys: byok/v1 `keys`.

use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    body, error, failure, invalid, metadata, method_not_allowed, optional_text, over_quota, page, text,
};
use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::world::{Application, Cluster, Phase, Registered, Registration, World, later, short_id, stamp};

pub(super) fn route(world: &mut World, call: &Call, rest: &[&str]) -> Outcome {
    match (call.method.as_str(), rest) {
        ("GET", []) => list(world, call),
        ("POST", []) => create(world, call),
        ("GET", [id]) => Ok(Reply::json(200, &entity(world, id, call.now)?)),
        ("PATCH", [id]) => rename(world, call, id),
        ("DELETE", [id]) => delete(world, call, id),
        (_, [] | [_]) => Err(method_not_allowed(call)),
        _ => Err(error(404, None, "Not Found")),
    }
}

fn list(world: &mut World, call: &Call) -> Outcome {
    // Newest first, as Confluent's own CLI expects the list to be sorted already.
    let ids: Vec<String> =
        world.registrations.iter().rev().map(|registration| registration.id.clone()).collect();
    let mut found = Vec::new();
    for id in ids {
        let key = entity(world, &id, call.now)?;
        let is = |name: &str, pointer: &str| {
            call.query(name).is_none_or(|wanted| {
                key.pointer(pointer)
                    .and_then(Value::as_str)
                    .is_some_and(|value| value.eq_ignore_ascii_case(wanted))
            })
        };
        let has = |name: &str, pointer: &str| {
            call.query(name).is_none_or(|wanted| {
                key.pointer(pointer).and_then(Value::as_str).is_some_and(|value| value.contains(wanted))
            })
        };
        let kept = is("provider", "/provider")
            && is("state", "/state")
            && is("validation_phase", "/validation/phase")
            && is("validation_region", "/validation/region")
            && has("display_name", "/display_name")
            && has("key", "/key/key_id");
        if kept {
            found.push(key);
        }
    }
    page(call, "byok/v1", "KeyList", found)
}

fn create(world: &mut World, call: &Call) -> Outcome {
    let body = body(call)?;
    let display_name = optional_text(&body, "/display_name")?;
    match body.get("key") {
        Some(Value::Object(_)) => {}
        Some(_) => return Err(invalid("/key", "The property '/key' must be an object")),
        None => return Err(invalid("/key", "The property '/key' is required")),
    }
    let kind = text(&body, "/key/kind")?;
    if kind != "AzureKey" {
        return Err(invalid(
            "/key/kind",
            "The property '/key/kind' must be AzureKey: this organization has no keys in other clouds",
        ));
    }
    let key_id = text(&body, "/key/key_id")?;
    let key_vault_id = text(&body, "/key/key_vault_id")?;
    let tenant_id = text(&body, "/key/tenant_id")?;
    let (vault, _) = ids::key_id(key_id).ok_or_else(|| {
        invalid(
            "/key/key_id",
            "The property '/key/key_id' must be the URL of a Key Vault key without version",
        )
    })?;
    let place = ids::vault_id(key_vault_id).ok_or_else(|| {
        invalid(
            "/key/key_vault_id",
            "The property '/key/key_vault_id' must be the resource ID of a key vault",
        )
    })?;
    if !ids::is_guid(tenant_id) {
        return Err(invalid("/key/tenant_id", "The property '/key/tenant_id' must be a UUID"));
    }
    if !vault.eq_ignore_ascii_case(&place.name) {
        return Err(invalid("/key/key_id", "The key is not in the key vault that '/key/key_vault_id' names"));
    }
    if let Some(old) = world.registrations.iter().find(|old| old.key_id.eq_ignore_ascii_case(key_id)) {
        let location = format!("{}/byok/v1/keys/{}", super::ROOT, old.id);
        let detail = format!("The key {key_id} is already registered");
        let reply =
            failure(409, Some("resource_already_exists"), "Resource Already exists", &detail, &json!({}));
        return Err(reply.with("location", location));
    }
    let limit = world.quotas.get("byok.max_keys.per_org").copied().unwrap_or(20);
    if world.registrations.len() as u64 >= limit {
        return Err(over_quota("self-managed keys", limit));
    }
    let id = short_id("cck");
    let (application_id, registered) = application(world, &place.name, &id);
    world.registrations.push(Registration {
        id: id.clone(),
        display_name: display_name.map(str::to_owned),
        key_id: key_id.to_owned(),
        key_vault_id: key_vault_id.to_owned(),
        tenant_id: tenant_id.to_owned(),
        application_id,
        created: call.now,
        updated: call.now,
        seen_valid: false,
        held_until: (registered == Registered::Held).then(|| later(call.now, world.timing.key_hold)),
    });
    if registered == Registered::InUse {
        let cluster = Cluster::of_a_colleague(&id, call.now);
        world.clusters.push(cluster);
    }
    let location = format!("{}/byok/v1/keys/{id}", super::ROOT);
    Ok(Reply::json(201, &entity(world, &id, call.now)?).with("location", location))
}

/// The application for a registration, and what becomes of the registration: a vault may have settled both beforehand.
fn application(world: &mut World, vault: &str, id: &str) -> (String, Registered) {
    let vault = world.vault(vault);
    let registered = vault.map_or(Registered::Available, |vault| vault.registered);
    let settled = vault.and_then(|vault| vault.application_id.clone()).filter(|settled| {
        !world.registrations.iter().any(|registration| registration.application_id == *settled)
    });
    let application_id = settled.unwrap_or_else(|| Uuid::new_v4().to_string());
    if !world.applications.iter().any(|application| application.app_id == application_id) {
        let name = format!("Confluent Cloud BYOK {id}");
        world.applications.push(Application { app_id: application_id.clone(), name });
    }
    (application_id, registered)
}

fn rename(world: &mut World, call: &Call, id: &str) -> Outcome {
    let body = body(call)?;
    let display_name = optional_text(&body, "/display_name")?.map(str::to_owned);
    let found =
        world.registrations.iter_mut().find(|registration| registration.id == id).ok_or_else(not_found)?;
    if let Some(display_name) = display_name {
        found.display_name = Some(display_name);
        found.updated = call.now;
    }
    Ok(Reply::json(200, &entity(world, id, call.now)?))
}

fn delete(world: &mut World, call: &Call, id: &str) -> Outcome {
    let found =
        world.registrations.iter().find(|registration| registration.id == id).ok_or_else(not_found)?;
    if world.in_use(found, call.now) {
        let detail = format!("The key {id} is in use by a cluster, or was until less than five days ago");
        return Err(error(409, Some("resource_in_use"), &detail));
    }
    let application_id = found.application_id.clone();
    world.registrations.retain(|registration| registration.id != id);
    let settled = world.vaults.iter().any(|vault| vault.application_id.as_deref() == Some(&application_id));
    if !settled {
        world.applications.retain(|application| application.app_id != application_id);
    }
    Ok(Reply::empty(204))
}

fn not_found() -> Reply {
    error(404, None, "Not Found")
}

fn entity(world: &mut World, id: &str, now: OffsetDateTime) -> Result<Value, Reply> {
    let phase = world.validation(id, now).ok_or_else(not_found)?;
    let found =
        world.registrations.iter().find(|registration| registration.id == id).ok_or_else(not_found)?;
    let validation = match phase {
        Phase::Initializing(since) => json!({"phase": "INITIALIZING", "since": stamp(since)}),
        Phase::Valid { since, region } => json!({"phase": "VALID", "since": stamp(since), "region": region}),
        Phase::Invalid(since) => {
            json!({"phase": "INVALID", "since": stamp(since), "message": "Access to key denied."})
        }
    };
    let crn = format!("crn://confluent.cloud/organization={}/key={id}", world.organization);
    let mut key = json!({
        "api_version": "byok/v1", "kind": "Key", "id": id,
        "metadata": metadata(&format!("/byok/v1/keys/{id}"), &crn, found.created, found.updated),
        "key": {
            "kind": "AzureKey", "key_id": found.key_id, "key_vault_id": found.key_vault_id,
            "tenant_id": found.tenant_id, "application_id": found.application_id,
        },
        "provider": "Azure",
        "state": if world.told_in_use(found, now) { "IN_USE" } else { "AVAILABLE" },
        "validation": validation,
    });
    if let Some(name) = &found.display_name {
        key["display_name"] = name.as_str().into();
    }
    Ok(key)
}
