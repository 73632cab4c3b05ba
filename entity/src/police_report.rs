//! 公安上报 `police_report`.

use sea_orm::entity::prelude::*;

/// A report to the police that a dispute may turn violent.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "police_report")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Dispute.
    pub dispute_id: i64,
    /// 上报时间. When.
    pub reported_at: i64,
    /// Posting that reported.
    pub reported_by_id: i64,
    /// 理由. What points to violence.
    pub reason: String,
    /// 签收时间. When the police took it over. Null: not yet.
    pub acknowledged_at: Option<i64>,
    /// Posting that took it over.
    pub acknowledged_by_id: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
