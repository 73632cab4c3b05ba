//! The person who asks, with the authority of one posting.

use super::Purpose;

/// Who asks and on what authority. Only the authenticator builds one; the getters are all there is.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub(super) subject: String,
    pub(super) account_id: i64,
    pub(super) posting_id: i64,
    pub(super) organisation_id: i64,
    pub(super) other_organisation_ids: Vec<i64>,
    pub(super) organisation_department: Option<String>,
    pub(super) division_code: String,
    pub(super) role: String,
    pub(super) clearance: String,
    pub(super) grid_ids: Vec<i64>,
    pub(super) site_code: Option<String>,
    pub(super) zone_id: Option<i64>,
    pub(super) mechanism_id: Option<i64>,
    pub(super) purpose: Purpose,
    pub(super) client_id: String,
    pub(super) token_id: String,
    pub(super) issued_ms: i64,
    pub(super) expires_ms: i64,
}

impl Viewer {
    /// The account's subject, as the issuer of tokens names it.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The account.
    pub fn account_id(&self) -> i64 {
        self.account_id
    }

    /// The posting whose authority this is.
    pub fn posting_id(&self) -> i64 {
        self.posting_id
    }

    /// The organisation the posting acts for.
    pub fn organisation_id(&self) -> i64 {
        self.organisation_id
    }

    /// The organisations that the person acts for under other valid postings. They give no authority; they may take some
    /// away, where duties are to be apart. A resident acts for none.
    pub fn other_organisation_ids(&self) -> &[i64] {
        &self.other_organisation_ids
    }

    /// The organisation's department code, e.g. `FIRE`. `None`: not a government body.
    pub fn organisation_department(&self) -> Option<&str> {
        self.organisation_department.as_deref()
    }

    /// The division of the posting, in prefix form.
    pub fn division_code(&self) -> &str {
        &self.division_code
    }

    /// The role code, e.g. `GRID_MEMBER`.
    pub fn role(&self) -> &str {
        &self.role
    }

    /// The highest class of row the posting may see.
    pub fn clearance(&self) -> &str {
        &self.clearance
    }

    /// The grids of the posting; a grid's id is its code as a number. Empty: not bound to grids.
    pub fn grid_ids(&self) -> &[i64] {
        &self.grid_ids
    }

    /// The key site of the posting. `None`: not bound to one.
    pub fn site_code(&self) -> Option<&str> {
        self.site_code.as_deref()
    }

    /// The functional zone of the posting. `None`: not bound to one.
    pub fn zone_id(&self) -> Option<i64> {
        self.zone_id
    }

    /// The joint mechanism of the posting. `None`: not bound to one.
    pub fn mechanism_id(&self) -> Option<i64> {
        self.mechanism_id
    }

    /// What the request is for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The application that asks (`client_id` of the token). Empty: nobody came with a token.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// When the token or the posting ends, whichever comes first. Milliseconds since 1970 UTC.
    pub fn expires_ms(&self) -> i64 {
        self.expires_ms
    }
}
