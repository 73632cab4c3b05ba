//! 联动机制成员 `joint_mechanism_partner`.

use sea_orm::entity::prelude::*;

/// Which organisations take part in a joint mechanism.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "joint_mechanism_partner")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Mechanism.
    pub mechanism_id: i64,
    /// Organisation.
    pub organisation_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
