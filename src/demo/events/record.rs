//! The rows of one event.

use std::collections::BTreeMap;

use entity::{consultation_attendee, event_consultation, event_task, evidence, grid_event, retrospective_review};

use super::life::{Around, Life};
use crate::demo::DemoError;
use crate::demo::calendar;
use crate::demo::disputes::digest;
use crate::demo::history::{self, FLOW_VERSION, Matter};
use crate::demo::out::{Out, Stopped};
use crate::demo::random::Random;
use crate::demo::world::Builder;

/// Numbers issued, and the latest event of each village.
pub(super) struct Register {
    pub(super) numbers: BTreeMap<(usize, i64), u32>,
    pub(super) latest: BTreeMap<String, (i64, i64)>,
}

/// What was reported of each kind; no persons.
const TEXTS: [(&str, [&str; 4]); 5] = [
    ("PATROL_FINDING", ["楼道堆放杂物", "路灯不亮", "窨井盖松动", "沿街摊位占道"]),
    ("SERVICE", ["代办社保认证", "独居老人走访送餐", "协助登记居住信息", "上门宣传防诈骗"]),
    ("HAZARD", ["电动自行车飞线充电", "灭火器压力不足", "疏散通道被占用", "围墙开裂"]),
    ("DISPUTE", ["邻里因停车发生争执", "租客与房东因押金起争议", "装修噪声引起不满", "因宅基地边界争议"]),
    ("DEMAND", ["反映垃圾清运不及时", "要求增设减速带", "反映河道异味", "咨询医保报销"]),
];

/// Writes an event.
pub(super) fn write(
    builder: &mut Builder<'_, '_>,
    random: &mut Random,
    register: &mut Register,
    around: &Around<'_>,
    life: Life<'_>,
) -> Result<(), DemoError> {
    let as_of = builder.plan.as_of_ms;
    let Some(first) = life.steps.first().map(|step| (step.at, step.by)) else { return Ok(()) };
    let (reported, by) = first;
    let out = &mut *builder.out;
    let id = out.id("grid_event");
    let (matter, code) = (Matter::GridEvent(id), &around.village.code);
    let events = history::write(out, matter, code, &life.steps, as_of)?;
    let status = life.steps.last().map_or("REPORTED", |step| step.to);
    let day = calendar::day_of(reported);
    let number = register.numbers.entry((around.seat_place, day)).or_insert(0);
    *number += 1;
    let no = format!("SJ-{}-{}-{number:06}", around.seat.code, calendar::compact(day));
    let duplicate_of = register.latest.get(code).filter(|(_, at)| status == "DUPLICATE" && *at <= reported);
    let duplicate_of_id = duplicate_of.map(|(id, _)| *id);
    register.latest.insert(code.clone(), (id, reported));
    let texts = TEXTS.iter().find(|(kind, _)| *kind == life.kind).map_or(&TEXTS[0].1, |(_, texts)| texts);
    let recurred = life.last("recurEvent");
    let since = |at: Option<i64>| at.filter(|at| recurred.is_none_or(|recurred| *at > recurred));
    let handled = ["settleOnSpot", "handleEvent", "concludeEvent"].into_iter().filter_map(|action| life.last(action));
    let fed_back = since(life.last("feedBackEvent"));
    let point =
        life.point.or(life.site.map(|site| site.point)).unwrap_or_else(|| around.grid.point.near(random, 200.0));
    let assigned = life.last("assignEvent").is_some() || life.on_spot && life.last("settleOnSpot").is_some();
    rows(out, random, id, around, &life)?;
    if life.last("settleOnSpot").is_some() {
        photo(out, random, id, around, (reported, by), events.get(1).copied())?;
    }
    let (dispute_id, hazard_id) = match life.became {
        Some(Matter::Dispute(id)) => (Some(id), None),
        Some(Matter::Hazard(id)) => (None, Some(id)),
        _ => (None, None),
    };
    out.put(grid_event::Model {
        id,
        division_code: code.clone(),
        no,
        kind: life.kind.to_owned(),
        category: (life.kind == "HAZARD")
            .then(|| ["FIRE", "BUILDING", "OTHER"][random.weighted(&[6, 2, 2])].to_owned()),
        text: (*random.pick(texts)).to_owned(),
        urgency: ["LOW", "NORMAL", "HIGH", "EMERGENCY"][random.weighted(&[25, 66, 8, 1])].to_owned(),
        channel: life.channel.to_owned(),
        reported_at: reported,
        reported_by_id: by.unwrap_or_default(),
        office_id: Some(around.village.body),
        outside_reason: None,
        grid_id: Some(life.site.map_or(around.grid.id, |site| around.village.grids[site.grid].id)),
        zone_id: life.site.and_then(|site| site.zone).or(around.grid.zone),
        site_id: life.site.map(|site| site.id).or(life.site_id),
        lon: Some(point.lon),
        lat: Some(point.lat),
        high_frequency: random.chance(30),
        mass_event: random.chance(4),
        settled_on_spot: life.last("settleOnSpot").is_some(),
        duplicate_of_id,
        dispute_id,
        hazard_id,
        handler_id: life.handler.filter(|_| assigned).map(|handler| handler.organisation),
        due_at: life.due.filter(|_| life.last("assignEvent").is_some()),
        handled_at: since(handled.max()),
        fed_back_at: fed_back,
        satisfied: fed_back.filter(|_| random.chance(800)).map(|_| random.chance(970)),
        tracking_until: since(life.last("trackEvent")).and(life.tracking),
        recurrence: i64::from(recurred.is_some()),
        concluded_at: matches!(status, "CLOSED" | "INVALID" | "DUPLICATE")
            .then(|| life.steps.last().map(|step| step.at))
            .flatten(),
        status: status.to_owned(),
        version: life.steps.len() as i64,
        flow_version: FLOW_VERSION,
    })?;
    Ok(())
}

/// Tasks, consultations and reviews.
fn rows(
    out: &mut Out<'_>,
    random: &mut Random,
    event: i64,
    around: &Around<'_>,
    life: &Life<'_>,
) -> Result<(), Stopped> {
    let division = || around.village.code.clone();
    for (place, step) in life.steps.iter().enumerate() {
        let after = &life.steps[place..];
        let due = || step.input["deadline"].as_i64().unwrap_or(step.at);
        match step.action {
            "assignEvent" | "recurEvent" => {
                let done = after.iter().find(|later| later.action == "handleEvent");
                let id = out.id("event_task");
                out.put(event_task::Model {
                    id,
                    division_code: division(),
                    grid_event_id: event,
                    organisation_id: life.handler.map_or(around.village.body, |handler| handler.organisation),
                    task: step.note.unwrap_or_default().to_owned(),
                    assigned_at: step.at,
                    due_at: due(),
                    done_at: done.map(|done| done.at),
                    result: done.and_then(|done| done.note).map(str::to_owned),
                    returned_at: None,
                })?;
            }
            "consultEvent" => {
                let id = out.id("event_consultation");
                out.put(event_consultation::Model {
                    id,
                    division_code: division(),
                    grid_event_id: event,
                    meeting_id: None,
                    at: step.at,
                    kind: "SPECIAL".to_owned(),
                    conclusion: step.note.unwrap_or_default().to_owned(),
                    convened_by_id: step.by,
                })?;
                let bodies = [around.village.body, around.township.station, around.township.government];
                for organisation_id in bodies.into_iter().take(random.range(2, 3) as usize) {
                    let row = out.id("consultation_attendee");
                    out.put(consultation_attendee::Model { id: row, consultation_id: id, organisation_id })?;
                }
            }
            "reviewEvent" => {
                let id = out.id("retrospective_review");
                out.put(retrospective_review::Model {
                    id,
                    division_code: division(),
                    hazard_id: None,
                    dispute_id: None,
                    missed_step: "长效跟踪".to_owned(),
                    responsible_id: life.handler.map_or(around.village.body, |handler| handler.organisation),
                    finding: "处置后巡查间隔过长，问题反弹。".to_owned(),
                    measure: step.note.unwrap_or_default().to_owned(),
                    at: step.at,
                    grid_event_id: Some(event),
                })?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The photo of what was settled on the spot.
fn photo(
    out: &mut Out<'_>,
    random: &mut Random,
    event: i64,
    around: &Around<'_>,
    (at, by): (i64, Option<i64>),
    status_event_id: Option<i64>,
) -> Result<(), Stopped> {
    let id = out.id("evidence");
    let point = around.grid.point.near(random, 200.0);
    out.put(evidence::Model {
        id,
        division_code: around.village.code.clone(),
        hazard_id: None,
        dispute_id: None,
        status_event_id,
        phase: "AFTER".to_owned(),
        hash: digest("event", event),
        mime: "image/jpeg".to_owned(),
        size: random.range(80_000, 2_400_000),
        taken_at: at,
        taken_by_id: by,
        lon: Some(point.lon),
        lat: Some(point.lat),
        watermark: Some(true),
        class: Some("INTERNAL".to_owned()),
        grid_event_id: Some(event),
        inspection_id: None,
        self_inspection_id: None,
    })
}
