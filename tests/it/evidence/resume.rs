//! Uploads that break off and go on: tus 1.0.0 over a real socket.

use axum::body::Bytes;
use axum::http::Request;
use futures_util::future::join_all;
use http_body_util::Full;
use serde_json::json;

use super::bytes;
use super::desk::{HOUR_MS, code, header, kept, leader, member, number, offset, patch, reported, slot, sm3};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(
    half_an_upload_goes_on_where_it_ended,
    the_same_part_twice_is_taken_once,
    whoever_ends_it_at_the_same_time_is_told_the_same,
    more_than_was_announced_is_refused,
    a_connection_that_breaks_loses_little,
    requests_that_are_no_tus_are_refused,
    a_slot_given_back_while_it_is_examined_keeps_nothing_or_all,
    a_slot_ends,
);

async fn half_an_upload_goes_on_where_it_ended(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let content = bytes::jpeg(1);
    let half = content.len() / 2;
    let url = slot(&member, "JPEG", content.len()).await;
    assert_eq!(offset(&member, &url).await, (200, Some(0)));
    let first = patch(&member, &url, 0, &content[..half]).await;
    assert_eq!((first.status, header(&first, "content-hash")), (204, None), "half of it is nothing yet");
    assert_eq!(offset(&member, &url).await, (200, Some(half)));

    // A part that stands elsewhere is refused and told where to go on; nothing of it is kept.
    let before = (kept(app), number(app, "SELECT received FROM upload").await);
    for wrong in [0, half - 1, half + 1, content.len()] {
        let refused = patch(&member, &url, wrong, &content[half..]).await;
        assert_eq!((refused.status, code(&refused).as_str()), (409, "CONFLICT"), "{wrong}");
        assert_eq!(header(&refused, "upload-offset"), Some(half.to_string()), "{wrong}");
    }
    assert_eq!((kept(app), number(app, "SELECT received FROM upload").await), before);

    let rest = patch(&member, &url, half, &content[half..]).await;
    assert_eq!(rest.status, 204, "{}", rest.text);
    let hash = header(&rest, "content-hash").unwrap();
    // A phone that did not get the answer asks again and gets the same one.
    let again = patch(&member, &url, content.len(), b"").await;
    assert_eq!((again.status, header(&again, "content-hash")), (204, Some(hash.clone())));
    let state = Request::get(&url).body(Full::default()).unwrap();
    let state = member.send(state).await.json();
    assert_eq!(
        (&state["state"], &state["offset"], &state["mime"]),
        (&json!("DONE"), &json!(content.len()), &json!("image/jpeg"))
    );
    // The parts are gone, the whole is there.
    assert!(kept(app).iter().all(|place| place.starts_with("files/")), "{:?}", kept(app));
    reported(&member, "resumed", &[(&hash, "BEFORE")]).await;
}

/// Both may see that the part fits; one of them is told that it is there already, and its part is removed again.
async fn the_same_part_twice_is_taken_once(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    for turn in 0..8 {
        let content = bytes::pdf(turn);
        let half = content.len() / 2;
        let url = slot(&member, "PDF", content.len()).await;
        let (first, second) =
            tokio::join!(patch(&member, &url, 0, &content[..half]), patch(&member, &url, 0, &content[..half]));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409], "{turn}: {} {}", first.text, second.text);
        assert_eq!(offset(&member, &url).await, (200, Some(half)), "{turn}");
        let parts = kept(app).into_iter().filter(|place| place.starts_with("uploads/"));
        assert_eq!(parts.count(), 1, "{turn}: {:?}", kept(app));
        let rest = patch(&member, &url, half, &content[half..]).await;
        assert_eq!(header(&rest, "content-hash"), Some(sm3(&content)), "{turn}: {}", rest.text);
    }
}

/// A phone that lost its line asks again while the first is still at it, more often than files are looked at at once.
async fn whoever_ends_it_at_the_same_time_is_told_the_same(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    for turn in 0..6 {
        let photo = bytes::jpeg(turn);
        let url = slot(&member, "JPEG", photo.len()).await;
        // All of it comes, and the line breaks before its end is told.
        let head = format!(
            "PATCH {url} HTTP/1.1\r\nHost: test\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
             Content-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
            photo.len() + 1
        );
        member.break_off(&[head.as_bytes(), &photo].concat()).await;
        assert_eq!(offset(&member, &url).await, (200, Some(photo.len())), "{turn}");
        assert_eq!(number(app, "SELECT COUNT(*) FROM upload WHERE state = 'OPEN'").await, 1, "{turn}");

        let ends = join_all((0..6).map(|_| patch(&member, &url, photo.len(), b""))).await;
        let told: Vec<_> = ends.iter().map(|reply| (reply.status, header(reply, "content-hash"))).collect();
        assert!(told[0].1.is_some(), "{turn}: {}", ends[0].text);
        assert_eq!(told, vec![(204, told[0].1.clone()); 6], "{turn}");
        let done = i64::from(turn) + 1;
        assert_eq!(number(app, "SELECT COUNT(*) FROM upload WHERE state = 'DONE'").await, done, "{turn}");
        assert_eq!(number(app, "SELECT COUNT(*) FROM stored_file").await, done, "{turn}");
        // The content and its small copy, and no part.
        assert_eq!(kept(app).len() as i64, done * 2, "{turn}: {:?}", kept(app));
    }
}

async fn more_than_was_announced_is_refused(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let content = bytes::pdf(1);
    let url = slot(&member, "PDF", content.len()).await;
    let more = [&content[..], b"more"].concat();
    let refused = patch(&member, &url, 0, &more).await;
    assert_eq!((refused.status, code(&refused).as_str()), (413, "PAYLOAD_TOO_LARGE"));
    assert_eq!((offset(&member, &url).await, kept(app)), ((200, Some(0)), vec![]), "nothing of it is kept");
    // What was announced is still welcome, and after it nothing more.
    assert_eq!(patch(&member, &url, 0, &content).await.status, 204);
    let refused = patch(&member, &url, content.len(), b"more").await;
    assert_eq!((refused.status, code(&refused).as_str()), (413, "PAYLOAD_TOO_LARGE"));
    assert_eq!(offset(&member, &url).await, (200, Some(content.len())));
}

async fn a_connection_that_breaks_loses_little(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    // Larger than what is kept at once, so that a whole part and a piece of one are on the way.
    let content = [b"%PDF-1.7\n".to_vec(), vec![b'%'; 2_500_000]].concat();
    let sent = 1_600_000;
    let url = slot(&member, "PDF", content.len()).await;
    let head = format!(
        "PATCH {url} HTTP/1.1\r\nHost: test\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
        content.len()
    );
    member.break_off(&[head.as_bytes(), &content[..sent]].concat()).await;
    let (status, came) = offset(&member, &url).await;
    assert_eq!((status, came), (200, Some(sent)), "what came before the line broke is kept");
    let rest = patch(&member, &url, sent, &content[sent..]).await;
    assert_eq!((rest.status, header(&rest, "content-hash")), (204, Some(sm3(&content))));
}

async fn requests_that_are_no_tus_are_refused(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let url = slot(&member, "PDF", 100).await;
    let sent = async |method: &str, headers: &[(&str, &str)]| {
        let request = headers
            .iter()
            .fold(Request::builder().method(method).uri(&url), |r, (name, value)| r.header(*name, *value));
        let reply = member.send(request.body(Full::from(Bytes::from_static(b"%PDF-"))).unwrap()).await;
        (reply.status, code(&reply))
    };
    let (tus, kind, at) =
        (("tus-resumable", "1.0.0"), ("content-type", "application/offset+octet-stream"), ("upload-offset", "0"));
    let refused = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(sent("PATCH", &[kind, at]).await, refused(412, "BAD_REQUEST"));
    assert_eq!(sent("PATCH", &[("tus-resumable", "0.2.2"), kind, at]).await, refused(412, "BAD_REQUEST"));
    assert_eq!(sent("PATCH", &[tus, ("content-type", "text/plain"), at]).await, refused(415, "UNSUPPORTED_MEDIA_TYPE"));
    assert_eq!(sent("PATCH", &[tus, kind]).await, refused(400, "BAD_REQUEST"));
    assert_eq!(sent("PATCH", &[tus, kind, ("upload-offset", "-1")]).await, refused(400, "BAD_REQUEST"));
    assert_eq!(offset(&member, &url).await, (200, Some(0)), "nothing of it is kept");
    // A slot that nobody sealed is no slot: not a random one, not a changed one.
    for token in [
        "x".to_owned(),
        format!("{url}A").replace("/uploads/", ""),
        url.replace("/uploads/", "").replacen(['a', 'b', 'c'], "Z", 1),
    ] {
        let refused = patch(&member, &format!("/uploads/{token}"), 0, b"%PDF-").await;
        assert_eq!((refused.status, code(&refused).as_str()), (404, "NOT_FOUND"), "{token}");
    }
    let options = Request::options(&url).body(Full::default()).unwrap();
    let told = member.send(options).await;
    assert_eq!((told.status, header(&told, "tus-max-size").as_deref()), (204, Some("20971520")));
}

/// Given back while its content is looked at: either it was done before, or nothing of it is kept.
async fn a_slot_given_back_while_it_is_examined_keeps_nothing_or_all(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    for turn in 0..12 {
        let photo = bytes::jpeg(turn);
        let url = slot(&member, "JPEG", photo.len()).await;
        let give_back = async {
            tokio::time::sleep(std::time::Duration::from_millis(u64::from(turn) * 4)).await;
            let back = Request::delete(&url).header("tus-resumable", "1.0.0").body(Full::default()).unwrap();
            member.send(back).await.status
        };
        let (sent, back) = tokio::join!(patch(&member, &url, 0, &photo), give_back);
        let hash = header(&sent, "content-hash");
        assert_eq!(hash.is_some(), sent.status == 204, "{turn}: {}", sent.text);
        assert!(hash.is_some() || sent.status == 410, "{turn}: {} {back}", sent.text);
        let known =
            number(app, &format!("SELECT COUNT(*) FROM stored_file WHERE hash = '{}'", hash.unwrap_or_default())).await;
        let stored = number(app, "SELECT COUNT(*) FROM stored_file").await;
        assert_eq!(known, i64::from(sent.status == 204), "{turn}");
        // The content and its small copy, and no part of any upload.
        assert_eq!(kept(app).len() as i64, stored * 2, "{turn}: {:?}", kept(app));
    }
}

async fn a_slot_ends(own: &OwnTestApp) {
    let app = &own.0;
    let (member, leader) = (member(app).await, leader(app).await);
    let (given, late) = (slot(&member, "PDF", 100).await, slot(&leader, "PDF", 100).await);
    assert_eq!(patch(&member, &given, 0, b"%PDF-").await.status, 204);
    // Given back: gone with what had come.
    let back = Request::delete(&given).header("tus-resumable", "1.0.0").body(Full::default()).unwrap();
    assert_eq!(member.send(back).await.status, 204);
    assert_eq!((offset(&member, &given).await, kept(app)), ((410, None), vec![]));
    // After a day it takes nothing more.
    app.clock.advance(24 * HOUR_MS - 1);
    assert_eq!(offset(&leader, &late).await, (200, Some(0)));
    app.clock.advance(1);
    let ended = patch(&leader, &late, 0, b"%PDF-").await;
    assert_eq!((ended.status, code(&ended).as_str(), kept(app)), (410, "GONE", vec![]));
}
