//! Lists within lists: the first rows of each parent, one statement a level.

use std::collections::BTreeMap;

use entity::{grid, hazard, key_site};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;

use super::{OFFICER, ids, number};
use crate::support::app::TestApp;
use crate::support::backend::on_both;

on_both!(each_parent_has_its_own_first_rows, a_division_lists_its_subtree);

const DOCUMENT: &str = "query ($grids: Int!) {
    grids(first: $grids, orderBy: [{ field: CODE }]) { edges { node { id
        head: sites(first: 3, orderBy: [{ field: NAME, direction: DESC }]) { edges { node { id
            hazards(first: 2, filter: { category: [FIRE] }) { edges { node { id } } } } } }
        tail: sites(last: 2, orderBy: [{ field: NAME, direction: DESC }]) {
            pageInfo { hasNextPage hasPreviousPage } edges { node { id } } } } } } }";

async fn each_parent_has_its_own_first_rows(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let database = &app.database.storage.write;
    let grids = grid::Entity::find().order_by_asc(grid::Column::Code).all(database).await.unwrap();
    let codes: Vec<i64> = grids.iter().take(30).map(|grid| grid.id).collect();
    let mut sites: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let by_name = key_site::Entity::find().order_by_desc(key_site::Column::Name).order_by_desc(key_site::Column::Id);
    for site in by_name.all(database).await.unwrap() {
        let outside = !site.division_code.starts_with("330603");
        sites.entry(site.grid_id).or_default().extend((!outside).then_some(site.id));
    }
    let mut hazards: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let newest = hazard::Entity::find().order_by_desc(hazard::Column::FoundAt).order_by_desc(hazard::Column::Id);
    for hazard in newest.all(database).await.unwrap() {
        if let (Some(site), "FIRE") = (hazard.site_id, hazard.category.as_str()) {
            hazards.entry(site).or_default().push(hazard.id);
        }
    }
    let first = |rows: Option<&Vec<i64>>, n: usize| rows.into_iter().flatten().take(n).copied().collect::<Vec<_>>();
    let answer = officer.graphql(DOCUMENT, json!({ "grids": 30 })).await.data();
    assert_eq!(ids(&answer["grids"]), codes);
    let mut crowded = 0;
    for edge in answer["grids"]["edges"].as_array().unwrap() {
        let of = sites.get(&number(&edge["node"]));
        assert_eq!(ids(&edge["node"]["head"]), first(of, 3));
        crowded += usize::from(of.is_some_and(|of| of.len() > 3));
        for site in edge["node"]["head"]["edges"].as_array().unwrap() {
            assert_eq!(ids(&site["node"]["hazards"]), first(hazards.get(&number(&site["node"])), 2));
        }
    }
    assert!(crowded > 10, "{crowded} grids have more sites than are shown");
    for edge in answer["grids"]["edges"].as_array().unwrap() {
        let of = sites.get(&number(&edge["node"])).cloned().unwrap_or_default();
        assert_eq!(ids(&edge["node"]["tail"]), of[of.len().saturating_sub(2)..]);
        let info = json!({ "hasNextPage": false, "hasPreviousPage": of.len() > 2 });
        assert_eq!(edge["node"]["tail"]["pageInfo"], info);
    }
    for grids in [1, 30] {
        let statements = app.statements(&officer, DOCUMENT, json!({ "grids": grids })).await;
        assert_eq!(statements.len(), 4, "one statement for each list of each level");
    }
}

const SUBTREES: &str = "query ($codes: [String!]!, $no: [String!]!) {
    all: divisions(filter: { code: $codes }, orderBy: [{ field: CODE }]) { edges { node { code
        hazards(first: 5) { totalCount edges { node { id } } } } } }
    some: divisions(filter: { code: $codes, hazards: { no: $no } }, orderBy: [{ field: CODE }]) {
        edges { node { code } } } }";

/// From the province to the village at once; a neighbouring city lists nothing to a county's officer.
async fn a_division_lists_its_subtree(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let newest = hazard::Entity::find().order_by_desc(hazard::Column::FoundAt).order_by_desc(hazard::Column::Id);
    let mut hazards = newest.all(&app.database.storage.write).await.unwrap();
    hazards.retain(|hazard| hazard.division_code.starts_with(OFFICER.1) && hazard.division_code.len() == 12);
    let village = hazards[0].division_code.as_str();
    let above = [&village[..2], &village[..4], &village[..6], &village[..9], village];
    let codes = [above.as_slice(), &["3304"]].concat();
    let answer = officer.graphql(SUBTREES, json!({ "codes": codes, "no": [hazards[0].no] })).await.data();
    let divisions = answer["all"]["edges"].as_array().unwrap();
    assert_eq!(divisions.len(), codes.len());
    for division in divisions.iter().map(|edge| &edge["node"]) {
        let code = division["code"].as_str().unwrap();
        let of: Vec<i64> = hazards.iter().filter(|h| h.division_code.starts_with(code)).map(|h| h.id).collect();
        assert_eq!(ids(&division["hazards"]), of[..of.len().min(5)], "{code}");
        assert_eq!(division["hazards"]["totalCount"], of.len(), "{code}");
    }
    let found: Vec<&str> =
        answer["some"]["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["code"].as_str().unwrap()).collect();
    assert_eq!(found, above);
}
