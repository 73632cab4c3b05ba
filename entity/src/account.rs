//! 账号 `account`.

use sea_orm::entity::prelude::*;

/// A person who signs in.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Subject.
    pub subject: String,
    /// 登录名. Login name.
    pub login_name: String,
    /// 显示名. Name shown to colleagues.
    pub display_name: String,
    /// 姓名. Real name.
    pub real_name: Option<String>,
    /// 手机. Mobile, encrypted at rest.
    pub mobile: Option<String>,
    /// Disabled.
    pub disabled: bool,
}

impl ActiveModelBehavior for ActiveModel {}
