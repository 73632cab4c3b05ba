//! Boxes of the ISO base media format (ISO/IEC 14496-12): what HEIC and MP4 are made of, read and blanked.

use std::ops::Range;

/// Boxes that hold boxes, as far as they are looked into.
const HOLDERS: [&Code; 4] = [b"moov", b"trak", b"mdia", b"edts"];
/// Deepest nesting.
const DEEPEST: usize = 8;
/// Most boxes of a file: a film of a phone has some hundred.
const MOST_BOXES: usize = 65_536;
/// Most parts of the data of a file that are told apart: a film of twenty megabytes has some thousand.
const MOST_PARTS: usize = 1 << 20;
/// Bytes of a handler (`hdlr`) that say what it handles; its name stands behind them.
const HANDLER: usize = 24;

/// Four characters that name a type.
pub(super) type Code = [u8; 4];

/// A box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its type.
    pub(super) kind: Code,
    /// Where its type stands.
    pub(super) kind_at: usize,
    /// Where its content stands.
    pub(super) content: Range<usize>,
}

/// All boxes, those within others among them, in their order; `None`: the content is not made of boxes.
pub(super) fn all(content: &[u8]) -> Option<Vec<Found>> {
    let mut found = vec![];
    walk(content, 0..content.len(), 0, &mut found)?;
    Some(found)
}

fn walk(content: &[u8], part: Range<usize>, depth: usize, found: &mut Vec<Found>) -> Option<()> {
    for one in within(content, part)? {
        let inner = one.content.clone();
        let holds = depth < DEEPEST && HOLDERS.contains(&&one.kind);
        found.push(one);
        if holds {
            walk(content, inner, depth + 1, found)?;
        }
        if found.len() > MOST_BOXES {
            return None;
        }
    }
    Some(())
}

/// The boxes that stand side by side in a part of the content; `None`: it is not made of boxes.
pub(super) fn within(content: &[u8], part: Range<usize>) -> Option<Vec<Found>> {
    let mut found = vec![];
    let mut at = part.start;
    while at < part.end {
        let head = content.get(at..at + 8)?;
        let short = u64::from(u32::from_be_bytes(head.get(..4)?.try_into().ok()?));
        let kind: Code = head.get(4..)?.try_into().ok()?;
        let (size, head) = match short {
            0 => (u64::try_from(part.end - at).ok()?, 8),
            1 => (u64::from_be_bytes(content.get(at + 8..at + 16)?.try_into().ok()?), 16),
            size => (size, 8),
        };
        let end = at.checked_add(usize::try_from(size).ok()?)?;
        if end > part.end || at + head > end || found.len() >= MOST_BOXES {
            return None;
        }
        found.push(Found { kind, kind_at: at + 4, content: at + head..end });
        at = end;
    }
    Some(found)
}

/// The one box of a type among these; `None`: there is none, or it is not clear which one counts.
pub(super) fn only<'a>(found: &'a [Found], kind: &Code) -> Option<&'a Found> {
    let mut of_kind = found.iter().filter(|found| found.kind == *kind);
    let first = of_kind.next()?;
    of_kind.next().is_none().then_some(first)
}

/// The boxes within the one box of a type among these.
pub(super) fn inside(content: &[u8], found: &[Found], kind: &Code) -> Option<Vec<Found>> {
    within(content, only(found, kind)?.content.clone())
}

/// Makes a box one that readers pass over, and empties it; nothing else of the file moves.
pub(super) fn blank(content: &mut [u8], found: &Found) -> Option<()> {
    content.get_mut(found.kind_at..found.kind_at.checked_add(4)?)?.copy_from_slice(b"free");
    content.get_mut(found.content.clone())?.fill(0);
    Some(())
}

/// Takes the name out of a handler: devices write theirs into it. What is left of it is an empty text and its end.
pub(super) fn unname(content: &mut [u8], hdlr: &Found) -> Option<()> {
    content.get_mut(hdlr.content.clone())?.get_mut(HANDLER..)?.fill(0);
    Some(())
}

/// The fields of a box, one behind the other.
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// The fields of a box.
    pub(super) fn of(content: &'a [u8], found: &Found) -> Option<Fields<'a>> {
        Some(Fields(content.get(found.content.clone())?))
    }

    /// So many bytes; `None`: so many are not left.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.0.split_at_checked(count)?;
        self.0 = left;
        Some(taken)
    }

    /// A number of up to eight bytes, the high ones first.
    pub(super) fn number(&mut self, bytes: usize) -> Option<usize> {
        let number = self.take(bytes)?.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        usize::try_from(number).ok()
    }

    /// Four characters that name a type.
    pub(super) fn code(&mut self) -> Option<Code> {
        self.take(4)?.try_into().ok()
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.0.len()
    }
}

/// The data of a file, and what of it is used by what stays: everything else of it goes.
#[derive(Debug, Default)]
pub(super) struct Data {
    stores: Vec<Range<usize>>,
    kept: Vec<Range<usize>>,
    dropped: Vec<Range<usize>>,
}

impl Data {
    /// Data stands here.
    pub(super) fn store(&mut self, part: Range<usize>) {
        self.stores.push(part);
    }

    /// A part of the data is used, by what stays or by what goes; `None`: there are too many parts.
    pub(super) fn used(&mut self, part: Range<usize>, stays: bool) -> Option<()> {
        if part.is_empty() {
            return Some(());
        }
        if self.kept.len() + self.dropped.len() >= MOST_PARTS {
            return None;
        }
        if stays {
            self.kept.push(part);
        } else {
            self.dropped.push(part);
        }
        Some(())
    }

    /// Empties what nothing that stays uses. `None`: nothing stays, or something stands where no data is, or what stays
    /// and what goes share bytes, so that one of them would suffer.
    pub(super) fn clear(mut self, content: &mut [u8]) -> Option<()> {
        self.stores.sort_unstable_by_key(|store| store.start);
        let kept = joined(self.kept);
        let stands = |part: &Range<usize>| {
            let behind = self.stores.partition_point(|store| store.start <= part.start);
            let store = behind.checked_sub(1).and_then(|at| self.stores.get(at));
            store.is_some_and(|store| part.end <= store.end)
        };
        let shared = |part: &Range<usize>| {
            let next = kept.get(kept.partition_point(|kept| kept.end <= part.start));
            next.is_some_and(|next| next.start < part.end)
        };
        if kept.is_empty() || !kept.iter().chain(&self.dropped).all(stands) || self.dropped.iter().any(shared) {
            return None;
        }
        for store in &self.stores {
            let mut at = store.start;
            let first = kept.partition_point(|kept| kept.end <= store.start);
            for part in kept.iter().skip(first).take_while(|part| part.start < store.end) {
                content.get_mut(at..part.start)?.fill(0);
                at = part.end;
            }
            content.get_mut(at..store.end)?.fill(0);
        }
        Some(())
    }
}

/// Parts in their order, those that touch as one.
fn joined(mut parts: Vec<Range<usize>>) -> Vec<Range<usize>> {
    parts.sort_unstable_by_key(|part| part.start);
    let mut joined: Vec<Range<usize>> = vec![];
    for part in parts {
        match joined.last_mut() {
            Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
            _ => joined.push(part),
        }
    }
    joined
}

/// Boxes for tests.
#[cfg(test)]
pub(super) mod made {
    use super::Code;

    /// A box of these parts.
    pub(in crate::files) fn boxed(kind: &Code, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let size = u32::try_from(content.len() + 8).expect("a small box");
        [&size.to_be_bytes()[..], kind, &content].concat()
    }

    /// Whether a text stands somewhere in content.
    pub(in crate::files) fn has(content: &[u8], text: &[u8]) -> bool {
        content.windows(text.len()).any(|window| window == text)
    }

    /// Where a text stands first in content.
    pub(in crate::files) fn at(content: &[u8], text: &[u8]) -> usize {
        content.windows(text.len()).position(|window| window == text).expect("it stands there")
    }
}

#[cfg(test)]
mod tests {
    use super::made::boxed;
    use super::*;

    #[test]
    fn boxes_are_found_where_they_stand() {
        let inner = boxed(b"mvhd", &[b"12"]);
        let content = [boxed(b"ftyp", &[b"isom"]), boxed(b"moov", &[&inner]), b"\0\0\0\0mdatrest".to_vec()].concat();
        let kinds: Vec<Code> = all(&content).unwrap().iter().map(|found| found.kind).collect();
        assert_eq!(kinds, [*b"ftyp", *b"moov", *b"mvhd", *b"mdat"]);
        assert_eq!(within(&content, 0..content.len()).unwrap().len(), 3);
        // A size that is too small for the head, one beyond the end, and half a head.
        for broken in
            [&b"\0\0\0\x07free"[..], b"\0\0\0\x09free", b"\0\0\0\x01free\xff\xff\xff\xff\xff\xff\xff\xff", b"\0"]
        {
            assert_eq!(within(broken, 0..broken.len()), None, "{broken:?}");
        }
        assert_eq!(all(&boxed(b"free", &[]).repeat(MOST_BOXES + 1)), None);
    }

    #[test]
    fn data_that_nothing_uses_is_emptied() {
        let cleared = |kept: &[(usize, usize)], dropped: &[(usize, usize)]| {
            let (mut data, mut content) = (Data::default(), *b"0123456789abcdef");
            data.store(10..14);
            data.store(2..8);
            kept.iter().for_each(|(start, end)| data.used(*start..*end, true).unwrap());
            dropped.iter().for_each(|(start, end)| data.used(*start..*end, false).unwrap());
            data.clear(&mut content).map(|()| content)
        };
        assert_eq!(cleared(&[(6, 7), (3, 5), (4, 5)], &[(5, 6), (2, 2)]).unwrap(), *b"01\x0034\x006\x0089\0\0\0\0ef");
        assert_eq!(cleared(&[(10, 14), (2, 8)], &[]).unwrap(), *b"0123456789abcdef");
        for (kept, dropped) in [
            // Nothing stays; something stands outside, or across the end, of the data; bytes are shared.
            (&[][..], &[(2, 8)][..]),
            (&[(3, 4), (8, 9)], &[]),
            (&[(3, 4), (7, 9)], &[]),
            (&[(3, 4)], &[(0, 1)]),
            (&[(3, 4)], &[(13, 15)]),
            (&[(3, 6)], &[(2, 4)]),
            (&[(3, 6)], &[(4, 5)]),
            (&[(3, 4), (5, 6)], &[(4, 6)]),
        ] {
            assert_eq!(cleared(kept, dropped), None, "{kept:?} {dropped:?}");
        }
    }
}
