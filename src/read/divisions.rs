//! The codes and names of all divisions, for checking scopes and labelling groups.

use std::collections::HashMap;

use sea_orm::sea_query::{Alias, SelectStatement};

use super::session::{ReadError, Runner, Session};
use crate::storage::ReadPool;

/// Names of all divisions by code. Public facts: no viewer is asked for.
pub async fn names(pool: &ReadPool) -> Result<HashMap<String, String>, ReadError> {
    let mut session = Session::open(pool).await?;
    let mut select = SelectStatement::new();
    select.columns([Alias::new("code"), Alias::new("name")]).from(Alias::new("division"));
    let rows = session.rows(session.dialect().render(&select)).await?;
    let mut names = HashMap::with_capacity(rows.len());
    for row in 0..rows.len() {
        if let (Some(code), Some(name)) = (rows.text(row, 0)?, rows.text(row, 1)?) {
            names.insert(code.to_owned(), name.to_owned());
        }
    }
    Ok(names)
}
