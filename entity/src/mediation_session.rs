//! 调解记录 `mediation_session`.

use sea_orm::entity::prelude::*;

/// One session of mediation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mediation_session")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Dispute.
    pub dispute_id: i64,
    /// 次序. Number of the session, from 1.
    pub session_no: i64,
    /// 时间. When.
    pub at: i64,
    /// 地点. Where.
    pub place: String,
    /// 形式. Face to face, online or visit.
    pub form: String,
    /// Mediator.
    pub mediator_id: Option<i64>,
    /// 到场人数. Parties present.
    pub parties_present: i64,
    /// 进展. What was said.
    pub progress: String,
    /// 结果. Result of the session.
    pub result: String,
}

impl ActiveModelBehavior for ActiveModel {}
