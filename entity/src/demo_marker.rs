//! 演示数据 `demo_marker`.

use sea_orm::entity::prelude::*;

/// What was loaded, so that loading twice changes nothing.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "demo_marker")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Scale.
    pub scale: String,
    /// Seed.
    pub seed: i64,
    /// As of.
    pub as_of: i64,
}

impl ActiveModelBehavior for ActiveModel {}
