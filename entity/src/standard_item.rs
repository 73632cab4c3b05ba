//! 规范化项目 `standard_item`.

use sea_orm::entity::prelude::*;

/// An item of a standardisation programme, namespaced.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "standard_item")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 命名空间. Programme the item belongs to.
    pub namespace: String,
    /// 版本. Edition of the programme.
    pub version: String,
    /// 序号. Order within the programme.
    pub item_order: i64,
    /// 内容. Text of the item.
    pub text: String,
}

impl ActiveModelBehavior for ActiveModel {}
