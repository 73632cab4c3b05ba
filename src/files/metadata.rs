//! 拍摄信息. When and where a picture or film was taken, as its file says.

use std::io::Cursor;

use chrono::DateTime;
use exif::{Exif, In, Reader, Tag, Value};

use super::boxes;
use super::kind::Kind;
use crate::kernel::coordinates::{Crs, Point, to_cgcs2000};

/// Seconds between 1904, from which films count, and 1970.
const FILM_EPOCH: i64 = 2_082_844_800;
/// Hours that Shanghai is ahead: cameras write the time of day where they are, and mostly no more.
const SHANGHAI: &str = "+08:00";

/// What a file says of how it came to be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Taken {
    /// When, in milliseconds; `None`: it does not say.
    pub(super) at: Option<i64>,
    /// Where, in CGCS2000; `None`: it does not say.
    pub(super) place: Option<Point>,
    /// How a picture has to be turned, 1 to 8; `None`: it does not say.
    pub(super) orientation: Option<u32>,
}

/// Reads what a file says.
pub(super) fn read(kind: Kind, content: &[u8]) -> Taken {
    match kind {
        Kind::Pdf => Taken::default(),
        Kind::Mp4 => film(content).unwrap_or_default(),
        Kind::Jpeg | Kind::Png | Kind::WebP | Kind::Heic => {
            match Reader::new().read_from_container(&mut Cursor::new(content)) {
                Ok(exif) => picture(&exif),
                Err(_) => Taken::default(),
            }
        }
    }
}

fn picture(exif: &Exif) -> Taken {
    let text = |tag| match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(texts) => std::str::from_utf8(texts.first()?).ok().map(str::to_owned),
        _ => None,
    };
    let at = text(Tag::DateTimeOriginal).or_else(|| text(Tag::DateTime)).and_then(|time| {
        let offset = text(Tag::OffsetTimeOriginal).filter(|offset| offset.len() == 6);
        let stamped = format!("{time}{}", offset.as_deref().unwrap_or(SHANGHAI));
        DateTime::parse_from_str(&stamped, "%Y:%m:%d %H:%M:%S%:z").ok()
    });
    let degrees = |tag, reference, negative: &str| {
        let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
        let part = |place: usize| parts.get(place).map_or(0.0, exif::Rational::to_f64);
        let degrees = part(0) + part(1) / 60.0 + part(2) / 3_600.0;
        Some(if text(reference)?.starts_with(negative) { -degrees } else { degrees })
    };
    let lon = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, "W");
    let lat = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, "S");
    let orientation = exif.get_field(Tag::Orientation, In::PRIMARY).and_then(|field| field.value.get_uint(0));
    Taken {
        at: at.map(|at| at.timestamp_millis()),
        place: lon.zip(lat).and_then(|(lon, lat)| place(lon, lat)),
        orientation: orientation.filter(|turn| (1..=8).contains(turn)),
    }
}

/// A place of a satellite receiver in the stored system; `None`: there is no such place.
fn place(lon: f64, lat: f64) -> Option<Point> {
    let somewhere = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat) && (lon, lat) != (0.0, 0.0);
    somewhere.then(|| to_cgcs2000(Point { lon, lat }, Crs::Wgs84))
}

fn film(content: &[u8]) -> Option<Taken> {
    let mut taken = Taken::default();
    for found in boxes::all(content)? {
        let inside = content.get(found.content.clone())?;
        match &found.kind {
            b"mvhd" => taken.at = created(inside),
            b"udta" | b"meta" => taken.place = taken.place.or_else(|| iso_6709(inside)),
            _ => {}
        }
    }
    Some(taken)
}

/// When a film was made, by its header.
fn created(header: &[u8]) -> Option<i64> {
    let seconds = match header.first()? {
        0 => i64::from(u32::from_be_bytes(header.get(4..8)?.try_into().ok()?)),
        _ => i64::try_from(u64::from_be_bytes(header.get(4..12)?.try_into().ok()?)).ok()?,
    };
    let at = (seconds - FILM_EPOCH).checked_mul(1_000)?;
    // A film without a time says that it is from 1904.
    (at > 0).then_some(at)
}

/// How much of the texts of a film is looked through, and how long the text of a place is at most.
const LONGEST_TEXT: usize = 64 * 1024;
const LONGEST_PLACE: usize = 40;

/// A place such as `+30.0023+120.5810/` somewhere in the text (ISO 6709).
fn iso_6709(content: &[u8]) -> Option<Point> {
    let text: String = content.iter().take(LONGEST_TEXT).map(|byte| char::from(*byte)).filter(char::is_ascii).collect();
    text.match_indices(['+', '-']).find_map(|(start, _)| {
        let rest = &text[start..text.len().min(start + LONGEST_PLACE)];
        let end = rest.find('/')?;
        let (lat, lon) = rest[..end].split_at(rest[1..end].find(['+', '-'])? + 1);
        let lon = lon.find(['+', '-']).and_then(|_| lon[1..].find(['+', '-'])).map_or(lon, |height| &lon[..=height]);
        place(lon.parse().ok()?, lat.parse().ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_films_are_read() {
        for (text, expected) in [
            ("x+30.0023+120.5810/", Some((120.581, 30.0023))),
            ("+30.0023+120.5810+012.3/", Some((120.581, 30.0023))),
            ("-30.5-120.25/", Some((-120.25, -30.5))),
            ("+30.0023", None),
            ("+95.0+120.0/", None),
            ("+00.0000+000.0000/", None),
        ] {
            let found = iso_6709(text.as_bytes())
                .map(|found| ((found.lon * 1e6).round() / 1e6, (found.lat * 1e6).round() / 1e6));
            assert_eq!(found, expected, "{text}");
        }
    }
}
