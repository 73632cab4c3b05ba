//! Lists and connections: the page, the filter, and which parts of a connection are asked for.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use async_graphql_value::ConstValue;
use sea_orm::sea_query::Expr;

use super::compile::{Compiler, Path, extend};
use super::declare::{Order, View, upper_snake};
use super::filter::Readable;
use super::notes;
use super::plan::{ConnectionPart, EdgePart, Form, ListPlan, PageInfoPart, member};
use super::predicate::{Via, Visible};
use super::sql::{all, col};
use super::template::Templates;
use crate::access::{Class, Verdict};
use crate::graphql::coerce::Args;
use crate::graphql::error::Error;
use crate::graphql::select::{Selected, Sets};

/// The divisions that a list is confined to; none: it is not.
pub fn divisions(args: &Args) -> Vec<&str> {
    let Some(ConstValue::Object(filter)) = args.get("filter") else { return vec![] };
    let Some(ConstValue::List(codes)) = filter.get("division") else { return vec![] };
    // All or none: one that is no text confines nothing that is known here.
    codes.iter().map(text).collect::<Option<_>>().unwrap_or_default()
}

fn text(value: &ConstValue) -> Option<&str> {
    match value {
        ConstValue::String(text) => Some(text),
        _ => None,
    }
}

impl<'a, 'd> Compiler<'a, 'd> {
    /// A list or connection of a view's rows; `None`: the viewer is shown none of them.
    #[expect(clippy::too_many_arguments, reason = "a list has this many sides")]
    pub fn list(
        &mut self,
        view: &'static View,
        via: Via,
        condition: Expr,
        order: &Order,
        args: &Args,
        connection: bool,
        sets: &Sets<'d>,
        path: &[Arc<str>],
    ) -> Result<Option<ListPlan>, Error> {
        // A role without a rule is told so, whatever it filters or sorts by: the rest of the answer stays.
        let visible = self.lens.visible_in(view, "t0", via, &divisions(args));
        if matches!(visible, Visible::Nothing) {
            self.redact(path, view.name.to_owned(), Class::Internal, Verdict::Hidden, "FAMILY_NOT_IN_ROLE", true);
            return Ok(None);
        }
        let (mut page, confine) = self.lens.page(view, "t0", args, order, self.sealer)?;
        let filter = match args.get("filter") {
            Some(filter @ ConstValue::Object(_)) => {
                let filtered = self.lens.filter(view, "t0", filter).map_err(|e| e.under("filter"))?;
                // Once it may be asked: what was refused has chosen nothing.
                notes::chosen_by(self.lens.catalog, view, filter, &mut self.chosen_by);
                Some(filtered)
            }
            _ => None,
        };
        let condition = all([condition].into_iter().chain(filter).chain(confine));
        if !connection {
            let nodes = [(sets.clone(), path.to_vec())];
            let Some(rows) = self.rows_among(visible, (view, via), condition, page, &nodes, path)? else {
                return Ok(None);
            };
            return Ok(Some(ListPlan {
                rows,
                wants_rows: true,
                wants_total: false,
                sums: vec![],
                form: Form::List,
                templates: Templates::default(),
                whole: Templates::default(),
                long: AtomicBool::new(false),
            }));
        }
        let mut form = Connection::default();
        for selected in self.reader.fields(&format!("{}Connection", view.name), sets)? {
            self.connection_part(&mut form, view, &selected, path)?;
        }
        // The cursor that a page begins or ends at tells what lies on its other side.
        page.peeks = if page.backward { form.has_previous } else { form.has_next };
        page.marks = form.marks;
        let rows = self.rows_among(visible, (view, via), condition, page, &form.nodes, path)?;
        let Some(rows) = rows else { return Ok(None) };
        let form = ListPlan {
            rows,
            wants_rows: form.wants_rows,
            wants_total: form.wants_total,
            sums: form.sums,
            form: Form::Connection(form.parts),
            templates: Templates::default(),
            whole: Templates::default(),
            long: AtomicBool::new(false),
        };
        Ok(Some(form))
    }

    fn connection_part(
        &mut self,
        form: &mut Connection<'d>,
        view: &'static View,
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<(), Error> {
        let part = match selected.name {
            "edges" => {
                form.wants_rows = true;
                let edges = extend(path, selected.key);
                let mut parts = vec![];
                for inner in self.reader.fields(&format!("{}Edge", view.name), &selected.sets)? {
                    let part = match inner.name {
                        "node" => {
                            form.nodes.push((inner.sets, extend(&edges, inner.key)));
                            EdgePart::Node(form.nodes.len() - 1)
                        }
                        "cursor" => {
                            form.marks = true;
                            EdgePart::Cursor
                        }
                        _ => EdgePart::Typename(format!("{}Edge", view.name)),
                    };
                    parts.push((member(inner.key), part));
                }
                ConnectionPart::Edges(parts)
            }
            "pageInfo" => {
                form.wants_rows = true;
                let fields = self.reader.fields("PageInfo", &selected.sets)?;
                let parts: Vec<_> = fields.iter().map(|f| (member(f.key), page_info_part(f.name))).collect();
                for (_, part) in &parts {
                    form.has_next |= matches!(part, PageInfoPart::HasNext);
                    form.has_previous |= matches!(part, PageInfoPart::HasPrevious);
                    form.marks |= matches!(part, PageInfoPart::Start | PageInfoPart::End);
                }
                ConnectionPart::PageInfo(parts)
            }
            "totalCount" | "totalCountIsExact" => {
                form.wants_total = true;
                if selected.name == "totalCount" {
                    ConnectionPart::TotalCount
                } else {
                    ConnectionPart::TotalCountIsExact
                }
            }
            "sum" => ConnectionPart::Sum(self.sum(form, view, selected, path)?),
            _ => ConnectionPart::Typename(format!("{}Connection", view.name)),
        };
        form.parts.push((member(selected.key), part));
        Ok(())
    }

    fn sum(
        &mut self,
        form: &mut Connection<'d>,
        view: &'static View,
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<Option<usize>, Error> {
        let args = self.reader.args(&format!("{}Connection", view.name), selected)?;
        let wanted = match args.get("field") {
            Some(ConstValue::Enum(name)) => name.as_str(),
            _ => "",
        };
        let found = crate::graphql::build::sum_fields(view).find(|(f, _)| upper_snake(&f.name) == wanted);
        let Some((field, column)) = found else { return Ok(None) };
        let summed = match self.lens.readable(view, field, "t0") {
            Readable::Always => col("t0", column),
            Readable::Where(condition) => Expr::case(condition, col("t0", column)).into(),
            Readable::No => {
                let path = extend(path, selected.key);
                let of = format!("{}.{}", view.name, field.name);
                self.redact(&path, of, field.class, Verdict::Hidden, "CLASS_NOT_IN_ROLE", true);
                return Ok(None);
            }
        };
        form.sums.push(summed);
        Ok(Some(form.sums.len() - 1))
    }
}

/// A connection under construction.
#[derive(Default)]
struct Connection<'d> {
    parts: Vec<(String, ConnectionPart)>,
    wants_rows: bool,
    wants_total: bool,
    has_next: bool,
    has_previous: bool,
    marks: bool,
    nodes: Vec<(Sets<'d>, Path)>,
    sums: Vec<Expr>,
}

fn page_info_part(name: &str) -> PageInfoPart {
    match name {
        "hasNextPage" => PageInfoPart::HasNext,
        "hasPreviousPage" => PageInfoPart::HasPrevious,
        "startCursor" => PageInfoPart::Start,
        "endCursor" => PageInfoPart::End,
        _ => PageInfoPart::Typename,
    }
}
