//! 去标识. The copy that is served: without time, place, device and whatever else a file says of how it came to be.

use bytes::Bytes;
use img_parts::jpeg::{Jpeg, markers};
use img_parts::png::Png;
use img_parts::webp::WebP;
use img_parts::{ImageEXIF, ImageICC};

use super::boxes;
use super::kind::Kind;
use super::metadata;

/// Chunks of a PNG that make the picture.
const PNG_CHUNKS: [&[u8; 4]; 11] =
    [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"pHYs"];
/// Chunks of a WebP that make the picture.
const WEBP_CHUNKS: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// Boxes of a film that say what nobody needs to see it.
const FILM_BOXES: [&[u8; 4]; 3] = [b"udta", b"meta", b"uuid"];
/// Boxes of a film that begin with when it was made and changed.
const FILM_TIMES: [&[u8; 4]; 3] = [b"mvhd", b"tkhd", b"mdhd"];

/// The content without what it says of itself; how a picture is turned stays. `None`: it is broken.
pub(super) fn strip(kind: Kind, content: Vec<u8>, orientation: Option<u32>) -> Option<Vec<u8>> {
    match kind {
        Kind::Pdf => Some(content),
        Kind::Jpeg => jpeg(content, orientation),
        Kind::Png => png(content, orientation),
        Kind::WebP => webp(content, orientation),
        Kind::Heic => heic(content),
        Kind::Mp4 => film(content),
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
    Some(webp.encoder().bytes().to_vec())
}

/// Blanked in place, so that no other part of the file moves; the picture itself says how it is turned.
fn heic(mut content: Vec<u8>) -> Option<Vec<u8>> {
    boxes::all(&content)?;
    if let Some(block) = metadata::exif_block(&content).filter(|block| block.len() > 8)
        && let Some(at) = content.windows(block.len()).position(|window| window == block)
    {
        content.get_mut(at..at + block.len())?.fill(0);
    }
    let mut looked = 0;
    while let Some(start) = find(content.get(looked..)?, b"<x:xmpmeta").map(|start| looked + start) {
        let end = find(content.get(start..)?, b"</x:xmpmeta>").map_or(content.len(), |end| start + end + 12);
        content.get_mut(start..end)?.fill(b' ');
        looked = end;
    }
    Some(content)
}

fn find(content: &[u8], text: &[u8]) -> Option<usize> {
    content.windows(text.len()).position(|window| window == text)
}

fn film(mut content: Vec<u8>) -> Option<Vec<u8>> {
    for found in boxes::all(&content)? {
        if FILM_BOXES.iter().any(|kind| **kind == found.kind) {
            content.get_mut(found.kind_at..found.kind_at + 4)?.copy_from_slice(b"free");
            content.get_mut(found.content)?.fill(0);
        } else if FILM_TIMES.iter().any(|kind| **kind == found.kind) {
            let times = if content.get(found.content.start)? == &0 { 8 } else { 16 };
            content.get_mut(found.content.start + 4..found.content.start + 4 + times)?.fill(0);
        }
    }
    Some(content)
}
