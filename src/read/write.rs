//! Writing the answer as JSON text, straight from the rows.

use std::collections::HashMap;

use super::declare::{Mask, Scalar};
use super::fetch::{Fetched, FetchedRows, Key};
use super::notes::{Matter, Note, Shown};
use super::plan::{Below, ChildPlan, Column, Gate, Out, PointPart, RowsPlan, Shape};
use super::predicate::Lens;
use super::session::ReadError;
use crate::access::{Class, Verdict};
use crate::files::link::{self, Link};
use crate::kernel::seal::Sealer;
use crate::kernel::{clock, mask};

const MINUTE_MS: i64 = 60_000;
/// Most answers are smaller.
const USUAL: usize = 16 * 1024;
/// What a withheld text is shown as.
const WITHHELD: &str = "【已隐去】";

/// Writes answers.
pub struct Writer<'a> {
    /// The gate.
    pub lens: Lens<'a>,
    /// Opens sealed values and seals cursors.
    pub sealer: &'a Sealer,
    /// The text so far.
    pub out: Vec<u8>,
    /// Redactions by row that took place, and the least that was shown.
    pub redacted: HashMap<usize, Verdict>,
    /// What was shown in full of personal class.
    pub shown: Shown,
    /// The verdict that was given last.
    last: Verdict,
}

/// A row and what was read below it.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    pub(super) fetched: &'r FetchedRows,
    pub(super) at: usize,
}

impl Row<'_> {
    pub(super) fn text(&self, column: Column) -> Result<Option<&str>, ReadError> {
        self.fetched.rows.text(self.at, column + self.fetched.skip)
    }

    pub(super) fn int(&self, column: Column) -> Result<Option<i64>, ReadError> {
        self.fetched.rows.int(self.at, column + self.fetched.skip)
    }

    fn real(&self, column: Column) -> Result<Option<f64>, ReadError> {
        self.fetched.rows.real(self.at, column + self.fetched.skip)
    }

    fn boolean(&self, column: Column) -> Result<Option<bool>, ReadError> {
        self.fetched.rows.boolean(self.at, column + self.fetched.skip)
    }
}

/// The global id of a row.
pub fn global_id(view: &str, id: i64) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{view}:{id}"))
}

/// The type and key in a global id.
pub fn parse_global_id(text: &str) -> Option<(String, i64)> {
    use base64::Engine;
    let plain = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
    let plain = String::from_utf8(plain).ok()?;
    let (view, id) = plain.split_once(':')?;
    Some((view.to_owned(), id.parse().ok()?))
}

impl<'a> Writer<'a> {
    /// A writer of a new answer.
    pub fn new(lens: Lens<'a>, sealer: &'a Sealer) -> Writer<'a> {
        let (redacted, shown) = (HashMap::new(), Shown::default());
        let mut out = Vec::with_capacity(USUAL);
        out.extend_from_slice(b"{\"data\":");
        Writer { lens, sealer, out, redacted, shown, last: Verdict::Hidden }
    }

    pub(super) fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(super) fn null(&mut self) {
        self.raw("null");
    }

    /// A JSON string.
    pub fn string(&mut self, text: &str) {
        self.out.push(b'"');
        // To the end, whatever is found: so it is looked at many bytes at a time.
        if text.bytes().fold(false, |any, byte| any | is_escaped(byte)) {
            self.escaped(text);
        } else {
            self.raw(text);
        }
        self.out.push(b'"');
    }

    fn escaped(&mut self, text: &str) {
        let mut clean = 0;
        for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| is_escaped(*byte)) {
            self.out.extend_from_slice(&text.as_bytes()[clean..at]);
            match byte {
                b'"' => self.raw("\\\""),
                b'\\' => self.raw("\\\\"),
                b'\n' => self.raw("\\n"),
                b'\r' => self.raw("\\r"),
                b'\t' => self.raw("\\t"),
                other => self.raw(&format!("\\u{other:04x}")),
            }
            clean = at + 1;
        }
        self.out.extend_from_slice(&text.as_bytes()[clean..]);
    }

    pub(super) fn int(&mut self, value: i64) {
        let mut buffer = itoa::Buffer::new();
        self.raw(buffer.format(value));
    }

    fn real(&mut self, value: f64) {
        match serde_json::Number::from_f64(value) {
            Some(number) => self.raw(&number.to_string()),
            None => self.null(),
        }
    }

    /// An object: `{` members `}`, each written by `value`.
    pub(super) fn members<T>(
        &mut self,
        fields: &[(String, T)],
        mut value: impl FnMut(&mut Self, &T) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.out.push(b'{');
        for (n, (key, field)) in fields.iter().enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            self.raw(key);
            value(self, field)?;
        }
        self.out.push(b'}');
        Ok(())
    }

    pub(super) fn items<T>(
        &mut self,
        items: impl Iterator<Item = T>,
        mut value: impl FnMut(&mut Self, T) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.out.push(b'[');
        for (n, item) in items.enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            value(self, item)?;
        }
        self.out.push(b']');
        Ok(())
    }

    /// The row at a position.
    pub fn row(&mut self, plan: &RowsPlan, fetched: &FetchedRows, at: usize) -> Result<(), ReadError> {
        self.row_as(plan, 0, fetched, at)
    }

    /// The row at a position in one of its shapes.
    pub fn row_as(&mut self, plan: &RowsPlan, shape: usize, fetched: &FetchedRows, at: usize) -> Result<(), ReadError> {
        match plan.shapes.get(shape) {
            Some(shape) => self.object(shape, &plan.children, Row { fetched, at }),
            None => Err(ReadError::Value(format!("no shape {shape}"))),
        }
    }

    fn object(&mut self, shape: &Shape, children: &[ChildPlan], row: Row<'_>) -> Result<(), ReadError> {
        self.members(&shape.fields, |w, out| w.value(out, children, row))
    }

    fn value(&mut self, out: &Out, children: &[ChildPlan], row: Row<'_>) -> Result<(), ReadError> {
        match out {
            Out::Text(text) => self.string(text),
            Out::Null => self.null(),
            Out::Id { view, column } => match row.int(*column)? {
                Some(id) => self.string(&global_id(view, id)),
                None => self.null(),
            },
            Out::Cell { column, scalar, mask, sealed, gate } => match self.decide(gate, *mask, row)? {
                Verdict::Hidden => self.null(),
                verdict => {
                    self.cell((*column, *scalar), *sealed, (verdict == Verdict::Masked).then_some(*mask), row)?
                }
            },
            Out::Point { lon, lat, fields, gate } => {
                let shown = self.decide(gate, Mask::None, row)? == Verdict::Full;
                match (shown, row.real(*lon)?, row.real(*lat)?) {
                    (true, Some(lon), Some(lat)) => self.members(fields, |w, part| {
                        w.point(*part, lon, lat);
                        Ok(())
                    })?,
                    _ => self.null(),
                }
            }
            Out::Younger { column, years, gate } => {
                let shown = self.decide(gate, Mask::None, row)? == Verdict::Full;
                match row.text(*column)?.filter(|_| shown).and_then(|day| younger(day, *years, self.lens.today)) {
                    Some(younger) => self.raw(if younger { "true" } else { "false" }),
                    None => self.null(),
                }
            }
            Out::Embed(shape) => self.object(shape, children, row)?,
            Out::JsonList { column, type_name, fields, gate } => {
                let shown = self.decide(gate, Mask::None, row)? == Verdict::Full;
                match row.text(*column)?.filter(|_| shown) {
                    Some(text) => self.json_list(text, type_name, fields)?,
                    None => self.null(),
                }
            }
            Out::One { key, shape } => match row.int(*key)? {
                Some(_) => self.object(shape, children, row)?,
                None => self.null(),
            },
            Out::Gated { gate, out } => match self.decide(gate, Mask::None, row)? {
                Verdict::Full => self.value(out, children, row)?,
                _ => self.null(),
            },
            Out::Personal { note, bits, matter, out } => {
                let start = self.out.len();
                self.last = Verdict::Hidden;
                self.value(out, children, row)?;
                if self.last == Verdict::Full && self.out.get(start..) != Some(b"null") {
                    self.note(note, *bits, matter, row)?;
                }
            }
            Out::Link { column, small, gate } => {
                let shown = self.decide(gate, Mask::None, row)? == Verdict::Full;
                match row.int(*column)?.filter(|_| shown) {
                    Some(evidence) => self.link(evidence, *small),
                    None => self.null(),
                }
            }
            Out::Child(at) => self.child(&children[*at], &row.fetched.children[*at], row)?,
        }
        Ok(())
    }

    /// Notes that a personal value of the row was shown in full, in the class that the row gives it.
    fn note(&mut self, note: &Note, bits: Option<Column>, matter: &Matter, row: Row<'_>) -> Result<(), ReadError> {
        let bits = bits.map_or(Ok(None), |column| row.int(column))?.unwrap_or_default();
        let class = match note.class {
            Class::Public | Class::Internal if bits & 8 == 0 => return Ok(()),
            _ if bits & 4 != 0 => Class::Sensitive,
            Class::Public | Class::Internal => Class::Personal,
            class => class,
        };
        let mut key = None;
        for (view, column) in matter {
            key = key.or(row.int(*column)?.map(|id| format!("{view}:{id}")));
        }
        self.shown.add(&note.field, class, key);
        Ok(())
    }

    /// The verdict for a row; what has no masked form is hidden instead.
    fn decide(&mut self, gate: &Gate, mask: Mask, row: Row<'_>) -> Result<Verdict, ReadError> {
        let verdict = match gate {
            Gate::Always(verdict) => *verdict,
            Gate::ByRow { bits, table, redaction } => {
                let bits = row.int(*bits)?.and_then(|b| usize::try_from(b).ok()).unwrap_or(0);
                let verdict = unmaskable(table.get(bits).copied().unwrap_or(Verdict::Hidden), mask);
                if verdict != Verdict::Full {
                    let least = self.redacted.entry(*redaction).or_insert(verdict);
                    *least = verdict.min(*least);
                }
                verdict
            }
        };
        let verdict = unmaskable(verdict, mask);
        self.last = verdict;
        Ok(verdict)
    }

    fn cell(
        &mut self,
        (column, scalar): (Column, Scalar),
        sealed: bool,
        masked: Option<Mask>,
        row: Row<'_>,
    ) -> Result<(), ReadError> {
        match scalar {
            Scalar::Int | Scalar::DateTime | Scalar::Decimal => match row.int(column)? {
                Some(value) if scalar == Scalar::Int => self.int(value),
                Some(value) if scalar == Scalar::DateTime => self.string(&clock::rfc3339(value)),
                Some(value) => self.string(&decimal(value, 2)),
                None => self.null(),
            },
            Scalar::Boolean => match row.boolean(column)? {
                Some(value) => self.raw(if value { "true" } else { "false" }),
                None => self.null(),
            },
            Scalar::TextList => match row.text(column)? {
                Some(text) => {
                    let texts: Vec<String> =
                        serde_json::from_str(text).map_err(|e| ReadError::Value(format!("list of texts: {e}")))?;
                    self.items(texts.iter(), |w, t| {
                        w.string(t);
                        Ok(())
                    })?;
                }
                None => self.null(),
            },
            Scalar::Text | Scalar::Date | Scalar::Enum(_) => match row.text(column)? {
                Some(text) if sealed => {
                    let plain = self.sealer.open(text).map_err(|e| ReadError::Seal(e.to_string()))?;
                    self.shown(&plain, masked);
                }
                Some(text) => self.shown(text, masked),
                None => self.null(),
            },
        }
        Ok(())
    }

    fn shown(&mut self, plain: &str, masked: Option<Mask>) {
        match masked {
            None => self.string(plain),
            Some(Mask::Name) => self.string(&mask::name(plain)),
            Some(Mask::Phone) => self.string(&mask::phone(plain)),
            Some(Mask::CitizenId) => self.string(&mask::id(plain)),
            Some(Mask::Address) => self.string(&mask::address(plain)),
            Some(Mask::Text) => self.string(WITHHELD),
            Some(Mask::None) => self.null(),
        }
    }

    /// A link for the viewer alone, for a short time; within a minute the same, so that pages may keep what they fetched.
    fn link(&mut self, evidence: i64, small: bool) {
        let facts = self.lens.access.facts();
        let until = self.lens.now_ms / MINUTE_MS * MINUTE_MS + MINUTE_MS + link::HOLDS_MS;
        let purpose = facts.purpose.code().to_owned();
        let path = Link { evidence, posting: facts.posting_id, purpose, until, small }.path(self.sealer);
        self.string(&path);
    }

    fn point(&mut self, part: PointPart, lon: f64, lat: f64) {
        match part {
            PointPart::Lon => self.real(lon),
            PointPart::Lat => self.real(lat),
            PointPart::Crs => self.string("CGCS2000"),
            PointPart::Typename => self.string("GeoPoint"),
        }
    }

    fn json_list(&mut self, text: &str, ty: &str, fields: &[(String, Option<String>)]) -> Result<(), ReadError> {
        let items: Vec<serde_json::Map<String, serde_json::Value>> =
            serde_json::from_str(text).map_err(|e| ReadError::Value(format!("list of {ty}: {e}")))?;
        self.items(items.iter(), |w, item| {
            w.members(fields, |w, name| {
                match name.as_ref().map(|n| item.get(n)) {
                    None => w.string(ty),
                    Some(Some(value)) => w.raw(&value.to_string()),
                    Some(None) => w.null(),
                }
                Ok(())
            })
        })
    }

    fn child(&mut self, plan: &ChildPlan, fetched: &Fetched, row: Row<'_>) -> Result<(), ReadError> {
        let key = if plan.text {
            row.text(plan.parent)?.map(|t| Key::Text(t.to_owned()))
        } else {
            row.int(plan.parent)?.map(Key::Int)
        };
        let Some(key) = key else {
            self.null();
            return Ok(());
        };
        match (&plan.below, fetched) {
            (Below::List(plan), Fetched::List(fetched)) => self.list(plan, fetched, &key),
            (Below::Figures(plan), Fetched::Figures(fetched)) => self.figures(plan, fetched, &key),
            (Below::Actions(plan), Fetched::Actions(offers)) => match key {
                Key::Int(id) => self.actions(plan, offers.get(&id).map_or(&[], Vec::as_slice)),
                _ => {
                    self.null();
                    Ok(())
                }
            },
            _ => Err(ReadError::Value("plan and rows differ".into())),
        }
    }
}

/// Whether a byte of a text cannot stand in JSON as it is.
fn is_escaped(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

/// What has no masked form is hidden instead.
fn unmaskable(verdict: Verdict, mask: Mask) -> Verdict {
    if verdict == Verdict::Masked && mask == Mask::None { Verdict::Hidden } else { verdict }
}

/// A whole number of units of the last place as a decimal text.
pub(super) fn decimal(value: i64, places: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, rest) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{rest}")
}

/// Whether `day` lies less than `years` before `today`; `None`: not a day.
fn younger(day: &str, years: i32, today: &str) -> Option<bool> {
    use chrono::{Datelike, NaiveDate};
    let (born, today) = (clock::parse_date(day)?, clock::parse_date(today)?);
    let year = born.year() + years;
    let birthday = NaiveDate::from_ymd_opt(year, born.month(), born.day())
        .or_else(|| NaiveDate::from_ymd_opt(year, born.month() + 1, 1))?;
    Some(today < birthday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_places() {
        assert_eq!(decimal(9930, 4), "0.9930");
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(decimal(123_456, 2), "1234.56");
    }

    #[test]
    fn a_child_is_younger_until_the_birthday() {
        assert_eq!(younger("2012-06-15", 14, "2026-06-14"), Some(true));
        assert_eq!(younger("2012-06-15", 14, "2026-06-15"), Some(false));
        assert_eq!(younger("2012-02-29", 14, "2026-02-28"), Some(true));
        assert_eq!(younger("2012-02-29", 14, "2026-03-01"), Some(false));
    }

    #[test]
    fn global_ids_go_round() {
        assert_eq!(parse_global_id(&global_id("Hazard", 17)), Some(("Hazard".into(), 17)));
        assert_eq!(parse_global_id("§"), None);
        assert_eq!(parse_global_id("SGF6YXJk"), None);
    }
}
