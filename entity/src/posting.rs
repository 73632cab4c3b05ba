//! 岗位 `posting`.

use sea_orm::entity::prelude::*;

/// Account x organisation x division x role x validity: the source of all authority.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "posting")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Account.
    pub account_id: i64,
    /// Organisation.
    pub organisation_id: i64,
    /// Division code.
    pub division_code: String,
    /// 角色. Role of the posting.
    pub role: String,
    /// 知密范围. Highest class of row the posting may see.
    pub clearance: String,
    /// Grid codes.
    pub grid_codes: Option<String>,
    /// Site code.
    pub site_code: Option<String>,
    /// Zone.
    pub zone_id: Option<i64>,
    /// Mechanism.
    pub mechanism_id: Option<i64>,
    /// Valid from.
    pub valid_from: i64,
    /// Valid to.
    pub valid_to: Option<i64>,
    /// Revoked at.
    pub revoked_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
