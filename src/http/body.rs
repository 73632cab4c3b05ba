//! From a body or an address to a request: every way in which they can be malformed is a coded 400.

use axum::extract::Query;
use axum::http::Uri;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Request;

const VARIABLES_BYTES: usize = 32 * 1024;
const VARIABLES_DEPTH: usize = 16;

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    query: Option<&'a RawValue>,
    #[serde(borrow, rename = "operationName")]
    operation_name: Option<&'a RawValue>,
    #[serde(borrow)]
    variables: Option<&'a RawValue>,
    #[serde(borrow)]
    extensions: Option<&'a RawValue>,
    #[serde(borrow, rename = "documentId")]
    document_id: Option<&'a RawValue>,
}

/// Reads a body, or says in one sentence what is wrong with it. Unknown members are ignored.
pub(super) fn read(bytes: &[u8]) -> Result<Request, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the body is not UTF-8")?;
    match text.trim_ascii_start().bytes().next() {
        Some(b'{') => {}
        Some(b'[') => return Err("batches are not offered: send one request"),
        _ => return Err("the body must be a JSON object"),
    }
    let members: Members = serde_json::from_str(text).map_err(|_| "the body is not well-formed JSON")?;
    let query = match members.query {
        None => None,
        Some(query) => Some(serde_json::from_str(query.get()).map_err(|_| "the member query must be a string")?),
    };
    let document_id = match members.document_id {
        None => None,
        Some(id) => serde_json::from_str(id.get()).map_err(|_| "the member documentId must be a string or null")?,
    };
    let operation_name = match members.operation_name {
        None => None,
        Some(name) => {
            serde_json::from_str(name.get()).map_err(|_| "the member operationName must be a string or null")?
        }
    };
    let (variables, extensions) = (members.variables.map(RawValue::get), members.extensions.map(RawValue::get));
    request((query, document_id), operation_name, variables, extensions)?.ok_or("the member query is missing")
}

/// Reads the parameters of an address: `variables` and `extensions` are JSON text. Unknown parameters are ignored. What is
/// asked so only reads.
pub(super) fn read_address(uri: &Uri) -> Result<Request, &'static str> {
    let given: Query<Vec<(String, String)>> =
        Query::try_from_uri(uri).map_err(|_| "the parameters of the address are not well formed")?;
    let [mut query, mut document_id, mut operation_name, mut variables, mut extensions] = [const { None }; 5];
    for (name, value) in given.0 {
        let place = match name.as_str() {
            "query" => &mut query,
            "documentId" => &mut document_id,
            "operationName" => &mut operation_name,
            "variables" => &mut variables,
            "extensions" => &mut extensions,
            _ => continue,
        };
        if place.replace(value).is_some() {
            return Err("a parameter is given twice");
        }
    }
    let named = operation_name.filter(|name| !name.is_empty());
    let [variables, extensions] = [&variables, &extensions].map(|text| text.as_deref().filter(|text| !text.is_empty()));
    let read = request((query, document_id), named, variables, extensions)?;
    Ok(Request { queries_only: true, ..read.ok_or("the parameter query is missing")? })
}

/// `None`: no document is given and none is named.
fn request(
    (query, document_id): (Option<String>, Option<String>),
    operation_name: Option<String>,
    variables: Option<&str>,
    extensions: Option<&str>,
) -> Result<Option<Request>, &'static str> {
    if variables.is_some_and(|variables| variables.len() > VARIABLES_BYTES) {
        return Err("the variables are larger than 32 KiB");
    }
    let variables = object(variables).ok_or("variables must be an object or null")?;
    check_variables(variables.values(), 1)?;
    let extensions = object(extensions).ok_or("extensions must be an object or null")?;
    let document_hash = document_hash(document_id.as_deref(), &extensions)?;
    if query.is_none() && document_hash.is_none() {
        return Ok(None);
    }
    let query = query.unwrap_or_default();
    Ok(Some(Request { query, document_hash, operation_name, variables, extensions, ..Request::default() }))
}

/// The hash by which a document is named: `documentId` as `sha256:...` or bare, or `persistedQuery` of APQ.
fn document_hash(id: Option<&str>, extensions: &Map<String, Value>) -> Result<Option<String>, &'static str> {
    let named = match (id, extensions.get("persistedQuery")) {
        (Some(id), _) => id.strip_prefix("sha256:").unwrap_or(id),
        (None, Some(persisted)) => match (persisted["version"].as_u64(), persisted["sha256Hash"].as_str()) {
            (Some(1), Some(hash)) => hash,
            _ => return Err("persistedQuery must have version 1 and a sha256Hash"),
        },
        (None, None) => return Ok(None),
    };
    let is_hash = named.len() == 64 && named.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
    if is_hash {
        Ok(Some(named.to_owned()))
    } else {
        Err("the hash of a document is 64 hexadecimal digits, small letters")
    }
}

fn object(raw: Option<&str>) -> Option<Map<String, Value>> {
    let Some(raw) = raw else { return Some(Map::new()) };
    serde_json::from_str::<Option<Map<String, Value>>>(raw).ok().map(Option::unwrap_or_default)
}

/// `level` is that of the container that holds the values.
fn check_variables<'a>(mut values: impl Iterator<Item = &'a Value>, level: usize) -> Result<(), &'static str> {
    if level > VARIABLES_DEPTH {
        return Err("the variables are more than 16 levels deep");
    }
    values.try_for_each(|value| match value {
        // PostgreSQL has no such character; no text of ours has it.
        Value::String(text) if text.contains('\0') => Err("a variable holds the character U+0000"),
        Value::Array(items) => check_variables(items.iter(), level + 1),
        Value::Object(members) => check_variables(members.values(), level + 1),
        _ => Ok(()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn nested(levels: usize) -> String {
        format!(r#"{{"query":"{{a}}","variables":{}1{}}}"#, r#"{"a":"#.repeat(levels), "}".repeat(levels))
    }

    #[test]
    fn a_full_request_is_read() {
        let body = json!({"query": "{a}", "operationName": "A", "variables": {"x": [1, null]}, "extensions": {"y": 1}, "id": 7});
        let request = read(body.to_string().as_bytes()).unwrap();
        assert_eq!((request.query.as_str(), request.operation_name.as_deref()), ("{a}", Some("A")));
        assert_eq!(Value::Object(request.variables), json!({"x": [1, null]}));
        assert_eq!(Value::Object(request.extensions), json!({"y": 1}));
        let body = br#" {"query":"{a}","operationName":null,"variables":null,"extensions":null}"#;
        assert_eq!(read(body).unwrap(), Request { query: "{a}".to_owned(), ..Request::default() });
    }

    #[test]
    fn malformed_bodies_are_refused_with_the_reason() {
        for (body, reason) in [
            ("", "must be a JSON object"),
            ("null", "must be a JSON object"),
            ("\"{a}\"", "must be a JSON object"),
            ("\u{feff}{\"query\":\"{a}\"}", "must be a JSON object"),
            ("[]", "batches"),
            (r#" [{"query":"{a}"}]"#, "batches"),
            ("{", "well-formed"),
            (r#"{"query":"{a}"} {}"#, "well-formed"),
            (r#"{"query":"{a}",}"#, "well-formed"),
            (r#"{"query":"{a}","query":"{b}"}"#, "well-formed"),
            ("{}", "query is missing"),
            (r#"{"query":null}"#, "query is missing"),
            (r#"{"Query":"{a}"}"#, "query is missing"),
            (r#"{"query":1}"#, "query must be"),
            (r#"{"query":["{a}"]}"#, "query must be"),
            (r#"{"query":"\ud800"}"#, "query must be"),
            (r#"{"query":"{a}","operationName":1}"#, "operationName must be"),
            (r#"{"query":"{a}","variables":[]}"#, "variables must be"),
            (r#"{"query":"{a}","variables":"{}"}"#, "variables must be"),
            (r#"{"query":"{a}","variables":{"x":1e400}}"#, "variables must be"),
            (r#"{"query":"{a}","variables":{"x":["a\u0000b"]}}"#, "U+0000"),
            (r#"{"query":"{a}","extensions":1}"#, "extensions must be"),
        ] {
            let refused = read(body.as_bytes()).unwrap_err();
            assert!(refused.contains(reason), "{body}: {refused}");
        }
        assert!(read(b"{\"query\":\"\xff\"}").unwrap_err().contains("UTF-8"));
    }

    fn at(address: &str) -> Result<Request, &'static str> {
        read_address(&address.parse().unwrap())
    }

    #[test]
    fn an_address_is_read_like_a_body() {
        let address =
            "/graphql?query=%7Ba%7D&operationName=A&variables=%7B%22x%22%3A%5B1%2Cnull%5D%7D&extensions=%7B%7D&z=1";
        let body = json!({"query": "{a}", "operationName": "A", "variables": {"x": [1, null]}});
        let expected = read(body.to_string().as_bytes()).unwrap();
        assert_eq!(at(address).unwrap(), Request { queries_only: true, ..expected });
        let empty = at("/graphql?query=%7Ba%7D&operationName=&variables=&extensions=null").unwrap();
        assert_eq!(empty, Request { query: "{a}".to_owned(), queries_only: true, ..Request::default() });
    }

    #[test]
    fn malformed_addresses_are_refused_with_the_reason() {
        for (address, reason) in [
            ("/graphql", "query is missing"),
            ("/graphql?", "query is missing"),
            ("/graphql?Query=%7Ba%7D", "query is missing"),
            ("/graphql?query=%7Ba%7D&query=%7Bb%7D", "twice"),
            ("/graphql?query=%7Ba%7D&variables=%7B%7D&variables=%7B%7D", "twice"),
            ("/graphql?query=%7Ba%7D&variables=%5B%5D", "variables must be"),
            ("/graphql?query=%7Ba%7D&variables=%7B", "variables must be"),
            ("/graphql?query=%7Ba%7D&variables=%7B%22x%22%3A%22%5Cu0000%22%7D", "U+0000"),
            ("/graphql?query=%7Ba%7D&extensions=1", "extensions must be"),
        ] {
            let refused = at(address).unwrap_err();
            assert!(refused.contains(reason), "{address}: {refused}");
        }
    }

    #[test]
    fn variables_are_bounded() {
        assert!(read(nested(16).as_bytes()).is_ok());
        assert!(read(nested(17).as_bytes()).unwrap_err().contains("16 levels"));
        assert!(read(nested(100_000).as_bytes()).is_err());
        let sized = |size: usize| json!({"query": "{a}", "variables": {"x": "a".repeat(size - 8)}}).to_string();
        assert!(read(sized(32 * 1024).as_bytes()).is_ok());
        assert!(read(sized(32 * 1024 + 1).as_bytes()).unwrap_err().contains("32 KiB"));
    }
}
