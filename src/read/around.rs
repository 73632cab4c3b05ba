//! What lies around a key site, as far as where it lies may be known.

use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};

use super::declare::View;
use super::filter::in_circle;
use super::predicate::{Lens, Via, Visible};
use super::session::{ReadError, Runner, Session};
use super::sql::{all, col, fixed, ids_where, never};
use crate::kernel::coordinates::Point;

impl Lens<'_> {
    /// A row lies around a point, as far as where it lies may be known: dwellings are left out, disputes count by their site.
    pub fn around(&self, view: &View, centre: Point, radius: f64) -> Expr {
        let at_site =
            |alias: &str| in_circle(alias, centre, radius).and(col(alias, "private_dwelling").eq(fixed(false)));
        match view.table {
            "key_site" => at_site("t0"),
            "hazard" => match self.is_dwelling(view, "t0") {
                Some(dwelling) => in_circle("t0", centre, radius).and(dwelling.not()),
                None => never(),
            },
            "dispute" => col("t0", "site_id").in_subquery(ids_where("key_site", "id", at_site("key_site"))),
            _ => never(),
        }
    }

    /// Where a key site lies; `None`: unknown, not shown to this viewer, or a private dwelling.
    pub async fn place(&self, session: &mut Session, site: &View, code: &str) -> Result<Option<Point>, ReadError> {
        let shown = match self.visible(site, "t0", Via::Key) {
            Visible::All => super::sql::always(),
            Visible::Where(condition) => condition,
            Visible::Nothing => return Ok(None),
        };
        let mut select = SelectStatement::new();
        select.exprs([col("t0", "lon"), col("t0", "lat")]).from_as(site.table, "t0").and_where(all([
            col("t0", "code").eq(code),
            col("t0", "private_dwelling").eq(fixed(false)),
            shown,
        ]));
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
