//! 幂等. A write under a key takes place once: the key is claimed in the same transaction, and no other can claim it again.

use sea_orm::sea_query::{
    Alias, DeleteStatement, Expr, ExprTrait, InsertStatement, OnConflict, Query, UpdateStatement,
};
use serde_json::Value as Json;

use crate::lifecycle::case::Values;
use crate::read::session::ReadError;
use crate::read::sql::{col, select_where};
use crate::storage::Transaction;
use crate::trail::entry::HashAlgorithm;

/// The key of a write, as its account chose it, and the hash of what is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key.
    pub key: String,
    /// Hash of the operation and its input.
    pub fingerprint: String,
}

/// The hash of an operation and its input. Members are sorted, so that their order does not matter.
pub fn fingerprint(operation: &str, input: &Values) -> String {
    HashAlgorithm::Sm3.hash(format!("{operation} {}", canonical(&Json::Object(input.clone()))).as_bytes())
}

fn canonical(value: &Json) -> String {
    match value {
        Json::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            let members =
                names.into_iter().map(|name| format!("{}:{}", Json::from(name.as_str()), canonical(&members[name])));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// What was done under a key before.
pub(super) enum Earlier {
    /// The same.
    Same {
        /// Key of the matter.
        id: i64,
        /// Version that it led to.
        version: i64,
    },
    /// Something else.
    Other,
}

/// The row that claims a key. `begun`: the matter that is to be begun under it, in its first version; what comes of anything
/// else is settled later.
pub(super) fn row(
    account: i64,
    key: &IdempotencyKey,
    (now, row): (i64, i64),
    begun: Option<(&str, i64)>,
) -> InsertStatement {
    let columns = ["id", "account_id", "key", "fingerprint", "view", "object_id", "seq", "created_at"];
    let values: [Expr; 8] = [
        row.into(),
        account.into(),
        key.key.as_str().into(),
        key.fingerprint.as_str().into(),
        begun.map_or("", |(view, _)| view).into(),
        begun.map_or(0, |(_, id)| id).into(),
        i64::from(begun.is_some()).into(),
        now.into(),
    ];
    let mut insert = InsertStatement::new();
    insert.into_table(Alias::new("idempotency")).columns(columns.map(Alias::new)).values_panic(values);
    insert
}

/// Claims a key by itself; `None`: it was free. Whoever claims the same one at the same time waits here until
/// the first has ended.
pub(super) async fn claim(
    transaction: &mut Transaction,
    account: i64,
    key: &IdempotencyKey,
    new: (i64, i64),
) -> Result<Option<Earlier>, ReadError> {
    let mut insert = row(account, key, new, None);
    insert.on_conflict(OnConflict::columns([Alias::new("account_id"), Alias::new("key")]).do_nothing().to_owned());
    insert.returning(Query::returning().column(Alias::new("id")));
    if !transaction.insert_returning(&insert).await?.is_empty() {
        return Ok(None);
    }
    let there = col("t0", "account_id").eq(account).and(col("t0", "key").eq(key.key.as_str()));
    let mut select = select_where("idempotency", there);
    select.expr(col("t0", "fingerprint")).expr(col("t0", "object_id")).expr(col("t0", "seq"));
    let rows = transaction.select(&select).await?;
    Ok(Some(match (rows.text(0, 0)?, rows.int(0, 1)?, rows.int(0, 2)?) {
        (Some(known), Some(id), Some(version)) if known == key.fingerprint => Earlier::Same { id, version },
        _ => Earlier::Other,
    }))
}

/// Writes what came of it beside the claim.
pub(super) async fn settle(
    transaction: &mut Transaction,
    account: i64,
    key: &IdempotencyKey,
    view: &str,
    id: i64,
    version: i64,
) -> Result<(), ReadError> {
    let mut update = UpdateStatement::new();
    update.table(Alias::new("idempotency")).values([
        (Alias::new("view"), view.into()),
        (Alias::new("object_id"), id.into()),
        (Alias::new("seq"), version.into()),
    ]);
    update.and_where(Expr::col(Alias::new("account_id")).eq(account));
    update.and_where(Expr::col(Alias::new("key")).eq(key.key.as_str()));
    transaction.update_soon(&update).await
}

/// Removes keys from before an instant.
pub(super) async fn forget(transaction: &mut Transaction, before: i64) -> Result<u64, ReadError> {
    let mut delete = DeleteStatement::new();
    delete.from_table(Alias::new("idempotency")).and_where(Expr::col(Alias::new("created_at")).lt(before));
    transaction.delete(&delete).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(operation: &str, input: Json) -> String {
        let Json::Object(input) = input else { panic!("an object") };
        fingerprint(operation, &input)
    }

    #[test]
    fn the_order_of_members_does_not_matter_and_everything_else_does() {
        let known = of("a", json!({ "x": 1, "y": { "z": [1, 2], "w": "ü" } }));
        assert_eq!(known, of("a", json!({ "y": { "w": "ü", "z": [1, 2] }, "x": 1 })));
        for other in [
            of("b", json!({ "x": 1, "y": { "z": [1, 2], "w": "ü" } })),
            of("a", json!({ "x": 1, "y": { "z": [2, 1], "w": "ü" } })),
            of("a", json!({ "x": "1", "y": { "z": [1, 2], "w": "ü" } })),
            of("a", json!({ "x": 1, "y": { "z": [1, 2] } })),
        ] {
            assert_ne!(known, other);
        }
    }
}
