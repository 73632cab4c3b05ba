//! What a row's own columns refute is not found by the database either, for holders of every role; and most of what the
//! database does not find is refuted, so that those who follow cost no statement each.

use std::collections::BTreeSet;

use fengqiao::lifecycle::load;
use fengqiao::read::session::{Runner, Session};
use fengqiao::read::sql::always;

use super::everybody::{Everybody, listed};
use super::world::World;
use crate::support::backend::on_both;

on_both!(what_is_refuted_is_not_found);

/// Postings of a role that are tried.
const EACH: usize = 2;
/// Types of which something is told.
const TYPES: [&str; 6] = ["Hazard", "Dispute", "GridEvent", "Inspection", "SelfInspection", "KeySite"];

/// Roles whose rules name grids, of whom there are most, and types whose rows say themselves in which grid they are.
const GRIDS: [&str; 3] = ["GRID_MEMBER", "GRID_LEADER", "BEAT_OFFICER"];
const IN_GRIDS: [&str; 2] = ["Hazard", "GridEvent"];

async fn what_is_refuted_is_not_found(world: &World) {
    let everybody = Everybody::of(world, EACH).await;
    let mut session = Session::open(&world.database.storage.read).await.expect("a connection");
    let dialect = session.dialect();
    let (mut refuted, mut hidden, mut of_grids) = (0, 0, [0, 0]);
    for name in TYPES {
        let view = everybody.catalog.view(name).expect("a type");
        let rows = load::rows(&mut session, view.table, always(), false).await.expect("rows");
        let ids: BTreeSet<i64> = rows.iter().filter_map(|row| row["id"].as_i64()).collect();
        assert!(!ids.is_empty(), "the city has no {name}");
        for somebody in &everybody.all {
            let in_grids = GRIDS.contains(&somebody.role.as_str()) && IN_GRIDS.contains(&name);
            let lens = everybody.lens(somebody, dialect);
            let found = listed(&mut session, &lens, view).await.unwrap_or_else(|| ids.clone());
            for row in &rows {
                let id = row["id"].as_i64().expect("a key");
                let refutes = lens.refutes(view, row);
                assert!(
                    !(refutes && found.contains(&id)),
                    "{name} {id} is withheld from {} {}",
                    somebody.role,
                    somebody.posting
                );
                refuted += usize::from(refutes);
                of_grids[0] += usize::from(refutes && in_grids);
            }
            hidden += ids.len() - found.len();
            of_grids[1] += if in_grids { ids.len() - found.len() } else { 0 };
        }
    }
    assert!(hidden > 10_000, "{hidden} rows are hidden from somebody");
    assert!(refuted * 10 > hidden * 7, "{refuted} of {hidden} hidden rows are refuted");
    let [refuted, hidden] = of_grids;
    assert!(refuted * 10 > hidden * 7, "{refuted} of {hidden} rows hidden from those of grids are refuted");
}
