//! Disputes: the political and legal committee, justice, court, police and the parties themselves.

use entity::{dispute, party, posting};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::runner::Operation;
use super::who::Who;
use crate::support::backend::{Backend, Fixture};
use crate::support::city::City;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn resolution_by_centre() {
    let period = json!({ "from": "2025-01-01T00:00:00+08:00", "to": "2026-01-01T00:00:00+08:00" });
    Operation::of("plc", "ResolutionByCentre")
        .asked_by(
            Who::Role("CITY_PEACE_ANALYST", "3306"),
            json!({ "division": "3306", "period": period, "keyField": true }),
        )
        .asked_by(Who::Role("CITY_PEACE_ANALYST", "3306"), json!({ "division": "3306", "period": period }))
        .hidden_from(
            Who::Role("CITY_PEACE_ANALYST", "3304"),
            vec![
                ("/disputeStatistics/accepted", json!(0)),
                ("/disputeStatistics/resolvedInPeriod", json!(0)),
                ("/disputeStatistics/resolutionRate/value", Value::Null),
                ("/disputeStatistics/byCounty", json!([])),
            ],
            &["disputeStatistics: HIDDEN SCOPE"],
        )
        // The published figures have no filter: it would tell small cells apart.
        .hidden_from(
            Who::Role("SITE_OWNER", "330603001008"),
            vec![("", json!({ "disputeStatistics": null }))],
            &["disputeStatistics: FORBIDDEN_FIELD"],
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mediation_organisation_board() {
    let variables = json!({ "division": ["330603"], "kind": ["INDUSTRY_COMMITTEE", "GOLD_ROOM"] });
    Operation::of("just", "MediationOrganisationBoard")
        .sized_by(&["first"])
        .asked_by(Who::Role("JUSTICE_BUREAU", "330603"), variables)
        .hidden_from(
            Who::Role("JUSTICE_BUREAU", "330602"),
            vec![
                ("/mediationOrganisations/edges/0/node/caseload/open", json!(0)),
                ("/mediationOrganisations/edges/0/node/caseload/resolved90Days", json!(0)),
                ("/mediationOrganisations/edges/0/node/caseload/meanDays", Value::Null),
                ("/mediationOrganisations/edges/0/node/standardSummary", json!({ "verified": 0, "total": 0 })),
            ],
            &["mediationOrganisations.edges.node.standardSummary.verified: HIDDEN SCOPE"],
        )
        .hidden_from(
            Who::Role("SITE_OWNER", "330603001008"),
            vec![("/mediationOrganisations/edges/0/node/caseload", Value::Null)],
            &[
                "mediationOrganisations.edges.node.caseload: HIDDEN FAMILY_NOT_IN_ROLE",
                "mediationOrganisations.edges.node.standardSummary.verified: HIDDEN CLASS_NOT_IN_ROLE",
            ],
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confirmation_deadlines() {
    let days = |from: &str, to: &str| json!({ "windowEnds": { "from": from, "to": to }, "first": 3 });
    let week = days("2026-04-01T00:00:00+08:00", "2026-04-08T00:00:00+08:00");
    let nothing = || vec![("/agreements/totalCount", json!(0)), ("/agreements/edges", json!([]))];
    Operation::of("court", "ConfirmationDeadlines")
        .sized_by(&["first"])
        .asked_by(Who::Role("COURT_CLERK", "330603"), week.clone())
        .asked_by(Who::Role("JUSTICE_BUREAU", "330603"), week)
        .hidden_from(Who::Role("COURT_CLERK", "330602"), nothing(), &[])
        .hidden_from(Who::Role("JUSTICE_BUREAU", "330602"), nothing(), &[])
        .hidden_from(
            Who::Role("SITE_OWNER", "330603001008"),
            vec![("", json!({ "agreements": null }))],
            &["agreements: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn my_dispute() {
    let no = json!({ "no": an_agreed_dispute_of_the_resident("330603008001").await });
    let nothing = || vec![("", json!({ "dispute": null }))];
    Operation::of("resident", "MyDispute")
        .asked_by(Who::Role("RESIDENT", "330603008001"), no)
        .hidden_from(Who::Role("RESIDENT", "330603001008"), nothing(), &[])
        .hidden_from(Who::Role("TOWN_CENTRE_OPERATOR", "330603114"), nothing(), &[])
        .hidden_from(Who::Role("SITE_OWNER", "330603001008"), nothing(), &["dispute: HIDDEN FAMILY_NOT_IN_ROLE"])
        .run()
        .await;
}

/// The number of the first dispute that ended with an agreement of a party who is the resident of a village.
async fn an_agreed_dispute_of_the_resident(village: &str) -> String {
    let city = City::open(Backend::Sqlite).await;
    let database = &city.0.storage.write;
    let resident = posting::Entity::find()
        .filter(posting::Column::Role.eq("RESIDENT"))
        .filter(posting::Column::DivisionCode.eq(village));
    let account = resident.one(database).await.unwrap().expect("the village has a resident").account_id;
    let parties = party::Entity::find().filter(party::Column::AccountId.eq(account)).all(database).await.unwrap();
    let disputes = dispute::Entity::find()
        .filter(dispute::Column::Id.is_in(parties.iter().map(|party| party.dispute_id)))
        .filter(dispute::Column::Outcome.eq("MEDIATED"));
    let first = disputes.order_by_asc(dispute::Column::Id).one(database).await.unwrap();
    city.close().await;
    first.expect("the resident has an agreed dispute").no
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn escalation_watch() {
    let nothing = || vec![("/disputes/totalCount", json!(0)), ("/disputes/edges", json!([]))];
    let county = json!({ "division": ["330603"] });
    Operation::of("psb", "EscalationWatch")
        .sized_by(&["first"])
        .asked_by(Who::Posting(the_officer_of_an_escalating_dispute().await), county.clone())
        .asked_by(Who::Role("COUNTY_CENTRE_OPERATOR", "330603"), county)
        .hidden_from(Who::Role("COUNTY_CENTRE_OPERATOR", "330602"), nothing(), &[])
        .hidden_from(Who::Role("BEAT_OFFICER", "330603114"), nothing(), &[])
        .hidden_from(
            Who::Role("SITE_OWNER", "330603001008"),
            vec![("", json!({ "disputes": null }))],
            &["disputes: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .run()
        .await;
}

/// The posting of the beat officer in whose grids a dispute may turn violent.
async fn the_officer_of_an_escalating_dispute() -> i64 {
    let city = City::open(Backend::Sqlite).await;
    let database = &city.0.storage.write;
    let disputes = dispute::Entity::find()
        .filter(dispute::Column::EscalationRisk.eq(true))
        .filter(dispute::Column::ConcludedAt.is_null())
        .filter(dispute::Column::Status.is_in(["REGISTERED", "ACCEPTED", "DISPATCHED", "MEDIATING"]));
    let disputes = disputes.order_by_asc(dispute::Column::Id).all(database).await.unwrap();
    let officers = posting::Entity::find().filter(posting::Column::Role.eq("BEAT_OFFICER"));
    let officers = officers.order_by_asc(posting::Column::Id).all(database).await.unwrap();
    let grids = |officer: &posting::Model| officer.grid_codes.clone().unwrap_or_default();
    let of = |grid: i64| officers.iter().find(|officer| grids(officer).contains(&format!("\"{grid}\"")));
    let found = disputes.iter().filter_map(|dispute| dispute.grid_id).find_map(of).map(|officer| officer.id);
    city.close().await;
    found.expect("a beat officer has a dispute that may turn violent")
}
