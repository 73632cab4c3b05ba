//! 整改方案 `rectification_plan`.

use sea_orm::entity::prelude::*;

/// The plan of a unit for one round of rectification.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rectification_plan")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Hazard.
    pub hazard_id: i64,
    /// 轮次. Round of rectification.
    pub round_no: i64,
    /// 时间. When submitted.
    pub at: i64,
    /// 措施. What is done.
    pub measure: String,
    /// 资金. Money set aside. Null: not said.
    pub money: Option<String>,
    /// 责任人. Who answers for it. Null: not said.
    pub person: Option<String>,
    /// 时限. By when. Null: not said.
    pub time_limit: Option<String>,
    /// 预案. What is done in an emergency. Null: not said.
    pub emergency_plan: Option<String>,
    /// 停业. Whether work is suspended.
    pub suspended: bool,
}

impl ActiveModelBehavior for ActiveModel {}
