//! 类型. What a file is, by its content: what it calls itself does not count.

/// A type of content that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    WebP,
    /// HEIC.
    Heic,
    /// PDF.
    Pdf,
    /// MP4.
    Mp4,
}

/// Brands of the ISO base media format that are pictures.
const HEIC: [&[u8; 4]; 6] = [b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"];
/// Brands of the ISO base media format that are films.
const MP4: [&[u8; 4]; 8] = [b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"];

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 6] = [Kind::Jpeg, Kind::Png, Kind::WebP, Kind::Heic, Kind::Pdf, Kind::Mp4];

    /// The code of the API.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Jpeg => "JPEG",
            Kind::Png => "PNG",
            Kind::WebP => "WEBP",
            Kind::Heic => "HEIC",
            Kind::Pdf => "PDF",
            Kind::Mp4 => "MP4",
        }
    }

    /// The kind with this code.
    pub fn of_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The media type.
    pub fn mime(self) -> &'static str {
        match self {
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
            Kind::WebP => "image/webp",
            Kind::Heic => "image/heic",
            Kind::Pdf => "application/pdf",
            Kind::Mp4 => "video/mp4",
        }
    }

    /// The kind of this media type.
    pub fn of_mime(mime: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.mime() == mime)
    }

    /// The end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Kind::Jpeg => "jpg",
            Kind::Png => "png",
            Kind::WebP => "webp",
            Kind::Heic => "heic",
            Kind::Pdf => "pdf",
            Kind::Mp4 => "mp4",
        }
    }

    /// What content is; `None`: nothing that is taken.
    pub fn sniff(content: &[u8]) -> Option<Kind> {
        let brand = content.get(8..12).filter(|_| content.get(4..8) == Some(b"ftyp"));
        match content {
            [0xff, 0xd8, 0xff, ..] => Some(Kind::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Kind::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Kind::WebP),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Kind::Pdf),
            _ if brand.is_some_and(|brand| HEIC.iter().any(|known| *known == brand)) => Some(Kind::Heic),
            _ if brand.is_some_and(|brand| MP4.iter().any(|known| *known == brand)) => Some(Kind::Mp4),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_what_it_is_and_not_what_it_is_called() {
        for (content, kind) in [
            (&b"\xff\xd8\xff\xe0....JFIF"[..], Some(Kind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n....IHDR", Some(Kind::Png)),
            (b"RIFF....WEBPVP8 ", Some(Kind::WebP)),
            (b"\0\0\0\x18ftypheic....", Some(Kind::Heic)),
            (b"\0\0\0\x18ftypmp42....", Some(Kind::Mp4)),
            (b"%PDF-1.7", Some(Kind::Pdf)),
            (b"PK\x03\x04 a zip", None),
            (b"\0\0\0\x18ftypqt  ....", None),
            (b"MZ\x90\0", None),
            (b"<svg xmlns=", None),
            (b"", None),
        ] {
            assert_eq!(Kind::sniff(content), kind, "{content:?}");
        }
        assert!(Kind::ALL.into_iter().all(|kind| Kind::of_code(kind.code()) == Some(kind)));
        assert!(Kind::ALL.into_iter().all(|kind| Kind::of_mime(kind.mime()) == Some(kind)));
    }
}
