//! 时限 `sla_clock`.

use sea_orm::entity::prelude::*;

/// A clock of a matter: what its lifecycle makes of its events.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sla_clock")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Hazard.
    pub hazard_id: Option<i64>,
    /// Dispute.
    pub dispute_id: Option<i64>,
    /// Grid event.
    pub grid_event_id: Option<i64>,
    /// 序号. Number within the matter, from 1, in the order in which they were started.
    pub seq: i64,
    /// 种类. Kind.
    pub kind: String,
    /// 对象. For whom it runs. Null: for the matter.
    pub subject: Option<String>,
    /// 开始. When it started.
    pub started_at: i64,
    /// 单位. MINUTE, HOUR, CALENDAR_DAY, WORKING_DAY, or INSTANT: until an instant that was given.
    pub unit: String,
    /// 长度. In units. Null: until an instant.
    pub length: Option<i64>,
    /// 到期. When it is due.
    pub due_at: i64,
    /// 临期. When it is nearly due.
    pub near_at: i64,
    /// 暂停. Intervals as a JSON list of pairs of instants. Null: none.
    pub pauses: Option<String>,
    /// 暂停于. Since when it is paused. Null: it is not.
    pub paused_at: Option<i64>,
    /// 延期次数. How often it was moved.
    pub moved: i64,
    /// 停止. When it stopped. Null: it runs.
    pub stopped_at: Option<i64>,
    /// 超期. The instant at which it was due and had not stopped. Null: it was not.
    pub breached_at: Option<i64>,
    /// 临期已报. When it was reported as nearly due. Null: not for this end.
    pub near_raised_at: Option<i64>,
    /// 下次提醒. When the scheduler has to look at it. Null: never.
    pub next_alarm_at: Option<i64>,
    /// 来源. LAW, ARTICLE, LOCAL or DEFAULT.
    pub source: String,
    /// 依据. The rule in words.
    pub basis: String,
}

impl ActiveModelBehavior for ActiveModel {}
