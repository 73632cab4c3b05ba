//! What the ways to a list's rows find is what the viewer's rule finds, for holders of every role; apart, each row once.

use std::collections::BTreeSet;

use fengqiao::read::session::{Runner, Session};

use super::everybody::{Everybody, ids, listed};
use super::world::World;
use crate::support::backend::on_both;

on_both!(ways_find_what_the_rule_finds);

/// Postings of a role that are tried.
const EACH: usize = 2;

async fn ways_find_what_the_rule_finds(world: &World) {
    let everybody = Everybody::of(world, EACH).await;
    let mut session = Session::open(&world.database.storage.read).await.expect("a connection");
    let dialect = session.dialect();
    let (mut several, mut twice) = (BTreeSet::new(), 0);
    for view in everybody.catalog.views() {
        for somebody in &everybody.all {
            let lens = everybody.lens(somebody, dialect);
            let Some(by_rule) = listed(&mut session, &lens, view).await else { continue };
            let who = format!("{} for {} {}", view.name, somebody.role, somebody.posting);
            for apart in [false, true] {
                let ways = lens.ways(view, "t0", apart, &[]);
                assert_eq!(ways.is_empty(), lens.rule(view, "t0").is_none(), "{who}: no way and a rule");
                if ways.len() > 1 {
                    several.insert(view.name);
                }
                let mut found = vec![];
                for way in ways {
                    found.extend(ids(&mut session, view, way).await);
                }
                let once: BTreeSet<i64> = found.iter().copied().collect();
                assert_eq!(once, by_rule, "{who}, apart: {apart}");
                if apart {
                    assert_eq!(once.len(), found.len(), "{who}: found twice");
                } else {
                    twice += found.len() - once.len();
                }
            }
        }
    }
    assert!(several.contains("Dispute") && several.contains("MediationAgreement"), "{several:?}");
    assert!(twice > 100, "{twice} rows are found by two ways");
}
