//! Documents and bodies that have taken other servers down.

use serde_json::json;

/// An attack: its name and the body of the request.
pub(super) struct Attack {
    pub(super) name: String,
    pub(super) body: Vec<u8>,
    /// The document alone, where it is one; for sockets.
    pub(super) document: Option<String>,
}

fn document(name: impl Into<String>, text: String) -> Attack {
    Attack { name: name.into(), body: json!({ "query": text }).to_string().into_bytes(), document: Some(text) }
}

fn body(name: impl Into<String>, body: impl Into<Vec<u8>>) -> Attack {
    Attack { name: name.into(), body: body.into(), document: None }
}

/// All of them.
pub(super) fn all() -> Vec<Attack> {
    let mut all = vec![];
    for depth in [64, 100, 500, 1_600, 5_000, 7_800, 20_000, 100_000] {
        nests(depth, &mut all);
    }
    for levels in [10, 20, 30, 40, 50, 60] {
        bombs(levels, &mut all);
    }
    many(&mut all);
    bodies(&mut all);
    all
}

fn nests(depth: usize, all: &mut Vec<Attack>) {
    let (open, close) = ("[".repeat(depth), "]".repeat(depth));
    let object = format!("{}1{}", "{a:".repeat(depth), "}".repeat(depth));
    all.push(document(format!("list value {depth} deep"), format!("{{ nodes(ids: {open}{close}) {{ id }} }}")));
    all.push(document(
        format!("object value {depth} deep"),
        format!("{{ hazards(filter: {object}) {{ totalCount }} }}"),
    ));
    all.push(document(
        format!("default {depth} deep"),
        format!("query($x: [ID!]! = {open}{close}) {{ nodes(ids: $x) {{ id }} }}"),
    ));
    all.push(document(
        format!("directive value {depth} deep"),
        format!("{{ serverTime @include(if: {open}{close}) }}"),
    ));
    let selection = format!("{{ viewer {} role {} }}", "{ a ".repeat(depth), "}".repeat(depth));
    all.push(document(format!("selection {depth} deep"), selection));
    let fragments = format!("{{ viewer {} role {} }}", "{ ... ".repeat(depth), "}".repeat(depth));
    all.push(document(format!("inline fragments {depth} deep"), fragments));
    let types = format!("query($x: {open}ID{close}) {{ nodes(ids: $x) {{ id }} }}");
    all.push(document(format!("type {depth} deep"), types));
    let variables =
        format!(r#"{{"query":"query($x:[ID!]!){{nodes(ids:$x){{id}}}}","variables":{{"x":{open}{close}}}}}"#);
    all.push(body(format!("variables {depth} deep"), variables));
    all.push(body(
        format!("extensions {depth} deep"),
        format!(r#"{{"query":"{{serverTime}}","extensions":{{"x":{open}{close}}}}}"#),
    ));
}

fn bombs(levels: usize, all: &mut Vec<Attack>) {
    for (width, on) in [(2, "Query"), (5, "Query")] {
        let mut text = String::from("{ ...F0 }");
        for level in 0..levels {
            let spread = format!("...F{} ", level + 1).repeat(width);
            text += &format!(" fragment F{level} on {on} {{ {spread} }}");
        }
        text += &format!(" fragment F{levels} on {on} {{ serverTime }}");
        all.push(document(format!("fragment bomb of {levels} levels, {width} wide"), text));
    }
    let mut nested = String::from("{ ...F0 }");
    for level in 0..levels {
        nested += &format!(" fragment F{level} on Query {{ ... {{ ...F{n} }} ... {{ ...F{n} }} }}", n = level + 1);
    }
    nested += &format!(" fragment F{levels} on Query {{ serverTime }}");
    all.push(document(format!("bomb in inline fragments of {levels} levels"), nested));
}

fn many(all: &mut Vec<Attack>) {
    let numbered = |count: usize, piece: &dyn Fn(usize) -> String| (0..count).map(piece).collect::<String>();
    for count in [200, 1_000, 10_000] {
        all.push(document(
            format!("{count} aliases"),
            format!("{{ {} }}", numbered(count, &|n| format!("a{n}:serverTime "))),
        ));
        all.push(document(
            format!("{count} aliases of a connection"),
            format!("{{ {} }}", numbered(count, &|n| format!("a{n}:hazards(first:100){{totalCount}} "))),
        ));
        all.push(document(
            format!("{count} directives"),
            format!("{{ serverTime {} }}", "@include(if: true) ".repeat(count)),
        ));
        all.push(document(format!("{count} unknown directives"), format!("{{ serverTime {} }}", "@x ".repeat(count))));
        all.push(document(format!("{count} repeats"), format!("{{ {} }}", "serverTime ".repeat(count))));
        all.push(document(
            format!("{count} unknown fields"),
            format!("{{ {} }}", numbered(count, &|n| format!("f{n} "))),
        ));
        all.push(document(
            format!("{count} operations"),
            numbered(count, &|n| format!("query Q{n} {{ serverTime }} ")),
        ));
        all.push(document(
            format!("{count} fragments"),
            format!("{{ serverTime }} {}", numbered(count, &|n| format!("fragment F{n} on Query {{ serverTime }} "))),
        ));
        all.push(document(
            format!("{count} variables"),
            format!("query({}) {{ serverTime }}", numbered(count, &|n| format!("$v{n}: Int "))),
        ));
        let ids = "\"RGl2aXNpb246MQ\" ".repeat(count);
        all.push(document(format!("{count} ids"), format!("{{ nodes(ids: [{ids}]) {{ id }} }}")));
    }
    for (name, text) in [
        ("a fragment that spreads itself", "{ ...A } fragment A on Query { ...A }"),
        ("fragments that spread each other", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"),
        (
            "circular introspection",
            "{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }",
        ),
        ("an unfinished string", "{ division(code: \"330603"),
        ("an unfinished block string", "{ division(code: \"\"\"330603"),
        ("an upload by name", "mutation { requestUpload(input: { mime: \"#__graphql_file__:5\" }) { slot { url } } }"),
        (
            "connections within each other",
            "{ divisions(first:100) { edges { node { children(first:100) { edges { node { children(first:100) { edges { node { code } } } } } } } } } }",
        ),
        ("a page without an end", "{ hazards(first: 2147483647) { totalCount } }"),
        ("nothing", ""),
    ] {
        all.push(document(name, text.to_owned()));
    }
    all.push(document("1 MB of commas", format!("{{ serverTime {} }}", ",".repeat(1 << 20))));
    all.push(document("1 MB in a name", format!("{{ {} }}", "a".repeat(1 << 20))));
    all.push(document("60 kB in a name", format!("{{ {} }}", "a".repeat(60_000))));
    all.push(document("60 kB of comments", format!("{{ serverTime }} #{}", "x".repeat(60_000))));
    all.push(document("16 kB of open brackets", "{".repeat(16_000)));
    all.push(document("16 kB of quotes", "\"".repeat(16_000)));
}

fn bodies(all: &mut Vec<Attack>) {
    all.push(body("40 MB", vec![b' '; 40 << 20]));
    all.push(body(
        "5 MB of variables",
        json!({ "query": "{serverTime}", "variables": { "x": "a".repeat(5 << 20) } }).to_string(),
    ));
    all.push(body("a batch of 1,000", format!("[{}]", vec![r#"{"query":"{serverTime}"}"#; 1_000].join(","))));
    all.push(body("JSON 60,000 deep", "[".repeat(60_000)));
    all.push(body(
        "a number of 50,000 digits",
        format!(r#"{{"query":"{{serverTime}}","variables":{{"x":{}}}}}"#, "9".repeat(50_000)),
    ));
    all.push(body("no UTF-8", b"{\"query\":\"\xff\xfe\"}".to_vec()));
    all.push(body("no JSON", "query=%7BserverTime%7D"));
    all.push(body("an empty body", ""));
    all.push(body("null", "null"));
    all.push(body("members twice", r#"{"query":"{serverTime}","query":"{viewer{role}}"}"#));
}
