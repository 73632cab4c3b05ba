//! Grids and towns.

use serde_json::{Value, json};

use super::runner::Operation;
use super::who::Who;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grid_load() {
    let variables = json!({
        "village": "330603001035",
        "month": { "from": "2026-03-01T00:00:00+08:00", "to": "2026-04-01T00:00:00+08:00" },
        "longAgo": { "from": "2024-01-01T00:00:00+08:00", "to": "2026-03-02T00:00:00+08:00" },
        "first": 3,
    });
    Operation::of("town", "GridLoad")
        .sized_by(&["first"])
        .asked_by(Who::Role("TOWN_LEADER", "330603001"), variables)
        .hidden_from(
            Who::Role("TOWN_LEADER", "330603114"),
            vec![
                ("/grids/edges/0/node/households", Value::Null),
                ("/grids/edges/0/node/residents", Value::Null),
                ("/grids/edges/0/node/siteSummary", json!({ "active": 0 })),
                ("/grids/edges/0/node/monthDisputes", json!({ "accepted": 0 })),
                ("/grids/edges/0/node/oldHazards", json!({ "open": 0 })),
            ],
            &["grids.edges.node.households: HIDDEN RELATION", "grids.edges.node.residents: HIDDEN RELATION"],
        )
        .hidden_from(
            Who::Role("PUBLIC_STAT", "3306"),
            vec![
                ("/grids/edges/0/node/households", Value::Null),
                ("/grids/edges/0/node/siteSummary", Value::Null),
                ("/grids/edges/0/node/monthHazards", Value::Null),
            ],
            &[
                "grids.edges.node.households: HIDDEN CLASS_NOT_IN_ROLE",
                "grids.edges.node.residents: HIDDEN CLASS_NOT_IN_ROLE",
                "grids.edges.node.siteSummary: HIDDEN FAMILY_NOT_IN_ROLE",
                "grids.edges.node.monthHazards: HIDDEN FAMILY_NOT_IN_ROLE",
                "grids.edges.node.monthDisputes: HIDDEN FAMILY_NOT_IN_ROLE",
                "grids.edges.node.oldHazards: HIDDEN FAMILY_NOT_IN_ROLE",
                "grids.edges.node.oldDisputes: HIDDEN FAMILY_NOT_IN_ROLE",
            ],
        )
        .run()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn market_disputes() {
    Operation::of("town", "MarketDisputes")
        .asked_by(Who::Role("TOWN_LEADER", "330603001"), json!({ "division": "330603001" }))
        .hidden_from(
            Who::Role("TOWN_LEADER", "330603114"),
            vec![
                ("/disputeStatistics/accepted", json!(0)),
                ("/disputeStatistics/bySiteKind", json!([])),
                ("/disputeStatistics/byType", json!([])),
            ],
            &["disputeStatistics: HIDDEN SCOPE"],
        )
        // Published figures are of whole months.
        .hidden_with(
            Who::Role("SITE_OWNER", "330603001008"),
            json!({ "division": "330603001",
                    "period": { "from": "2026-03-02T00:00:00+08:00", "to": "2026-03-03T00:00:00+08:00" } }),
            vec![("", json!({ "disputeStatistics": null }))],
            &["disputeStatistics: FORBIDDEN_FIELD"],
        )
        .run()
        .await;
}
