//! Key sites: the regulators' maps, rental housing, and whoever scans a site's code.

use entity::{hazard, key_site, posting};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::runner::Operation;
use super::who::Who;
use crate::support::backend::{Backend, Fixture};
use crate::support::city::City;

fn none(list: &'static str) -> Vec<(&'static str, Value)> {
    vec![(list, json!([]))]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn my_regulated_sites_at_risk() {
    let area = json!({ "west": 120.2, "south": 29.7, "east": 120.8, "north": 30.3, "crs": "GCJ02" });
    let variables = json!({ "division": ["330603"], "kind": ["RESTAURANT"], "area": area });
    Operation::of("market", "MyRegulatedSitesAtRisk")
        .sized_by(&["first"])
        .asked_by(Who::Office("COUNTY_REGULATOR", "ORG-330603-MARKET"), variables)
        .asked_by(
            Who::Office("COUNTY_REGULATOR", "ORG-330603-EMERG"),
            json!({ "division": ["330603"], "riskLevel": ["ORANGE"], "first": 3 }),
        )
        .hidden_from(Who::Office("COUNTY_REGULATOR", "ORG-330603-FIRE"), none("/keySites/edges"), &[])
        .hidden_from(Who::Office("COUNTY_REGULATOR", "ORG-330602-MARKET"), none("/keySites/edges"), &[])
        .hidden_from(
            Who::Role("MEDIATOR", "330603001"),
            vec![("", json!({ "keySites": null }))],
            &["keySites: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ebike_charging_map() {
    let variables = json!({ "division": ["330603"], "first": 3 });
    Operation::of("fire", "EbikeChargingMap")
        .sized_by(&["first"])
        .asked_by(Who::Office("COUNTY_REGULATOR", "ORG-330603-FIRE"), variables)
        .hidden_from(
            Who::Office("COUNTY_REGULATOR", "ORG-330602-FIRE"),
            vec![
                ("/keySites/totalCount", json!(0)),
                ("/keySites/chargers", Value::Null),
                ("/keySites/edges", json!([])),
            ],
            &[],
        )
        .hidden_from(
            Who::Role("MEDIATOR", "330603001"),
            vec![("", json!({ "keySites": null }))],
            &["keySites: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rental_housing_risk() {
    let variables = json!({
        "division": ["330603"],
        "thisYear": { "from": "2025-01-01T00:00:00+08:00", "to": "2026-01-01T00:00:00+08:00" },
        "lastYear": { "from": "2024-01-01T00:00:00+08:00", "to": "2025-01-01T00:00:00+08:00" },
        "first": 3,
    });
    Operation::of("psb", "RentalHousingRisk")
        .sized_by(&["first"])
        .asked_by(Who::Office("COUNTY_REGULATOR", "ORG-330603-PSB"), variables.clone())
        .asked_by(Who::Role("BEAT_OFFICER", "330603001"), variables.clone())
        .asked_by(Who::Role("VILLAGE_CADRE", "330603001008"), variables)
        .hidden_from(Who::Office("COUNTY_REGULATOR", "ORG-330602-PSB"), none("/keySites/edges"), &[])
        .hidden_from(
            Who::Role("COURT_CLERK", "330603"),
            vec![("", json!({ "keySites": null }))],
            &["keySites: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn site_by_code() {
    let (token, owner, other) = a_site_with_an_open_hazard().await;
    Operation::of("site", "SiteByCode")
        .asked_by(Who::Posting(owner), json!({ "token": token }))
        .asked_by(Who::Role("RESIDENT", "330603001008"), json!({ "token": token }))
        .hidden_from(
            Who::Role("RESIDENT", "330603001008"),
            vec![
                ("/siteByQr/lastSelfInspectedAt", Value::Null),
                ("/siteByQr/nextDueAt", Value::Null),
                ("/siteByQr/myOpenHazards", json!({ "edges": [] })),
            ],
            &["siteByQr.lastSelfInspectedAt: HIDDEN CLASS_NOT_IN_ROLE", "siteByQr.nextDueAt: HIDDEN CLASS_NOT_IN_ROLE"],
        )
        .hidden_from(
            Who::Posting(other),
            vec![
                ("/siteByQr/lastSelfInspectedAt", Value::Null),
                ("/siteByQr/nextDueAt", Value::Null),
                ("/siteByQr/myOpenHazards", json!({ "edges": [] })),
            ],
            &["siteByQr.lastSelfInspectedAt: HIDDEN RELATION", "siteByQr.nextDueAt: HIDDEN RELATION"],
        )
        .hidden_with(Who::Posting(owner), json!({ "token": "0" }), vec![("", json!({ "siteByQr": null }))], &[])
        .run()
        .await;
}

/// The token of a site with an open hazard, the posting of its owner, and that of the owner of another unit.
async fn a_site_with_an_open_hazard() -> (String, i64, i64) {
    let city = City::open(Backend::Sqlite).await;
    let database = &city.0.storage.write;
    let owners = posting::Entity::find().filter(posting::Column::Role.eq("SITE_OWNER"));
    let owners = owners.order_by_asc(posting::Column::Id).all(database).await.unwrap();
    let open = hazard::Entity::find().filter(hazard::Column::Status.eq("RECTIFYING"));
    let open = open.order_by_asc(hazard::Column::Id).all(database).await.unwrap();
    let owner_of = |hazard: &&hazard::Model| owners.iter().find(|o| Some(o.organisation_id) == hazard.unit_id);
    let hazard = open.iter().find(|hazard| owner_of(hazard).is_some()).expect("an owner has an open hazard");
    let owner = owner_of(&hazard).unwrap();
    let other = owners.iter().find(|o| o.organisation_id != owner.organisation_id).unwrap();
    let site = key_site::Entity::find_by_id(hazard.site_id.unwrap()).one(database).await.unwrap().unwrap();
    city.close().await;
    (site.qr_token, owner.id, other.id)
}
