//! What a lifecycle must fulfil: names that exist, states that can be reached and left, actions that somebody can take.

use std::collections::BTreeSet;

use super::file::{ActionEntry, FlowFile, Name, Problem};
use super::{Offer, SYSTEM};

fn problem(at: &Name, what: impl std::fmt::Display) -> Problem {
    (at.span().start, format!("{} {what}", at.get_ref()))
}

fn known<'n>(names: impl IntoIterator<Item = &'n Name>, is: impl Fn(&str) -> bool, what: &str) -> Result<(), Problem> {
    match names.into_iter().find(|name| !is(name.get_ref())) {
        Some(name) => Err(problem(name, what)),
        None => Ok(()),
    }
}

fn once<'n>(names: impl IntoIterator<Item = &'n Name>) -> Result<(), Problem> {
    let mut seen = BTreeSet::new();
    match names.into_iter().find(|name| !seen.insert(name.get_ref().as_str())) {
        Some(name) => Err(problem(name, "is there twice")),
        None => Ok(()),
    }
}

/// Every name is known and stands once where it is defined.
pub(super) fn names(flow: &FlowFile, object: &str, offer: &Offer<'_>) -> Result<(), Problem> {
    let state = |code: &str| flow.state.iter().any(|s| s.code.get_ref() == code);
    let clock = |kind: &str| flow.clock.iter().any(|c| c.kind.get_ref() == kind);
    let duty = |code: &str| flow.duty.iter().any(|d| d.code.get_ref() == code);
    let action = |name: &str| flow.action.iter().any(|a| a.name.get_ref() == name);
    once(flow.state.iter().map(|s| &s.code))?;
    once(flow.clock.iter().map(|c| &c.kind))?;
    once(flow.duty.iter().map(|d| &d.code))?;
    once(flow.action.iter().map(|a| &a.name))?;
    let states = format!("{object}Status");
    known(flow.state.iter().map(|s| &s.code), |code| (offer.code)(&states, code), "is no state of the code table")?;
    let part = |code: &str| (offer.code)("AssignmentRole", code);
    known(flow.clock.iter().flat_map(|c| &c.per), part, "is no role of an assignee")?;
    known(flow.clock.iter().flat_map(|c| &c.into), state, "is no state of this flow")?;
    let by_itself = |name: &str| {
        let roles = |a: &ActionEntry| a.who.iter().any(|w| w.roles.iter().any(|role| role.get_ref() == SYSTEM));
        flow.action.iter().any(|a| a.name.get_ref() == name && roles(a))
    };
    known(flow.clock.iter().filter_map(|c| c.breach.as_ref()), by_itself, "is no action that the program takes")?;
    let audience = |name: &str| (offer.audience)(object, name);
    known(flow.clock.iter().flat_map(|c| &c.tells), audience, "is no audience that the program knows")?;
    for entry in &flow.duty {
        known(&entry.actions, action, "is no action of this flow")?;
        if !flow.action.iter().any(|a| a.not.iter().any(|name| name.get_ref() == entry.code.get_ref())) {
            return Err(problem(&entry.code, "excludes from no action"));
        }
    }
    for entry in &flow.action {
        known(&entry.from, state, "is no state of this flow")?;
        known(&entry.to, state, "is no state of this flow")?;
        let clocks =
            || [&entry.starts, &entry.stops, &entry.moves, &entry.pauses, &entry.resumes].into_iter().flatten();
        known(clocks(), clock, "is no clock of this flow")?;
        known(&entry.not, |name| duty(name) || (offer.relation)(object, name), "is no duty and no relation")?;
        known(&entry.checks, |name| (offer.check)(object, name), "is no condition that the program knows")?;
        known(&entry.tells, audience, "is no audience that the program knows")?;
        let is_told = |name: &str| entry.tells.iter().any(|told| told.get_ref() == name);
        known(&entry.assigns, is_told, "is not told of this action")?;
        once(entry.input.iter().map(|i| &i.name))?;
        known(entry.input.iter().filter_map(|i| i.refers.as_ref()), |view| (offer.view)(view), "is no type")?;
        let column = |name: &str| (offer.column)(object, name);
        known(entry.input.iter().filter_map(|i| i.column.as_ref()), column, "is no column")?;
        known(&entry.evidence, |code| (offer.code)("EvidencePhase", code), "is no phase of evidence")?;
        let by = entry.to_by.as_ref();
        known(by, |name| entry.input.iter().any(|i| i.name.get_ref() == name), "is no input of this action")?;
        if (entry.to.len() > 1) != by.is_some() {
            return Err(problem(&entry.name, "names several states and to_by, or neither"));
        }
        who(entry, object, offer)?;
    }
    Ok(())
}

fn who(entry: &ActionEntry, object: &str, offer: &Offer<'_>) -> Result<(), Problem> {
    if entry.who.iter().all(|who| who.roles.is_empty()) {
        return Err(problem(&entry.name, "can be taken by nobody"));
    }
    for who in &entry.who {
        known(&who.roles, |role| role == SYSTEM || (offer.role)(role), "is no role")?;
        known(&who.relations, |name| (offer.relation)(object, name), "is no relation that the program knows")?;
        known(&who.checks, |name| (offer.check)(object, name), "is no condition that the program knows")?;
        if let Some(both) = who.relations.iter().find(|r| entry.not.iter().any(|n| n.get_ref() == r.get_ref())) {
            return Err(problem(both, format!("is required and excluded: nobody can take {}", entry.name.get_ref())));
        }
    }
    Ok(())
}

/// Every state can be reached, every state that is not final can be left for a final one, final ones only reopened.
pub(super) fn graph(flow: &FlowFile) -> Result<(), Problem> {
    let begins = flow.action.iter().filter(|a| a.from.is_empty());
    if let Some(nowhere) = begins.clone().find(|a| a.to.is_empty()) {
        return Err(problem(&nowhere.name, "brings a matter into being without a state"));
    }
    let start: BTreeSet<&str> = begins.flat_map(|a| &a.to).map(|to| to.get_ref().as_str()).collect();
    let reached = spread(start, flow, |from, to| (from, to));
    if let Some(state) = flow.state.iter().find(|s| !reached.contains(s.code.get_ref().as_str())) {
        return Err(problem(&state.code, "cannot be reached"));
    }
    let last: BTreeSet<&str> = flow.state.iter().filter(|s| s.last).map(|s| s.code.get_ref().as_str()).collect();
    let ends = spread(last.clone(), flow, |from, to| (to, from));
    if let Some(state) = flow.state.iter().find(|s| !ends.contains(s.code.get_ref().as_str())) {
        return Err(problem(&state.code, "is a dead end: no final state can be reached from it"));
    }
    let reopens = |action: &&ActionEntry| {
        !action.to.is_empty() && action.to.iter().all(|to| !last.contains(to.get_ref().as_str()))
    };
    for action in flow.action.iter().filter(|a| !reopens(a)) {
        if let Some(from) = action.from.iter().find(|from| last.contains(from.get_ref().as_str())) {
            return Err(problem(from, "is final: only reopening leads out of it"));
        }
    }
    Ok(())
}

/// All states that steps lead to from `known`.
fn spread<'f>(
    mut known: BTreeSet<&'f str>,
    flow: &'f FlowFile,
    step: impl Fn(&'f str, &'f str) -> (&'f str, &'f str),
) -> BTreeSet<&'f str> {
    loop {
        let before = known.len();
        for action in &flow.action {
            for (from, to) in action.from.iter().flat_map(|from| action.to.iter().map(move |to| (from, to))) {
                let (here, there) = step(from.get_ref(), to.get_ref());
                if known.contains(here) {
                    known.insert(there);
                }
            }
        }
        if known.len() == before {
            return known;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::{FlowError, read};
    use super::super::tests::anything;
    use super::super::{Flow, Offer};

    const SOUND: &str = r#"object = "Hazard"
version = 1
doc = "x"
[[state]]
code = "A"
[[state]]
code = "B"
final = true
[[duty]]
code = "DOER"
doc = "x"
actions = ["end"]
[[clock]]
kind = "C"
length = 1
unit = "HOUR"
source = "LAW"
basis = "x"
[[action]]
name = "begin"
doc = "x"
from = []
to = ["A"]
starts = ["C"]
[[action.who]]
roles = ["R"]
[[action]]
name = "end"
doc = "x"
from = ["A"]
to = ["B"]
not = ["DOER"]
tells = ["TEAM"]
evidence = ["AFTER"]
[[action.who]]
roles = ["R"]
as = ["UNIT"]
[[action.input]]
name = "n"
type = "String"
doc = "x"
column = "note"
"#;

    fn attempt(from: &str, to: &str, offer: &Offer<'_>) -> Result<Flow, FlowError> {
        assert_eq!(SOUND.matches(from).count(), 1, "{from}");
        read("x.toml", &SOUND.replace(from, to), offer)
    }

    #[test]
    fn a_sound_flow_is_read() {
        let flow = read("x.toml", SOUND, &anything()).unwrap();
        assert_eq!((flow.actions.len(), flow.duties["DOER"].actions.as_slice()), (2, ["end".to_owned()].as_slice()));
    }

    #[test]
    fn what_does_not_hold_together_is_refused_with_its_line() {
        for (from, to, line, sentence) in [
            ("code = \"B\"\nfinal = true", "code = \"A\"\nfinal = true", 7, "A is there twice"),
            ("to = [\"A\"]", "to = [\"Z\"]", 23, "Z is no state of this flow"),
            ("to = [\"A\"]", "to = [\"B\"]", 5, "A cannot be reached"),
            ("\nfinal = true", "", 5, "A is a dead end: no final state can be reached from it"),
            ("actions = [\"end\"]", "actions = [\"gone\"]", 12, "gone is no action of this flow"),
            ("starts = [\"C\"]", "starts = [\"D\"]", 24, "D is no clock of this flow"),
            ("roles = [\"R\"]\nas", "roles = []\nas", 28, "end can be taken by nobody"),
            (
                "not = [\"DOER\"]",
                "not = [\"DOER\", \"UNIT\"]",
                37,
                "UNIT is required and excluded: nobody can take end",
            ),
            (
                "from = [\"A\"]\nto = [\"B\"]",
                "from = [\"A\", \"B\"]\nto = [\"B\"]",
                30,
                "B is final: only reopening leads out of it",
            ),
            ("length = 1", "length = 0", 14, "clock C: give a length from 1 and its unit, or until"),
            ("not = [\"DOER\"]", "not = []", 10, "DOER excludes from no action"),
            ("tells = [\"TEAM\"]", "tells = [\"TEAM\"]\nassigns = [\"UNIT\"]", 34, "UNIT is not told of this action"),
            ("source = \"LAW\"", "source = \"HOPE\"", 17, "source is LAW, ARTICLE, LOCAL or DEFAULT"),
        ] {
            let refused = attempt(from, to, &anything()).unwrap_err().to_string();
            assert_eq!(refused, format!("flow file x.toml, line {line}: {sentence}"));
        }
        let offer = Offer { code: &|table, _| table != "AssignmentRole", ..anything() };
        let nobody = attempt("basis = \"x\"", "basis = \"x\"\nper = [\"UNIT\"]", &offer).unwrap_err().to_string();
        assert_eq!(nobody, "flow file x.toml, line 19: UNIT is no role of an assignee");
        let unknown_key = attempt("version = 1", "version = 1\ncolour = 2", &anything()).unwrap_err().to_string();
        assert!(unknown_key.contains("line 3") && unknown_key.contains("colour"), "{unknown_key}");
    }

    #[test]
    fn what_the_program_does_not_offer_is_refused() {
        let no = |_: &str| false;
        let none = |_: &str, _: &str| false;
        for (offer, line, sentence) in [
            (Offer { role: &no, ..anything() }, 26, "R is no role"),
            (Offer { code: &none, ..anything() }, 5, "A is no state of the code table"),
            (Offer { code: &|table, _| table != "EvidencePhase", ..anything() }, 34, "AFTER is no phase of evidence"),
            (Offer { column: &none, ..anything() }, 42, "note is no column"),
            (Offer { relation: &none, ..anything() }, 37, "UNIT is no relation that the program knows"),
            (Offer { audience: &none, ..anything() }, 33, "TEAM is no audience that the program knows"),
        ] {
            let refused = read("x.toml", SOUND, &offer).unwrap_err().to_string();
            assert_eq!(refused, format!("flow file x.toml, line {line}: {sentence}"));
        }
    }
}
