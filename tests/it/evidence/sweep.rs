//! What nobody attached is thrown away after a day; what is attached stays, whoever attaches it at that very moment.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use fengqiao::files::sweep::Swept;
use fengqiao::kernel::clock::Clock;
use serde_json::json;

use super::bytes;
use super::desk::{
    HOUR_MS, evidence, fetch, header, kept, leader, member, number, patch, refuses, report, reported, rows, run, slot,
    upload,
};
use crate::support::app::{OwnTestApp, TestApp};
use crate::support::backend::on_both;

on_both!(
    orphans_are_swept_and_evidence_stays,
    one_file_of_two_uploads_stays_while_one_needs_it,
    what_a_kill_has_left_is_removed_when_it_is_old,
    what_cannot_be_removed_does_not_keep_the_rest,
    what_has_ended_is_not_attached,
    a_removal_that_was_cut_off_is_ended_later,
    content_that_is_being_removed_is_stored_when_it_is_gone,
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

/// Puts a file to where files are kept, last written at an instant.
fn plant(app: &TestApp, place: &str, written: i64) {
    let path = app.files.path().join(place);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = std::fs::File::create(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_millis(written.unsigned_abs())).unwrap();
}

async fn what_a_kill_has_left_is_removed_when_it_is_old(own: &OwnTestApp) {
    let app = &own.0;
    let uploads = app.uploads.as_ref().unwrap();
    let member = member(app).await;
    let url = slot(&member, "PDF", 100).await;
    assert_eq!(patch(&member, &url, 0, b"%PDF-").await.status, 204);
    let part = kept(app);
    assert_eq!(part.len(), 1, "{part:?}");
    let now = app.clock.now_ms();
    let (old, fresh) = (now - HOUR_MS - 1, now - HOUR_MS + 1);
    // Begun and never named; and a part of an upload whose row is gone already.
    let places = ["files/ab/ab01#1", "files/cd/cd01.small#2", "uploads/1/a#1", "uploads/2/b#12", "uploads/3/c"];
    for place in places {
        plant(app, place, old);
    }
    std::fs::create_dir_all(app.files.path().join("uploads/4")).unwrap();
    // One that somebody may be writing, in a folder with one that nobody is, and content that is old and nothing else.
    let stay = ["files/ab/ab02#1", "files/ef/ef01"];
    plant(app, stay[0], fresh);
    plant(app, stay[1], old);
    assert_eq!(uploads.sweep(now).await.unwrap(), Swept::default());
    assert_eq!(kept(app), [stay.map(str::to_owned).to_vec(), part].concat());
    // An hour later it is old as well.
    uploads.sweep(now + 2).await.unwrap();
    assert!(!kept(app).contains(&stay[0].to_owned()), "{:?}", kept(app));
}

async fn what_cannot_be_removed_does_not_keep_the_rest(own: &OwnTestApp) {
    let app = &own.0;
    let uploads = app.uploads.as_ref().unwrap();
    let member = member(app).await;
    let stuck = upload(&member, "PDF", &bytes::pdf(1)).await;
    for number in 2..5 {
        upload(&member, "PDF", &bytes::pdf(number)).await;
    }
    // Where its content was there is a folder: nobody can remove that like a file.
    let place = format!("files/{}/{stuck}", &stuck[..2]);
    let path = app.files.path().join(&place);
    std::fs::remove_file(&path).unwrap();
    plant(app, &format!("{place}/inside"), app.clock.now_ms());
    let over = app.clock.now_ms() + 25 * HOUR_MS;
    let left = |uploads: i64| BTreeMap::from([("upload".to_owned(), uploads), ("stored_file".to_owned(), 0)]);
    for round in 0..2 {
        assert!(uploads.sweep(over).await.is_err(), "round {round}");
        assert_eq!(rows(app, &["upload", "stored_file"]).await, left(1), "round {round}");
        assert_eq!(kept(app), [format!("{place}/inside")], "round {round}");
    }
    std::fs::remove_dir_all(&path).unwrap();
    assert_eq!(uploads.sweep(over).await.unwrap(), Swept { uploads: 1, contents: 1 });
    assert_eq!((rows(app, &["upload", "stored_file"]).await, kept(app)), (left(0), vec![]));
    assert_eq!(number(app, SWEPT).await, 4, "each is told once, however often it was tried");
}

/// Entries of content that was swept.
const SWEPT: &str = "SELECT COUNT(*) FROM audit_entry WHERE operation = 'sweepUploads'";

async fn what_has_ended_is_not_attached(own: &OwnTestApp) {
    let app = &own.0;
    let photo = bytes::jpeg(1);
    let hash = upload(&member(app).await, "JPEG", &photo).await;
    app.clock.advance(24 * HOUR_MS);
    // No sweep has come by yet; a token holds for less than a day.
    let member = member(app).await;
    refuses(app, &member, &[(&hash, "BEFORE")], "EVIDENCE_UNKNOWN", "evidence.0.hash").await;
    // Uploaded once more it is there.
    assert_eq!(upload(&member, "JPEG", &photo).await, hash);
    reported(&member, "again", &[(&hash, "BEFORE")]).await;
}

/// Leaves an upload as a server does that is stopped between the end of the rows and that of the content.
async fn cut_off(app: &TestApp, hash: &str, until: i64) {
    run(app, &format!("DELETE FROM stored_file WHERE hash = '{hash}'")).await;
    let removing = format!("UPDATE upload SET state = 'REMOVING', expires_at = {until} WHERE hash = '{hash}'");
    run(app, &removing).await;
}

async fn a_removal_that_was_cut_off_is_ended_later(own: &OwnTestApp) {
    let app = &own.0;
    let uploads = app.uploads.as_ref().unwrap();
    let hash = upload(&member(app).await, "PDF", &bytes::pdf(1)).await;
    let until = app.clock.now_ms() + 30 * HOUR_MS;
    cut_off(app, &hash, until).await;
    assert_eq!(uploads.sweep(until - 1).await.unwrap(), Swept::default(), "another server may be at it");
    assert_eq!(kept(app).len(), 1);
    assert_eq!(uploads.sweep(until).await.unwrap(), Swept { uploads: 1, contents: 1 });
    assert_eq!((kept(app).len(), rows(app, &["upload"]).await["upload"]), (0, 0));
    assert_eq!(number(app, SWEPT).await, 0, "it was told when its rows went");
}

async fn content_that_is_being_removed_is_stored_when_it_is_gone(own: &OwnTestApp) {
    let app = &own.0;
    let uploads = app.uploads.as_ref().unwrap();
    let member = member(app).await;
    let photo = bytes::jpeg(1);
    let hash = upload(&member, "JPEG", &photo).await;
    let until = app.clock.now_ms() + HOUR_MS;
    cut_off(app, &hash, until).await;
    // Stored now, it would be lost to the removal.
    let url = slot(&member, "JPEG", photo.len()).await;
    assert_eq!(patch(&member, &url, 0, &photo).await.status, 503);
    assert_eq!((rows(app, &["stored_file"]).await["stored_file"], number(app, STORED).await), (0, 1));
    assert_eq!(uploads.sweep(until).await.unwrap(), Swept { uploads: 1, contents: 1 });
    // Nothing need be sent again.
    let reply = patch(&member, &url, photo.len(), &[]).await;
    assert_eq!((reply.status, header(&reply, "content-hash")), (204, Some(hash.clone())));
    let hazard = reported(&member, "gone", &[(&hash, "BEFORE")]).await;
    assert_eq!(fetch(app, hazard["evidence"][0]["url"].as_str().unwrap()).await.status, 200);
}

/// Entries of content that was stored.
const STORED: &str = "SELECT COUNT(*) FROM audit_entry WHERE operation = 'storeUpload'";

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
