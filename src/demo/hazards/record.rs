//! The hazards of one find, their transitions, evidence and order.

use std::collections::BTreeMap;

use entity::{evidence, hazard, rectification_plan, retrospective_review};

use super::inspections::Inspected;
use super::life::{self, Actors, Course, Times};
use super::orders::{self, Order, Progress};
use super::texts::descriptions;
use super::visits::Find;
use crate::demo::DemoError;
use crate::demo::calendar::{self, DAY, HOUR, MINUTE};
use crate::demo::disputes::digest;
use crate::demo::events::Became;
use crate::demo::geo::Point;
use crate::demo::history::{self, FLOW_VERSION, Matter, Step};
use crate::demo::out::{Out, Stopped};
use crate::demo::random::Random;
use crate::demo::world::{Builder, World, category_department, hazards_of, kind_code};

/// Major hazards, in 1,000.
const MAJOR: u32 = 14;

/// A find with what surrounds it.
pub(super) struct Scene<'f> {
    pub(super) find: &'f Find,
    pub(super) inspected: Option<Inspected>,
    pub(super) related: Option<i64>,
    pub(super) fresh: bool,
}

/// Numbers issued, and the last hazard written off at each site.
#[derive(Default)]
pub(super) struct Register {
    hazards: BTreeMap<(usize, i64), u32>,
    orders: BTreeMap<(usize, i64), u32>,
    written_off: BTreeMap<usize, (i64, i64, &'static str)>,
}

fn next(numbers: &mut BTreeMap<(usize, i64), u32>, seat: usize, day: i64) -> u32 {
    let number = numbers.entry((seat, day)).or_insert(0);
    *number += 1;
    *number
}

/// A hazard whose life is drawn.
struct Draft {
    id: i64,
    found: i64,
    category: &'static str,
    department: &'static str,
    major: bool,
    course: Course,
    steps: Vec<Step>,
    reopened: Option<i64>,
}

/// Writes the hazards of a find; gives how the last one stands that began with a grid event.
pub(super) fn write(
    builder: &mut Builder<'_, '_>,
    world: &World,
    random: &mut Random,
    register: &mut Register,
    scene: &Scene<'_>,
) -> Result<Option<Became>, DemoError> {
    let find = scene.find;
    let as_of = builder.plan.as_of_ms;
    let village = &world.villages[find.village];
    let (township, seat) = (&world.townships[village.township], &world.seats[village.seat]);
    let site = find.site.map(|place| &world.sites[place]);
    let grid = &village.grids[site.map_or_else(|| random.below(village.grids.len()), |site| site.grid)];
    let unit = site.and_then(|site| site.unit);
    let issuer = scene.inspected.unwrap_or_else(|| Inspected::township(township.government, township.leader));
    let graded = find.at + random.range(60, 20 * 60) * MINUTE;
    let ordered = graded + random.range(30, 40 * 60) * MINUTE;
    let owner = site.and_then(|site| site.owner).map(|post| post.posting);

    let mut drafts = Vec::new();
    for number in 0..find.count {
        let (category, reopened) = category(random, register, find, site.map(|site| site.kind));
        let department = category_department(builder, category)?;
        let major = random.chance(MAJOR);
        let course = life::course(random, major, unit.is_some(), scene.fresh);
        let major = major && course == Course::Ordered;
        let found = find.at + number as i64 * 3 * MINUTE;
        drafts.push(Draft {
            id: builder.out.id("hazard"),
            found,
            category,
            department,
            major,
            course,
            steps: Vec::new(),
            reopened,
        });
    }
    let in_order = |draft: &&Draft| draft.course == Course::Ordered;
    let order_department = drafts.iter().find(in_order).map(|draft| draft.department);
    let worst = drafts.iter().filter(in_order).any(|draft| draft.major);
    let deadline = orders::limit(ordered, life::days_allowed(worst));
    let order_id = order_department.filter(|_| ordered <= as_of).map(|_| builder.out.id("rectification_order"));
    // What nobody ordered is accepted next door: by the township when the village's member fixed it.
    let (own_acceptor, own_acceptor_post) =
        if owner.is_some() { (village.body, village.cadre) } else { (township.government, township.leader) };
    let times = Times { graded, ordered, deadline, acknowledged: orders::acknowledged(random, ordered) };
    let mut progress = Progress::default();
    let mut became = None;
    for mut draft in drafts {
        let is_ordered = draft.course == Course::Ordered;
        let actors = Actors {
            reporter: reporter(world, scene, find, seat, township, grid.member),
            grader: scene.inspected.map_or(township.operator, |one| one.by),
            fixer: if is_ordered { owner } else { Some(owner.unwrap_or(grid.member)) },
            issuer: issuer.by,
            guide: seat.desks[order_department.unwrap_or(draft.department)],
            acceptor: if is_ordered { seat.desks["PEACE"] } else { own_acceptor_post },
        };
        draft.steps = life::steps(random, draft.course, draft.found, draft.major, &times, &actors);
        draft.steps.retain(|step| step.at <= as_of);
        if is_ordered {
            progress.add(&draft.steps);
        }
        let matter = Matter::Hazard(draft.id);
        let events = history::write(builder.out, matter, &village.code, &draft.steps, as_of)?;
        plan(builder.out, &draft, &village.code)?;
        let place = (village.code.as_str(), site.map(|site| site.point));
        let photographed = write_evidence(builder.out, random, &draft, &events, place)?;
        let last = |action: &str| draft.steps.iter().rev().find(|step| step.action == action).map(|step| step.at);
        let written_off = last("writeOff");
        if let (Some(at), Some(place)) = (written_off, find.site) {
            register.written_off.insert(place, (at, draft.id, draft.category));
        }
        let refused = last("rejectRectification");
        let rectified =
            last("submitRectification").or(last("fixOnSite")).filter(|at| refused.is_none_or(|no| *at > no));
        let status = draft.steps.last().map_or("REPORTED", |step| step.to);
        let accepted_by =
            if is_ordered { order_id.map(|_| seat.offices["PEACE"]) } else { rectified.map(|_| own_acceptor) };
        if is_ordered && written_off.is_some_and(|at| at > deadline + 10 * DAY) && random.chance(300) {
            review(builder.out, draft.id, &village.code, township.government, written_off, as_of)?;
        }
        let day = calendar::day_of(draft.found);
        let number = next(&mut register.hazards, village.seat, day);
        let point = site.map_or_else(|| grid.point.near(random, 220.0), |site| site.point);
        // One in eight that a grid reported began as an event of the grid.
        if find.source == "GRID" && draft.id % 8 == 0 {
            let ended = written_off.map(|at| (at, false)).or(last("rejectHazard").map(|at| (at, true)));
            became = Some(Became {
                matter,
                village: find.village,
                grid: grid.id,
                site: site.map(|site| site.id),
                point,
                at: draft.found,
                by: actors.reporter,
                ended,
            });
        }
        let colours: [u32; 4] = if draft.major { [60, 40, 0, 0] } else { [0, 6, 44, 50] };
        builder.out.put(hazard::Model {
            id: draft.id,
            division_code: village.code.clone(),
            no: format!("YH-{}-{}-{number:06}", seat.code, calendar::compact(day)),
            site_id: site.map(|site| site.id),
            grid_id: Some(grid.id),
            zone_id: site.and_then(|site| site.zone).or(grid.zone),
            unit_id: unit,
            regulator_department: draft.department.to_owned(),
            site_kind: site.map(|site| kind_code(site.kind).to_owned()),
            lon: Some(point.lon),
            lat: Some(point.lat),
            category: draft.category.to_owned(),
            grade: (!matches!(status, "REPORTED" | "REJECTED"))
                .then(|| if draft.major { "MAJOR" } else { "GENERAL" }.to_owned()),
            risk_colour: ["RED", "ORANGE", "YELLOW", "BLUE"][random.weighted(&colours)].to_owned(),
            source: find.source.to_owned(),
            description: (*random.pick(&descriptions(draft.category))).to_owned(),
            found_at: draft.found,
            found_by_id: actors.reporter,
            rectified_on_site: draft.course == Course::OnSite && rectified.is_some(),
            deadline: order_id.filter(|_| is_ordered).map(|_| refused.map_or(deadline, life::second_limit)),
            rectified_at: rectified,
            written_off_at: written_off,
            order_id: order_id.filter(|_| is_ordered),
            inspection_id: scene.inspected.map(|one| one.id),
            self_inspection_id: site.filter(|_| find.source == "SELF").and_then(|site| site.inspected_by(draft.found)),
            acceptor_id: accepted_by,
            round_no: 1 + i64::from(refused.is_some()),
            status: status.to_owned(),
            version: draft.steps.len() as i64,
            reopened_from_id: draft.reopened,
            related_dispute_id: scene.related,
            flow_version: FLOW_VERSION,
            escalated_at: None,
            suspended: false,
            recurrence: 0,
            outside_reason: None,
            no_photo_reason: (!photographed).then(|| "发现时不便拍照".to_owned()),
        })?;
    }
    if let (Some(id), Some(department), Some(unit)) = (order_id, order_department, unit) {
        let number = next(&mut register.orders, village.seat, calendar::day_of(ordered));
        let order = Order {
            id,
            no: format!("JB-{}-{}-{number:06}", seat.code, calendar::compact(calendar::day_of(ordered))),
            division: village.code.clone(),
            issuer: issuer.team,
            unit,
            department,
            issued: ordered,
            deadline,
            regulator: seat.offices[department],
            peace: seat.offices["PEACE"],
        };
        orders::write(builder.out, random, order, &progress, &times.acknowledged, as_of)?;
    }
    Ok(became)
}

/// The category, and the hazard it repeats: the same category at the same site within 90 days.
fn category(random: &mut Random, register: &Register, find: &Find, kind: Option<usize>) -> (&'static str, Option<i64>) {
    let before = find.site.and_then(|place| register.written_off.get(&place));
    if let Some((at, id, category)) = before
        && (at + HOUR..at + 90 * DAY).contains(&find.at)
        && random.chance(60)
    {
        return (category, Some(*id));
    }
    let Some(kind) = kind else {
        return (
            ["TRAFFIC", "FIRE", "FLOOD_WEATHER", "ENVIRONMENT", "BUILDING", "OTHER"]
                [random.weighted(&[30, 25, 15, 10, 10, 10])],
            None,
        );
    };
    if find.source == "FIRE_JOINT" && random.chance(850) {
        return (if random.chance(720) { "FIRE" } else { "ELECTRICITY" }, None);
    }
    let likely = hazards_of(kind);
    (likely[random.weighted(&[50, 25, 15, 10][..likely.len()])], None)
}

fn reporter(
    world: &World,
    scene: &Scene<'_>,
    find: &Find,
    seat: &crate::demo::world::Seat,
    township: &crate::demo::world::Township,
    member: i64,
) -> i64 {
    let city = &world.seats[0];
    match (scene.inspected, find.source) {
        (Some(one), _) => one.by,
        (_, "SELF") => find.site.and_then(|place| world.sites[place].owner).map_or(member, |post| post.posting),
        (_, "DEMAND_12345") => city.desks["HOTLINE"],
        (_, "POLICE_110") => township.officer,
        (_, "ONLINE_LEAD") => seat.desks["NETWORK"],
        (_, "IOT") => city.desks["DATA"],
        _ => member,
    }
}

/// The plan that the unit began with.
fn plan(out: &mut Out<'_>, draft: &Draft, division: &str) -> Result<(), Stopped> {
    let Some(begun) = draft.steps.iter().find(|step| step.action == "startRectification") else { return Ok(()) };
    let id = out.id("rectification_plan");
    let whole = |text: &str| draft.major.then(|| text.to_owned());
    out.put(rectification_plan::Model {
        id,
        division_code: division.to_owned(),
        hazard_id: draft.id,
        round_no: 1,
        at: begun.at,
        measure: "制定措施，逐项整改到位。".to_owned(),
        money: whole("专项资金已落实"),
        person: whole("安全负责人"),
        time_limit: whole("整改期限内完成"),
        emergency_plan: whole("现场值守，必要时停用"),
        suspended: false,
    })
}

/// A photo before, and one after with each rectification; orders carry their own document. Whether there is one of the find.
fn write_evidence(
    out: &mut Out<'_>,
    random: &mut Random,
    draft: &Draft,
    events: &[i64],
    (division, point): (&str, Option<Point>),
) -> Result<bool, Stopped> {
    let mut photographed = false;
    for (step, event) in draft.steps.iter().zip(events) {
        let phase = match step.action {
            "reportHazard" if draft.course == Course::OnSite || random.chance(600) => "BEFORE",
            "fixOnSite" | "submitRectification" => "AFTER",
            _ => continue,
        };
        photographed |= phase == "BEFORE";
        let id = out.id("evidence");
        out.put(evidence::Model {
            id,
            division_code: division.to_owned(),
            hazard_id: Some(draft.id),
            dispute_id: None,
            status_event_id: Some(*event),
            phase: phase.to_owned(),
            hash: digest("photo", id),
            mime: "image/jpeg".to_owned(),
            size: random.range(180_000, 2_400_000),
            taken_at: step.at - MINUTE,
            taken_by_id: step.by,
            lon: point.map(|point| point.lon),
            lat: point.map(|point| point.lat),
            watermark: Some(true),
            class: Some("INTERNAL".to_owned()),
            grid_event_id: None,
            inspection_id: None,
            self_inspection_id: None,
        })?;
    }
    Ok(photographed)
}

fn review(
    out: &mut Out<'_>,
    hazard: i64,
    division: &str,
    responsible: i64,
    written_off: Option<i64>,
    as_of: i64,
) -> Result<(), Stopped> {
    let Some(at) = written_off.map(|at| at + 9 * DAY).filter(|at| *at <= as_of) else { return Ok(()) };
    let id = out.id("retrospective_review");
    out.put(retrospective_review::Model {
        id,
        division_code: division.to_owned(),
        hazard_id: Some(hazard),
        dispute_id: None,
        missed_step: "到期催办".to_owned(),
        responsible_id: responsible,
        finding: "整改期限届满后未及时催办。".to_owned(),
        measure: "建立到期前提醒和每周通报。".to_owned(),
        at,
        grid_event_id: None,
    })
}
