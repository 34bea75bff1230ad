//! `quotas`: what Confluent still lets this organization have.

use axum::Json;
use axum::extract::{Query, State};
use byok_core::facts::{Answer, Facts, Question};
use byok_core::wire::{ListOf, QuotaView};
use serde::Deserialize;
use serde_json::json;

use crate::confluent::while_doing;
use crate::error::{ApiError, ApiResult, Kind};
use crate::state::Proxy;

/// Whose quotas are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// Environment, for example `env-00000`; the organization’s alone where it is absent
    environment: Option<String>,
}

/// The quotas of the organization, and of an environment if one is named
#[utoipa::path(get, path = "/api/v1/quotas", tag = "quotas", params(Of),
    responses((status = 200, description = "The quotas", body = ListOf<QuotaView>)))]
pub(crate) async fn list(
    State(proxy): State<Proxy>,
    Query(of): Query<Of>,
) -> ApiResult<Json<ListOf<QuotaView>>> {
    let environment = of.environment.as_deref().filter(|environment| !environment.is_empty());
    let all = proxy.confluent().quotas(environment).await.map_err(while_doing("reading the quotas"))?;
    let body = json!({ "data": all });
    let mut facts = Facts::default();
    let answer = Answer { status: 200, challenge: None, vault_region: None, body: Some(body) };
    facts.learn(Question::Quotas, Ok(answer));
    let quotas = facts.quotas.map_err(|_| {
        ApiError::new(
            Kind::CONFLUENT_BROKEN,
            "Confluent’s answer about quotas could not be read. Try again; if it stays so, give the request id to whoever runs this server.",
        )
    })?;
    let view = |quota: byok_core::facts::Quota| QuotaView {
        code: quota.code,
        name: quota.name,
        scope: quota.scope,
        limit: quota.limit,
        used: quota.used,
    };
    Ok(Json(ListOf { data: quotas.value.into_iter().map(view).collect() }))
}
