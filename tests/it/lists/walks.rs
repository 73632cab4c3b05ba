//! Every offered order is walked to its end and back: no row is lost or doubled, whatever its keys.

use std::collections::{BTreeMap, BTreeSet};

use entity::hazard;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder};
use serde_json::{Value, json};

use super::{OFFICER, number};
use crate::support::app::{Actor, OwnTestApp, TestApp};
use crate::support::backend::on_both;

on_both!(
    every_order_is_walked_both_ways,
    mixed_directions_with_equal_and_absent_keys,
    rows_that_come_in_between_disturb_nothing,
);

/// Lists and the types of their rows.
const LISTS: [(&str, &str); 3] = [("hazards", "Hazard"), ("disputes", "Dispute"), ("keySites", "KeySite")];

/// One key of an order: the field and whether it descends.
type Key = (String, bool);

fn camel(code: &str) -> String {
    let mut parts = code.split('_').map(str::to_lowercase);
    let first = parts.next().unwrap_or_default();
    parts.fold(first, |name, part| name + &part[..1].to_uppercase() + &part[1..])
}

fn document(list: &str, ty: &str, keys: &[Key]) -> String {
    let fields: Vec<String> = keys.iter().map(|(code, _)| camel(code)).filter(|name| name != "id").collect();
    format!(
        "query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: [{ty}Order!]) {{
            {list}(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {{
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
                edges {{ node {{ id {} }} }} }} }}",
        fields.join(" ")
    )
}

fn order(keys: &[Key]) -> Value {
    keys.iter().map(|(code, down)| json!({ "field": code, "direction": if *down { "DESC" } else { "ASC" } })).collect()
}

async fn page(actor: &Actor, document: &str, list: &str, variables: Value) -> (Vec<Value>, Value) {
    let mut page = actor.graphql(document, variables).await.data()[list].take();
    let Value::Array(edges) = page["edges"].take() else { panic!("no edges") };
    (edges.into_iter().map(|mut edge| edge["node"].take()).collect(), page["pageInfo"].take())
}

/// All rows in pages of a size, from the first to the last or from the last to the first; in the order of the list.
async fn walk(actor: &Actor, (list, ty): (&str, &str), keys: &[Key], size: usize, forward: bool) -> Vec<Value> {
    let document = document(list, ty, keys);
    let mut rows = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let variables = match forward {
            true => json!({ "first": size, "after": cursor, "orderBy": order(keys) }),
            false => json!({ "last": size, "before": cursor, "orderBy": order(keys) }),
        };
        let (mut nodes, info) = page(actor, &document, list, variables).await;
        let (more, back, next) = match forward {
            true => ("hasNextPage", "hasPreviousPage", "endCursor"),
            false => ("hasPreviousPage", "hasNextPage", "startCursor"),
        };
        assert_eq!(info[back], json!(!rows.is_empty()), "{back} of {keys:?}");
        if forward {
            rows.append(&mut nodes);
        } else {
            nodes.append(&mut rows);
            rows = nodes;
        }
        if info[more] == false {
            return rows;
        }
        cursor = info[next].clone();
    }
}

/// Where a row stands by the specification of the order: absent values last, the row's own key at the end.
fn rank(row: &Value, keys: &[Key]) -> Vec<(bool, Value)> {
    let mut rank: Vec<_> = keys.iter().map(|(code, _)| row[camel(code)].clone()).map(|v| (v.is_null(), v)).collect();
    if keys.last().is_some_and(|(code, _)| code == "ID") {
        rank.pop();
    }
    rank.push((false, json!(number(row))));
    rank
}

fn comparable(value: &Value) -> (f64, String) {
    let text = value.as_str().unwrap_or_default();
    let amount = text.parse().ok().or(value.as_f64());
    (amount.unwrap_or_default(), if amount.is_some() { String::new() } else { text.to_owned() })
}

fn in_order(before: &Value, after: &Value, keys: &[Key]) -> bool {
    let (left, right) = (rank(before, keys), rank(after, keys));
    for (at, (l, r)) in left.iter().zip(&right).enumerate() {
        let down = keys.get(at).or(keys.last()).is_some_and(|(_, down)| *down);
        if l.0 != r.0 {
            return r.0;
        }
        let by_value = comparable(&l.1).partial_cmp(&comparable(&r.1)).unwrap();
        if by_value.is_ne() {
            return by_value.is_lt() != down;
        }
    }
    false
}

async fn check(actor: &Actor, list: (&str, &str), keys: &[Key], size: usize, rows: usize) {
    let forward = walk(actor, list, keys, size, true).await;
    assert_eq!(forward.len(), rows, "{list:?} by {keys:?}");
    let distinct: BTreeSet<i64> = forward.iter().map(number).collect();
    assert_eq!(distinct.len(), rows, "{list:?} by {keys:?} doubles rows");
    for pair in forward.windows(2) {
        assert!(in_order(&pair[0], &pair[1], keys), "{list:?} by {keys:?}: {} before {}", pair[0], pair[1]);
    }
    let backward = walk(actor, list, keys, size, false).await;
    assert!(forward == backward, "{list:?} by {keys:?} differs backward");
}

async fn count(actor: &Actor, list: &str) -> usize {
    let total = actor.graphql(&format!("{{ {list} {{ totalCount }} }}"), json!({})).await.data();
    usize::try_from(total[list]["totalCount"].as_u64().unwrap()).unwrap()
}

async fn every_order_is_walked_both_ways(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let mut walked = BTreeMap::new();
    for (list, ty) in LISTS {
        let rows = count(&officer, list).await;
        assert!(rows > 300, "{list} is too short to prove anything");
        let offered = format!("{{ __type(name: \"{ty}OrderField\") {{ enumValues {{ name }} }} }}");
        let offered = officer.graphql(&offered, json!({})).await.data();
        for value in offered["__type"]["enumValues"].as_array().unwrap() {
            let code = value["name"].as_str().unwrap().to_owned();
            for down in [false, true] {
                check(&officer, (list, ty), &[(code.clone(), down)], 97, rows).await;
            }
            *walked.entry(list).or_insert(0) += 1;
        }
    }
    assert_eq!(walked, BTreeMap::from([("disputes", 9), ("hazards", 7), ("keySites", 6)]));
}

async fn mixed_directions_with_equal_and_absent_keys(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let key = |code: &str, down: bool| (code.to_owned(), down);
    // Few people and round days are shared by many disputes; many claim nothing and are not resolved.
    let disputes = [
        vec![key("PEOPLE_INVOLVED", true), key("AMOUNT_CLAIMED", false)],
        vec![key("AMOUNT_CLAIMED", true), key("DUE_AT", false), key("PEOPLE_INVOLVED", true)],
        vec![key("DUE_AT", false), key("RESOLVED_AT", true), key("ID", true)],
    ];
    let rows = count(&officer, "disputes").await;
    for keys in disputes {
        check(&officer, ("disputes", "Dispute"), &keys, 100, rows).await;
    }
    let rows = count(&officer, "hazards").await;
    let hazards = [
        vec![key("DEADLINE", true), key("WRITTEN_OFF_AT", false)],
        vec![key("WRITTEN_OFF_AT", true), key("DEADLINE", true), key("NO", false)],
    ];
    for keys in hazards {
        check(&officer, ("hazards", "Hazard"), &keys, 61, rows).await;
    }
}

async fn rows_that_come_in_between_disturb_nothing(own: &OwnTestApp) {
    let app = &own.0;
    let database = &app.database.storage.write;
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let keys = [("DEADLINE".to_owned(), false)];
    let document = document("hazards", "Hazard", &keys);
    let before: BTreeSet<i64> =
        walk(&officer, ("hazards", "Hazard"), &keys, 100, true).await.iter().map(number).collect();
    let samples = hazard::Entity::find().order_by_asc(hazard::Column::Id).all(database).await.unwrap();
    let samples: Vec<_> = samples.into_iter().filter(|row| row.division_code.starts_with("330603")).collect();
    let mut next = samples.iter().map(|row| row.id).max().unwrap() + 1_000;
    let (mut seen, mut cursor, mut added) = (Vec::new(), Value::Null, BTreeSet::new());
    for round in 0.. {
        let variables = json!({ "first": 50, "after": cursor, "orderBy": order(&keys) });
        let (nodes, info) = page(&officer, &document, "hazards", variables).await;
        seen.extend(nodes.iter().map(number));
        if info["hasNextPage"] == false {
            break;
        }
        cursor = info["endCursor"].clone();
        // Copies of a row already seen, of one to come and of one without a deadline: equal keys on every side.
        for sample in [round * 40, samples.len() - 1 - round, round] {
            let mut copy = samples[sample % samples.len()].clone();
            copy.id = next;
            copy.no = format!("YH-330603-20991231-{next:06}");
            if sample == round {
                copy.deadline = None;
            }
            added.insert(copy.id);
            next += 1;
            copy.into_active_model().reset_all().insert(database).await.unwrap();
        }
    }
    assert!(added.len() > 20, "too few rows came in between");
    let distinct: BTreeSet<i64> = seen.iter().copied().collect();
    assert_eq!(distinct.len(), seen.len(), "a row came twice");
    assert_eq!(distinct.difference(&added).copied().collect::<BTreeSet<_>>(), before, "a row was lost");
    // The rows without a deadline stand at the end, where the walk had not been.
    assert!(distinct.intersection(&added).count() > 10, "rows that came in behind the cursor were not seen");
}
