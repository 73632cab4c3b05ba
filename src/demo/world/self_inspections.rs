//! 自查. Self-inspections of a site, quarter by quarter, and what each quarter asked of it.

use entity::{self_inspection, self_inspection_due};

use super::builder::Builder;
use super::site_kinds::{KINDS, checklist_items};
use super::{Site, World};
use crate::demo::calendar::{self, DAY, MINUTE};
use crate::demo::disputes::digest;
use crate::demo::history::{self, FLOW_VERSION, Matter, Step};
use crate::demo::out::Stopped;
use crate::demo::random::Random;

/// What came of a quarter, in 1,000: done on time, done late, missed.
const OUTCOMES: [u32; 3] = [815, 75, 110];
/// Quarters from the first of 2025.
const FIRST_YEAR: i64 = 2025;

/// The self-inspections of a site.
#[derive(Default)]
pub(super) struct Done {
    /// When the last complete one was submitted.
    pub(super) last: Option<i64>,
    /// When each submitted one was submitted, and its key.
    pub(super) submitted: Vec<(i64, i64)>,
}

/// Writes the self-inspections of an active site.
pub(super) fn write(
    builder: &mut Builder<'_, '_>,
    world: &World,
    site: &Site,
    department: &str,
) -> Result<Done, Stopped> {
    let mut done = Done::default();
    if !site.active {
        return Ok(done);
    }
    let as_of = builder.plan.as_of_ms;
    let mut random = Random::new(builder.plan.seed, "self-inspections", site.id as u64);
    for quarter in 0.. {
        let (year, number) = (FIRST_YEAR + quarter / 4, quarter % 4);
        let first = calendar::day(year, number * 3 + 1, 1);
        let after = calendar::day(year + (number + 1) / 4, (number + 1) % 4 * 3 + 1, 1);
        if calendar::day_start(first) > as_of {
            break;
        }
        let ended = calendar::day_start(after) <= as_of;
        let (state, day) = match random.weighted(&OUTCOMES) {
            _ if !ended => ("DUE", None),
            0 => ("DONE_ON_TIME", Some(first + random.range(3, after - first - 2))),
            1 if calendar::day_start(after + 21) <= as_of => ("DONE_LATE", Some(after + random.range(0, 19))),
            _ => ("MISSED", None),
        };
        let submitted = &mut done.submitted;
        let mut one = Visit { builder: &mut *builder, world, site, department, random: &mut random, submitted };
        if let Some(day) = day {
            done.last = one.visit(day, true)?.or(done.last);
        } else if state == "MISSED" && one.random.chance(200) {
            // Begun but not finished: it does not count.
            one.visit(after - 9, false)?;
        }
        let id = builder.out.id("self_inspection_due");
        builder.out.put(self_inspection_due::Model {
            id,
            division_code: world.villages[site.village].code.clone(),
            site_id: site.id,
            regulator_department: department.to_owned(),
            unit_id: site.unit,
            site_kind: KINDS[site.kind].code.to_owned(),
            cycle: format!("{year}-Q{}", number + 1),
            due_at: calendar::day_start(after),
            state: state.to_owned(),
        })?;
    }
    Ok(done)
}

struct Visit<'b, 'a, 'o, 'w> {
    builder: &'b mut Builder<'a, 'o>,
    world: &'w World,
    site: &'w Site,
    department: &'b str,
    random: &'b mut Random,
    submitted: &'b mut Vec<(i64, i64)>,
}

impl Visit<'_, '_, '_, '_> {
    /// One self-inspection; gives when it was submitted.
    fn visit(&mut self, day: i64, complete: bool) -> Result<Option<i64>, Stopped> {
        let started = calendar::working_instant(self.random, day);
        let submitted = (complete || self.random.chance(500)).then(|| started + self.random.range(4, 25) * MINUTE);
        debug_assert!(started < self.builder.plan.as_of_ms + DAY);
        let id = self.builder.out.id("self_inspection");
        let answers = self.answers(id, complete);
        let by = self.site.owner.map(|post| post.posting);
        let mut steps = vec![Step::new(started, "startSelfInspection", "STARTED", by)];
        steps.extend(submitted.map(|at| Step::new(at, "submitSelfInspection", "SUBMITTED", by)));
        self.submitted.extend(submitted.map(|at| (at, id)));
        self.builder.out.put(self_inspection::Model {
            id,
            division_code: self.world.villages[self.site.village].code.clone(),
            site_id: self.site.id,
            regulator_department: self.department.to_owned(),
            unit_id: self.site.unit,
            by_account_id: self.site.owner.map(|post| post.account),
            started_at: started,
            submitted_at: submitted,
            via: ["SCAN", "APP", "WEB"][self.random.weighted(&[70, 25, 5])].to_owned(),
            geo_match: self.random.chance(940),
            complete,
            answers,
            flow_version: FLOW_VERSION,
            status: steps.last().map_or("STARTED", |step| step.to).to_owned(),
            version: steps.len() as i64,
            checklist_id: Some(self.site.kind as i64 + 1),
        })?;
        let code = &self.world.villages[self.site.village].code;
        history::write(self.builder.out, Matter::SelfInspection(id), code, &steps, self.builder.plan.as_of_ms)?;
        Ok(submitted)
    }

    /// The answers; a photo shows what is not in order.
    fn answers(&mut self, inspection: i64, complete: bool) -> String {
        let kind = &KINDS[self.site.kind];
        let mut text = String::from("[");
        let items = checklist_items(kind).count();
        for number in 1..=if complete { items } else { items / 2 } {
            let (answer, note) = match self.random.weighted(&[930, 45, 25]) {
                0 => ("OK", "null"),
                1 => ("NOT_OK", "\"已安排整改\""),
                _ => ("NA", "null"),
            };
            let photo = match answer {
                "NOT_OK" => format!("\"{}\"", digest(&format!("answer {number} of"), inspection)),
                _ => "null".to_owned(),
            };
            if number > 1 {
                text.push(',');
            }
            text.push_str(&format!(
                "{{\"item\":\"{}-{number:02}\",\"answer\":\"{answer}\",\"note\":{note},\"photo\":{photo}}}",
                kind.code
            ));
        }
        text.push(']');
        text
    }
}
