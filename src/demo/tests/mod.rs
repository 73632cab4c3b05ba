//! Tests of the generator and of the loader.

mod figures;
mod loading;
mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use sm3::{Digest, Sm3};

use super::out::Out;
use super::reference::Reference;
use super::world::{self, Builder, World};
use super::{Plan, Scale, city};

/// Everything a plan generates: rows by table and a digest of all values in order.
fn generate(plan: &Plan) -> (BTreeMap<&'static str, usize>, String) {
    let (mut rows, mut digest) = (BTreeMap::new(), Sm3::new());
    city::generate(plan, &mut |chunk| {
        *rows.entry(chunk.table).or_insert(0) += chunk.rows();
        digest.update(format!("{}{:?}{:?}", chunk.table, chunk.columns, chunk.values));
        Ok(())
    })
    .unwrap();
    (rows, format!("{:?}", digest.finalize()))
}

/// The places of a scale, with the rows they made by table.
fn places(scale: Scale) -> (World, BTreeMap<&'static str, usize>) {
    let reference = Reference::read().unwrap();
    let mut rows = BTreeMap::new();
    let mut sink = |chunk: super::out::Chunk| {
        *rows.entry(chunk.table).or_insert(0) += chunk.rows();
        Ok(())
    };
    let mut out = Out::new(Arc::new(super::city::lifecycles().unwrap()), &mut sink);
    let world = world::build(&mut Builder::new(Plan::of(scale), &reference, &mut out)).unwrap();
    out.flush().unwrap();

    (world, rows)
}
