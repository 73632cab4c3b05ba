//! The schema as clients see it.

use std::collections::{BTreeMap, BTreeSet};

use fengqiao::access::Policy;
use fengqiao::graphql::{nouns, sdl};
use fengqiao::lifecycle::Lifecycles;
use serde_json::{Value, json};

use super::{answers, data, officer};
use crate::support::app::TestApp;
use crate::support::backend::on_both;

on_both!(the_standard_query_is_answered, what_is_told_is_what_is_published, parts_are_told_as_asked);

/// What GraphiQL and code generators send (graphql-js, getIntrospectionQuery).
const STANDARD: &str = "query IntrospectionQuery {
    __schema { queryType { name } mutationType { name } subscriptionType { name } types { ...FullType }
        directives { name description locations args { ...InputValue } } } }
  fragment FullType on __Type { kind name description
    fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
    inputFields { ...InputValue } interfaces { ...TypeRef }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
  fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
  fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";

async fn the_standard_query_is_answered(app: &TestApp) {
    let actor = officer(app).await;
    let schema = data(&actor, STANDARD).await["__schema"].take();
    assert_eq!(schema["queryType"]["name"], "Query");
    assert_eq!(schema["mutationType"]["name"], "Mutation");
    assert_eq!(schema["subscriptionType"]["name"], "Subscription");
    let types: BTreeMap<&str, &Value> =
        schema["types"].as_array().unwrap().iter().map(|ty| (ty["name"].as_str().unwrap(), ty)).collect();
    assert!(types.len() > 150, "{} types", types.len());
    for (name, ty) in &types {
        let ours = !name.starts_with("__") && !matches!(*name, "Int" | "Float" | "String" | "Boolean" | "ID");
        assert!(!ours || ty["description"].as_str().is_some_and(|text| !text.is_empty()), "{name} is not described");
        for field in ty["fields"].as_array().into_iter().flatten() {
            let mut at = &field["type"];
            while at["name"].is_null() {
                at = &at["ofType"];
            }
            assert!(
                types.contains_key(at["name"].as_str().unwrap()),
                "{name}.{} has a type that is not told",
                field["name"]
            );
        }
    }
    let nodes: BTreeSet<&str> =
        types["Node"]["possibleTypes"].as_array().unwrap().iter().map(|ty| ty["name"].as_str().unwrap()).collect();
    assert!(nodes.contains("Hazard") && nodes.contains("Dispute") && !nodes.contains("Viewer"));
    assert_eq!(types["Hazard"]["kind"], "OBJECT");
    let names: BTreeSet<&str> =
        schema["directives"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap()).collect();
    assert!(names.contains("include") && names.contains("skip"), "{names:?}");
}

async fn what_is_told_is_what_is_published(app: &TestApp) {
    let actor = officer(app).await;
    let catalog = nouns::catalog().unwrap();
    let policy = Policy::built_in().unwrap();
    let lifecycles = Lifecycles::built_in(catalog, &policy).unwrap();
    let published = sdl::sdl(catalog, &policy, &lifecycles.flows, None).unwrap();
    let told =
        data(&actor, "{ __schema { types { name kind fields { name } inputFields { name } enumValues { name } } } }")
            .await;
    let mut missing = Vec::new();
    for ty in told["__schema"]["types"].as_array().unwrap() {
        let (name, kind) = (ty["name"].as_str().unwrap(), ty["kind"].as_str().unwrap());
        if name.starts_with("__") || matches!(name, "Int" | "Float" | "String" | "Boolean" | "ID") {
            continue;
        }
        let keyword = match kind {
            "OBJECT" => "type",
            "INPUT_OBJECT" => "input",
            "ENUM" => "enum",
            "INTERFACE" => "interface",
            "SCALAR" => "scalar",
            // Of its members, not of fields.
            "UNION" if published.contains(&format!("union {name} =")) => continue,
            other => panic!("{other}"),
        };
        let members =
            ["fields", "inputFields", "enumValues"].map(|list| ty[list].as_array().cloned().unwrap_or_default());
        let members: BTreeSet<String> =
            members.concat().iter().map(|m| m["name"].as_str().unwrap().to_owned()).collect();
        if block(&published, keyword, name) != Some(members) {
            missing.push(name.to_owned());
        }
    }
    assert!(missing.is_empty(), "told and published differ in {missing:?}");
    let types = published.lines().filter(|line| {
        ["type ", "input ", "enum ", "interface ", "scalar ", "union "].iter().any(|keyword| line.starts_with(keyword))
    });
    let ours = told["__schema"]["types"].as_array().unwrap().iter().filter(|ty| {
        let name = ty["name"].as_str().unwrap();
        !name.starts_with("__") && !matches!(name, "Int" | "Float" | "String" | "Boolean" | "ID")
    });
    assert_eq!(types.count(), ours.count());
}

/// Names of the members of a type in the published text; nothing when it is not there.
fn block(text: &str, keyword: &str, name: &str) -> Option<BTreeSet<String>> {
    let head = format!("{keyword} {name}");
    let mut lines = text.lines().skip_while(|line| {
        line.strip_prefix(head.as_str()).is_none_or(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    });
    let first = lines.next()?;
    if !first.contains('{') {
        return Some(BTreeSet::new());
    }
    let mut members = BTreeSet::new();
    let (mut quoted, mut open) = (false, 0_i32);
    for line in lines.take_while(|line| *line != "}") {
        let line = line.trim();
        let fences = line.matches("\"\"\"").count();
        if quoted || fences > 0 {
            quoted ^= fences % 2 == 1;
            continue;
        }
        if open == 0 {
            let word: String = line.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !word.is_empty() {
                members.insert(word);
            }
        }
        let count = |c: char| i32::try_from(line.matches(c).count()).unwrap();
        open += count('(') - count(')');
    }
    Some(members)
}

async fn parts_are_told_as_asked(app: &TestApp) {
    let actor = officer(app).await;
    answers(
        &actor,
        r#"query ($name: String!) { __type(name: $name) { name kind ofType { name } fields { name } } x: __schema { queryType { name kind } mutationType { name } }
            none: __type(name: "Nothing") { name } __typename }"#,
        json!({ "name": "ViewerScope" }),
        concat!(
            r#"{"data":{"__type":{"name":"ViewerScope","kind":"OBJECT","ofType":null,"fields":[{"name":"family"},{"name":"branches"}]},"#,
            r#""x":{"queryType":{"name":"Query","kind":"OBJECT"},"mutationType":{"name":"Mutation"}},"none":null,"__typename":"Query"}}"#
        ),
    )
    .await;
    answers(
        &actor,
        r#"{ ...F viewer { role } } fragment F on Query { __type(name: "OrderDirection") { enumValues { name } __typename } }"#,
        json!({}),
        concat!(
            r#"{"data":{"__type":{"enumValues":[{"name":"ASC"},{"name":"DESC"}],"__typename":"__Type"},"#,
            r#""viewer":{"role":"COUNTY_PEACE_OFFICER"}}}"#
        ),
    )
    .await;
}
