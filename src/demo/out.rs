//! Rows on their way to a database: buffered by table, handed on in chunks.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::{EntityName, EntityTrait, IdenStatic, Iterable, ModelTrait, Value};

use crate::lifecycle::Lifecycles;

/// Rows of one table, column by column in the entity's order.
pub struct Chunk {
    /// Table.
    pub table: &'static str,
    /// Columns; a row's values follow this order.
    pub columns: Vec<&'static str>,
    /// Values, row after row.
    pub values: Vec<Value>,
}

impl Chunk {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns.len().max(1)
    }
}

/// The receiver has gone away: the reason is its own.
#[derive(Debug)]
pub(crate) struct Stopped;

/// Takes the chunks.
pub(crate) type Sink<'a> = dyn FnMut(Chunk) -> Result<(), Stopped> + 'a;

/// Rows in one chunk. A multiple of any statement's rows would do; this bounds memory.
pub(crate) const CHUNK_ROWS: usize = 2048;

/// Collects rows and hands them on.
pub(crate) struct Out<'a> {
    lifecycles: Arc<Lifecycles>,
    sink: &'a mut Sink<'a>,
    open: BTreeMap<&'static str, Chunk>,
    last_id: BTreeMap<&'static str, i64>,
}

impl<'a> Out<'a> {
    /// Hands chunks to a sink.
    pub(crate) fn new(lifecycles: Arc<Lifecycles>, sink: &'a mut Sink<'a>) -> Self {
        Self { lifecycles, sink, open: BTreeMap::new(), last_id: BTreeMap::new() }
    }

    /// The lifecycles that matters live by.
    pub(crate) fn lifecycles(&self) -> &Lifecycles {
        &self.lifecycles
    }

    /// The next key of a table, from 1.
    pub(crate) fn id(&mut self, table: &'static str) -> i64 {
        let id = self.last_id.entry(table).or_insert(0);
        *id += 1;
        *id
    }

    /// Takes one row.
    pub(crate) fn put<M: ModelTrait>(&mut self, row: M) -> Result<(), Stopped> {
        let table = table_of::<M>();
        let chunk = self.open.entry(table).or_insert_with(|| {
            let columns: Vec<&'static str> = columns_of::<M>().map(|c| c.as_str()).collect();
            let values = Vec::with_capacity(CHUNK_ROWS * columns.len());
            Chunk { table, columns, values }
        });
        chunk.values.extend(columns_of::<M>().map(|column| row.get(column)));
        if chunk.rows() == CHUNK_ROWS
            && let Some(full) = self.open.remove(table)
        {
            (self.sink)(full)?;
        }
        Ok(())
    }

    /// Hands on what is left.
    pub(crate) fn flush(&mut self) -> Result<(), Stopped> {
        while let Some((_, chunk)) = self.open.pop_first() {
            (self.sink)(chunk)?;
        }
        Ok(())
    }
}

type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

fn columns_of<M: ModelTrait>() -> impl Iterator<Item = ColumnOf<M>> {
    <ColumnOf<M> as Iterable>::iter()
}

fn table_of<M: ModelTrait>() -> &'static str {
    <M::Entity as Default>::default().table_name()
}
