//! Boxes of the ISO base media format (ISO/IEC 14496-12): what HEIC and MP4 are made of.

use std::ops::Range;

/// Boxes that hold boxes, as far as they are looked into.
const HOLDERS: [&[u8; 4]; 4] = [b"moov", b"trak", b"mdia", b"edts"];
/// Deepest nesting.
const DEEPEST: usize = 8;

/// A box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its type.
    pub(super) kind: [u8; 4],
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

fn walk(content: &[u8], within: Range<usize>, depth: usize, found: &mut Vec<Found>) -> Option<()> {
    let mut at = within.start;
    while at < within.end {
        let head = content.get(at..at + 8)?;
        let short = u64::from(u32::from_be_bytes(head.get(..4)?.try_into().ok()?));
        let kind: [u8; 4] = head.get(4..)?.try_into().ok()?;
        let (size, head) = match short {
            0 => (u64::try_from(within.end - at).ok()?, 8),
            1 => (u64::from_be_bytes(content.get(at + 8..at + 16)?.try_into().ok()?), 16),
            size => (size, 8),
        };
        let end = at.checked_add(usize::try_from(size).ok()?)?;
        if end > within.end || at + head > end {
            return None;
        }
        found.push(Found { kind, kind_at: at + 4, content: at + head..end });
        if depth < DEEPEST && HOLDERS.iter().any(|holder| **holder == kind) {
            walk(content, at + head..end, depth + 1, found)?;
        }
        at = end;
    }
    Some(())
}
