//! 调解员 `mediator`.

use sea_orm::entity::prelude::*;

/// A people's mediator (names on the notice board are public).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mediator")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Mediation organisation.
    pub mediation_organisation_id: i64,
    /// Account.
    pub account_id: Option<i64>,
    /// 姓名. Name on the notice board.
    pub name: String,
    /// 专长. Skills: LANGUAGE_xx, LAW, PSYCHOLOGY, MARKET.
    pub skills: String,
}

impl ActiveModelBehavior for ActiveModel {}
