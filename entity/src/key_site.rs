//! 重点场所 `key_site`.

use sea_orm::entity::prelude::*;

/// A key site: one code, one checklist.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "key_site")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编码. One site, one code.
    pub code: String,
    /// 名称. Name.
    pub name: String,
    /// 类型. Kind of site.
    pub kind: String,
    /// Unit.
    pub unit_id: Option<i64>,
    /// Grid.
    pub grid_id: i64,
    /// Zone.
    pub zone_id: Option<i64>,
    /// Regulator.
    pub regulator_id: i64,
    /// 主管部门. Department that regulates this kind of site.
    pub regulator_department: String,
    /// Private dwelling.
    pub private_dwelling: bool,
    /// 地址. Address; personal for a private dwelling, then shown to the village only.
    pub address: String,
    /// Lon.
    pub lon: f64,
    /// Lat.
    pub lat: f64,
    /// 风险等级. Risk colour of the last assessment.
    pub risk_level: String,
    /// 评定时间. When assessed. Null: never.
    pub risk_assessed_at: Option<i64>,
    /// Checklist.
    pub checklist_id: i64,
    /// Qr token.
    pub qr_token: String,
    /// 自查周期. Days between self-inspections.
    pub self_inspection_cycle_days: i64,
    /// 最近自查. Last complete self-inspection. Null: never.
    pub last_self_inspected_at: Option<i64>,
    /// 下次应查. When the next one is due. Null: no cycle.
    pub next_due_at: Option<i64>,
    /// Chain owner.
    pub chain_owner: Option<String>,
    /// Chain lessor.
    pub chain_lessor: Option<String>,
    /// Chain tenant.
    pub chain_tenant: Option<String>,
    /// Resident count.
    pub resident_count: Option<i64>,
    /// Chargers.
    pub chargers: Option<i64>,
    /// Rooms.
    pub rooms: Option<i64>,
    /// Cameras.
    pub cameras: Option<i64>,
    /// Screens.
    pub screens: Option<i64>,
    /// Students.
    pub students: Option<i64>,
    /// 状态. Active, suspended or closed.
    pub status: String,
}

impl ActiveModelBehavior for ActiveModel {}
