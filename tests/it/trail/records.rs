//! Who did what: an entry for each write, denial and reading of personal data in full, none for a reading that is masked.

use axum::http::Request;
use fengqiao::identity::posting_by_id;
use fengqiao::read::write::parse_global_id;
use http_body_util::Full;
use serde_json::{Value, json};

use super::ledger::{Entry, FORBIDDEN, added, entries, grade, read_parties, report, verify_stored, work};
use crate::evidence::bytes;
use crate::evidence::desk::{HOUR_MS, TOWNSHIP, VILLAGE, fetch, member, number, operator, reported, run, slot, upload};
use crate::support::app::{Actor, OwnTestApp};
use crate::support::backend::on_both;

on_both!(
    each_write_has_its_entry,
    each_denial_has_its_entry,
    each_reading_in_full_has_its_entry,
    each_choice_by_personal_data_has_its_entry,
    auditors_alone_read_the_trail,
    the_trail_is_filtered,
    content_leaves_entries_from_upload_to_sweep,
);

/// The posting of an actor.
async fn posting(actor: &Actor) -> i64 {
    let data = actor.graphql("{ viewer { posting { id } } }", json!({})).await.data();
    parse_global_id(data["viewer"]["posting"]["id"].as_str().unwrap()).unwrap().1
}

/// The key of an object.
fn key(object: &Value) -> i64 {
    parse_global_id(object["id"].as_str().unwrap()).unwrap().1
}

/// The one entry, by somebody.
async fn only(own: &OwnTestApp, all: Vec<Entry>, actor: &Actor, role: &str, purpose: &str) -> Entry {
    let [entry] = <[Entry; 1]>::try_from(all).unwrap_or_else(|all| panic!("{all:#?}"));
    let posting = posting(actor).await;
    let found = posting_by_id(&own.0.database.storage.write, posting).await.unwrap().unwrap();
    let account = number(&own.0, &format!("SELECT account_id FROM posting WHERE id = {posting}")).await;
    let organisation = number(&own.0, &format!("SELECT organisation_id FROM posting WHERE id = {posting}")).await;
    assert_eq!(found.posting_id, posting);
    let who = (entry.account_id, entry.posting_id, entry.organisation_id);
    assert_eq!(who, (Some(account), Some(posting), Some(organisation)), "{entry:?}");
    assert_eq!((entry.role.as_str(), entry.purpose.as_str()), (role, purpose), "{entry:?}");
    let now = fengqiao::kernel::clock::Clock::now_ms(&*own.0.clock);
    assert_eq!((entry.at, entry.chain), (now, account % 8), "{entry:?}");
    entry
}

async fn each_write_has_its_entry(own: &OwnTestApp) {
    let app = &own.0;
    let (member, operator) = (member(app).await, operator(app).await);
    let mut hazard = Value::Null;
    let all = added(app, async { hazard = report(&member).await }).await;
    let entry = only(own, all, &member, "GRID_MEMBER", "HANDLE_CASE").await;
    assert_eq!((entry.operation.as_str(), entry.decision.as_str()), ("reportHazard", "ALLOW"));
    assert_eq!((entry.rule.as_str(), entry.object_no.as_deref()), ("Hazard v1 reportHazard", hazard["no"].as_str()));
    assert_eq!(entry.objects, format!("[\"Hazard:{}\"]", key(&hazard)));
    let all = added(app, async { assert_eq!(grade(&operator, &hazard).await, json!([])) }).await;
    let entry = only(own, all, &operator, "TOWN_CENTRE_OPERATOR", "HANDLE_CASE").await;
    assert_eq!((entry.rule.as_str(), entry.class), ("Hazard v1 gradeHazard", None));

    // What is written of persons is named, as fields and not as values.
    let input = json!({ "input": { "title": "邻里噪音纠纷", "summary": "夜间装修噪音", "channel": "GRID", "grid": grid_id(),
        "parties": [
            { "kind": "PERSON", "name": "甲乙丙", "contact": "10012345678" },
            { "kind": "PERSON", "name": "丁戊己", "contact": "10087654321" },
        ] } });
    let document = "mutation Register($input: RegisterDisputeInput!) { registerDispute(input: $input) {
      dispute { id no } userErrors { code field } } }";
    let mut dispute = Value::Null;
    let all = added(app, async {
        let mut payload = member.graphql(document, input.clone()).await.data()["registerDispute"].take();
        assert_eq!(payload["userErrors"], json!([]), "{payload}");
        dispute = payload["dispute"].take();
    });
    let entry = only(own, all.await, &member, "GRID_MEMBER", "HANDLE_CASE").await;
    let fields: Value = serde_json::from_str(&entry.fields).unwrap();
    let of_dispute = json!([format!("Dispute:{}", key(&dispute))]);
    for field in ["Party.name", "Party.contact", "Dispute.summary"] {
        assert_eq!(fields[field], of_dispute, "{field} in {fields}");
    }
    assert_eq!((entry.class.as_deref(), entry.object_no.as_deref()), (Some("PERSONAL_KEY"), dispute["no"].as_str()));
    let told = format!("{entry:?}");
    assert!(["甲乙丙", "10012345678", "夜间装修噪音"].iter().all(|value| !told.contains(value)), "{told}");
}

fn grid_id() -> String {
    fengqiao::read::write::global_id("Grid", crate::evidence::desk::GRID)
}

async fn each_denial_has_its_entry(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let hazard = report(&member).await;
    let object = format!("[\"Hazard:{}\"]", key(&hazard));
    // A duty that is not theirs.
    let all = added(app, async { drop(grade(&member, &hazard).await) }).await;
    let entry = only(own, all, &member, "GRID_MEMBER", "HANDLE_CASE").await;
    assert_eq!((entry.decision.as_str(), entry.rule.as_str()), ("DENY", "Hazard gradeHazard: NOT_PERMITTED"));
    assert_eq!((entry.operation.as_str(), &entry.objects), ("gradeHazard", &object));
    // A matter that they do not see looks like none, and is a denial all the same.
    let stranger = app.as_role("TOWN_CENTRE_OPERATOR", "330603008").await;
    let all = added(app, async {
        assert_eq!(grade(&stranger, &hazard).await, json!([{ "code": "NOT_FOUND", "field": "id" }]));
    });
    let entry = only(own, all.await, &stranger, "TOWN_CENTRE_OPERATOR", "HANDLE_CASE").await;
    assert_eq!((entry.rule.as_str(), &entry.objects), ("Hazard gradeHazard: NOT_FOUND", &object));
    // A field that they may not choose by.
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let all = added(app, async { drop(officer.graphql(FORBIDDEN, json!({})).await) }).await;
    let entry = only(own, all, &officer, "COUNTY_PEACE_OFFICER", "SUPERVISE").await;
    assert_eq!((entry.decision.as_str(), entry.operation.as_str()), ("DENY", "disputes"));
    assert_eq!(entry.rule, "FORBIDDEN_FIELD filter.parties.name");
    let figures = r#"{ disputeStatistics(filter: { parties: { name: ["甲"] } }) { accepted } }"#;
    let all = added(app, async { drop(officer.graphql(figures, json!({})).await) }).await;
    let entry = only(own, all, &officer, "COUNTY_PEACE_OFFICER", "SUPERVISE").await;
    assert_eq!((entry.decision.as_str(), entry.class.as_deref()), ("DENY", None));
    // A family of data that is not their role's.
    let all =
        added(app, async { drop(officer.graphql("query Look { auditRecords { totalCount } }", json!({})).await) });
    let entry = only(own, all.await, &officer, "COUNTY_PEACE_OFFICER", "SUPERVISE").await;
    assert_eq!((entry.decision.as_str(), entry.rule.as_str()), ("DENY", "FAMILY_NOT_IN_ROLE AuditRecord"));
    // Personal data that their role, or what they ask for it for, never opens: the fields, in one entry.
    let contacts = "{ quarrels: disputes(first: 1) { edges { node { no summary parties { kind: contact name } } } } auditRecords { totalCount } }";
    let all = added(app, async { drop(officer.graphql(contacts, json!({})).await.data()) }).await;
    let entry = only(own, all, &officer, "COUNTY_PEACE_OFFICER", "SUPERVISE").await;
    let told = "CLASS_NOT_IN_ROLE Dispute.summary; CLASS_NOT_IN_ROLE Party.contact; CLASS_NOT_IN_ROLE Party.name; \
                FAMILY_NOT_IN_ROLE AuditRecord";
    assert_eq!((entry.decision.as_str(), entry.rule.as_str(), entry.fields.as_str()), ("DENY", told, "{}"));
    let posting = posting(&operator(app).await).await;
    let counting = app.as_posting(posting, fengqiao::identity::Purpose::parse("STATISTICS")).await;
    let place = "{ disputes(first: 1) { edges { node { location { lon } } } } }";
    let all = added(app, async { drop(counting.graphql(place, json!({})).await.data()) }).await;
    let entry = only(own, all, &counting, "TOWN_CENTRE_OPERATOR", "STATISTICS").await;
    assert_eq!((entry.decision.as_str(), entry.rule.as_str()), ("DENY", "PURPOSE Dispute.location"));
    // What is merely wrong is no denial.
    let all = added(app, async {
        assert!(officer.graphql("{ hazards(first: 0) { totalCount } }", json!({})).await.errors()[0].0 == "BAD_INPUT");
    });
    assert_eq!(all.await, []);
}

async fn each_reading_in_full_has_its_entry(own: &OwnTestApp) {
    let app = &own.0;
    let operator = operator(app).await;
    let mut read = Value::Null;
    let all = added(app, async { read = read_parties(&operator).await }).await;
    let entry = only(own, all, &operator, "TOWN_CENTRE_OPERATOR", "HANDLE_CASE").await;
    assert_eq!((entry.decision.as_str(), entry.rule.as_str(), entry.operation.as_str()), ("ALLOW", "read", "disputes"));
    assert_eq!(entry.class.as_deref(), Some("PERSONAL"));
    // Of which disputes; telephones were masked, and are not told as read.
    let fields: Value = serde_json::from_str(&entry.fields).unwrap();
    let of: Vec<&str> = fields["Party.name"].as_array().unwrap().iter().map(|of| of.as_str().unwrap()).collect();
    let mut shown = vec![];
    for edge in read.as_array().unwrap() {
        if edge["node"]["parties"][0]["name"].is_string() {
            let no = edge["node"]["no"].as_str().unwrap();
            let id = number(app, &format!("SELECT id FROM dispute WHERE no = '{no}'")).await;
            shown.push(format!("Dispute:{id}"));
        }
    }
    shown.sort();
    assert_eq!(of, shown, "{read}");
    assert_eq!(fields.as_object().unwrap().len(), 1, "{fields}");

    // Masked, public or for statistics: nothing is told as read. Hidden from all of a role: a denial, and nothing else.
    for (role, division, hidden) in [
        ("GRID_LEADER", VILLAGE, false),
        ("VILLAGE_CADRE", VILLAGE, false),
        ("JUSTICE_BUREAU", "330603", false),
        ("COUNTY_PEACE_OFFICER", "330603", true),
        ("TOWN_LEADER", TOWNSHIP, true),
    ] {
        let actor = app.as_role(role, division).await;
        let all = added(app, async { drop(read_parties(&actor).await) }).await;
        let (denied, shown): (Vec<&Entry>, Vec<&Entry>) = all.iter().partition(|entry| entry.decision == "DENY");
        assert_eq!(denied.len(), usize::from(hidden), "{role}: {denied:#?}");
        assert!(shown.iter().all(|entry| entry.role == role && entry.fields != "{}"), "{role}: {shown:#?}");
        // A grid or village that handles a dispute is shown it in full; those that handle none are not.
        assert!(shown.is_empty() || ["GRID_LEADER", "VILLAGE_CADRE"].contains(&role), "{role}: {shown:#?}");
    }
    let counts = "{ disputes { totalCount } disputeStatistics { accepted } }";
    assert_eq!(added(app, async { drop(operator.graphql(counts, json!({})).await.data()) }).await, []);
}

/// Who counts the disputes of a place looks for where people live, whatever is shown of them.
async fn each_choice_by_personal_data_has_its_entry(own: &OwnTestApp) {
    let app = &own.0;
    let resident = app.as_role("RESIDENT", VILLAGE).await;
    let operator = operator(app).await;
    let area = "within: { west: 120.0, south: 29.5, east: 121.0, north: 30.5 }";
    let near = "near: { lon: 120.5, lat: 30.0, radiusM: 500 }";
    for filter in [area.to_owned(), near.to_owned(), format!("not: {{ {area} }}"), format!("or: [{{ {near} }}]")] {
        let asked = format!("{{ disputes(filter: {{ {filter} }}) {{ totalCount }} }}");
        let all = added(app, async { drop(resident.graphql(&asked, json!({})).await.data()) }).await;
        let entry = only(own, all, &resident, "RESIDENT", "OWN_DATA").await;
        assert_eq!((entry.decision.as_str(), entry.class.as_deref()), ("ALLOW", Some("PERSONAL")), "{filter}");
        assert_eq!(entry.fields, r#"{"Dispute.location (filter)":[]}"#, "{filter}");
        // Who reads it on some rows alone may not choose by it, and that is told as well.
        let all = added(app, async { drop(operator.graphql(&asked, json!({})).await) }).await;
        let entry = only(own, all, &operator, "TOWN_CENTRE_OPERATOR", "HANDLE_CASE").await;
        assert_eq!(entry.decision, "DENY", "{filter}");
        assert!(entry.rule.starts_with("FORBIDDEN_FIELD filter"), "{}", entry.rule);
    }
    // What is public of places, and what is null, chooses by nothing personal.
    let public = format!("{{ hazards(filter: {{ {area} }}) {{ totalCount }} }}");
    for asked in [public.as_str(), "{ disputes(filter: { within: null }) { totalCount } }"] {
        assert_eq!(added(app, async { drop(resident.graphql(asked, json!({})).await) }).await, [], "{asked}");
    }
}

const RECORDS: &str = "query ($filter: AuditRecordFilter) { auditRecords(filter: $filter, first: 100) { totalCount
  edges { node { at chain seq role purpose operation objectNo objects fields class decision rule posting { role } } } } }";

async fn auditors_alone_read_the_trail(own: &OwnTestApp) {
    let app = &own.0;
    work(app).await;
    let count = entries(app).await.len();
    let auditor = app.as_role("AUDIT_ADMIN", "3306").await;
    let all = auditor.graphql(RECORDS, json!({})).await.data();
    assert_eq!(all["auditRecords"]["totalCount"], json!(count));
    let newest = &all["auditRecords"]["edges"][0]["node"];
    assert_eq!(newest["posting"]["role"], newest["role"]);
    assert_eq!(entries(app).await.len(), count, "the trail holds nothing personal: reading it is told nowhere");
    for (role, division) in [
        ("SYS_ADMIN", "3306"),
        ("SEC_ADMIN", "3306"),
        ("CITY_SUPERVISOR", "3306"),
        ("COUNTY_PEACE_OFFICER", "330603"),
        ("TOWN_CENTRE_OPERATOR", TOWNSHIP),
        ("GRID_MEMBER", VILLAGE),
        ("RESIDENT", VILLAGE),
        ("PUBLIC_STAT", "3306"),
    ] {
        let actor = app.as_role(role, division).await;
        let reply = actor.graphql(RECORDS, json!({})).await;
        assert_eq!(reply.data()["auditRecords"], Value::Null, "{role}");
        let told = &reply.json()["extensions"]["redactions"][0];
        assert_eq!(
            (&told["reason"], &told["path"]),
            (&json!("FAMILY_NOT_IN_ROLE"), &json!(["auditRecords"])),
            "{role}"
        );
        // Nor one by one.
        let id = fengqiao::read::write::global_id("AuditRecord", number(app, "SELECT MIN(id) FROM audit_entry").await);
        let node = actor.graphql("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await.data();
        assert_eq!(node["node"], Value::Null, "{role}");
    }
}

async fn the_trail_is_filtered(own: &OwnTestApp) {
    let app = &own.0;
    let begin = fengqiao::kernel::clock::Clock::now_ms(&*app.clock);
    work(app).await;
    app.clock.advance(60_000);
    work(app).await;
    let all = entries(app).await;
    let auditor = app.as_role("AUDIT_ADMIN", "3306").await;
    let no = all.iter().find_map(|entry| entry.object_no.clone()).unwrap();
    type Holds<'h> = Box<dyn Fn(&Entry) -> bool + 'h>;
    let cases: Vec<(Value, Holds<'_>)> = vec![
        (json!({ "decision": ["DENY"] }), Box::new(|e| e.decision == "DENY")),
        (json!({ "class": ["PERSONAL"] }), Box::new(|e| e.class.as_deref() == Some("PERSONAL"))),
        (json!({ "role": ["GRID_LEADER"] }), Box::new(|e| e.role == "GRID_LEADER")),
        (json!({ "purpose": ["OWN_DATA"] }), Box::new(|e| e.purpose == "OWN_DATA")),
        (json!({ "operation": ["gradeHazard"] }), Box::new(|e| e.operation == "gradeHazard")),
        (json!({ "objectNo": [no] }), Box::new(|e| e.object_no.as_ref() == Some(&no))),
        (json!({ "at": { "from": "2026-04-01T00:00:30+08:00" } }), Box::new(|e| e.at > begin)),
        (json!({ "chain": { "min": 0, "max": 3 } }), Box::new(|e| e.chain <= 3)),
        (
            json!({ "decision": ["DENY"], "not": { "role": ["GRID_MEMBER"] } }),
            Box::new(|e| e.decision == "DENY" && e.role != "GRID_MEMBER"),
        ),
    ];
    for (filter, holds) in cases {
        let expected = all.iter().filter(|entry| holds(entry)).count();
        assert!(expected > 0 && expected < all.len(), "{filter} chooses {expected} of {}", all.len());
        let found = auditor.graphql(RECORDS, json!({ "filter": filter })).await.data()["auditRecords"].take();
        assert_eq!(found["totalCount"], json!(expected), "{filter}");
        let newest_first = found["edges"].as_array().unwrap().windows(2);
        let newest_first =
            newest_first.map(|pair| (pair[0]["node"]["at"].to_string(), pair[1]["node"]["at"].to_string()));
        assert!(newest_first.into_iter().all(|(one, next)| one >= next), "{filter}");
    }
}

/// Content that is stored, refused, given back and swept: each by whoever did it.
async fn content_leaves_entries_from_upload_to_sweep(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let count = async |operation: &str, decision: &str| {
        let sql =
            format!("SELECT COUNT(*) FROM audit_entry WHERE operation = '{operation}' AND decision = '{decision}'");
        number(app, &sql).await
    };
    let hash = upload(&member, "JPEG", &bytes::jpeg(1)).await;
    let named =
        format!("SELECT COUNT(*) FROM audit_entry WHERE operation = 'storeUpload' AND objects LIKE '%File:{hash}%'");
    assert_eq!(number(app, &named).await, 1);
    let unused = upload(&member, "JPEG", &bytes::jpeg(2)).await;
    let url = slot(&member, "PDF", 9).await;
    let back = Request::delete(&url).header("tus-resumable", "1.0.0").body(Full::default()).unwrap();
    assert_eq!(member.send(back).await.status, 204);
    assert_eq!(count("giveBackUpload", "ALLOW").await, 1);
    let hazard = reported(&member, "entries", &[(&hash, "BEFORE")]).await;
    let content = hazard["evidence"][0]["url"].as_str().unwrap();
    assert_eq!(fetch(app, content).await.status, 200);
    assert_eq!((count("EvidenceContent", "ALLOW").await, count("EvidenceContent", "DENY").await), (1, 0));
    // Whoever the link was made for has lost the posting: refused, and noted.
    let posting = posting(&member).await;
    run(app, &format!("UPDATE posting SET revoked_at = 1 WHERE id = {posting}")).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(fetch(app, content).await.status, 404);
    let denied = format!(
        "SELECT COUNT(*) FROM audit_entry WHERE operation = 'EvidenceContent' AND decision = 'DENY'
         AND posting_id = {posting}"
    );
    assert_eq!(number(app, &denied).await, 1);
    app.clock.advance(25 * HOUR_MS);
    let now = fengqiao::kernel::clock::Clock::now_ms(&*app.clock);
    app.uploads.as_ref().unwrap().sweep(now).await.unwrap();
    let swept =
        format!("SELECT COUNT(*) FROM audit_entry WHERE operation = 'sweepUploads' AND objects LIKE '%File:{unused}%'");
    assert_eq!(number(app, &swept).await, 1);
    verify_stored(app, &[]).await.unwrap();
}
