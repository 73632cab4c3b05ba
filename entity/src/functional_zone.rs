//! 功能区 `functional_zone`.

use sea_orm::entity::prelude::*;

/// A place that matters to governance and has no statistical code: a new area, a university park, a trade park.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "functional_zone")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编号. Our own key of the zone (never a statistical code).
    pub code: String,
    /// 名称. Name of the zone.
    pub name: String,
    /// 类型. Kind of zone.
    pub kind: String,
}

impl ActiveModelBehavior for ActiveModel {}
