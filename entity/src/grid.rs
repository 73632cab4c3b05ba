//! 网格 `grid`.

use sea_orm::entity::prelude::*;

/// A grid of a village: 15 digits, 001-899 basic, 900-999 special. No conformity to GB/T 34300 is claimed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grid")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编码. 15 digits: village code and three more.
    pub code: String,
    /// 名称. Name of the grid.
    pub name: String,
    /// 类型. Basic or special.
    pub kind: String,
    /// Zone.
    pub zone_id: Option<i64>,
    /// Beat.
    pub beat_id: Option<i64>,
    /// Leader.
    pub leader_id: Option<i64>,
    /// Lon.
    pub lon: f64,
    /// Lat.
    pub lat: f64,
    /// 网格边界. Outline as a GeoJSON polygon in CGCS2000. Null: not drawn.
    pub polygon: Option<String>,
    /// 户数. Households.
    pub households: i64,
    /// 人口数. Residents.
    pub residents: i64,
    /// 设立日期. First day.
    pub founded_at: String,
    /// 撤销日期. Last day. Null: in force.
    pub abolished_at: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
