//! 可办事项. Whether an action is open to somebody: the one function that offers actions and enforces them.

use super::case::{Actor, Attempt, Case, Event, Known, text};
use super::flow::{Action, Flow, Who};
use super::refusal::{Code, Refusal};
use super::room::Room;

/// An action and whether it is open.
#[derive(Clone, Debug)]
pub struct Offered<'a> {
    /// The action.
    pub action: &'a Action,
    /// Why it is not open; empty: it is.
    pub blocked_by: Vec<Refusal>,
}

/// The actions on a matter that the actor's role has a part in, each open or with what stands against it.
pub fn offered<'a>(flow: &'a Flow, room: &Room, case: &Case, actor: &Actor, now: i64) -> Vec<Offered<'a>> {
    let known = Known::default();
    let attempt = Attempt { case, actor, input: None, known: &known, now };
    let part = |action: &&Action| action.begins() == case.state.is_empty() && action.who.iter().any(|w| w.names(actor));
    let offer = |action| Offered { action, blocked_by: refusals(flow, room, action, &attempt) };
    flow.actions.iter().filter(part).map(offer).collect()
}

/// What stands against an action; empty: nothing.
pub fn refusals(flow: &Flow, room: &Room, action: &Action, attempt: &Attempt<'_>) -> Vec<Refusal> {
    let Attempt { case, actor, .. } = *attempt;
    let named: Vec<&Who> = action.who.iter().filter(|who| who.names(actor)).collect();
    if named.is_empty() {
        return vec![Code::NotPermitted.alone()];
    }
    if actor.reads_only {
        return vec![Code::PurposeForbidden.alone()];
    }
    let here = if case.state.is_empty() { action.begins() } else { action.from.contains(&case.state) };
    if !here {
        return vec![Code::WrongState.alone()];
    }
    let stands = |who: &&&Who| who.relations.iter().all(|name| holds(room, name, case, actor));
    let standing: Vec<&&Who> = named.iter().filter(stands).collect();
    if standing.is_empty() {
        return vec![Code::NotPermitted.alone()];
    }
    if action.not.iter().any(|name| flow.excludes(room, name, case, actor)) {
        return vec![Code::ConflictOfInterest.alone()];
    }
    let mut found: Vec<Refusal> = action.checks.iter().filter_map(|name| failed(room, name, attempt)).collect();
    // One way in is enough; where none is open, what stands against the first is told.
    let ways: Vec<Vec<Refusal>> =
        standing.iter().map(|who| who.checks.iter().filter_map(|name| failed(room, name, attempt)).collect()).collect();
    if ways.iter().all(|way| !way.is_empty()) {
        found.extend(ways.into_iter().next().unwrap_or_default());
    }
    if attempt.input.is_some() {
        found.extend(unsaid(action, attempt));
        found.extend(evidence(room, attempt));
        let there = |phase: &String| {
            attempt.phases().any(|given| given == phase) || phase == "BEFORE" && case.evidence.contains(phase)
        };
        if !action.evidence.iter().all(there) {
            found.push(Code::EvidenceMissing.of("evidence"));
        }
        if action.leads_to(&case.state, |field| attempt.text(field)).is_none() {
            found.push(Refusal { code: Code::InputIncomplete, field: action.to_by.clone() });
        }
    }
    found
}

/// Texts that are required and say nothing: a reason of blanks is none.
fn unsaid<'a>(action: &'a Action, attempt: &'a Attempt<'_>) -> impl Iterator<Item = Refusal> + 'a {
    let required = action.inputs.iter().filter(|input| input.ty == "String!");
    let blank = required.filter(|input| attempt.text(&input.name).is_some_and(|text| text.trim().is_empty()));
    blank.map(|input| Code::InputIncomplete.of(input.name.as_str()))
}

/// What is wrong with the evidence that is given: unknown content, somebody else's, of a type that its phase does not take.
fn evidence(room: &Room, attempt: &Attempt<'_>) -> Vec<Refusal> {
    let mut found = vec![];
    let given = (room.attaches)(attempt);
    for attachment in &given {
        let [hash, phase] = attachment.fields.clone();
        let Some(file) = attempt.known.files.get(&attachment.hash) else {
            found.push(Code::EvidenceUnknown.of(hash));
            continue;
        };
        if file.get("foreign").and_then(|foreign| foreign.as_bool()).unwrap_or(true) {
            found.push(Code::EvidenceForeign.of(hash));
        }
        // What shows how it was before does not show how it is after.
        let both = attachment.phase == "AFTER"
            && (given.iter().any(|other| other.hash == attachment.hash && other.phase == "BEFORE")
                || file.get("was_before").and_then(|before| before.as_bool()) == Some(true));
        if both {
            found.push(Code::EvidenceType.of(phase));
            continue;
        }
        let mime = text(file, "mime").unwrap_or_default();
        let picture = mime.starts_with("image/");
        let fits = match attachment.phase.as_str() {
            "DOCUMENT" => mime == "application/pdf" || picture,
            _ => picture || mime.starts_with("video/"),
        };
        if !fits {
            found.push(Code::EvidenceType.of(phase));
        }
    }
    found
}

fn holds(room: &Room, name: &str, case: &Case, actor: &Actor) -> bool {
    room.relation(name).is_some_and(|relation| relation(case, actor))
}

fn failed(room: &Room, name: &str, attempt: &Attempt<'_>) -> Option<Refusal> {
    match room.check(name) {
        Some(check) => check(attempt).err(),
        // Flows are checked when they are read; a name nobody knows allows nothing.
        None => Some(Code::NotPermitted.alone()),
    }
}

impl Who {
    fn names(&self, actor: &Actor) -> bool {
        self.roles.contains(&actor.role)
    }
}

impl Flow {
    /// Whether a duty that the person or the organisation holds on the matter, in whatever round, or a relation to it
    /// excludes; under whatever posting of the person. A name nobody knows excludes everybody.
    fn excludes(&self, room: &Room, name: &str, case: &Case, actor: &Actor) -> bool {
        let Some(duty) = self.duties.get(name) else {
            return room
                .relation(name)
                .is_none_or(|relation| actor.under_each_posting().any(|actor| relation(case, &actor)));
        };
        let own = |event: &&Event| {
            let organisation = !duty.by_person && event.organisation_id.is_some_and(|id| actor.serves(id));
            event.account_id == Some(actor.account_id) || organisation
        };
        let all = case.events.iter().chain(&case.inherited);
        all.filter(|event| duty.actions.contains(&event.action)).any(|event| own(&event))
    }
}

/// The codes that an action can be refused with, beside those of every write.
pub fn codes(room: &Room, action: &Action) -> Vec<Code> {
    let mut codes = vec![Code::NotPermitted, Code::PurposeForbidden, Code::InputIncomplete];
    let checks = action.checks.iter().chain(action.who.iter().flat_map(|who| &who.checks));
    codes.extend(checks.flat_map(|name| room.codes(name)));
    codes.extend([Code::EvidenceMissing, Code::EvidenceUnknown, Code::EvidenceForeign, Code::EvidenceType]);
    if !action.begins() {
        codes.extend([Code::WrongState, Code::ConflictOfInterest]);
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}
