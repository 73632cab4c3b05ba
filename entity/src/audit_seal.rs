//! 审计签章 `audit_seal`.

use sea_orm::entity::prelude::*;

/// A signed statement of where the chains stood.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_seal")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 时间. When.
    pub at: i64,
    /// 链首. JSON list of chain, number and hash.
    pub heads: String,
    /// 签名算法. ed25519 or sm2.
    pub algorithm: String,
    /// 密钥. Name of the key.
    pub key_id: String,
    /// 签名. In hexadecimal.
    pub signature: String,
}

impl ActiveModelBehavior for ActiveModel {}
