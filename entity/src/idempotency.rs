//! 幂等记录 `idempotency`.

use sea_orm::entity::prelude::*;

/// A write that took place under a key, so that it takes place once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Account.
    pub account_id: i64,
    /// Key that the client chose.
    pub key: String,
    /// Hash of the operation and its input.
    pub fingerprint: String,
    /// Type of the matter.
    pub view: String,
    /// Key of the matter.
    pub object_id: i64,
    /// Version that the write led to.
    pub seq: i64,
    /// When.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
