//! Reading a posting with what makes it valid, from the database, kept for at most a second.

mod lookup;
mod revoke;

use std::sync::Arc;
use std::time::Duration;

use entity::{account, organisation, posting, token_revocation};
use futures_util::future::BoxFuture;
use moka::future::Cache;
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter};

pub use lookup::{PostingRef, posting_at_organisation, posting_by_id, posting_by_role};
pub use revoke::{Revocation, revoke};

/// Revocation works within this time.
const KEPT: Duration = Duration::from_secs(1);
const MOST_KEPT: u64 = 10_000;
/// The three administrators; no account may be more than one of them (等保 separation of duties).
pub(super) const ADMIN_ROLES: [&str; 3] = ["SYS_ADMIN", "SEC_ADMIN", "AUDIT_ADMIN"];
/// A resident acts for no organisation, whatever the posting hangs on.
pub(super) const RESIDENT: &str = "RESIDENT";

/// A posting and what its validity hangs on.
#[derive(Clone, Debug)]
pub struct PostingRecord {
    /// The posting.
    pub posting: posting::Model,
    /// The account's subject, to be matched with the token's.
    pub subject: String,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// The department of the posting's organisation. `None`: not a government body.
    pub department: Option<String>,
    /// Tokens of the account that are revoked.
    pub revoked_tokens: Vec<token_revocation::Model>,
    /// All postings of the account, this one included, valid or not.
    pub of_account: Vec<posting::Model>,
}

/// Where postings are read.
pub trait Postings: Send + Sync {
    /// The posting with an id. `None`: there is none, or its account or organisation is missing.
    fn find(&self, posting_id: i64) -> BoxFuture<'_, Result<Option<Arc<PostingRecord>>, Arc<DbErr>>>;
}

/// Postings of the database, each kept for at most a second.
pub struct DatabasePostings {
    db: DatabaseConnection,
    kept: Cache<i64, Option<Arc<PostingRecord>>>,
}

impl DatabasePostings {
    /// Postings read through a connection.
    pub fn new(db: DatabaseConnection) -> Self {
        Self { db, kept: Cache::builder().max_capacity(MOST_KEPT).time_to_live(KEPT).build() }
    }

    async fn read(&self, posting_id: i64) -> Result<Option<Arc<PostingRecord>>, DbErr> {
        let Some(found) = posting::Entity::find_by_id(posting_id).one(&self.db).await? else { return Ok(None) };
        let account = account::Entity::find_by_id(found.account_id).one(&self.db).await?;
        let organisation = organisation::Entity::find_by_id(found.organisation_id).one(&self.db).await?;
        let (Some(account), Some(organisation)) = (account, organisation) else { return Ok(None) };
        let of_account =
            posting::Entity::find().filter(posting::Column::AccountId.eq(found.account_id)).all(&self.db).await?;
        let revoked_tokens = token_revocation::Entity::find()
            .filter(token_revocation::Column::Subject.eq(&account.subject))
            .all(&self.db)
            .await?;
        Ok(Some(Arc::new(PostingRecord {
            posting: found,
            revoked_tokens,
            subject: account.subject,
            disabled: account.disabled,
            department: organisation.department,
            of_account,
        })))
    }
}

impl Postings for DatabasePostings {
    fn find(&self, posting_id: i64) -> BoxFuture<'_, Result<Option<Arc<PostingRecord>>, Arc<DbErr>>> {
        Box::pin(self.kept.try_get_with(posting_id, self.read(posting_id)))
    }
}
