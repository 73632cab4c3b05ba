//! 交办单 `rectification_order`.

use sea_orm::entity::prelude::*;

/// A written order to rectify hazards.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rectification_order")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编号. Human number JB-county-date-sequence.
    pub no: String,
    /// Issued by.
    pub issued_by_id: i64,
    /// 签发时间. When issued.
    pub issued_at: i64,
    /// Unit.
    pub unit_id: i64,
    /// Department.
    pub department: String,
    /// 期限. Limit.
    pub deadline: i64,
    /// 双交办. Whether assigned to two organisations.
    pub dual: bool,
    /// 办结时间. When every finding was written off. Null: open.
    pub closed_at: Option<i64>,
    /// 文书摘要. SM3 of the signed document.
    pub document_hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
