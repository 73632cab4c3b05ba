//! 警格 `police_beat`.

use sea_orm::entity::prelude::*;

/// A police beat: grids, officers and auxiliaries.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "police_beat")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编号. Our own key.
    pub code: String,
    /// 名称. Name of the beat.
    pub name: String,
    /// Station.
    pub station_id: i64,
    /// 民警数. Number of officers (standard: one or more a community).
    pub officers: i64,
    /// 辅警数. Number of auxiliaries (standard: two or more a community).
    pub auxiliaries: i64,
    /// 月驻村天数. Days present a month.
    pub days_present: i64,
}

impl ActiveModelBehavior for ActiveModel {}
