//! What the answer to a question must be.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::Oracle;
use super::figures::NoFigures;
use super::policy::Shown;
use super::query::{Page, Root, Select, Selection, global_id};
use super::reach::{Open, openness};
use super::spec::{FieldSpec, Kind, TypeSpec};
use super::value::{Row, Val};
use super::verdict::Relation;
use super::viewer::Viewer;

/// What parties are told of each state, a line a state.
const NEXT_STEPS: &str = include_str!("next_steps.txt");
/// Stands for a cursor, which only the engine can make.
pub(crate) const CURSOR: &str = "a cursor";

/// What is expected.
pub(crate) struct Expected {
    /// The data.
    pub(crate) data: Json,
    /// Whether a filter, sort key or sum in it is refused.
    pub(crate) forbidden: bool,
    /// Paths (without places in lists) of values that are there and are masked or hidden.
    pub(crate) redacted: BTreeSet<Vec<String>>,
    /// Ids of all rows of the root list, in order; empty for other roots.
    pub(crate) ids: Vec<String>,
    /// Fields of personal class that are shown in full, and of which matters: what the trail must know.
    pub(crate) shown: BTreeMap<String, BTreeSet<String>>,
}

struct Writer<'a> {
    oracle: &'a Oracle,
    viewer: &'a Viewer<'a>,
    path: Vec<String>,
    redacted: BTreeSet<Vec<String>>,
    shown: BTreeMap<String, BTreeSet<String>>,
}

impl Oracle {
    /// The answer to a root field.
    pub(crate) fn answer(&self, viewer: &Viewer<'_>, root: &Root) -> Expected {
        let mut writer =
            Writer { oracle: self, viewer, path: vec![], redacted: BTreeSet::new(), shown: BTreeMap::new() };
        let mut ids = vec![];
        let forbidden = self.forbidden(viewer, root);
        let (name, value) = match root {
            Root::List(name, page, selection) => {
                let of = self.spec.of(&selection.of);
                writer.path.push(name.clone());
                let value = if forbidden || !self.lists(viewer, of) {
                    Json::Null
                } else {
                    let rows: Vec<Row<'_>> = self.mine(viewer, name, self.city.table(&of.table).all().collect());
                    ids = self
                        .list(viewer, of, rows.clone(), page, &[], None)
                        .all
                        .iter()
                        .map(|row| global_id(&of.name, row.id()))
                        .collect();
                    writer.connection(of, rows, page, &[], selection, None)
                };
                (name.clone(), value)
            }
            Root::Lookup(name, by, selection) => {
                writer.path.push(name.clone());
                (name.clone(), writer.named(selection, |row| by.iter().all(|(arg, value)| is(row, arg, value))))
            }
            Root::Node(id, selection) => {
                writer.path.push("node".into());
                let mut value = writer.named(selection, |row| row.id() == *id);
                if let Json::Object(object) = &mut value {
                    object.insert("__typename".into(), json!(selection.of));
                }
                ("node".into(), value)
            }
            Root::Statistics(name, figures) => (name.clone(), self.figures(viewer, figures, None)),
        };
        Expected { data: json!({ name: value }), forbidden, redacted: writer.redacted, ids, shown: writer.shown }
    }

    /// Assignments of the viewer's organisation, for the root that says so.
    fn mine<'c>(&self, viewer: &Viewer<'_>, root: &str, rows: Vec<Row<'c>>) -> Vec<Row<'c>> {
        let ours = |row: &Row<'c>| *row.get("organisation_id") == Val::Int(viewer.organisation);
        if root == "myAssignments" { rows.into_iter().filter(ours).collect() } else { rows }
    }

    /// Whether any part of a question is refused.
    pub(crate) fn forbidden(&self, viewer: &Viewer<'_>, root: &Root) -> bool {
        match root {
            Root::List(_, page, selection) => {
                let of = self.spec.of(&selection.of);
                self.lists(viewer, of)
                    && (!self.page_allowed(viewer, of, page) || self.forbidden_below(viewer, selection))
            }
            Root::Lookup(.., selection) | Root::Node(_, selection) => {
                let named = openness(self.spec.of(&selection.of)) != Open::Linked;
                named && self.reaches(viewer, selection) && self.forbidden_below(viewer, selection)
            }
            Root::Statistics(_, figures) => self.figures_open(viewer, figures) == Err(NoFigures::Forbidden),
        }
    }

    /// Whether any row of the type may be shown by itself.
    pub(super) fn reaches(&self, viewer: &Viewer<'_>, selection: &Selection) -> bool {
        let of = self.spec.of(&selection.of);
        openness(of) != Open::Closed || self.has_rule(viewer, of)
    }

    pub(super) fn ever_shown(&self, viewer: &Viewer<'_>, of: &TypeSpec, field: &FieldSpec) -> bool {
        let matter = of.table == "dispute" || of.owners.iter().any(|(table, _)| table == "dispute");
        let relations = [
            (Relation::Outside, openness(of) != Open::Closed),
            (Relation::Scope, openness(of) == Open::Closed || self.has_rule(viewer, of)),
            (Relation::Handler, matter || of.table == "grid_event"),
            (Relation::Own, matter || ["organisation", "grid_event"].contains(&of.table.as_str())),
        ];
        let shown = |relation| self.class_verdict(viewer, of, field.class, relation) > Shown::Hidden;
        relations.into_iter().any(|(relation, possible)| possible && shown(relation))
    }

    fn forbidden_below(&self, viewer: &Viewer<'_>, selection: &Selection) -> bool {
        let of = self.spec.of(&selection.of);
        // Of a field that the role is never shown, nothing below is looked at.
        let shown = |name: &String| of.fields.get(name).is_none_or(|field| self.ever_shown(viewer, of, field));
        selection.fields.iter().filter(|(name, _)| shown(name)).any(|(_, below)| match below {
            Select::One(inner) => self.reaches(viewer, inner) && self.forbidden_below(viewer, inner),
            Select::List(page, inner) | Select::Connection(page, inner) => {
                let of = self.spec.of(&inner.of);
                self.lists(viewer, of) && (!self.page_allowed(viewer, of, page) || self.forbidden_below(viewer, inner))
            }
            Select::Figures(figures) => self.figures_open(viewer, figures) == Err(NoFigures::Forbidden),
            _ => false,
        })
    }
}

fn is(row: &Row<'_>, arg: &str, value: &str) -> bool {
    let column = match arg {
        "token" => "qr_token",
        "no" if row.table.name == "supervision_round" => "round_no",
        other => other,
    };
    match row.get(column) {
        Val::Int(n) => n.to_string() == value,
        other => other.text() == Some(value.trim_matches('"')),
    }
}

impl<'a> Writer<'a> {
    fn named(&mut self, selection: &Selection, is: impl Fn(&Row<'_>) -> bool) -> Json {
        let of = self.oracle.spec.of(&selection.of);
        let found = self.oracle.city.table(&of.table).all().find(is);
        match found.filter(|row| self.oracle.named(self.viewer, row)) {
            Some(row) => self.object(of, &row, selection),
            None => Json::Null,
        }
    }

    fn object(&mut self, of: &TypeSpec, row: &Row<'a>, selection: &Selection) -> Json {
        let mut object = Map::new();
        object.insert("id".into(), json!(global_id(&of.name, row.id())));
        for (name, below) in &selection.fields {
            self.path.push(name.clone());
            let value = self.field(of, row, name, below);
            self.path.pop();
            object.insert(name.clone(), value);
        }
        Json::Object(object)
    }

    fn field(&mut self, of: &TypeSpec, row: &Row<'a>, name: &str, below: &Select) -> Json {
        let field = of.fields.get(name).unwrap_or_else(|| panic!("{} has no field {name}", of.name));
        let oracle = self.oracle;
        match (&field.kind, below) {
            (Kind::Column { column, api }, Select::Leaf) => self.leaf(row, field, row.get(column), api),
            (Kind::Column { column, .. }, Select::Items(parts)) => {
                let items = self.leaf(row, field, row.get(column), "StringList");
                self.items(&items, parts)
            }
            (Kind::Under14, Select::Leaf) => {
                let under = row.get("birth_date").text().map(|born| oracle.under_14(born));
                self.show(row, field, under.map_or(Json::Null, Json::Bool))
            }
            (Kind::Derived, Select::Leaf) => {
                // No content of the city is kept.
                let derived = if name.ends_with("rl") { Json::Null } else { oracle.derived(row, name) };
                self.show(row, field, derived)
            }
            (Kind::Point, Select::Point) => match (row.get("lon").real(), row.get("lat").real()) {
                (Some(lon), Some(lat)) => self.show(row, field, json!({ "lon": lon, "lat": lat, "crs": "CGCS2000" })),
                _ => Json::Null,
            },
            (Kind::Part { .. }, Select::Part(parts)) => {
                let mut object = Map::new();
                for part in parts {
                    let inner = &of.fields[&format!("{part}@")];
                    let Kind::Column { column, api } = &inner.kind else { panic!("{part} is no column") };
                    self.path.push(part.clone());
                    object.insert(part.clone(), self.leaf(row, inner, row.get(column), api));
                    self.path.pop();
                }
                Json::Object(object)
            }
            (Kind::One { .. }, Select::One(inner)) => self.one(of, row, field, inner),
            (Kind::Many { order, .. }, Select::List(page, inner) | Select::Connection(page, inner)) => {
                let target = oracle.spec.of(&inner.of);
                if !oracle.lists(self.viewer, target) {
                    return Json::Null;
                }
                if !self.seen(row, field) {
                    self.redacted.insert(self.path.clone());
                    return Json::Null;
                }
                let rows = oracle.related(of, row, field).into_iter().map(|(_, row)| row).collect();
                match below {
                    Select::Connection(..) => self.connection(target, rows, page, order, inner, Some(row)),
                    _ => {
                        let page = Page { first: page.first.or(Some(100)), ..page.clone() };
                        let listed = oracle.list(self.viewer, target, rows, &page, order, Some(row));
                        let shown = &listed.all[listed.from..listed.to];
                        shown.iter().map(|row| self.object(target, row, inner)).collect()
                    }
                }
            }
            (Kind::Figures { join, .. }, Select::Figures(figures)) => {
                let summaries = super::summaries::all();
                let summary = summaries.iter().find(|s| s.name == figures.summary).expect("a summary");
                let rows = oracle.joined(of, row, oracle.spec.of(summary.of), join);
                oracle.figures(self.viewer, figures, Some(rows))
            }
            _ => panic!("{name} of {} cannot be asked so", of.name),
        }
    }

    fn one(&mut self, of: &TypeSpec, row: &Row<'a>, field: &FieldSpec, inner: &Selection) -> Json {
        let related = self.oracle.related(of, row, field);
        let Some((target, to)) = related.first() else { return Json::Null };
        if !self.seen(row, field) {
            self.redacted.insert(self.path.clone());
            return Json::Null;
        }
        match self.oracle.linked(self.viewer, row, to) {
            true => self.object(target, to, inner),
            false => Json::Null,
        }
    }

    /// Whether a relation of the row may be followed.
    fn seen(&self, row: &Row<'_>, field: &FieldSpec) -> bool {
        field.class == 'P'
            || self.oracle.relation(self.viewer, row) > Relation::Outside
                && self.viewer.purpose.cap.get(&field.class) == Some(&Shown::Full)
    }

    fn connection(
        &mut self,
        of: &TypeSpec,
        rows: Vec<Row<'a>>,
        page: &Page,
        usual: &[(String, bool)],
        inner: &Selection,
        whole: Option<&Row<'a>>,
    ) -> Json {
        let oracle = self.oracle;
        let listed = oracle.list(self.viewer, of, rows, page, usual, whole);
        let shown = &listed.all[listed.from..listed.to];
        self.path.extend(["edges".into(), "node".into()]);
        let edges: Vec<Json> =
            shown.iter().map(|row| json!({ "cursor": CURSOR, "node": self.object(of, row, inner) })).collect();
        self.path.truncate(self.path.len() - 2);
        let cursor = if shown.is_empty() { Json::Null } else { json!(CURSOR) };
        let mut object = json!({
            "edges": edges,
            "pageInfo": {
                "hasNextPage": listed.to < listed.all.len(), "hasPreviousPage": listed.from > 0,
                "startCursor": cursor, "endCursor": cursor,
            },
        });
        if page.count {
            object["totalCount"] = json!(listed.all.len().min(10_000));
            object["totalCountIsExact"] = json!(listed.all.len() <= 10_000);
        }
        if let Some((_, column)) = &page.sum {
            let read = oracle.column_allowed(self.viewer, of, column);
            let values = listed.all.iter().filter_map(|row| oracle.choosing_value(self.viewer, of, row, column)?.int());
            let values: Vec<i64> = values.collect();
            object["sum"] = if values.is_empty() || !read { Json::Null } else { json!(values.iter().sum::<i64>()) };
        }
        object
    }

    fn items(&self, items: &Json, parts: &[String]) -> Json {
        let Json::Array(items) = items else { return Json::Null };
        let part = |item: &Json, name: &String| (name.clone(), item.get(name).cloned().unwrap_or_default());
        items.iter().map(|item| parts.iter().map(|name| part(item, name)).collect::<Map<_, _>>()).collect()
    }

    fn leaf(&mut self, row: &Row<'_>, field: &FieldSpec, value: &Val, api: &str) -> Json {
        let plain = match (value, api) {
            (Val::Null, _) => Json::Null,
            (Val::Int(ms), "DateTime") => json!(fengqiao::kernel::clock::rfc3339(*ms)),
            (Val::Int(n), "Decimal") => {
                json!(format!("{}{}.{:02}", if *n < 0 { "-" } else { "" }, n.abs() / 100, n.abs() % 100))
            }
            (Val::Int(n), _) => json!(n),
            (Val::Bool(truth), _) => json!(truth),
            (Val::Real(n), _) => json!(n),
            (Val::Text(text), "StringList" | "SelfInspectionAnswers") => serde_json::from_str(text).expect("JSON"),
            (Val::Text(sealed), _) if field.sealed => {
                json!(fengqiao::kernel::seal::Sealer::demo().open(sealed).expect("it opens"))
            }
            (Val::Text(text), _) => json!(text),
        };
        self.show(row, field, plain)
    }

    fn show(&mut self, row: &Row<'_>, field: &FieldSpec, plain: Json) -> Json {
        let verdict = self.oracle.verdict(self.viewer, field, row);
        if verdict != Shown::Full && !plain.is_null() {
            self.redacted.insert(self.path.clone());
        }
        if verdict == Shown::Full && !plain.is_null() && self.oracle.is_personal(field, row) {
            let of = self.oracle.spec.of_table(row.table.name);
            let field = format!("{}.{}", of.name, self.path.last().expect("a field"));
            self.shown.entry(field).or_default().extend(self.oracle.matter(of, row));
        }
        match (verdict, &plain) {
            (Shown::Full, _) => plain,
            (Shown::Masked, Json::String(text)) => json!(field.mask.expect("a mask").of(text)),
            _ => Json::Null,
        }
    }
}

impl Oracle {
    /// The matter that a row is, or is a part of.
    fn matter(&self, of: &TypeSpec, row: &Row<'_>) -> Option<String> {
        if of.owners.is_empty() {
            return Some(format!("{}:{}", of.name, row.id()));
        }
        let key = |(table, column): &(String, String)| {
            Some(format!("{}:{}", self.spec.of_table(table).name, row.get(column).int()?))
        };
        of.owners.iter().find_map(key)
    }

    /// What a field makes of a row at this moment.
    fn derived(&self, row: &Row<'_>, name: &str) -> Json {
        let (due, stopped) = (row.maybe("due_at").int().unwrap_or_default(), row.maybe("stopped_at").int());
        let paused = row.maybe("paused_at").int();
        match name {
            "remaining" if stopped.is_some() => Json::Null,
            "remaining" => json!((due - paused.unwrap_or(self.now)) / 1000),
            "breached" => {
                let over = stopped.is_none() && paused.is_none() && due < self.now;
                json!(over || row.get("breached_at").int().is_some())
            }
            "nextStep" => {
                let words = NEXT_STEPS.lines().filter_map(|line| line.split_once(' '));
                let of_state = |(state, _): &(&str, &str)| row.get("status").text() == Some(*state);
                words.into_iter().find(of_state).map_or(Json::Null, |(_, words)| json!(words))
            }
            other => panic!("nothing makes {other}"),
        }
    }

    /// Whether somebody born on a day is under 14 today.
    fn under_14(&self, born: &str) -> bool {
        let year: i32 = born.get(..4).and_then(|y| y.parse().ok()).expect("a year");
        let birthday = format!("{:04}{}", year + 14, &born[4..]);
        self.today < birthday
    }
}
