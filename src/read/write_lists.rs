//! Writing lists: the bare ones, and connections with their edges and cursors.

use std::borrow::Cow;

use super::fetch::{COUNTED, FetchedList, FetchedRows, Key};
use super::page::seal_cursor;
use super::plan::{ConnectionPart, EdgePart, Form, ListPlan, PageInfoPart, RowsPlan};
use super::session::ReadError;
use super::write::{Row, Writer};

impl Writer<'_> {
    /// The list of a parent.
    pub fn list(&mut self, plan: &ListPlan, fetched: &FetchedList, key: &Key) -> Result<(), ReadError> {
        let page = &plan.rows.page;
        let found: &[usize] = fetched.rows.as_ref().and_then(|r| r.of.get(key)).map_or(&[], Vec::as_slice);
        let more = found.len() > page.limit;
        let mut shown = Cow::Borrowed(&found[..found.len().min(page.limit)]);
        if page.backward {
            shown.to_mut().reverse();
        }
        let rows = fetched.rows.as_ref();
        let Form::Connection(parts) = &plan.form else {
            return match rows {
                Some(rows) => self.items(shown.iter(), |w, at| w.row(&plan.rows, rows, *at)),
                None => {
                    self.raw("[]");
                    Ok(())
                }
            };
        };
        let totals = fetched.totals.get(key);
        self.members(parts, |w, part| {
            match part {
                ConnectionPart::Typename(name) => w.string(name),
                ConnectionPart::Edges(parts) => match rows {
                    Some(rows) => w.items(shown.iter(), |w, at| w.edge(plan, parts, rows, *at))?,
                    None => w.raw("[]"),
                },
                ConnectionPart::PageInfo(parts) => w.page_info(plan, parts, rows, &shown, more)?,
                ConnectionPart::TotalCount => {
                    let total = totals.and_then(|t| t[0]).unwrap_or(0);
                    w.int(total.min(COUNTED as i64));
                }
                ConnectionPart::TotalCountIsExact => {
                    let total = totals.and_then(|t| t[0]).unwrap_or(0);
                    w.raw(if total <= COUNTED as i64 { "true" } else { "false" });
                }
                ConnectionPart::Sum(at) => match at.and_then(|at| totals.and_then(|t| t[at + 1])) {
                    Some(sum) => w.int(sum),
                    None => w.null(),
                },
            }
            Ok(())
        })
    }

    fn edge(
        &mut self,
        plan: &ListPlan,
        parts: &[(String, EdgePart)],
        rows: &FetchedRows,
        at: usize,
    ) -> Result<(), ReadError> {
        self.members(parts, |w, part| match part {
            EdgePart::Node(shape) => w.row_as(&plan.rows, *shape, rows, at),
            EdgePart::Cursor => w.cursor(&plan.rows, rows, Some(&at)),
            EdgePart::Typename(name) => {
                w.string(name);
                Ok(())
            }
        })
    }

    fn page_info(
        &mut self,
        plan: &ListPlan,
        parts: &[(String, PageInfoPart)],
        rows: Option<&FetchedRows>,
        shown: &[usize],
        more: bool,
    ) -> Result<(), ReadError> {
        let page = &plan.rows.page;
        let (next, previous) = if page.backward { (page.before.is_some(), more) } else { (more, page.after.is_some()) };
        self.members(parts, |w, part| {
            match (part, rows) {
                (PageInfoPart::HasNext, _) => w.raw(if next { "true" } else { "false" }),
                (PageInfoPart::HasPrevious, _) => w.raw(if previous { "true" } else { "false" }),
                (PageInfoPart::Start, Some(rows)) => w.cursor(&plan.rows, rows, shown.first())?,
                (PageInfoPart::End, Some(rows)) => w.cursor(&plan.rows, rows, shown.last())?,
                (PageInfoPart::Typename, _) => w.string("PageInfo"),
                (_, None) => w.null(),
            }
            Ok(())
        })
    }

    fn cursor(&mut self, plan: &RowsPlan, rows: &FetchedRows, at: Option<&usize>) -> Result<(), ReadError> {
        let Some(at) = at else {
            self.null();
            return Ok(());
        };
        let row = Row { fetched: rows, at: *at };
        let values: Result<Vec<serde_json::Value>, ReadError> = plan
            .keys()
            .iter()
            .zip(&plan.cursor)
            .map(|(key, column)| Ok(if key.text { row.text(*column)?.into() } else { row.int(*column)?.into() }))
            .collect();
        let cursor = seal_cursor(self.sealer, plan.view, plan.keys(), &values?);
        self.string(&cursor);
        Ok(())
    }
}
