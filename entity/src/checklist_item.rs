//! 检查项 `checklist_item`.

use sea_orm::entity::prelude::*;

/// One item of a checklist.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "checklist_item")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Checklist.
    pub checklist_id: i64,
    /// 序号. Order.
    pub item_order: i64,
    /// 编号. Code of the item.
    pub code: String,
    /// 内容. What to check.
    pub text: String,
    /// 隐患类别. Category of the hazard when it fails.
    pub category: String,
    /// 依据. Legal basis. Null: none recorded.
    pub legal_basis: Option<String>,
    /// 不合格即重大. Whether failure makes a major hazard.
    pub major_if_failed: bool,
    /// 需拍照. Whether a photo is required.
    pub photo_required: bool,
}

impl ActiveModelBehavior for ActiveModel {}
