//! 单位 `organisation`.

use sea_orm::entity::prelude::*;

/// A government body, unit, company, institution or committee.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编号. Our own key.
    pub code: String,
    /// 名称. Name of the organisation.
    pub name: String,
    /// 性质. Kind of organisation.
    pub kind: String,
    /// 部门. Department code. Null: not a government body.
    pub department: Option<String>,
    /// 统一社会信用代码. 18 characters, checked by GB 32100-2015. Null: none issued.
    pub uscc: Option<String>,
    /// 责任层级. Its place in the five-level responsibility. Null: none.
    pub responsible_level: Option<String>,
    /// 负责岗位. Title of the person in charge. Null: not recorded.
    pub responsible_post: Option<String>,
    /// 负责人. Name of the person in charge. Null: not recorded.
    pub responsible_person: Option<String>,
    /// 值班电话. Duty telephone. Null: none.
    pub duty_phone: Option<String>,
    /// 手机. Mobile of the person in charge, encrypted at rest. Null: not recorded.
    pub mobile: Option<String>,
    /// 涉外. Whether the enterprise is foreign-related.
    pub foreign_related: bool,
}

impl ActiveModelBehavior for ActiveModel {}
