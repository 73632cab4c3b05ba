//! `nodes(ids)`: many objects of any kinds, a statement a kind and level, whatever their number.

use std::collections::HashMap;

use async_graphql_value::ConstValue;

use super::coerce::Args;
use super::error::Error;
use super::execute::{Execution, fault};
use super::select::Selected;
use crate::read::declare::View;
use crate::read::predicate::Via;
use crate::read::sql::{Keys, col};

const MOST: usize = 100;

impl<'a, 'd> Execution<'a, 'd> {
    pub(super) async fn nodes(&mut self, args: &Args, selected: &Selected<'d>) -> Result<(), Error> {
        let Some(ConstValue::List(ids)) = args.get("ids") else { return Err(Error::internal(&"no ids")) };
        if ids.len() > MOST {
            return Err(Error::input("ids", "has more than 100 items"));
        }
        let mut wanted = vec![];
        let mut kinds: Vec<(&'a View, Vec<i64>)> = vec![];
        for id in ids {
            let ConstValue::String(id) = id else { return Err(Error::input("ids", "is not a global id")) };
            let named = self.named_view(id).map_err(|e| e.under("ids"))?;
            wanted.push(named.map(|(view, id)| (view.name, id)));
            let Some((view, id)) = named else { continue };
            match kinds.iter_mut().find(|(kind, _)| kind.name == view.name) {
                Some((_, ids)) => ids.push(id),
                None => kinds.push((view, vec![id])),
            }
        }
        let mut found = vec![];
        let mut places = HashMap::new();
        for (view, ids) in kinds {
            let one_of = self.compiler.lens.dialect.any(col("t0", "id"), &Keys::Ints(ids));
            let Some((plan, fetched)) = self.found(view, Via::Key, (one_of, MOST), selected).await? else { continue };
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
