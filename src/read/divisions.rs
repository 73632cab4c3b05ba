//! The codes and names of all divisions, for checking scopes and labelling groups.

use std::collections::HashMap;

use sea_orm::sea_query::{Alias, ExprTrait, SelectStatement};

use super::declare::View;
use super::predicate::{Lens, Via, Visible};
use super::session::{ReadError, Session};
use super::sql::{all, col};
use crate::kernel::coordinates::Point;
use crate::storage::ReadPool;

/// Names of all divisions by code. Public facts: no viewer is asked for.
pub async fn names(pool: &ReadPool) -> Result<HashMap<String, String>, ReadError> {
    let mut session = Session::open(pool).await?;
    let mut select = SelectStatement::new();
    select.columns([Alias::new("code"), Alias::new("name")]).from(Alias::new("division"));
    let rows = session.rows(session.dialect().render(&select)).await?;
    let mut names = HashMap::with_capacity(rows.len());
    for row in 0..rows.len() {
        if let (Some(code), Some(name)) = (rows.text(row, 0)?, rows.text(row, 1)?) {
            names.insert(code.to_owned(), name.to_owned());
        }
    }
    Ok(names)
}

impl Lens<'_> {
    /// Where a key site lies; `None`: unknown, not shown to this viewer, or a private dwelling.
    pub async fn place(&self, session: &mut Session, site: &View, code: &str) -> Result<Option<Point>, ReadError> {
        let shown = match self.visible(site, "t0", Via::Key) {
            Visible::All => super::sql::always(),
            Visible::Where(condition) => condition,
            Visible::Nothing => return Ok(None),
        };
        let mut select = SelectStatement::new();
        select
            .exprs([col("t0", "lon"), col("t0", "lat")])
            .from_as(Alias::new(site.table), Alias::new("t0"))
            .and_where(all([col("t0", "code").eq(code), col("t0", "private_dwelling").eq(false), shown]));
        let rows = session.rows(self.dialect.render(&select)).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        Ok(match (rows.real(0, 0)?, rows.real(0, 1)?) {
            (Some(lon), Some(lat)) => Some(Point { lon, lat }),
            _ => None,
        })
    }
}
