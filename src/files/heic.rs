//! 高效图片. What stays of an HEIC (ISO/IEC 23008-12): the items that are pictures, and nothing that is said beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::boxes::{self, Code, Data, Fields, Found};
use super::film;

/// Boxes of `meta` that make the picture: its items, where they stand, how they belong together and look.
const META_BOXES: [&Code; 10] =
    [b"hdlr", b"pitm", b"iinf", b"iloc", b"iprp", b"iref", b"idat", b"dinf", b"grpl", b"ipro"];
/// Types of items that are pictures, or say how a picture is put together. All others go: EXIF, XMP and whatever nobody
/// knows yet; `jpeg` as well, which has an EXIF of its own.
const PICTURES: [&Code; 14] = [
    b"hvc1", b"hev1", b"hvt1", b"lhv1", b"av01", b"avc1", b"vvc1", b"evc1", b"unci", b"mski", b"grid", b"iovl",
    b"iden", b"tmap",
];
/// Properties of items that are words, times or nobody knows what. Emptied they say "nothing", and keep their number.
const WORDS: [&Code; 5] = [b"udes", b"altt", b"crtt", b"mdft", b"uuid"];
/// Handlers of tracks that are seen and heard: those of films, and those of pictures one behind the other.
const SHOWN: [&Code; 4] = [b"pict", b"auxv", b"vide", b"soun"];
/// Most items, and most extents of all of them: a picture of a phone has some hundred tiles.
const MOST: usize = 4_096;

/// The picture without what it says of itself, blanked in place, so that nothing of it moves; how it is turned is a
/// property of it, which stays. `None`: it is broken, or it cannot be told what it says.
pub(super) fn heic(mut content: Vec<u8>) -> Option<Vec<u8>> {
    let top = boxes::within(&content, 0..content.len())?;
    let meta = boxes::only(&top, b"meta")?;
    let mut data = film::outermost(&mut content, &top, &SHOWN, &[b"meta"])?;
    described(&mut content, meta, &mut data)?;
    data.clear(&mut content)?;
    Some(content)
}

/// Blanks what stands in `meta`, and tells which data its items use.
fn described(content: &mut [u8], meta: &Found, data: &mut Data) -> Option<()> {
    // A version and flags, and then boxes.
    let inner = boxes::within(content, meta.content.start.checked_add(4)?..meta.content.end)?;
    let pictures = items(content, boxes::only(&inner, b"iinf")?)?;
    let idat = match inner.iter().any(|found| found.kind == *b"idat") {
        true => Some(boxes::only(&inner, b"idat")?.content.clone()),
        false => None,
    };
    locate(content, boxes::only(&inner, b"iloc")?, idat.clone(), &pictures, data)?;
    idat.into_iter().for_each(|idat| data.store(idat));
    for found in &inner {
        match &found.kind {
            b"hdlr" => boxes::unname(content, found)?,
            b"pitm" => primary(content, found, &pictures)?,
            b"iprp" => properties(content, found)?,
            kind if META_BOXES.contains(&kind) => {}
            _ => boxes::blank(content, found)?,
        }
    }
    Some(())
}

/// Reads which items there are, by their numbers, and whether each is a picture. Takes their names out.
fn items(content: &mut [u8], iinf: &Found) -> Option<BTreeMap<usize, bool>> {
    let mut fields = Fields::of(content, iinf)?;
    let version = fields.number(1)?;
    fields.take(3)?;
    let count = fields.number(if version == 0 { 2 } else { 4 })?;
    let entries = boxes::within(content, iinf.content.end - fields.left()..iinf.content.end)?;
    if count != entries.len() || count > MOST {
        return None;
    }
    let mut pictures = BTreeMap::new();
    for entry in entries {
        let mut fields = Fields::of(content, &entry)?;
        // Older versions do not say what type an item is of.
        let width = match fields.number(1)? {
            2 => 2,
            3 => 4,
            _ => return None,
        };
        fields.take(3)?;
        let id = fields.number(width)?;
        fields.take(2)?;
        let picture = PICTURES.contains(&&fields.code()?);
        // What follows are texts: emptied they are as many empty ones.
        let texts = entry.content.end - fields.left()..entry.content.end;
        content.get_mut(texts)?.fill(0);
        if entry.kind != *b"infe" || pictures.insert(id, picture).is_some() {
            return None;
        }
    }
    Some(pictures)
}

/// Tells which data each item uses. `None`: it cannot be told, as of "all", of another file or of other items.
fn locate(
    content: &[u8],
    iloc: &Found,
    idat: Option<Range<usize>>,
    pictures: &BTreeMap<usize, bool>,
    data: &mut Data,
) -> Option<()> {
    let mut fields = Fields::of(content, iloc)?;
    let version = fields.number(1)?;
    fields.take(3)?;
    let (first, second) = (fields.number(1)?, fields.number(1)?);
    // The first version has no index: its place is for nothing.
    let index_size = if version == 0 { 0 } else { second & 15 };
    let (offset_size, length_size, base_size) = (first >> 4, first & 15, second >> 4);
    let known = [offset_size, length_size, base_size, index_size].iter().all(|size| [0, 4, 8].contains(size));
    if version > 2 || !known {
        return None;
    }
    let id_size = if version == 2 { 4 } else { 2 };
    let items = fields.number(id_size)?;
    if items > MOST {
        return None;
    }
    let (mut located, mut extents) = (BTreeSet::new(), 0);
    for _ in 0..items {
        let id = fields.number(id_size)?;
        let picture = pictures.get(&id).copied().unwrap_or_default();
        let method = if version == 0 { 0 } else { fields.number(2)? & 15 };
        let other_file = fields.number(2)? != 0;
        let store = match method {
            0 => 0..content.len(),
            1 => idat.clone()?,
            _ => return None,
        };
        let base = store.start.checked_add(fields.number(base_size)?)?;
        let count = fields.number(2)?;
        extents += count;
        if extents > MOST || other_file || !located.insert(id) {
            return None;
        }
        for _ in 0..count {
            fields.take(index_size)?;
            let start = base.checked_add(fields.number(offset_size)?)?;
            let end = start.checked_add(fields.number(length_size)?)?;
            // No length: to the end of the file, whatever is there.
            if start == end || end > store.end {
                return None;
            }
            data.used(start..end, picture)?;
        }
    }
    Some(())
}

/// The item that is shown has to be one that stays.
fn primary(content: &[u8], pitm: &Found, pictures: &BTreeMap<usize, bool>) -> Option<()> {
    let mut fields = Fields::of(content, pitm)?;
    let width = if fields.number(1)? == 0 { 2 } else { 4 };
    fields.take(3)?;
    pictures.get(&fields.number(width)?)?.then_some(())
}

/// Empties the properties that are words; they keep their places, by which items name them.
fn properties(content: &mut [u8], iprp: &Found) -> Option<()> {
    for holder in boxes::within(content, iprp.content.clone())?.iter().filter(|found| found.kind == *b"ipco") {
        for property in boxes::within(content, holder.content.clone())? {
            if WORDS.contains(&&property.kind) {
                content.get_mut(property.content)?.fill(0);
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::boxes::made::{at, boxed, has};
    use super::*;

    /// An item: its number, its type, what stands behind its type, and the data of each of its extents.
    struct Item(u16, &'static Code, &'static [u8], &'static [&'static [u8]]);

    const PICTURE: Item = Item(1, b"hvc1", b"GPS-SECRET name\0", &[b"PICTURE-1", b"PICTURE-2"]);
    const EXIF: Item = Item(2, b"Exif", b"\0", &[b"\0\0\0\0MM\0*GPS-SECRET-1 2026:03:01"]);
    const EXIF_TOO: Item = Item(3, b"Exif", b"\0", &[b"\0\0\0\0MM\0*GPS-SECRET-2", b"2026:03:01 again"]);
    const GARBAGE: Item = Item(4, b"Exif", b"\0", &[b"\xff\xff\xff\xff GPS-SECRET garbage"]);
    const XMP: Item = Item(5, b"mime", b"\0application/rdf+xml\0", &[b"<x:xmpmeta>GPS-SECRET</x:xmpmeta>"]);
    const ADDRESS: Item = Item(6, b"uri ", b"\0urn:GPS-SECRET\0", &[b"urn:data GPS-SECRET"]);
    const UNKNOWN: Item = Item(7, b"sdim", b"\0", &[b"GPS-SECRET of whoever"]);
    const PHONE: [Item; 7] = [EXIF, PICTURE, EXIF_TOO, GARBAGE, XMP, ADDRESS, UNKNOWN];

    /// How a file is made.
    struct Made {
        /// Version of `iloc`.
        version: u8,
        /// Bytes of an offset, a length and an index.
        sizes: [usize; 3],
        /// Version of `infe`.
        infe: u8,
        /// Whether the items from the second on stand in `idat`.
        idat: bool,
    }

    const PLAIN: Made = Made { version: 0, sizes: [4, 4, 0], infe: 2, idat: false };

    fn number(number: usize, size: usize) -> Vec<u8> {
        number.to_be_bytes()[8 - size..].to_vec()
    }

    impl Made {
        /// Where items stand: each extent at the place that is given, one behind the other, `idat` from 0 on.
        fn iloc(&self, items: &[Item], data_at: usize) -> Vec<u8> {
            let [offset, length, index] = self.sizes;
            let wide = if self.version == 2 { 4 } else { 2 };
            let nibbles = u8::try_from((offset << 4) | length).unwrap();
            let base_and_index = 0x40 | u8::try_from(index).unwrap();
            let mut iloc = vec![self.version, 0, 0, 0, nibbles, base_and_index];
            iloc.extend(number(items.len(), wide));
            let (mut in_file, mut in_idat) = (data_at, 0);
            for (place, Item(id, _, _, extents)) in items.iter().enumerate() {
                let idat = self.idat && place > 0;
                iloc.extend(number((*id).into(), wide));
                if self.version > 0 {
                    iloc.extend(number(usize::from(idat), 2));
                }
                // The base is ten less than the place, where there is an offset that makes up for it.
                let next = if idat { &mut in_idat } else { &mut in_file };
                let base = if offset == 0 || idat { *next } else { *next - 10 };
                iloc.extend([number(0, 2), number(base, 4), number(extents.len(), 2)].concat());
                for extent in *extents {
                    iloc.extend(
                        [number(1, index), number(*next - base, offset), number(extent.len(), length)].concat(),
                    );
                    *next += extent.len();
                }
            }
            boxed(b"iloc", &[&iloc])
        }

        fn iinf(&self, items: &[Item]) -> Vec<u8> {
            let wide = if self.infe == 3 { 4 } else { 2 };
            let infe = |Item(id, kind, texts, _): &Item| {
                boxed(b"infe", &[&[self.infe, 0, 0, 0], &number((*id).into(), wide), &[0, 0], *kind, texts])
            };
            let infes: Vec<u8> = items.iter().flat_map(infe).collect();
            boxed(b"iinf", &[&[0; 4], &number(items.len(), 2), &infes])
        }

        /// A file with these items; `iloc` is put together for the data behind everything else.
        fn file(&self, items: &[Item], change: impl Fn(&mut Vec<Vec<u8>>)) -> Vec<u8> {
            let mut data: [Vec<u8>; 2] = Default::default();
            for (place, Item(_, _, _, extents)) in items.iter().enumerate() {
                data[usize::from(self.idat && place > 0)].extend(extents.concat());
            }
            let build = |data_at| {
                let words = [b"udes", b"altt", b"crtt", b"mdft"].map(|kind| boxed(kind, &[b"\0\0\0\0GPS-SECRET\0\0"]));
                let ipco = boxed(b"ipco", &[&boxed(b"irot", &[&[1]]), &words.concat(), &boxed(b"colr", &[b"nclx"])]);
                let mut inner = vec![
                    boxed(b"hdlr", &[&[0; 8], b"pict", &[0; 12], b"GPS-SECRET cam\0"]),
                    boxed(b"pitm", &[&[0; 4], &number(1, 2)]),
                    self.iinf(items),
                    self.iloc(items, data_at),
                    boxed(b"iprp", &[&ipco, &boxed(b"ipma", &[&[0; 8]])]),
                    boxed(b"idat", &[&data[1]]),
                    boxed(b"xml ", &[b"<GPS-SECRET>"]),
                ];
                change(&mut inner);
                let ftyp = boxed(b"ftyp", &[b"heic\0\0\0\0mif1heic"]);
                let meta = boxed(b"meta", &[&[0; 4], &inner.concat()]);
                let more =
                    [b"uuid", b"udta", b"free", b"skip", b"mpvd"].map(|kind| boxed(kind, &[b"GPS-SECRET 2026:03:01"]));
                [ftyp, meta, more.concat()].concat()
            };
            let before = build(10);
            [build(before.len() + 8), boxed(b"mdat", &[&data[0], b"GPS-SECRET orphan"])].concat()
        }
    }

    fn is_stripped(sent: Vec<u8>) {
        let stripped = heic(sent.clone()).unwrap();
        assert_eq!(stripped.len(), sent.len());
        for word in
            [&b"SECRET"[..], b"2026", b"MM\0*", b"xmp", b"urn", b"garbage", b"again", b"cam", b"orphan", b"name"]
        {
            assert!(!has(&stripped, word), "{}", String::from_utf8_lossy(word));
        }
        for word in [&b"PICTURE-1PICTURE-2"[..], b"irot\x01", b"nclx", b"ipma", b"hvc1", b"iloc"] {
            assert_eq!(at(&stripped, word), at(&sent, word), "{}", String::from_utf8_lossy(word));
        }
        assert_eq!(heic(stripped.clone()).unwrap(), stripped, "stripped again, it is the same");
    }

    #[test]
    fn every_item_that_is_no_picture_is_gone() {
        let sent = PLAIN.file(&PHONE, |_| ());
        assert!(has(&sent, b"GPS-SECRET-1") && has(&sent, b"GPS-SECRET-2") && has(&sent, b"orphan"));
        is_stripped(sent);
        for version in 0..=2 {
            for sizes in [[4, 4, 0], [8, 4, 4], [4, 8, 8], [8, 8, 0]] {
                let sizes = if version == 0 { [sizes[0], sizes[1], 0] } else { sizes };
                is_stripped(Made { version, sizes, infe: 3, idat: false }.file(&PHONE, |_| ()));
            }
        }
        // No offset but the base.
        let single = Item(1, b"hvc1", b"\0", &[b"PICTURE-1PICTURE-2"]);
        is_stripped(Made { sizes: [0, 4, 0], ..PLAIN }.file(&[EXIF, single, XMP], |_| ()));
    }

    #[test]
    fn items_within_the_description_are_gone() {
        let made = Made { version: 1, idat: true, ..PLAIN };
        let sent = made.file(&[PICTURE, EXIF, XMP, EXIF_TOO], |_| ());
        assert!(at(&sent, b"GPS-SECRET-2") < at(&sent, b"PICTURE-1"), "it does not stand in idat");
        is_stripped(sent);
        // A picture may stand there as well, as how a grid is made up does.
        is_stripped(made.file(&[EXIF, XMP, PICTURE, EXIF_TOO], |_| ()));
    }

    #[test]
    fn a_description_that_is_broken_is_refused() {
        let changed = |change: &dyn Fn(&mut Vec<Vec<u8>>)| heic(PLAIN.file(&PHONE, change));
        assert!(changed(&|_| ()).is_some());
        for (place, what) in [(2, "iinf"), (3, "iloc")] {
            assert_eq!(changed(&|inner| drop(inner.remove(place))), None, "no {what}");
            assert_eq!(changed(&|inner| inner.push(inner[place].clone())), None, "two of {what}");
            // Cut short everywhere.
            let whole = PLAIN.file(&PHONE, |_| ());
            let size = u32::from_be_bytes(whole[at(&whole, what.as_bytes()) - 4..][..4].try_into().unwrap());
            for left in 0..usize::try_from(size).unwrap() - 8 {
                let cut = |inner: &mut Vec<Vec<u8>>| {
                    let shorter = inner[place][8..8 + left].to_vec();
                    inner[place] = boxed(inner[place][4..8].try_into().unwrap(), &[&shorter]);
                };
                assert_eq!(changed(&cut), None, "{left} bytes of {what}");
            }
        }
        let byte = |place: usize, at: usize, byte: u8| changed(&move |inner| inner[place][at] = byte);
        assert_eq!(byte(3, 8, 3), None, "a version of iloc that nobody knows");
        assert_eq!(byte(3, 12, 0x14), None, "an offset of one byte");
        assert_eq!(byte(3, 12, 0x40), None, "no lengths");
        assert_eq!(byte(3, 19, 1), None, "another file");
        assert_eq!(byte(3, 35, 2), None, "an item in two places");
        assert_eq!(byte(2, 22, 0), None, "an item without a type");
        assert_eq!(byte(2, 22, 1), None, "an item without a type");
        assert_eq!(byte(2, 13, 8), None, "more items than there are");
        assert_eq!(byte(1, 13, 2), None, "what is shown is no picture");
        assert_eq!(byte(1, 13, 99), None, "what is shown is nothing");
        assert_eq!(changed(&|inner| inner.push(b"\0\0\0\x07free".to_vec())), None, "no box");
        assert_eq!(heic(boxed(b"ftyp", &[b"heic"])), None, "no description");
        let whole = PLAIN.file(&PHONE, |_| ());
        assert_eq!(heic([&whole[..], &boxed(b"meta", &[&[0; 4]])].concat()), None, "two descriptions");
        assert_eq!(heic([&whole[..], &boxed(b"moof", &[])].concat()), None, "in fragments");
        assert_eq!(heic([&whole[..], &boxed(b"moov", &[&boxed(b"trak", &[])])].concat()), None, "a broken sequence");
        assert_eq!(heic(whole[..whole.len() - 1].to_vec()), None, "cut short");
    }

    #[test]
    fn places_that_cannot_be_told_are_refused() {
        let ok = |made: &Made, items: &[Item]| heic(made.file(items, |_| ())).is_some();
        assert!(ok(&PLAIN, &[EXIF, PICTURE]));
        assert!(!ok(&PLAIN, &[EXIF, XMP]), "no picture");
        assert!(!ok(&PLAIN, &[PICTURE, PICTURE]), "the same item twice");
        assert!(!ok(&PLAIN, &[PICTURE, Item(2, b"Exif", b"\0", &[b""])]), "an extent without a length");
        assert!(!ok(&PLAIN, &[Item(1, b"hvc1", b"\0", &[b""]), EXIF]), "an extent without a length");
        let many: Vec<Item> = (1..4_098).map(|id| Item(id, b"hvc1", b"\0", &[b"x"])).collect();
        assert!(ok(&PLAIN, &many[..4_096]) && !ok(&PLAIN, &many), "too many items");
        static FULL: [&[u8]; 2_049] = [b"x"; 2_049];
        assert!(!ok(&PLAIN, &[Item(1, b"hvc1", b"\0", &FULL), Item(2, b"hvc1", b"\0", &FULL)]), "too many extents");
        // Items of other items, and of a description that has none.
        let made = Made { version: 1, idat: true, ..PLAIN };
        for method in [2, 15] {
            let file = made.file(&[PICTURE, EXIF], |inner| inner[3][19] = method);
            assert_eq!(heic(file), None, "method {method}");
        }
        assert_eq!(heic(made.file(&[PICTURE, EXIF], |inner| drop(inner.remove(5)))), None);
        // A base offset, of four bytes, that is more than it was made.
        let moved = |items: &[Item], place: usize, by: u32| {
            let mut file = PLAIN.file(items, |_| ());
            let before: usize = items[..place].iter().map(|item| 10 + 8 * item.3.len()).sum();
            let base = at(&file, b"iloc") + 16 + before;
            let more = u32::from_be_bytes(file[base..base + 4].try_into().unwrap()).wrapping_add(by);
            file[base..base + 4].copy_from_slice(&more.to_be_bytes());
            heic(file)
        };
        for by in [1, 100, 1 << 20, 0_u32.wrapping_sub(1), 0_u32.wrapping_sub(100)] {
            // The picture moves into what goes or out of the data; what goes moves into the picture or out of the data.
            assert_eq!(moved(&[PICTURE, EXIF], 0, by), None, "{by}");
            assert!(by == 1 || moved(&[PICTURE, EXIF], 1, by).is_none(), "{by}");
            assert_eq!(moved(&[XMP, PICTURE], 0, by), None, "{by}");
        }
        assert!(moved(&[PICTURE, EXIF], 1, 0).is_some());
    }

    /// A sequence of pictures, of one track that uses one part of the data.
    fn sequence(handler: &Code, start: usize, size: usize) -> Vec<u8> {
        let tables = [
            boxed(b"stsc", &[&[0; 4], &[1, 1, 1, 1].map(|entry| number(entry, 4)).concat()]),
            boxed(b"stsz", &[&[0; 4], &number(size, 4), &number(1, 4)]),
            boxed(b"stco", &[&[0; 4], &number(1, 4), &number(start, 4)]),
        ];
        let hdlr = boxed(b"hdlr", &[&[0; 8], handler, &[0; 12], b"GPS-SECRET cam\0"]);
        let minf = boxed(b"minf", &[&boxed(b"stbl", &[&tables.concat()])]);
        let trak = boxed(b"trak", &[&boxed(b"mdia", &[&hdlr, &minf])]);
        boxed(b"moov", &[&trak, &boxed(b"udta", &[b"GPS-SECRET 2026:03:01"])])
    }

    #[test]
    fn a_sequence_of_pictures_follows_the_rules_of_films() {
        let sent = PLAIN.file(&PHONE, |_| ());
        let (picture, orphan) = (at(&sent, b"PICTURE-1"), at(&sent, b"orphan"));
        // The picture is the first of the sequence.
        is_stripped([&sent[..], &sequence(b"pict", picture, 18)].concat());
        let kept = heic([&sent[..], &sequence(b"pict", orphan, 6)].concat()).unwrap();
        assert!(has(&kept, b"orphan") && has(&kept, b"PICTURE-1PICTURE-2") && !has(&kept, b"GPS-SECRET"));
        is_stripped([&sent[..], &sequence(b"meta", orphan, 6)].concat());
        assert_eq!(heic([&sent[..], &sequence(b"meta", picture + 8, 2)].concat()), None, "it shares the picture");
        assert_eq!(heic([&sent[..], &sequence(b"pict", picture - 1, 9)].concat()), None, "it shares what goes");
        assert_eq!(heic([&sent[..], &sequence(b"pict", 0, 9)].concat()), None, "it stands outside the data");
    }
}
