//! One dispute with everything that hangs on it.

use entity::{dispute, dispute_type, petition_link, police_report, retrospective_review};

use super::ending::{self, Ending};
use super::fate::{Course, Fate};
use super::handler::{Around, Handler, Intake};
use super::parties::Parties;
use super::steps;
use super::types::TYPES;
use crate::demo::calendar::{self, DAY, HOUR};
use crate::demo::events::Became;
use crate::demo::history::{self, FLOW_VERSION, Matter, Step};
use crate::demo::out::{Out, Stopped};
use crate::demo::random::Random;
use crate::demo::world::{Resident, World};

/// Days for resolving; day 1 is the day after acceptance (一般在一个月内).
const RESOLVE_DAYS: i64 = 30;

/// What a dispute needs from its surroundings.
pub(super) struct Scene<'w> {
    pub(super) world: &'w World,
    pub(super) as_of: i64,
    /// Place of the site where it arose.
    pub(super) site: Option<usize>,
    pub(super) resident: Option<&'w Resident>,
    /// The mechanism of a joint dispute.
    pub(super) mechanism: Option<i64>,
    /// Human number.
    pub(super) no: String,
}

/// Writes a dispute; gives its key, and how it stands when it began with a grid event.
pub(super) fn write(
    out: &mut Out<'_>,
    random: &mut Random,
    fate: &Fate,
    scene: Scene<'_>,
) -> Result<(i64, Option<Became>), Stopped> {
    let world = scene.world;
    let around = Around::of(world, fate.village);
    let intake = around.intake(random);
    let handler = around.handler(random, fate, intake.area);
    let id = out.id("dispute");
    let mut ending = Ending::draw(random, fate, &around, scene.as_of);
    let mut steps = steps::steps(fate, &intake, &handler, &around, &ending, random);
    let started = steps.iter().any(|step| step.action == "startMediation" && step.at <= scene.as_of);
    let sessions = if started { ending::sessions(random, fate, scene.as_of) } else { vec![] };
    steps.extend(sessions.iter().map(|session| Step::new(session.at, "addSession", "", Some(handler.by))));
    let risk = ["RED", "ORANGE", "YELLOW", "BLUE"][random.weighted(&[12, 70, 318, 600])];
    let violent = started && matches!(risk, "RED" | "ORANGE") && random.chance(140);
    let reported = violent.then(|| steps::escalation(&mut steps, fate, &handler, around.township.officer));
    Step::settle(&mut steps);
    steps.retain(|step| step.at <= scene.as_of);
    let happened = |action: &str| steps.iter().any(|step| step.action == action);
    let dispatched = happened("dispatchDispute");
    let site = scene.site.map(|place| &world.sites[place]);
    let with_unit = site.filter(|_| random.chance(800));
    let parties = Parties::draw(random, scene.as_of, with_unit, scene.resident);
    let group = random.weighted(&[979, 19, 2]);
    let people = parties.count() + [random.range(0, 2), random.range(8, 58), random.range(98, 180)][group];
    let channel = channel(random, &intake);
    let row = Row { id, fate, scene: &scene, around: &around, channel, group };
    if let Some(petition) = row.petition(out, random) {
        out.put(petition)?;
    }
    row.types(out)?;
    let sensitive_until = parties.sensitive_until.clone();
    let enterprise = parties.enterprise;
    let parties = parties.write(out, random, (id, fate, group > 0), &around)?;
    let events = history::write(out, Matter::Dispute(id), &around.village.code, &steps, scene.as_of)?;
    ending::write_sessions(out, random, (id, &sessions), &handler, &around)?;
    if let Some(times) = reported {
        row.report(out, times, &handler, happened("acknowledgeEscalation"))?;
    }
    let [agreement, confirmation] = ending.write(out, random, (id, fate, &parties), &around, &steps, &events)?;
    if fate.course == Course::Terminated && random.chance(150) {
        row.review(out, &handler)?;
    }
    let concluded = steps::outcome(fate, random, scene.as_of);
    let resolved_at = match fate.course {
        // A promise not kept counts as unresolved only once the visit has shown it.
        Course::Defaulted if !happened("recordPerformance") && fate.ended <= scene.as_of => Some(fate.ended),
        _ => fate.resolved(scene.as_of),
    };
    let grid = match site {
        Some(site) => &around.village.grids[site.grid],
        None => random.pick(&around.village.grids),
    };
    let point = site.map_or_else(|| grid.point.near(random, 200.0), |site| site.point);
    let located = site.is_some() || random.chance(850);
    // One in sixteen that a grid reported began as an event of the grid.
    let from_grid = channel == "GRID" && intake.area.is_none() && located && id % 16 == 0;
    let closed = steps.iter().find(|step| step.action == "closeDispute").map(|step| step.at);
    let became = from_grid.then(|| Became {
        matter: Matter::Dispute(id),
        village: fate.village,
        grid: grid.id,
        site: site.map(|site| site.id),
        point,
        at: fate.registered,
        by: intake.by,
        ended: closed.map(|at| (at, concluded == Some("NOT_ACCEPTED"))),
    });
    let kind = &TYPES[fate.kind];
    let cause = random.pick(&kind.causes);
    out.put(dispute::Model {
        id,
        division_code: around.village.code.clone(),
        no: scene.no.clone(),
        title: format!("{cause}引发的{}纠纷", kind.zh),
        edition: row.edition(),
        key_field: fate.key,
        key_field_domain: kind.key_field.filter(|_| fate.key).map(str::to_owned),
        prominent: random.chance(if fate.key { 40 } else { 8 }),
        scale: ["INDIVIDUAL", "GROUP_GENERAL", "GROUP_MAJOR"][group].to_owned(),
        people_involved: people,
        amount_claimed: random.chance(kind.money).then(|| amount(random)),
        origin: match channel {
            "GRID" => "PROACTIVE",
            "COURT" | "POLICE_110" => "ENTRUSTED",
            _ => "APPLIED",
        }
        .to_owned(),
        channel: channel.to_owned(),
        place: located
            .then(|| format!("{}{}示例路{}号", around.township.name, around.village.name, random.range(1, 400))),
        lon: located.then_some(point.lon),
        lat: located.then_some(point.lat),
        grid_id: located.then_some(grid.id),
        zone_id: intake.area.map(|area| area.zone).or(site.and_then(|site| site.zone)),
        site_id: site.map(|site| site.id),
        main_type: Some(kind.code.to_owned()),
        site_kind: site.map(|site| crate::demo::world::kind_code(site.kind).to_owned()),
        summary: format!("双方因{cause}发生争议，一方要求{}，多次协商未果。", random.pick(&kind.demands)),
        risk_level: risk.to_owned(),
        escalation_risk: happened("flagEscalation"),
        enterprise_related: enterprise,
        accepted_at: fate.accepted,
        due_at: calendar::day_start(calendar::day_of(fate.accepted) + RESOLVE_DAYS + 1),
        accepted_centre_id: intake.centre.id,
        handling_organisation_id: if dispatched { handler.organisation } else { intake.centre.organisation },
        mediation_organisation_id: handler.mediation.filter(|_| dispatched),
        mediation_started_at: happened("startMediation").then_some(fate.started),
        centre_involved: fate.by_centre || !dispatched,
        outcome: concluded.map(str::to_owned),
        resolved_at,
        concluded_at: concluded.map(|_| fate.ended),
        resolved_level: resolved_at.map(|_| handler.level.to_owned()),
        mechanism_id: scene.mechanism,
        status: steps.last().map_or("REGISTERED", |step| step.to).to_owned(),
        sensitive_until,
        version: steps.len() as i64,
        flow_version: FLOW_VERSION,
        merged_into_id: None,
        handling_level: None,
        recurrence: 0,
        registered_by_id: Some(intake.by),
        agreement_id: agreement,
        confirmation_id: confirmation,
        closed_at: closed,
    })?;
    Ok((id, became))
}

fn channel(random: &mut Random, intake: &Intake) -> &'static str {
    const CHANNELS: [(&str, u32); 8] = [
        ("WINDOW", 330),
        ("GRID", 300),
        ("QR_CODE", 90),
        ("POLICE_110", 90),
        ("HOTLINE_12345", 70),
        ("ONLINE", 60),
        ("COURT", 35),
        ("PETITION", 25),
    ];
    match intake.area {
        Some(_) => "KEY_AREA",
        None => CHANNELS[random.weighted(&CHANNELS.map(|(_, weight)| weight))].0,
    }
}

/// Hundredths of a yuan; many small claims, few large ones.
fn amount(random: &mut Random) -> i64 {
    let magnitude = 10_i64.pow(random.weighted(&[0, 0, 10, 45, 35, 10]) as u32);
    random.range(magnitude, magnitude * 9) * 100
}

struct Row<'s, 'w> {
    id: i64,
    fate: &'s Fate,
    scene: &'s Scene<'w>,
    around: &'s Around<'w>,
    channel: &'static str,
    group: usize,
}

impl Row<'_, '_> {
    fn edition(&self) -> String {
        let industry = self.scene.site.is_some() && self.group == 0;
        match (self.channel, industry, self.around.village.urban) {
            ("ONLINE", ..) => "ONLINE",
            (_, true, _) => "INDUSTRY",
            (_, _, true) => "URBAN",
            _ => "RURAL",
        }
        .to_owned()
    }

    fn types(&self, out: &mut Out<'_>) -> Result<(), Stopped> {
        for (rank, kind) in (1..).zip(std::iter::once(self.fate.kind).chain(self.fate.second)) {
            let id = out.id("dispute_type");
            out.put(dispute_type::Model {
                id,
                division_code: self.around.village.code.clone(),
                dispute_id: self.id,
                rank,
                type_code: TYPES[kind].code.to_owned(),
            })?;
        }
        Ok(())
    }

    fn petition(&self, out: &mut Out<'_>, random: &mut Random) -> Option<petition_link::Model> {
        (self.channel == "PETITION").then(|| petition_link::Model {
            id: out.id("petition_link"),
            division_code: self.around.village.code.clone(),
            dispute_id: self.id,
            petition_no: format!("XF-{}", self.scene.no.trim_start_matches("MD-")),
            category: ["CLAIM", "SUGGEST", "REPORT_ACCUSE"][random.weighted(&[82, 10, 8])].to_owned(),
            route: random.range(1, 6),
            registered_at: self.fate.registered - random.range(1, 48) * HOUR,
            result: (self.fate.ended <= self.scene.as_of).then(|| "已办结".to_owned()),
        })
    }

    /// The report to the police, as far as it has happened.
    fn report(
        &self,
        out: &mut Out<'_>,
        [reported, taken]: [i64; 2],
        handler: &Handler<'_>,
        acknowledged: bool,
    ) -> Result<(), Stopped> {
        if reported > self.scene.as_of {
            return Ok(());
        }
        let id = out.id("police_report");
        out.put(police_report::Model {
            id,
            division_code: self.around.village.code.clone(),
            dispute_id: self.id,
            reported_at: reported,
            reported_by_id: handler.by,
            reason: "双方情绪激动，存在肢体冲突风险".to_owned(),
            acknowledged_at: acknowledged.then_some(taken),
            acknowledged_by_id: acknowledged.then_some(self.around.township.officer),
        })
    }

    fn review(&self, out: &mut Out<'_>, handler: &Handler<'_>) -> Result<(), Stopped> {
        let at = self.fate.ended + 12 * DAY;
        if at > self.scene.as_of {
            return Ok(());
        }
        let id = out.id("retrospective_review");
        out.put(retrospective_review::Model {
            id,
            division_code: self.around.village.code.clone(),
            hazard_id: None,
            dispute_id: Some(self.id),
            missed_step: "分流前研判".to_owned(),
            responsible_id: handler.organisation,
            finding: "受理后未及时研判风险，调解介入偏晚。".to_owned(),
            measure: "完善研判台账，落实首问负责。".to_owned(),
            at,
            grid_event_id: None,
        })
    }
}
