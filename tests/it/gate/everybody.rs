//! Holders of every role, and what the gate is for each of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use entity::posting;
use fengqiao::access::{Access, Facts, Policy};
use fengqiao::graphql::asker::facts;
use fengqiao::graphql::nouns;
use fengqiao::lifecycle::Lifecycles;
use fengqiao::read::catalog::Catalog;
use fengqiao::read::declare::View;
use fengqiao::read::predicate::{Lens, Via, Visible};
use fengqiao::read::session::{Runner, Session};
use fengqiao::read::sql::{Dialect, col, select_where};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, QueryOrder};

use super::world::World;
use crate::support::city::PLAN;

/// Some holders of every role, each for the first of the role's purposes.
pub(super) struct Everybody {
    pub(super) catalog: &'static Catalog,
    policy: Policy,
    lifecycles: Arc<Lifecycles>,
    divisions: HashMap<String, String>,
    pub(super) all: Vec<Somebody>,
}

/// Somebody who asks.
pub(super) struct Somebody {
    pub(super) posting: i64,
    pub(super) role: String,
    facts: Facts,
}

impl Everybody {
    /// So many of each role.
    pub(super) async fn of(world: &World, each: usize) -> Self {
        let catalog = nouns::catalog().expect("the declarations fit together");
        let policy = Policy::built_in().expect("the policy is sound");
        let lifecycles = Arc::new(Lifecycles::built_in(catalog, &policy).expect("the lifecycles are sound"));
        let mut of_role: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        let postings = posting::Entity::find().order_by_asc(posting::Column::Id);
        for posting in postings.all(&world.database.storage.write).await.expect("postings") {
            of_role.entry(posting.role).or_default().push(posting.id);
        }
        let mut all = vec![];
        for (role, postings) in of_role {
            let Some(purpose) = policy.role(&role).and_then(|role| role.purposes.first()) else { continue };
            for posting in postings.into_iter().take(each) {
                let viewer = world.viewer(posting, purpose.code()).await;
                all.push(Somebody { posting, role: viewer.role().to_owned(), facts: facts(&viewer) });
            }
        }
        Self { catalog, policy, lifecycles, divisions: HashMap::new(), all }
    }

    /// The gate for one of them.
    pub(super) fn lens<'e>(&'e self, somebody: &'e Somebody, dialect: Dialect) -> Lens<'e> {
        Lens {
            access: Access::new(&self.policy, &somebody.role, &somebody.facts).expect("a role"),
            catalog: self.catalog,
            lifecycles: &self.lifecycles,
            dialect,
            now_ms: PLAN.as_of_ms,
            today: "2026-04-01",
            divisions: &self.divisions,
        }
    }
}

/// Ids of the rows of a view that may be listed; `None`: all of them.
pub(super) async fn listed(session: &mut Session, lens: &Lens<'_>, view: &View) -> Option<BTreeSet<i64>> {
    match lens.visible(view, "t0", Via::List) {
        Visible::All => None,
        Visible::Nothing => Some(BTreeSet::new()),
        Visible::Where(rule) => Some(ids(session, view, rule).await.into_iter().collect()),
    }
}

/// Ids of the rows of a view that fulfil a condition.
pub(super) async fn ids(session: &mut Session, view: &View, condition: Expr) -> Vec<i64> {
    let mut select = select_where(view.table, condition);
    select.expr(col("t0", "id"));
    let dialect = session.dialect();
    let found = session.rows(dialect.render(&select)).await.expect("an answer");
    (0..found.len()).filter_map(|row| found.int(row, 0).expect("a key")).collect()
}
