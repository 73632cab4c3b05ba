//! 微网格 `micro_grid`.

use sea_orm::entity::prelude::*;

/// A part of a grid: 17 digits.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "micro_grid")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Grid.
    pub grid_id: i64,
    /// 编码. 17 digits: grid code and two more.
    pub code: String,
    /// 名称. Name.
    pub name: String,
    /// 户数. Households.
    pub households: i64,
}

impl ActiveModelBehavior for ActiveModel {}
