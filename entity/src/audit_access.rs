//! 查阅记录 `audit_access`.

use sea_orm::entity::prelude::*;

/// A matter of which personal data was read or written in full, by entry of the trail.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_access")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Entry of the trail.
    pub entry_id: i64,
    /// When.
    pub at: i64,
    /// Account. Null: the system.
    pub account_id: Option<i64>,
    /// Organisation. Null: the system.
    pub organisation_id: Option<i64>,
    /// Purpose.
    pub purpose: String,
    /// Type of the matter.
    pub view: String,
    /// Key of the matter.
    pub matter_id: i64,
    /// The dispute, where it is one.
    pub dispute_id: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
