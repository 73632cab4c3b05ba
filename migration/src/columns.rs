//! The few kinds of column and index that the schema is made of.

use sea_orm_migration::prelude::*;

/// The key: an integer that means nothing.
pub(crate) fn key() -> ColumnDef {
    ColumnDef::new("id").big_integer().not_null().primary_key().take()
}

/// Text that is never null.
pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// Text or null.
pub(crate) fn opt_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

/// A whole number, an instant in milliseconds or money in hundredths.
pub(crate) fn int(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// A whole number or null.
pub(crate) fn opt_int(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().take()
}

/// A truth value.
pub(crate) fn boolean(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

/// A truth value or null.
pub(crate) fn opt_boolean(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().null().take()
}

/// A floating-point number: a coordinate.
pub(crate) fn real(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).double().not_null().take()
}

/// A coordinate or null.
pub(crate) fn opt_real(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).double().null().take()
}

/// The code of one level, derived by the database from the code the row was filed under; null above its level.
pub(crate) fn level(name: &'static str, from: &'static str) -> ColumnDef {
    let digits = match name {
        "city_code" => 4,
        "county_code" => 6,
        "township_code" => 9,
        _ => 12,
    };
    let expression = format!("CASE WHEN length({from}) >= {digits} THEN substr({from}, 1, {digits}) END");
    ColumnDef::new(name).text().generated(Expr::cust(expression), true).take()
}

/// A plain index, named after its table and columns.
pub(crate) fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    named("ix", table, columns)
}

/// A unique index, named after its table and columns.
pub(crate) fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    named("ux", table, columns).unique().take()
}

fn named(prefix: &str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{prefix}_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

/// Adds columns to a table, one statement each, as SQLite wants it.
pub(crate) async fn add_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: impl IntoIterator<Item = ColumnDef>,
) -> Result<(), DbErr> {
    for column in columns {
        manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
    }
    Ok(())
}

/// Takes columns out of a table again.
pub(crate) async fn drop_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    for column in columns {
        manager.alter_table(Table::alter().table(table).drop_column(*column).to_owned()).await?;
    }
    Ok(())
}

/// Takes the index of these columns away, named as `index` names it.
pub(crate) async fn drop_index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let name = format!("ix_{table}_{}", columns.join("_"));
    manager.drop_index(Index::drop().name(name).table(table).to_owned()).await
}

/// Makes the index that is named after these columns again, so that it holds others after them.
pub(crate) async fn widen_index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
    held: &[&'static str],
) -> Result<(), DbErr> {
    drop_index(manager, table, columns).await?;
    let mut wider = index(table, columns);
    for column in held {
        wider.col(*column);
    }
    manager.create_index(wider).await
}
