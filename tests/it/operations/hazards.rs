//! Hazards, orders and supervision: the peace office, the regulators and whoever handles a hazard.

use entity::{hazard, posting};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::runner::Operation;
use super::who::Who;
use crate::support::backend::{Backend, Fixture};
use crate::support::city::City;

fn year() -> Value {
    json!({ "from": "2025-01-01T00:00:00+08:00", "to": "2026-01-01T00:00:00+08:00" })
}

const NO_ROWS: &[&str] = &[];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn supervision_round_summary() {
    Operation::of("peace", "SupervisionRoundSummary")
        .asked_by(Who::Role("CITY_SUPERVISOR", "3306"), json!({ "year": 2025, "no": 1 }))
        .asked_by(Who::Role("COUNTY_PEACE_OFFICER", "330603"), json!({ "year": 2025, "no": 5 }))
        .hidden_from(
            Who::Role("TOWN_LEADER", "330603001"),
            vec![("/supervisionRound", Value::Null), ("/problems/found", json!(0)), ("/problems/groups", json!([]))],
            &["supervisionRound: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .hidden_from(
            Who::Role("CITY_SUPERVISOR", "3304"),
            vec![
                ("/supervisionRound/inspections/totalCount", json!(0)),
                ("/supervisionRound/unannounced/totalCount", json!(0)),
                ("/problems/found", json!(0)),
                ("/problems/groups", json!([])),
            ],
            NO_ROWS,
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn write_off_queue() {
    Operation::of("peace", "WriteOffQueue")
        .sized_by(&["first"])
        .asked_by(Who::Role("COUNTY_PEACE_OFFICER", "330603"), json!({}))
        .hidden_from(
            Who::Role("COURT_CLERK", "330603"),
            vec![("", json!({ "hazards": null }))],
            &["hazards: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .hidden_from(
            Who::Role("COUNTY_PEACE_OFFICER", "330602"),
            vec![("/hazards/totalCount", json!(0)), ("/hazards/edges", json!([]))],
            NO_ROWS,
        )
        .hidden_from(
            Who::Role("COUNTY_CENTRE_OPERATOR", "330603"),
            vec![("/hazards/totalCount", json!(0)), ("/hazards/edges", json!([]))],
            NO_ROWS,
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dual_assignment_inbox() {
    let guidance = json!({ "role": ["REGULATOR_GUIDANCE"], "state": ["OPEN", "ACKNOWLEDGED"], "first": 3 });
    let acceptance = json!({ "role": ["LOCAL_ACCEPTANCE"], "state": ["OPEN", "ACKNOWLEDGED"], "first": 3 });
    Operation::of("emerg", "DualAssignmentInbox")
        .sized_by(&["first"])
        .asked_by(Who::Office("COUNTY_REGULATOR", "ORG-330603-EMERG"), guidance)
        .asked_by(Who::Role("COUNTY_PEACE_OFFICER", "330603"), acceptance.clone())
        .hidden_from(
            Who::Role("JUSTICE_BUREAU", "330603"),
            vec![("", json!({ "myAssignments": null }))],
            &["myAssignments: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .hidden_from(
            Who::Office("COUNTY_REGULATOR", "ORG-330602-EMERG"),
            vec![("/myAssignments/totalCount", json!(0)), ("/myAssignments/edges", json!([]))],
            NO_ROWS,
        )
        // The regulator has no part in the acceptance.
        .hidden_with(
            Who::Office("COUNTY_REGULATOR", "ORG-330603-EMERG"),
            acceptance,
            vec![("/myAssignments/totalCount", json!(0)), ("/myAssignments/edges", json!([]))],
            NO_ROWS,
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hazard_lifecycle() {
    let (no, owner) = a_hazard_of_the_fire_service().await;
    let nothing = || vec![("", json!({ "hazard": null }))];
    let no = json!({ "no": no });
    Operation::of("site", "HazardLifecycle")
        .asked_by(Who::Posting(owner), no.clone())
        .asked_by(Who::Office("COUNTY_REGULATOR", "ORG-330603-FIRE"), no)
        .hidden_from(Who::Role("MEDIATOR", "330603001"), nothing(), &["hazard: HIDDEN FAMILY_NOT_IN_ROLE"])
        .hidden_from(Who::Office("COUNTY_REGULATOR", "ORG-330602-FIRE"), nothing(), NO_ROWS)
        .hidden_from(Who::Role("SITE_OWNER", "310116107211"), nothing(), NO_ROWS)
        // What is hidden and what is not there answer alike.
        .hidden_with(
            Who::Office("COUNTY_REGULATOR", "ORG-330603-FIRE"),
            json!({ "no": "YH-330603-20250101-999999" }),
            nothing(),
            NO_ROWS,
        )
        .run()
        .await;
}

/// A hazard under order that the fire service regulates, and the posting of the owner of the site.
async fn a_hazard_of_the_fire_service() -> (String, i64) {
    let city = City::open(Backend::Sqlite).await;
    let database = &city.0.storage.write;
    let owners = posting::Entity::find().filter(posting::Column::Role.eq("SITE_OWNER"));
    let owners = owners.order_by_asc(posting::Column::Id).all(database).await.unwrap();
    let hazards = hazard::Entity::find()
        .filter(hazard::Column::RegulatorDepartment.eq("FIRE"))
        .filter(hazard::Column::OrderId.is_not_null());
    let hazards = hazards.order_by_asc(hazard::Column::Id).all(database).await.unwrap();
    let of = |hazard: &hazard::Model| owners.iter().find(|owner| Some(owner.organisation_id) == hazard.unit_id);
    let found = hazards.iter().find_map(|hazard| Some((hazard.no.clone(), of(hazard)?.id)));
    city.close().await;
    found.expect("the city has an owner with a fire hazard under order")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fire_joint_coverage() {
    Operation::of("fire", "FireJointCoverage")
        .asked_by(Who::Office("COUNTY_REGULATOR", "ORG-330603-FIRE"), json!({ "division": "330603", "period": year() }))
        .asked_by(Who::Role("CITY_SUPERVISOR", "3306"), json!({ "division": "3306", "period": year() }))
        .hidden_from(
            Who::Office("COUNTY_REGULATOR", "ORG-330602-FIRE"),
            vec![
                ("/sites/active", json!(0)),
                ("/sites/fireJointCoverage/denominator", json!(0)),
                ("/sites/fireJointCoverage/value", Value::Null),
                ("/sites/groups", json!([])),
                ("/findings/found", json!(0)),
                ("/findings/groups", json!([])),
            ],
            &["sites: HIDDEN SCOPE", "findings: HIDDEN SCOPE"],
        )
        .hidden_from(
            Who::Role("JUSTICE_BUREAU", "330603"),
            vec![("", json!({ "sites": null, "findings": null }))],
            &["findings: FORBIDDEN_FIELD", "sites: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn self_inspection_rate() {
    let variables = json!({ "division": "330603", "cycle": ["2025-Q4"], "period": year() });
    Operation::of("emerg", "SelfInspectionRate")
        .asked_by(Who::Office("COUNTY_REGULATOR", "ORG-330603-EMERG"), variables)
        .hidden_from(
            Who::Office("COUNTY_REGULATOR", "ORG-330602-EMERG"),
            vec![
                ("/cycles/dueSites", json!(0)),
                ("/cycles/siteRate/value", Value::Null),
                ("/cycles/groups", json!([])),
                ("/hazards/found", json!(0)),
                ("/hazards/groups", json!([])),
            ],
            &["cycles: HIDDEN SCOPE", "hazards: HIDDEN SCOPE"],
        )
        .hidden_from(
            Who::Role("JUSTICE_BUREAU", "330603"),
            vec![("/cycles", Value::Null)],
            &["cycles: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .run()
        .await;
}
