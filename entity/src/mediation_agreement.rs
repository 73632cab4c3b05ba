//! 调解协议 `mediation_agreement`.

use sea_orm::entity::prelude::*;

/// A mediation agreement.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mediation_agreement")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Dispute.
    pub dispute_id: i64,
    /// 形式. Written or oral.
    pub form: String,
    /// 达成时间. When reached.
    pub reached_at: i64,
    /// 生效时间. When it took effect (人民调解法 art. 29-30). Null: signatures or seal missing.
    pub effective_at: Option<i64>,
    /// 确认期限. Last moment for judicial confirmation: 30 days from effect (art. 33). Null: not effective.
    pub window_ends_at: Option<i64>,
    /// 当事人签字. When the last party signed. Null: not yet, or an oral agreement.
    pub parties_signed_at: Option<i64>,
    /// 调解员签字. When the mediator signed. Null: not yet, or an oral agreement.
    pub mediator_signed_at: Option<i64>,
    /// 调委会盖章. When the committee set its seal. Null: not yet, or an oral agreement.
    pub committee_sealed_at: Option<i64>,
    /// 协议内容. Terms.
    pub terms: String,
    /// 金额. CNY. Null: no money.
    pub amount: Option<i64>,
    /// 履行情况. State of performance.
    pub performance: String,
    /// 履行期限. When due. Null: at once.
    pub performance_due_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
