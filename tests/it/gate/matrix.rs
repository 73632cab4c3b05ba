//! The golden permission matrix: what each role is shown of each field, by purpose and relation.
//!
//! `FENGQIAO_UPDATE=1` writes `schema/policy/permissions.csv` anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fengqiao::access::{Access, Class, Clearance, Facts, Family, Policy, Purpose, Relation, Verdict};
use fengqiao::graphql::nouns;
use fengqiao::read::declare::{Kind, Mask, View};

use crate::oracle::Oracle;
use crate::oracle::city::City;
use crate::oracle::policy::Shown;
use crate::oracle::value::Val;
use crate::oracle::verdict::Relation as Stands;
use crate::oracle::viewer::Viewer;

const FILE: &str = "schema/policy/permissions.csv";
const HEAD: &str = "\
# What each role is shown, made from the policy: do not edit. FENGQIAO_UPDATE=1 cargo xtask test gate::matrix writes it.
# A cell is L or - (may list the type), then F full, M masked or - hidden: in scope, as handler, own, outside.
# Public fields are F everywhere and are left out. raised: on a dispute with a party under 14; dwelling: of a private one.
";

/// Type, class, whether it has a masked form, and the case: what decides a cell.
type Group = (String, char, bool, &'static str);

fn part_families(views: &[View], view: &View) -> Vec<Family> {
    let owner = |name: &str| views.iter().find(|v| v.name == name).map(|v| v.family);
    match view.owners.is_empty() || view.family == Family::Petition {
        true => vec![view.family],
        false => view.owners.iter().filter_map(|o| owner(o.view)).collect(),
    }
}

/// Groups of fields with their names.
fn groups(views: &[View]) -> BTreeMap<Group, Vec<String>> {
    let mut groups: BTreeMap<Group, Vec<String>> = BTreeMap::new();
    for view in views {
        let parts = view.fields.iter().flat_map(|field| match &field.kind {
            Kind::Embed { fields, .. } => {
                fields.iter().map(|part| (format!("{}.{}", field.name, part.name), part)).collect()
            }
            _ => vec![(field.name.clone(), field)],
        });
        for (name, field) in parts {
            let masked = !matches!(field.mask, Mask::None);
            let mut add = |class: Class, case| {
                groups.entry((view.name.to_owned(), class.letter(), masked, case)).or_default().push(name.clone());
            };
            if field.class != Class::Public {
                add(field.class, "");
            }
            if field.class > Class::Internal && view.family == Family::Dispute {
                add(field.class, "raised");
            }
            if field.dwelling {
                add(Class::Personal, "dwelling");
            }
        }
    }
    groups
}

fn facts(purpose: Purpose) -> Facts {
    Facts {
        account_id: 1,
        posting_id: 1,
        organisation_id: 1,
        other_organisation_ids: vec![],
        department: Some("FIRE".into()),
        division_code: "330603".into(),
        grid_ids: vec![330_603_001_001_001],
        zone_id: Some(1),
        mechanism_id: Some(1),
        clearance: Clearance::Sensitive,
        purpose,
    }
}

fn letter(verdict: Verdict, masked: bool) -> char {
    match verdict {
        Verdict::Full => 'F',
        Verdict::Masked if masked => 'M',
        _ => '-',
    }
}

fn cell(access: &Access<'_>, views: &[View], group: &Group) -> String {
    let (name, class, masked, case) = group;
    let view = views.iter().find(|v| v.name == name).expect("a view");
    let class = Class::ALL.into_iter().find(|c| c.letter() == *class).expect("a class");
    let lists = part_families(views, view).into_iter().any(|family| access.lists(family));
    let relations = [Relation::Scope, Relation::Handler, Relation::Own, Relation::Outside];
    let shown =
        relations.map(|relation| letter(access.verdict(view.family, class, relation, *case == "raised"), *masked));
    [if lists { 'L' } else { '-' }].into_iter().chain(shown).collect()
}

fn matrix() -> String {
    let policy = Policy::built_in().expect("the policy is sound");
    let catalog = nouns::catalog().expect("the declarations fit together");
    let mut columns: Vec<(String, Purpose)> = vec![];
    for role in policy.roles() {
        columns.extend(role.purposes.iter().map(|purpose| (role.code.clone(), *purpose)));
    }
    columns.sort_by_key(|(role, purpose)| (role.clone(), purpose.code()));
    let mut text = HEAD.to_owned();
    let names: Vec<String> = columns.iter().map(|(role, purpose)| format!("{role} {}", purpose.code())).collect();
    writeln!(text, "type,class,case,fields,{}", names.join(",")).expect("text");
    for (group, fields) in groups(catalog.views()) {
        let cells = columns.iter().map(|(role, purpose)| {
            let facts = facts(*purpose);
            let access = Access::new(&policy, role, &facts).expect("a role");
            cell(&access, catalog.views(), &group)
        });
        let cells: Vec<String> = cells.collect();
        writeln!(text, "{},{},{},{},{}", group.0, group.1, group.3, fields.join(" "), cells.join(",")).expect("text");
    }
    text
}

#[test]
fn the_permission_matrix_is_current() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let matrix = matrix();
    if std::env::var_os("FENGQIAO_UPDATE").is_some() {
        std::fs::write(&path, &matrix).expect("the matrix is written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    let stale = matrix.lines().zip(stored.lines()).find(|(now, then)| now != then);
    assert!(matrix == stored, "{FILE} is stale; FENGQIAO_UPDATE=1 writes it anew. First difference: {stale:?}");
}

/// Every cell says what the oracle says of the same role, purpose, type and class.
#[test]
fn the_oracle_agrees_with_the_matrix() {
    let oracle = Oracle::new(City::empty(), 0);
    let catalog = nouns::catalog().expect("the declarations fit together");
    let stored =
        std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)).expect("the matrix");
    let mut lines = stored.lines().filter(|line| !line.starts_with('#'));
    let columns: Vec<(&str, &str)> =
        lines.next().expect("a head").split(',').skip(4).filter_map(|column| column.split_once(' ')).collect();
    let groups: Vec<Group> = groups(catalog.views()).into_keys().collect();
    let mut cells = 0;
    for (line, (name, class, masked, case)) in lines.zip(groups) {
        let of = oracle.spec.of(&name);
        for ((role, purpose), cell) in columns.iter().zip(line.split(',').skip(4)) {
            let viewer = Viewer {
                posting: 1,
                account: 1,
                organisation: 1,
                department: Val::Text("FIRE".into()),
                division: "330603".into(),
                grids: vec![330_603_001_001_001],
                zone: Val::Int(1),
                mechanism: Val::Int(1),
                sensitive: true,
                role: &oracle.policies.roles[*role],
                purpose: &oracle.policies.purposes[*purpose],
            };
            let class = if case == "raised" { 'S' } else { class };
            let shown = [Stands::Scope, Stands::Handler, Stands::Own, Stands::Outside].map(|stands| {
                match oracle.class_verdict(&viewer, of, class, stands) {
                    Shown::Full => 'F',
                    Shown::Masked if masked => 'M',
                    _ => '-',
                }
            });
            let ruled = |family: &str| viewer.role.rows.contains_key(family);
            let lists = matches!(of.family.as_str(), "Place" | "Staff")
                || if of.owners.is_empty() || of.family == "Petition" {
                    ruled(&of.family)
                } else {
                    of.owners.iter().any(|(table, _)| ruled(&oracle.spec.of_table(table).family))
                };
            let expected: String = [if lists { 'L' } else { '-' }].into_iter().chain(shown).collect();
            assert_eq!(*cell, expected, "{name} {class} {case} for {role} {purpose}");
            cells += 1;
        }
    }
    assert!(cells > 2_000, "only {cells} cells");
}
