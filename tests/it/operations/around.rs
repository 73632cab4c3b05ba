//! What lies around a place, across departments: a campus, an enterprise.

use std::collections::BTreeMap;

use entity::{key_site, organisation, party, rectification_order};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::runner::Operation;
use super::who::Who;
use crate::support::backend::{Backend, Fixture};
use crate::support::city::City;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn campus_around() {
    let variables = json!({ "code": a_school().await, "radiusM": 1_500 });
    Operation::of("edu", "CampusAround")
        .asked_by(Who::Office("COUNTY_REGULATOR", "ORG-330603-EDU"), variables.clone())
        .asked_by(Who::Office("COUNTY_REGULATOR", "ORG-330603-MARKET"), variables.clone())
        .asked_by(Who::Role("COUNTY_CENTRE_OPERATOR", "330603"), variables)
        .hidden_from(
            Who::Office("COUNTY_REGULATOR", "ORG-330602-EDU"),
            vec![
                ("/aroundSite/site/attributes/students", Value::Null),
                ("/aroundSite/sites", json!({ "count": 0, "groups": [] })),
                ("/aroundSite/hazards", json!({ "open": 0, "groups": [] })),
                ("/aroundSite/disputes", json!({ "open": 0 })),
            ],
            &["aroundSite.site.attributes.students: HIDDEN RELATION"],
        )
        .hidden_from(
            Who::Role("COURT_CLERK", "330603"),
            vec![("/aroundSite/sites", Value::Null)],
            &[
                "aroundSite.site.attributes.students: HIDDEN CLASS_NOT_IN_ROLE",
                "aroundSite.sites: HIDDEN FAMILY_NOT_IN_ROLE",
                "aroundSite.hazards: HIDDEN FAMILY_NOT_IN_ROLE",
            ],
        )
        .run()
        .await;
}

async fn a_school() -> String {
    let city = City::open(Backend::Sqlite).await;
    let schools = key_site::Entity::find()
        .filter(key_site::Column::Kind.eq("SCHOOL"))
        .filter(key_site::Column::DivisionCode.starts_with("330603"));
    let first = schools.order_by_asc(key_site::Column::Id).one(&city.0.storage.write).await.unwrap();
    city.close().await;
    first.expect("the city has a school").code
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn enterprise_one_view() {
    Operation::of("proc", "EnterpriseOneView")
        .sized_by(&["first"])
        .asked_by(Who::Role("PROCURATOR", "330603"), json!({ "uscc": an_enterprise().await }))
        .hidden_from(
            Who::Role("PROCURATOR", "330602"),
            vec![
                ("/organisation/disputes", json!({ "accepted": 0, "open": 0, "byType": [] })),
                ("/organisation/openOrders/totalCount", json!(0)),
                ("/organisation/openOrders/edges", json!([])),
            ],
            &[],
        )
        .hidden_from(
            Who::Role("COURT_CLERK", "330603"),
            vec![("/organisation/openOrders", Value::Null)],
            &["organisation.openOrders: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .run()
        .await;
}

/// The credit code of an enterprise with an open order and the most disputes.
async fn an_enterprise() -> String {
    let city = City::open(Backend::Sqlite).await;
    let database = &city.0.storage.write;
    let mut disputes = BTreeMap::new();
    for party in party::Entity::find().filter(party::Column::OrganisationId.is_not_null()).all(database).await.unwrap()
    {
        *disputes.entry(party.organisation_id.unwrap()).or_insert(0) += 1;
    }
    let orders = rectification_order::Entity::find().filter(rectification_order::Column::ClosedAt.is_null());
    let orders = orders.order_by_asc(rectification_order::Column::Id).all(database).await.unwrap();
    let busiest = orders.iter().map(|order| order.unit_id).max_by_key(|unit| disputes.get(unit)).unwrap();
    let found = organisation::Entity::find_by_id(busiest).one(database).await.unwrap();
    city.close().await;
    found.and_then(|found| found.uscc).expect("an enterprise has a credit code")
}
