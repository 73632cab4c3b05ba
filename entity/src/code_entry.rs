//! 代码 `code_entry`.

use sea_orm::entity::prelude::*;

/// One entry of a code table.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "code_entry")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 代码表. Name of the table.
    pub code_table: String,
    /// 代码. Code.
    pub code: String,
    /// 中文名. Chinese label.
    pub label_zh: String,
    /// 英文名. English label.
    pub label_en: String,
    /// 次序. Order within the table.
    pub entry_order: i64,
    /// 生效日期. First day.
    pub valid_from: String,
    /// 失效日期. Last day. Null: in force.
    pub valid_to: Option<String>,
    /// 来源. Where the code comes from.
    pub source: String,
    /// 主管部门. Department that regulates the kind of site or category of hazard. Null: no such kind or category.
    pub department: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
