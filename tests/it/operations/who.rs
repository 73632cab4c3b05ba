//! Who asks: a holder of a role in a division, at an organisation, or of one posting.

use entity::{organisation, posting};
use fengqiao::identity::posting_by_role;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::support::app::{Actor, TestApp};
use crate::support::city::PLAN;

/// Somebody of the demo city.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    /// The first holder of a role in a division.
    Role(&'static str, &'static str),
    /// The first holder of a role at the organisation with this code.
    Office(&'static str, &'static str),
    /// The holder of a posting.
    Posting(i64),
}

impl Who {
    /// The posting's key; the same in every copy of the city.
    pub(super) async fn posting(self, app: &TestApp) -> i64 {
        let database = &app.database.storage.write;
        match self {
            Self::Role(role, division) => {
                let found = posting_by_role(database, role, Some(division), PLAN.as_of_ms).await.unwrap();
                found.unwrap_or_else(|| panic!("the city has no {self:?}")).posting_id
            }
            Self::Office(role, code) => {
                let office = organisation::Entity::find().filter(organisation::Column::Code.eq(code));
                let office = office.one(database).await.unwrap().unwrap_or_else(|| panic!("no organisation {code}"));
                let holders = posting::Entity::find()
                    .filter(posting::Column::OrganisationId.eq(office.id))
                    .filter(posting::Column::Role.eq(role));
                let first = holders.order_by_asc(posting::Column::Id).one(database).await.unwrap();
                first.unwrap_or_else(|| panic!("the city has no {self:?}")).id
            }
            Self::Posting(id) => id,
        }
    }

    /// The same with a token.
    pub(super) async fn actor(self, app: &TestApp) -> Actor {
        app.as_posting(self.posting(app).await, None).await
    }
}
