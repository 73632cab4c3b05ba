//! 调解记录调解员 `session_mediator`.

use sea_orm::entity::prelude::*;

/// Who mediated in a session.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "session_mediator")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Session.
    pub session_id: i64,
    /// Mediator.
    pub mediator_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
