//! Finding a posting to issue a demo token for.

use entity::{account, organisation, posting};
use sea_orm::sea_query::Expr;
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
    let place = division_code.map(|code| posting::Column::DivisionCode.eq(code));
    first(db, role, place, now_ms).await
}

/// The first valid posting of a role at the organisation with a code. `None`: there is none.
pub async fn posting_at_organisation(
    db: &DatabaseConnection,
    role: &str,
    code: &str,
    now_ms: i64,
) -> Result<Option<PostingRef>, DbErr> {
    let Some(found) = organisation::Entity::find().filter(organisation::Column::Code.eq(code)).one(db).await? else {
        return Ok(None);
    };
    first(db, role, Some(posting::Column::OrganisationId.eq(found.id)), now_ms).await
}

async fn first(
    db: &DatabaseConnection,
    role: &str,
    place: Option<Expr>,
    now_ms: i64,
) -> Result<Option<PostingRef>, DbErr> {
    let select = posting::Entity::find().filter(posting::Column::Role.eq(role)).order_by_asc(posting::Column::Id);
    let found = place.into_iter().fold(select, |select, place| select.filter(place)).all(db).await?;
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
