//! 受检场所 `inspection_site`.

use sea_orm::entity::prelude::*;

/// A site visited by an inspection.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "inspection_site")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Inspection.
    pub inspection_id: i64,
    /// Site.
    pub site_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
