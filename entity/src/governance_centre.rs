//! 综治中心 `governance_centre`.

use sea_orm::entity::prelude::*;

/// A governance centre of one of the five classes.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "governance_centre")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编号. Our own key of the centre.
    pub code: String,
    /// 名称. Name on the sign.
    pub name: String,
    /// 类别. Class of centre.
    pub level: String,
    /// Zone.
    pub zone_id: Option<i64>,
    /// Parent.
    pub parent_id: Option<i64>,
    /// Organisation.
    pub organisation_id: i64,
    /// Built by.
    pub built_by_id: Option<i64>,
    /// 地址. Address.
    pub address: String,
    /// Lon.
    pub lon: f64,
    /// Lat.
    pub lat: f64,
    /// 开放时间. Opening hours.
    pub open_hours: String,
    /// 服务电话. Service telephone.
    pub service_phone: String,
    /// 工作人员数. Number of staff.
    pub staff_count: i64,
}

impl ActiveModelBehavior for ActiveModel {}
