//! 行政区划 `division`.

use sea_orm::entity::prelude::*;

/// A statutory administrative division: province, city, county, township or village.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "division")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 代码. Prefix form of the statistical code: 2, 4, 6, 9 or 12 digits. Unique. Source: divisions.csv, 2023 edition.
    pub code: String,
    /// 名称. Name as registered. A name is not a key: two townships may share one.
    pub name: String,
    /// 层级. Administrative level.
    pub level: String,
    /// 类型. Kind read from the code's ranges (街道, 镇, 乡, 居委会, 村委会). Null above the township.
    pub kind: Option<String>,
    /// 城乡分类代码. Urban/rural class code (111..220). Null: not in public data.
    pub urban_rural: Option<String>,
    /// 上级.
    pub parent_code: Option<String>,
    /// 生效日期. First day on which the code is valid.
    pub valid_from: String,
    /// 失效日期. Last day on which the code is valid. Null: still valid.
    pub valid_to: Option<String>,
    /// 继任.
    pub successor_code: Option<String>,
    /// 标注点经度.
    pub lon: Option<f64>,
    /// 标注点纬度.
    pub lat: Option<f64>,
}

impl ActiveModelBehavior for ActiveModel {}
