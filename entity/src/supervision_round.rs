//! 督导轮次 `supervision_round`.

use sea_orm::entity::prelude::*;

/// A round of supervision by city teams.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision_round")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 年份. Year.
    pub year: i64,
    /// 轮次. Number of the round in the year.
    pub round_no: i64,
    /// 开始. First moment.
    pub period_from: i64,
    /// 结束. First moment after the end.
    pub period_to: i64,
    /// 交办问题数. Problems assigned.
    pub problems_assigned: i64,
    /// 督导组数. Number of teams.
    pub teams: i64,
}

impl ActiveModelBehavior for ActiveModel {}
