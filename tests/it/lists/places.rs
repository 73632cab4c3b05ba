//! Boxes and circles, in the coordinate system of the one who asks.

use entity::key_site;
use fengqiao::kernel::coordinates::{Point, cgcs2000_to_gcj02};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;

use super::{OFFICER, found};
use crate::support::app::TestApp;
use crate::support::backend::on_both;

on_both!(a_box_holds_what_lies_in_it, a_circle_holds_what_is_near, a_place_in_another_system_is_converted);

async fn public_sites(app: &TestApp) -> Vec<key_site::Model> {
    let rows = key_site::Entity::find().order_by_asc(key_site::Column::Id).all(&app.database.storage.write);
    let rows = rows.await.unwrap();
    // The place of a private dwelling is personal, so that no filter may tell it.
    rows.into_iter().filter(|row| row.division_code.starts_with("330603") && !row.private_dwelling).collect()
}

/// Metres between two places on the sphere.
fn metres(a: &key_site::Model, b: &key_site::Model) -> f64 {
    let radius = 6_371_008.8_f64;
    let (p, q) = (a.lat.to_radians(), b.lat.to_radians());
    let (dp, dl) = (q - p, (b.lon - a.lon).to_radians());
    let h = (dp / 2.0).sin().powi(2) + p.cos() * q.cos() * (dl / 2.0).sin().powi(2);
    2.0 * radius * h.sqrt().asin()
}

async fn a_box_holds_what_lies_in_it(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let sites = public_sites(app).await;
    let mut lons: Vec<f64> = sites.iter().map(|site| site.lon).collect();
    lons.sort_by(f64::total_cmp);
    let (west, east) = (lons[lons.len() / 4], lons[lons.len() / 2]);
    let filter = json!({ "within": { "west": west, "south": 29.5, "east": east, "north": 30.5 } });
    let inside = sites.iter().filter(|site| (west..=east).contains(&site.lon)).map(|site| site.id);
    let inside: Vec<i64> = inside.collect();
    assert!(inside.len() > 20);
    assert_eq!(found(&officer, "keySites", filter.clone()).await, inside);
    let all = found(&officer, "keySites", json!({ "not": filter })).await;
    assert!(all.iter().all(|id| !inside.contains(id)));
}

async fn a_circle_holds_what_is_near(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let sites = public_sites(app).await;
    for centre in [&sites[0], &sites[sites.len() / 2]] {
        for radius in [1, 200, 1_000, 5_000] {
            let near = json!({ "near": { "lon": centre.lon, "lat": centre.lat, "radiusM": radius } });
            let found = found(&officer, "keySites", near).await;
            assert!(found.contains(&centre.id));
            for site in &sites {
                let away = metres(centre, site);
                // The plane of the filter and the sphere of this test differ by less than three in a thousand.
                if (away - f64::from(radius)).abs() > 1.0 + f64::from(radius) * 0.003 {
                    assert_eq!(found.contains(&site.id), away < f64::from(radius), "{away} m, radius {radius}");
                }
            }
        }
    }
}

async fn a_place_in_another_system_is_converted(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let sites = public_sites(app).await;
    let site = &sites[0];
    let shifted = cgcs2000_to_gcj02(Point { lon: site.lon, lat: site.lat });
    let near = async |crs: &str| {
        let near = json!({ "near": { "lon": shifted.lon, "lat": shifted.lat, "radiusM": 3, "crs": crs } });
        found(&officer, "keySites", near).await.contains(&site.id)
    };
    assert!(near("GCJ02").await);
    assert!(!near("CGCS2000").await && !near("WGS84").await, "the shift is hundreds of metres");
    let (low, high) = (-0.000_05, 0.000_05);
    let area = async |crs: &str| {
        let within = json!({
            "west": shifted.lon + low, "south": shifted.lat + low,
            "east": shifted.lon + high, "north": shifted.lat + high, "crs": crs,
        });
        found(&officer, "keySites", json!({ "within": within })).await.contains(&site.id)
    };
    assert!(area("GCJ02").await && !area("CGCS2000").await);
}
