//! The lifecycle of a dispute a second time, row by row from domain model 5.2 and its invariants, without the flow file.

use fengqiao::lifecycle::case::{Actor, Values};
use serde_json::Value as Json;

use super::walk::SecondTable;

const DAY: i64 = 86_400_000;
const SHANGHAI: i64 = 8 * 3_600_000;

/// What the table remembers of a dispute.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    state: String,
    id: i64,
    /// Accounts and organisations of the parties, and whether one refuses.
    parties: Vec<(Option<i64>, Option<i64>)>,
    refuses: bool,
    handler: Option<i64>,
    mediation: Option<i64>,
    court: Option<i64>,
    due_at: Option<i64>,
    sessions: usize,
    reported: Option<(i64, i64)>,
    reporters: Vec<(i64, i64)>,
    agreed_at: Option<i64>,
    decided: bool,
    raises: usize,
    closed_at: Option<i64>,
}

fn text<'i>(input: &'i Values, field: &str) -> &'i str {
    input.get(field).and_then(Json::as_str).unwrap_or_default().trim()
}

fn number(input: &Values, field: &str) -> Option<i64> {
    input.get(field).and_then(Json::as_i64)
}

fn truth(input: &Values, field: &str) -> bool {
    input.get(field).and_then(Json::as_bool).unwrap_or_default()
}

fn length(input: &Values, field: &str) -> usize {
    input.get(field).and_then(Json::as_array).map_or(0, Vec::len)
}

impl SecondTable for Table {
    fn state(&self) -> &str {
        &self.state
    }

    fn allows(&self, who: &Actor, action: &str, input: &Values, now: i64) -> bool {
        let role = who.role.as_str();
        let is = |roles: &[&str]| roles.contains(&role);
        let state = |states: &[&str]| states.contains(&self.state.as_str());
        let centre = is(&["TOWN_CENTRE_OPERATOR", "COUNTY_CENTRE_OPERATOR", "KEYAREA_OPERATOR"]);
        let handles = [self.handler, self.mediation].contains(&Some(who.organisation_id));
        let party = self.parties.contains(&(Some(who.account_id), None))
            || self.parties.iter().any(|(account, organisation)| {
                *account == Some(who.account_id) || *organisation == Some(who.organisation_id)
            });
        // A mediator is neither a party nor of one.
        let mediates = is(&["MEDIATOR", "VILLAGE_CADRE", "BEAT_OFFICER"]) && handles && !party;
        let everybody = |field: &str| number(input, field).unwrap_or_default() >= self.parties.len() as i64;
        let document = input["evidence"].as_array().is_some_and(|all| all.iter().any(|e| e["phase"] == "DOCUMENT"));
        match action {
            "registerDispute" => {
                let others = ["PETITION_OFFICE", "HOTLINE_OPERATOR", "POLICE_110_LINK", "RESIDENT", "BEAT_OFFICER"];
                let near = ["GRID_MEMBER", "GRID_LEADER", "VILLAGE_CADRE", "MEDIATOR"];
                let county = ["TOWN_CENTRE_OPERATOR", "COUNTY_CENTRE_OPERATOR", "KEYAREA_OPERATOR"];
                let parties = length(input, "parties");
                state(&[""])
                    && (is(&others) || is(&near) || is(&county))
                    && (parties >= 2 || parties == 1 && truth(input, "othersUnknown"))
            }
            "triageDispute" => {
                let sound = match text(input, "decision") {
                    "ACCEPTED" => input.contains_key("riskLevel") && length(input, "typeCodes") > 0,
                    "NOT_ACCEPTED" | "ROUTED" => !text(input, "told").is_empty(),
                    _ => false,
                };
                state(&["REGISTERED"]) && centre && sound
            }
            "mergeDispute" => {
                state(&["REGISTERED", "ACCEPTED"]) && centre && number(input, "into").is_some_and(|into| into < self.id)
            }
            "unmergeDispute" => state(&["MERGED"]) && centre,
            "dispatchDispute" => {
                let somebody = input.contains_key("handler") || input.contains_key("mediationOrganisation");
                state(&["ACCEPTED"]) && centre && somebody
            }
            "returnDispatch" => {
                let may = is(&["MEDIATOR", "VILLAGE_CADRE", "BEAT_OFFICER", "GRID_LEADER", "COUNTY_REGULATOR"]);
                state(&["DISPATCHED"]) && may && handles
            }
            "startMediation" => {
                let declared = truth(input, "unrelated") && truth(input, "rightsTold");
                state(&["DISPATCHED"]) && mediates && declared && !self.refuses
            }
            "addSession" => state(&["MEDIATING"]) && mediates,
            "flagEscalation" => {
                let near = is(&["GRID_MEMBER", "GRID_LEADER", "BEAT_OFFICER"]);
                let hand = is(&["MEDIATOR", "VILLAGE_CADRE"]) && handles;
                state(&["MEDIATING"]) && (near || hand) && self.reported.is_none()
            }
            "acknowledgeEscalation" => {
                let states = ["MEDIATING", "AGREED", "CONFIRMATION", "FOLLOWED_UP", "TERMINATED", "WITHDRAWN"];
                let own = |(account, organisation): &(i64, i64)| {
                    *account == who.account_id || *organisation == who.organisation_id
                };
                let police = is(&["BEAT_OFFICER", "POLICE_110_LINK"]) && !self.reporters.iter().any(own);
                state(&states) && police && self.reported.is_some()
            }
            "recordAgreement" => {
                let signed =
                    text(input, "form") != "WRITTEN" || everybody("signatures") && truth(input, "sealed") && document;
                state(&["MEDIATING"]) && mediates && self.sessions > 0 && signed
            }
            "extendMediation" => {
                let deadline = number(input, "deadline").unwrap_or_default();
                let later = deadline > now && self.due_at.is_none_or(|due| deadline > due);
                state(&["MEDIATING"]) && mediates && everybody("consents") && later
            }
            "terminateMediation" => {
                let may = is(&["MEDIATOR", "VILLAGE_CADRE", "BEAT_OFFICER"]) && handles;
                state(&["MEDIATING"]) && may && !text(input, "routes").is_empty()
            }
            "withdrawDispute" => {
                let open = state(&["REGISTERED", "ACCEPTED", "DISPATCHED", "MEDIATING"]);
                open && (centre || is(&["RESIDENT"]) && party)
            }
            "requestConfirmation" => {
                let may = is(&["RESIDENT"]) && party || is(&["MEDIATOR", "VILLAGE_CADRE"]) && handles;
                let days = |at: i64| (at + SHANGHAI).div_euclid(DAY);
                let soon = self.agreed_at.is_some_and(|agreed| days(now) - days(agreed) <= 30);
                let confirmable = !truth(input, "identityRelation") && everybody("askedBy");
                state(&["AGREED"]) && may && soon && confirmable && !self.decided
            }
            "decideConfirmation" => {
                state(&["CONFIRMATION"]) && is(&["COURT_CLERK"]) && self.court == Some(who.organisation_id) && !party
            }
            "recordPerformance" => state(&["AGREED"]) && mediates,
            "closeDispute" => {
                let concluded = state(&["FOLLOWED_UP", "TERMINATED", "ROUTED", "WITHDRAWN", "NOT_ACCEPTED"]);
                concluded && centre && !party && self.reported.is_none()
            }
            "reopenDispute" => {
                state(&["CLOSED"]) && centre && self.closed_at.is_some_and(|closed| now - closed <= 183 * DAY)
            }
            "raiseLevel" => state(&["REGISTERED", "ACCEPTED", "DISPATCHED", "MEDIATING"]) && centre && self.raises < 2,
            other => panic!("the table has no row {other}"),
        }
    }

    fn take(&mut self, who: &Actor, action: &str, input: &Values, now: i64) {
        let to = match action {
            "registerDispute" => {
                self.id = number(input, "ownId").expect("an id");
                for party in input["parties"].as_array().into_iter().flatten() {
                    self.parties.push((party["account_id"].as_i64(), party["organisation_id"].as_i64()));
                    self.refuses |= party["consent"] == "NO";
                }
                "REGISTERED"
            }
            "triageDispute" => text(input, "decision"),
            "mergeDispute" => "MERGED",
            "unmergeDispute" => "REGISTERED",
            "dispatchDispute" => {
                (self.handler, self.mediation) = (number(input, "handler"), number(input, "mediationOrganisation"));
                "DISPATCHED"
            }
            "returnDispatch" => {
                (self.handler, self.mediation) = (None, None);
                "ACCEPTED"
            }
            "startMediation" => {
                self.sessions = 0;
                "MEDIATING"
            }
            "addSession" => {
                self.sessions += 1;
                ""
            }
            "flagEscalation" => {
                self.reported = Some((who.account_id, who.organisation_id));
                self.reporters.extend(self.reported);
                ""
            }
            "acknowledgeEscalation" => {
                self.reported = None;
                ""
            }
            "recordAgreement" => {
                (self.agreed_at, self.decided) = (Some(now), false);
                "AGREED"
            }
            "extendMediation" => {
                self.due_at = number(input, "deadline");
                ""
            }
            "terminateMediation" => "TERMINATED",
            "withdrawDispute" => "WITHDRAWN",
            "requestConfirmation" => {
                self.court = number(input, "court");
                "CONFIRMATION"
            }
            "decideConfirmation" => {
                self.decided = true;
                "AGREED"
            }
            "recordPerformance" => "FOLLOWED_UP",
            "closeDispute" => {
                self.closed_at = Some(now);
                "CLOSED"
            }
            "reopenDispute" => "ACCEPTED",
            "raiseLevel" => {
                self.raises += 1;
                ""
            }
            other => panic!("the table has no row {other}"),
        };
        if !to.is_empty() {
            self.state = to.to_owned();
        }
    }

    /// Not a party, and nothing waits for the police.
    fn closes_rightly(&self, who: &Actor) -> bool {
        let own = self.parties.iter().any(|(account, organisation)| {
            *account == Some(who.account_id) || *organisation == Some(who.organisation_id)
        });
        !own && self.reported.is_none()
    }
}
