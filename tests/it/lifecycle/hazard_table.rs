//! The lifecycle of a hazard a second time, row by row from domain model 5.1 and its invariants, without the flow file.

use std::collections::BTreeSet;

use fengqiao::lifecycle::case::{Actor, Case, Values};
use serde_json::Value as Json;

use super::walk::{SecondTable, belongs};

const DAY: i64 = 86_400_000;
const SHANGHAI: i64 = 8 * 3_600_000;

/// What the table remembers of a hazard.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    state: String,
    major: bool,
    unit: Option<i64>,
    order: Option<Order>,
    deadline: Option<i64>,
    written_off_at: Option<i64>,
    /// People and organisations that put it right, in any round.
    fixers: Vec<(i64, i64)>,
    guides: Vec<(i64, i64)>,
    askers: Vec<(i64, i64)>,
    /// Whether the unit found it itself.
    own_finding: bool,
    /// Whether it is at a site, whose unit it is.
    at_site: bool,
    /// Whether whoever reported it thinks that it may be major.
    suspected: bool,
    /// People and organisations that changed its grade.
    regraders: Vec<(i64, i64)>,
    /// Whether the last plan has every part.
    full: bool,
    /// Who graded it MAJOR.
    alarmed: Vec<i64>,
    photographed: bool,
    asked: bool,
    extensions: usize,
    /// What the regulator said of the rectification that was submitted last.
    confirmed: Option<bool>,
    suspended: bool,
    escalated: bool,
    /// Whether the clock of the rectification runs, and whether its end was missed.
    runs: bool,
    missed: bool,
}

/// An order under which a hazard stands.
#[derive(Clone, Debug)]
struct Order {
    issuer: i64,
    /// The person who issued it.
    by: i64,
    guidance: i64,
    acceptance: i64,
    issued_at: i64,
    acknowledged: BTreeSet<i64>,
}

fn text<'i>(input: &'i Values, field: &str) -> &'i str {
    input.get(field).and_then(Json::as_str).unwrap_or_default()
}

fn number(input: &Values, field: &str) -> i64 {
    input.get(field).and_then(Json::as_i64).unwrap_or_default()
}

/// The unit of the site where it is found.
fn unit_of(input: &Values) -> Option<i64> {
    input.get("site").and_then(Json::as_i64)
}

fn truth(input: &Values, field: &str) -> bool {
    input.get(field).and_then(Json::as_bool).unwrap_or_default()
}

fn phases(input: &Values) -> Vec<&str> {
    let evidence = input.get("evidence").and_then(Json::as_array);
    evidence.into_iter().flatten().filter_map(|e| e["phase"].as_str()).collect()
}

fn among(people: &[(i64, i64)], who: &Actor) -> bool {
    people.iter().any(|(account, organisation)| *account == who.account_id || belongs(who, *organisation))
}

impl SecondTable for Table {
    fn state(&self) -> &str {
        &self.state
    }

    fn allows(&self, who: &Actor, action: &str, input: &Values, now: i64) -> bool {
        let role = who.role.as_str();
        let is = |roles: &[&str]| roles.contains(&role);
        let state = |states: &[&str]| states.contains(&self.state.as_str());
        let ours = |of: Option<i64>| of == Some(who.organisation_id);
        let order = self.order.as_ref();
        let own = |of: Option<i64>| of.is_some_and(|of| belongs(who, of));
        let of_unit = own(self.unit);
        let (unit, issuer) = (ours(self.unit), ours(order.map(|o| o.issuer)));
        let (guide, acceptor) = (ours(order.map(|o| o.guidance)), ours(order.map(|o| o.acceptance)));
        let operators = is(&["TOWN_CENTRE_OPERATOR", "KEYAREA_OPERATOR"]);
        let supervisors = is(&["CITY_SUPERVISOR", "COUNTY_PEACE_OFFICER"]);
        let regulator = is(&["COUNTY_REGULATOR"]);
        let issuers = operators || supervisors || regulator || is(&["COUNTY_CENTRE_OPERATOR"]);
        let local = is(&["COUNTY_PEACE_OFFICER", "TOWN_CENTRE_OPERATOR"]);
        let owner = is(&["SITE_OWNER"]) && unit;
        let grid = is(&["GRID_MEMBER", "GRID_LEADER"]);
        // Nobody has a posting at unit 19: those of the grid act for it.
        let for_unit = owner || grid && ![Some(1), Some(2)].contains(&self.unit);
        let ahead = number(input, "deadline") > now;
        // With an order the local office, never another; without one the village or the township, general ones only.
        let accepts = match order {
            Some(_) => local && acceptor,
            None => is(&["VILLAGE_CADRE"]) || operators,
        };
        let guides = own(order.map(|o| o.guidance));
        let apart = !among(&self.fixers, who) && !among(&self.guides, who) && !of_unit && !guides;
        let apart = apart && !among(&self.regraders, who);
        let passed = self.confirmed.unwrap_or(!self.major);
        match action {
            "reportHazard" => {
                state(&[""])
                    && (issuers || grid || is(&["VILLAGE_CADRE", "BEAT_OFFICER", "SITE_OWNER", "RESIDENT"]))
                    && (input.contains_key("site") || input.contains_key("grid"))
                    && (phases(input).iter().any(|phase| *phase != "DOCUMENT") || input.contains_key("noPhotoReason"))
                    && (text(input, "source") != "SELF" || unit_of(input).is_some() && ours(unit_of(input)))
            }
            "gradeHazard" => {
                let self_graded = owner && self.own_finding && text(input, "grade") == "GENERAL";
                let office = (regulator || operators || supervisors) && !of_unit;
                state(&["REPORTED"]) && (office || self_graded)
            }
            "regradeHazard" => {
                let down = self.major && text(input, "grade") == "GENERAL";
                state(&["GRADED", "ASSIGNED", "RECTIFYING", "RECTIFIED"])
                    && (regulator || supervisors)
                    && !among(&self.fixers, who)
                    && !of_unit
                    && !own(order.map(|o| o.acceptance))
                    && !(down && self.alarmed.contains(&who.account_id))
            }
            "rejectHazard" => state(&["REPORTED"]) && (regulator || operators || supervisors) && !of_unit,
            "fixOnSite" => {
                let before = self.photographed || phases(input).contains(&"BEFORE");
                state(&["REPORTED", "GRADED", "RECTIFYING"])
                    && (grid || owner && (self.own_finding || !state(&["REPORTED"])))
                    && !(self.suspected && state(&["REPORTED"]))
                    && !self.major
                    && order.is_none()
                    && before
                    && phases(input).contains(&"AFTER")
            }
            "issueOrder" => {
                let named = input.get("unit").and_then(Json::as_i64);
                let unit = if self.at_site { self.unit } else { named.or(self.unit) };
                let others = unit.is_some_and(|unit| !belongs(who, unit)) && (named.is_none() || named == unit);
                let (guidance, acceptance) = (number(input, "guidance"), number(input, "acceptance"));
                let apart = unit.is_some_and(|unit| unit != guidance && unit != acceptance) && guidance != acceptance;
                // Whose people had a hand in it does not judge it.
                let had = |organisation: i64, people: &[(i64, i64)]| people.iter().any(|(_, of)| *of == organisation);
                let free = !had(acceptance, &self.fixers) && !had(acceptance, &self.guides);
                let free = free && !had(acceptance, &self.regraders);
                let fit = [3, 4].contains(&guidance) && [5, 6].contains(&acceptance);
                let fit = fit && free && !had(guidance, &self.fixers) && others && !of_unit;
                let ahead = if input.contains_key("deadline") { ahead } else { !self.major };
                state(&["GRADED", "RECTIFYING"])
                    && order.is_none()
                    && issuers
                    && apart
                    && fit
                    && ahead
                    && phases(input).contains(&"DOCUMENT")
            }
            "acknowledgeAssignment" => {
                let open = order.is_some_and(|o| !o.acknowledged.contains(&who.organisation_id));
                state(&["ASSIGNED", "RECTIFYING", "RECTIFIED"]) && (regulator && guide || local && acceptor) && open
            }
            "returnAssignment" => {
                let soon = order.is_some_and(|o| now - o.issued_at <= DAY);
                state(&["ASSIGNED"]) && (regulator && guide || local && acceptor) && soon
            }
            "recallOrder" => state(&["ASSIGNED"]) && issuers && issuer && !of_unit,
            "startRectification" => {
                let plan = |part: &str| input["plan"][part].as_str().is_some_and(|text| !text.trim().is_empty());
                let all = ["money", "person", "timeLimit", "emergencyPlan"].into_iter().all(plan);
                let again = state(&["RECTIFYING"]) && self.major && order.is_some() && !self.full;
                (state(&["ASSIGNED"]) || again) && for_unit && plan("measure") && (all || !self.major)
            }
            "giveGuidance" => state(&["RECTIFYING"]) && regulator && guide && !of_unit && !among(&self.fixers, who),
            "requestExtension" => {
                let deadline = self.deadline.unwrap_or(i64::MAX);
                let room = self.extensions < 2 && !self.asked;
                state(&["RECTIFYING"])
                    && for_unit
                    && order.is_some()
                    && now <= deadline
                    && number(input, "deadline") > deadline
                    && room
            }
            "decideExtension" => {
                let apart = !of_unit && !among(&self.askers, who) && !among(&self.fixers, who);
                // Of a major hazard not whoever issued the order.
                let other = !self.major || order.is_none_or(|order| order.by != who.account_id);
                // What was asked for has not passed meanwhile.
                let ahead = !truth(input, "agreed") || number(input, "until") > now;
                state(&["RECTIFYING"]) && issuers && issuer && self.asked && apart && other && ahead
            }
            "submitRectification" => {
                let planned = self.full || !self.major;
                let apart = !own(order.map(|o| o.acceptance));
                state(&["RECTIFYING"]) && for_unit && phases(input).contains(&"AFTER") && planned && apart
            }
            "confirmGuidance" => state(&["RECTIFIED"]) && regulator && guide && !of_unit && !among(&self.fixers, who),
            "acceptRectification" => {
                let seen = truth(input, "visited") || phases(input).iter().any(|phase| *phase != "DOCUMENT");
                let planned = self.full || !self.major;
                state(&["RECTIFIED"])
                    && planned
                    && accepts
                    && apart
                    && passed
                    && seen
                    && (order.is_some() || !self.major)
            }
            "rejectRectification" => state(&["RECTIFIED"]) && accepts && apart && ahead,
            "writeOff" => {
                let consent = !self.suspended || phases(input).contains(&"DOCUMENT");
                state(&["ACCEPTED"]) && accepts && apart && passed && consent && (order.is_some() || !self.major)
            }
            "escalateHazard" => {
                let open = state(&["REPORTED", "GRADED", "ASSIGNED", "RECTIFYING", "RECTIFIED", "ACCEPTED"]);
                open && (supervisors || is(&["COUNTY_CENTRE_OPERATOR"])) && !self.escalated
            }
            "reopenHazard" => {
                let soon = self.written_off_at.is_some_and(|at| now - at <= 90 * DAY);
                state(&["WRITTEN_OFF"]) && (supervisors || is(&["TOWN_CENTRE_OPERATOR"])) && soon && ahead
            }
            other => panic!("the table has no row {other}"),
        }
    }

    fn take(&mut self, who: &Actor, action: &str, input: &Values, now: i64, _: &Case) {
        let person = (who.account_id, who.organisation_id);
        self.photographed |= phases(input).contains(&"BEFORE");
        let late = self.runs && self.deadline.is_some_and(|deadline| now > deadline);
        let to = match action {
            "reportHazard" => {
                self.unit = unit_of(input);
                self.at_site = self.unit.is_some();
                let own = text(input, "source") == "SELF" || self.unit == Some(who.organisation_id);
                self.suspected = truth(input, "suspectedMajor");
                self.own_finding = own && !self.suspected;
                "REPORTED"
            }
            "gradeHazard" | "regradeHazard" => {
                self.major = text(input, "grade") == "MAJOR";
                if self.major {
                    self.alarmed.push(who.account_id);
                }
                if action == "regradeHazard" {
                    self.regraders.push(person);
                }
                if action == "gradeHazard" { "GRADED" } else { "" }
            }
            "rejectHazard" => "REJECTED",
            "fixOnSite" => {
                self.fixers.push(person);
                self.confirmed = None;
                "RECTIFIED"
            }
            "issueOrder" => {
                if !self.at_site {
                    self.unit = input.get("unit").and_then(Json::as_i64).or(self.unit);
                }
                // Seven days, to 24:00 in Shanghai.
                let week = (now + SHANGHAI).div_euclid(DAY) * DAY - SHANGHAI + 8 * DAY;
                self.deadline = Some(input.get("deadline").and_then(Json::as_i64).unwrap_or(week));
                self.order = Some(Order {
                    issuer: who.organisation_id,
                    by: who.account_id,
                    guidance: number(input, "guidance"),
                    acceptance: number(input, "acceptance"),
                    issued_at: now,
                    acknowledged: BTreeSet::new(),
                });
                (self.asked, self.extensions) = (false, 0);
                "ASSIGNED"
            }
            "acknowledgeAssignment" => {
                self.order.as_mut().expect("an order").acknowledged.insert(who.organisation_id);
                ""
            }
            "returnAssignment" | "recallOrder" => {
                (self.order, self.deadline) = (None, None);
                "GRADED"
            }
            "startRectification" => {
                self.fixers.push(person);
                let part = |part: &&str| input["plan"][*part].as_str().is_some_and(|text| !text.trim().is_empty());
                self.full = ["measure", "money", "person", "timeLimit", "emergencyPlan"].iter().all(part);
                self.suspended |= truth(input, "suspend");
                "RECTIFYING"
            }
            "giveGuidance" => {
                self.guides.push(person);
                ""
            }
            "requestExtension" => {
                self.askers.push(person);
                self.asked = true;
                ""
            }
            "decideExtension" => {
                self.asked = false;
                if truth(input, "agreed") {
                    self.extensions += 1;
                    self.deadline = Some(number(input, "until"));
                }
                ""
            }
            "submitRectification" => {
                self.fixers.push(person);
                self.confirmed = None;
                "RECTIFIED"
            }
            "confirmGuidance" => {
                self.guides.push(person);
                self.confirmed = Some(text(input, "result") == "PASS");
                ""
            }
            "acceptRectification" => "ACCEPTED",
            "rejectRectification" | "reopenHazard" => {
                self.deadline = Some(number(input, "deadline"));
                (self.asked, self.extensions) = (false, 0);
                self.written_off_at = None;
                "RECTIFYING"
            }
            "writeOff" => {
                self.written_off_at = Some(now);
                "WRITTEN_OFF"
            }
            "escalateHazard" => {
                self.escalated = true;
                ""
            }
            other => panic!("the table has no row {other}"),
        };
        if !to.is_empty() {
            self.state = to.to_owned();
        }
        // Whoever acts first after a missed deadline finds the hazard escalated.
        if late && !self.missed {
            (self.missed, self.escalated) = (true, true);
        }
        match action {
            "issueOrder" | "rejectRectification" | "reopenHazard" => (self.runs, self.missed) = (true, false),
            "returnAssignment" | "recallOrder" | "fixOnSite" | "submitRectification" => self.runs = false,
            _ => {}
        }
        if action == "reopenHazard" {
            (self.escalated, self.suspended) = (false, false);
        }
    }

    /// Neither who put it right, guided it or changed its grade, nor of their organisations.
    fn closes_rightly(&self, who: &Actor) -> bool {
        let by_others = ![&self.fixers, &self.guides, &self.regraders].into_iter().any(|people| among(people, who));
        let by_others = by_others && !self.unit.is_some_and(|unit| belongs(who, unit));
        by_others && (!self.major || self.confirmed == Some(true))
    }
}
