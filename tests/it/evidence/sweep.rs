//! What nobody attached is thrown away after a day; what is attached stays, whoever attaches it at that very moment.

use fengqiao::files::sweep::Swept;
use fengqiao::kernel::clock::Clock;
use serde_json::json;

use super::bytes;
use super::desk::{
    HOUR_MS, evidence, fetch, header, kept, leader, member, patch, report, reported, rows, slot, upload,
};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(
    orphans_are_swept_and_evidence_stays,
    one_file_of_two_uploads_stays_while_one_needs_it,
    attaching_and_sweeping_do_not_meet_halfway,
    uploading_again_while_it_is_swept_keeps_it,
);

async fn orphans_are_swept_and_evidence_stays(own: &OwnTestApp) {
    let app = &own.0;
    let uploads = app.uploads.as_ref().unwrap();
    let member = member(app).await;
    let attached = upload(&member, "JPEG", &bytes::jpeg(1)).await;
    let hazard = reported(&member, "sweep", &[(&attached, "BEFORE")]).await;
    let orphan = upload(&member, "JPEG", &bytes::jpeg(2)).await;
    let half = slot(&member, "PDF", 100).await;
    assert_eq!(patch(&member, &half, 0, b"%PDF-").await.status, 204);
    let refused = slot(&member, "JPEG", bytes::zip().len()).await;
    assert_eq!(patch(&member, &refused, 0, &bytes::zip()).await.status, 422);
    assert_eq!(kept(app).len(), 5, "two photos with their small copies, and a part");

    let now = app.clock.now_ms();
    assert_eq!(uploads.sweep(now + 23 * HOUR_MS).await.unwrap(), Swept::default());
    assert_eq!((kept(app).len(), rows(app, &["upload"]).await["upload"]), (5, 4));
    assert_eq!(uploads.sweep(now + 25 * HOUR_MS).await.unwrap(), Swept { uploads: 4, contents: 1 });
    let small = format!("files/{}/{attached}.small", &attached[..2]);
    assert_eq!(kept(app), [small.trim_end_matches(".small"), &small], "{orphan} is not attached");
    assert_eq!(rows(app, &["upload", "stored_file"]).await, [("upload".into(), 0), ("stored_file".into(), 1)].into());
    assert_eq!(uploads.sweep(now + 25 * HOUR_MS).await.unwrap(), Swept::default(), "it is done");
    let shown = evidence(&member, &hazard).await;
    assert_eq!(fetch(app, shown[0]["url"].as_str().unwrap()).await.status, 200);
    // What was swept is unknown again.
    let late = report(&member, "late", &[(&orphan, "BEFORE")]).await;
    assert_eq!(late["userErrors"], json!([{ "code": "EVIDENCE_UNKNOWN", "field": "evidence.0.hash" }]));
}

async fn one_file_of_two_uploads_stays_while_one_needs_it(own: &OwnTestApp) {
    let app = &own.0;
    let uploads = app.uploads.as_ref().unwrap();
    let (first, second) = (member(app).await, leader(app).await);
    let hash = upload(&first, "JPEG", &bytes::jpeg(1)).await;
    app.clock.advance(HOUR_MS);
    assert_eq!(upload(&second, "JPEG", &bytes::jpeg(1)).await, hash);
    // The member's day is over, the leader's is not.
    let swept = uploads.sweep(app.clock.now_ms() + 23 * HOUR_MS).await.unwrap();
    assert_eq!((swept, kept(app).len()), (Swept { uploads: 1, contents: 0 }, 2));
    reported(&second, "theirs", &[(&hash, "BEFORE")]).await;
    let swept = uploads.sweep(app.clock.now_ms() + 25 * HOUR_MS).await.unwrap();
    assert_eq!((swept, kept(app).len()), (Swept { uploads: 1, contents: 0 }, 2));
}

/// Rounds of a race: some go one way and some the other, and all of them end well.
const ROUNDS: u8 = 12;

async fn attaching_and_sweeping_do_not_meet_halfway(own: &OwnTestApp) {
    let app = &own.0;
    let uploads = app.uploads.as_ref().unwrap();
    let member = member(app).await;
    for round in 0..ROUNDS {
        let hash = upload(&member, "JPEG", &bytes::jpeg(round)).await;
        let over = app.clock.now_ms() + 25 * HOUR_MS;
        let (key, attached) = (format!("race-{round}"), [(hash.as_str(), "BEFORE")]);
        let (swept, payload) = tokio::join!(uploads.sweep(over), report(&member, &key, &attached));
        swept.unwrap();
        let there = kept(app).contains(&format!("files/{}/{hash}", &hash[..2]));
        match payload["hazard"].is_null() {
            true => {
                let code = payload["userErrors"][0]["code"].as_str().unwrap();
                assert!(["EVIDENCE_UNKNOWN", "EVIDENCE_FOREIGN"].contains(&code), "{payload}");
            }
            false => {
                assert!(there, "round {round}: it was attached, and swept all the same");
                assert_eq!(fetch(app, payload["hazard"]["evidence"][0]["url"].as_str().unwrap()).await.status, 200);
            }
        }
    }
}

async fn uploading_again_while_it_is_swept_keeps_it(own: &OwnTestApp) {
    let app = &own.0;
    let uploads = app.uploads.as_ref().unwrap();
    for round in 0..ROUNDS {
        let photo = bytes::jpeg(round);
        // Tokens hold for hours, slots for a day.
        let first = member(app).await;
        let hash = upload(&first, "JPEG", &photo).await;
        app.clock.advance(23 * HOUR_MS);
        let again = leader(app).await;
        let url = slot(&again, "JPEG", photo.len()).await;
        let over = app.clock.now_ms() + HOUR_MS;
        let (swept, reply) = tokio::join!(uploads.sweep(over), patch(&again, &url, 0, &photo));
        swept.unwrap();
        assert_eq!((reply.status, header(&reply, "content-hash")), (204, Some(hash.clone())), "round {round}");
        let hazard = reported(&again, &format!("again-{round}"), &[(&hash, "BEFORE")]).await;
        let url = hazard["evidence"][0]["url"].as_str().unwrap();
        assert_eq!(fetch(app, url).await.status, 200, "round {round}: told as stored, and swept");
    }
}
