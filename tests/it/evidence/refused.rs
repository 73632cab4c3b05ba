//! Content that is not taken: each with its answer over HTTP, and when a report names it all the same.

use serde_json::{Value, json};

use super::bytes;
use super::desk::{
    ask_slot, code, header, kept, leader, member, number, offset, patch, refuses, report, reported, rows, slot, sm3,
    upload,
};
use crate::support::app::{Actor, OwnTestApp, TestApp};
use crate::support::backend::on_both;
use crate::support::rows::insert;

on_both!(
    content_that_is_not_what_it_is_called_is_refused,
    content_that_never_came_is_no_evidence,
    slots_have_a_size,
    what_waits_has_a_limit,
    a_report_without_a_photo_says_why,
);

/// Content goes up and is refused with a code; asked again, it is refused again, and nothing of it stays.
async fn refused_upload(app: &TestApp, member: &Actor, kind: &str, content: &[u8], expected: &str) {
    let url = slot(member, kind, content.len()).await;
    let refused = patch(member, &url, 0, content).await;
    assert_eq!((refused.status, code(&refused).as_str()), (422, expected), "{kind}: {}", refused.text);
    assert_eq!(header(&refused, "content-hash"), None);
    assert_eq!(kept(app), [""; 0], "{kind}");
    let again = patch(member, &url, content.len(), b"").await;
    assert_eq!((again.status, code(&again).as_str()), (422, expected), "{kind}");
}

async fn content_that_is_not_what_it_is_called_is_refused(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let torn = bytes::jpeg(1)[..500].to_vec();
    for (kind, content, expected) in [
        // A zip archive named photo.jpg.
        ("JPEG", bytes::zip(), "UPLOAD_TYPE"),
        // Sixty thousand pixels a side.
        ("PNG", bytes::bomb(), "PICTURE_TOO_LARGE"),
        // Pictures, documents and films under another name.
        ("JPEG", bytes::png(), "UPLOAD_TYPE"),
        ("PNG", bytes::jpeg(1), "UPLOAD_TYPE"),
        ("PDF", bytes::mp4(), "UPLOAD_TYPE"),
        ("MP4", bytes::pdf(1), "UPLOAD_TYPE"),
        ("HEIC", bytes::mp4(), "UPLOAD_TYPE"),
        // A page that would run in a browser.
        ("PNG", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), "UPLOAD_TYPE"),
        // The beginning of a photo, and films that are none behind their first box.
        ("JPEG", torn, "UPLOAD_BROKEN"),
        ("MP4", [&bytes::mp4()[..], b"\xff\xff\xff\xffmoov"].concat(), "UPLOAD_BROKEN"),
        ("WEBP", b"RIFF\x08\0\0\0WEBPVP8 ".to_vec(), "UPLOAD_BROKEN"),
    ] {
        refused_upload(app, &member, kind, &content, expected).await;
        refuses(app, &member, &[(&sm3(&content), "BEFORE")], "EVIDENCE_UNKNOWN", "evidence.0.hash").await;
    }
    assert_eq!(rows(app, &["stored_file"]).await["stored_file"], 0);
    // The key of the refused reports is still free: the same report with a photo is done.
    let hash = upload(&member, "JPEG", &bytes::jpeg(1)).await;
    reported(&member, "refused-EVIDENCE_UNKNOWN", &[(&hash, "BEFORE")]).await;
}

async fn content_that_never_came_is_no_evidence(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    // Announced, and then not a byte of it.
    let url = slot(&member, "JPEG", 5).await;
    let empty = patch(&member, &url, 0, b"").await;
    assert_eq!((empty.status, header(&empty, "content-hash")), (204, None));
    assert_eq!(offset(&member, &url).await, (200, Some(0)));
    refuses(app, &member, &[(&sm3(b""), "BEFORE")], "EVIDENCE_UNKNOWN", "evidence.0.hash").await;
    // Half of it.
    let photo = bytes::jpeg(1);
    let url = slot(&member, "JPEG", photo.len()).await;
    assert_eq!(patch(&member, &url, 0, &photo[..100]).await.status, 204);
    refuses(app, &member, &[(&sm3(&photo), "BEFORE")], "EVIDENCE_UNKNOWN", "evidence.0.hash").await;
    // Hashes that are none.
    for hash in ["", "x", "' OR 1=1", &"0".repeat(64), &sm3(&photo).to_uppercase(), &"9".repeat(2_000)] {
        refuses(app, &member, &[(hash, "BEFORE")], "EVIDENCE_UNKNOWN", "evidence.0.hash").await;
    }
    // The second of two: its own place is named.
    let hash = upload(&member, "JPEG", &photo).await;
    refuses(app, &member, &[(&hash, "BEFORE"), (&sm3(b""), "BEFORE")], "EVIDENCE_UNKNOWN", "evidence.1.hash").await;
}

async fn slots_have_a_size(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let most = 20 * 1024 * 1024;
    let tables = ["upload", "idempotency", "audit_entry"];
    let before = rows(app, &tables).await;
    for size in [0, most + 1, 2_000_000_000] {
        let refused = ask_slot(&member, "JPEG", size).await;
        let expected = json!({ "upload": null, "userErrors": [{ "code": "UPLOAD_SIZE", "field": "size" }] });
        assert_eq!(refused, expected, "{size}");
    }
    let negative =
        "mutation { requestUpload(input: { type: JPEG, size: -1 }) { upload { url } userErrors { code field } } }";
    let refused = member.graphql(negative, json!({})).await.data();
    assert_eq!(refused["requestUpload"]["userErrors"], json!([{ "code": "UPLOAD_SIZE", "field": "size" }]));
    assert_eq!(rows(app, &tables).await, before, "a refusal has written");
    assert_eq!(ask_slot(&member, "JPEG", most).await["upload"]["size"], json!(most));
    // Who may write nothing may upload nothing; that is a denial, which the trail keeps.
    let auditor = app.as_role("AUDIT_ADMIN", "3306").await;
    let refused = ask_slot(&auditor, "JPEG", 1).await;
    assert_eq!(refused["userErrors"], json!([{ "code": "NOT_PERMITTED", "field": null }]));
    assert_eq!(rows(app, &["upload"]).await["upload"], 1);
}

/// Open slots, and content that is attached to nothing, fill up; what a matter has does not.
async fn what_waits_has_a_limit(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let hash = upload(&member, "JPEG", &bytes::jpeg(1)).await;
    reported(&member, "waits", &[(&hash, "BEFORE")]).await;
    let account = number(app, "SELECT account_id FROM upload").await;
    let now = fengqiao::kernel::clock::Clock::now_ms(&*app.clock);
    for at in 0..199 {
        let state = if at % 2 == 0 { "OPEN" } else { "DONE" };
        let row = json!({ "id": 950_000 + at, "account_id": account, "mime": "image/jpeg", "size": 1, "received": 0,
            "parts": "[]", "state": state, "hash": (at % 2 == 1).then(|| format!("{at:064x}")), "created_at": now,
            "expires_at": now + 1 });
        insert(&app.database, "upload", row).await;
    }
    slot(&member, "PDF", 9).await;
    let refused = ask_slot(&member, "PDF", 9).await;
    assert_eq!(refused["userErrors"], json!([{ "code": "UPLOADS_OPEN", "field": null }]));
    assert!(ask_slot(&leader(app).await, "PDF", 9).await["upload"]["url"].is_string(), "everybody has their own");
    // What has ended does not count.
    app.clock.advance(1);
    slot(&member, "PDF", 9).await;
}

async fn a_report_without_a_photo_says_why(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    refuses(app, &member, &[], "PHOTO_MISSING", "evidence").await;
    let paper = upload(&member, "PDF", &bytes::pdf(1)).await;
    refuses(app, &member, &[(&paper, "DOCUMENT")], "PHOTO_MISSING", "evidence").await;
    assert_eq!(report(&member, "none", &[]).await["hazard"], Value::Null);
}
