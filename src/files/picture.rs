//! 图片. The size of a picture, before and while it is unpacked, and the small copy of it.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};

use super::kind::Kind;

/// Most pixels of a picture: more than phones make, and no more than the machine bears.
const MOST_PIXELS: u64 = 64_000_000;
/// Most bytes that unpacking may take.
const MOST_BYTES: u64 = 320 * 1024 * 1024;
/// Longer side of the small copy, in pixels.
const SMALL: u32 = 320;

/// A picture that was unpacked.
#[derive(Debug)]
pub(super) struct Picture {
    /// Pixels.
    pub(super) width: u32,
    /// Pixels.
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

/// Unpacks a picture; `None`: a kind that is not unpacked here.
pub(super) fn unpack(kind: Kind, content: &[u8], orientation: Option<u32>) -> Result<Option<Picture>, Refused> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::WebP => ImageFormat::WebP,
        Kind::Heic | Kind::Pdf | Kind::Mp4 => return Ok(None),
    };
    let reader = || {
        let mut reader = ImageReader::with_format(Cursor::new(content), format);
        let mut limits = Limits::default();
        limits.max_alloc = Some(MOST_BYTES);
        reader.limits(limits);
        reader
    };
    // The header says how large it gets: a bomb is not unpacked to find out.
    let (width, height) = reader().into_dimensions().map_err(|_| Refused::Broken)?;
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Refused::TooLarge);
    }
    let mut picture = reader().decode().map_err(|error| match error {
        image::ImageError::Limits(_) => Refused::TooLarge,
        _ => Refused::Broken,
    })?;
    if let Some(turn) = orientation.and_then(|turn| Orientation::from_exif(u8::try_from(turn).ok()?)) {
        picture.apply_orientation(turn);
    }
    let small = small(&picture).ok_or(Refused::Broken)?;
    Ok(Some(Picture { width: picture.width(), height: picture.height(), small }))
}

fn small(picture: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = vec![];
    let small = picture.thumbnail(SMALL, SMALL).into_rgb8();
    small.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg).ok()?;
    Some(bytes)
}
