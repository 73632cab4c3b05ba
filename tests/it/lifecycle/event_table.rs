//! The lifecycle of a grid event a second time, from domain model 5.3 and its invariants, without the flow file.

use fengqiao::lifecycle::case::{Actor, Case, Values};
use serde_json::Value as Json;

use super::place::GRID;
use super::walk::SecondTable;

const DAY: i64 = 86_400_000;
const SHANGHAI: i64 = 8 * 3_600_000;

/// What the table remembers of an event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    state: String,
    /// Account of the reporter.
    reporter: i64,
    handler: Option<i64>,
    handled: bool,
    handled_at: i64,
    /// Accounts that handled it, in any round.
    hands: Vec<i64>,
    /// Whether it waits for what it became.
    waits: bool,
    recurred: bool,
    reviewed: bool,
    watched_until: i64,
    /// Whether somebody who did not handle it said that it is done.
    confirmed: bool,
}

fn text<'i>(input: &'i Values, field: &str) -> &'i str {
    input.get(field).and_then(Json::as_str).unwrap_or_default().trim()
}

fn number(input: &Values, field: &str) -> i64 {
    input.get(field).and_then(Json::as_i64).unwrap_or_default()
}

fn length(input: &Values, field: &str) -> usize {
    input.get(field).and_then(Json::as_array).map_or(0, Vec::len)
}

impl SecondTable for Table {
    fn state(&self) -> &str {
        &self.state
    }

    fn allows(&self, who: &Actor, action: &str, input: &Values, now: i64) -> bool {
        let is = |roles: &[&str]| roles.contains(&who.role.as_str());
        let state = |states: &[&str]| states.contains(&self.state.as_str());
        let grid = is(&["GRID_MEMBER", "GRID_LEADER"]);
        let leader = is(&["GRID_LEADER"]);
        let offices = is(&["VILLAGE_CADRE", "TOWN_CENTRE_OPERATOR", "KEYAREA_OPERATOR"]);
        let police = is(&["BEAT_OFFICER"]);
        let reported = self.reporter == who.account_id;
        let open = !self.handled && !self.waits;
        let handles = self.handler == Some(who.organisation_id)
            && (grid || offices || police || is(&["COUNTY_REGULATOR", "MEDIATOR"]));
        let photos = input["evidence"].as_array().is_some_and(|all| all.iter().any(|e| e["phase"] != "DOCUMENT"));
        let after = input["evidence"].as_array().is_some_and(|all| all.iter().any(|e| e["phase"] == "AFTER"));
        let hands_over = state(&["TRIAGED", "CONSULTED", "HANDLING"]) && (grid || offices) && open;
        match action {
            "reportEvent" => {
                let place = input.contains_key("site") || input.contains_key("grid");
                state(&[""]) && (grid || offices || police || is(&["RESIDENT"])) && place
            }
            "settleOnSpot" => state(&["REPORTED"]) && (grid || police || is(&["VILLAGE_CADRE"])) && after,
            "triageEvent" => {
                let sound = match text(input, "decision") {
                    "TRIAGED" => true,
                    "INVALID" => !text(input, "reason").is_empty(),
                    "DUPLICATE" => input["older"] == true,
                    _ => false,
                };
                state(&["REPORTED"]) && offices && sound
            }
            "consultEvent" => {
                let chaired = text(input, "kind") == "SPECIAL" || !text(input, "chair").is_empty();
                state(&["TRIAGED", "CONSULTED"]) && (offices || leader) && length(input, "attendees") > 0 && chaired
            }
            "assignEvent" => {
                let free = state(&["TRIAGED", "CONSULTED"]) || state(&["HANDLING"]) && open && self.handler.is_none();
                free && (offices || leader) && number(input, "deadline") > now
            }
            "handleEvent" => state(&["HANDLING"]) && handles && open,
            "returnEvent" => state(&["HANDLING"]) && open && (handles || offices && self.handler.is_some()),
            "handOverToDispute" => {
                let parties = length(input, "parties");
                hands_over && (parties >= 2 || parties == 1 && input["othersUnknown"] == true)
            }
            "handOverToHazard" => hands_over && (photos || !text(input, "noPhotoReason").is_empty()),
            "feedBackEvent" => {
                // Where the reporter had a hand in it, or says nothing for a week, an office says so as well.
                let out = self.hands.contains(&self.reporter) || now - self.handled_at > 7 * DAY;
                let office = is(&["VILLAGE_CADRE", "TOWN_CENTRE_OPERATOR"]) && out;
                let own = leader && who.grid_ids.contains(&GRID);
                let confirms = own || office || reported && (grid || offices || police || is(&["RESIDENT"]));
                let looked = !self.recurred || self.reviewed;
                state(&["HANDLING"]) && self.handled && confirms && !self.hands.contains(&who.account_id) && looked
            }
            "rejectFeedback" => {
                let own = leader && who.grid_ids.contains(&GRID);
                let says = own || reported && (grid || offices || police || is(&["RESIDENT"]));
                state(&["HANDLING"]) && self.handled && says && number(input, "deadline") > now
            }
            "trackEvent" => {
                let days = [30, 60, 90].contains(&number(input, "days"));
                state(&["FED_BACK"]) && (grid || is(&["VILLAGE_CADRE"])) && days
            }
            "recurEvent" => state(&["TRACKING"]) && (grid || offices) && number(input, "deadline") > now,
            "reviewEvent" => {
                let apart = !self.hands.contains(&who.account_id);
                state(&["HANDLING"]) && (offices || leader) && self.recurred && apart
            }
            "closeEvent" => state(&["TRACKING"]) && (grid || offices) && now >= self.watched_until,
            other => panic!("the table has no row {other}"),
        }
    }

    fn take(&mut self, who: &Actor, action: &str, input: &Values, now: i64, _: &Case) {
        let to = match action {
            "reportEvent" => {
                self.reporter = who.account_id;
                "REPORTED"
            }
            "settleOnSpot" => {
                (self.handled, self.handler, self.handled_at) = (true, Some(who.organisation_id), now);
                self.hands.push(who.account_id);
                "HANDLING"
            }
            "triageEvent" => text(input, "decision"),
            "consultEvent" => "CONSULTED",
            "assignEvent" => {
                self.handler = Some(number(input, "handler"));
                "HANDLING"
            }
            "returnEvent" => {
                self.handler = None;
                "TRIAGED"
            }
            "handleEvent" => {
                (self.handled, self.handled_at) = (true, now);
                self.hands.push(who.account_id);
                ""
            }
            "handOverToDispute" | "handOverToHazard" => {
                self.waits = true;
                "HANDLING"
            }
            "feedBackEvent" => {
                self.confirmed = !self.hands.contains(&who.account_id);
                "FED_BACK"
            }
            "rejectFeedback" => {
                self.handled = false;
                ""
            }
            "trackEvent" => {
                let today = (now + SHANGHAI).div_euclid(DAY);
                self.watched_until = (today + number(input, "days") + 1) * DAY - SHANGHAI;
                "TRACKING"
            }
            "recurEvent" => {
                (self.handled, self.recurred, self.reviewed, self.confirmed) = (false, true, false, false);
                "HANDLING"
            }
            "reviewEvent" => {
                self.reviewed = true;
                ""
            }
            "closeEvent" => "CLOSED",
            other => panic!("the table has no row {other}"),
        };
        if !to.is_empty() {
            self.state = to.to_owned();
        }
    }

    /// Confirmed by somebody who did not handle it, and what came again was looked into.
    fn closes_rightly(&self, _: &Actor) -> bool {
        self.confirmed && (!self.recurred || self.reviewed)
    }
}
