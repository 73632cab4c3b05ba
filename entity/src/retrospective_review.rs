//! 事后倒查 `retrospective_review`.

use sea_orm::entity::prelude::*;

/// A review of what went wrong in a closed matter.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "retrospective_review")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Hazard.
    pub hazard_id: Option<i64>,
    /// Dispute.
    pub dispute_id: Option<i64>,
    /// 缺失环节. Step that was missed.
    pub missed_step: String,
    /// Responsible.
    pub responsible_id: i64,
    /// 认定. Finding.
    pub finding: String,
    /// 措施. Measure.
    pub measure: String,
    /// 时间. When.
    pub at: i64,
    /// Grid event.
    pub grid_event_id: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
