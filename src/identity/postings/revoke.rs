//! Taking away what was given: seen by every server within the second for which it keeps a posting, and told by the trail.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, UpdateStatement};

use crate::lifecycle::flow::SYSTEM;
use crate::lifecycle::ids::Ids;
use crate::read::session::ReadError;
use crate::read::sql::{col, select_where};
use crate::storage::{Storage, Transaction};
use crate::trail::append::append;
use crate::trail::entry::{Decision, Deed, HashAlgorithm, Who};

/// What is not to be accepted any more.
#[derive(Clone, Copy, Debug)]
pub enum Revocation<'a> {
    /// An account, by its subject: it is disabled.
    Subject(&'a str),
    /// A posting, by its id: it ends.
    Posting(i64),
    /// The token with this `jti` of a subject.
    Token(&'a str, &'a str),
    /// All tokens of a subject that were issued until now.
    Tokens(&'a str),
}

/// Revokes, and enters it into the trail in the same transaction. False: there is no such subject or posting.
pub async fn revoke(
    storage: &Storage,
    hash: HashAlgorithm,
    what: Revocation<'_>,
    now_ms: i64,
) -> Result<bool, ReadError> {
    let pool = storage.write_pool();
    let mut ids = Ids::new(pool.clone()).batch().await?;
    let mut transaction = Transaction::begin(&pool).await?;
    let (table, known, operation) = match what {
        Revocation::Subject(subject) => ("account", Expr::col("subject").eq(subject), "revokeSubject"),
        Revocation::Posting(id) => ("posting", Expr::col("id").eq(id), "revokePosting"),
        Revocation::Token(subject, _) => ("account", Expr::col("subject").eq(subject), "revokeToken"),
        Revocation::Tokens(subject) => ("account", Expr::col("subject").eq(subject), "revokeTokens"),
    };
    let mut select = select_where(table, known.clone());
    select.expr(col("t0", "id"));
    let found = transaction.select(&select).await?;
    let id = if found.is_empty() { None } else { found.int(0, 0)? };
    let Some(id) = id else {
        transaction.rollback().await?;
        return Ok(false);
    };
    let mut update = UpdateStatement::new();
    update.table(Alias::new(table)).and_where(known);
    match what {
        Revocation::Subject(_) => drop(transaction.update(update.value("disabled", true)).await?),
        Revocation::Posting(_) => drop(transaction.update(update.value("revoked_at", now_ms)).await?),
        Revocation::Token(subject, token) => {
            transaction.insert(&token_row(ids.next(), subject, Some(token), now_ms)).await?;
        }
        Revocation::Tokens(subject) => {
            transaction.insert(&token_row(ids.next(), subject, None, now_ms)).await?;
        }
    }
    let who = Who { role: SYSTEM.to_owned(), purpose: SYSTEM.to_owned(), ..Who::default() };
    let mut deed = Deed::new(now_ms, who, operation, Decision::Allow, "the operator at the machine");
    deed.objects.insert(format!("{}:{id}", if table == "posting" { "Posting" } else { "Account" }));
    if let Revocation::Token(_, token) = what {
        deed.objects.insert(format!("Token:{token}"));
    }
    append(&mut transaction, hash, &[deed], &mut || ids.next()).await?;
    transaction.commit().await?;
    Ok(true)
}

fn token_row(id: i64, subject: &str, token: Option<&str>, now_ms: i64) -> InsertStatement {
    let mut insert = InsertStatement::new();
    insert.into_table(Alias::new("token_revocation")).columns(["id", "subject", "token_id", "at"].map(Alias::new));
    insert.values_panic([id.into(), subject.into(), token.map(str::to_owned).into(), now_ms.into()]);
    insert
}
