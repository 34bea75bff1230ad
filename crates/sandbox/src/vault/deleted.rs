//! Soft-deleted keys: delete, show, recover. They are kept as long as the vault's retention says. The refusal is the service's.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::keys::{bundle, find, item as key_item};
use super::{Answer, Step, error, not_found};
use crate::call::Reply;
use crate::world::{DeletedKey, Vault, World};

fn find_deleted<'vault>(vault: &'vault Vault, name: &str) -> Result<&'vault DeletedKey, Reply> {
    vault
        .deleted_keys
        .iter()
        .find(|deleted| deleted.key.name.eq_ignore_ascii_case(name))
        .ok_or_else(|| error(404, "KeyNotFound", &format!("Deleted Key not found: {name}"), None))
}

/// What every view of a deleted key adds to the key's own.
fn dressed(mut body: Value, vault: &Vault, deleted: &DeletedKey) -> Value {
    let purge = deleted.deleted.saturating_add(Duration::days(vault.retention_days));
    body["recoveryId"] =
        format!("https://{}.vault.azure.net/deletedkeys/{}", vault.name, deleted.key.name).into();
    body["deletedDate"] = deleted.deleted.unix_timestamp().into();
    body["scheduledPurgeDate"] = purge.unix_timestamp().into();
    body
}

pub(super) fn item(vault: &Vault, deleted: &DeletedKey) -> Value {
    dressed(key_item(vault, &deleted.key, None), vault, deleted)
}

/// `GET deletedkeys/{key}`.
pub(super) fn get(vault: &Vault, name: &str) -> Step {
    let deleted = find_deleted(vault, name)?;
    let version = deleted.key.versions.last().ok_or_else(|| not_found(name))?;
    let extra = dressed(json!({}), vault, deleted);
    let Answer::Later(bundle) = bundle(vault, &deleted.key, version) else { return Err(Reply::empty(500)) };
    Ok(Answer::Later(Box::new(move || {
        let reply = bundle();
        let Ok(Value::Object(mut body)) = serde_json::from_slice(&reply.body) else { return reply };
        if let Value::Object(extra) = extra {
            body.extend(extra);
        }
        Reply::json(reply.status.as_u16(), &Value::Object(body))
    })))
}

/// `DELETE keys/{key}`.
pub(super) fn delete(world: &mut World, vault_name: &str, name: &str, now: OffsetDateTime) -> Step {
    let vault = world.vault_mut(vault_name).ok_or_else(|| Reply::empty(404))?;
    let at = vault.keys.iter().position(|key| key.name.eq_ignore_ascii_case(name));
    let key = vault.keys.remove(at.ok_or_else(|| not_found(name))?);
    vault.deleted_keys.push(DeletedKey { key, deleted: now });
    get(vault, name)
}

/// `POST deletedkeys/{key}/recover`.
pub(super) fn recover(world: &mut World, vault_name: &str, name: &str) -> Step {
    let vault = world.vault_mut(vault_name).ok_or_else(|| Reply::empty(404))?;
    find_deleted(vault, name)?;
    if let Some(at) =
        vault.deleted_keys.iter().position(|deleted| deleted.key.name.eq_ignore_ascii_case(name))
    {
        let recovered = vault.deleted_keys.remove(at);
        vault.keys.push(recovered.key);
    }
    let key = find(vault, name)?;
    let version = key.versions.last().ok_or_else(|| not_found(name))?;
    Ok(bundle(vault, key, version))
}
