//! 事件箱. What happened, for those who follow: written in the transaction in which it happened.

pub mod feed;
pub mod hub;

use sea_orm::sea_query::{Alias, Expr, InsertStatement};
use serde_json::Value as Json;

use crate::lifecycle::case::Case;
use crate::read::session::ReadError;
use crate::storage::Transaction;

/// What kind of news it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 办理: an action was taken.
    Transition,
    /// 临期: a clock is nearly due.
    ClockNear,
    /// 超期: a clock was due and had not stopped.
    ClockBreached,
    /// 自查缺失: a cycle of self-inspection ended without one.
    CycleMissed,
}

impl Kind {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Transition => "TRANSITION",
            Kind::ClockNear => "CLOCK_NEAR",
            Kind::ClockBreached => "CLOCK_BREACHED",
            Kind::CycleMissed => "CYCLE_MISSED",
        }
    }
}

/// One piece of news.
pub struct News<'n> {
    /// Key of the row.
    pub id: i64,
    /// When.
    pub at: i64,
    /// Kind.
    pub kind: Kind,
    /// Type of the matter.
    pub view: &'n str,
    /// Key of the matter.
    pub matter_id: i64,
    /// Version of the matter at that moment.
    pub seq: i64,
    /// Where it lies.
    pub division_code: &'n str,
    /// What happened and who is to be told; nothing personal.
    pub body: Json,
}

impl<'n> News<'n> {
    /// News of a matter as it stands now.
    pub fn of(id: i64, case: &'n Case, body: Json) -> News<'n> {
        let division_code = case.text("division_code").unwrap_or_default();
        let seq = case.number("version").unwrap_or_default();
        News { id: 0, at: 0, kind: Kind::Transition, view: "", matter_id: id, seq, division_code, body }
    }
}

/// Writes news; it has no position yet.
pub async fn post(transaction: &mut Transaction, news: &News<'_>) -> Result<(), ReadError> {
    let columns = ["id", "at", "kind", "view", "matter_id", "seq", "division_code", "body"];
    let values: [Expr; 8] = [
        news.id.into(),
        news.at.into(),
        news.kind.code().into(),
        news.view.into(),
        news.matter_id.into(),
        news.seq.into(),
        news.division_code.into(),
        news.body.to_string().into(),
    ];
    let mut insert = InsertStatement::new();
    insert.into_table(Alias::new("outbox")).columns(columns.map(Alias::new)).values_panic(values);
    transaction.insert_soon(&insert).await
}
