//! Who was given a task sees its object until 90 days after it was closed, and not after.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::app::{Actor, OwnTestApp, TestApp};
use crate::support::backend::on_both;
use crate::support::city::PLAN;

on_both!(what_was_assigned_fades_ninety_days_after_its_end);

const DAY: i64 = 86_400_000;

async fn write(app: &TestApp, sql: String) {
    let changed = app.database.storage.write.execute_unprepared(&sql).await.unwrap();
    assert_eq!(changed.rows_affected(), 1, "{sql}");
}

async fn number(app: &TestApp, sql: String) -> i64 {
    let database = &app.database.storage.write;
    let row = database.query_one_raw(Statement::from_string(database.get_database_backend(), sql)).await.unwrap();
    row.expect("a row").try_get_by_index(0).unwrap()
}

async fn sees(actor: &Actor, root: &str, no: &Value) -> bool {
    let document = format!("query ($no: String!) {{ {root}(no: $no) {{ no }} }}");
    !actor.graphql(&document, json!({ "no": no })).await.data()[root].is_null()
}

async fn what_was_assigned_fades_ninety_days_after_its_end(own: &OwnTestApp) {
    let app = &own.0;
    let regulator = app.as_role("COUNTY_REGULATOR", "330603").await;
    let mine = regulator.graphql("{ viewer { posting { organisation { code department } } } }", json!({})).await.data();
    let mine = &mine["viewer"]["posting"]["organisation"];
    let (code, department) = (mine["code"].as_str().unwrap(), mine["department"].as_str().unwrap());
    let office = number(app, format!("SELECT id FROM organisation WHERE code = '{code}'")).await;
    // One that no other branch of the rule finds: the domain is another's.
    let order = number(
        app,
        format!(
            "SELECT MIN(o.id) FROM rectification_order o WHERE o.department <> '{department}' AND EXISTS (SELECT 1 FROM hazard h
             WHERE h.order_id = o.id) AND NOT EXISTS (SELECT 1 FROM hazard h WHERE h.order_id = o.id
             AND h.regulator_department = '{department}')"
        ),
    )
    .await;
    let hazard = number(app, format!("SELECT MIN(id) FROM hazard WHERE order_id = {order}")).await;
    let assignment = number(app, format!("SELECT MIN(id) FROM order_assignment WHERE order_id = {order}")).await;
    let dispute = number(app, "SELECT MIN(id) FROM dispute".into()).await;
    let given = |table: &str, id: i64| format!("UPDATE {table} SET no = 'GIVEN' WHERE id = {id}");
    for (root, table, id, end) in [
        ("hazard", "hazard", hazard, "written_off_at"),
        ("rectificationOrder", "rectification_order", order, "closed_at"),
        ("dispute", "dispute", dispute, "closed_at"),
    ] {
        write(app, given(table, id)).await;
        let no = json!("GIVEN");
        assert!(!sees(&regulator, root, &no).await, "{root} before it is given");
        match table {
            "dispute" => {
                let row = format!("UPDATE dispute SET handling_organisation_id = {office}, sensitive_until = NULL");
                write(app, format!("{row} WHERE id = {id}")).await;
            }
            _ => {
                write(app, format!("UPDATE order_assignment SET organisation_id = {office} WHERE id = {assignment}"))
                    .await
            }
        }
        for (ended, expected) in [("NULL".to_owned(), true), (days_ago(89), true), (days_ago(91), false)] {
            write(app, format!("UPDATE {table} SET {end} = {ended} WHERE id = {id}")).await;
            assert_eq!(sees(&regulator, root, &no).await, expected, "{root} ended {ended}");
        }
        if table == "hazard" {
            let other = format!("UPDATE order_assignment SET organisation_id = {} WHERE id = {assignment}", office + 1);
            write(app, other).await;
        }
    }
}

fn days_ago(days: i64) -> String {
    (PLAN.as_of_ms - days * DAY).to_string()
}
