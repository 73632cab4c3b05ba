//! Every field of the mutation root refuses somebody, whatever is given: nobody can begin or change anything without a part
//! in it, and a refusal leaves nothing but its entry in the trail.

use std::collections::BTreeMap;

use fengqiao::lifecycle::room::OBJECTS;
use serde_json::{Map, Value as Json, json};

use crate::stories::story::{Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

const SCHEMA: &str = "{ __schema {
    mutationType { fields { name args { name type { ...T } } } }
    types { kind name inputFields { name type { ...T } } enumValues { name } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

on_both!(every_mutation_refuses_who_has_no_part_in_it);

/// The types of the schema by name.
struct Types(BTreeMap<String, Json>);

impl Types {
    /// A value of a type that is sound by its form; ids are of the view that is named, or of whatever is there.
    fn value(&self, field: &str, ty: &Json, view: &str) -> Json {
        match ty["kind"].as_str().unwrap_or_default() {
            "NON_NULL" => self.value(field, &ty["ofType"], view),
            "LIST" => json!([self.value(field, &ty["ofType"], view)]),
            "ENUM" => self.0[ty["name"].as_str().expect("a name")]["enumValues"][0]["name"].clone(),
            "INPUT_OBJECT" => self.object(&self.0[ty["name"].as_str().expect("a name")], view),
            _ => match ty["name"].as_str().unwrap_or_default() {
                "ID" => id(if field == "id" { view } else { referred(field) }, 1).into(),
                "Int" => json!(1),
                "Float" => json!(30.0),
                "Boolean" => json!(true),
                "Date" => json!("2026-04-01"),
                "DateTime" => json!("2026-05-01T00:00:00+08:00"),
                "Decimal" => json!("1.00"),
                _ => json!("有"),
            },
        }
    }

    /// An object with what it must have.
    fn object(&self, input: &Json, view: &str) -> Json {
        let fields = input["inputFields"].as_array().expect("a list");
        let needed = fields.iter().filter(|field| field["type"]["kind"] == "NON_NULL");
        let value = |field: &Json| {
            let name = field["name"].as_str().expect("a name").to_owned();
            let value = self.value(&name, &field["type"], view);
            (name, value)
        };
        Json::Object(needed.map(value).collect::<Map<_, _>>())
    }
}

/// What an input of this name refers to.
fn referred(field: &str) -> &'static str {
    match field {
        "guidance" | "acceptance" | "handler" | "court" | "attendees" | "responsible" => "Organisation",
        "into" => "Dispute",
        "party" | "consents" | "askedBy" => "Party",
        "sites" => "KeySite",
        other => panic!("what does {other} refer to?"),
    }
}

async fn every_mutation_refuses_who_has_no_part_in_it(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let [public, secure] = [("PUBLIC_STAT", "3306"), ("SEC_ADMIN", "3306")];
    let schema = story.ask(story.who(public.0, public.1, None).await, SCHEMA, json!({})).await;
    let types = schema["__schema"]["types"].as_array().expect("types");
    let named = |ty: &Json| (ty["name"].as_str().unwrap_or_default().to_owned(), ty.clone());
    let types = Types(types.iter().map(named).collect());
    let mutations = schema["__schema"]["mutationType"]["fields"].as_array().expect("mutations");
    assert!(mutations.len() > 60, "{}", mutations.len());
    let view_of: BTreeMap<&str, &str> = OBJECTS
        .into_iter()
        .flat_map(|view| {
            let flow = own.0.engine.lifecycles().flows.newest(view).expect("a lifecycle");
            flow.actions.iter().map(move |action| (action.name.as_str(), view))
        })
        .collect();
    let state = "SELECT CAST(COUNT(*) + SUM(version) AS BIGINT) FROM hazard";
    let before = (story.number(state).await, story.number("SELECT COUNT(*) FROM status_event").await);
    for (role, division) in [public, secure] {
        let who = story.who(role, division, None).await;
        for mutation in mutations {
            let name = mutation["name"].as_str().expect("a name");
            let view = view_of.get(name).copied().unwrap_or_default();
            let ty = mutation["args"][0]["type"]["ofType"]["name"].as_str().expect("an input");
            let input = types.object(&types.0[ty], view);
            let batch = input.get("items").is_some();
            let results = if batch { "results { userErrors { code } }" } else { "" };
            let document =
                format!("mutation($input: {ty}!) {{ {name}(input: $input) {{ {results} userErrors {{ code }} }} }}");
            let answer = story.ask(who, &document, json!({ "input": input })).await;
            let outcome = if batch { &answer[name]["results"][0] } else { &answer[name] };
            let code = outcome["userErrors"][0]["code"].as_str().unwrap_or("done");
            let refusals = ["NOT_FOUND", "NOT_PERMITTED", "PURPOSE_FORBIDDEN", "REFERENCE_UNKNOWN"];
            assert!(refusals.contains(&code), "{role} {name}: {code} with {input}");
        }
    }
    let after = (story.number(state).await, story.number("SELECT COUNT(*) FROM status_event").await);
    assert_eq!(after, before, "nothing was written");
    let denied = story.number("SELECT COUNT(*) FROM audit_entry WHERE decision = 'DENY'").await;
    assert!(denied >= 2 * 60, "each denial is in the trail: {denied}");
}
