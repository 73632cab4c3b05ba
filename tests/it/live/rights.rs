//! Rights that change while somebody listens.

use std::time::Duration;

use entity::posting;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::stories::story::{Person, Story};

/// A little longer than a posting is kept.
const KEPT: Duration = Duration::from_millis(1_200);

impl Story<'_> {
    /// Revokes a posting as of now.
    pub(crate) async fn revoke(&self, who: Person) {
        let update = posting::Entity::update_many()
            .col_expr(posting::Column::RevokedAt, self.now().into())
            .filter(posting::Column::Id.eq(who.posting));
        let done = update.exec(&self.app.database.storage.write).await.expect("the database answers");
        assert_eq!(done.rows_affected, 1);
    }

    /// Gives somebody the grids, the division and the organisation of another one, and waits until that is known.
    pub(crate) async fn move_to_grids_of(&self, who: Person, other: Person) {
        let database = &self.app.database.storage.write;
        let there = posting::Entity::find_by_id(other.posting).one(database).await.expect("the database answers");
        let there = there.expect("a posting");
        let update = posting::Entity::update_many()
            .col_expr(posting::Column::GridCodes, there.grid_codes.into())
            .col_expr(posting::Column::DivisionCode, there.division_code.into())
            .col_expr(posting::Column::OrganisationId, there.organisation_id.into())
            .filter(posting::Column::Id.eq(who.posting));
        let done = update.exec(database).await.expect("the database answers");
        assert_eq!(done.rows_affected, 1);
        tokio::time::sleep(KEPT).await;
    }
}
