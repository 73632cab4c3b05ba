//! Appending to the trail within a transaction: an entry is there if and only if what it tells of has happened.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, LockType, UpdateStatement};

use super::access;
use super::entry::{Deed, Entry, HashAlgorithm};
use crate::read::session::ReadError;
use crate::read::sql::{col, select_where};
use crate::storage::Transaction;

/// Rows in one statement: far below the 32,766 values that SQLite binds.
const TOGETHER: usize = 256;
/// Up to so many rows are sent together with other writes: with more, hardly a text would be known again.
const FEW: usize = 4;

/// Appends entries in order; `ids` gives the keys of the rows. The head of the chain stays locked until the end of the
/// transaction, so this comes last in it. What waits to be written is sent when the head is read.
pub async fn append(
    transaction: &mut Transaction,
    algorithm: HashAlgorithm,
    deeds: &[Deed],
    ids: &mut (dyn FnMut() -> i64 + Send),
) -> Result<(), ReadError> {
    let mut chains: Vec<i64> = deeds.iter().map(Deed::chain).collect();
    chains.sort_unstable();
    chains.dedup();
    for chain in chains {
        let mut head = select_where("audit_head", col("t0", "chain").eq(chain));
        head.expr(col("t0", "seq")).expr(col("t0", "hash")).lock_with_tables(LockType::Update, ["t0"]);
        let rows = transaction.select_beside(&head).await?;
        let (Some(mut seq), Some(mut hash)) = (rows.int(0, 0)?, rows.text(0, 1)?.map(str::to_owned)) else {
            return Err(ReadError::Value(format!("the audit trail has no chain {chain}")));
        };
        let (mut entries, mut accesses) = (vec![], vec![]);
        let mut last_at = 0;
        for deed in deeds.iter().filter(|deed| deed.chain() == chain) {
            seq += 1;
            let entry = deed.entry(seq, &hash, algorithm);
            hash = entry.hash.clone().into_owned();
            last_at = deed.at;
            let id = ids();
            entries.push(row(id, &entry));
            for (view, matter) in access::matters(&deed.fields) {
                accesses.push([
                    ids().into(),
                    id.into(),
                    deed.at.into(),
                    deed.who.account_id.into(),
                    deed.who.organisation_id.into(),
                    deed.who.purpose.as_str().into(),
                    view.into(),
                    matter.into(),
                    access::dispute(view, matter).into(),
                ]);
            }
        }
        insert(transaction, "audit_entry", COLUMNS, entries).await?;
        insert(transaction, "audit_access", ACCESS, accesses).await?;
        let mut moved = UpdateStatement::new();
        moved.table(Alias::new("audit_head")).and_where(Expr::col(Alias::new("chain")).eq(chain));
        moved.values([
            (Alias::new("seq"), seq.into()),
            (Alias::new("hash"), hash.into()),
            (Alias::new("at"), last_at.into()),
        ]);
        transaction.update_soon(&moved).await?;
    }
    Ok(())
}

/// Rows in statements of a few each: a database binds only so many values at once, and knows a few texts again.
async fn insert<const N: usize>(
    transaction: &mut Transaction,
    table: &str,
    columns: [&'static str; N],
    mut rows: Vec<[Expr; N]>,
) -> Result<(), ReadError> {
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(TOGETHER));
        let mut statement = InsertStatement::new();
        statement.into_table(Alias::new(table)).columns(columns.map(Alias::new));
        let now = std::mem::replace(&mut rows, rest);
        let few = now.len() <= FEW;
        for row in now {
            statement.values_panic(row);
        }
        if few {
            transaction.insert_soon(&statement).await?;
        } else {
            transaction.insert(&statement).await?;
        }
    }
    Ok(())
}

/// Columns of an entry after the key.
const COLUMNS: [&str; 18] = [
    "id",
    "chain",
    "seq",
    "at",
    "account_id",
    "posting_id",
    "organisation_id",
    "role",
    "purpose",
    "operation",
    "object_no",
    "objects",
    "fields",
    "class",
    "decision",
    "rule",
    "prev_hash",
    "hash",
];
const ACCESS: [&str; 9] =
    ["id", "entry_id", "at", "account_id", "organisation_id", "purpose", "view", "matter_id", "dispute_id"];

fn row(id: i64, entry: &Entry<'_>) -> [Expr; 18] {
    [
        id.into(),
        entry.chain.into(),
        entry.seq.into(),
        entry.at.into(),
        entry.account.into(),
        entry.posting.into(),
        entry.organisation.into(),
        entry.role.as_ref().into(),
        entry.purpose.as_ref().into(),
        entry.operation.as_ref().into(),
        entry.no.as_deref().map(str::to_owned).into(),
        entry.objects.as_ref().into(),
        entry.fields.as_ref().into(),
        entry.class.as_deref().map(str::to_owned).into(),
        entry.decision.as_ref().into(),
        entry.rule.as_ref().into(),
        entry.prev.as_ref().into(),
        entry.hash.as_ref().into(),
    ]
}
