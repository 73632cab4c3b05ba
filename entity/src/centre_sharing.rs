//! 中心共用 `centre_sharing`.

use sea_orm::entity::prelude::*;

/// Organisations that share a centre (区建，市区共用).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "centre_sharing")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Centre.
    pub centre_id: i64,
    /// Organisation.
    pub organisation_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
