//! What phones write into pictures and films is not in the copy that is served; what cannot be told apart is not taken.

use chrono::DateTime;
use fengqiao::files::kind::Kind;

use super::bytes::{self, LATITUDE, SECRET, SEEN, TAKEN, TAKEN_AT, TAKEN_SECONDS, has};
use super::desk::{code, fetch, kept, member, number, patch, reported, slot, sm3, upload};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(what_a_phone_says_is_not_served, what_cannot_be_told_apart_is_refused);

/// A type, content of it, and what is planted in it.
type Sent<'a> = (&'a str, Vec<u8>, &'a [&'a [u8]]);

async fn what_a_phone_says_is_not_served(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let seconds = TAKEN_SECONDS.to_be_bytes();
    let taken = DateTime::parse_from_rfc3339(TAKEN_AT).expect("an instant");
    let exif = [SECRET, TAKEN.as_bytes(), LATITUDE, b"ACM\0"];
    let sent: [Sent<'_>; 4] = [
        ("PNG", bytes::phone_png(), &[&exif[..], &[b"eXIf", b"tEXt", b"tIME"]].concat()),
        ("WEBP", bytes::phone_webp(), &[&exif[..], &[b"EXIF", b"XMP ", b"xmpmeta"]].concat()),
        ("HEIC", bytes::phone_heic(true), &[&exif[..], &[b"MM\0*", b"xmpmeta", b"rdf+xml"]].concat()),
        ("MP4", bytes::phone_mp4(), &[SECRET, &seconds, b"+29.9411", b"ACM\0"]),
    ];
    for (kind, sent, planted) in sent {
        let hash = upload(&member, kind, &sent).await;
        assert_ne!(hash, sm3(&sent), "{kind}: the hash is of the served copy");
        let hazard = reported(&member, kind, &[(&hash, "BEFORE")]).await;
        let shown = &hazard["evidence"][0];
        let told = DateTime::parse_from_rfc3339(shown["takenAt"].as_str().unwrap()).expect("an instant");
        assert_eq!(told, taken, "{kind}: it was not read before it was stripped");

        let served = fetch(app, shown["url"].as_str().unwrap()).await;
        assert_eq!((served.status, sm3(&served.bytes)), (200, hash), "{kind}");
        for word in planted {
            let named = String::from_utf8_lossy(word);
            assert!(has(&sent, word), "{kind}: {named} was not planted");
            assert!(!has(&served.bytes, word), "{kind}: {named} is served");
        }
        // It is still what it was, and shows what it showed.
        assert_eq!(Kind::sniff(&served.bytes).map(Kind::code), Some(kind));
        if matches!(kind, "HEIC" | "MP4") {
            assert_eq!(served.bytes.len(), sent.len(), "{kind}: something has moved");
            assert!(SEEN.iter().all(|seen| has(&served.bytes, seen)), "{kind}: the picture is damaged");
        } else {
            let picture = |content| image::load_from_memory(content).unwrap().to_rgb8();
            assert_eq!(picture(&sent), picture(&served.bytes), "{kind}: it is another picture");
        }
    }
    let placed = "SELECT COUNT(*) FROM stored_file WHERE lon BETWEEN 120.51 AND 120.52 AND lat BETWEEN 29.94 AND 29.95";
    assert_eq!(number(app, placed).await, 4, "a place was not read before it was stripped");
}

async fn what_cannot_be_told_apart_is_refused(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    // An HEIC that does not say which of its parts are words, and a film whose parts are not in its tables.
    for (kind, content) in [("HEIC", bytes::phone_heic(false)), ("MP4", bytes::fragmented_mp4())] {
        let url = slot(&member, kind, content.len()).await;
        let refused = patch(&member, &url, 0, &content).await;
        assert_eq!((refused.status, code(&refused).as_str()), (422, "UPLOAD_BROKEN"), "{kind}: {}", refused.text);
        assert_eq!(kept(app), [""; 0], "{kind}");
    }
}
