//! 网格事件 `grid_event`.

use sea_orm::entity::prelude::*;

/// What a grid reports: talked over, handled, told back and watched.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grid_event")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编号. Human number SJ-county-date-sequence.
    pub no: String,
    /// 种类. Kind.
    pub kind: String,
    /// 类别. Category of hazard. Null: of another kind.
    pub category: Option<String>,
    /// 内容. What was reported.
    pub text: String,
    /// 紧急程度. Urgency.
    pub urgency: String,
    /// 渠道. How it came.
    pub channel: String,
    /// 报送时间. When.
    pub reported_at: i64,
    /// Posting that reported.
    pub reported_by_id: i64,
    /// Office of the village, which triages.
    pub office_id: Option<i64>,
    /// 位置不符说明. Why it was found elsewhere. Null: it was not.
    pub outside_reason: Option<String>,
    /// Grid.
    pub grid_id: Option<i64>,
    /// Zone.
    pub zone_id: Option<i64>,
    /// Site.
    pub site_id: Option<i64>,
    /// Lon.
    pub lon: Option<f64>,
    /// Lat.
    pub lat: Option<f64>,
    /// 高频. Whether the same comes again and again.
    pub high_frequency: bool,
    /// 群体性. Whether many people are in it.
    pub mass_event: bool,
    /// 现场办结. Whether it was settled on the spot.
    pub settled_on_spot: bool,
    /// Event it repeats.
    pub duplicate_of_id: Option<i64>,
    /// Dispute it became.
    pub dispute_id: Option<i64>,
    /// Hazard it became.
    pub hazard_id: Option<i64>,
    /// Organisation that handles it.
    pub handler_id: Option<i64>,
    /// 办理期限. By when it is handled. Null: not assigned.
    pub due_at: Option<i64>,
    /// 处置时间. When handled. Null: not yet.
    pub handled_at: Option<i64>,
    /// 反馈时间. When told back. Null: not yet.
    pub fed_back_at: Option<i64>,
    /// 满意. Whether the reporter is satisfied. Null: not asked.
    pub satisfied: Option<bool>,
    /// 跟踪至. Until when it is watched. Null: not yet.
    pub tracking_until: Option<i64>,
    /// 复发次数. How often it came again.
    pub recurrence: i64,
    /// 办结时间. When closed or found void. Null: open.
    pub concluded_at: Option<i64>,
    /// 状态. State of its lifecycle.
    pub status: String,
    /// 版本. Version for expectedVersion.
    pub version: i64,
    /// 流程版本. Version of the lifecycle it began with.
    pub flow_version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
