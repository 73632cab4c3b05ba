//! Sessions, agreement, judicial confirmation and follow-up of a mediated dispute.

use entity::{agreement_signature, evidence, follow_up, judicial_confirmation};
use entity::{mediation_agreement, mediation_session, session_mediator};
use serde_json::{Value, json};
use sm3::{Digest, Sm3};

use super::fate::{Course, Fate};
use super::handler::{Around, Handler};
use super::types::FAMILY;
use crate::demo::calendar::{self, DAY, HOUR};
use crate::demo::history::Step;
use crate::demo::out::{Out, Stopped};
use crate::demo::random::Random;

/// Days in which the parties may ask the court to confirm (人民调解法 art. 33).
const WINDOW_DAYS: i64 = 30;
/// Written agreements that go to the court, in 1,000.
const CONFIRMED: u32 = 35;

/// What follows an agreement; drawn before the transitions so that these agree with it.
pub(super) struct Ending {
    written: bool,
    /// When it takes effect, also after "now"; none: a signature or the seal will be missing.
    completed: Option<i64>,
    as_of: i64,
    confirmation: Option<Confirmation>,
    /// When the performance is looked at.
    pub(super) visited: i64,
    /// When performance is due; none: at once.
    due: Option<i64>,
}

struct Confirmation {
    requested: i64,
    accepted: i64,
    decided: i64,
    court: i64,
}

impl Ending {
    /// Draws what follows the end of a dispute.
    pub(super) fn draw(random: &mut Random, fate: &Fate, around: &Around<'_>, as_of: i64) -> Self {
        let written = random.chance(620);
        let settled = matches!(fate.course, Course::Agreed | Course::Defaulted) && fate.ended <= as_of;
        if !settled {
            return Self { written, completed: None, as_of, confirmation: None, visited: i64::MAX / 2, due: None };
        }
        // A written agreement takes effect with the last signature and the seal; a few lack one.
        let effective = match written {
            true => (!random.chance(25)).then(|| fate.ended + random.range(0, 30) * HOUR),
            false => Some(fate.ended),
        };
        let suits = written && fate.kind != FAMILY && fate.course == Course::Agreed;
        let confirmation = effective.filter(|_| suits && random.chance(CONFIRMED)).map(|effective| {
            let requested = effective + random.range(20, 27 * 24) * HOUR;
            let accepted = requested + random.range(4, 70) * HOUR;
            let decided = accepted + random.range(20, 14 * 24) * HOUR;
            Confirmation { requested, accepted, decided, court: around.seat.offices["COURT"] }
        });
        let from = confirmation.as_ref().map_or(effective.unwrap_or(fate.ended), |one| one.decided);
        let visited = from + random.range(5 * 24, 27 * 24) * HOUR;
        let visited = calendar::office_hours(random, visited);
        let due = random.chance(420).then(|| fate.ended + (visited - fate.ended) * 8 / 10);
        Self { written, completed: effective, as_of, confirmation, visited, due }
    }

    /// When the parties signed, the mediator signed and the committee sealed a written agreement, as far as they have.
    fn signatures(&self, dispute: i64, reached: i64) -> [Option<i64>; 3] {
        if !self.written {
            return [None; 3];
        }
        let happened = |at: i64| (at <= self.as_of).then_some(at);
        if let Some(sealed) = self.completed {
            // The parties sign first, the mediator after them; the seal comes last and makes it effective.
            let signed = |tenths: i64| reached + (sealed - reached) / HOUR * tenths / 10 * HOUR;
            return [signed(2), signed(5), sealed].map(happened);
        }
        let [first, second, last] = [1, 3, 9].map(|hours| happened(reached + hours * HOUR));
        match dispute % 3 {
            0 => [first, second, None],
            1 => [first, None, None],
            _ => [None, first, last],
        }
    }

    /// When confirmation is requested, taken in and decided.
    pub(super) fn confirmation_times(&self) -> Option<[i64; 3]> {
        self.confirmation.as_ref().map(|one| [one.requested, one.accepted, one.decided])
    }

    /// What the agreement keeps for clocks.
    pub(super) fn kept(&self) -> Value {
        let mut kept = json!({ "form": if self.written { "WRITTEN" } else { "ORAL" } });
        if let Some(effective) = self.completed.filter(|at| *at <= self.as_of) {
            kept["windowEndsAt"] = window_ends(effective).into();
        }
        if let Some(due) = self.due {
            kept["performanceDueAt"] = due.into();
        }
        kept
    }

    /// Writes agreement, confirmation and visit as far as they have happened; gives the keys of the first two.
    pub(super) fn write(
        &mut self,
        out: &mut Out<'_>,
        random: &mut Random,
        (dispute, fate, parties): (i64, &Fate, &[i64]),
        around: &Around<'_>,
        steps: &[Step],
        events: &[i64],
    ) -> Result<[Option<i64>; 2], Stopped> {
        let happened = |action: &str| steps.iter().position(|step| step.action == action);
        let Some(agreed) = happened("recordAgreement") else { return Ok([None; 2]) };
        let division = || around.village.code.clone();
        let visited = happened("recordPerformance").is_some();
        let performance = match fate.course {
            _ if !visited => "NOT_DUE",
            Course::Defaulted => "DEFAULTED",
            _ if random.chance(45) => "PARTIAL",
            _ => "PERFORMED",
        };
        let agreement = out.id("mediation_agreement");
        let effective = self.completed.filter(|at| *at <= self.as_of);
        let [parties_signed_at, mediator_signed_at, committee_sealed_at] = self.signatures(dispute, fate.ended);
        out.put(mediation_agreement::Model {
            id: agreement,
            division_code: division(),
            dispute_id: dispute,
            form: if self.written { "WRITTEN" } else { "ORAL" }.to_owned(),
            reached_at: fate.ended,
            effective_at: effective,
            window_ends_at: effective.map(window_ends),
            parties_signed_at,
            mediator_signed_at,
            committee_sealed_at,
            terms: "双方互谅互让，按约定履行，今后互不追究。".to_owned(),
            amount: random.chance(500).then(|| random.range(2, 900) * 10_000),
            performance: performance.to_owned(),
            performance_due_at: self.due,
        })?;
        if let Some(last) = parties_signed_at {
            // They sign one after another, at equal distances.
            let count = parties.len() as i64;
            for (number, party_id) in (1..).zip(parties) {
                let row = out.id("agreement_signature");
                out.put(agreement_signature::Model {
                    id: row,
                    division_code: division(),
                    dispute_id: dispute,
                    agreement_id: agreement,
                    party_id: *party_id,
                    signed_at: fate.ended + (last - fate.ended) * number / count,
                })?;
            }
        }
        if self.written && random.chance(220) {
            let id = out.id("evidence");
            out.put(evidence::Model {
                id,
                division_code: division(),
                hazard_id: None,
                dispute_id: Some(dispute),
                status_event_id: events.get(agreed).copied(),
                phase: "DOCUMENT".to_owned(),
                hash: digest("agreement", dispute),
                mime: "application/pdf".to_owned(),
                size: random.range(40_000, 900_000),
                taken_at: fate.ended,
                taken_by_id: steps[agreed].by,
                lon: None,
                lat: None,
                watermark: Some(false),
                class: Some("PERSONAL".to_owned()),
                grid_event_id: None,
                inspection_id: None,
                self_inspection_id: None,
            })?;
        }
        let mut confirmation = None;
        if happened("requestConfirmation").is_some()
            && let Some(one) = &self.confirmation
        {
            let last = steps.last().map_or(0, |step| step.at);
            let decided = happened("decideConfirmation").is_some();
            let id = out.id("judicial_confirmation");
            confirmation = Some(id);
            out.put(judicial_confirmation::Model {
                id,
                division_code: division(),
                dispute_id: dispute,
                court_id: one.court,
                requested_at: one.requested,
                accepted_at: (decided || one.accepted <= last).then_some(one.accepted),
                decision: decided.then(|| if random.chance(968) { "CONFIRMED" } else { "REFUSED" }.to_owned()),
                decided_at: decided.then_some(one.decided),
                case_no: decided.then(|| format!("（{}）浙示例民特{id}号", calendar::year_of(one.requested))),
                withdrawn_at: None,
            })?;
        }
        if visited {
            let id = out.id("follow_up");
            out.put(follow_up::Model {
                id,
                division_code: division(),
                dispute_id: dispute,
                at: self.visited,
                performance: performance.to_owned(),
                satisfied: random.chance(930).then(|| performance != "DEFAULTED" && random.chance(962)),
            })?;
        }
        Ok([Some(agreement), confirmation])
    }
}

/// The end of the thirtieth day after the day of effect.
fn window_ends(effective: i64) -> i64 {
    calendar::day_start(calendar::day_of(effective) + WINDOW_DAYS + 1)
}

/// One session of mediation.
pub(super) struct Session {
    pub(super) at: i64,
    number: i64,
    result: &'static str,
    progress: &'static str,
}

/// The sessions held so far: the last one ends as the dispute ends.
pub(super) fn sessions(random: &mut Random, fate: &Fate, as_of: i64) -> Vec<Session> {
    let count = 1 + random.weighted(&[700, 200, 62, 22, 10, 6]) as i64;
    let end = if fate.ended == i64::MAX { fate.started + 20 * DAY } else { fate.ended };
    let mut held = Vec::new();
    for number in 1..=count {
        let last = number == count && fate.ended != i64::MAX;
        let at = if last { end - HOUR / 4 } else { fate.started + (end - fate.started) * number / (count + 1) };
        let at = at.max(fate.started);
        if at > as_of {
            break;
        }
        let (result, progress) = match fate.course {
            _ if !last => ("CONTINUE", "双方陈述事实，分歧有所缩小。"),
            Course::Agreed | Course::Defaulted => ("AGREED", "双方就主要事项达成一致。"),
            Course::Terminated if random.chance(300) => ("REFUSED", "一方明确拒绝继续调解。"),
            Course::Terminated => ("FAILED", "双方分歧较大，未能达成一致。"),
            _ => ("CONTINUE", "双方同意继续协商。"),
        };
        held.push(Session { at, number, result, progress });
    }
    held
}

/// Writes the sessions.
pub(super) fn write_sessions(
    out: &mut Out<'_>,
    random: &mut Random,
    (dispute, sessions): (i64, &[Session]),
    handler: &Handler<'_>,
    around: &Around<'_>,
) -> Result<(), Stopped> {
    let mediator = (!handler.mediators.is_empty()).then(|| *random.pick(handler.mediators));
    for session in sessions {
        let id = out.id("mediation_session");
        out.put(mediation_session::Model {
            id,
            division_code: around.village.code.clone(),
            dispute_id: dispute,
            session_no: session.number,
            at: session.at,
            place: ["村综治工作站", "镇综治中心调解室", "当事人住处", "线上调解室"][random.weighted(&[45, 30, 17, 8])]
                .to_owned(),
            form: ["FACE_TO_FACE", "VISIT", "ONLINE"][random.weighted(&[78, 14, 8])].to_owned(),
            mediator_id: mediator,
            parties_present: random.range(1, 3),
            progress: session.progress.to_owned(),
            result: session.result.to_owned(),
        })?;
        // In every fourth session a colleague sits in.
        let colleague = handler.mediators.iter().copied().find(|one| Some(*one) != mediator).filter(|_| id % 4 == 0);
        for mediator_id in mediator.into_iter().chain(colleague) {
            let row = out.id("session_mediator");
            out.put(session_mediator::Model { id: row, session_id: id, mediator_id })?;
        }
    }
    Ok(())
}

/// SM3 of made-up content, in hexadecimal.
pub(crate) fn digest(what: &str, id: i64) -> String {
    let hash = Sm3::digest(format!("fengqiao demo {what} {id}"));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
