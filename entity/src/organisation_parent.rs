//! 单位隶属 `organisation_parent`.

use sea_orm::entity::prelude::*;

/// Which organisations an organisation answers to (双线管理).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_parent")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Organisation.
    pub organisation_id: i64,
    /// Parent.
    pub parent_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
