//! Whose content it is, what it was attached to, and which type its phase takes.

use serde_json::{Value, json};

use super::bytes;
use super::desk::{evidence, fetch, kept, leader, member, number, refuses, report, reported, rows, upload};
use crate::support::app::{Actor, OwnTestApp};
use crate::support::backend::on_both;

on_both!(
    content_of_others_cannot_be_attached,
    one_photo_sent_for_many_at_once_is_one_matters,
    a_phase_takes_its_types,
    the_same_bytes_are_one_file_and_each_attaches_their_own,
);

/// Fixes a hazard on the spot; gives back the refusals.
async fn fix(actor: &Actor, hazard: &Value, evidence: &[(&str, &str)]) -> Value {
    let document = "mutation ($input: FixOnSiteInput!) { fixOnSite(input: $input) { userErrors { code field } } }";
    let evidence: Vec<Value> = evidence.iter().map(|(hash, phase)| json!({ "hash": hash, "phase": phase })).collect();
    let input = json!({ "id": hazard["id"], "expectedVersion": 1, "measure": "已清理", "evidence": evidence });
    actor.graphql(document, json!({ "input": input })).await.data()["fixOnSite"]["userErrors"].take()
}

async fn content_of_others_cannot_be_attached(own: &OwnTestApp) {
    let app = &own.0;
    let (member, leader) = (member(app).await, leader(app).await);
    let theirs = upload(&leader, "JPEG", &bytes::jpeg(1)).await;
    let denied = "SELECT COUNT(*) FROM audit_entry WHERE decision = 'DENY' AND role = 'GRID_MEMBER'
                  AND rule = 'Hazard reportHazard: EVIDENCE_FOREIGN'";
    assert_eq!(number(app, denied).await, 0);
    refuses(app, &member, &[(&theirs, "BEFORE")], "EVIDENCE_FOREIGN", "evidence.0.hash").await;
    assert_eq!(number(app, denied).await, 1, "the denial is in the trail");
    // Beside one's own, the other's is named.
    let own = upload(&member, "JPEG", &bytes::jpeg(2)).await;
    refuses(app, &member, &[(&own, "BEFORE"), (&theirs, "BEFORE")], "EVIDENCE_FOREIGN", "evidence.1.hash").await;
    // A photo that one matter has is not shown again for another, also not by whoever took it.
    reported(&member, "first", &[(&own, "BEFORE")]).await;
    refuses(app, &member, &[(&own, "BEFORE")], "EVIDENCE_FOREIGN", "evidence.0.hash").await;
    // A hash of the demo city has no content: it is unknown, not foreign.
    refuses(app, &member, &[(&"ab".repeat(32), "BEFORE")], "EVIDENCE_UNKNOWN", "evidence.0.hash").await;
}

/// Eight reports with the same photo at the same moment: one of them has it.
async fn one_photo_sent_for_many_at_once_is_one_matters(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    for turn in 0..5_u8 {
        let photo = upload(&member, "JPEG", &bytes::jpeg(turn)).await;
        let evidence = [(photo.as_str(), "BEFORE")];
        let keys: Vec<String> = (0..8).map(|at| format!("at-once-{turn}-{at}")).collect();
        let sent = keys.iter().map(|key| report(&member, key, &evidence));
        let answers = futures_util::future::join_all(sent).await;
        let done = answers.iter().filter(|answer| answer["userErrors"] == json!([])).count();
        assert_eq!(done, 1, "{answers:?}");
        let foreign = json!([{ "code": "EVIDENCE_FOREIGN", "field": "evidence.0.hash" }]);
        assert_eq!(answers.iter().filter(|answer| answer["userErrors"] == foreign).count(), 7, "{answers:?}");
        let rows = number(app, &format!("SELECT COUNT(*) FROM evidence WHERE hash = '{photo}'")).await;
        assert_eq!(rows, 1);
    }
}

async fn a_phase_takes_its_types(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let (pdf, mp4) = (upload(&member, "PDF", &bytes::pdf(1)).await, upload(&member, "MP4", &bytes::mp4()).await);
    let photo = upload(&member, "JPEG", &bytes::jpeg(1)).await;
    for (hash, phase) in [(&pdf, "BEFORE"), (&pdf, "AFTER"), (&mp4, "DOCUMENT")] {
        let given: [(&str, &str); 2] = [(hash, phase), (&photo, "BEFORE")];
        refuses(app, &member, &given, "EVIDENCE_TYPE", "evidence.0.phase").await;
    }
    let hazard = reported(&member, "types", &[(&photo, "DOCUMENT"), (&mp4, "BEFORE")]).await;
    // A document is no photo of how it looks now; and the photo from before alone is not enough.
    let tables = ["evidence", "status_event", "outbox"];
    let before = rows(app, &tables).await;
    let refused = fix(&member, &hazard, &[(&pdf, "AFTER")]).await;
    assert_eq!(refused, json!([{ "code": "EVIDENCE_TYPE", "field": "evidence.0.phase" }]));
    assert_eq!(fix(&member, &hazard, &[]).await, json!([{ "code": "EVIDENCE_MISSING", "field": "evidence" }]));
    assert_eq!(rows(app, &tables).await, before, "a refusal has written");
    let after = upload(&member, "PNG", &bytes::png()).await;
    assert_eq!(fix(&member, &hazard, &[(&after, "AFTER")]).await, json!([]));
}

async fn the_same_bytes_are_one_file_and_each_attaches_their_own(own: &OwnTestApp) {
    let app = &own.0;
    let (member, leader) = (member(app).await, leader(app).await);
    let photo = bytes::phone_photo(1, 1);
    let hash = upload(&member, "JPEG", &photo).await;
    let hazard = reported(&member, "same", &[(&hash, "BEFORE")]).await;
    // The leader has the same photo from the group chat: one file, two uploads.
    assert_eq!(upload(&leader, "JPEG", &photo).await, hash);
    assert_eq!((rows(app, &["stored_file", "upload"]).await), [("stored_file".into(), 1), ("upload".into(), 2)].into());
    assert_eq!(kept(app).len(), 2, "the content and its small copy");
    // On the matter that has it, the leader may attach it as well: it is the leader's own upload.
    let after = upload(&leader, "JPEG", &bytes::jpeg(9)).await;
    assert_eq!(fix(&leader, &hazard, &[(&hash, "BEFORE"), (&after, "AFTER")]).await, json!([]));
    let shown = evidence(&member, &hazard).await;
    let hashes: Vec<&str> = shown.as_array().unwrap().iter().map(|e| e["hash"].as_str().unwrap()).collect();
    assert_eq!(hashes.iter().filter(|shown| **shown == hash).count(), 2, "{shown}");
    for piece in shown.as_array().unwrap() {
        assert_eq!(fetch(app, piece["url"].as_str().unwrap()).await.status, 200);
    }
    // For another matter it is a photo of something else.
    refuses(app, &leader, &[(&hash, "BEFORE")], "EVIDENCE_FOREIGN", "evidence.0.hash").await;
}
