//! 去标识. The copy that is served: without time, place, device and whatever else a file says of how it came to be.

use bytes::Bytes;
use img_parts::jpeg::{Jpeg, markers};
use img_parts::png::Png;
use img_parts::webp::WebP;
use img_parts::{ImageEXIF, ImageICC};

use super::film;
use super::heic;
use super::kind::Kind;

/// Chunks of a PNG that make the picture.
const PNG_CHUNKS: [&[u8; 4]; 11] =
    [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"pHYs"];
/// Chunks of a WebP that make the picture.
const WEBP_CHUNKS: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

/// The flag of XMP in the head of a WebP.
const WEBP_XMP: u8 = 0x04;

/// The content without what it says of itself; how a picture is turned stays. `None`: it is broken.
pub(super) fn strip(kind: Kind, content: Vec<u8>, orientation: Option<u32>) -> Option<Vec<u8>> {
    match kind {
        Kind::Pdf => Some(content),
        Kind::Jpeg => jpeg(content, orientation),
        Kind::Png => png(content, orientation),
        Kind::WebP => webp(content, orientation),
        Kind::Heic => heic::heic(content),
        Kind::Mp4 => film::film(content),
    }
}

/// An EXIF block that says how the picture is turned and nothing else.
fn turned(orientation: Option<u32>) -> Option<Bytes> {
    let turn = u8::try_from(orientation.filter(|turn| *turn != 1)?).ok()?;
    let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    block.extend([turn, 0, 0, 0, 0, 0, 0]);
    Some(block.into())
}

fn jpeg(content: Vec<u8>, orientation: Option<u32>) -> Option<Vec<u8>> {
    let mut jpeg = Jpeg::from_bytes(ended(content)?.into()).ok()?;
    let profile = jpeg.icc_profile();
    jpeg.segments_mut().retain(|segment| {
        let marker = segment.marker();
        let application = (markers::APP0..=markers::APP15).contains(&marker);
        !(application && marker != markers::APP0 && marker != markers::APP14) && marker != markers::COM
    });
    jpeg.set_icc_profile(profile);
    jpeg.set_exif(turned(orientation));
    Some(jpeg.encoder().bytes().to_vec())
}

/// A JPEG up to its last end of image: what hangs behind it is not the picture.
fn ended(mut content: Vec<u8>) -> Option<Vec<u8>> {
    let mut at = 2;
    // Segments up to the first scan have a length; within scans FF is followed by 00 or a restart marker.
    while let [0xff, marker] = *content.get(at..at + 2)? {
        match marker {
            0xd9 => {
                content.truncate(at + 2);
                return Some(content);
            }
            0xff => at += 1,
            0x01 | 0xd0..=0xd7 => at += 2,
            _ => {
                at += 2 + usize::from(u16::from_be_bytes(content.get(at + 2..at + 4)?.try_into().ok()?));
                if marker == 0xda {
                    at += scan(content.get(at..)?)?;
                }
            }
        }
    }
    None
}

/// The length of the data of a scan.
fn scan(data: &[u8]) -> Option<usize> {
    data.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7))
}

fn png(content: Vec<u8>, orientation: Option<u32>) -> Option<Vec<u8>> {
    let mut png = Png::from_bytes(content.into()).ok()?;
    png.chunks_mut().retain(|chunk| PNG_CHUNKS.iter().any(|known| **known == chunk.kind()));
    png.set_exif(turned(orientation));
    Some(png.encoder().bytes().to_vec())
}

fn webp(content: Vec<u8>, orientation: Option<u32>) -> Option<Vec<u8>> {
    let mut webp = WebP::from_bytes(content.into()).ok()?;
    webp.set_exif(None);
    webp.chunks_mut().retain(|chunk| WEBP_CHUNKS.iter().any(|known| **known == chunk.id()));
    webp.set_exif(turned(orientation));
    let mut bytes = webp.encoder().bytes().to_vec();
    // The head still says that there is XMP, and readers miss it.
    if bytes.get(12..16) == Some(b"VP8X") {
        *bytes.get_mut(20)? &= !WEBP_XMP;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use img_parts::riff::{RiffChunk, RiffContent};

    use super::*;

    #[test]
    fn a_webp_that_is_turned_and_had_xmp_can_be_read_afterwards() {
        let mut bytes = vec![];
        let picture = image::RgbaImage::from_pixel(8, 4, image::Rgba([1, 2, 3, 255]));
        picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::WebP).unwrap();
        let mut webp = WebP::from_bytes(bytes.into()).unwrap();
        webp.set_exif(turned(Some(6)));
        let place = Bytes::from_static(b"<x:xmpmeta>30.0023</x:xmpmeta>");
        webp.chunks_mut().push(RiffChunk::new(*b"XMP ", RiffContent::Data(place)));
        let mut bytes = webp.encoder().bytes().to_vec();
        bytes[20] |= WEBP_XMP;
        let stripped = strip(Kind::WebP, bytes, Some(6)).unwrap();
        assert!(!stripped.windows(7).any(|window| window == b"30.0023"));
        let read = image::load_from_memory_with_format(&stripped, image::ImageFormat::WebP).unwrap();
        assert_eq!((read.width(), read.height()), (8, 4));
    }
}
