//! The departments' documents, as `docs/operations.md` says who asks them and with what.

use serde_json::{Map, Value as Json, json};
use xtask::product::Product;
use xtask::run;

use crate::people::Who;

/// A document that is asked.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) who: Who,
    pub(crate) variables: Map<String, Json>,
}

/// Those whose variables the page gives in full; the others want a code or a number that is to be found first.
pub(crate) fn all() -> Result<Vec<Document>, String> {
    let page = read("docs/operations.md")?;
    let rows = page.lines().filter_map(row);
    let documents: Vec<Document> =
        rows.map(document).collect::<Result<Vec<_>, String>>()?.into_iter().flatten().collect();
    if documents.is_empty() { Err("docs/operations.md has no document".into()) } else { Ok(documents) }
}

impl Document {
    /// The document of a name.
    pub(crate) fn of(name: &str) -> Result<Document, String> {
        let found = all()?.into_iter().find(|document| document.name == name);
        found.ok_or_else(|| format!("no document {name}"))
    }

    /// The posting that asks it, in the city of a URL.
    pub(crate) fn posting(&self, url: &str) -> Result<i64, String> {
        crate::block_on(async {
            let database = sea_orm::Database::connect(url).await.map_err(|error| error.to_string())?;
            Ok(self.who.posting(&database).await?.0)
        })
    }

    /// The body of a request for it.
    pub(crate) fn body(&self) -> String {
        json!({ "query": self.text, "variables": self.variables }).to_string()
    }
}

/// A token of a posting.
pub(crate) fn token(product: &Product, posting: i64) -> Result<String, String> {
    let posting = posting.to_string();
    let token = run::output(&mut product.command(&["token", "--posting", &posting]), "`fengqiao token`")?;
    Ok(token.trim().to_owned())
}

/// A file of the project.
pub(crate) fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(run::root().join(path)).map_err(|error| format!("{path}: {error}"))
}

/// Folder, document, who asks and variables of a row of the table.
fn row(line: &str) -> Option<[&str; 4]> {
    let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let [folder, _, name, who, variables] = cells.as_slice() else { return None };
    if ![folder, name, variables].iter().all(|cell| cell.starts_with('`')) {
        return None;
    }
    Some([folder, name, who, variables].map(|cell| cell.trim_matches('`')))
}

fn document([folder, name, who, variables]: [&str; 4]) -> Result<Option<Document>, String> {
    let wrong = |what: &str| format!("docs/operations.md, {name}: {what}");
    let variables: Map<String, Json> = serde_json::from_str(variables).map_err(|error| wrong(&error.to_string()))?;
    if variables.values().any(|value| value.as_str().is_some_and(|text| text.contains(' '))) {
        return Ok(None);
    }
    let text = read(&format!("schema/operations/{folder}/{name}.graphql"))?;
    let who = Who::read(who).ok_or_else(|| wrong(&format!("who is {who}?")))?;
    Ok(Some(Document { name: name.to_owned(), text, who, variables }))
}
