//! 入驻单位 `stationed_unit`.

use sea_orm::entity::prelude::*;

/// A unit stationed in a governance centre.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stationed_unit")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Centre.
    pub centre_id: i64,
    /// Organisation.
    pub organisation_id: i64,
    /// 入驻方式. Resident, rotating or on call.
    pub presence: String,
    /// 窗口. Window number.
    pub window_no: String,
    /// 值班安排. Days of the week, 1 is Monday.
    pub schedule: String,
}

impl ActiveModelBehavior for ActiveModel {}
