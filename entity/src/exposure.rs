//! 曝光 `exposure`.

use sea_orm::entity::prelude::*;

/// An exposure of problems in the media.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "exposure")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Round.
    pub round_id: i64,
    /// 媒体. Medium.
    pub media: String,
    /// 发布时间. When published.
    pub published_at: i64,
    /// 网址. Address. Null: not on line.
    pub url: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
