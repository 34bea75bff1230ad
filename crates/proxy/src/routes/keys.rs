//! `keys`: registrations of Azure keys with Confluent.
//!
//! Before a key is registered its vault and tenant are looked at without credentials: what is known to be wrong is told by
//! field, and a registration is saved that could never be used. What is not known stops nobody.
//!
//! A registration cannot be edited. It may be deleted here only if this proxy made it, no cluster uses it, and no open
//! creation wants it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use byok_core::facts::{Facts, Question};
use byok_core::verdict::{self, Outcome, Requirement, Wanted};
use byok_core::wire::{FindingView, KeyView, ListOf, NewKey};
use serde_json::json;

use crate::azure::Tokens;
use crate::confluent::{Failure, Key, Refusal, traced, while_doing};
use crate::creation::judge;
use crate::error::{ApiError, ApiResult, Kind};
use crate::extract;
use crate::ledger::{Actor, Entry, LedgerError, Operation, now};
use crate::limits::Caller;
use crate::preflight;
use crate::state::Proxy;

/// All keys registered for Azure
#[utoipa::path(get, path = "/api/v1/keys", tag = "keys",
    responses((status = 200, description = "The keys", body = ListOf<KeyView>)))]
pub(crate) async fn list(State(proxy): State<Proxy>) -> ApiResult<Json<ListOf<KeyView>>> {
    let keys = proxy.confluent().keys().await.map_err(while_doing("reading the registered keys"))?;
    let ours = proxy.ledger().registered_keys().await.map_err(ApiError::unread)?;
    let mut data = Vec::with_capacity(keys.len());
    let busy = proxy.ledger().keys_in_open_operations().await.map_err(ApiError::unread)?;
    for key in &keys {
        data.push(view(key, &ours, &busy));
    }
    Ok(Json(ListOf { data }))
}

/// One registered key, with Confluent's last look at it
#[utoipa::path(get, path = "/api/v1/keys/{id}", tag = "keys",
    params(("id" = String, Path, description = "Registered key, for example `cck-00000`")),
    responses((status = 200, description = "The key", body = KeyView)))]
pub(crate) async fn show(State(proxy): State<Proxy>, Path(id): Path<String>) -> ApiResult<Json<KeyView>> {
    let key = one(&proxy, &id).await?;
    view_of(&proxy, &key).await.map(Json)
}

/// Registers a key; one that is registered already with the same IDs and is available is taken as it is
#[utoipa::path(post, path = "/api/v1/keys", tag = "keys", request_body = NewKey,
    responses((status = 201, description = "Registered now", body = KeyView),
        (status = 200, description = "Was registered before", body = KeyView),
        (status = 422, description = "IDs that cannot be used; nothing was registered")))]
pub(crate) async fn register(
    State(proxy): State<Proxy>,
    extensions: Extensions,
    extract::Json(new): extract::Json<NewKey>,
) -> ApiResult<Response> {
    let (actor, caller) = (super::actor(&proxy, &extensions), super::caller(&proxy, &extensions));
    super::to_the_end(async move { registered(&proxy, &new, caller, &actor).await }).await
}

async fn registered(proxy: &Proxy, new: &NewKey, caller: Caller, actor: &Actor) -> ApiResult<Response> {
    let wanted = judge::key_ids(new)?;
    let wrong = known_to_be_wrong(proxy, &wanted, caller).await;
    if !wrong.is_empty() {
        let detail = "The key was not registered: look at the marked fields.";
        return Err(ApiError::new(Kind::NOT_MET, detail).with(wrong));
    }
    let name = new.display_name.trim();
    let ids = json!({ "key_vault_id": wanted.key_vault_id, "key_id": wanted.key_id, "tenant_id": wanted.tenant_id });
    let entry = |action, subject, upstream| Entry {
        actor,
        action,
        subject,
        before: "",
        after: "",
        upstream,
        detail: ids.clone(),
    };
    // Also finds out, before anything is asked of Confluent, whether the ledger can be written.
    proxy.ledger().note(&entry("key.registering", "", &[])).await.map_err(ApiError::ledger)?;
    let register =
        proxy.confluent().register_key(name, &wanted.key_vault_id, &wanted.key_id, &wanted.tenant_id);
    let (sent, upstream) = traced(register).await;
    let (status, key) = match sent {
        Ok(key) => {
            let entry = Entry { after: "AVAILABLE", ..entry("key.registered", &key.id, &upstream) };
            proxy.ledger().record_key(&key, &entry).await.map_err(not_recorded)?;
            (StatusCode::CREATED, key)
        }
        Err(Failure::Refused(refusal)) if refusal.status == 409 => {
            (StatusCode::OK, adopt(proxy, &wanted, refusal).await?)
        }
        Err(failure) => return Err(ApiError::from_failure(failure, "registering the key")),
    };
    let location = HeaderValue::try_from(format!("/api/v1/keys/{}", key.id)).map_err(ApiError::internal)?;
    Ok((status, [(header::LOCATION, location)], Json(view_of(proxy, &key).await?)).into_response())
}

/// Deletes a registration that this proxy made and nothing uses
#[utoipa::path(delete, path = "/api/v1/keys/{id}", tag = "keys",
    params(("id" = String, Path, description = "Registered key, for example `cck-00000`")),
    responses((status = 204, description = "Deleted")))]
pub(crate) async fn delete(
    State(proxy): State<Proxy>,
    Path(id): Path<String>,
    extensions: Extensions,
) -> ApiResult<StatusCode> {
    let actor = super::actor(&proxy, &extensions);
    super::to_the_end(async move { deleted(&proxy, &id, &actor).await }).await
}

async fn deleted(proxy: &Proxy, id: &str, actor: &Actor) -> ApiResult<StatusCode> {
    let ledger = proxy.ledger();
    if !ledger.registered_keys().await.map_err(ApiError::ledger)?.contains_key(id) {
        return Err(ApiError::new(
            Kind::CONFLICT,
            format!(
                "Key `{id}` was not registered through this server, so it is not deleted here. Whoever registered it can delete it in Confluent's console."
            ),
        ));
    }
    if let Some(by) = ledger.operation_with_key(id).await.map_err(ApiError::ledger)? {
        may_have_cluster(proxy, id, &by).await?;
    }
    let key = one(proxy, id).await?;
    if !key.is_available() {
        return Err(ApiError::new(
            Kind::CONFLICT,
            format!(
                "A cluster uses key `{id}`, so it cannot be deleted. Confluent holds a key for up to five days after its cluster is gone."
            ),
        ));
    }
    let entry = |action, after, upstream| Entry {
        actor,
        action,
        subject: id,
        before: "AVAILABLE",
        after,
        upstream,
        detail: json!({ "key_vault_id": key.key.key_vault_id, "key_id": key.key.key_id, "tenant_id": key.key.tenant_id }),
    };
    ledger.note(&entry("key.deleting", "AVAILABLE", &[])).await.map_err(ApiError::ledger)?;
    let (deleted, upstream) = traced(proxy.confluent().delete_key(id)).await;
    deleted.map_err(while_doing("deleting the registered key"))?;
    ledger.record_key_deleted(id, &entry("key.deleted", "", &upstream)).await.map_err(not_recorded)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses to delete a key that a creation has used, unless that creation is over and Confluent shows no cluster of it:
/// what Confluent says of the key itself may lag behind.
async fn may_have_cluster(proxy: &Proxy, id: &str, by: &Operation) -> ApiResult<()> {
    let refuse = |why: &str| {
        Err(ApiError::new(
            Kind::CONFLICT,
            format!(
                "Key `{id}` belongs to operation `{}`, {why}. Open `/operations/{}` first.",
                by.id, by.id
            ),
        ))
    };
    if !by.state.is_ended() {
        return refuse("which has not ended");
    }
    let doing = "looking whether a cluster still uses the key";
    let environment = &by.request.environment;
    if let Some(cluster) = &by.cluster {
        match proxy.confluent().cluster(environment, &cluster.id).await {
            Ok(_) => return refuse("whose cluster exists"),
            Err(failure) if failure.is_absent() => {}
            Err(failure) => return Err(ApiError::from_failure(failure, doing)),
        }
    }
    let clusters = proxy.confluent().clusters(environment).await.map_err(while_doing(doing))?;
    if clusters.iter().any(|cluster| cluster.byok() == Some(id)) {
        return refuse("whose cluster exists");
    }
    Ok(())
}

/// Confluent did what was asked, and the ledger does not know it.
fn not_recorded(cause: LedgerError) -> ApiError {
    tracing::error!(%cause, "Confluent did what was asked, but it could not be recorded");
    ApiError::new(
        Kind::LEDGER,
        "Confluent did what was asked, but this server could not write it down. Nothing is billed for a registered key. Ask again when the ledger works: what exists already is found.",
    )
}

/// The most that the look before a registration takes; whoever is slower is not waited for.
const LOOK: Duration = Duration::from_secs(3);

/// What can be seen without credentials to be wrong with vault and tenant. It counts as a preflight; where the caller has
/// none left, nobody is asked.
async fn known_to_be_wrong(proxy: &Proxy, wanted: &judge::KeyIds, caller: Caller) -> Vec<FindingView> {
    const ASKED: [Question; 2] = [Question::VaultChallenge, Question::Tenant];
    let Ok(target) = preflight::target(&wanted.key_vault_id, &wanted.key_id, &wanted.tenant_id) else {
        return Vec::new();
    };
    let vault = target.vault.name().as_str();
    if proxy.limits().take(caller, vault, Instant::now()).is_err() {
        return Vec::new();
    }
    let mut facts = Facts::default();
    facts.entered.vault = Some(target.vault.clone());
    facts.entered.key = Some(target.key.clone());
    facts.entered.tenant = Some(target.tenant);
    let nobody = Tokens::default();
    let ask = |question| tokio::time::timeout(LOOK, proxy.azure().ask(question, &target, &nobody, true));
    let heard = futures_util::future::join_all(ASKED.map(ask)).await;
    for (question, heard) in ASKED.into_iter().zip(heard) {
        if let Ok(heard) = heard {
            facts.learn(question, heard);
        }
    }
    let verdicts = verdict::judge(Wanted { region: "", plan: None }, &facts, now());
    let is = |requirement, outcome| {
        verdicts.iter().any(|verdict| (verdict.requirement, verdict.outcome) == (requirement, outcome))
    };
    // Where the vault does not answer it may be out of reach together with its tenant.
    let judged: &[Requirement] = if is(Requirement::VaultExists, Outcome::Met) {
        &[Requirement::KeyTenant, Requirement::TenantExists]
    } else {
        &[Requirement::VaultExists]
    };
    let wrong = verdicts
        .iter()
        .filter(|verdict| verdict.outcome == Outcome::NotMet && judged.contains(&verdict.requirement));
    wrong.flat_map(|verdict| &verdict.findings).map(FindingView::from).collect()
}

/// Confluent says that the key exists: it is taken only if it is exactly the one that was wanted, and free.
async fn adopt(proxy: &Proxy, wanted: &judge::KeyIds, refusal: Refusal) -> ApiResult<Key> {
    let named = match &refusal.location_id {
        Some(id) => proxy.confluent().key(id).await.ok(),
        None => None,
    };
    let found = match named {
        Some(key) => Some(key),
        None => {
            let all = proxy
                .confluent()
                .keys()
                .await
                .map_err(while_doing("looking for the key that exists already"))?;
            all.into_iter().find(|key| key.key.key_id.eq_ignore_ascii_case(&wanted.key_id))
        }
    };
    let Some(key) = found else {
        return Err(ApiError::from_failure(Failure::Refused(refusal), "registering the key"));
    };
    let same = key.key.key_id.eq_ignore_ascii_case(&wanted.key_id)
        && key.key.key_vault_id.eq_ignore_ascii_case(&wanted.key_vault_id)
        && key.key.tenant_id.eq_ignore_ascii_case(&wanted.tenant_id);
    if !same {
        return Err(ApiError::new(
            Kind::CONFLICT,
            format!("Confluent has this key registered as `{}`, with another vault or tenant, so it was not taken over.", key.id),
        )
        .about(
            "key.registered-differently",
            "key_id",
            format!("This key is registered as `{}` with another vault resource ID or tenant ID.", key.id),
            "Compare the three IDs with that registration; delete it in Confluent's console if it is wrong.",
        ));
    }
    if !key.is_available() {
        return Err(ApiError::new(
            Kind::CONFLICT,
            format!(
                "This key is registered as `{}` and a cluster uses it. A key serves one cluster.",
                key.id
            ),
        )
        .about(
            "key.in-use",
            "key_id",
            format!("A cluster already uses this key (`{}`).", key.id),
            "Create another key in the vault and enter its identifier.",
        ));
    }
    Ok(key)
}

/// One key, or a plain sentence that there is none.
pub(crate) async fn one(proxy: &Proxy, id: &str) -> ApiResult<Key> {
    let key = proxy.confluent().key(id).await;
    match key {
        Ok(key) if key.is_azure() => Ok(key),
        Ok(_) => Err(ApiError::new(Kind::NOT_FOUND, format!("Key `{id}` is not a key in Azure Key Vault."))),
        Err(failure) if failure.is_absent() => Err(ApiError::new(
            Kind::NOT_FOUND,
            format!("Confluent knows no key `{id}`, or hides it from this server's API key."),
        )),
        Err(failure) => Err(ApiError::from_failure(failure, "reading the registered key")),
    }
}

/// A key as it travels, with what the ledger knows of it.
pub(crate) async fn view_of(proxy: &Proxy, key: &Key) -> ApiResult<KeyView> {
    let ours = proxy.ledger().registered_keys().await.map_err(ApiError::unread)?;
    let busy = proxy.ledger().keys_in_open_operations().await.map_err(ApiError::unread)?;
    Ok(view(key, &ours, &busy))
}

fn view(key: &Key, ours: &HashMap<String, u64>, busy: &[String]) -> KeyView {
    let registered_at = ours.get(&key.id).copied();
    let deletable = registered_at.is_some() && key.is_available() && !busy.contains(&key.id);
    key.view(registered_at.map(|at| now().saturating_sub(at)), deletable)
}
