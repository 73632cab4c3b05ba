//! 文件 `stored_file`.

use sea_orm::entity::prelude::*;

/// Content that is stored by its hash.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stored_file")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 摘要. SM3 of the stored content, 64 hexadecimal digits.
    pub hash: String,
    /// 原始摘要. SM3 of what was uploaded.
    pub original_hash: String,
    /// 类型. Media type, as the content says.
    pub mime: String,
    /// 大小. Bytes.
    pub size: i64,
    /// 宽. Pixels. Null: not a picture that is read.
    pub width: Option<i64>,
    /// 高. Pixels. Null: not a picture that is read.
    pub height: Option<i64>,
    /// 缩略图. Whether there is one.
    pub thumbnail: bool,
    /// 拍摄时间. As the file said. Null: it did not.
    pub taken_at: Option<i64>,
    /// 经度. Where taken, in CGCS2000. Null: it did not say.
    pub lon: Option<f64>,
    /// 纬度. Where taken. Null: it did not say.
    pub lat: Option<f64>,
    /// When stored.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
