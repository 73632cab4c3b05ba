//! 令牌吊销 `token_revocation`.

use sea_orm::entity::prelude::*;

/// Tokens that are not accepted any more, although they have not ended.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "token_revocation")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Whose: the subject of the account.
    pub subject: String,
    /// Which one (`jti`). Null: all that were issued until then.
    pub token_id: Option<String>,
    /// When it was revoked.
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
