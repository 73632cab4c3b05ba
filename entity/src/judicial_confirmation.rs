//! 司法确认 `judicial_confirmation`.

use sea_orm::entity::prelude::*;

/// Judicial confirmation of an agreement.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "judicial_confirmation")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Dispute.
    pub dispute_id: i64,
    /// Court.
    pub court_id: i64,
    /// 申请时间. When requested.
    pub requested_at: i64,
    /// 受理时间. When the court accepted. Null: not yet.
    pub accepted_at: Option<i64>,
    /// 裁定. Decision. Null: pending.
    pub decision: Option<String>,
    /// 裁定时间. When decided. Null: pending.
    pub decided_at: Option<i64>,
    /// 案号. Court's case number. Null: none yet.
    pub case_no: Option<String>,
    /// 撤回时间. When the request was taken back. Null: it was not.
    pub withdrawn_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
