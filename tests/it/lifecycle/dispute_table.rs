//! The lifecycle of a dispute a second time, row by row from domain model 5.2 and its invariants, without the flow file.

use fengqiao::lifecycle::case::{Actor, Case, Values, number as of};
use serde_json::Value as Json;

use super::walk::{SecondTable, belongs};

const DAY: i64 = 86_400_000;
const SHANGHAI: i64 = 8 * 3_600_000;

/// Account and organisation of a party.
type Identity = (Option<i64>, Option<i64>);

/// What the table remembers of a dispute.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    state: String,
    /// Account of whoever registered it.
    registrant: i64,
    /// Keys, accounts and organisations of the parties.
    ids: Vec<i64>,
    parties: Vec<Identity>,
    /// What each party said, by its place.
    consents: Vec<String>,
    signed: Vec<i64>,
    /// Parties that another dispute has.
    away: Vec<(i64, Identity, String)>,
    handler: Option<i64>,
    mediation: Option<i64>,
    large: bool,
    /// How many centres there are above the one that answers for it.
    above: usize,
    accepted_by_court: bool,
    extended_by_court: bool,
    court: Option<i64>,
    due_at: Option<i64>,
    sessions: usize,
    reported: Option<i64>,
    reporters: Vec<i64>,
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

impl Table {
    /// Whether the one organisation that quarrels would be a party twice.
    fn twice(&self, input: &Values) -> bool {
        let given = input["parties"].as_array().into_iter().flatten();
        let known = |of: Option<i64>| of.is_some() && self.parties.iter().any(|(_, there)| *there == of);
        given.into_iter().any(|party| known(party["organisation"].as_i64()))
    }

    /// Parties that went over to another dispute are away, and come back with it.
    fn follow(&mut self, case: &Case) {
        let here: Vec<i64> = case.rows("parties").iter().filter_map(|party| of(party, "id")).collect();
        let present = self.ids.drain(..).zip(self.parties.drain(..)).zip(self.consents.drain(..));
        let present = present.map(|((id, party), consent)| (id, party, consent));
        let mut known: Vec<_> = present.chain(self.away.drain(..)).collect();
        known.sort_by_key(|(id, ..)| *id);
        for (id, party, consent) in known {
            if here.contains(&id) {
                self.ids.push(id);
                self.parties.push(party);
                self.consents.push(consent);
            } else {
                self.away.push((id, party, consent));
            }
        }
        assert_eq!(self.ids.len(), here.len());
    }

    fn add(&mut self, input: &Values, account: Option<i64>, case: &Case) {
        for party in input["parties"].as_array().into_iter().flatten() {
            let own = account.filter(|_| party["self"] == true);
            self.parties.push((own, party["organisation"].as_i64()));
            self.consents.push(party["consent"].as_str().unwrap_or("UNKNOWN").to_owned());
        }
        self.ids = case.rows("parties").iter().filter_map(|party| of(party, "id")).collect();
        assert_eq!(self.ids.len(), self.parties.len());
    }
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
        let all = || self.parties.iter().chain(self.away.iter().map(|(_, party, _)| party));
        let party = all().any(|party| *party == (Some(who.account_id), None))
            || all().any(|(account, organisation)| {
                *account == Some(who.account_id) || organisation.is_some_and(|of| belongs(who, of))
            });
        let decides = centre && !party;
        // A mediator is neither a party nor of one.
        let mediates = is(&["MEDIATOR", "VILLAGE_CADRE", "BEAT_OFFICER"]) && handles && !party;
        let everybody = |field: &str| {
            let given: Vec<i64> = input[field].as_array().into_iter().flatten().filter_map(Json::as_i64).collect();
            self.ids.len() >= 2 && self.ids.iter().all(|id| given.contains(id))
        };
        let before = state(&["REGISTERED", "ACCEPTED", "DISPATCHED", "MEDIATING"]);
        let on_time = |field: &str| number(input, field).is_some_and(|at| at <= now);
        let document = input["evidence"].as_array().is_some_and(|all| all.iter().any(|e| e["phase"] == "DOCUMENT"));
        let court =
            state(&["CONFIRMATION"]) && is(&["COURT_CLERK"]) && self.court == Some(who.organisation_id) && !party;
        match action {
            "registerDispute" => {
                let others = ["PETITION_OFFICE", "HOTLINE_OPERATOR", "POLICE_110_LINK", "RESIDENT", "BEAT_OFFICER"];
                let near = ["GRID_MEMBER", "GRID_LEADER", "VILLAGE_CADRE", "MEDIATOR"];
                let county = ["TOWN_CENTRE_OPERATOR", "COUNTY_CENTRE_OPERATOR", "KEYAREA_OPERATOR"];
                let parties = length(input, "parties");
                let own = input["parties"].as_array().is_some_and(|all| all.iter().any(|party| party["self"] == true));
                // Whoever registers it must be able to see it afterwards.
                let reach = match role {
                    "RESIDENT" => own,
                    "PETITION_OFFICE" => text(input, "channel") == "PETITION",
                    "POLICE_110_LINK" => text(input, "channel") == "POLICE_110",
                    _ => true,
                };
                state(&[""])
                    && (is(&others) || is(&near) || is(&county))
                    && (parties >= 2 || parties == 1 && truth(input, "othersUnknown"))
                    && (input.contains_key("site") || input.contains_key("grid"))
                    && reach
            }
            "triageDispute" => {
                let sound = match text(input, "decision") {
                    "ACCEPTED" => input.contains_key("riskLevel") && length(input, "typeCodes") > 0,
                    "NOT_ACCEPTED" => !text(input, "told").is_empty(),
                    "ROUTED" => !text(input, "told").is_empty() && input.contains_key("route"),
                    _ => false,
                };
                state(&["REGISTERED"]) && decides && sound
            }
            "mergeDisputes" => {
                let open = state(&["REGISTERED", "ACCEPTED"]) && self.reported.is_none();
                // Nobody joins it to the own quarrel.
                let theirs = input["intoParties"].as_array().into_iter().flatten();
                let related = |(account, organisation): (Option<i64>, Option<i64>)| {
                    account == Some(who.account_id) || organisation.is_some_and(|of| belongs(who, of))
                };
                let related = theirs.into_iter().any(|party| related((party[0].as_i64(), party[1].as_i64())));
                open && decides && truth(input, "intoOlder") && !related
            }
            "unmergeDispute" => state(&["MERGED"]) && decides,
            "dispatchDispute" => {
                let mediation = number(input, "mediationOrganisation");
                let somebody = mediation.or(number(input, "handler"));
                // Both mediation organisations and office 7 are the village's; a small matter goes nowhere else unexplained.
                let near = number(input, "handler").is_none_or(|handler| [7, 16].contains(&handler));
                // Mediation organisation 2 is organisation 9; a party does not handle its own quarrel.
                let seats = [mediation.map(|id| if id == 2 { 9 } else { 16 }), number(input, "handler")];
                let apart = !self.parties.iter().any(|(_, of)| of.is_some() && seats.contains(of));
                let explained = self.large || near || !text(input, "levelReason").is_empty();
                state(&["ACCEPTED"]) && decides && somebody.is_some() && explained && apart
            }
            "returnDispatch" => {
                let may = is(&["MEDIATOR", "VILLAGE_CADRE", "BEAT_OFFICER", "GRID_LEADER", "COUNTY_REGULATOR"]);
                state(&["DISPATCHED"]) && may && handles
            }
            "recallDispatch" => state(&["DISPATCHED", "MEDIATING"]) && decides,
            "addParty" => before && (decides || mediates) && length(input, "parties") > 0 && !self.twice(input),
            // Not who came himself, nor who has signed.
            "removeParty" => {
                let party = number(input, "party");
                let at = self.ids.iter().position(|id| Some(*id) == party);
                let mistaken =
                    at.is_some_and(|at| self.parties[at].0.is_none() && !self.signed.contains(&self.ids[at]));
                before && decides && mistaken
            }
            "recordConsent" => {
                let ours = number(input, "party").is_some_and(|party| self.ids.contains(&party));
                before && (decides || mediates) && ours
            }
            "startMediation" => {
                let declared = truth(input, "unrelated") && truth(input, "rightsTold");
                state(&["DISPATCHED"]) && mediates && declared && !self.consents.iter().any(|consent| consent == "NO")
            }
            "addSession" => state(&["MEDIATING"]) && mediates,
            "flagEscalation" => {
                let near = is(&["GRID_MEMBER", "GRID_LEADER", "BEAT_OFFICER"]);
                let hand = is(&["MEDIATOR", "VILLAGE_CADRE"]) && handles;
                state(&["MEDIATING"]) && (near || hand) && self.reported.is_none()
            }
            "acknowledgeEscalation" => {
                let states = [
                    "ACCEPTED",
                    "DISPATCHED",
                    "MEDIATING",
                    "AGREED",
                    "CONFIRMATION",
                    "FOLLOWED_UP",
                    "TERMINATED",
                    "WITHDRAWN",
                ];
                // By person alone: an office may take over what one of its own has reported.
                let own = |account: &i64| *account == who.account_id;
                let police = is(&["BEAT_OFFICER", "POLICE_110_LINK"]) && !self.reporters.iter().any(own);
                state(&states) && police && self.reported.is_some()
            }
            "recordAgreement" => {
                let whole = everybody("signatures") && on_time("mediatorSignedAt") && on_time("sealedAt") && document;
                let consented = !self.consents.iter().any(|consent| consent == "NO");
                let signed = text(input, "form") != "WRITTEN" || whole;
                state(&["MEDIATING"]) && mediates && self.sessions > 0 && signed && self.ids.len() >= 2 && consented
            }
            "extendMediation" => {
                let deadline = number(input, "deadline").unwrap_or_default();
                let later = deadline > now && self.due_at.is_none_or(|due| deadline > due);
                state(&["MEDIATING"]) && mediates && everybody("consents") && later
            }
            "terminateMediation" => {
                let may = is(&["MEDIATOR", "VILLAGE_CADRE", "BEAT_OFFICER"]) && handles;
                state(&["MEDIATING"]) && may && !party && !text(input, "routes").is_empty()
            }
            "withdrawDispute" => {
                let open = state(&["REGISTERED", "ACCEPTED", "DISPATCHED", "MEDIATING"]);
                open && (decides || is(&["RESIDENT"]) && party && self.registrant == who.account_id)
            }
            "requestConfirmation" => {
                let may = is(&["RESIDENT"]) && party || is(&["MEDIATOR", "VILLAGE_CADRE", "BEAT_OFFICER"]) && handles;
                let days = |at: i64| (at + SHANGHAI).div_euclid(DAY);
                let soon = self.agreed_at.is_some_and(|agreed| days(now) - days(agreed) <= 30);
                let confirmable =
                    !truth(input, "identityRelation") && everybody("askedBy") && (!is(&["RESIDENT"]) || document);
                state(&["AGREED"]) && may && soon && confirmable && !self.decided
            }
            "acceptConfirmation" => court && !self.accepted_by_court,
            "extendConfirmation" => court && !self.extended_by_court,
            "completeAgreement" => false,
            "decideConfirmation" => court,
            "recordPerformance" => {
                state(&["AGREED"]) && (mediates || decides) && text(input, "performance") != "NOT_DUE"
            }
            "withdrawConfirmation" => {
                let asks = is(&["RESIDENT"]) && party || is(&["MEDIATOR", "VILLAGE_CADRE", "BEAT_OFFICER"]) && handles;
                state(&["CONFIRMATION"]) && asks
            }
            "closeDispute" => {
                let concluded = state(&["FOLLOWED_UP", "TERMINATED", "ROUTED", "WITHDRAWN", "NOT_ACCEPTED"]);
                concluded && centre && !party && self.reported.is_none()
            }
            "reopenDispute" => {
                state(&["CLOSED"]) && decides && self.closed_at.is_some_and(|closed| now - closed <= 183 * DAY)
            }
            "raiseLevel" => {
                let open = state(&["REGISTERED", "ACCEPTED", "DISPATCHED", "MEDIATING"]);
                open && decides && self.raises < 2 && self.above > 0
            }
            other => panic!("the table has no row {other}"),
        }
    }

    fn take(&mut self, who: &Actor, action: &str, input: &Values, now: i64, case: &Case) {
        let to = match action {
            "registerDispute" => {
                self.add(input, Some(who.account_id), case);
                self.registrant = who.account_id;
                // The key area's centre is below the township's, and that below the county's.
                self.above = match who.organisation_id {
                    12 => 0,
                    17 => 2,
                    _ => 1,
                };
                "REGISTERED"
            }
            "addParty" => {
                self.add(input, None, case);
                ""
            }
            "removeParty" => {
                let party = number(input, "party");
                let at = self.ids.iter().position(|id| Some(*id) == party).expect("a party");
                self.ids.remove(at);
                self.parties.remove(at);
                self.consents.remove(at);
                ""
            }
            "recordConsent" => {
                let party = number(input, "party");
                let at = self.ids.iter().position(|id| Some(*id) == party).expect("a party");
                self.consents[at] = text(input, "consent").to_owned();
                ""
            }
            "triageDispute" => {
                self.large = text(input, "riskLevel") == "ORANGE";
                main_type_is_kept(case);
                text(input, "decision")
            }
            "mergeDisputes" => {
                self.follow(case);
                "MERGED"
            }
            "unmergeDispute" => {
                self.follow(case);
                "REGISTERED"
            }
            "dispatchDispute" => {
                // Mediation organisation 2 is organisation 9, and 3 is 16.
                let mediation = number(input, "mediationOrganisation").map(|id| if id == 2 { 9 } else { 16 });
                (self.handler, self.mediation) = (number(input, "handler").or(mediation), mediation);
                "DISPATCHED"
            }
            "returnDispatch" | "recallDispatch" => {
                // Back to the centre; nobody of a centre handles.
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
                self.reported = Some(who.account_id);
                self.reporters.extend(self.reported);
                ""
            }
            "acknowledgeEscalation" => {
                self.reported = None;
                ""
            }
            "recordAgreement" => {
                (self.agreed_at, self.decided) = (Some(now), false);
                if text(input, "form") == "WRITTEN" {
                    let signed = input["signatures"].as_array().into_iter().flatten();
                    self.signed.extend(signed.filter_map(Json::as_i64));
                }
                "AGREED"
            }
            "extendMediation" => {
                self.due_at = number(input, "deadline");
                ""
            }
            "terminateMediation" => "TERMINATED",
            "withdrawDispute" => "WITHDRAWN",
            "acceptConfirmation" => {
                self.accepted_by_court = true;
                ""
            }
            "extendConfirmation" => {
                self.extended_by_court = true;
                ""
            }
            "requestConfirmation" => {
                self.court = number(input, "court");
                (self.accepted_by_court, self.extended_by_court) = (false, false);
                "CONFIRMATION"
            }
            "withdrawConfirmation" => "AGREED",
            "decideConfirmation" => {
                self.decided = true;
                "AGREED"
            }
            "recordPerformance" => "FOLLOWED_UP",
            "closeDispute" => {
                self.closed_at = Some(now);
                "CLOSED"
            }
            "reopenDispute" => {
                (self.handler, self.mediation) = (None, None);
                self.due_at = None;
                "ACCEPTED"
            }
            "raiseLevel" => {
                self.raises += 1;
                self.above -= 1;
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
            *account == Some(who.account_id) || organisation.is_some_and(|of| belongs(who, of))
        });
        !own && self.reported.is_none()
    }
}

/// Figures are told apart by the main type, which stands beside the dispute: it is the first of its types.
fn main_type_is_kept(case: &Case) {
    let first = case.rows("types").iter().find(|row| of(row, "rank") == Some(1));
    assert_eq!(
        case.text("main_type"),
        first.and_then(|row| row.get("type_code")?.as_str()),
        "{:?}",
        case.rows("types")
    );
}
