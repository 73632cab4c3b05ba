//! Whether a row passes a filter, and whether the viewer may ask so.

use super::Oracle;
use super::query::{Cond, Page, RangeOf};
use super::reach::{Open, openness};
use super::spec::{FieldSpec, Join, Kind, TypeSpec};
use super::value::{Row, Val};
use super::verdict::Relation;
use super::viewer::Viewer;

impl Oracle {
    /// Whether the viewer may choose and sort rows so.
    pub(crate) fn page_allowed(&self, viewer: &Viewer<'_>, of: &TypeSpec, page: &Page) -> bool {
        page.filter.as_ref().is_none_or(|cond| self.condition_allowed(viewer, of, cond))
            && page.order.iter().all(|(_, column, _)| self.column_allowed(viewer, of, column))
    }

    /// Whether the viewer may sort by a column or add it up.
    pub(crate) fn column_allowed(&self, viewer: &Viewer<'_>, of: &TypeSpec, column: &str) -> bool {
        let is = |field: &&FieldSpec| matches!(&field.kind, Kind::Column { column: c, .. } if c == column);
        of.fields.values().find(is).is_none_or(|field| self.chooses_by(viewer, of, field))
    }

    /// Whether the viewer may choose rows by a condition.
    pub(crate) fn condition_allowed(&self, viewer: &Viewer<'_>, of: &TypeSpec, cond: &Cond) -> bool {
        let allowed = |name: &str| self.chooses_by(viewer, of, self.field(of, name));
        match cond {
            Cond::All(all) | Cond::And(all) | Cond::Or(all) => {
                all.iter().all(|c| self.condition_allowed(viewer, of, c))
            }
            Cond::Not(one) => self.condition_allowed(viewer, of, one),
            Cond::In(field, ..) | Cond::Is(field, _) | Cond::Range { field, .. } | Cond::Days { field, .. } => {
                allowed(field)
            }
            // Private dwellings are left out instead, as in a search over addresses.
            Cond::Within(_) => self.field(of, "location").dwelling || allowed("location"),
            Cond::Division(..) | Cond::Text(_) | Cond::Mine | Cond::Today => true,
            Cond::Some(name, below) => {
                let (Kind::One { target, .. } | Kind::Many { target, .. }) = &self.field(of, name).kind else {
                    panic!("{name} relates to nothing")
                };
                // Of a family without a rule there is no related row, whatever is asked of it.
                let target = self.spec.of(target);
                allowed(name) && (!self.lists(viewer, target) || self.condition_allowed(viewer, target, below))
            }
        }
    }

    fn field<'s>(&self, of: &'s TypeSpec, name: &str) -> &'s FieldSpec {
        of.fields.get(name).unwrap_or_else(|| panic!("{} has no field {name}", of.name))
    }

    /// Whether a row passes. A condition on an internal field of an open family counts only rows in scope.
    pub(crate) fn passes(&self, viewer: &Viewer<'_>, of: &TypeSpec, row: &Row<'_>, cond: &Cond) -> bool {
        let value = |name: &str| match &self.field(of, name).kind {
            Kind::Column { column, .. } => self.choosing_value(viewer, of, row, column),
            _ => panic!("{name} is no column"),
        };
        match cond {
            Cond::All(all) | Cond::And(all) => all.iter().all(|c| self.passes(viewer, of, row, c)),
            Cond::Or(all) => all.iter().any(|c| self.passes(viewer, of, row, c)),
            Cond::Not(one) => !self.passes(viewer, of, row, one),
            Cond::In(name, values, _) => value(name).and_then(Val::text).is_some_and(|t| values.iter().any(|v| v == t)),
            Cond::Is(name, truth) => value(name) == Some(&Val::Bool(*truth)),
            Cond::Range { field, from, to, null, of } => {
                value(field).is_some_and(|v| in_range(v, *from, *to, *null, *of))
            }
            Cond::Days { field, from, to, null } => value(field).is_some_and(|v| {
                let day = v.text();
                null.is_none_or(|null| null == v.is_null())
                    && from.as_ref().is_none_or(|f| day.is_some_and(|d| d >= f.as_str()))
                    && to.as_ref().is_none_or(|t| day.is_some_and(|d| d < t.as_str()))
            }),
            Cond::Division(codes, exact) => {
                let code = of.division.as_ref().and_then(|c| row.get(c).text()).unwrap_or_default();
                codes.iter().any(|c| if *exact { code == c } else { code.starts_with(c.as_str()) })
            }
            Cond::Text(text) => of.fields.iter().any(|(name, field)| {
                let open = self.place_open(viewer, of, row, field);
                field.searched && open && value(name).and_then(Val::text).is_some_and(|t| t.contains(text.as_str()))
            }),
            Cond::Within(_) if !self.place_open(viewer, of, row, self.field(of, "location")) => false,
            Cond::Within([west, south, east, north]) => {
                let (lon, lat) = (row.get("lon").real(), row.get("lat").real());
                lon.is_some_and(|l| l >= *west && l <= *east) && lat.is_some_and(|l| l >= *south && l <= *north)
            }
            Cond::Today => {
                // 1970-01-01 was a Thursday.
                let weekday = ((self.now + 28_800_000).div_euclid(86_400_000) + 3).rem_euclid(7) + 1;
                row.get("schedule").text().is_some_and(|days| days.split(',').any(|day| day == weekday.to_string()))
            }
            Cond::Mine => match row.table.name {
                "organisation" => row.id() == viewer.organisation,
                _ => viewer.grids.contains(&row.id()),
            },
            Cond::Some(name, below) => {
                let field = self.field(of, name);
                let seen = field.class == 'P' || self.relation(viewer, row) > Relation::Outside;
                seen && self.related(of, row, field).iter().any(|(target, related)| {
                    self.listed(viewer, related) && self.passes(viewer, target, related, below)
                })
            }
        }
    }

    /// Whether a field is internal, of a family that shows rows to everybody.
    pub(crate) fn internal_of_open(&self, of: &TypeSpec, column: &str) -> bool {
        let is = |field: &&FieldSpec| matches!(&field.kind, Kind::Column { column: c, .. } if c == column);
        openness(of) != Open::Closed && of.fields.values().find(is).is_some_and(|field| field.class == 'I')
    }

    /// Whether a row may be chosen by where it is: it is no dwelling, or dwellings are read in full.
    fn place_open(&self, viewer: &Viewer<'_>, of: &TypeSpec, row: &Row<'_>, field: &FieldSpec) -> bool {
        !(field.dwelling && self.dwelling(row)) || self.chooses_by(viewer, of, field)
    }

    /// The value that a row is chosen or sorted by; nothing when it is internal and the row is outside.
    pub(crate) fn choosing_value<'c>(
        &self,
        viewer: &Viewer<'_>,
        of: &TypeSpec,
        row: &Row<'c>,
        column: &str,
    ) -> Option<&'c Val> {
        let is = |field: &&FieldSpec| matches!(&field.kind, Kind::Column { column: c, .. } if c == column);
        let open = of.fields.values().find(is).is_none_or(|field| field.class == 'P');
        let counts = open || openness(of) == Open::Closed || self.relation(viewer, row) > Relation::Outside;
        counts.then(|| row.get(column))
    }

    /// The rows that a relation leads to, seen or not.
    pub(crate) fn related<'c>(
        &'c self,
        of: &TypeSpec,
        row: &Row<'c>,
        field: &FieldSpec,
    ) -> Vec<(&'c TypeSpec, Row<'c>)> {
        let (target, rows) = match &field.kind {
            Kind::One { target, from, to } => {
                let target = self.spec.of(target);
                (target, self.city.table(&target.table).with(to, row.get(from)))
            }
            Kind::Many { target, join, .. } => {
                let target = self.spec.of(target);
                (target, self.joined(of, row, target, join))
            }
            _ => panic!("relates to nothing"),
        };
        rows.into_iter().map(|row| (target, row)).collect()
    }

    /// The rows of a type that belong to a row.
    pub(crate) fn joined<'c>(&'c self, _of: &TypeSpec, row: &Row<'c>, target: &TypeSpec, join: &Join) -> Vec<Row<'c>> {
        let table = self.city.table(&target.table);
        match join {
            // The database derives the village from the code it was filed under.
            Join::Column { child, parent } if child == "village_code" => {
                let code = row.get(parent).text().filter(|code| code.len() == 12).unwrap_or("-");
                table.all().filter(|r| r.get("division_code").text().is_some_and(|d| d.starts_with(code))).collect()
            }
            Join::Column { child, parent } => table.with(child, row.get(parent)),
            Join::Through { table: pairs, parent, child, to } => {
                // A division is named by its code, every other row by its id.
                let key = if parent == "division_code" { "code" } else { "id" };
                let pairs = self.city.table(pairs).with(parent, row.get(key));
                let mut rows: Vec<Row<'_>> = pairs.iter().flat_map(|pair| table.with(to, pair.get(child))).collect();
                rows.sort_by_key(|row| row.at);
                rows.dedup_by_key(|row| row.at);
                rows
            }
            Join::Subtree => {
                let code = row.get("code").text().unwrap_or_default();
                let lies = |r: &Row<'_>| {
                    target.division.as_ref().is_some_and(|c| r.get(c).text().is_some_and(|d| d.starts_with(code)))
                };
                table.all().filter(lies).collect()
            }
        }
    }
}

fn in_range(value: &Val, from: Option<i64>, to: Option<i64>, null: Option<bool>, of: RangeOf) -> bool {
    let number = value.int();
    let before_end = |end: i64| number.is_some_and(|n| if of == RangeOf::Instant { n < end } else { n <= end });
    null.is_none_or(|null| null == value.is_null())
        && from.is_none_or(|start| number.is_some_and(|n| n >= start))
        && to.is_none_or(before_end)
}
