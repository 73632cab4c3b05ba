//! 网格员 `grid_member`.

use sea_orm::entity::prelude::*;

/// A person who serves a grid. Name and duty phone are on the public notice board.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grid_member")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Grid.
    pub grid_id: i64,
    /// Account.
    pub account_id: Option<i64>,
    /// 姓名. Name on the notice board.
    pub name: String,
    /// 类别. Kind of member.
    pub kind: String,
    /// 值班电话. Duty telephone.
    pub duty_phone: String,
    /// 私人手机. Private mobile, encrypted at rest. Null: not recorded.
    pub private_mobile: Option<String>,
    /// 身份证号. Citizen identity number, encrypted at rest. Null: not recorded.
    pub id_number: Option<String>,
    /// 任职起. In office since.
    pub since: String,
    /// 任职止. In office until. Null: still in office.
    pub until: Option<String>,
    /// 月度评分. Score of the month, two places. Null: not scored.
    pub monthly_score: Option<i64>,
    /// 晋升淘汰记录. PROMOTED, KEPT, WARNED or DISMISSED with a date. Null: none.
    pub status_history: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
