//! Content is given by sealed links, and the gate is asked each time: for whom it was sealed, and whether they still may.

use entity::posting;
use fengqiao::files::link::Link;
use fengqiao::identity::posting_by_role;
use fengqiao::kernel::clock::Clock;
use fengqiao::kernel::seal::Sealer;
use fengqiao::read::write::{global_id, parse_global_id};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::bytes;
use super::desk::{
    HOUR_MS, TOWNSHIP, VILLAGE, code, evidence, fetch, fetch_with, header, member, number, operator, report_input,
    report_with, reported, upload,
};
use crate::support::app::{OwnTestApp, TestApp};
use crate::support::backend::on_both;

on_both!(
    who_may_not_see_the_matter_gets_no_content,
    a_link_is_for_a_short_time_and_for_what_it_was_sealed,
    a_link_ends_with_its_posting,
    what_shows_persons_is_given_like_personal_data,
);

const MINUTE_MS: i64 = 60_000;

/// A hazard with a photo: the matter and the key of its evidence.
async fn photographed(app: &TestApp) -> (Value, i64) {
    let member = member(app).await;
    let hash = upload(&member, "JPEG", &bytes::jpeg(1)).await;
    let hazard = reported(&member, "gate", &[(&hash, "BEFORE")]).await;
    let id = parse_global_id(hazard["evidence"][0]["id"].as_str().unwrap()).unwrap().1;
    (hazard, id)
}

/// The posting of a role in a division.
async fn posting_of(app: &TestApp, role: &str, division: &str) -> i64 {
    let found = posting_by_role(&app.database.storage.write, role, Some(division), app.clock.now_ms()).await;
    found.unwrap().unwrap().posting_id
}

/// A link that we seal as the product does, for somebody who was not given one.
fn sealed(app: &TestApp, evidence: i64, posting: i64, purpose: &str) -> String {
    let until = app.clock.now_ms() + MINUTE_MS;
    Link { evidence, posting, purpose: purpose.to_owned(), until, small: false }.path(&Sealer::demo())
}

async fn who_may_not_see_the_matter_gets_no_content(own: &OwnTestApp) {
    let app = &own.0;
    let (hazard, id) = photographed(app).await;
    let ours = sealed(app, id, posting_of(app, "GRID_MEMBER", VILLAGE).await, "HANDLE_CASE");
    assert_eq!(fetch(app, &ours).await.status, 200);
    for (role, division, purpose) in [
        // Of the next village, of a mediation organisation, of another county.
        ("GRID_MEMBER", "330603001030", "HANDLE_CASE"),
        ("MEDIATOR", TOWNSHIP, "HANDLE_CASE"),
        ("RESIDENT", VILLAGE, "OWN_DATA"),
        ("COUNTY_PEACE_OFFICER", "330482", "SUPERVISE"),
        ("AUDIT_ADMIN", "3306", "AUDIT"),
    ] {
        let actor = app.as_role(role, division).await;
        let asked = "query ($id: ID!) { node(id: $id) { ... on Evidence { url thumbnailUrl hash } } }";
        let seen = actor.graphql(asked, json!({ "id": global_id("Evidence", id) })).await.data();
        assert_eq!(seen["node"], Value::Null, "{role}");
        assert_eq!(actor_evidence(&actor, &hazard).await, Value::Null, "{role}");
        // Had they a link of their own, the gate would still say no, as of something that is not there.
        let link = sealed(app, id, posting_of(app, role, division).await, purpose);
        let (refused, nothing) = (fetch(app, &link).await, fetch(app, "/files/x").await);
        assert_eq!((refused.status, &refused.text), (404, &nothing.text), "{role}");
    }
    // A purpose that the role may not act for, and one that there is not.
    for purpose in ["AUDIT", "OWN_DATA", "CURIOSITY"] {
        let link = sealed(app, id, posting_of(app, "GRID_MEMBER", VILLAGE).await, purpose);
        assert_eq!(fetch(app, &link).await.status, 404, "{purpose}");
    }
    let downloads = |decision: &str| {
        format!("SELECT COUNT(*) FROM audit_entry WHERE rule = 'download' AND decision = '{decision}'")
    };
    assert_eq!(number(app, &downloads("ALLOW")).await, 1, "only what was given is told as given");
    // Five people and two purposes; of the third there is no such thing.
    assert_eq!(number(app, &downloads("DENY")).await, 7, "and each refusal as one");
}

async fn actor_evidence(actor: &crate::support::app::Actor, hazard: &Value) -> Value {
    let document = "query ($id: ID!) { node(id: $id) { ... on Hazard { evidence { url } } } }";
    actor.graphql(document, json!({ "id": hazard["id"] })).await.data()["node"]["evidence"].take()
}

async fn a_link_is_for_a_short_time_and_for_what_it_was_sealed(own: &OwnTestApp) {
    let app = &own.0;
    let (hazard, id) = photographed(app).await;
    let url = hazard["evidence"][0]["url"].as_str().unwrap().to_owned();
    let small = hazard["evidence"][0]["thumbnailUrl"].as_str().unwrap().to_owned();
    // The link is the right of its posting, whoever's token comes with it: browsers send none with a picture.
    let stranger = app.token("nobody", 1, None);
    for headers in [vec![], vec![("authorization", format!("Bearer {stranger}"))]] {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(fetch_with(app, &url, &headers).await.status, 200, "{headers:?}");
    }
    // Each is told in the trail: who, why, which evidence, which content.
    let hash = hazard["evidence"][0]["hash"].as_str().unwrap();
    let posting = posting_of(app, "GRID_MEMBER", VILLAGE).await;
    let told = format!(
        "SELECT COUNT(*) FROM audit_entry WHERE operation = 'EvidenceContent' AND rule = 'download' AND decision = 'ALLOW'
         AND posting_id = {posting} AND role = 'GRID_MEMBER' AND purpose = 'HANDLE_CASE'
         AND objects LIKE '%\"Evidence:{id}\"%' AND objects LIKE '%\"File:{hash}\"%'"
    );
    assert_eq!(number(app, &told).await, 2);

    // It is kept by whoever fetched it no longer than the link holds, and ten minutes at most.
    let kept = async |link: &str| header(&fetch(app, link).await, "cache-control").unwrap();
    assert_eq!(
        (kept(&url).await.as_str(), kept(&small).await.as_str()),
        ("private, max-age=600", "private, max-age=600")
    );
    let short = sealed(app, id, posting, "HANDLE_CASE");
    assert_eq!(kept(&short).await, "private, max-age=60");
    app.clock.advance(500);
    assert_eq!(kept(&short).await, "private, max-age=59");

    // A link in which anything was changed opens nothing; nor does that of a slot.
    let token = url.strip_prefix("/files/").unwrap();
    let at = [0, 5, token.len() / 2, token.len() - 2];
    let changed = at.into_iter().map(|at| {
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        [&token[..at], other, &token[at + 1..]].concat()
    });
    let slot = super::desk::slot(&member(app).await, "PDF", 9).await.replace("/uploads/", "");
    let cut = [token[1..].to_owned(), token[..token.len() - 4].to_owned(), format!("{token}AAAA"), slot];
    for token in changed.chain(cut) {
        let refused = fetch(app, &format!("/files/{token}")).await;
        assert_eq!((refused.status, code(&refused).as_str()), (404, "NOT_FOUND"), "{token}");
    }

    // For ten minutes and what is left of the minute.
    app.clock.advance(10 * MINUTE_MS);
    assert_eq!((fetch(app, &url).await.status, fetch(app, &small).await.status), (200, 200));
    app.clock.advance(MINUTE_MS);
    for link in [&url, &small] {
        let ended = fetch(app, link).await;
        assert_eq!((ended.status, code(&ended).as_str()), (410, "GONE"));
    }
    // A new one is given to whoever may see it.
    let renewed = evidence(&operator(app).await, &hazard).await[0]["url"].as_str().unwrap().to_owned();
    assert_eq!(fetch(app, &renewed).await.status, 200);
}

/// Ends a posting at an instant.
async fn end(app: &TestApp, posting: i64, column: posting::Column, at: i64) {
    let ended = posting::Entity::update_many().col_expr(column, at.into()).filter(posting::Column::Id.eq(posting));
    assert_eq!(ended.exec(&app.database.storage.write).await.unwrap().rows_affected, 1);
}

async fn a_link_ends_with_its_posting(own: &OwnTestApp) {
    let app = &own.0;
    let (hazard, id) = photographed(app).await;
    // Revoked three minutes from now: the link itself would hold for ten.
    let leader = posting_of(app, "GRID_LEADER", VILLAGE).await;
    end(app, leader, posting::Column::RevokedAt, app.clock.now_ms() + 3 * MINUTE_MS).await;
    let shown = evidence(&app.as_posting(leader, None).await, &hazard).await;
    let url = shown[0]["url"].as_str().unwrap();
    assert_eq!(fetch(app, url).await.status, 200);
    app.clock.advance(3 * MINUTE_MS - 1);
    assert_eq!(fetch(app, url).await.status, 200);
    app.clock.advance(1);
    let revoked = fetch(app, url).await;
    assert_eq!((revoked.status, code(&revoked).as_str()), (404, "NOT_FOUND"));
    // A posting that was revoked before anybody asked, and one of an account that was disabled.
    let cadre = posting_of(app, "VILLAGE_CADRE", VILLAGE).await;
    end(app, cadre, posting::Column::RevokedAt, app.clock.now_ms() - HOUR_MS).await;
    assert_eq!(fetch(app, &sealed(app, id, cadre, "HANDLE_CASE")).await.status, 404);
    let officer = posting_of(app, "BEAT_OFFICER", TOWNSHIP).await;
    let disable =
        format!("UPDATE account SET disabled = true WHERE id = (SELECT account_id FROM posting WHERE id = {officer})");
    super::desk::run(app, &disable).await;
    assert_eq!(fetch(app, &sealed(app, id, officer, "HANDLE_CASE")).await.status, 404);
    // Somebody else's right is their own.
    let member = posting_of(app, "GRID_MEMBER", VILLAGE).await;
    assert_eq!(fetch(app, &sealed(app, id, member, "HANDLE_CASE")).await.status, 200);
    assert_eq!(fetch(app, &sealed(app, id, i64::MAX, "HANDLE_CASE")).await.status, 404);
}

async fn what_shows_persons_is_given_like_personal_data(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let hash = upload(&member, "JPEG", &bytes::jpeg(1)).await;
    let mut input = report_input(&[(&hash, "BEFORE")]);
    input["evidence"][0]["class"] = "PERSONAL".into();
    let hazard = report_with(&member, input).await["hazard"].take();
    let id = parse_global_id(hazard["evidence"][0]["id"].as_str().unwrap()).unwrap().1;
    // The member sees that there is a photo of somebody, and not the photo.
    let shown = &hazard["evidence"][0];
    assert_eq!((&shown["hash"], &shown["url"], &shown["thumbnailUrl"]), (&json!(hash), &Value::Null, &Value::Null));
    let posting = posting_of(app, "GRID_MEMBER", VILLAGE).await;
    assert_eq!(fetch(app, &sealed(app, id, posting, "HANDLE_CASE")).await.status, 404);
    // The centre is shown it, and that is in the trail as a reading of personal data.
    let reads = "SELECT COUNT(*) FROM audit_entry WHERE role = 'TOWN_CENTRE_OPERATOR' AND rule = 'read'
                 AND fields LIKE '%Evidence.url%' AND class = 'PERSONAL'";
    assert_eq!(number(app, reads).await, 0);
    let seen = evidence(&operator(app).await, &hazard).await;
    assert_eq!(number(app, reads).await, 1);
    for link in ["url", "thumbnailUrl"] {
        let given = fetch(app, seen[0][link].as_str().unwrap()).await;
        // Nobody keeps it: who may see it now may not tomorrow.
        assert_eq!(
            (given.status, header(&given, "cache-control").as_deref()),
            (200, Some("private, no-store")),
            "{link}"
        );
    }
    // For another purpose it is not personal data that one is shown.
    let posting = posting_of(app, "TOWN_CENTRE_OPERATOR", TOWNSHIP).await;
    for (purpose, status) in [("HANDLE_CASE", 200), ("SUPERVISE", 404), ("STATISTICS", 404)] {
        assert_eq!(fetch(app, &sealed(app, id, posting, purpose)).await.status, status, "{purpose}");
    }
}
