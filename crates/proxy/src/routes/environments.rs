//! `environments` and what is in them: clusters and networks, as Confluent reports them.

use axum::Json;
use axum::extract::{Path, Query, State};
use byok_core::wire::{ClusterView, EnvironmentView, ListOf, NetworkView};
use serde::Deserialize;

use crate::confluent::while_doing;
use crate::error::ApiResult;
use crate::state::Proxy;

/// Which networks are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfRegion {
    /// Azure region; all regions where it is absent
    region: Option<String>,
}

/// All environments that the server's API key sees
#[utoipa::path(get, path = "/api/v1/environments", tag = "environments",
    responses((status = 200, description = "The environments", body = ListOf<EnvironmentView>)))]
pub(crate) async fn list(State(proxy): State<Proxy>) -> ApiResult<Json<ListOf<EnvironmentView>>> {
    let all = proxy.confluent().environments().await.map_err(while_doing("reading the environments"))?;
    Ok(Json(ListOf { data: all.iter().map(EnvironmentView::from).collect() }))
}

/// The clusters of an environment
#[utoipa::path(get, path = "/api/v1/environments/{env}/clusters", tag = "environments",
    params(("env" = String, Path, description = "Environment, for example `env-00000`")),
    responses((status = 200, description = "The clusters", body = ListOf<ClusterView>)))]
pub(crate) async fn clusters(
    State(proxy): State<Proxy>,
    Path(environment): Path<String>,
) -> ApiResult<Json<ListOf<ClusterView>>> {
    let all = proxy.confluent().clusters(&environment).await.map_err(while_doing("reading the clusters"))?;
    Ok(Json(ListOf { data: all.iter().map(ClusterView::from).collect() }))
}

/// The networks of an environment on Azure
#[utoipa::path(get, path = "/api/v1/environments/{env}/networks", tag = "environments",
    params(("env" = String, Path, description = "Environment, for example `env-00000`"), OfRegion),
    responses((status = 200, description = "The networks", body = ListOf<NetworkView>)))]
pub(crate) async fn networks(
    State(proxy): State<Proxy>,
    Path(environment): Path<String>,
    Query(of): Query<OfRegion>,
) -> ApiResult<Json<ListOf<NetworkView>>> {
    let region = of.region.as_deref().filter(|region| !region.is_empty());
    let all = proxy
        .confluent()
        .networks(&environment, region)
        .await
        .map_err(while_doing("reading the networks"))?;
    Ok(Json(ListOf { data: all.iter().map(NetworkView::from).collect() }))
}
