//! Whose contacts a regulator reads: of units with a site that its department regulates in its county, and of nobody else.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::backend::on_both;

on_both!(a_regulator_reads_the_contacts_of_the_units_it_regulates);

const ENTERPRISES: &str =
    "query ($after: String) { organisations(filter: { kind: [ENTERPRISE] }, first: 100, after: $after) {
  edges { node { code mobile responsiblePerson } } pageInfo { hasNextPage endCursor } } }";

/// Every enterprise, and whether the department regulates a site of it in the county.
async fn regulated(app: &TestApp, department: &str) -> BTreeMap<String, bool> {
    let database = &app.database.storage.write;
    let sql = format!(
        "SELECT code, EXISTS (SELECT 1 FROM key_site k WHERE k.unit_id = organisation.id AND k.county_code = '330603'
         AND k.regulator_department = '{department}') AS ours FROM organisation
         WHERE kind = 'ENTERPRISE' AND mobile IS NOT NULL AND responsible_person IS NOT NULL"
    );
    let rows = database.query_all_raw(Statement::from_string(database.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| (row.try_get("", "code").unwrap(), row.try_get("", "ours").unwrap())).collect()
}

async fn a_regulator_reads_the_contacts_of_the_units_it_regulates(app: &TestApp) {
    let regulator = app.as_role("COUNTY_REGULATOR", "330603").await;
    let own = regulator.graphql("{ viewer { posting { organisation { department } } } }", json!({})).await.data();
    let department = own["viewer"]["posting"]["organisation"]["department"].as_str().unwrap().to_owned();
    let expected = regulated(app, &department).await;
    let (mut shown, mut after) = (BTreeMap::new(), Value::Null);
    loop {
        let page = regulator.graphql(ENTERPRISES, json!({ "after": after })).await.data()["organisations"].take();
        for edge in page["edges"].as_array().unwrap() {
            let node = &edge["node"];
            assert_eq!(node["mobile"].is_null(), node["responsiblePerson"].is_null(), "{node}");
            shown.insert(node["code"].as_str().unwrap().to_owned(), !node["mobile"].is_null());
        }
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
    }
    shown.retain(|code, _| expected.contains_key(code));
    assert_eq!(shown, expected);
    let ours = expected.values().filter(|ours| **ours).count();
    assert!(ours > 0 && ours < expected.len(), "{department} regulates {ours} of {} enterprises", expected.len());
}
