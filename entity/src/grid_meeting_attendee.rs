//! 例会参会单位 `grid_meeting_attendee`.

use sea_orm::entity::prelude::*;

/// Which organisations attended a meeting of a grid.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grid_meeting_attendee")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Meeting.
    pub meeting_id: i64,
    /// Organisation.
    pub organisation_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
