//! 检查 `inspection`.

use sea_orm::entity::prelude::*;

/// An inspection of one or several sites.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "inspection")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编号. Human number.
    pub no: String,
    /// 种类. Kind of inspection.
    pub kind: String,
    /// 方式. Open, covert or unannounced. Covert and unannounced ones are invisible to the inspected side until they start.
    pub mode: String,
    /// Round.
    pub round_id: Option<i64>,
    /// Team.
    pub team_id: i64,
    /// Department.
    pub department: String,
    /// 计划时间. When planned.
    pub planned_at: i64,
    /// 开始时间. When it started. Null: not yet.
    pub started_at: Option<i64>,
    /// Checklist.
    pub checklist_id: Option<i64>,
    /// 检查记录. Record. Null: not written yet.
    pub record: Option<String>,
    /// 单位签字. Signed or refused. Null: not yet asked.
    pub unit_signature: Option<String>,
    /// 流程版本. Version of the lifecycle it began with.
    pub flow_version: i64,
    /// 状态. State of its lifecycle.
    pub status: String,
    /// 版本. Version for expectedVersion.
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
