//! 地点. Where a matter lies: at a key site or in a grid, and what its row takes from there.

use serde_json::Value as Json;

use super::case::{Attempt, Values, number, text};
use super::refusal::{Code, Refusal, refused_if};
use super::room::Effects;
use crate::kernel::coordinates::{Point, outer_ring};

/// How far from its site a matter may be found, in metres.
pub const NEAR_M: f64 = 200.0;

/// A point of a row or an input.
pub fn point(values: &Values) -> Option<Point> {
    let of = |name: &str| values.get(name)?.as_f64();
    Some(Point { lon: of("lon")?, lat: of("lat")? })
}

/// The location that is given.
pub fn located(attempt: &Attempt<'_>) -> Option<Point> {
    attempt.input?.get("location").and_then(Json::as_object).and_then(point)
}

/// At a site or in a grid; a location lies near the one or within the other, or it is said why not.
pub fn given(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if attempt.input.is_none() {
        return Ok(());
    }
    refused_if(!attempt.has("site") && !attempt.has("grid"), Code::PlaceUnknown.of("site"))?;
    let fits = match (located(attempt), attempt.row("site").and_then(point), attempt.row("grid")) {
        (Some(found), Some(site), _) => found.distance(site) <= NEAR_M,
        (Some(found), None, Some(grid)) => {
            text(grid, "polygon").and_then(outer_ring).is_none_or(|ring| found.within(&ring))
        }
        _ => true,
    };
    refused_if(!fits && attempt.blank("outsideReason"), Code::PlaceUnknown.of("outsideReason"))
}

/// Sets where the new matter lies: division, site, grid, zone and point.
pub fn fill(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let (site, grid) = (attempt.row("site"), attempt.row("grid"));
    let Some(place) = site.or(grid) else { return };
    out.set("division_code", place.get("division_code").cloned().unwrap_or_default());
    out.set("site_id", site.and_then(|site| number(site, "id")));
    out.set("grid_id", site.map_or_else(|| grid.and_then(|grid| number(grid, "id")), |site| number(site, "grid_id")));
    out.set("zone_id", place.get("zone_id").cloned().unwrap_or_default());
    let found = located(attempt).or_else(|| site.and_then(point));
    out.set("lon", found.map(|found| found.lon));
    out.set("lat", found.map(|found| found.lat));
}
