//! Filters, text search and related rows, against the rows themselves.

use entity::{dispute, division, hazard, key_site};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use super::{OFFICER, found};
use crate::support::app::TestApp;
use crate::support::backend::on_both;

on_both!(
    text_finds_two_characters_of_chinese,
    text_is_taken_letter_for_letter,
    and_or_not_are_what_they_say,
    absent_values_are_in_one_side_of_a_condition,
    a_subtree_is_more_than_its_root,
    related_rows_are_looked_for,
    a_related_row_that_is_not_yours_is_not_there,
);

const DAY: i64 = 86_400_000;

/// Whether a row fits a filter.
type Fits = fn(&hazard::Model) -> bool;

/// What a whole table holds, by id.
macro_rules! table {
    ($app:expr, $table:ident) => {
        $table::Entity::find().order_by_asc($table::Column::Id).all(&$app.database.storage.write).await.unwrap()
    };
}

/// The ids of the county's rows that pass, a test of at least one and not of all of them.
fn expected<M>(rows: &[M], id: impl Fn(&M) -> (i64, &str), passes: impl Fn(&M) -> bool) -> Vec<i64> {
    let ours: Vec<&M> = rows.iter().filter(|row| id(row).1.starts_with("330603")).collect();
    let found: Vec<i64> = ours.iter().filter(|row| passes(row)).map(|row| id(row).0).collect();
    assert!(!found.is_empty() && found.len() < ours.len(), "{} of {} pass", found.len(), ours.len());
    found
}

fn hazard_key(row: &hazard::Model) -> (i64, &str) {
    (row.id, &row.division_code)
}

fn site_key(row: &key_site::Model) -> (i64, &str) {
    (row.id, &row.division_code)
}

fn dispute_key(row: &dispute::Model) -> (i64, &str) {
    (row.id, &row.division_code)
}

/// Sees every dispute of its county, sensitive ones left out.
fn open_to_all(row: &dispute::Model) -> bool {
    row.sensitive_until.as_deref().is_none_or(|until| until <= "2026-04-01")
}

async fn text_finds_two_characters_of_chinese(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let (sites, hazards, disputes) = (table!(app, key_site), table!(app, hazard), table!(app, dispute));
    for word in ["小学", "社区", "桥街道"] {
        let named =
            |row: &key_site::Model| row.name.contains(word) || (!row.private_dwelling && row.address.contains(word));
        let found = found(&officer, "keySites", json!({ "text": word })).await;
        assert_eq!(found, expected(&sites, site_key, named), "{word}");
    }
    for word in ["灭火", "电气"] {
        let found = found(&officer, "hazards", json!({ "text": word })).await;
        assert_eq!(found, expected(&hazards, hazard_key, |row| row.description.contains(word)), "{word}");
    }
    for word in ["邻里", "劳动", "工资"] {
        let passes = |row: &dispute::Model| row.title.contains(word) && open_to_all(row);
        let found = found(&officer, "disputes", json!({ "text": word })).await;
        assert_eq!(found, expected(&disputes, dispute_key, passes), "{word}");
    }
    let all = disputes.iter().filter(|row| row.division_code.starts_with("330603") && open_to_all(row));
    let named = all.filter(|row| row.title.contains("纠纷")).map(|row| row.id).collect::<Vec<_>>();
    assert!(named.len() > 100, "{} titles name a 纠纷", named.len());
    assert_eq!(found(&officer, "disputes", json!({ "text": "纠纷" })).await, named);
}

async fn text_is_taken_letter_for_letter(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    for text in ["%%", "__", "yh-330603", "小%", "\\\\", "' OR 1=1 --", "😀😀"] {
        assert_eq!(found(&officer, "hazards", json!({ "text": text })).await, [0; 0], "{text}");
    }
    assert!(found(&officer, "hazards", json!({ "text": "YH-330603-202601" })).await.len() > 5);
    for short in ["", "小", "😀"] {
        let reply = officer
            .graphql("query ($t: String) { hazards(filter: { text: $t }) { totalCount } }", json!({ "t": short }))
            .await;
        let extensions = json!({ "code": "BAD_INPUT", "field": "filter.text" });
        assert_eq!(reply.json()["errors"][0]["extensions"], extensions, "{short}");
    }
}

async fn and_or_not_are_what_they_say(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let hazards = table!(app, hazard);
    fn fire(row: &hazard::Model) -> bool {
        row.category == "FIRE"
    }
    fn selfmade(row: &hazard::Model) -> bool {
        row.source == "SELF"
    }
    fn late(row: &hazard::Model) -> bool {
        row.found_at >= 1_767_196_800_000
    }
    let cases: Vec<(Value, Fits)> = vec![
        (json!({ "category": ["FIRE"] }), fire),
        (json!({ "category": "FIRE" }), fire),
        (json!({ "not": { "category": ["FIRE"] } }), |row| !fire(row)),
        (json!({ "category": ["FIRE"], "source": ["SELF"] }), |row| fire(row) && selfmade(row)),
        (json!({ "and": [{ "category": ["FIRE"] }, { "source": ["SELF"] }] }), |row| fire(row) && selfmade(row)),
        (json!({ "or": [{ "category": ["FIRE"] }, { "source": ["SELF"] }] }), |row| fire(row) || selfmade(row)),
        (json!({ "not": { "or": [{ "category": ["FIRE"] }, { "source": ["SELF"] }] } }), |row| {
            !(fire(row) || selfmade(row))
        }),
        (json!({ "or": [{ "not": { "category": ["FIRE"] } }, { "and": [{ "source": ["SELF"] }] }] }), |row| {
            !fire(row) || selfmade(row)
        }),
        (json!({ "foundAt": { "from": "2026-01-01T00:00:00+08:00" } }), late),
        (json!({ "foundAt": { "to": "2025-12-31T16:00:00Z" } }), |row| !late(row)),
        (json!({ "grade": null, "category": ["FIRE"] }), fire),
    ];
    for (filter, passes) in cases {
        assert_eq!(
            found(&officer, "hazards", filter.clone()).await,
            expected(&hazards, hazard_key, passes),
            "{filter}"
        );
    }
    let all = hazards.iter().filter(|row| row.division_code.starts_with("330603")).count();
    for everything in [json!({}), Value::Null, json!({ "and": [] }), json!({ "not": { "or": [] } })] {
        assert_eq!(found(&officer, "hazards", everything.clone()).await.len(), all, "{everything}");
    }
    for nothing in [json!({ "or": [] }), json!({ "category": [] }), json!({ "not": {} })] {
        assert_eq!(found(&officer, "hazards", nothing.clone()).await, [0; 0], "{nothing}");
    }
}

async fn absent_values_are_in_one_side_of_a_condition(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let hazards = table!(app, hazard);
    let as_of = 1_774_972_800_000;
    let soon = |row: &hazard::Model| row.deadline.is_some_and(|at| at >= as_of - 60 * DAY);
    let leaf = json!({ "deadline": { "from": "2026-01-31T00:00:00+08:00" } });
    assert_eq!(found(&officer, "hazards", leaf.clone()).await, expected(&hazards, hazard_key, soon));
    let others = found(&officer, "hazards", json!({ "not": leaf })).await;
    assert_eq!(others, expected(&hazards, hazard_key, |row| !soon(row)));
    let absent = found(&officer, "hazards", json!({ "deadline": { "isNull": true } })).await;
    assert_eq!(absent, expected(&hazards, hazard_key, |row| row.deadline.is_none()));
    let present = found(&officer, "hazards", json!({ "deadline": { "isNull": false } })).await;
    assert_eq!(present, expected(&hazards, hazard_key, |row| row.deadline.is_some()));
}

async fn a_subtree_is_more_than_its_root(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let sites = table!(app, key_site);
    for codes in [vec!["330603001"], vec!["330603008", "330603114"], vec!["330603001035"], vec!["330603008000"]] {
        let inside = |row: &key_site::Model| {
            codes.iter().any(|code| row.division_code.starts_with(code.strip_suffix("000").unwrap_or(code)))
        };
        let found = found(&officer, "keySites", json!({ "division": codes })).await;
        assert_eq!(found, expected(&sites, site_key, inside), "{codes:?}");
    }
    assert_eq!(found(&officer, "keySites", json!({ "division": ["330603"], "exact": true })).await, [0; 0]);
    let village = found(&officer, "keySites", json!({ "division": ["330603001035"], "exact": true })).await;
    assert_eq!(village, expected(&sites, site_key, |row| row.division_code == "330603001035"));
    let divisions = table!(app, division);
    let id = |code: &str| divisions.iter().find(|row| row.code == code).unwrap().id;
    let exactly = json!({ "division": ["330603", "330604"], "exact": true });
    assert_eq!(found(&officer, "divisions", exactly).await, [id("330603"), id("330604")]);
}

async fn related_rows_are_looked_for(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let (sites, hazards, disputes) = (table!(app, key_site), table!(app, hazard), table!(app, dispute));
    let open = |site: &key_site::Model| {
        hazards.iter().any(|hazard| hazard.site_id == Some(site.id) && hazard.status == "RECTIFYING")
    };
    let filter = json!({ "hazards": { "status": ["RECTIFYING"] } });
    assert_eq!(found(&officer, "keySites", filter.clone()).await, expected(&sites, site_key, open));
    let without = found(&officer, "keySites", json!({ "not": filter })).await;
    assert_eq!(without, expected(&sites, site_key, |site| !open(site)));
    let kind = |id: Option<i64>| sites.iter().find(|site| Some(site.id) == id).map(|site| site.kind.as_str());
    let at_restaurants = found(&officer, "disputes", json!({ "site": { "kind": ["RESTAURANT"] } })).await;
    let passes = |row: &dispute::Model| kind(row.site_id) == Some("RESTAURANT") && open_to_all(row);
    assert_eq!(at_restaurants, expected(&disputes, dispute_key, passes));
    // Two steps away and back: sites of a unit that has a hazard at a school.
    let nested = json!({ "hazards": { "site": { "kind": ["SCHOOL"] }, "category": ["CAMPUS"] } });
    let campus = |site: &key_site::Model| {
        site.kind == "SCHOOL" && hazards.iter().any(|h| h.site_id == Some(site.id) && h.category == "CAMPUS")
    };
    assert_eq!(found(&officer, "keySites", nested).await, expected(&sites, site_key, campus));
}

async fn a_related_row_that_is_not_yours_is_not_there(app: &TestApp) {
    // Everybody finds every grid, but only the hazards that are theirs make a grid one with hazards.
    let document = "{ grids(filter: { hazards: { category: [FIRE] } }) { totalCount } }";
    let total = async |role: &str, division: &str| {
        let reply = app.as_role(role, division).await.graphql(document, json!({})).await;
        reply.data()["grids"]["totalCount"].as_i64().unwrap()
    };
    assert!(total("COUNTY_PEACE_OFFICER", "330603").await > 10);
    assert_eq!(total("COUNTY_PEACE_OFFICER", "330602").await, 0);
    assert_eq!(total("MEDIATOR", "330603001").await, 0);
}
