//! 纠纷类型 `dispute_type`.

use sea_orm::entity::prelude::*;

/// One type of a dispute.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "dispute_type")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Dispute.
    pub dispute_id: i64,
    /// 次序. 1 is the main type.
    pub rank: i64,
    /// 类型. Type of dispute (15 kinds of justice statistics).
    pub type_code: String,
}

impl ActiveModelBehavior for ActiveModel {}
