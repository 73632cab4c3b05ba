//! Taking away what was given: seen by every server within the second for which it keeps a posting.

use entity::{account, posting, token_revocation};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue, ColumnTrait, DatabaseConnection, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    TransactionTrait,
};

/// Disables an account. False: there is none with this subject.
pub async fn revoke_subject(db: &DatabaseConnection, subject: &str) -> Result<bool, DbErr> {
    let update = account::Entity::update_many()
        .col_expr(account::Column::Disabled, Expr::val(true))
        .filter(account::Column::Subject.eq(subject));
    Ok(update.exec(db).await?.rows_affected > 0)
}

/// Ends a posting. False: there is none with this id.
pub async fn revoke_posting(db: &DatabaseConnection, id: i64, now_ms: i64) -> Result<bool, DbErr> {
    let update = posting::Entity::update_many()
        .col_expr(posting::Column::RevokedAt, Expr::val(now_ms))
        .filter(posting::Column::Id.eq(id));
    Ok(update.exec(db).await?.rows_affected > 0)
}

/// Revokes the token with this `jti`, or with none all tokens that were issued until now. False: there is no such subject.
pub async fn revoke_tokens(
    db: &DatabaseConnection,
    subject: &str,
    token_id: Option<&str>,
    now_ms: i64,
) -> Result<bool, DbErr> {
    let transaction = db.begin().await?;
    let known = account::Entity::find().filter(account::Column::Subject.eq(subject)).one(&transaction).await?;
    if known.is_none() {
        return Ok(false);
    }
    let last: Option<Option<i64>> = token_revocation::Entity::find()
        .select_only()
        .column_as(Expr::col(token_revocation::Column::Id).max(), "last")
        .into_tuple()
        .one(&transaction)
        .await?;
    let row = token_revocation::ActiveModel {
        id: ActiveValue::Set(last.flatten().unwrap_or_default() + 1),
        subject: ActiveValue::Set(subject.to_owned()),
        token_id: ActiveValue::Set(token_id.map(str::to_owned)),
        at: ActiveValue::Set(now_ms),
    };
    token_revocation::Entity::insert(row).exec(&transaction).await?;
    transaction.commit().await?;
    Ok(true)
}
