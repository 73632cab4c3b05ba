//! 隐患 `hazard`.

use sea_orm::entity::prelude::*;

/// A safety hazard.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hazard")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编号. Human number YH-county-date-sequence; never changes.
    pub no: String,
    /// Site.
    pub site_id: Option<i64>,
    /// Grid.
    pub grid_id: Option<i64>,
    /// Zone.
    pub zone_id: Option<i64>,
    /// Unit.
    pub unit_id: Option<i64>,
    /// 主管部门. Department competent for the category.
    pub regulator_department: String,
    /// 场所类型. Kind of the site when found. Null: not at a site.
    pub site_kind: Option<String>,
    /// Lon.
    pub lon: Option<f64>,
    /// Lat.
    pub lat: Option<f64>,
    /// 类别. Category.
    pub category: String,
    /// 等级. General or major. Null: not graded yet.
    pub grade: Option<String>,
    /// 风险等级. Risk colour.
    pub risk_colour: String,
    /// 来源. How it was found.
    pub source: String,
    /// 描述. What was found; no personal data.
    pub description: String,
    /// 发现时间. When found.
    pub found_at: i64,
    /// Found by.
    pub found_by_id: i64,
    /// 现场整改. Whether fixed on the spot.
    pub rectified_on_site: bool,
    /// 整改期限. Limit for rectification. Null: no order yet.
    pub deadline: Option<i64>,
    /// 整改时间. When submitted as rectified. Null: not yet.
    pub rectified_at: Option<i64>,
    /// 销号时间. When written off. Null: not yet.
    pub written_off_at: Option<i64>,
    /// Order.
    pub order_id: Option<i64>,
    /// Inspection.
    pub inspection_id: Option<i64>,
    /// Self-inspection that found it.
    pub self_inspection_id: Option<i64>,
    /// Acceptor.
    pub acceptor_id: Option<i64>,
    /// 整改轮次. Round of rectification, from 1.
    pub round_no: i64,
    /// 状态. State of its lifecycle.
    pub status: String,
    /// 版本. Version for expectedVersion.
    pub version: i64,
    /// Reopened from.
    pub reopened_from_id: Option<i64>,
    /// Related dispute.
    pub related_dispute_id: Option<i64>,
    /// 流程版本. Version of the lifecycle it began with.
    pub flow_version: i64,
    /// 提级时间. When escalated. Null: it is not.
    pub escalated_at: Option<i64>,
    /// 停业. Whether work is suspended until it is put right.
    pub suspended: bool,
    /// 复发次数. How often it was reopened.
    pub recurrence: i64,
    /// 位置不符说明. Why the place does not fit. Null: it fits, or is not known.
    pub outside_reason: Option<String>,
    /// 无照片说明. Why there is no photo. Null: there is one.
    pub no_photo_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
