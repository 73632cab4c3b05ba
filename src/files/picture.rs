//! 图片. The size of a picture, before and while it is unpacked, and the small copy of it.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageResult, Limits};

use super::kind::Kind;

/// Most pixels of a picture: more than phones make, and no more than the machine bears.
const MOST_PIXELS: u64 = 64_000_000;
/// Longest side in pixels, as JPEG has it: of a PNG some lines are held beside the picture.
const LONGEST: u32 = 65_535;
/// Most bytes that are held while a picture is unpacked: it, and what its decoder needs.
const MOST_BYTES: u64 = 320 * 1024 * 1024;
/// Of these, what a PNG may say beside the picture, unpacked.
const PNG_SAYS: u64 = 32 * 1024 * 1024;
/// Longer side of the small copy, in pixels.
const SMALL: u32 = 320;

/// A picture that was unpacked.
#[derive(Debug)]
pub(super) struct Picture {
    /// Pixels, as it is looked at.
    pub(super) width: u32,
    /// Pixels, as it is looked at.
    pub(super) height: u32,
    /// The small copy, JPEG.
    pub(super) small: Vec<u8>,
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It has too many pixels.
    TooLarge,
    /// It is broken.
    Broken,
}

impl From<ImageError> for Refused {
    fn from(error: ImageError) -> Refused {
        match error {
            ImageError::Limits(_) => Refused::TooLarge,
            _ => Refused::Broken,
        }
    }
}

/// Unpacks a picture; `None`: a kind that is not unpacked here.
pub(super) fn unpack(kind: Kind, content: &[u8], orientation: Option<u32>) -> Result<Option<Picture>, Refused> {
    let Some(decoder) = decoder(kind, content)? else { return Ok(None) };
    // The header says how large it gets: a bomb is not unpacked to find out.
    let (width, height) = decoder.dimensions();
    if pixels(width, height) > MOST_PIXELS || width.max(height) > LONGEST {
        return Err(Refused::TooLarge);
    }
    if decoder.total_bytes().saturating_add(beside(kind, content, (width, height))) > MOST_BYTES {
        return Err(Refused::TooLarge);
    }
    let picture = DynamicImage::from_decoder(decoder)?;
    // The small copy is turned, never the picture: that would need room for it twice.
    let mut small = picture.thumbnail(SMALL, SMALL);
    drop(picture);
    if let Some(turn) = orientation.and_then(|turn| Orientation::from_exif(u8::try_from(turn).ok()?)) {
        small.apply_orientation(turn);
    }
    let lies = orientation.is_some_and(|turn| (5..=8).contains(&turn));
    let (width, height) = if lies { (height, width) } else { (width, height) };
    Ok(Some(Picture { width, height, small: jpeg(small).ok_or(Refused::Broken)? }))
}

/// What unpacks a picture, its header read; `None`: a kind that is not unpacked here.
fn decoder<'a>(kind: Kind, content: &'a [u8]) -> ImageResult<Option<Box<dyn ImageDecoder + 'a>>> {
    let bytes = Cursor::new(content);
    Ok(Some(match kind {
        Kind::Jpeg => Box::new(JpegDecoder::new(bytes)?),
        Kind::Png => {
            let mut limits = Limits::no_limits();
            limits.max_alloc = Some(PNG_SAYS);
            Box::new(PngDecoder::with_limits(bytes, limits)?)
        }
        Kind::WebP => Box::new(WebPDecoder::new(bytes)?),
        Kind::Heic | Kind::Pdf | Kind::Mp4 => return Ok(None),
    }))
}

fn jpeg(small: DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = vec![];
    small.into_rgb8().write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg).ok()?;
    Some(bytes)
}

fn pixels(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height)
}

/// Bytes that a decoder holds beside the picture that it unpacks, at most: the libraries have no limit of their own.
fn beside(kind: Kind, content: &[u8], (width, height): (u32, u32)) -> u64 {
    match kind {
        Kind::Jpeg => {
            // Its blocks reach over the edge, by 31 pixels at most; at worst all of it is held, of four colours.
            let pixels = pixels(width.next_multiple_of(32), height.next_multiple_of(32));
            content.len() as u64 + coefficients(content, pixels).unwrap_or(8 * pixels)
        }
        Kind::WebP => {
            let frame = frame_pixels(content);
            let each = match content.get(12..21) {
                // With an alpha channel or an animation: colours, alpha, a frame and the canvas that it is laid on.
                Some([b'V', b'P', b'8', b'X', .., flags]) if flags & 0x12 != 0 => 8,
                // With losses: brightness and colours apart. Without: four bytes, of which three are taken over.
                _ if frame > 0 => 2,
                _ => 4,
            };
            content.len() as u64 + each * frame.max(pixels(width, height))
        }
        Kind::Png => PNG_SAYS,
        Kind::Heic | Kind::Pdf | Kind::Mp4 => 0,
    }
}

/// Bytes of the coefficients that are held of a JPEG until all of it has been read, two each; none where its first scan
/// has all that is to be known: then it is unpacked row by row. `None`: its head is not as it should be.
fn coefficients(content: &[u8], pixels: u64) -> Option<u64> {
    let (mut at, mut held) = (2, None);
    loop {
        let &[0xff, marker, high, low] = content.get(at..at + 4)? else { return None };
        let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
        let segment = content.get(at + 4..end)?;
        match marker {
            0xc0..=0xc2 => held = Some((marker == 0xc2, segment)),
            0xda => {
                let (progressive, frame) = held?;
                let whole = segment.first() == Some(frame.get(5)?);
                return if whole && !progressive { Some(0) } else { all_coefficients(frame.get(6..)?, pixels) };
            }
            0x00..=0x01 | 0xd0..=0xd9 | 0xff => return None,
            _ => {}
        }
        at = end;
    }
}

/// The same of the components of a frame: each has its share of the pixels, by how finely it is sampled.
fn all_coefficients(components: &[u8], pixels: u64) -> Option<u64> {
    let (mut widest, mut highest, mut samples) = (0, 0, 0);
    for component in components.chunks_exact(3) {
        let (across, down) = (u64::from(component[1] >> 4), u64::from(component[1] & 15));
        (widest, highest) = (across.max(widest), down.max(highest));
        samples += across * down;
    }
    (2 * pixels * samples).checked_div(widest * highest)
}

/// Pixels of the largest frame with losses that a WebP has: its decoder makes room for it before it looks whether the
/// whole is as large. The name of the chunk and the code that a frame begins with meet nowhere else.
fn frame_pixels(content: &[u8]) -> u64 {
    let side = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    let frames = content.windows(18).filter_map(|head| match *head {
        [b'V', b'P', b'8', b' ', _, _, _, _, _, _, _, 0x9d, 0x01, 0x2a, a, b, c, d] => {
            Some(pixels(side(a, b), side(c, d)))
        }
        _ => None,
    });
    frames.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a JPEG up to its first scan: three components, the first sampled twice as finely as the others.
    fn head(frame: u8, in_first_scan: u8) -> Vec<u8> {
        let mut head = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, b'J', b'F', 0xff, frame, 0, 17, 8, 0, 100, 0, 100, 3];
        head.extend([1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0]);
        head.extend([0xff, 0xda, 0, 3, in_first_scan, 0x12]);
        head
    }

    #[test]
    fn what_a_jpeg_needs_beside_the_picture_is_known_from_its_head() {
        assert_eq!(coefficients(&head(0xc0, 3), 1_000), Some(0), "row by row");
        // Brightness for each pixel, two colours for every fourth one: two bytes each.
        assert_eq!(coefficients(&head(0xc2, 3), 1_000), Some(3_000), "progressive");
        assert_eq!(coefficients(&head(0xc0, 1), 1_000), Some(3_000), "one component after the other");
        for broken in [&b"\xff\xd8"[..], b"\xff\xd8\xff\xd9\0\0", b"\xff\xd8\xff\xe0\0\0\xff", b"\xff\xd8junk"] {
            assert_eq!(coefficients(broken, 1_000), None, "{broken:?}");
        }
        let unsampled = [1, 0, 0];
        assert_eq!(all_coefficients(&unsampled, 1_000), None);
    }

    #[test]
    fn frames_of_a_webp_count_also_when_they_are_larger_than_the_whole() {
        let plain = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0".to_vec();
        assert_eq!(frame_pixels(&plain), 0);
        let mut large = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\0\0\0\0\0\0VP8 \x10\0\0\0".to_vec();
        large.extend([0, 0, 0, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0xff, 0x3f, 0, 0]);
        assert_eq!(frame_pixels(&large), 16_383 * 16_383);
        assert!(beside(Kind::WebP, &large, (1, 1)) > MOST_BYTES);
    }
}
