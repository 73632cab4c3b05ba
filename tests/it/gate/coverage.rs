//! A figure that looks at rows of another kind counts those that the viewer may list, and no others.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::backend::on_both;

on_both!(a_coverage_counts_the_findings_that_one_may_list);

const FINDINGS: &str = "query ($after: String) { hazards(filter: { source: [FIRE_JOINT], site: { status: [ACTIVE] } }, first: 100, after: $after) {
  edges { node { site { code } } } pageInfo { hasNextPage endCursor } } }";
const SITES: &str = "query ($after: String) { keySites(filter: { status: [ACTIVE] }, first: 100, after: $after) {
  edges { node { code } } pageInfo { hasNextPage endCursor } } }";

async fn a_coverage_counts_the_findings_that_one_may_list(app: &TestApp) {
    let regulator = app.as_role("COUNTY_REGULATOR", "330603").await;
    let mut listed = vec![];
    for (document, root, code) in [(FINDINGS, "hazards", "/node/site/code"), (SITES, "keySites", "/node/code")] {
        let (mut codes, mut after) = (BTreeSet::new(), Value::Null);
        loop {
            let page = regulator.graphql(document, json!({ "after": after })).await.data()[root].take();
            let edges = page["edges"].as_array().unwrap();
            codes.extend(edges.iter().map(|edge| edge.pointer(code).unwrap().as_str().unwrap().to_owned()));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
        }
        listed.push(codes);
    }
    let expected = listed[0].intersection(&listed[1]).count();
    let asked =
        regulator.graphql("{ siteStatistics { fireJointCoverage { numerator denominator } } }", json!({})).await;
    let coverage = asked.data()["siteStatistics"]["fireJointCoverage"].take();
    assert_eq!(coverage, json!({ "numerator": expected, "denominator": listed[1].len() }));
    // Others found more there: a figure over all rows would be larger.
    let sites: Vec<String> = listed[1].iter().map(|code| format!("'{code}'")).collect();
    let sql = format!(
        "SELECT COUNT(DISTINCT k.id) FROM key_site k JOIN hazard h ON h.site_id = k.id WHERE h.source = 'FIRE_JOINT' AND k.code IN ({})",
        sites.join(", ")
    );
    let database = &app.database.storage.write;
    let row = database.query_one_raw(Statement::from_string(database.get_database_backend(), sql)).await.unwrap();
    let all: i64 = row.expect("a row").try_get_by_index(0).unwrap();
    assert!(usize::try_from(all).unwrap() > expected, "{expected} of {all}");
}
