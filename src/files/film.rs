//! 影片. What stays of a film: what is seen and heard, and not who made it, when, where and with what.

use super::boxes::{self, Code, Data, Fields, Found};

/// Boxes that make a film, by the box that they stand in. All others go: also those that nobody knows yet.
const PARTS: [(&Code, &[&Code]); 5] = [
    (b"moov", &[b"mvhd", b"trak", b"iods"]),
    (b"trak", &[b"tkhd", b"tref", b"trgr", b"edts", b"mdia"]),
    (b"mdia", &[b"mdhd", b"hdlr", b"elng", b"minf"]),
    (b"minf", &[b"vmhd", b"smhd", b"nmhd", b"hdlr", b"dinf", b"stbl"]),
    (
        b"stbl",
        &[
            b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stco", b"co64", b"stss", b"stsh", b"stps", b"padb",
            b"stdp", b"sdtp", b"sbgp", b"sgpd", b"subs",
        ],
    ),
];
/// Boxes that begin with when something was made and changed, and how long they are with times of four bytes.
const TIMES: [(&Code, usize); 3] = [(b"mvhd", 100), (b"tkhd", 84), (b"mdhd", 24)];
/// How much longer they are with times, and a duration, of eight bytes.
const WIDER: usize = 12;
/// Boxes of a film in fragments: what lies in them is not in the tables, and phones do not make them.
const FRAGMENTS: [&Code; 4] = [b"moof", b"mfra", b"sidx", b"styp"];
/// Handlers of tracks that are seen and heard.
const SHOWN: [&Code; 2] = [b"vide", b"soun"];

/// The film without what it says of itself, blanked in place, so that nothing of it moves. `None`: it is broken, or it
/// cannot be told what it says.
pub(super) fn film(mut content: Vec<u8>) -> Option<Vec<u8>> {
    let top = boxes::within(&content, 0..content.len())?;
    outermost(&mut content, &top, &SHOWN, &[])?.clear(&mut content)?;
    Some(content)
}

/// Blanks what stands outermost and within `moov`. Tracks with one of the handlers and boxes of the types in `also`
/// stay. Gives back the data as the tracks use it, which is not cleared yet.
pub(super) fn outermost(content: &mut [u8], top: &[Found], shown: &[&Code], also: &[&Code]) -> Option<Data> {
    let mut data = Data::default();
    for found in top {
        match &found.kind {
            b"ftyp" => {}
            b"mdat" => data.store(found.content.clone()),
            b"moov" => movie(content, found, shown, &mut data)?,
            kind if FRAGMENTS.contains(&kind) => return None,
            kind if also.contains(&kind) => {}
            _ => boxes::blank(content, found)?,
        }
    }
    Some(data)
}

fn movie(content: &mut [u8], moov: &Found, shown: &[&Code], data: &mut Data) -> Option<()> {
    for trak in boxes::within(content, moov.content.clone())?.iter().filter(|found| found.kind == *b"trak") {
        if !track(content, trak, shown, data)? {
            boxes::blank(content, trak)?;
        }
    }
    clean(content, moov)
}

/// Blanks what does not make a film, times and names. It goes as deep as the table of parts.
fn clean(content: &mut [u8], holder: &Found) -> Option<()> {
    let Some((_, parts)) = PARTS.iter().find(|(kind, _)| **kind == holder.kind) else { return Some(()) };
    for found in boxes::within(content, holder.content.clone())? {
        if !parts.contains(&&found.kind) {
            boxes::blank(content, &found)?;
        } else if let Some((_, length)) = TIMES.iter().find(|(kind, _)| **kind == found.kind) {
            untime(content, &found, *length)?;
        } else if found.kind == *b"hdlr" {
            boxes::unname(content, &found)?;
        } else {
            clean(content, &found)?;
        }
    }
    Some(())
}

/// Takes out when something was made and changed, and what hangs behind it.
fn untime(content: &mut [u8], found: &Found, length: usize) -> Option<()> {
    let header = content.get_mut(found.content.clone())?;
    let (times, length) = match header.first()? {
        0 => (4..12, length),
        1 => (4..20, length + WIDER),
        _ => return None,
    };
    header.get_mut(times)?.fill(0);
    if let Some(more) = header.get_mut(length..) {
        more.fill(0);
    }
    Some(())
}

/// Tells which data a track uses, and whether it stays.
fn track(content: &[u8], trak: &Found, shown: &[&Code], data: &mut Data) -> Option<bool> {
    let mdia = boxes::inside(content, &boxes::within(content, trak.content.clone())?, b"mdia")?;
    let mut handler = Fields::of(content, boxes::only(&mdia, b"hdlr")?)?;
    handler.take(8)?;
    let stays = shown.contains(&&handler.code()?);
    let minf = boxes::inside(content, &mdia, b"minf")?;
    samples(content, &boxes::inside(content, &minf, b"stbl")?, stays, data)?;
    Some(stays)
}

/// Tells which data the samples of a track are, by its tables. `None`: they contradict each other.
fn samples(content: &[u8], stbl: &[Found], stays: bool, data: &mut Data) -> Option<()> {
    // Sizes in bits and nibbles: nothing that phones write.
    if stbl.iter().any(|found| found.kind == *b"stz2") {
        return None;
    }
    let (offsets, width) = match (boxes::only(stbl, b"stco"), boxes::only(stbl, b"co64")) {
        (Some(offsets), None) => (offsets, 4),
        (None, Some(offsets)) => (offsets, 8),
        _ => return None,
    };
    let mut offsets = Fields::of(content, offsets)?;
    let chunks = counted(&mut offsets)?;
    let mut sizes = Sizes::read(content, boxes::only(stbl, b"stsz")?)?;
    let mut runs = Fields::of(content, boxes::only(stbl, b"stsc")?)?;
    let mut runs_left = counted(&mut runs)?;
    let mut next = run(&mut runs, &mut runs_left)?;
    let mut samples = None;
    for chunk in 1..=chunks {
        // A run of chunks with as many samples begins here; where none has begun, the table is broken.
        if let Some((_, many)) = next.filter(|(first, _)| *first == chunk) {
            samples = Some(many);
            next = run(&mut runs, &mut runs_left)?;
        }
        let start = offsets.number(width)?;
        data.used(start..start.checked_add(sizes.sum(samples?)?)?, stays)?;
    }
    // Runs or samples that are left lie nobody knows where.
    (next.is_none() && sizes.count == 0).then_some(())
}

/// How many entries a table has, behind its version and flags.
fn counted(table: &mut Fields<'_>) -> Option<usize> {
    table.take(4)?;
    table.number(4)
}

/// The next run of chunks with as many samples: its first chunk, and how many. `Some(None)`: there is none left.
fn run(runs: &mut Fields<'_>, left: &mut usize) -> Option<Option<(usize, usize)>> {
    let Some(fewer) = left.checked_sub(1) else { return Some(None) };
    *left = fewer;
    let run = (runs.number(4)?, runs.number(4)?);
    // The description of the samples, of which there are few.
    runs.take(4)?;
    Some(Some(run))
}

/// Sizes of the samples of a track, in their order.
struct Sizes<'a> {
    /// The one size of all of them; 0: each has its own.
    same: usize,
    /// How many are left.
    count: usize,
    each: Fields<'a>,
}

impl<'a> Sizes<'a> {
    fn read(content: &'a [u8], stsz: &Found) -> Option<Sizes<'a>> {
        let mut each = Fields::of(content, stsz)?;
        each.take(4)?;
        let (same, count) = (each.number(4)?, each.number(4)?);
        // Sound of an old QuickTime says 1 whatever the size is: more would be emptied than is known to be unused.
        (same != 1).then_some(Sizes { same, count, each })
    }

    /// The size of the next samples together; `None`: so many are not left.
    fn sum(&mut self, samples: usize) -> Option<usize> {
        self.count = self.count.checked_sub(samples)?;
        if self.same > 0 {
            return self.same.checked_mul(samples);
        }
        let mut sum = 0_usize;
        for _ in 0..samples {
            sum = sum.checked_add(self.each.number(4)?)?;
        }
        Some(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::super::boxes::made::{at, boxed, has};
    use super::*;

    /// Where the data of [`made`] stands: behind `ftyp` and the head of `mdat`.
    const DATA: u32 = 24;
    /// The data: two pictures, a sound, and what the camera noted between them and behind.
    const MDAT: &[u8] = b"FRAME-1 GPS-SECRET-1 TONE FRAME-2 2026:03:01 ORPHAN";

    fn table(entries: &[u32]) -> Vec<u8> {
        entries.iter().flat_map(|entry| entry.to_be_bytes()).collect()
    }

    /// The place and size of a text in the data.
    fn chunk(text: &[u8]) -> (u32, u32) {
        (DATA + u32::try_from(at(MDAT, text)).unwrap(), u32::try_from(text.len()).unwrap())
    }

    fn named(handler: &Code) -> Vec<u8> {
        boxed(b"hdlr", &[&[0; 8], handler, &[0; 12], b"GPS-SECRET cam\0"])
    }

    /// Tables of samples, one in each chunk.
    fn tables(chunks: &[(u32, u32)]) -> Vec<Vec<u8>> {
        let count = u32::try_from(chunks.len()).unwrap();
        let (offsets, sizes): (Vec<u32>, Vec<u32>) = chunks.iter().copied().unzip();
        vec![
            boxed(b"stsd", &[&[0; 8]]),
            boxed(b"stsc", &[&table(&[0, 1, 1, 1, 1])]),
            boxed(b"stsz", &[&table(&[0, 0, count]), &table(&sizes)]),
            boxed(b"stco", &[&table(&[0, count]), &table(&offsets)]),
        ]
    }

    fn trak(hdlr: &[u8], tables: &[Vec<u8>]) -> Vec<u8> {
        let free = boxed(b"free", &[b"GPS-SECRET"]);
        let stbl = boxed(b"stbl", &[&tables.concat(), &free]);
        let minf = boxed(b"minf", &[&boxed(b"vmhd", &[&[0; 12]]), &stbl, &free]);
        let mdhd = boxed(b"mdhd", &[&[1, 0, 0, 0], b"2026:03:012026:0", &[7; 16], b"GPS-SECRET"]);
        let mdia = boxed(b"mdia", &[&mdhd, hdlr, &minf, &boxed(b"skip", &[b"GPS-SECRET"])]);
        let tkhd = boxed(b"tkhd", &[&[0; 4], b"2026:03:", &[0; 72]]);
        boxed(b"trak", &[&tkhd, &free, &mdia, &boxed(b"uuid", &[b"0123456789abcdefGPS-SECRET"])])
    }

    fn made(traks: &[Vec<u8>], more: &[u8]) -> Vec<u8> {
        let mvhd = boxed(b"mvhd", &[&[0; 4], b"2026:03:", &[0; 88]]);
        let udta = boxed(b"udta", &[b"GPS-SECRET +29.9411+120.5127/"]);
        let free = boxed(b"free", &[b"GPS-SECRET"]);
        let moov = boxed(b"moov", &[&mvhd, &free, &traks.concat(), &udta, &boxed(b"gps ", &[b"GPS-SECRET"])]);
        let film = [boxed(b"ftyp", &[b"isom\0\0\0\0"]), boxed(b"mdat", &[MDAT]), free, moov, more.to_vec()];
        film.concat()
    }

    fn seen() -> Vec<u8> {
        trak(&named(b"vide"), &tables(&[chunk(b"FRAME-1"), chunk(b"FRAME-2")]))
    }

    fn heard() -> Vec<u8> {
        trak(&named(b"soun"), &tables(&[chunk(b"TONE")]))
    }

    fn noted() -> Vec<u8> {
        trak(&named(b"meta"), &tables(&[chunk(b"GPS-SECRET-1"), chunk(b"2026:03:01")]))
    }

    #[test]
    fn a_film_keeps_what_is_seen_and_heard() {
        let more =
            [boxed(b"meta", &[b"GPS-SECRET"]), boxed(b"skip", &[b"GPS-SECRET"]), boxed(b"sefd", &[b"GPS-SECRET"])];
        let made = made(&[seen(), noted(), heard()], &more.concat());
        let stripped = film(made.clone()).unwrap();
        assert_eq!(stripped.len(), made.len());
        for word in [&b"GPS-SECRET"[..], b"SECRET", b"2026", b"ORPHAN", b"120.5", b"cam"] {
            assert!(has(&made, word) && !has(&stripped, word), "{}", String::from_utf8_lossy(word));
        }
        for word in [&b"FRAME-1"[..], b"FRAME-2", b"TONE"] {
            assert_eq!(at(&stripped, word), at(&made, word), "{}", String::from_utf8_lossy(word));
        }
        // It is still made of boxes, its tables are as they were, and one of the three tracks is gone.
        assert!(boxes::all(&stripped).is_some());
        let count = |text: &[u8]| stripped.windows(4).filter(|window| *window == text).count();
        assert_eq!((count(b"trak"), count(b"vide"), count(b"soun"), count(b"meta")), (2, 1, 1, 0));
        assert_eq!(count(&[7; 4]), 2 * 13, "no more of a header is gone than its times and what hangs behind it");
        assert!(tables(&[chunk(b"TONE")]).iter().all(|table| has(&stripped, table)));
        assert_eq!(film(stripped.clone()).unwrap(), stripped, "stripped again, it is the same");
    }

    #[test]
    fn samples_are_found_by_every_kind_of_table() {
        let ((one, size), (two, _)) = (chunk(b"FRAME-1"), chunk(b"FRAME-2"));
        let wide = boxed(b"co64", &[&table(&[0, 2, 0, one, 0, two])]);
        // FRAME-1 as three samples and then one, FRAME-2 as two: runs of three, then of two.
        let each = boxed(b"stsz", &[&table(&[0, 0, 5, 3, 2, size - 5, 6, 1])]);
        let runs = boxed(b"stsc", &[&table(&[0, 2, 1, 3, 1, 2, 2, 1])]);
        // Three samples of seven bytes, the last two of which share the second chunk: as far as the data goes.
        let same = boxed(b"stsz", &[&table(&[0, size, 2])]);
        let one_each = boxed(b"stsc", &[&table(&[0, 1, 1, 1, 1])]);
        for tables in [[wide.clone(), each, runs], [wide, same, one_each]] {
            let made = made(&[trak(&named(b"vide"), &tables)], b"");
            let stripped = film(made.clone()).unwrap();
            let left: Vec<u8> = stripped[24..24 + MDAT.len()].iter().copied().filter(|byte| *byte != 0).collect();
            assert_eq!(left, b"FRAME-1FRAME-2");
        }
    }

    #[test]
    fn a_film_that_cannot_be_told_is_refused() {
        assert!(film(made(&[seen()], b"")).is_some());
        for kind in FRAGMENTS {
            assert_eq!(film(made(&[seen()], &boxed(kind, &[&[0; 8]]))), None, "{kind:?}");
        }
        assert_eq!(film(made(&[seen()], b"\0")), None);
        assert_eq!(film(made(&[], b"")), None, "nothing is seen or heard");
        assert_eq!(film(made(&[noted()], b"")), None, "nothing is seen or heard");
        for broken in [
            trak(b"", &tables(&[chunk(b"FRAME-1")])),
            trak(&named(b"vide").repeat(2), &tables(&[chunk(b"FRAME-1")])),
            trak(&boxed(b"hdlr", &[&[0; 8], b"vide"]), &tables(&[chunk(b"FRAME-1")])),
            trak(&boxed(b"hdlr", &[&[0; 6]]), &tables(&[chunk(b"FRAME-1")])),
            boxed(b"trak", &[]),
        ] {
            assert_eq!(film(made(&[seen(), broken], b"")), None);
        }
        let mut future = seen();
        let version = at(&future, b"mdhd") + 4;
        future[version] = 2;
        assert_eq!(film(made(&[future], b"")), None, "a header nobody knows");
    }

    #[test]
    fn tables_that_contradict_each_other_are_refused() {
        let (place, size) = chunk(b"GPS-SECRET-1");
        let good = tables(&[(place, size)]);
        assert!(film(made(&[seen(), trak(&named(b"meta"), &good)], b"")).is_some());
        let with = |at: usize, kind: &Code, entries: &[u32]| {
            let mut tables = good.clone();
            tables[at] = boxed(kind, &[&table(entries)]);
            tables
        };
        for (why, tables) in [
            ("no runs", with(1, b"free", &[0])),
            ("a run that begins late", with(1, b"stsc", &[0, 1, 2, 1, 1])),
            ("a run that never begins", with(1, b"stsc", &[0, 2, 1, 1, 1, 1, 1, 1])),
            ("runs that end early", with(1, b"stsc", &[0, 9, 1, 1, 1])),
            ("more samples than sizes", with(1, b"stsc", &[0, 1, 1, 2, 1])),
            ("no sizes", with(2, b"free", &[0])),
            ("sizes in bits", with(2, b"stz2", &[0, 8, 1, 0])),
            ("sizes that end early", with(2, b"stsz", &[0, 0, 1])),
            ("more sizes than samples", with(2, b"stsz", &[0, 0, 2, size, size])),
            ("no size that counts", with(2, b"stsz", &[0, 1, 1])),
            ("beyond the end", with(2, b"stsz", &[0, u32::MAX, 1])),
            ("no offsets", with(3, b"free", &[0])),
            ("offsets that end early", with(3, b"stco", &[0, 2, place])),
            ("an offset beyond the end", with(3, b"stco", &[0, 1, 1 << 20])),
            ("an offset beyond everything", with(3, b"co64", &[0, 1, u32::MAX, u32::MAX])),
            ("an offset outside the data", with(3, b"stco", &[0, 1, 0])),
            ("an offset within a picture", with(3, b"stco", &[0, 1, chunk(b"FRAME-1").0 + 6])),
            ("two tables of offsets", [&good[..], &good[3..]].concat()),
            ("both kinds of offsets", [&good[..], &[boxed(b"co64", &[&table(&[0, 0])])]].concat()),
        ] {
            assert_eq!(film(made(&[seen(), trak(&named(b"meta"), &tables)], b"")), None, "{why}");
            assert_eq!(film(made(&[trak(&named(b"meta"), &tables), seen()], b"")), None, "{why}");
        }
    }
}
