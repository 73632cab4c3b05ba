//! 会商单位 `consultation_attendee`.

use sea_orm::entity::prelude::*;

/// An organisation that took part in a consultation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consultation_attendee")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Consultation.
    pub consultation_id: i64,
    /// Organisation.
    pub organisation_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
