//! How a governed type is declared: once, in its noun's `view.rs`, for everything that is made from it.
//!
//! From a [`View`] come the GraphQL object, its connection, filter and order inputs, the published SDL, the
//! permission matrix and every query plan. A view names tables and columns; it decides nothing about rights.

use std::ops::BitOr;

use sea_orm::sea_query::Expr;

use crate::access::{Class, Family};

/// What may be done with a field beside reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use(u8);

/// Nothing but reading.
pub const READ: Use = Use(0);
/// The field is a leaf of the filter input.
pub const FILTER: Use = Use(1);
/// The field is a sort key.
pub const SORT: Use = Use(2);
/// The field is searched by `text`.
pub const SEARCH: Use = Use(4);
/// The column may be null.
pub const NULL: Use = Use(8);
/// The column holds a sealed value.
pub const SEALED: Use = Use(16);
/// No two rows have the same value, and each has one: an order by it needs no other key.
pub const UNIQUE: Use = Use(32);

impl BitOr for Use {
    type Output = Use;
    fn bitor(self, other: Use) -> Use {
        Use(self.0 | other.0)
    }
}

impl Use {
    /// Whether all of `other` is in `self`.
    pub fn has(self, other: Use) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Direction of a sort key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// 升序. Smallest first, nulls last.
    Asc,
    /// 降序. Largest first, nulls last.
    Desc,
}

/// How a masked value is shown (domain model, part 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// 叶\*: the surname stays.
    Name,
    /// 138\*\*\*\*0001.
    Phone,
    /// 330699\*\*\*\*\*\*\*\*0019.
    CitizenId,
    /// The name of the village.
    Address,
    /// A fixed text: what was written is withheld.
    Text,
    /// There is no masked form: shown as hidden.
    None,
}

/// Type of a column as the API shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// A truth value.
    Boolean,
    /// An instant, stored in milliseconds.
    DateTime,
    /// A day, stored as `YYYY-MM-DD`.
    Date,
    /// A number with two places, stored in hundredths.
    Decimal,
    /// A code of the named table.
    Enum(&'static str),
    /// A JSON list of texts.
    TextList,
}

/// What a field is made of.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the variants say what their parts are")]
pub enum Kind {
    /// A column of the view's table.
    Column { column: &'static str, scalar: Scalar },
    /// A point in CGCS2000 made of two columns.
    Point { lon: &'static str, lat: &'static str },
    /// An object made of columns of the same row.
    Embed { type_name: &'static str, doc: &'static str, fields: Vec<Field> },
    /// A list of objects kept as JSON text in a column.
    JsonList { column: &'static str, type_name: &'static str, doc: &'static str, fields: Vec<Field> },
    /// Whether the day in the column lies less than so many years back.
    YoungerThan { column: &'static str, years: i32 },
    /// Made of the row and the moment of the request, by an expression over its alias.
    Computed { scalar: Scalar, value: fn(&str, Expr) -> Expr },
    /// What the viewer may do now on the matter.
    Actions,
    /// A link to the content of a piece of evidence, or to its small copy.
    Link { small: bool },
    /// One row of another view: `view.to = this.from`.
    One { view: &'static str, from: &'static str, to: &'static str },
    /// Rows of another view: `view.child = this.parent`.
    Many { view: &'static str, parent: &'static str, child: Child, order: Order, shape: Shape },
    /// Measures over rows of another view.
    Summary { summary: &'static str, parent: &'static str, child: Child },
}

/// How the rows below a parent are found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants say what their parts are")]
pub enum Child {
    /// The column of the child that holds the parent's key.
    Column(&'static str),
    /// The child's level columns: the parent's code may be of any level (a subtree of the divisions).
    Subtree,
    /// A table of links: `link.parent` holds the parent's key, `link.child` the child's column `to`.
    Through { table: &'static str, parent: &'static str, child: &'static str, to: &'static str },
}

/// A default order: columns and directions; the key is always added last.
pub type Order = Vec<(&'static str, Direction)>;

/// How a to-many relation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A plain list, for parts of a whole.
    List,
    /// A Relay connection.
    Connection,
}

/// A field of a governed type.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name in the API, camelCase.
    pub name: String,
    /// What it is made of.
    pub kind: Kind,
    /// Class of the field.
    pub class: Class,
    /// What may be done with it.
    pub uses: Use,
    /// Masked form.
    pub mask: Mask,
    /// Whether the row may raise the field to personal: a private dwelling, a photo of persons.
    pub dwelling: bool,
    /// Description; begins with the Chinese term.
    pub doc: &'static str,
}

impl Field {
    /// Whether the API's type is nullable: whatever can be hidden or absent.
    pub fn nullable(&self) -> bool {
        self.class != Class::Public
            || self.uses.has(NULL)
            || self.dwelling
            || !matches!(self.kind, Kind::Column { .. } | Kind::Point { .. })
    }
}

/// A parent whose rule decides over an owned row.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The parent's view.
    pub view: &'static str,
    /// The column that holds its key.
    pub column: &'static str,
}

/// A governed type.
#[derive(Clone, Debug)]
pub struct View {
    /// Name of the type in the API.
    pub name: &'static str,
    /// Table.
    pub table: &'static str,
    /// Description; begins with the Chinese term.
    pub doc: &'static str,
    /// Which rule of the policy decides over its rows.
    pub family: Family,
    /// Whether it has the level columns.
    pub levels: bool,
    /// Parents whose rule decides instead, for parts of a whole.
    pub owners: Vec<Owner>,
    /// Fields in declaration order.
    pub fields: Vec<Field>,
    /// Order of a list that asks for none.
    pub order: Order,
}

/// `found_at` becomes `foundAt`.
pub fn camel(column: &str) -> String {
    let mut name = String::with_capacity(column.len());
    let mut raise = false;
    for c in column.chars() {
        if c == '_' {
            raise = true;
        } else if raise {
            name.extend(c.to_uppercase());
            raise = false;
        } else {
            name.push(c);
        }
    }
    name
}

/// `foundAt` becomes `FOUND_AT`.
pub fn upper_snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() {
            out.push('_');
        }
        out.extend(c.to_uppercase());
    }
    out
}

impl View {
    /// A view without fields.
    pub fn new(name: &'static str, table: &'static str, family: Family, doc: &'static str) -> Self {
        View { name, table, doc, family, levels: false, owners: vec![], fields: vec![], order: vec![] }
    }

    /// The table has the level columns.
    pub fn levels(mut self) -> Self {
        self.levels = true;
        self
    }

    /// The rule of `view` decides over rows whose `column` names one of its rows.
    pub fn owned_by(mut self, view: &'static str, column: &'static str) -> Self {
        self.owners.push(Owner { view, column });
        self
    }

    /// The column with the code of the division a row is filed under; a division is filed under itself.
    pub fn filed_under(&self) -> &'static str {
        if self.table == "division" { "code" } else { "division_code" }
    }

    /// Whether its rows have a field `divisionCode`; a division's own is its `code`.
    pub fn tells_division(&self) -> bool {
        self.levels && self.filed_under() == "division_code"
    }

    /// Adds a key to the default order.
    pub fn order(mut self, column: &'static str, direction: Direction) -> Self {
        self.order.push((column, direction));
        self
    }

    fn push(mut self, name: String, kind: Kind, class: Class, uses: Use, doc: &'static str) -> Self {
        self.fields.push(Field { name, kind, class, uses, mask: Mask::None, dwelling: false, doc });
        self
    }

    /// A column shown as `scalar`; its API name is the column's in camelCase.
    pub fn column(self, column: &'static str, scalar: Scalar, class: Class, uses: Use, doc: &'static str) -> Self {
        self.push(camel(column), Kind::Column { column, scalar }, class, uses, doc)
    }

    /// A text column.
    pub fn text(self, column: &'static str, class: Class, uses: Use, doc: &'static str) -> Self {
        self.column(column, Scalar::Text, class, uses, doc)
    }

    /// A whole number.
    pub fn int(self, column: &'static str, class: Class, uses: Use, doc: &'static str) -> Self {
        self.column(column, Scalar::Int, class, uses, doc)
    }

    /// A truth value.
    pub fn boolean(self, column: &'static str, class: Class, uses: Use, doc: &'static str) -> Self {
        self.column(column, Scalar::Boolean, class, uses, doc)
    }

    /// An instant.
    pub fn instant(self, column: &'static str, class: Class, uses: Use, doc: &'static str) -> Self {
        self.column(column, Scalar::DateTime, class, uses, doc)
    }

    /// A day.
    pub fn date(self, column: &'static str, class: Class, uses: Use, doc: &'static str) -> Self {
        self.column(column, Scalar::Date, class, uses, doc)
    }

    /// A number with two places.
    pub fn decimal(self, column: &'static str, class: Class, uses: Use, doc: &'static str) -> Self {
        self.column(column, Scalar::Decimal, class, uses, doc)
    }

    /// A list of texts.
    pub fn texts(self, column: &'static str, class: Class, uses: Use, doc: &'static str) -> Self {
        self.column(column, Scalar::TextList, class, uses, doc)
    }

    /// A code of the table `codes`.
    pub fn code(self, column: &'static str, codes: &'static str, class: Class, uses: Use, doc: &'static str) -> Self {
        self.column(column, Scalar::Enum(codes), class, uses, doc)
    }

    /// Whether the day in `column` lies less than `years` back.
    pub fn younger_than(self, name: &str, column: &'static str, years: i32, class: Class, doc: &'static str) -> Self {
        self.push(name.into(), Kind::YoungerThan { column, years }, class, NULL, doc)
    }

    /// Rows of `view` reached through a table of links, as a plain list in the order of their keys.
    pub fn linked(
        self,
        name: &'static str,
        view: &'static str,
        (table, parent, child): (&'static str, &'static str, &'static str),
        to: &'static str,
        doc: &'static str,
    ) -> Self {
        self.many(name, view, "id", Child::Through { table, parent, child, to }, &[], Shape::List, doc)
    }

    /// A value made of the row and the moment of the request; null where the expression is.
    pub fn computed(
        self,
        name: &str,
        scalar: Scalar,
        value: fn(&str, Expr) -> Expr,
        class: Class,
        doc: &'static str,
    ) -> Self {
        self.push(name.into(), Kind::Computed { scalar, value }, class, NULL, doc)
    }

    /// A link to the content of a piece of evidence, or to its small copy.
    pub fn link(self, name: &str, small: bool, class: Class, doc: &'static str) -> Self {
        self.push(name.into(), Kind::Link { small }, class, NULL, doc)
    }

    /// What the viewer may do now on the matter, named `availableActions`.
    pub fn actions(self) -> Self {
        let doc = "可办事项. What you may do on it now, and what stands against the rest that your role has a part in.";
        self.push("availableActions".into(), Kind::Actions, Class::Internal, NULL, doc)
    }

    /// Gives the field declared last another class than public.
    pub fn class(mut self, class: Class) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.class = class;
        }
        self
    }

    /// Sets the masked form of the field declared last.
    pub fn masked(mut self, mask: Mask) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.mask = mask;
        }
        self
    }

    /// The field declared last is personal on rows that are private dwellings, or that show persons.
    pub fn personal_in_dwellings(mut self) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.dwelling = true;
        }
        self
    }

    /// A point of two columns, named `location`.
    pub fn point(self, class: Class, uses: Use, doc: &'static str) -> Self {
        self.push("location".into(), Kind::Point { lon: "lon", lat: "lat" }, class, uses, doc)
    }

    /// An object made of columns of the same row.
    pub fn embed(self, name: &str, part: View) -> Self {
        let kind = Kind::Embed { type_name: part.name, doc: part.doc, fields: part.fields };
        self.push(name.into(), kind, Class::Public, NULL, part.doc)
    }

    /// A list of objects kept as JSON text.
    pub fn json_list(self, column: &'static str, class: Class, part: View) -> Self {
        let kind = Kind::JsonList { column, type_name: part.name, doc: part.doc, fields: part.fields };
        self.push(camel(column), kind, class, NULL, part.doc)
    }

    /// One row of `view`, found by its key in `from`.
    pub fn one(
        self,
        name: &'static str,
        view: &'static str,
        from: &'static str,
        class: Class,
        doc: &'static str,
    ) -> Self {
        self.one_by(name, view, from, "id", class, doc)
    }

    /// One row of `view` whose column `to` equals this row's `from`.
    pub fn one_by(
        self,
        name: &'static str,
        view: &'static str,
        from: &'static str,
        to: &'static str,
        class: Class,
        doc: &'static str,
    ) -> Self {
        self.push(camel(name), Kind::One { view, from, to }, class, NULL, doc)
    }

    /// A list of rows of `view` whose column `child` holds this row's key.
    pub fn list(
        self,
        name: &'static str,
        view: &'static str,
        child: &'static str,
        order: &[(&'static str, Direction)],
        doc: &'static str,
    ) -> Self {
        self.many(name, view, "id", Child::Column(child), order, Shape::List, doc)
    }

    /// A connection of rows of `view` whose column `child` holds this row's key.
    pub fn connection(
        self,
        name: &'static str,
        view: &'static str,
        child: &'static str,
        order: &[(&'static str, Direction)],
        doc: &'static str,
    ) -> Self {
        self.many(name, view, "id", Child::Column(child), order, Shape::Connection, doc)
    }

    /// A to-many relation, spelled out.
    #[expect(clippy::too_many_arguments, reason = "a relation has this many sides; views read as tables")]
    pub fn many(
        self,
        name: &'static str,
        view: &'static str,
        parent: &'static str,
        child: Child,
        order: &[(&'static str, Direction)],
        shape: Shape,
        doc: &'static str,
    ) -> Self {
        let kind = Kind::Many { view, parent, child, order: order.to_vec(), shape };
        self.push(camel(name), kind, Class::Public, NULL, doc)
    }

    /// Measures of `summary` over the rows whose column `child` holds this row's key.
    pub fn summary(self, name: &'static str, summary: &'static str, child: &'static str, doc: &'static str) -> Self {
        self.summary_of(name, summary, "id", Child::Column(child), doc)
    }

    /// Measures of `summary`, with the keys spelled out.
    pub fn summary_of(
        self,
        name: &'static str,
        summary: &'static str,
        parent: &'static str,
        child: Child,
        doc: &'static str,
    ) -> Self {
        self.push(camel(name), Kind::Summary { summary, parent, child }, Class::Public, NULL, doc)
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The point that `within` and `near` choose by.
    pub fn point_field(&self) -> Option<&Field> {
        self.fields.iter().find(|f| matches!(f.kind, Kind::Point { .. }))
    }
}
