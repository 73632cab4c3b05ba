//! How many statements a document costs is fixed by the document, never by the data.

use serde_json::json;

use crate::support::app::TestApp;
use crate::support::backend::on_both;

on_both!(
    nested_lists_cost_the_same_for_one_row_and_for_a_hundred,
    nodes_cost_a_statement_a_kind,
    figures_of_the_same_rows_cost_one_statement,
);

const DOCUMENT: &str = "query ($first: Int!) {
    keySites(first: $first) { edges { node {
        code
        grid { name }
        hazards(first: 5) { edges { node { no site { name } } } }
        selfInspections(first: 5) { edges { node { id } } }
    } } } }";

async fn nested_lists_cost_the_same_for_one_row_and_for_a_hundred(app: &TestApp) {
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let mut statements = Vec::new();
    for first in [1, 10, 100] {
        let variables = json!({ "first": first });
        let sites = officer.graphql(DOCUMENT, variables.clone()).await.data()["keySites"]["edges"].take();
        assert!(sites.as_array().is_some_and(|sites| sites.len() == first), "{sites}");
        assert!(first < 100 || sites.to_string().contains("\"no\":"), "no hazard at a hundred sites");
        statements.push(app.statements(&officer, DOCUMENT, variables).await);
    }
    let [one, ten, hundred] = statements.as_slice() else { panic!("three runs") };
    assert!(!one.is_empty());
    assert_eq!(one.len(), ten.len());
    assert_eq!(ten.len(), hundred.len());
}

async fn nodes_cost_a_statement_a_kind(app: &TestApp) {
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let lists =
        "{ hazards(first: 49) { edges { node { id no } } } keySites(first: 49) { edges { node { id code } } } }";
    let data = officer.graphql(lists, json!({})).await.data();
    let of = |list: &str| data[list]["edges"].as_array().expect("edges").clone();
    let mut ids: Vec<_> = of("hazards").iter().chain(&of("keySites")).map(|edge| edge["node"]["id"].clone()).collect();
    // Mixed, one twice, and one that is nobody's.
    ids.sort_by_key(|id| id.to_string().chars().rev().collect::<String>());
    ids.extend([ids[0].clone(), json!("SGF6YXJkOjk5OTk5OTk5")]);
    let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Hazard { site { name } } } }";
    let variables = json!({ "ids": ids });
    let found = officer.graphql(document, variables.clone()).await.data()["nodes"].take();
    let found: Vec<_> = found.as_array().expect("nodes").iter().map(|node| node["id"].clone()).collect();
    assert_eq!(found[..ids.len() - 1], ids[..ids.len() - 1]);
    assert!(found[ids.len() - 1].is_null());
    assert_eq!(app.statements(&officer, document, variables).await.len(), 2);
}

async fn figures_of_the_same_rows_cost_one_statement(app: &TestApp) {
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let by_site = "s: groups(by: SITE_KIND) { key figures { accepted mediationSuccessRate { value } } }";
    let by_type = "t: groups(by: TYPE) { key figures { accepted } }";
    let by_channel = "c: groups(by: CHANNEL) { key figures { resolvedInPeriod } }";
    let year = r#", period: {from: "2025-01-01T00:00:00+08:00", to: "2026-01-01T00:00:00+08:00"}"#;
    for (groups, period, expected) in [
        ([by_site, by_type].as_slice(), year, 1),
        // Without a period all look at all rows; with one, those of resolution look at others than those of acceptance.
        (&[by_type, by_channel], "", 1),
        (&[by_type, by_channel], year, 2),
        // Three groupings are too many for one statement.
        (&[by_site, by_type, by_channel], "", 2),
    ] {
        let groups = groups.join(" ");
        let document = format!("{{ disputeStatistics(division: \"330603\"{period}) {{ accepted open {groups} }} }}");
        let statements = app.statements(&officer, &document, json!({})).await;
        assert_eq!(statements.len(), expected, "{statements:#?}");
    }
}
