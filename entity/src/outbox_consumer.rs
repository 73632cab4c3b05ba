//! 事件消费者 `outbox_consumer`.

use sea_orm::entity::prelude::*;

/// How far somebody who follows the outbox has come.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox_consumer")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Name.
    pub name: String,
    /// Position of the last event that was dealt with.
    pub position: i64,
    /// When.
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
