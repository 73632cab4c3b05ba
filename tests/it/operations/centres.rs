//! Governance centres and what they publish.

use serde_json::{Value, json};

use super::runner::Operation;
use super::who::Who;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn centre_workbench() {
    Operation::of("centre", "CentreWorkbench")
        .sized_by(&["first"])
        .asked_by(Who::Role("TOWN_CENTRE_OPERATOR", "330603001"), json!({ "code": "ZZ-330603001" }))
        .asked_by(Who::Role("COUNTY_CENTRE_OPERATOR", "330603"), json!({ "code": "ZZ-330603" }))
        .hidden_from(
            Who::Role("TOWN_CENTRE_OPERATOR", "330603114"),
            vec![
                ("/centre/todo/triage", json!(0)),
                ("/centre/todo/oldest", Value::Null),
                ("/centre/todo/open", json!(0)),
                ("/centre/disputes/edges", json!([])),
            ],
            &[],
        )
        .hidden_from(
            Who::Role("SITE_OWNER", "330603001008"),
            vec![("/centre/todo", Value::Null), ("/centre/disputes", Value::Null)],
            &["centre.todo: HIDDEN FAMILY_NOT_IN_ROLE", "centre.disputes: HIDDEN FAMILY_NOT_IN_ROLE"],
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn key_area_centres() {
    Operation::of("centre", "KeyAreaCentres")
        .sized_by(&["first"])
        .asked_by(Who::Role("CITY_CENTRE_OPERATOR", "3306"), json!({ "division": ["3306"] }))
        .hidden_from(
            Who::Role("CITY_CENTRE_OPERATOR", "3304"),
            vec![
                ("/governanceCentres/totalCount", json!(21)),
                ("/governanceCentres/edges/0/node/builtBy", Value::Null),
                ("/governanceCentres/edges/0/node/sharedWith", Value::Null),
                ("/governanceCentres/edges/0/node/staffCount", Value::Null),
                ("/governanceCentres/edges/0/node/caseload", json!({ "accepted": 0, "open": 0 })),
                ("/governanceCentres/edges/0/node/standardSummary/verified", json!(0)),
            ],
            &[
                "governanceCentres.edges.node.builtBy: HIDDEN RELATION",
                "governanceCentres.edges.node.sharedWith: HIDDEN RELATION",
                "governanceCentres.edges.node.staffCount: HIDDEN RELATION",
                "governanceCentres.edges.node.standardSummary.verified: HIDDEN SCOPE",
            ],
        )
        .hidden_from(
            Who::Role("PUBLIC_STAT", "3306"),
            vec![
                ("/governanceCentres/edges/0/node/builtBy", Value::Null),
                ("/governanceCentres/edges/0/node/staffCount", Value::Null),
            ],
            &[
                "governanceCentres.edges.node.builtBy: HIDDEN CLASS_NOT_IN_ROLE",
                "governanceCentres.edges.node.sharedWith: HIDDEN CLASS_NOT_IN_ROLE",
                "governanceCentres.edges.node.staffCount: HIDDEN CLASS_NOT_IN_ROLE",
                "governanceCentres.edges.node.caseload: HIDDEN FAMILY_NOT_IN_ROLE",
                "governanceCentres.edges.node.standardSummary.verified: HIDDEN CLASS_NOT_IN_ROLE",
            ],
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn public_safety_facts() {
    Operation::of("public", "PublicSafetyFacts")
        .sized_by(&["centres", "grids"])
        .asked_by(Who::Role("PUBLIC_STAT", "3306"), json!({ "division": "330603001", "centres": 2, "grids": 3 }))
        // 山塘村 of 平湖 has so few hazards that the figure would tell of single sites.
        .hidden_with(
            Who::Role("PUBLIC_STAT", "3306"),
            json!({ "division": "330482106209", "grids": 1 }),
            vec![("/division/name", json!("山塘村村民委员会")), ("/hazardStatistics/writtenOff", Value::Null)],
            &[],
        )
        .run()
        .await;
}
