//! 审计记录 `audit_entry`.

use sea_orm::entity::prelude::*;

/// One entry of the audit trail; never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 链号. Which chain it belongs to.
    pub chain: i64,
    /// 序号. Number in the chain, from 1.
    pub seq: i64,
    /// 时间. When.
    pub at: i64,
    /// Account. Null: the system.
    pub account_id: Option<i64>,
    /// Posting. Null: the system.
    pub posting_id: Option<i64>,
    /// Organisation acted for. Null: the system.
    pub organisation_id: Option<i64>,
    /// 角色. Role of the posting; SYSTEM: the program itself.
    pub role: String,
    /// 目的. Purpose of the request.
    pub purpose: String,
    /// 操作. What was asked for: operation and root field, or action.
    pub operation: String,
    /// 事项编号. Human number of the matter that was written. Null: several, or none.
    pub object_no: Option<String>,
    /// 对象. JSON list of the objects, such as `Hazard:17`.
    pub objects: String,
    /// 字段. JSON object: fields of personal class, and of which objects they were read or written.
    pub fields: String,
    /// 分级. Highest class touched. Null: none above internal.
    pub class: Option<String>,
    /// 结论. ALLOW or DENY.
    pub decision: String,
    /// 规则. Which rule decided.
    pub rule: String,
    /// 前一摘要. Hash of the entry before, 64 hexadecimal digits.
    pub prev_hash: String,
    /// 摘要. Hash of this entry, 64 hexadecimal digits.
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
