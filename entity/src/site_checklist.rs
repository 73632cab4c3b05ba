//! 一单 `site_checklist`.

use sea_orm::entity::prelude::*;

/// The checklist of a kind of site, versioned.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "site_checklist")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 场所类型. Kind of site it serves.
    pub site_kind: String,
    /// 版本. Version, from 1.
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
