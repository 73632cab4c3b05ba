//! 功能区覆盖 `zone_division`.

use sea_orm::entity::prelude::*;

/// Which divisions a zone covers.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "zone_division")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Zone.
    pub zone_id: i64,
    /// Division code.
    pub division_code: String,
}

impl ActiveModelBehavior for ActiveModel {}
