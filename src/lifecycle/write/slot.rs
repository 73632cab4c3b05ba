//! 上传申请. A slot for content that is to be attached to a matter: the only write that is of no matter yet.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, InsertStatement};

use super::idempotency::{self, Earlier, IdempotencyKey};
use super::{Acting, DENIALS, Order, WriteError, Writer};
use crate::files::kind::Kind;
use crate::http::MOST_UPLOAD_BYTES;
use crate::lifecycle::case::Values;
use crate::lifecycle::refusal::{Code, Refusal};
use crate::read::sql::{col, select_where, some_row};
use crate::storage::Transaction;
use crate::trail::entry::{Decision, Deed};

/// The action, as the trail has it.
pub const ACTION: &str = "requestUpload";
/// How long a slot is open: 24 hours.
const OPEN_MS: i64 = 86_400_000;
/// What an account may have waiting at the same time: open slots, and content that is attached to nothing yet.
const MOST_WAITING: i64 = 200;

/// What is to be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Kind of content.
    pub kind: Kind,
    /// Bytes.
    pub size: i64,
}

/// A slot as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Key of the upload.
    pub id: i64,
    /// Until when, in milliseconds.
    pub expires_at: i64,
}

impl Writer {
    /// Opens a slot, or refuses it. Under the same key it is the same slot.
    pub async fn open_slot(
        &self,
        acting: Acting<'_>,
        asked: Asked,
        key: Option<&IdempotencyKey>,
        operation: &str,
        now: i64,
    ) -> Result<Result<Given, Refusal>, WriteError> {
        let opened = self.opened(acting, asked, key, operation, now).await?;
        if let Err(refusal) = &opened
            && DENIALS.contains(&refusal.code)
        {
            let order =
                Order { operation: operation.to_owned(), ..Order::of_program("Upload", ACTION, None, Values::new()) };
            self.denied(acting, &order, refusal.code, now).await?;
        }
        Ok(opened)
    }

    async fn opened(
        &self,
        acting: Acting<'_>,
        asked: Asked,
        key: Option<&IdempotencyKey>,
        operation: &str,
        now: i64,
    ) -> Result<Result<Given, Refusal>, WriteError> {
        let actor = acting.actor;
        let people = self.lifecycles.flows.for_people();
        let mut roles = people.iter().flat_map(|(_, action)| &action.who).flat_map(|who| &who.roles);
        if !roles.any(|role| *role == actor.role) {
            return Ok(Err(Code::NotPermitted.alone()));
        }
        if actor.reads_only {
            return Ok(Err(Code::PurposeForbidden.alone()));
        }
        if !(1..=MOST_UPLOAD_BYTES as i64).contains(&asked.size) {
            return Ok(Err(Code::UploadSize.of("size")));
        }
        let mut ids = self.ids.batch().await?;
        let mut transaction = Transaction::begin(&self.pool).await?;
        let expires_at = now + OPEN_MS;
        if let Some(key) = key {
            match idempotency::claim(&mut transaction, actor.account_id, key, (now, ids.next())).await? {
                None => {}
                // The version of a slot is when it ends.
                Some(Earlier::Same { id, version }) => return Ok(Ok(Given { id, expires_at: version })),
                Some(Earlier::Other) => return Ok(Err(Code::IdempotencyMismatch.of("clientMutationId"))),
            }
        }
        let own = col("t0", "account_id").eq(actor.account_id).and(col("t0", "expires_at").gt(now));
        let attached = some_row("evidence", "e", col("e", "hash").eq(col("t0", "hash")));
        let mut waiting = select_where("upload", own.and(attached.not()));
        waiting.expr(Func::count(Expr::cust("*")));
        if transaction.select(&waiting).await?.int(0, 0)?.unwrap_or_default() >= MOST_WAITING {
            return Ok(Err(Code::UploadsOpen.alone()));
        }
        let id = ids.next();
        let columns = ["id", "account_id", "mime", "size", "received", "parts", "state", "created_at", "expires_at"];
        let mut insert = InsertStatement::new();
        insert.into_table(Alias::new("upload")).columns(columns.map(Alias::new));
        insert.values_panic([
            id.into(),
            actor.account_id.into(),
            asked.kind.mime().into(),
            asked.size.into(),
            0_i64.into(),
            "[]".into(),
            "OPEN".into(),
            now.into(),
            expires_at.into(),
        ]);
        transaction.insert(&insert).await?;
        if let Some(key) = key {
            idempotency::settle(&mut transaction, actor.account_id, key, "Upload", id, expires_at).await?;
        }
        let mut deed = Deed::new(now, acting.who(), operation, Decision::Allow, ACTION);
        deed.objects.insert(format!("Upload:{id}"));
        self.append_to(&mut transaction, &[deed], &mut ids).await?;
        transaction.commit().await?;
        Ok(Ok(Given { id, expires_at }))
    }
}
