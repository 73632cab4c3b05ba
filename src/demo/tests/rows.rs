//! What is generated: the same every time, and nothing that could be somebody.

use std::collections::BTreeMap;

use sea_orm::Value;

use super::{generate, places};
use crate::demo::{Plan, Scale, city};
use crate::kernel::citizen_id::CitizenId;
use crate::kernel::clock::parse_date;
use crate::kernel::uscc::Uscc;

#[test]
fn the_same_seed_gives_the_same_rows_and_another_seed_others() {
    let plan = Plan::of(Scale::Small);
    let first = generate(&plan);
    assert_eq!(first, generate(&plan));
    assert_ne!(first.1, generate(&Plan { seed: plan.seed + 1, ..plan }).1);
}

#[test]
fn no_number_could_belong_to_anybody() {
    let today = parse_date("2026-04-01").unwrap();
    let (mut phones, mut ids, mut codes) = (0, 0, 0);
    city::generate(&Plan::of(Scale::Small), &mut |chunk| {
        for row in chunk.values.chunks(chunk.columns.len()) {
            for (column, value) in chunk.columns.iter().zip(row) {
                let Value::String(Some(text)) = value else { continue };
                match *column {
                    "mobile" | "contact" | "duty_phone" | "private_mobile" | "service_phone" => {
                        assert!(text.len() == 11 && text.starts_with("100"), "{column} {text}");
                        phones += 1;
                    }
                    "id_number" => {
                        assert!(text.starts_with("330699"), "{text}");
                        CitizenId::parse(text, today).unwrap();
                        ids += 1;
                    }
                    "uscc" => {
                        assert_eq!(&text[2..8], "330699");
                        Uscc::parse(text).unwrap();
                        codes += 1;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    })
    .unwrap();
    assert!(phones > 5_000 && ids > 2_500 && codes > 500, "{phones} {ids} {codes}");
}

#[test]
fn sites_lie_in_their_county() {
    let (world, _) = places(Scale::Small);
    let reference = crate::demo::reference::Reference::read().unwrap();
    for site in &world.sites {
        let county = &world.seats[world.villages[site.village].seat].code;
        assert!(reference.outlines.contains(county, site.point), "{:?} is outside {county}", site.point);
    }
}

#[test]
fn joint_inspections_have_two_teams_and_the_leading_one_is_among_them() {
    let (mut leading, mut teams) = (BTreeMap::new(), BTreeMap::<i64, Vec<i64>>::new());
    city::generate(&Plan::of(Scale::Small), &mut |chunk| {
        let place = |name: &str| chunk.columns.iter().position(|column| *column == name).unwrap();
        let number = |value: &Value| if let Value::BigInt(Some(n)) = value { *n } else { panic!("{value:?}") };
        for row in chunk.values.chunks(chunk.columns.len()) {
            match chunk.table {
                "inspection" => {
                    let joint = row[place("kind")] == Value::from("JOINT");
                    leading.insert(number(&row[place("id")]), (number(&row[place("team_id")]), joint));
                }
                "inspection_team" => {
                    let of = teams.entry(number(&row[place("inspection_id")])).or_default();
                    of.push(number(&row[place("organisation_id")]));
                }
                _ => {}
            }
        }
        Ok(())
    })
    .unwrap();
    assert!(leading.values().any(|(_, joint)| *joint));
    for (id, (team, joint)) in leading {
        assert!(teams[&id].contains(&team) && teams[&id].len() == 1 + usize::from(joint), "{id}: {:?}", teams[&id]);
    }
}
