//! The registry walk: every field has a class, and every root denies something to somebody.

use std::collections::BTreeSet;

use fengqiao::access::Policy;
use fengqiao::graphql::model::{Model, ObjectDef};
use fengqiao::graphql::{build, nouns};
use fengqiao::lifecycle::Lifecycles;
use serde_json::Value as Json;

use super::enumerate;
use super::world::World;
use crate::oracle::Oracle;
use crate::oracle::city::City;
use crate::oracle::query::{Page, Root, Select, Selection};
use crate::oracle::spec::Kind;
use crate::oracle::value::Val;
use crate::support::backend::on_both;

/// Types that carry no data of rows: what they hold has been decided before they are made.
const WITHOUT_CLASSES: [(&str, &str); 22] = [
    ("Query", "a root leads to rows that are decided themselves"),
    ("Mutation", "an action leads to rows that are decided themselves"),
    ("Subscription", "an event leads to rows that are decided themselves"),
    ("Change", "is written for matters that are shown, or for ids that the viewer named or was told"),
    ("ChangeClock", "is written for matters that are shown"),
    ("ChangePage", "tells of the page, not of rows"),
    ("RateLimit", "tells the viewer of himself"),
    ("_Service", "tells of the contract, which is published"),
    ("PageInfo", "tells of the page, not of rows"),
    ("GeoPoint", "the point has the class of the field that holds it"),
    ("Rate", "has the class of the figure that it is"),
    ("Overview", "each summary in it is decided itself"),
    ("SiteSurroundings", "the site and each summary in it are decided themselves"),
    ("Viewer", "tells the viewer of himself"),
    ("ViewerScope", "tells the viewer of himself"),
    ("ViewerPermission", "tells the viewer of himself"),
    ("FieldPermission", "tells the viewer of himself"),
    ("UploadSlot", "is the viewer's own and new"),
    ("AvailableAction", "tells the viewer what he may do himself on a matter that is shown"),
    ("ActionBlock", "tells the viewer what he may not do, as trying it would"),
    ("AccessExplanation", "is given for rows that are shown"),
    ("FieldExplanation", "is given for rows that are shown"),
];

/// Fields without a class of types that have classes.
const FIELDS_WITHOUT: [(&str, &str); 4] = [
    ("id", "an opaque key, checked again whenever it is used"),
    ("groups", "figures of groups are decided as the figures are"),
    ("asOf", "repeats the question"),
    ("definitionVersion", "tells of the product"),
];

/// Roots that are made of no single type; `denied_roots` asks them by hand.
const BY_HAND: [&str; 11] = [
    "nodes",
    "_entities",
    "_service",
    "overview",
    "aroundSite",
    "viewer",
    "explainAccess",
    "node",
    "serverTime",
    "rateLimit",
    // Asked in `live::delta`, because it takes something that happens.
    "changesSince",
];

fn model() -> Model {
    let catalog = nouns::catalog().expect("the declarations fit together");
    let policy = Policy::built_in().expect("the policy is sound");
    let lifecycles = Lifecycles::built_in(catalog, &policy).expect("the lifecycles are sound");
    build::model(catalog, &lifecycles.flows)
}

fn made_by_the_engine(name: &str) -> bool {
    ["Connection", "Edge", "Group", "Payload", "Error"].iter().any(|end| name.ends_with(end))
}

#[test]
fn every_field_has_a_class() {
    let model = model();
    let listed: BTreeSet<&str> = WITHOUT_CLASSES.iter().map(|(name, _)| *name).collect();
    for (name, object) in &model.objects {
        if listed.contains(name.as_str()) || made_by_the_engine(name) {
            continue;
        }
        for (field, def) in &object.fields {
            let part = model.objects.get(def.ty.name()).is_some_and(|below| !below.node && has_classes(below));
            let excused = FIELDS_WITHOUT.iter().any(|(excused, _)| excused == field);
            assert!(def.class.is_some() || excused || part, "{name}.{field} has no class");
        }
    }
    let unknown: Vec<&&str> = listed.iter().filter(|name| !model.objects.contains_key(**name)).collect();
    assert!(unknown.is_empty(), "no types: {unknown:?}");
}

fn has_classes(object: &ObjectDef) -> bool {
    object.fields.values().all(|field| field.class.is_some())
}

#[test]
fn the_oracle_knows_every_field_and_its_class() {
    let model = model();
    let oracle = Oracle::new(City::empty(), 0);
    for (name, of) in &oracle.spec.types {
        let object = model.objects.get(name).unwrap_or_else(|| panic!("the API has no {name}"));
        for (field, def) in object.fields.iter().filter(|(field, _)| *field != "id") {
            let known = of.fields.get(field).unwrap_or_else(|| panic!("the oracle does not know {name}.{field}"));
            if let Kind::Part { fields } = &known.kind {
                for part in fields {
                    let class = model.objects[def.ty.name()].fields[part].class.map(|class| class.letter());
                    assert_eq!(class, Some(of.fields[&format!("{part}@")].class), "{name}.{field}.{part}");
                }
                continue;
            }
            assert_eq!(def.class.map(|class| class.letter()), Some(known.class), "{name}.{field}");
        }
        for field in of.fields.keys().filter(|field| !field.ends_with('@')) {
            assert!(object.fields.contains_key(field), "the API has no {name}.{field}");
        }
    }
    for object in model.objects.iter().filter(|(_, object)| object.node) {
        assert!(oracle.spec.types.contains_key(object.0), "the oracle does not know {}", object.0);
    }
}

on_both!(every_root_denies);

/// The public gets nothing but public fields of open families from any root, and nothing at all from the others.
async fn every_root_denies(world: &World) {
    let oracle = world.oracle().await;
    let model = world.engine.model();
    let postings = oracle.valid_postings();
    let (public, _) = postings.iter().find(|(_, role)| role == "PUBLIC_STAT").expect("a posting of the public");
    let viewer = world.viewer(*public, "STATISTICS").await;
    for (name, def) in &model.objects["Query"].fields {
        let ty = def.ty.name();
        let root = if let Some(of) = ty.strip_suffix("Connection") {
            Root::List(name.clone(), Page { first: Some(50), ..Page::default() }, enumerate::leaves(&oracle, model, of))
        } else if oracle.spec.types.contains_key(ty) {
            let row = oracle.city.table(&oracle.spec.of(ty).table).all().next().expect("a row");
            let by = def.args.iter().filter(|arg| arg.name != "uscc").map(|arg| {
                let column = match arg.name.as_str() {
                    "token" => "qr_token",
                    "no" if def.args.len() == 2 => "round_no",
                    other => other,
                };
                let value = match row.get(column) {
                    Val::Int(n) => n.to_string(),
                    other => format!("{:?}", other.text().unwrap_or_default()),
                };
                (arg.name.clone(), value)
            });
            Root::Lookup(name.clone(), by.collect(), enumerate::leaves(&oracle, model, ty))
        } else if ty.ends_with("Summary") {
            continue;
        } else {
            assert!(BY_HAND.contains(&name.as_str()), "nothing is denied at {name}: add a case");
            continue;
        };
        let body = world.ask(&viewer, &root.to_string()).await;
        let answer: Json = serde_json::from_slice(&body).expect("JSON");
        let value = &answer["data"][name];
        let (Root::List(_, _, selection) | Root::Lookup(_, _, selection)) = &root else { continue };
        let rows: Vec<&Json> = match value["edges"].as_array() {
            Some(edges) => edges.iter().map(|edge| &edge["node"]).collect(),
            None if value.is_null() => vec![],
            None => vec![value],
        };
        let open = oracle.lists(&oracle.viewer(*public, "STATISTICS"), oracle.spec.of(&selection.of));
        let pointed = selection.of == "KeySite" && !name.ends_with('s');
        assert_eq!(!rows.is_empty(), open || pointed, "{name}: {value}");
        for row in rows {
            public_only(&oracle, selection, row);
        }
    }
}

fn public_only(oracle: &Oracle, selection: &Selection, row: &Json) {
    let of = oracle.spec.of(&selection.of);
    for (name, below) in &selection.fields {
        match below {
            Select::Part(parts) => {
                for part in parts {
                    let class = of.fields[&format!("{part}@")].class;
                    assert!(class == 'P' || row[name][part].is_null(), "{}.{name}.{part} is public", of.name);
                }
            }
            _ => assert!(of.fields[name].class == 'P' || row[name].is_null(), "{}.{name} is public: {row}", of.name),
        }
    }
}

on_both!(roots_made_by_hand_deny);

/// The other roots: nothing of governed rows for the public and the administrators.
async fn roots_made_by_hand_deny(world: &World) {
    let oracle = world.oracle().await;
    let id = |of: &str| {
        let row = oracle.city.table(&oracle.spec.of(of).table).all().next().expect("a row");
        crate::oracle::query::global_id(of, row.id())
    };
    let (dispute, hazard, posting) = (id("Dispute"), id("Hazard"), id("Posting"));
    let site = oracle.city.table("key_site").all().next().expect("a site").get("code").text().unwrap_or_default();
    let closed = [
        (format!("{{node(id:\"{dispute}\"){{id}}}}"), r#"{"node":null}"#),
        (format!("{{node(id:\"{hazard}\"){{id}}}}"), r#"{"node":null}"#),
        (format!("{{node(id:\"{posting}\"){{id}}}}"), r#"{"node":null}"#),
        (format!("{{nodes(ids:[\"{dispute}\",\"{hazard}\"]){{id}}}}"), r#"{"nodes":[null,null]}"#),
        (
            format!(
                "{{_entities(representations:[{{__typename:\"Dispute\",id:\"{dispute}\"}},\
                 {{__typename:\"Hazard\",id:\"{hazard}\"}}]){{__typename}}}}"
            ),
            r#"{"_entities":[null,null]}"#,
        ),
        (format!("{{explainAccess(id:\"{dispute}\"){{allowed}}}}"), r#"{"explainAccess":null}"#),
        (
            "{overview(division:\"330603\"){sites{count} selfInspections{done}}}".into(),
            r#"{"overview":{"sites":null,"selfInspections":null}}"#,
        ),
        (
            "{siteStatistics{count} selfInspectionStatistics{done} agreementStatistics{reached}}".into(),
            r#"{"siteStatistics":null,"selfInspectionStatistics":null,"agreementStatistics":null}"#,
        ),
        (format!("{{aroundSite(code:{site:?}){{sites{{count}}}}}}"), r#"{"aroundSite":{"sites":null}}"#),
        ("{viewer{permissions{type listed}}}".into(), ""),
    ];
    for (posting, role) in oracle.valid_postings() {
        if !["PUBLIC_STAT", "SYS_ADMIN", "SEC_ADMIN", "AUDIT_ADMIN"].contains(&role.as_str()) {
            continue;
        }
        let viewer = world.viewer(posting, &oracle.policies.roles[&role].purposes[0]).await;
        for (query, expected) in &closed {
            let answer: Json = serde_json::from_slice(&world.ask(&viewer, query).await).expect("JSON");
            match *expected {
                "" => {
                    let types = answer["data"]["viewer"]["permissions"].as_array().expect("permissions").clone();
                    let disputes = types.iter().find(|t| t["type"] == "Dispute").expect("disputes");
                    assert_eq!(disputes["listed"], false, "{role}");
                }
                data => {
                    assert_eq!(answer["data"], serde_json::from_str::<Json>(data).expect("JSON"), "{role}: {query}")
                }
            }
        }
    }
}

/// Who reads rows as they are stored, beside the lifecycles, which decide by them who may act.
const PAST_THE_GATE: [(&str, &str); 2] = [
    ("src/graphql/unseen.rs", "holds the row of an event against conditions, and tells nothing of it"),
    ("src/read/actions.rs", "asks the lifecycles of matters that are shown what may be done with them"),
];

#[test]
fn whoever_reads_past_the_gate_is_known() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found) = (vec![root.join("src")], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !name.starts_with("src/lifecycle/") {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let reads = ["load::rows(", "load::selected(", "load::cases("].iter().any(|call| text.contains(call));
                if reads {
                    found.insert(name);
                }
            }
        }
    }
    let known: BTreeSet<String> = PAST_THE_GATE.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(found, known);
}
