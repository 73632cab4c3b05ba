//! 矛盾纠纷 `dispute`.

use sea_orm::entity::prelude::*;

/// A dispute; its number never changes (一案一码).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "dispute")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// 编号. Human number MD-county-date-sequence.
    pub no: String,
    /// 标题. Title without names.
    pub title: String,
    /// 版本. Rural, urban, online or industry edition.
    pub edition: String,
    /// 重点领域. Whether in a key field.
    pub key_field: bool,
    /// 重点领域类别. Which key field. Null: not in one.
    pub key_field_domain: Option<String>,
    /// 突出. Whether prominent.
    pub prominent: bool,
    /// 规模. Scale of the event (GB/T 31000 values).
    pub scale: String,
    /// 涉及人数. People involved.
    pub people_involved: i64,
    /// 涉及金额. CNY. Null: no claim of money.
    pub amount_claimed: Option<i64>,
    /// 来源方式. Proactive, applied or entrusted.
    pub origin: String,
    /// 渠道. Channel of intake.
    pub channel: String,
    /// 发生地点. Where it happened. Null: not recorded.
    pub place: Option<String>,
    /// Lon.
    pub lon: Option<f64>,
    /// Lat.
    pub lat: Option<f64>,
    /// Grid.
    pub grid_id: Option<i64>,
    /// Zone.
    pub zone_id: Option<i64>,
    /// Site.
    pub site_id: Option<i64>,
    /// 主要类型. The type of rank 1 among its types, kept beside it for figures. Null: it has none yet.
    pub main_type: Option<String>,
    /// 场所类型. Kind of the site. Null: not at a key site.
    pub site_kind: Option<String>,
    /// 简述. Summary.
    pub summary: String,
    /// 风险等级. Risk colour.
    pub risk_level: String,
    /// 民转刑风险. Whether it may turn violent.
    pub escalation_risk: bool,
    /// 涉企. Whether a party is an enterprise.
    pub enterprise_related: bool,
    /// 受理时间. When accepted.
    pub accepted_at: i64,
    /// 应办结时间. Limit for resolving.
    pub due_at: i64,
    /// Accepted centre.
    pub accepted_centre_id: i64,
    /// Handling organisation.
    pub handling_organisation_id: i64,
    /// Mediation organisation.
    pub mediation_organisation_id: Option<i64>,
    /// 调解开始. When mediation started. Null: it did not.
    pub mediation_started_at: Option<i64>,
    /// Centre involved.
    pub centre_involved: bool,
    /// 结果. Outcome. Null: open.
    pub outcome: Option<String>,
    /// 化解时间. When resolved. Null: not resolved.
    pub resolved_at: Option<i64>,
    /// 办结时间. When concluded in any way. Null: open.
    pub concluded_at: Option<i64>,
    /// 化解层级. Level at which resolved. Null: not resolved.
    pub resolved_level: Option<String>,
    /// Mechanism.
    pub mechanism_id: Option<i64>,
    /// 状态. State of its lifecycle.
    pub status: String,
    /// Sensitive until.
    pub sensitive_until: Option<String>,
    /// 版本. Version for expectedVersion.
    pub version: i64,
    /// 流程版本. Version of the lifecycle it began with.
    pub flow_version: i64,
    /// Joined to.
    pub merged_into_id: Option<i64>,
    /// 办理层级. Level that it was lifted to. Null: it was not.
    pub handling_level: Option<String>,
    /// 复发次数. How often it was accepted again.
    pub recurrence: i64,
    /// Posting that registered it.
    pub registered_by_id: Option<i64>,
    /// 调解协议. The latest agreement. Null: none reached.
    pub agreement_id: Option<i64>,
    /// 司法确认. The latest judicial confirmation. Null: not requested.
    pub confirmation_id: Option<i64>,
    /// 结案时间. When its file was closed. Null: open.
    pub closed_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
