//! 检查与督导. Inspections with their sites, supervision rounds and exposures.

use std::collections::BTreeMap;

use entity::{exposure, inspection, inspection_site, inspection_team, supervision_round};

use super::visits::Visit;
use crate::demo::DemoError;
use crate::demo::calendar::{self, DAY, HOUR};
use crate::demo::history::{self, FLOW_VERSION, Matter, Step};
use crate::demo::world::{Builder, World, department_of};

/// Rounds of 2025 (Shaoxing 2024: 5 rounds, 28 exposures, 2,146 problems) and the first of 2026.
const ROUNDS: [(i64, i64, i64, i64); 6] =
    [(2025, 1, 2, 10), (2025, 2, 4, 14), (2025, 3, 6, 9), (2025, 4, 8, 18), (2025, 5, 10, 27), (2026, 1, 3, 2)];
const ROUND_DAYS: i64 = 26;
/// How long after an inspection its file is closed.
const CLOSED_AFTER: i64 = 30 * DAY;
const MEDIA: [&str; 3] = ["市级电视台曝光栏目", "市级日报", "政法公众号"];

/// Writes the rounds and gives their periods.
pub(super) fn rounds(builder: &mut Builder<'_, '_>) -> Result<Vec<(i64, i64, i64)>, DemoError> {
    let mut random = builder.random("rounds");
    let mut periods = Vec::new();
    for (id, (year, round_no, month, day)) in (1..).zip(ROUNDS) {
        let first = calendar::day(year, month, day);
        let (from, to) = (calendar::day_start(first), calendar::day_start(first + ROUND_DAYS));
        builder.out.put(supervision_round::Model {
            id,
            year,
            round_no,
            period_from: from,
            period_to: to,
            problems_assigned: random.range(380, 470),
            teams: random.range(6, 9),
        })?;
        for number in 0..random.range(5, 6) {
            let exposure_id = builder.out.id("exposure");
            builder.out.put(exposure::Model {
                id: exposure_id,
                round_id: id,
                media: (*random.pick(&MEDIA)).to_owned(),
                published_at: from + (5 + number * 4) * DAY + 10 * calendar::HOUR,
                url: None,
            })?;
        }
        periods.push((from, to, id));
    }
    Ok(periods)
}

/// The key and the team of an inspection.
#[derive(Clone, Copy)]
pub(super) struct Inspected {
    pub(super) id: i64,
    pub(super) team: i64,
    pub(super) by: i64,
}

/// Writes the inspections in order of time.
pub(super) fn write(
    builder: &mut Builder<'_, '_>,
    world: &World,
    visits: &[Visit],
    rounds: &[(i64, i64, i64)],
) -> Result<Vec<Inspected>, DemoError> {
    let mut numbers: BTreeMap<(usize, i64), u32> = BTreeMap::new();
    let mut random = builder.random("inspections");
    let mut written = Vec::with_capacity(visits.len());
    for visit in visits {
        let first = &world.sites[visit.sites[0]];
        let village = &world.villages[first.village];
        let seat = &world.seats[village.seat];
        let department = match (visit.fire, visit.city) {
            (true, _) => "FIRE",
            (_, true) => "PEACE",
            _ => department_of(builder, first.kind)?,
        };
        let office = if visit.city { &world.seats[0] } else { seat };
        let day = calendar::day_of(visit.at);
        let number = numbers.entry((village.seat, day)).or_insert(0);
        *number += 1;
        let id = builder.out.id("inspection");
        let started = visit.at <= builder.plan.as_of_ms;
        let round = rounds.iter().find(|(from, to, _)| visit.city && (*from..*to).contains(&visit.at));
        let record = started && random.chance(960);
        let closed = record && visit.at + CLOSED_AFTER <= builder.plan.as_of_ms;
        let by = Some(office.desks[department]);
        let planned = if started { visit.at - random.range(0, 6) * DAY } else { visit.at };
        let mut steps = vec![Step::new(planned.min(builder.plan.as_of_ms), "planInspection", "PLANNED", by)];
        let done = [(started, "startInspection", "STARTED", 0), (record, "recordInspection", "RECORDED", HOUR)];
        for (happened, action, to, after) in
            done.into_iter().chain([(closed, "closeInspection", "CLOSED", CLOSED_AFTER)])
        {
            if happened && visit.at + after <= builder.plan.as_of_ms {
                steps.push(Step::new(visit.at + after, action, to, by));
            }
        }
        let whole_village = visit.sites.iter().all(|site| world.sites[*site].village == first.village);
        builder.out.put(inspection::Model {
            id,
            division_code: if whole_village {
                village.code.clone()
            } else {
                world.townships[village.township].code.clone()
            },
            no: format!("JC-{}-{}-{number:06}", seat.code, calendar::compact(day)),
            kind: visit.kind.to_owned(),
            mode: visit.mode.to_owned(),
            round_id: round.map(|(_, _, id)| *id),
            team_id: office.offices[department],
            department: department.to_owned(),
            planned_at: planned,
            started_at: started.then_some(visit.at),
            // One checklist a kind of site, keyed by its place: that of the first site.
            checklist_id: Some(first.kind as i64 + 1),
            record: record.then(|| "现场检查并制作记录，问题已告知单位。".to_owned()),
            unit_signature: match random.weighted(&[930, 20, 50]) {
                _ if !started => None,
                0 => Some("SIGNED".to_owned()),
                1 => Some("REFUSED".to_owned()),
                _ => None,
            },
            flow_version: FLOW_VERSION,
            status: steps.last().map_or("PLANNED", |step| step.to).to_owned(),
            version: steps.len() as i64,
        })?;
        let code = &village.code;
        history::write(builder.out, Matter::Inspection(id), code, &steps, builder.plan.as_of_ms)?;
        // Beside the fire service comes the department of the site, or else emergency management.
        let beside = match department_of(builder, first.kind)? {
            "FIRE" => "EMERG",
            other => other,
        };
        for department in [department].into_iter().chain((visit.kind == "JOINT").then_some(beside)) {
            let row = builder.out.id("inspection_team");
            let organisation_id = office.offices[department];
            builder.out.put(inspection_team::Model { id: row, inspection_id: id, organisation_id })?;
        }
        for site in &visit.sites {
            let row = builder.out.id("inspection_site");
            let site = &world.sites[*site];
            builder.out.put(inspection_site::Model {
                id: row,
                division_code: world.villages[site.village].code.clone(),
                inspection_id: id,
                site_id: site.id,
            })?;
        }
        written.push(Inspected { id, team: office.offices[department], by: office.desks[department] });
    }
    Ok(written)
}
