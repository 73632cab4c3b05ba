//! How many statements a document costs is fixed by the document, never by the data.

use serde_json::json;

use crate::support::app::TestApp;
use crate::support::backend::on_both;

on_both!(nested_lists_cost_the_same_for_one_row_and_for_a_hundred);

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
