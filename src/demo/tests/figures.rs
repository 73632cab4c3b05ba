//! The figures of the sources, checked on the generator's output.

use super::places;
use crate::demo::calendar::year_of;
use crate::demo::disputes::fate::{Course, Fates};
use crate::demo::figures::{Counts, DISPUTE_TYPES};
use crate::demo::hazards::visits::Planner;
use crate::demo::world::kind_code;
use crate::demo::{Plan, Scale, city};

/// To one decimal, as the sources print it.
fn percent(part: usize, whole: usize) -> String {
    format!("{:.1}", part as f64 * 100.0 / whole as f64)
}

#[test]
fn the_full_city_resolves_what_the_sources_say() {
    let plan = Plan::of(Scale::Full);
    let mut fates = Fates::new(&plan, "disputes of the city", vec![(0, 1.0)], Counts::of(plan.scale).disputes);
    let (mut all, mut key, mut key_resolved) = (0, 0, 0);
    // Resolved in 2025, by a centre: key fields, then all.
    let mut flow = [[0, 0]; 2];
    let mut types = [0usize; 15];
    for day in city::first_day()..=city::last_day(&plan) {
        for fate in fates.of_day(day) {
            all += 1;
            types[fate.kind] += 1;
            let resolved = fate.resolved(plan.as_of_ms);
            if fate.key && year_of(fate.accepted) == 2025 {
                assert!(!matches!(fate.course, Course::Merged | Course::NotAccepted | Course::Waiting));
                key += 1;
                key_resolved += usize::from(resolved.is_some());
            }
            if resolved.is_some_and(|at| year_of(at) == 2025) {
                for group in [0, 1].into_iter().skip(usize::from(!fate.key)) {
                    flow[group][0] += usize::from(fate.by_centre);
                    flow[group][1] += 1;
                }
            }
        }
    }
    assert_eq!(all, 370_000);
    assert!(key > 40_000);
    assert_eq!(percent(key_resolved, key), "99.3");
    assert_eq!(percent(flow[0][0], flow[0][1]), "83.9");
    assert_eq!(percent(flow[1][0], flow[1][1]), "83.9");
    for (kind, weight) in DISPUTE_TYPES.into_iter().enumerate() {
        let share = types[kind] as f64 * 1000.0 / all as f64;
        // Wage disputes peak before the festival, so the others give way a little.
        assert!((share - f64::from(weight)).abs() < 8.0, "type {kind}: {share}");
    }
}

#[test]
fn the_full_city_has_the_places_of_the_sources() {
    let (world, rows) = places(Scale::Full);
    let cohort = || world.villages.iter().filter(|village| village.cohort);
    let city_sites = || world.sites.iter().filter(|site| world.villages[site.village].cohort);
    let of_kind = |kind: &'static str| move |site: &&crate::demo::world::Site| kind_code(site.kind) == kind;
    assert_eq!(world.townships.iter().filter(|township| township.code.starts_with("3306")).count(), 103);
    assert_eq!(cohort().count(), 2_168);
    assert_eq!(cohort().map(|village| village.grids.len()).sum::<usize>(), 4_300);
    assert_eq!(city_sites().count(), 40_000);
    assert_eq!(city_sites().filter(of_kind("EBIKE_PARKING")).count(), 1_983);
    assert_eq!(city_sites().filter(of_kind("UNIVERSITY_CAMPUS")).count(), 20);
    // Shaoxing's centres: the city, 6 counties, 103 townships, 2,168 villages and 21 key areas.
    let neighbours = world.seats.len() - 7 + world.townships.len() - 103 + world.villages.len() - 2_168;
    assert_eq!(rows["governance_centre"], 2_299 + neighbours);
    let universities: std::collections::BTreeSet<_> =
        city_sites().filter(of_kind("UNIVERSITY_CAMPUS")).map(|site| site.unit).collect();
    assert_eq!(universities.len(), 13);
    let xinyi = world.sites.iter().filter(|site| world.villages[site.village].code == "330411005201");
    assert_eq!(xinyi.filter(of_kind("RENTAL_APARTMENT")).count(), 41);

    let planner = Planner::run(&Plan::of(Scale::Full), &Counts::of(Scale::Full), &world);
    let found = |wanted: &dyn Fn(&&crate::demo::hazards::visits::Find) -> bool| -> usize {
        planner.finds.iter().filter(wanted).map(|find| find.count).sum()
    };
    assert_eq!(found(&|find| world.villages[find.village].cohort), 100_000);
    assert_eq!(found(&|find| find.source == "FIRE_JOINT" && year_of(find.at) == 2025), 53_000);
    let fire = planner.finds.iter().filter(|find| find.source == "FIRE_JOINT" && year_of(find.at) == 2025);
    let covered: std::collections::BTreeSet<_> = fire.filter_map(|find| find.site).collect();
    assert_eq!(covered.len(), 25_000);
    assert!(covered.iter().all(|site| world.sites[*site].active));
    let visited = planner.visits.iter().filter(|visit| visit.fire).flat_map(|visit| &visit.sites);
    assert_eq!(visited.collect::<std::collections::BTreeSet<_>>().len(), 25_000);
}
