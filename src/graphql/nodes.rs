//! `nodes(ids)`, and `_entities` of a federation: many objects of any kinds, a statement a kind and level, whatever their number.

use std::collections::HashMap;

use async_graphql_value::ConstValue;

use super::coerce::Args;
use super::error::Error;
use super::execute::{Execution, fault};
use super::finish::too_long;
use super::select::Selected;
use crate::read::declare::View;
use crate::read::predicate::Via;
use crate::read::sql::{Keys, col};

/// Ids that people name at once.
const MOST: usize = 100;
/// Objects that a gateway names at once: as many as any list may have.
const MOST_ENTITIES: usize = 200;

impl<'a, 'd> Execution<'a, 'd> {
    pub(super) async fn nodes(&mut self, args: &Args, selected: &Selected<'d>) -> Result<(), Error> {
        let mut wanted = vec![];
        for id in listed(args, "ids", MOST)? {
            let ConstValue::String(id) = id else { return Err(Error::input("ids", "is not a global id")) };
            wanted.push(self.named_view(id).map_err(|e| e.under("ids"))?);
        }
        self.objects(wanted, selected).await
    }

    /// The same by `__typename` and `id`, as the gateway of a federation names objects.
    pub(super) async fn entities(&mut self, args: &Args, selected: &Selected<'d>) -> Result<(), Error> {
        const NAME: &str = "representations";
        let mut wanted = vec![];
        for named in listed(args, NAME, MOST_ENTITIES)? {
            let member = |name: &str| match named {
                ConstValue::Object(members) => members.get(name),
                _ => None,
            };
            let (Some(ConstValue::String(kind)), Some(ConstValue::String(id))) = (member("__typename"), member("id"))
            else {
                return Err(Error::input(NAME, "needs __typename and id of each"));
            };
            // Of another's table: one bad row must not cost the others.
            let found = self.named_view(id).unwrap_or_default();
            if found.is_some_and(|(view, _)| view.name != kind) {
                return Err(Error::input(NAME, "has an id of another type than __typename says"));
            }
            wanted.push(found);
        }
        self.objects(wanted, selected).await
    }

    /// The contract as a part of a federation.
    pub(super) fn service(&mut self, selected: &Selected<'d>) -> Result<(), Error> {
        let sdl = self.subgraph.ok_or_else(|| Error::internal(&"no contract of the part"))?;
        self.writer.out.push(b'{');
        for (n, field) in self.compiler.reader.fields("_Service", &selected.sets)?.iter().enumerate() {
            // It is long, and may be asked for under many names.
            if self.writer.out.len().saturating_add(sdl.len()) > self.most_bytes {
                return Err(too_long(self.most_bytes));
            }
            self.begin(n, field.key);
            self.writer.string(if field.name == "__typename" { "_Service" } else { sdl });
        }
        self.writer.out.push(b'}');
        Ok(())
    }

    /// Writes objects in their order; `None`: of a kind that ids do not open.
    async fn objects(
        &mut self,
        named: Vec<Option<(&'static View, i64)>>,
        selected: &Selected<'d>,
    ) -> Result<(), Error> {
        let wanted: Vec<_> = named.iter().map(|named| named.map(|(view, id)| (view.name, id))).collect();
        let mut kinds: Vec<(&'static View, Vec<i64>)> = vec![];
        for (view, id) in named.into_iter().flatten() {
            match kinds.iter_mut().find(|(kind, _)| kind.name == view.name) {
                Some((_, ids)) => ids.push(id),
                None => kinds.push((view, vec![id])),
            }
        }
        let mut found = vec![];
        let mut places = HashMap::new();
        for (view, ids) in kinds {
            let one_of = self.compiler.lens.dialect.any(col("t0", "id"), &Keys::Ints(ids));
            let Some((plan, fetched)) = self.found(view, Via::Key, (one_of, MOST_ENTITIES), selected).await? else {
                continue;
            };
            for row in 0..fetched.rows.len() {
                let id = plan.cursor.last().map(|column| fetched.rows.int(row, *column)).transpose().map_err(fault)?;
                places.insert((view.name, id.flatten()), (found.len(), row));
            }
            found.push((plan, fetched));
        }
        self.writer.out.push(b'[');
        for (n, wanted) in wanted.into_iter().enumerate() {
            if n > 0 {
                self.writer.out.push(b',');
            }
            match wanted.and_then(|(kind, id)| places.get(&(kind, Some(id)))) {
                Some((at, row)) => {
                    let (plan, fetched) = &found[*at];
                    self.writer.row(plan, fetched, *row).map_err(fault)?;
                }
                None => self.null(),
            }
        }
        self.writer.out.push(b']');
        Ok(())
    }
}

/// The items of an argument.
fn listed<'v>(args: &'v Args, name: &str, most: usize) -> Result<&'v [ConstValue], Error> {
    match args.get(name) {
        Some(ConstValue::List(items)) if items.len() <= most => Ok(items),
        Some(ConstValue::List(_)) => Err(Error::input(name, format!("has more than {most} items"))),
        _ => Err(Error::internal(&"no list")),
    }
}
