//! 当事人 `party`.

use sea_orm::entity::prelude::*;

/// A party to a dispute. Reached only from a dispute: no register of persons exists.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "party")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Dispute.
    pub dispute_id: i64,
    /// Account.
    pub account_id: Option<i64>,
    /// 姓名. Name.
    pub name: String,
    /// 性质. Person or organisation.
    pub kind: String,
    /// Organisation.
    pub organisation_id: Option<i64>,
    /// 联系电话. Telephone, encrypted at rest. Null: not recorded.
    pub contact: Option<String>,
    /// 身份证号. Citizen identity number, encrypted at rest. Null: not recorded.
    pub id_number: Option<String>,
    /// 出生日期. Birth date. Null: not recorded.
    pub birth_date: Option<String>,
    /// 调解意愿. Whether the party consents to mediation.
    pub consent: String,
    /// 代表人. Whether the party represents a group (at most five).
    pub representative: bool,
    /// 一方. The side that the party is on. Null: not recorded; then it speaks for itself alone.
    pub side: Option<String>,
    /// 并入前纠纷. The dispute that it was registered with, of which this one took it over. Null: this one.
    pub joined_from_id: Option<i64>,
    /// 保存期限. Personal data is erased after this day.
    pub retain_until: String,
}

impl ActiveModelBehavior for ActiveModel {}
