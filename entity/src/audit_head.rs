//! 审计链首 `audit_head`.

use sea_orm::entity::prelude::*;

/// Where each chain of the audit trail stands.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_head")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 链号. Which chain.
    pub chain: i64,
    /// 序号. Number of its last entry; 0: none yet.
    pub seq: i64,
    /// 摘要. Hash of its last entry.
    pub hash: String,
    /// When.
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
