//! 证据 `evidence`.

use sea_orm::entity::prelude::*;

/// A photo or document, stored by its hash.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Hazard.
    pub hazard_id: Option<i64>,
    /// Dispute.
    pub dispute_id: Option<i64>,
    /// Status event.
    pub status_event_id: Option<i64>,
    /// 阶段. Before, after or document.
    pub phase: String,
    /// 摘要. SM3 of the content, 64 hexadecimal digits.
    pub hash: String,
    /// 类型. Media type.
    pub mime: String,
    /// 大小. Bytes.
    pub size: i64,
    /// 拍摄时间. When taken.
    pub taken_at: i64,
    /// Posting that took it.
    pub taken_by_id: Option<i64>,
    /// Lon.
    pub lon: Option<f64>,
    /// Lat.
    pub lat: Option<f64>,
    /// 水印. Whether time and place are written into the picture. Null: not recorded.
    pub watermark: Option<bool>,
    /// 数据分级. Class of what it shows. Null: not classified.
    pub class: Option<String>,
    /// Grid event.
    pub grid_event_id: Option<i64>,
    /// Inspection.
    pub inspection_id: Option<i64>,
    /// Self-inspection.
    pub self_inspection_id: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
