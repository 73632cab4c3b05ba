//! 联动机制 `joint_mechanism`.

use sea_orm::entity::prelude::*;

/// A standing mechanism between two divisions, often of two provinces.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "joint_mechanism")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 编号. Our own key.
    pub code: String,
    /// 名称. Name.
    pub name: String,
    /// Side a code.
    pub side_a_code: String,
    /// Side b code.
    pub side_b_code: String,
    /// 建立日期. Since when.
    pub since: String,
    /// 联动方式. Kinds of joint work, a JSON list. Null: not recorded.
    pub kinds: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
