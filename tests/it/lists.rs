//! Lists: pages in any order, cursors, totals, filters, and lists within lists.

mod cursors;
mod filters;
mod nested;
mod places;
mod walks;

use serde_json::Value;

use crate::support::app::Actor;

/// Sees the whole county in every family of these tests.
const OFFICER: (&str, &str) = ("COUNTY_PEACE_OFFICER", "330603");

/// The numbers behind global ids of the nodes of a connection.
fn ids(connection: &Value) -> Vec<i64> {
    let edges = connection["edges"].as_array().expect("edges were asked for");
    edges.iter().map(|edge| number(&edge["node"])).collect()
}

/// The number behind the global id of a node.
fn number(node: &Value) -> i64 {
    let id = node["id"].as_str().expect("the id was asked for");
    fengqiao::read::write::parse_global_id(id).expect("the id is global").1
}

/// The ids that a filter finds, by id; at most 100.
async fn found(actor: &Actor, list: &str, filter: Value) -> Vec<i64> {
    let ty = match list {
        "keySites" => "KeySite",
        "hazards" => "Hazard",
        "disputes" => "Dispute",
        "divisions" => "Division",
        other => panic!("{other} is not used here"),
    };
    let document = format!(
        "query ($filter: {ty}Filter, $after: String) {{
            {list}(first: 100, after: $after, filter: $filter, orderBy: [{{ field: ID }}]) {{
                pageInfo {{ hasNextPage endCursor }} edges {{ node {{ id }} }} }} }}"
    );
    let (mut all, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = actor.graphql(&document, serde_json::json!({ "filter": filter, "after": after })).await;
        let page = page.data()[list].take();
        all.extend(ids(&page));
        if page["pageInfo"]["hasNextPage"] == false {
            return all;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}
