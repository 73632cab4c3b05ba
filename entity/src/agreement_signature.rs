//! 协议签字 `agreement_signature`.

use sea_orm::entity::prelude::*;

/// The signature of one party under a mediation agreement.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement_signature")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Dispute.
    pub dispute_id: i64,
    /// Agreement.
    pub agreement_id: i64,
    /// Party.
    pub party_id: i64,
    /// 签字时间. When the party signed.
    pub signed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
