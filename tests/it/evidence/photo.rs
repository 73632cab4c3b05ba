//! A photo from the phone to whoever looks at it: read, stripped, stored by its hash, served.

use axum::http::Request;
use chrono::DateTime;
use exif::{Reader, Tag};
use fengqiao::kernel::clock::Clock;
use fengqiao::read::write::parse_global_id;
use http_body_util::Full;
use serde_json::{Value, json};

use super::bytes::{self, LAT, LON, PIXELS, TAKEN, TAKEN_AT, has};
use super::desk::{
    evidence, fetch, fetch_with, header, kept, member, number, operator, patch, reported, slot, sm3, upload,
};
use crate::support::app::{Actor, OwnTestApp};
use crate::support::backend::on_both;

on_both!(
    a_photo_is_read_stripped_stored_and_served,
    a_turned_photo_keeps_its_turn_and_nothing_else,
    a_range_of_content_is_given,
    large_content_comes_whole_and_in_parts,
    every_type_goes_up_and_comes_back,
);

/// Milliseconds of an instant as the API writes it.
fn instant(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).expect("an instant").timestamp_millis()
}

async fn a_photo_is_read_stripped_stored_and_served(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let sent = bytes::phone_photo(1, 1);
    assert!([TAKEN.as_bytes(), b"ACME", b"xmpmeta"].iter().all(|word| has(&sent, word)), "the photo says too little");
    let url = slot(&member, "JPEG", sent.len()).await;
    let reply = patch(&member, &url, 0, &sent).await;
    assert_eq!((reply.status, header(&reply, "upload-offset")), (204, Some(sent.len().to_string())));
    let hash = header(&reply, "content-hash").unwrap();
    let hash = hash.as_str();
    assert_ne!(hash, sm3(&sent), "the hash is of the served copy, not of what was sent");

    let hazard = reported(&member, "photo", &[(hash, "BEFORE")]).await;
    let shown = &hazard["evidence"][0];
    assert_eq!(
        (&shown["hash"], &shown["mime"], &shown["phase"]),
        (&json!(hash), &json!("image/jpeg"), &json!("BEFORE"))
    );
    assert_eq!(instant(shown["takenAt"].as_str().unwrap()), instant(TAKEN_AT));

    // The served copy: the same picture, and nothing of what the phone said.
    let content = fetch(app, shown["url"].as_str().unwrap()).await;
    assert_eq!((content.status, sm3(&content.bytes).as_str()), (200, hash));
    assert_eq!(shown["size"], json!(content.bytes.len()));
    for word in [&b"Exif"[..], TAKEN.as_bytes(), b"ACME", b"ACM", b"xmpmeta", b"PK\x03\x04"] {
        assert!(!has(&content.bytes, word), "{}", String::from_utf8_lossy(word));
    }
    let picture = image::load_from_memory(&content.bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), PIXELS);
    assert_eq!(image::load_from_memory(&sent).unwrap().to_rgb8(), picture.to_rgb8(), "it is another picture");
    for (name, value) in [
        ("content-type", "image/jpeg".to_owned()),
        ("etag", format!("\"{hash}\"")),
        ("accept-ranges", "bytes".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
    ] {
        assert_eq!(header(&content, name), Some(value), "{name}");
    }

    // Neither the folder nor the row beside it holds what was stripped, but for time and place, which are kept apart.
    assert_eq!(kept(app), [format!("files/{}/{hash}", &hash[..2]), format!("files/{}/{hash}.small", &hash[..2])]);
    let stored = std::fs::read(app.files.path().join(&kept(app)[0])).unwrap();
    assert_eq!(stored, content.bytes.to_vec());
    let known = format!(
        "SELECT COUNT(*) FROM stored_file WHERE hash = '{hash}' AND original_hash = '{}' AND width = {} AND height = {}
         AND taken_at = {} AND ABS(lon - {LON}) < 1e-9 AND ABS(lat - {LAT}) < 1e-9",
        sm3(&sent),
        PIXELS.0,
        PIXELS.1,
        instant(TAKEN_AT)
    );
    assert_eq!(number(app, &known).await, 1);

    // Where it was taken is personal: masked for the member, full for the centre.
    assert_eq!(shown["location"], Value::Null);
    let seen = evidence(&operator(app).await, &hazard).await;
    let near = |name: &str, value: f64| (seen[0]["location"][name].as_f64().unwrap() - value).abs() < 1e-6;
    assert!(near("lon", LON) && near("lat", LAT), "{seen}");

    // The hash is in the trail, in the entry of the report.
    let id = parse_global_id(hazard["id"].as_str().unwrap()).unwrap().1;
    let told = format!(
        "SELECT COUNT(*) FROM audit_entry WHERE operation = 'reportHazard' AND objects LIKE '%\"File:{hash}\"%'
         AND objects LIKE '%\"Hazard:{id}\"%'"
    );
    assert_eq!(number(app, &told).await, 1);
}

/// Uploads and attaches a photo; gives back its content and the small copy as they are served.
async fn served(own: &OwnTestApp, member: &Actor, kind: &str, sent: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let hash = upload(member, kind, sent).await;
    let hazard = reported(member, &hash, &[(&hash, "BEFORE")]).await;
    let shown = &hazard["evidence"][0];
    let content = fetch(&own.0, shown["url"].as_str().unwrap()).await;
    let small = fetch(&own.0, shown["thumbnailUrl"].as_str().unwrap()).await;
    assert_eq!(
        (content.status, small.status, header(&small, "content-type").as_deref()),
        (200, 200, Some("image/jpeg"))
    );
    assert_ne!(header(&content, "etag"), header(&small, "etag"));
    (content.bytes.to_vec(), small.bytes.to_vec())
}

async fn a_turned_photo_keeps_its_turn_and_nothing_else(own: &OwnTestApp) {
    let member = member(&own.0).await;
    // 6: the camera was held upright.
    let (content, small) = served(own, &member, "JPEG", &bytes::phone_photo(2, 6)).await;
    let told = Reader::new().read_from_container(&mut std::io::Cursor::new(&content)).unwrap();
    let told: Vec<_> = told.fields().map(|field| (field.tag, field.value.get_uint(0))).collect();
    assert_eq!(told, [(Tag::Orientation, Some(6))]);
    let small = image::load_from_memory(&small).unwrap();
    assert_eq!((small.width(), small.height()), (240, 320), "the small copy stands upright by itself");
    // It gets redder to the right and greener to the bottom; turned to the right, its bottom left is at the top left.
    let colours = |x, y| {
        let [red, green, _] = small.to_rgb8().get_pixel(x, y).0;
        (red > 120, green > 120)
    };
    assert_eq!((colours(5, 5), colours(234, 5)), ((false, true), (false, false)), "the upper edge");
    assert_eq!((colours(5, 314), colours(234, 314)), ((true, true), (true, false)), "the lower edge");
    let (width, height) = (PIXELS.1, PIXELS.0);
    let known = format!("SELECT COUNT(*) FROM stored_file WHERE width = {width} AND height = {height}");
    assert_eq!(number(&own.0, &known).await, 1, "its size is as it is looked at");
    let (content, small) = served(own, &member, "JPEG", &bytes::phone_photo(3, 1)).await;
    assert!(!has(&content, b"Exif") && !has(&small, b"Exif"));
    let small = image::load_from_memory(&small).unwrap();
    assert_eq!((small.width(), small.height()), (320, 240));
}

async fn a_range_of_content_is_given(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let hash = upload(&member, "JPEG", &bytes::jpeg(4)).await;
    let hazard = reported(&member, "range", &[(&hash, "BEFORE")]).await;
    let url = hazard["evidence"][0]["url"].as_str().unwrap();
    let whole = fetch(app, url).await.bytes;
    let size = whole.len();
    let last = format!("bytes={}-{}", size - 1, size + 9);
    for (asked, part) in [
        ("bytes=0-99", 0..100),
        ("bytes=7-7", 7..8),
        ("bytes=100-", 100..size),
        ("bytes=-10", size - 10..size),
        (last.as_str(), size - 1..size),
    ] {
        let reply = fetch_with(app, url, &[("range", asked)]).await;
        assert_eq!((reply.status, &reply.bytes[..]), (206, &whole[part.clone()]), "{asked}");
        let told = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        assert_eq!(header(&reply, "content-range"), Some(told), "{asked}");
        assert_eq!(header(&reply, "content-length"), Some(part.len().to_string()), "{asked}");
    }
    let beyond = fetch_with(app, url, &[("range", &format!("bytes={size}-"))]).await;
    assert_eq!((beyond.status, header(&beyond, "content-range")), (416, Some(format!("bytes */{size}"))));
}

async fn large_content_comes_whole_and_in_parts(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let content: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain((0..2_500_000_u32).map(|at| (at % 251) as u8)).collect();
    let hash = upload(&member, "PDF", &content).await;
    let hazard = reported(&member, "large", &[(&hash, "DOCUMENT")]).await;
    let url = hazard["evidence"][0]["url"].as_str().unwrap();
    let whole = fetch(app, url).await;
    assert_eq!((whole.status, header(&whole, "content-length")), (200, Some(content.len().to_string())));
    assert!(whole.bytes == content, "it is other content");
    // Over the edge of what is read at once.
    let part = fetch_with(app, url, &[("range", "bytes=1000001-2100000")]).await;
    assert_eq!(part.status, 206);
    assert!(part.bytes == content[1_000_001..=2_100_000], "it is another part");
    // Asked for alone, the headers are the same and nothing comes.
    let head = Request::head(url).body(Full::default()).unwrap();
    let head = app.anyone().send(head).await;
    assert_eq!((head.status, header(&head, "content-length")), (200, Some(content.len().to_string())));
    assert!(head.bytes.is_empty());
}

async fn every_type_goes_up_and_comes_back(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    for (kind, content, phase, mime, shown) in [
        ("PNG", bytes::png(), "BEFORE", "image/png", "inline"),
        ("PDF", bytes::pdf(1), "DOCUMENT", "application/pdf", "attachment"),
        ("MP4", bytes::mp4(), "BEFORE", "video/mp4", "inline"),
    ] {
        let hash = upload(&member, kind, &content).await;
        let hazard = reported(&member, kind, &[(&hash, phase)]).await;
        let told = &hazard["evidence"][0];
        let reply = fetch(app, told["url"].as_str().unwrap()).await;
        assert_eq!((reply.status, header(&reply, "content-type").as_deref()), (200, Some(mime)), "{kind}");
        assert_eq!(sm3(&reply.bytes), hash, "{kind}");
        let named = header(&reply, "content-disposition").unwrap();
        assert!(named.starts_with(&format!("{shown}; filename=\"evidence-")), "{kind}: {named}");
        // Only pictures have a small copy.
        if kind != "PNG" {
            let small = told["thumbnailUrl"].as_str();
            assert!(small.is_none() || fetch(app, small.unwrap()).await.status == 404, "{kind}");
        }
        // It says nothing of when it was taken: then it was when it was attached.
        assert_eq!(instant(told["takenAt"].as_str().unwrap()), app.clock.now_ms(), "{kind}");
    }
}
