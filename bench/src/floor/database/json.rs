//! What statements are made of whose rows become JSON where they are found.

/// What the product writes of an instant, where the session is in Shanghai.
pub(super) fn instant(column: &str) -> String {
    format!("to_timestamp({column} / 1000.0::float8)")
}

/// The same where there are milliseconds, of which PostgreSQL would leave out zeros at the end.
pub(super) fn exact_instant(column: &str) -> String {
    let form = |fraction: &str| format!(r#"'YYYY-MM-DD"T"HH24:MI:SS{fraction}"+08:00"'"#);
    let form = format!("CASE WHEN {column} % 1000 = 0 THEN {} ELSE {} END", form(""), form(".MS"));
    format!("to_char({}, {form})", instant(column))
}

/// A global id. Of letters, digits and a colon nothing comes that would differ in a URL, but for the padding.
fn id(view: &str, alias: &str) -> String {
    format!("rtrim(encode(('{view}:' || {alias}.id)::bytea, 'base64'), '=')")
}

/// The object of a row that is joined, its id first; null where there is none.
pub(super) fn linked(view: &str, alias: &str, members: &str) -> String {
    format!("CASE WHEN {alias}.id IS NOT NULL THEN json_build_object('id', {}{members}) END", id(view, alias))
}

/// A list of these objects, in an order that joins need not keep.
pub(super) fn list(object: &str, order: &str, from: &str) -> String {
    format!("(SELECT coalesce(json_agg({object} ORDER BY {order}), '[]') FROM {from})")
}

/// The same, each in its edge.
pub(super) fn ordered_edges(node: &str, order: &str, from: &str) -> String {
    list(&edge(node), order, from)
}

/// A list of edges as their rows come.
pub(super) fn edges(node: &str, from: &str) -> String {
    format!("(SELECT coalesce(json_agg({}), '[]') FROM {from})", edge(node))
}

fn edge(node: &str) -> String {
    object(&format!("'node', {node}"))
}

/// An object of these members.
pub(super) fn object(members: &str) -> String {
    format!("json_build_object({members})")
}

/// The answer: a list at the root by its members.
pub(super) fn rooted(root: &str, members: &str) -> String {
    format!("json_build_object('data', json_build_object('{root}', json_build_object({members})))::text")
}

/// Rows of a page at the root.
const PAGE: u32 = 20;

/// The answer of a page of what was `found`, in the order of a key and the id, with its total; `joins` go on from its rows.
pub(super) fn paged(found: &str, root: &str, (alias, key): (&str, &str), object: &str, joins: &str) -> String {
    let from = format!("(SELECT * FROM shown LIMIT {PAGE}) {alias} {joins}");
    let edges = ordered_edges(object, &format!("{alias}.{key}, {alias}.id"), &from);
    let answer = rooted(root, &format!("{}, 'edges', {edges}", counted(PAGE)));
    let shown = format!("SELECT * FROM found ORDER BY {key}, id LIMIT {}", PAGE + 1);
    format!("{found}, shown AS MATERIALIZED ({shown}) SELECT {answer}")
}

/// What a page says of itself, where `shown` has its rows and one more.
pub(super) fn page_info(most: u32) -> String {
    format!(
        "'pageInfo', json_build_object('hasNextPage', (SELECT COUNT(*) > {most} FROM shown),
           'endCursor', (SELECT 'x' FROM shown LIMIT 1))"
    )
}

/// The same after the total of what was `found`.
pub(super) fn counted(most: u32) -> String {
    format!(
        "'totalCount', (SELECT least(COUNT(*), 10000) FROM (SELECT 1 FROM found LIMIT 10001) n), {}",
        page_info(most)
    )
}

/// Where something is.
pub(super) fn location(alias: &str) -> String {
    format!("'location', json_build_object('lon', {alias}.lon, 'lat', {alias}.lat, 'crs', 'CGCS2000')")
}
