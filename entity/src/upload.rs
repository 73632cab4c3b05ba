//! 上传 `upload`.

use sea_orm::entity::prelude::*;

/// A slot for the content of a file.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Account that asked for it.
    pub account_id: i64,
    /// 类型. Media type that was announced.
    pub mime: String,
    /// 大小. Bytes that were announced.
    pub size: i64,
    /// 已收. Bytes received.
    pub received: i64,
    /// 分片. JSON list of the places of the parts received, in their order.
    pub parts: String,
    /// 状态. OPEN, STORING, DONE or REFUSED; REMOVING when it has ended and its content is being removed.
    pub state: String,
    /// Code of the refusal. Null: none.
    pub code: Option<String>,
    /// 摘要. Of the stored content. Null: not done.
    pub hash: Option<String>,
    /// When.
    pub created_at: i64,
    /// When it ends; of one that is REMOVING, until when the removal is left to whoever began it.
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
