//! What an action looks at beside the matter: objects that its input names, rows that it needs, files that it attaches.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType};

use super::{Acting, WriteError, Writer};
use crate::lifecycle::case::{Attempt, Case, Known, Values};
use crate::lifecycle::load;
use crate::lifecycle::refusal::{Code, Refusal};
use crate::lifecycle::room::Room;
use crate::read::predicate::{Lens, Via, Visible};
use crate::read::session::{ReadError, Runner};
use crate::read::sql::{Keys, all, col, select_where, some_row};
use crate::storage::Transaction;

/// An object that an input names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The field, with positions: `parties.0.organisation`.
    pub field: String,
    /// The view that it must be of.
    pub view: &'static str,
    /// How it is named.
    pub named: Named,
}

/// How an object is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By its key.
    Id(i64),
    /// By what a column holds.
    By {
        /// The column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
}

fn condition(named: &Named) -> Expr {
    match named {
        Named::Id(id) => col("t0", "id").eq(*id),
        Named::By { column, value } => col("t0", column).eq(value.as_str()),
    }
}

/// Which rows the viewer is shown, come by in some way; `None`: none of them.
pub(super) fn shown(lens: Option<&Lens<'_>>, view: &crate::read::declare::View, via: Via) -> Option<Vec<Expr>> {
    match lens.map(|lens| lens.visible(view, "t0", via)) {
        None | Some(Visible::All) => Some(vec![]),
        Some(Visible::Where(rule)) => Some(vec![rule]),
        Some(Visible::Nothing) => None,
    }
}

impl Writer {
    /// The rows that the references name. What is not shown to the viewer is not there. Rows of the tables in `locked` do
    /// not change until the end.
    pub(super) async fn references(
        &self,
        transaction: &mut Transaction,
        acting: Acting<'_>,
        references: &[Reference],
        locked: &[&str],
    ) -> Result<Result<Known, Vec<Refusal>>, WriteError> {
        let mut known =
            Known { departments: self.departments.clone(), sealer: Some(self.sealer.clone()), ..Known::default() };
        let mut missing = vec![];
        for reference in references {
            let view = self.catalog.view(reference.view);
            let view = view.ok_or_else(|| WriteError::Broken(format!("no view {}", reference.view)))?;
            let found = match shown(acting.lens, view, Via::Key) {
                Some(rule) => {
                    let condition = all([condition(&reference.named)].into_iter().chain(rule));
                    load::rows(transaction, view.table, condition, locked.contains(&view.table)).await?
                }
                None => vec![],
            };
            if found.is_empty() {
                missing.push(Code::ReferenceUnknown.of(reference.field.as_str()));
            }
            // A list of ids stands under the name of the list.
            let name = reference.field.split_once('.').filter(|(_, rest)| rest.bytes().all(|b| b.is_ascii_digit()));
            let name = name.map_or(reference.field.as_str(), |(list, _)| list);
            known.rows.entry(name.to_owned()).or_default().extend(found);
        }
        Ok(if missing.is_empty() { Ok(known) } else { Err(missing) })
    }

    /// Adds the rows that the room asks for.
    pub(super) async fn needs(
        &self,
        transaction: &mut Transaction,
        room: &Room,
        action: &str,
        (acting, attempt): (Acting<'_>, &Attempt<'_>),
    ) -> Result<Vec<(String, Vec<Values>)>, WriteError> {
        let mut found = vec![];
        for need in (room.needs)(action, attempt) {
            let mut select = need.rows;
            if let Some(view) = need.gate.and_then(|name| self.catalog.view(name)) {
                let Some(rule) = shown(acting.lens, view, Via::List) else { continue };
                select.and_where(all(rule));
            }
            select.order_by((Alias::new("t0"), Alias::new("id")), sea_orm::sea_query::Order::Asc).limit(MOST_NEEDED);
            found.push((need.name.to_owned(), load::selected(transaction, need.table, select).await?));
        }
        Ok(found)
    }

    /// The stored files that the input attaches, by hash: whose they are, and whether another matter has them. What the
    /// actor uploaded and let end is not there.
    pub(super) async fn files(
        &self,
        transaction: &mut Transaction,
        acting: Acting<'_>,
        (room, case): (&Room, &Case),
        hashes: Vec<String>,
        now: i64,
    ) -> Result<Vec<(String, Values)>, ReadError> {
        if hashes.is_empty() {
            return Ok(vec![]);
        }
        let among = transaction.dialect().any(col("t0", "hash"), &Keys::Texts(hashes));
        // Locked, so that nobody sweeps it away while it is being attached, nor attaches it elsewhere: and looked at by
        // another statement, which sees what whoever held the lock before has done.
        let mut lock = select_where("stored_file", among.clone());
        lock.expr(col("t0", "id")).lock_with_tables(LockType::Update, ["t0"]);
        lock.order_by((Alias::new("t0"), Alias::new("id")), sea_orm::sea_query::Order::Asc);
        transaction.select(&lock).await?;
        let mut select = select_where("stored_file", among);
        let own = || {
            let same = col("u", "hash").eq(col("t0", "hash")).and(col("u", "state").eq("DONE"));
            same.and(col("u", "account_id").eq(acting.actor.account_id))
        };
        // What has ended is the sweep's, whether it was there yet or not.
        let open = own().and(col("u", "expires_at").gt(now));
        let elsewhere = match case.number("id") {
            Some(id) => col("e", room.link).is_null().or(col("e", room.link).ne(id)),
            None => crate::read::sql::always(),
        };
        let taken = col("e", "hash").eq(col("t0", "hash")).and(elsewhere);
        // Shown already as how it was before.
        let before = col("b", "hash")
            .eq(col("t0", "hash"))
            .and(col("b", "phase").eq("BEFORE"))
            .and(col("b", room.link).eq(case.number("id").unwrap_or_default()));
        let flag = |holds: Expr| transaction_flag(holds);
        select.expr(col("t0", "hash")).expr(col("t0", "mime")).expr(col("t0", "size"));
        select.expr(flag(some_row("upload", "u", open))).expr(flag(some_row("evidence", "e", taken)));
        select.expr(flag(some_row("evidence", "b", before)));
        for column in ["taken_at", "lon", "lat"] {
            select.expr(col("t0", column));
        }
        select.expr(flag(some_row("upload", "u", own())));
        let rows = transaction.select(&select).await?;
        let mut files = vec![];
        for row in 0..rows.len() {
            let hash = rows.text(row, 0)?.unwrap_or_default().to_owned();
            let (open, own) = (rows.int(row, 3)? == Some(1), rows.int(row, 9)? == Some(1));
            if own && !open {
                continue;
            }
            let foreign = !open || rows.int(row, 4)? == Some(1);
            let file = serde_json::json!({
                "mime": rows.text(row, 1)?,
                "size": rows.int(row, 2)?,
                "foreign": foreign,
                "was_before": rows.int(row, 5)? == Some(1),
                "taken_at": rows.int(row, 6)?,
                "lon": rows.real(row, 7)?,
                "lat": rows.real(row, 8)?,
            });
            if let serde_json::Value::Object(file) = file {
                files.push((hash, file));
            }
        }
        Ok(files)
    }
}

/// Most rows that a need gives.
const MOST_NEEDED: u64 = 1_000;

/// 1 where the condition holds, 0 where it does not.
fn transaction_flag(holds: Expr) -> Expr {
    Expr::case(holds, 1_i64).finally(0_i64).into()
}
