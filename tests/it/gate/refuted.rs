//! What a row's own columns refute is not found by the database either, for holders of every role; and most of what the
//! database does not find is refuted, so that those who follow cost no statement each.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use entity::posting;
use fengqiao::access::{Access, Policy};
use fengqiao::graphql::asker::facts;
use fengqiao::graphql::nouns;
use fengqiao::lifecycle::{Lifecycles, load};
use fengqiao::read::predicate::{Lens, Via, Visible};
use fengqiao::read::session::{Runner, Session};
use fengqiao::read::sql::{always, col, select_where};
use sea_orm::{EntityTrait, QueryOrder};

use super::world::World;
use crate::support::backend::on_both;
use crate::support::city::PLAN;

on_both!(what_is_refuted_is_not_found);

/// Postings of a role that are tried.
const EACH: usize = 2;
/// Types of which something is told.
const TYPES: [&str; 6] = ["Hazard", "Dispute", "GridEvent", "Inspection", "SelfInspection", "KeySite"];

async fn what_is_refuted_is_not_found(world: &World) {
    let catalog = nouns::catalog().expect("the declarations fit together");
    let policy = Policy::built_in().expect("the policy is sound");
    let lifecycles = Arc::new(Lifecycles::built_in(catalog, &policy).expect("the lifecycles are sound"));
    let mut session = Session::open(&world.database.storage.read).await.expect("a connection");
    let (divisions, dialect) = (HashMap::new(), session.dialect());
    let mut of_role: BTreeMap<String, Vec<posting::Model>> = BTreeMap::new();
    let all = posting::Entity::find().order_by_asc(posting::Column::Id).all(&world.database.storage.write).await;
    for posting in all.expect("postings") {
        of_role.entry(posting.role.clone()).or_default().push(posting);
    }
    let (mut refuted, mut hidden) = (0, 0);
    for name in TYPES {
        let view = catalog.view(name).expect("a type");
        let rows = load::rows(&mut session, view.table, always(), false).await.expect("rows");
        let ids: BTreeSet<i64> = rows.iter().filter_map(|row| row["id"].as_i64()).collect();
        assert!(!ids.is_empty(), "the city has no {name}");
        for posting in of_role.values().flat_map(|postings| postings.iter().take(EACH)) {
            let Some(purpose) = policy.role(&posting.role).and_then(|role| role.purposes.first()) else { continue };
            let viewer = world.viewer(posting.id, purpose.code()).await;
            let facts = facts(&viewer);
            let access = Access::new(&policy, viewer.role(), &facts).expect("a role");
            let (now_ms, today) = (PLAN.as_of_ms, "2026-04-01");
            let (lifecycles, divisions) = (&lifecycles, &divisions);
            let lens = Lens { access, catalog, lifecycles, dialect, now_ms, today, divisions };
            let found: BTreeSet<i64> = match lens.visible(view, "t0", Via::List) {
                Visible::All => ids.clone(),
                Visible::Nothing => BTreeSet::new(),
                Visible::Where(rule) => {
                    let mut select = select_where(view.table, rule);
                    select.expr(col("t0", "id"));
                    let found = session.rows(dialect.render(&select)).await.expect("an answer");
                    (0..found.len()).filter_map(|row| found.int(row, 0).expect("a key")).collect()
                }
            };
            for row in &rows {
                let id = row["id"].as_i64().expect("a key");
                let refutes = lens.refutes(view, row);
                assert!(
                    !(refutes && found.contains(&id)),
                    "{name} {id} is withheld from {} {}",
                    posting.role,
                    posting.id
                );
                refuted += usize::from(refutes);
            }
            hidden += ids.len() - found.len();
        }
    }
    assert!(hidden > 10_000, "{hidden} rows are hidden from somebody");
    assert!(refuted * 10 > hidden * 7, "{refuted} of {hidden} hidden rows are refuted");
}
