//! What is to be read and how it is to be written: the compiled form of a selection.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sea_orm::sea_query::{Expr, SelectStatement, TableRef};

use super::actions::ActionsPlan;
use super::declare::{Child, Mask, Scalar, View};
use super::notes::{Matter, Note};
use super::page::{Page, SortKey};
use super::passes::Pass;
use super::summary::Summary;
use super::template::Templates;
use crate::access::{Class, Verdict};

/// A column of the rows of a level.
pub type Column = usize;

/// What was masked or hidden, and why. Never says which rows, so it tells nothing of rows that are not shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Redaction {
    /// Response keys from the root, without positions in lists.
    pub path: Vec<Arc<str>>,
    /// What it is of as the contract has it, whatever the request calls it: a type, or a type and its field.
    pub of: String,
    /// Class of the field.
    pub class: Class,
    /// What was done, where it holds for every row.
    pub effect: Verdict,
    /// Which part of the policy did it.
    pub reason: &'static str,
    /// Whether it holds for every row; otherwise for some of those shown.
    pub always: bool,
}

/// How far a field is shown.
#[derive(Clone, Debug)]
pub enum Gate {
    /// Alike on all rows: in full or masked.
    Always(Verdict),
    /// By the row: an index from bits of the column (relation, 4 raised, 8 private dwelling).
    ByRow {
        /// Holds the bits.
        bits: Column,
        /// Verdict by bits.
        table: [Verdict; 16],
        /// The redaction to report when a row is not shown in full.
        redaction: usize,
    },
}

/// A value of the answer.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the variants say what their parts are")]
pub enum Out {
    /// The name of a type, or any text that is known before.
    Text(String),
    /// Nothing: hidden.
    Null,
    /// The global id of the row.
    Id { view: &'static str, column: Column },
    /// A column.
    Cell { column: Column, scalar: Scalar, mask: Mask, sealed: bool, gate: Gate },
    /// A point; its fields.
    Point { lon: Column, lat: Column, fields: Vec<(String, PointPart)>, gate: Gate },
    /// Whether a day lies less than so many years back.
    Younger { column: Column, years: i32, gate: Gate },
    /// An object of the same row.
    Embed(Shape),
    /// Objects kept as JSON text; their fields by name, `None` for the name of the type.
    JsonList { column: Column, type_name: &'static str, fields: Vec<(String, Option<String>)>, gate: Gate },
    /// The joined row; absent when its key is null.
    One { key: Column, shape: Shape },
    /// What was read below, by the parent's key.
    Child(usize),
    /// A relation that is shown on some rows only.
    Gated { gate: Gate, out: Box<Out> },
    /// A value of personal class: where it is shown in full, the trail must know.
    Personal { note: Note, bits: Option<Column>, matter: Matter, out: Box<Out> },
    /// A link to content, by the key of the evidence where there is content.
    Link { column: Column, small: bool, gate: Gate },
}

/// A part of a point.
#[derive(Clone, Copy, Debug)]
pub enum PointPart {
    /// Longitude.
    Lon,
    /// Latitude.
    Lat,
    /// Coordinate system.
    Crs,
    /// Name of the type.
    Typename,
}

/// Fields of an object: response keys as JSON (`"key":`) and values, in the order of the document.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// The fields.
    pub fields: Vec<(String, Out)>,
}

/// A joined table.
#[derive(Clone, Debug)]
pub struct Join {
    /// Table.
    pub table: &'static str,
    /// Alias.
    pub alias: String,
    /// Keys equal, and the row may be shown.
    pub on: Expr,
}

/// Rows of one view: one statement.
#[derive(Debug)]
pub struct RowsPlan {
    /// The view.
    pub view: &'static View,
    /// Which rows, over the alias `t0`.
    pub condition: Expr,
    /// By which ways those are found that the viewer may be shown: any of these conditions. None: all of them may be shown.
    pub ways: Vec<Expr>,
    /// Which of them, in which order.
    pub page: Page,
    /// Columns to read.
    pub columns: Vec<Expr>,
    /// Columns of the view's table that these and the joins are made of; `None`: they are made of more than columns.
    pub plain: Option<Vec<&'static str>>,
    /// To-one relations.
    pub joins: Vec<Join>,
    /// How a row is written; a connection may select `node` under several names, each with a shape of its own.
    pub shapes: Vec<Shape>,
    /// What is read below.
    pub children: Vec<ChildPlan>,
    /// Columns of the sort keys, when a cursor is asked for.
    pub cursor: Vec<Column>,
    /// Its statement.
    pub templates: Templates,
    /// By which way alone a row is looked for before it is by all of them, and the statement of that; `None`: by all at once.
    pub near: Option<(Expr, Templates)>,
}

/// What is read below the rows of a level, for all of them together.
#[derive(Debug)]
pub struct ChildPlan {
    /// The parent's key.
    pub parent: Column,
    /// Whether that key is text.
    pub text: bool,
    /// How children are found.
    pub child: Child,
    /// What they are.
    pub below: Below,
}

/// What a child is.
#[derive(Debug)]
pub enum Below {
    /// Rows.
    List(Box<ListPlan>),
    /// Figures.
    Figures(Box<FiguresPlan>),
    /// What the viewer may do.
    Actions(Box<ActionsPlan>),
}

/// A list or a connection.
#[derive(Debug)]
pub struct ListPlan {
    /// Its rows; `None` when only figures of the whole list are asked for.
    pub rows: RowsPlan,
    /// Whether rows are to be read.
    pub wants_rows: bool,
    /// Whether rows are to be counted.
    pub wants_total: bool,
    /// Columns to add up.
    pub sums: Vec<Expr>,
    /// How it is written.
    pub form: Form,
    /// The statement of its total and sums.
    pub templates: Templates,
    /// The statement of these and of its page.
    pub whole: Templates,
    /// Whether it was found to have more rows than are counted.
    pub long: AtomicBool,
}

/// How a list is written.
#[derive(Clone, Debug)]
pub enum Form {
    /// A plain list.
    List,
    /// A connection.
    Connection(Vec<(String, ConnectionPart)>),
}

/// A field of a connection.
#[derive(Clone, Debug)]
pub enum ConnectionPart {
    /// The name of a type.
    Typename(String),
    /// The rows.
    Edges(Vec<(String, EdgePart)>),
    /// Where the page stands.
    PageInfo(Vec<(String, PageInfoPart)>),
    /// Rows in all pages.
    TotalCount,
    /// Whether that is exact.
    TotalCountIsExact,
    /// The sum at this place of `sums`; hidden when `None`.
    Sum(Option<usize>),
}

/// A field of an edge.
#[derive(Clone, Debug)]
pub enum EdgePart {
    /// The name of a type.
    Typename(String),
    /// The row, in the shape at this place.
    Node(usize),
    /// Its cursor.
    Cursor,
}

/// A field of a page's description.
#[derive(Clone, Copy, Debug)]
pub enum PageInfoPart {
    /// Whether rows follow.
    HasNext,
    /// Whether rows precede.
    HasPrevious,
    /// Cursor of the first row.
    Start,
    /// Cursor of the last row.
    End,
    /// The name of the type.
    Typename,
}

/// Figures of a summary.
#[derive(Debug)]
pub struct FiguresPlan {
    /// The summary.
    pub summary: &'static Summary,
    /// Its view.
    pub view: &'static View,
    /// Which rows, over the alias `t0`.
    pub condition: Expr,
    /// Which of them it looks at.
    pub span: Span,
    /// By which ways those are found that the viewer may be shown: any of these conditions, apart where they are several.
    /// None: all of them may be shown.
    pub ways: Vec<Expr>,
    /// What is taken of the rows.
    pub columns: Vec<Aggregate>,
    /// What the columns hold where there are no rows.
    pub nothing: Vec<Option<i64>>,
    /// How figures are written; a group may select them under several names, each with a shape of its own.
    pub shapes: Vec<Vec<(String, Figure)>>,
    /// Counts that shares of groups are made of.
    pub shares: Vec<Figure>,
    /// Groupings.
    pub groups: Vec<GroupsPlan>,
    /// Whether they are published figures: small counts are not told, the others rounded.
    pub published: bool,
    /// Their statements; none for the figures of groups, which are counted with the others.
    pub passes: Vec<Pass>,
}

/// The rows that figures look at: others are in none of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span {
    /// By any of which columns they are in the period, in the order of their names.
    pub columns: Vec<&'static str>,
    /// The condition; `None`: all rows are looked at.
    pub holds: Option<Expr>,
}

/// A figure of many rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// How it is made.
    pub how: How,
    /// What is looked at of a row; null: the row is not counted.
    pub value: Expr,
}

/// How a figure is made of values of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Rows that have one.
    Count,
    /// Different ones.
    Distinct,
    /// All added up.
    Sum,
    /// The smallest.
    Earliest,
}

/// A grouping of figures.
#[derive(Debug)]
pub struct GroupsPlan {
    /// The value that groups.
    pub by: Expr,
    /// What labels the groups.
    pub label: Label,
    /// Most groups.
    pub first: usize,
    /// How a group is written.
    pub shape: Vec<(String, GroupPart)>,
    /// Its figures; without groupings of their own.
    pub figures: FiguresPlan,
}

/// What labels groups.
#[derive(Clone, Copy, Debug)]
pub enum Label {
    /// A code table.
    Codes(&'static str),
    /// Names of divisions.
    Divisions,
    /// Nothing.
    None,
}

/// A field of a group.
#[derive(Clone, Debug)]
pub enum GroupPart {
    /// The name of the type.
    Typename(String),
    /// The code.
    Key,
    /// Its label.
    Label,
    /// The figures, in one of their shapes.
    Figures(usize),
    /// Its share in all groups, of one of the counts that shares are made of.
    Share(usize, Vec<(String, RatePart)>),
}

/// A figure, by columns.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the variants say what their parts are")]
pub enum Figure {
    /// A text that is known before.
    Text(String),
    /// The instant of the state; `None`: now, whenever that is.
    AsOf(Option<i64>),
    /// A number of rows.
    Count(Column),
    /// A sum.
    Sum(Column),
    /// An instant.
    Instant(Column),
    /// A mean, in this unit of what is added up.
    Mean { sum: Column, count: Column, unit: i64 },
    /// A rate.
    Rate {
        numerator: Column,
        denominator: Column,
        fields: Vec<(String, RatePart)>,
        definition: &'static str,
        basis: &'static str,
    },
    /// A grouping.
    Groups(Option<usize>),
    /// Not told.
    Nothing,
}

/// A field of a rate.
#[derive(Clone, Copy, Debug)]
pub enum RatePart {
    /// Numerator.
    Numerator,
    /// Denominator.
    Denominator,
    /// Value.
    Value,
    /// Definition.
    Definition,
    /// Basis.
    Basis,
    /// The name of the type.
    Typename,
}

impl Span {
    /// Whether all rows of the other are among its own.
    pub(super) fn includes(&self, other: &Span) -> bool {
        let all = |other: &Span| other.columns.iter().all(|column| self.columns.contains(column));
        self.holds.is_none() || other.holds.is_some() && all(other)
    }
}

impl FiguresPlan {
    /// The figures of a grouping; `None`: those of all rows.
    pub(super) fn part(&self, group: Option<usize>) -> &FiguresPlan {
        group.map_or(self, |group| &self.groups[group].figures)
    }
}

impl RowsPlan {
    /// Keys of the order.
    pub fn keys(&self) -> &[SortKey] {
        &self.page.keys
    }

    /// Adds the columns, and the joins that they are of, to a statement over `t0`.
    pub(super) fn select(&self, select: &mut SelectStatement) {
        for column in &self.columns {
            select.expr(column.clone());
        }
        for join in &self.joins {
            select.left_join(TableRef::from(join.table).alias(join.alias.clone()), join.on.clone());
        }
    }
}

/// `key` as the beginning of a JSON member.
pub fn member(key: &str) -> String {
    format!("\"{key}\":")
}
