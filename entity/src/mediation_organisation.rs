//! 调解组织 `mediation_organisation`.

use sea_orm::entity::prelude::*;

/// A mediation committee, brand studio, shared court or gold-medal room.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mediation_organisation")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编号. Our own key.
    pub code: String,
    /// 名称. Name.
    pub name: String,
    /// 类型. Kind of mediation organisation.
    pub kind: String,
    /// 荣誉. Honour awarded. Null: none.
    pub honour: Option<String>,
    /// Organisation.
    pub organisation_id: i64,
    /// Centre.
    pub centre_id: Option<i64>,
    /// Host site.
    pub host_site_id: Option<i64>,
    /// 工作法. Methods it practises.
    pub methods: String,
}

impl ActiveModelBehavior for ActiveModel {}
