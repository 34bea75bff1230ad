//! `regions`: where a Dedicated cluster can be.

use axum::Json;
use byok_core::region::REGIONS;
use byok_core::wire::{ListOf, RegionView};

/// The Azure regions known to hold Dedicated clusters; others may work
#[utoipa::path(get, path = "/api/v1/regions", tag = "regions",
    responses((status = 200, description = "The regions", body = ListOf<RegionView>)))]
pub(crate) async fn list() -> Json<ListOf<RegionView>> {
    let view = |region: &byok_core::region::Region| RegionView {
        id: region.id.to_owned(),
        place: region.place.to_owned(),
        zones: region.zones,
    };
    Json(ListOf { data: REGIONS.iter().map(view).collect() })
}
