//! 不可见. Events whose matter a viewer surely may not see. One reading of its row tells for everybody who follows; without it
//! each event would cost a statement for each of them.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sea_query::ExprTrait;

use super::admission::Lanes;
use super::engine::Engine;
use crate::access::{Access, Facts};
use crate::identity::Viewer;
use crate::kernel::clock;
use crate::lifecycle::case::Values;
use crate::lifecycle::{load, tables};
use crate::outbox::feed::Event;
use crate::read::session::ReadError;
use crate::read::sql::col;

/// How long one reading serves: as long as one that is shown.
const SHARED: Duration = super::live::SHARED;
const MOST: u64 = 1_000;

/// Rows of matters by the position of the event after which they were read; `None`: there is none.
pub(super) type Rows = moka::future::Cache<i64, Option<Arc<Values>>>;

pub(super) fn rows() -> Rows {
    moka::future::Cache::builder().max_capacity(MOST).time_to_live(SHARED).build()
}

impl Engine {
    /// Whether the matter of an event is surely not shown to the viewer; otherwise the gate says in the database.
    pub(super) async fn surely_unseen(&self, event: &Event, viewer: &Viewer, facts: &Facts) -> bool {
        let Some(view) = self.catalog().view(&event.view).filter(|view| tables::of(view.table).is_some()) else {
            return false;
        };
        let Some(access) = Access::new(self.policy(), viewer.role(), facts) else { return false };
        let reading = self.row_past_the_gate(view.table, event.matter_id);
        match self.rows().try_get_with(event.position, reading).await {
            Ok(Some(row)) => {
                let now_ms = self.now_ms();
                self.lens(access, now_ms, &clock::shanghai_date(now_ms)).refutes(view, &row)
            }
            Ok(None) => true,
            Err(error) => {
                tracing::warn!(%error, "the row of a matter cannot be read for all who follow");
                false
            }
        }
    }

    /// A row as it is stored, read for nobody: it is held against conditions, and nothing of it is told. Whatever is told is
    /// read again, through the gate. Who else reads past the gate is listed by `gate::registry`.
    async fn row_past_the_gate(&self, table: &'static str, id: i64) -> Result<Option<Arc<Values>>, ReadError> {
        // As readings for streams are: beside those who ask, and not instead of them.
        let _place = self.admission().enter(Lanes::Read, true).await;
        let mut session = self.session().await?;
        let found = load::rows(&mut session, table, col("t0", "id").eq(id), false).await?;
        Ok(found.into_iter().next().map(Arc::new))
    }
}
