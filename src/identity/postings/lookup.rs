//! Finding a posting to issue a demo token for.

use entity::{account, posting};
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::identity::authenticator::is_valid;

/// A posting and the subject of its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostingRef {
    /// The posting.
    pub posting_id: i64,
    /// The account's subject.
    pub subject: String,
    /// The role code.
    pub role: String,
    /// The division in prefix form.
    pub division_code: String,
}

/// The posting with an id. `None`: there is none.
pub async fn posting_by_id(db: &DatabaseConnection, id: i64) -> Result<Option<PostingRef>, DbErr> {
    let found = posting::Entity::find_by_id(id).one(db).await?;
    match found {
        Some(found) => reference(db, found).await,
        None => Ok(None),
    }
}

/// The first valid posting of a role, in one division or anywhere. `None`: there is none.
pub async fn posting_by_role(
    db: &DatabaseConnection,
    role: &str,
    division_code: Option<&str>,
    now_ms: i64,
) -> Result<Option<PostingRef>, DbErr> {
    let mut select = posting::Entity::find().filter(posting::Column::Role.eq(role)).order_by_asc(posting::Column::Id);
    if let Some(code) = division_code {
        select = select.filter(posting::Column::DivisionCode.eq(code));
    }
    let found = select.all(db).await?;
    match found.into_iter().find(|posting| is_valid(posting, now_ms)) {
        Some(found) => reference(db, found).await,
        None => Ok(None),
    }
}

async fn reference(db: &DatabaseConnection, found: posting::Model) -> Result<Option<PostingRef>, DbErr> {
    let account = account::Entity::find_by_id(found.account_id).one(db).await?;
    Ok(account.filter(|account| !account.disabled).map(|account| PostingRef {
        posting_id: found.id,
        subject: account.subject,
        role: found.role,
        division_code: found.division_code,
    }))
}
