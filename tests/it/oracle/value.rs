//! Values and rows as the database holds them.

use std::cmp::Ordering;

use super::city::Table;

/// A stored value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Val {
    /// None.
    Null,
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// A truth value.
    Bool(bool),
    /// A double-precision number.
    Real(f64),
}

impl Val {
    /// The whole number, if it is one.
    pub(crate) fn int(&self) -> Option<i64> {
        if let Val::Int(n) = self { Some(*n) } else { None }
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Val::Text(t) = self { Some(t) } else { None }
    }

    /// The double-precision number, if it is one.
    pub(crate) fn real(&self) -> Option<f64> {
        if let Val::Real(n) = self { Some(*n) } else { None }
    }

    /// Whether it is true.
    pub(crate) fn is_true(&self) -> bool {
        *self == Val::Bool(true)
    }

    /// Whether there is none.
    pub(crate) fn is_null(&self) -> bool {
        *self == Val::Null
    }

    /// Text that is equal for equal keys.
    pub(crate) fn key(&self) -> Option<String> {
        match self {
            Val::Int(n) => Some(n.to_string()),
            Val::Text(t) => Some(t.clone()),
            _ => None,
        }
    }

    /// Order of two values that are there: by number, or by bytes.
    pub(crate) fn order(&self, other: &Val) -> Ordering {
        match (self, other) {
            (Val::Int(a), Val::Int(b)) => a.cmp(b),
            (Val::Text(a), Val::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Val::Bool(a), Val::Bool(b)) => a.cmp(b),
            _ => panic!("{self:?} and {other:?} have no order"),
        }
    }
}

/// A row of a table.
#[derive(Clone, Copy)]
pub(crate) struct Row<'c> {
    /// Its table.
    pub(crate) table: &'c Table,
    /// Its place there.
    pub(crate) at: usize,
}

impl<'c> Row<'c> {
    /// The value of a column.
    pub(crate) fn get(&self, column: &str) -> &'c Val {
        let place = self.table.columns.get(column);
        let place = *place.unwrap_or_else(|| panic!("{} has no column {column}", self.table.name));
        &self.table.rows[self.at][place]
    }

    /// The value of a column, null when the table has none of that name.
    pub(crate) fn maybe(&self, column: &str) -> &'c Val {
        self.table.columns.get(column).map_or(&Val::Null, |place| &self.table.rows[self.at][*place])
    }

    /// The key.
    pub(crate) fn id(&self) -> i64 {
        self.get("id").int().expect("a key is a whole number")
    }

    /// Whether it is the same row.
    pub(crate) fn is(&self, other: &Row<'_>) -> bool {
        self.table.name == other.table.name && self.at == other.at
    }
}
