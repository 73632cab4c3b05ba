//! 规范化状态 `standard_status`.

use sea_orm::entity::prelude::*;

/// State of one standard item at one centre or mediation organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "standard_status")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Centre.
    pub centre_id: Option<i64>,
    /// Mediation organisation.
    pub mediation_organisation_id: Option<i64>,
    /// Item.
    pub item_id: i64,
    /// 命名空间. Programme the item belongs to.
    pub namespace: String,
    /// 状态. Unmet, claimed or verified.
    pub state: String,
    /// 证据摘要. SM3 of the evidence handed in. Null: none handed in.
    pub evidence_hash: Option<String>,
    /// 核验时间. When verified. Null: not verified.
    pub verified_at: Option<i64>,
    /// Verified by.
    pub verified_by_id: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
