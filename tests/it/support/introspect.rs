//! What a database says about its own tables, in one form for both.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{FromQueryResult, Statement};

use super::backend::Backend;
use super::database::Database;

/// The migrations' own table; it is not part of the schema.
const BOOKKEEPING: &str = "seaql_migrations";

/// Tables and indexes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Schema {
    /// Columns by table, in order.
    pub(crate) tables: BTreeMap<String, Vec<Column>>,
    /// Indexes by name, those of primary keys left out.
    pub(crate) indexes: BTreeMap<String, Index>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Name.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) kind: Kind,
    /// Whether it may be null; nothing for a generated column, of which SQLite and PostgreSQL think differently.
    pub(crate) nullable: Option<bool>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A 64-bit whole number.
    Integer,
    /// Text.
    Text,
    /// A truth value.
    Boolean,
    /// A double-precision number.
    Real,
}

/// One index.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Index {
    /// Table.
    pub(crate) table: String,
    /// Whether two rows may not have equal values.
    pub(crate) unique: bool,
    /// Columns in order.
    pub(crate) columns: Vec<String>,
}

impl Column {
    /// Whether the database computes it.
    pub(crate) fn generated(&self) -> bool {
        self.nullable.is_none()
    }
}

#[derive(FromQueryResult)]
struct ColumnRow {
    table_name: String,
    column_name: String,
    data_type: String,
    nullable: bool,
    is_generated: bool,
}

#[derive(FromQueryResult)]
struct IndexRow {
    table_name: String,
    index_name: String,
    is_unique: bool,
    column_name: String,
}

const SQLITE_COLUMNS: &str = r#"
    SELECT m.name AS table_name, c.name AS column_name, lower(c.type) AS data_type,
           c."notnull" = 0 AND c.pk = 0 AS nullable, c.hidden IN (2, 3) AS is_generated
    FROM sqlite_master m, pragma_table_xinfo(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid"#;

const POSTGRES_COLUMNS: &str = "
    SELECT table_name::text, column_name::text, data_type::text,
           is_nullable = 'YES' AS nullable, is_generated = 'ALWAYS' AS is_generated
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";

const SQLITE_INDEXES: &str = r#"
    SELECT m.name AS table_name, i.name AS index_name, i."unique" AS is_unique, c.name AS column_name
    FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
    WHERE m.type = 'table' AND i.origin = 'c' ORDER BY i.name, c.seqno"#;

const POSTGRES_INDEXES: &str = "
    SELECT t.relname::text AS table_name, i.relname::text AS index_name, x.indisunique AS is_unique,
           a.attname::text AS column_name
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
    JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k(attnum, place) ON true
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
    WHERE NOT x.indisprimary ORDER BY i.relname, k.place";

/// Reads the schema of a database.
pub(crate) async fn schema(database: &Database) -> Schema {
    let (columns, indexes) = match database.backend {
        Backend::Sqlite => (SQLITE_COLUMNS, SQLITE_INDEXES),
        Backend::Postgres => (POSTGRES_COLUMNS, POSTGRES_INDEXES),
    };
    let mut schema = Schema { tables: BTreeMap::new(), indexes: BTreeMap::new() };
    for row in rows::<ColumnRow>(database, columns).await.into_iter().filter(|row| row.table_name != BOOKKEEPING) {
        let kind = match row.data_type.as_str() {
            // SQLite calls its key `integer`; PostgreSQL's `integer` would be half as wide.
            "integer" if database.backend == Backend::Sqlite => Kind::Integer,
            "bigint" => Kind::Integer,
            "text" => Kind::Text,
            "boolean" => Kind::Boolean,
            "double" | "double precision" => Kind::Real,
            other => panic!("{}.{} is {other}, a type that the house does not use", row.table_name, row.column_name),
        };
        let nullable = (!row.is_generated).then_some(row.nullable);
        schema.tables.entry(row.table_name).or_default().push(Column { name: row.column_name, kind, nullable });
    }
    for row in rows::<IndexRow>(database, indexes).await.into_iter().filter(|row| row.table_name != BOOKKEEPING) {
        let index = schema.indexes.entry(row.index_name).or_insert(Index {
            table: row.table_name,
            unique: row.is_unique,
            columns: Vec::new(),
        });
        index.columns.push(row.column_name);
    }
    schema
}

impl Schema {
    /// Names of all tables.
    pub(crate) fn table_names(&self) -> BTreeSet<&str> {
        self.tables.keys().map(String::as_str).collect()
    }
}

async fn rows<R: FromQueryResult>(database: &Database, sql: &str) -> Vec<R> {
    let statement = Statement::from_string(database.storage.write.get_database_backend(), sql);
    R::find_by_statement(statement).all(&database.storage.write).await.expect("the database describes itself")
}
