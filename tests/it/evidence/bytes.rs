//! Content as phones and attackers make it.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// When the photo of [`exif`] was taken, as cameras write it: the time of day where they are.
pub(crate) const TAKEN: &str = "2026:03:31 15:20:00";
/// The same in the form of the API.
pub(crate) const TAKEN_AT: &str = "2026-03-31T15:20:00+08:00";
/// Where it was taken: 120°30′45.6″ E, 29°56′28″ N, in the first grid of the village.
pub(crate) const LON: f64 = 120.0 + 30.0 / 60.0 + 45.6 / 3_600.0;
/// See [`LON`].
pub(crate) const LAT: f64 = 29.0 + 56.0 / 60.0 + 28.0 / 3_600.0;
/// Size of a photo in pixels.
pub(crate) const PIXELS: (u32, u32) = (640, 480);

/// A JPEG without a word about itself; another one for each number.
pub(crate) fn jpeg(number: u8) -> Vec<u8> {
    let pixel = |x: u32, y: u32| Rgb([(x / 3).to_le_bytes()[0] ^ number, (y / 2).to_le_bytes()[0], number]);
    picture(&RgbImage::from_fn(PIXELS.0, PIXELS.1, pixel), ImageFormat::Jpeg)
}

/// A small PNG.
pub(crate) fn png() -> Vec<u8> {
    picture(&RgbImage::from_pixel(4, 4, Rgb([200, 100, 0])), ImageFormat::Png)
}

fn picture(pixels: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = vec![];
    pixels.write_to(&mut Cursor::new(&mut bytes), format).expect("the picture is encoded");
    bytes
}

/// A JPEG as a phone makes it: with time, place and device, a comment, and something that hangs behind its end.
pub(crate) fn phone_photo(number: u8, orientation: u16) -> Vec<u8> {
    let plain = jpeg(number);
    let mut photo = plain[..2].to_vec();
    segment(&mut photo, 0xe1, &[b"Exif\0\0", &exif(orientation)[..]].concat());
    segment(&mut photo, 0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>ACME cam</x:xmpmeta>");
    segment(&mut photo, 0xfe, b"ACME comment");
    photo.extend_from_slice(&plain[2..]);
    photo.extend_from_slice(b"PK\x03\x04 ACME trailer");
    photo
}

fn segment(out: &mut Vec<u8>, marker: u8, content: &[u8]) {
    out.extend([0xff, marker]);
    out.extend(u16::try_from(content.len() + 2).expect("it fits into a segment").to_be_bytes());
    out.extend_from_slice(content);
}

/// A TIFF block (EXIF 2.32) that says how the picture is turned, by which device, when and where it was taken.
fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let directory = |entries: &[Vec<u8>]| {
        let count = u16::try_from(entries.len()).expect("few entries");
        [&count.to_be_bytes()[..], &entries.concat(), &[0; 4]].concat()
    };
    let [high, low] = orientation.to_be_bytes();
    // The block's parts stand one behind the other: 8 of head, directories of 4, 1 and 4 entries, then what they point to.
    let (exif_at, place_at, time_at) = (62_u32, 80_u32, 134_u32);
    let main = directory(&[
        entry(0x010f, 2, 4, *b"ACM\0"),
        entry(0x0112, 3, 1, [high, low, 0, 0]),
        entry(0x8769, 4, 1, exif_at.to_be_bytes()),
        entry(0x8825, 4, 1, place_at.to_be_bytes()),
    ]);
    let taken = directory(&[entry(0x9003, 2, 20, time_at.to_be_bytes())]);
    let place = directory(&[
        entry(1, 2, 2, *b"N\0\0\0"),
        entry(2, 5, 3, (time_at + 20).to_be_bytes()),
        entry(3, 2, 2, *b"E\0\0\0"),
        entry(4, 5, 3, (time_at + 44).to_be_bytes()),
    ]);
    let rationals = [(29_u32, 1_u32), (56, 1), (28, 1), (120, 1), (30, 1), (456, 10)];
    let rationals: Vec<u8> =
        rationals.into_iter().flat_map(|(n, d)| [n.to_be_bytes(), d.to_be_bytes()].concat()).collect();
    [&b"MM\0*\0\0\0\x08"[..], &main, &taken, &place, TAKEN.as_bytes(), b"\0", &rationals].concat()
}

/// A PDF as far as anybody looks.
pub(crate) fn pdf(number: u8) -> Vec<u8> {
    format!("%PDF-1.7\n% document {number}\n%%EOF\n").into_bytes()
}

/// A film without a picture.
pub(crate) fn mp4() -> Vec<u8> {
    b"\0\0\0\x18ftypisom\0\0\0\0isommp42\0\0\0\x10mdat\0\0\0\0\0\0\0\0".to_vec()
}

/// The head of a zip archive.
pub(crate) fn zip() -> Vec<u8> {
    b"PK\x03\x04\x14\0\0\0\x08\0 photo.jpg".to_vec()
}

/// A PNG of a few hundred bytes that would unpack to ten gigabytes.
pub(crate) fn bomb() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let side = 60_000_u32.to_be_bytes();
    chunk(&mut bytes, b"IHDR", &[&side[..], &side, &[8, 2, 0, 0, 0]].concat());
    // A stored block of one zero: zlib (RFC 1950) over deflate (RFC 1951).
    chunk(&mut bytes, b"IDAT", &[0x78, 0x01, 0x01, 0x01, 0x00, 0xfe, 0xff, 0x00, 0x00, 0x01, 0x00, 0x01]);
    chunk(&mut bytes, b"IEND", &[]);
    bytes
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    out.extend(u32::try_from(content.len()).expect("a small chunk").to_be_bytes());
    let checked = [&kind[..], content].concat();
    let crc = checked.iter().fold(u32::MAX, |crc, byte| {
        let bit = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        (0..8).fold(crc ^ u32::from(*byte), bit)
    });
    out.extend(checked);
    out.extend((!crc).to_be_bytes());
}

/// Whether a text stands somewhere in content.
pub(crate) fn has(content: &[u8], text: &[u8]) -> bool {
    content.windows(text.len()).any(|window| window == text)
}
