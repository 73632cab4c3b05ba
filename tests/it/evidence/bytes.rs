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
/// [`LAT`] as it stands in EXIF, in part: the fractions 29/1 and 56/1.
pub(crate) const LATITUDE: &[u8] = b"\0\0\0\x1d\0\0\0\x01\0\0\0\x38\0\0\0\x01";
/// [`TAKEN_AT`] as it stands in a film: seconds since 1904.
pub(crate) const TAKEN_SECONDS: u32 = 2_082_844_800 + 1_774_941_600;
/// What the phones of these tests say of a place, wherever they can.
pub(crate) const SECRET: &[u8] = b"GPS-SECRET";
/// What is to be seen in pictures and films that are not unpacked.
pub(crate) const SEEN: [&[u8]; 2] = [b"FRAME-ONE", b"FRAME-TWO"];
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

/// A PNG with time, place and device: a block of EXIF, a text and the chunk of its last change.
pub(crate) fn phone_png() -> Vec<u8> {
    let plain = png();
    // Behind the signature and the header.
    let (mut photo, rest) = (plain[..33].to_vec(), &plain[33..]);
    chunk(&mut photo, b"eXIf", &exif(1));
    chunk(&mut photo, b"tEXt", &[b"Location\0", SECRET].concat());
    chunk(&mut photo, b"tIME", b"\x07\xea\x03\x1f\x0f\x14\0");
    [&photo, rest].concat()
}

/// A WebP with time, place and device: a block of EXIF and one of XMP.
pub(crate) fn phone_webp() -> Vec<u8> {
    let plain = picture(&RgbImage::from_pixel(4, 4, Rgb([0, 100, 200])), ImageFormat::WebP);
    let riff = |kind: &[u8; 4], content: &[u8]| {
        let size = u32::try_from(content.len()).expect("a small chunk").to_le_bytes();
        [&kind[..], &size, content, if content.len() % 2 == 1 { b"\0" } else { b"" }].concat()
    };
    // EXIF and XMP are there; four pixels a side.
    let extended = riff(b"VP8X", &[0x0c, 0, 0, 0, 3, 0, 0, 3, 0, 0]);
    let xmp = [b"<x:xmpmeta>", SECRET, b"</x:xmpmeta>"].concat();
    let chunks = [&extended, &plain[12..], &riff(b"EXIF", &exif(1)), &riff(b"XMP ", &xmp)].concat();
    riff(b"RIFF", &[b"WEBP", &chunks[..]].concat())
}

/// A box of the ISO base media format (ISO/IEC 14496-12).
fn boxed(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let size = u32::try_from(content.len() + 8).expect("a small box");
    [&size.to_be_bytes()[..], kind, &content].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// The place of a text in content, and its size.
fn place_of(content: &[u8], text: &[u8]) -> (u32, u32) {
    let at = content.windows(text.len()).position(|window| window == text).expect("it stands there");
    (u32::try_from(at).expect("a small file"), u32::try_from(text.len()).expect("a small text"))
}

/// An HEIC as far as anybody looks: a picture in two parts, and EXIF, XMP and a second EXIF within its description.
/// With `items` it says which they are; without, nobody can tell where it says what.
pub(crate) fn phone_heic(items: bool) -> Vec<u8> {
    let block = [&[0; 4], &exif(1)[..]].concat();
    let xmp = [b"<x:xmpmeta>", SECRET, b"</x:xmpmeta>"].concat();
    let second = [b"\0\0\0\0MM\0*", SECRET].concat();
    let infe = |id: u8, kind: &[u8; 4], texts: &[u8]| boxed(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind, texts]);
    let infes = [
        infe(1, b"hvc1", b"\0"),
        infe(2, b"mime", b"\0application/rdf+xml\0"),
        infe(3, b"Exif", b"\0"),
        infe(4, b"Exif", b"\0"),
    ];
    // The one in `mdat` comes last: the one of several that is read.
    let iinf = boxed(b"iinf", &[&[0; 4], &[0, 4], &infes.concat()]);
    let data = [SEEN[0], &xmp, SEEN[1], &block].concat();
    let build = |data_at: u32| {
        let part = |text: &[u8]| {
            let (at, size) = place_of(&data, text);
            words(&[data_at + at, size])
        };
        let item = |id: u8, method: u8, parts: &[Vec<u8>]| {
            let count = u8::try_from(parts.len()).expect("few parts");
            [&[0, id, 0, method, 0, 0, 0, count][..], &parts.concat()].concat()
        };
        let located = [
            item(1, 0, &[part(SEEN[0]), part(SEEN[1])]),
            item(2, 0, &[part(&xmp)]),
            item(3, 1, &[words(&[0, u32::try_from(second.len()).expect("a small text")])]),
            item(4, 0, &[part(&block)]),
        ];
        // Version 1: offsets and lengths of four bytes, no base, no index.
        let iloc = boxed(b"iloc", &[&[1, 0, 0, 0, 0x44, 0, 0, 4], &located.concat()]);
        let hdlr = boxed(b"hdlr", &[&[0; 8], b"pict", &[0; 12], b"ACM\0"]);
        let pitm = boxed(b"pitm", &[&[0, 0, 0, 0, 0, 1]]);
        let iinf = if items { &iinf[..] } else { b"" };
        let meta = boxed(b"meta", &[&[0; 4], &hdlr, &pitm, iinf, &iloc, &boxed(b"idat", &[&second])]);
        let ftyp = boxed(b"ftyp", &[b"heic\0\0\0\0mif1heic"]);
        [ftyp, meta, boxed(b"free", &[SECRET])].concat()
    };
    let before = u32::try_from(build(0).len() + 8).expect("a small file");
    [build(before), boxed(b"mdat", &[&data])].concat()
}

/// A track of a film; its samples are texts of a file, one in each chunk.
fn track(file: &[u8], handler: &[u8; 4], texts: &[&[u8]]) -> Vec<u8> {
    let count = u32::try_from(texts.len()).expect("few texts");
    let (offsets, sizes): (Vec<u32>, Vec<u32>) = texts.iter().map(|text| place_of(file, text)).unzip();
    let tables = [
        boxed(b"stsc", &[&words(&[0, 1, 1, 1, 1])]),
        boxed(b"stsz", &[&words(&[0, 0, count]), &words(&sizes)]),
        boxed(b"stco", &[&words(&[0, count]), &words(&offsets)]),
    ];
    let minf = boxed(b"minf", &[&boxed(b"stbl", &[&tables.concat()])]);
    let hdlr = boxed(b"hdlr", &[&[0; 8], handler, &[0; 12], b"ACM\0"]);
    boxed(b"trak", &[&boxed(b"mdia", &[&hdlr, &minf])])
}

/// A film without a word about itself.
pub(crate) fn mp4() -> Vec<u8> {
    let film = [boxed(b"ftyp", &[b"isom\0\0\0\0isommp42"]), boxed(b"mdat", &SEEN)].concat();
    let moov = boxed(b"moov", &[&track(&film, b"vide", &SEEN)]);
    [film, moov].concat()
}

/// A film as a phone makes it: with time, place and device, and a track that notes where it was at every moment.
pub(crate) fn phone_mp4() -> Vec<u8> {
    let noted = [SECRET, b" all the way"].concat();
    let ftyp = boxed(b"ftyp", &[b"isom\0\0\0\0isommp42"]);
    let film = [ftyp, boxed(b"free", &[SECRET]), boxed(b"mdat", &[SEEN[0], &noted, SEEN[1]])].concat();
    let mvhd = boxed(b"mvhd", &[&words(&[0, TAKEN_SECONDS, TAKEN_SECONDS]), &[0; 88]]);
    let udta = boxed(b"udta", &[&boxed(b"\xa9xyz", &[b"\0\x12\x15\xc7+29.9411+120.5127/", SECRET])]);
    let tracks = [track(&film, b"vide", &SEEN), track(&film, b"meta", &[&noted])].concat();
    let moov = boxed(b"moov", &[&mvhd, &tracks, &udta]);
    [film, moov, boxed(b"uuid", &[b"0123456789abcdef", SECRET])].concat()
}

/// A film in fragments: what lies in them is not in its tables.
pub(crate) fn fragmented_mp4() -> Vec<u8> {
    [mp4(), boxed(b"moof", &[SECRET]), boxed(b"mdat", &[SECRET])].concat()
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
