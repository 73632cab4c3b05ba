//! What these tests share: a village at work, seals, exports, and entries as they are stored.

use std::io::Cursor;
use std::sync::Arc;

use fengqiao::read::session::Session;
use fengqiao::trail::export::{self, ExportError};
use fengqiao::trail::seal::{Seal, Sealing};
use fengqiao::trail::sign::{SignatureAlgorithm, SigningKey, VerifyingKey};
use fengqiao::trail::verify::{Fault, Verified};
use sea_orm::{FromQueryResult, Statement};
use serde_json::{Value, json};

use crate::evidence::desk::{TOWNSHIP, VILLAGE, leader, member, operator, report_input, report_with};
use crate::support::app::{Actor, TestApp};

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub(super) struct Entry {
    pub(super) chain: i64,
    pub(super) seq: i64,
    pub(super) at: i64,
    pub(super) account_id: Option<i64>,
    pub(super) posting_id: Option<i64>,
    pub(super) organisation_id: Option<i64>,
    pub(super) role: String,
    pub(super) purpose: String,
    pub(super) operation: String,
    pub(super) object_no: Option<String>,
    pub(super) objects: String,
    pub(super) fields: String,
    pub(super) class: Option<String>,
    pub(super) decision: String,
    pub(super) rule: String,
}

/// All entries, the latest last.
pub(super) async fn entries(app: &TestApp) -> Vec<Entry> {
    let database = &app.database.storage.write;
    let sql = "SELECT * FROM audit_entry ORDER BY at, id";
    let statement = Statement::from_string(database.get_database_backend(), sql);
    Entry::find_by_statement(statement).all(database).await.expect("the trail is read")
}

/// The entries that something adds.
pub(super) async fn added(app: &TestApp, work: impl Future<Output = ()>) -> Vec<Entry> {
    let before = entries(app).await;
    work.await;
    let mut after = entries(app).await;
    after.retain(|entry| !before.contains(entry));
    after
}

/// Reports a hazard without a photo; gives it back.
pub(super) async fn report(actor: &Actor) -> Value {
    let mut input = report_input(&[]);
    input["noPhotoReason"] = "雨夜无法拍摄".into();
    let mut payload = report_with(actor, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload}");
    payload["hazard"].take()
}

/// Grades a hazard; gives back the refusals.
pub(super) async fn grade(actor: &Actor, hazard: &Value) -> Value {
    let document = "mutation ($input: GradeHazardInput!) { gradeHazard(input: $input) { userErrors { code field } } }";
    let input = json!({ "id": hazard["id"], "expectedVersion": 1, "grade": "GENERAL", "basis": "现场核查" });
    actor.graphql(document, json!({ "input": input })).await.data()["gradeHazard"]["userErrors"].take()
}

/// Names of the parties of the latest disputes that somebody may see.
pub(super) async fn read_parties(actor: &Actor) -> Value {
    let document = "{ disputes(first: 3) { edges { node { no parties { name contact } } } } }";
    actor.graphql(document, json!({})).await.data()["disputes"]["edges"].take()
}

/// A village at work: reports, grades, refusals, readings of personal data, by different people in several rounds.
pub(super) async fn work(app: &TestApp) {
    let (member, leader, operator) = (member(app).await, leader(app).await, operator(app).await);
    let resident = app.as_role("RESIDENT", VILLAGE).await;
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    for _ in 0..4 {
        let (first, second) = (report(&member).await, report(&leader).await);
        assert_eq!(grade(&member, &first).await, json!([{ "code": "NOT_PERMITTED", "field": null }]));
        assert_eq!(grade(&operator, &first).await, json!([]));
        assert_eq!(grade(&operator, &second).await, json!([]));
        for actor in [&operator, &resident] {
            assert_ne!(read_parties(actor).await, json!([]));
        }
        let refused = officer.graphql(FORBIDDEN, json!({})).await;
        assert_eq!(refused.errors()[0].0, "FORBIDDEN_FIELD", "{}", refused.text);
    }
    assert!(app.as_role("MEDIATOR", TOWNSHIP).await.graphql("{ serverTime }", json!({})).await.status == 200);
}

/// A question that chooses disputes by what a supervisor may not read.
pub(super) const FORBIDDEN: &str = r#"{ disputes(filter: { parties: { name: ["甲"] } }) { totalCount } }"#;

/// A new key.
pub(super) fn key(algorithm: SignatureAlgorithm) -> SigningKey {
    SigningKey::generate(algorithm).expect("a key")
}

/// Where seals are written out.
pub(super) fn seals_file(app: &TestApp) -> std::path::PathBuf {
    app.files.path().join("seals.jsonl")
}

/// Seals the heads as they stand; `None`: nothing is new.
pub(super) async fn seal(app: &TestApp, key: SigningKey) -> Option<Seal> {
    let writer = app.engine.writer().expect("the engine writes").clone();
    let sealing = Sealing { writer, key, file: seals_file(app), clock: Arc::clone(&app.clock) as _ };
    sealing.seal().await.expect("the heads are sealed")
}

/// The trail as lines: the header, the seals, the entries.
pub(super) async fn exported(app: &TestApp) -> Vec<String> {
    let mut out = vec![];
    let mut session = Session::open(&app.database.storage.read).await.expect("a connection");
    export::export(&mut session, &mut out).await.expect("the trail is exported");
    String::from_utf8(out).expect("text").lines().map(str::to_owned).collect()
}

/// What is found of lines, with the public key alone.
pub(super) fn verify(lines: &[String], seals: Vec<Seal>, keys: &[VerifyingKey]) -> Result<Verified, Fault> {
    let text = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>();
    export::verify_export(Cursor::new(text), seals.into_iter().map(Ok), keys).map_err(only_fault)
}

/// What is found of the trail in the database.
pub(super) async fn verify_stored(app: &TestApp, keys: &[VerifyingKey]) -> Result<Verified, Fault> {
    let mut session = Session::open(&app.database.storage.read).await.expect("a connection");
    export::verify_stored(&mut session, vec![], keys).await.map_err(only_fault)
}

fn only_fault(error: ExportError) -> Fault {
    match error {
        ExportError::Fault(fault) => fault,
        other => panic!("{other}"),
    }
}
