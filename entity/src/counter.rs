//! 计数器 `counter`.

use sea_orm::entity::prelude::*;

/// Where keys of rows and human numbers go on.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "counter")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// What is counted: `row`, or the beginning of a human number.
    pub name: String,
    /// The next value that nobody has.
    pub next: i64,
}

impl ActiveModelBehavior for ActiveModel {}
