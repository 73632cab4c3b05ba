//! 自查 `self_inspection`.

use sea_orm::entity::prelude::*;

/// One self-inspection by the site's own staff.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "self_inspection")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Site.
    pub site_id: i64,
    /// Regulator department.
    pub regulator_department: String,
    /// Unit.
    pub unit_id: Option<i64>,
    /// By account.
    pub by_account_id: Option<i64>,
    /// 开始时间. When begun.
    pub started_at: i64,
    /// 提交时间. When submitted. Null: not submitted.
    pub submitted_at: Option<i64>,
    /// 途径. Scan, app or web.
    pub via: String,
    /// 位置相符. Whether the phone was within 200 m of the site.
    pub geo_match: bool,
    /// 完整. Whether every mandatory item was answered.
    pub complete: bool,
    /// 检查结果. Answers by item.
    pub answers: String,
    /// 流程版本. Version of the lifecycle it began with.
    pub flow_version: i64,
    /// 状态. State of its lifecycle.
    pub status: String,
    /// 版本. Version for expectedVersion.
    pub version: i64,
    /// Checklist, in the version that was answered.
    pub checklist_id: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
