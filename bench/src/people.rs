//! Who asks: a holder of a role in a division, or at an organisation.

use fengqiao::kernel::clock::{Clock, SystemClock};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, Statement};

/// Somebody of the demo city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// The first holder of a role in a division.
    In(String, String),
    /// The first holder of a role at the organisation with this code.
    At(String, String),
}

impl Who {
    /// Reads `ROLE, DIVISION` or `ROLE at ORGANISATION`; of several, the last.
    pub(crate) fn read(text: &str) -> Option<Who> {
        let last = text.rsplit("; ").next()?;
        let owned = |(role, place): (&str, &str)| (role.trim().to_owned(), place.trim().to_owned());
        if let Some((role, code)) = last.split_once(" at ").map(owned) {
            return Some(Who::At(role, code));
        }
        last.split_once(", ").map(owned).map(|(role, division)| Who::In(role, division))
    }

    /// The key of the posting and the subject of its holder.
    pub(crate) async fn posting(&self, database: &DatabaseConnection) -> Result<(i64, String), String> {
        let broken = |error: sea_orm::DbErr| error.to_string();
        let (role, place, condition) = match self {
            Who::In(role, division) => (role, division, "p.division_code = $2"),
            Who::At(role, code) => (role, code, "o.code = $2"),
        };
        let sql = format!(
            "SELECT p.id, a.subject FROM posting p JOIN account a ON a.id = p.account_id
             JOIN organisation o ON o.id = p.organisation_id
             WHERE p.role = $1 AND {condition} AND (p.valid_to IS NULL OR p.valid_to > $3) AND p.revoked_at IS NULL
               AND NOT a.disabled ORDER BY p.id LIMIT 1"
        );
        let values = [role.as_str().into(), place.as_str().into(), SystemClock.now_ms().into()];
        let backend: DatabaseBackend = database.get_database_backend();
        let found =
            database.query_one_raw(Statement::from_sql_and_values(backend, sql, values)).await.map_err(broken)?;
        let found = found.ok_or_else(|| format!("the city has no {self:?}"))?;
        Ok((found.try_get_by_index(0).map_err(broken)?, found.try_get_by_index(1).map_err(broken)?))
    }
}

#[cfg(test)]
mod tests {
    use super::Who;

    #[test]
    fn the_page_of_the_documents_is_read() {
        let read = |text: &str| Who::read(text).unwrap();
        assert_eq!(read("MEDIATOR, 330603001"), Who::In("MEDIATOR".into(), "330603001".into()));
        assert_eq!(read("COUNTY_REGULATOR at ORG-1"), Who::At("COUNTY_REGULATOR".into(), "ORG-1".into()));
        let last = read("BEAT_OFFICER, of a beat; COUNTY_CENTRE_OPERATOR, 330603");
        assert_eq!(last, Who::In("COUNTY_CENTRE_OPERATOR".into(), "330603".into()));
    }
}
