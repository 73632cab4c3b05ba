//! Reading a lifecycle from its file.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Action, ClockRule, Duty, End, Flow, Input, Offer, State, Unit, Who, check};

/// Why a lifecycle was refused.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The file is not what it should be.
    #[error("flow file {file}: {source}")]
    Syntax {
        /// Which file.
        file: String,
        /// What is wrong, with its line.
        source: Box<toml::de::Error>,
    },
    /// The lifecycle does not hold together.
    #[error("flow file {file}, line {line}: {problem}")]
    Rule {
        /// Which file.
        file: String,
        /// The line.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// Two versions of a lifecycle do not stand beside one another.
    #[error("flow {object}, version {version}: {problem}")]
    Versions {
        /// The type that lives by it.
        object: String,
        /// The older one.
        version: i64,
        /// What is wrong.
        problem: String,
    },
}

pub(super) type Name = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FlowFile {
    object: String,
    version: i64,
    doc: String,
    pub(super) state: Vec<StateEntry>,
    #[serde(default)]
    pub(super) duty: Vec<DutyEntry>,
    #[serde(default)]
    pub(super) clock: Vec<ClockEntry>,
    pub(super) action: Vec<ActionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StateEntry {
    pub(super) code: Name,
    #[serde(default, rename = "final")]
    pub(super) last: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyEntry {
    pub(super) code: Name,
    doc: String,
    pub(super) actions: Vec<Name>,
    #[serde(default)]
    by_person: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockEntry {
    pub(super) kind: Name,
    length: Option<i64>,
    unit: Option<Unit>,
    until: Option<Name>,
    source: Name,
    basis: String,
    #[serde(default)]
    pub(super) per: Vec<Name>,
    #[serde(default)]
    pub(super) into: Vec<Name>,
    pub(super) breach: Option<Name>,
    #[serde(default)]
    pub(super) tells: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActionEntry {
    pub(super) name: Name,
    pub(super) doc: String,
    pub(super) from: Vec<Name>,
    #[serde(default)]
    pub(super) to: Vec<Name>,
    pub(super) to_by: Option<Name>,
    pub(super) who: Vec<WhoEntry>,
    #[serde(default)]
    pub(super) not: Vec<Name>,
    #[serde(default)]
    pub(super) checks: Vec<Name>,
    #[serde(default)]
    pub(super) evidence: Vec<Name>,
    #[serde(default)]
    pub(super) input: Vec<InputEntry>,
    #[serde(default)]
    pub(super) starts: Vec<Name>,
    #[serde(default)]
    pub(super) stops: Vec<Name>,
    #[serde(default)]
    pub(super) moves: Vec<Name>,
    #[serde(default)]
    pub(super) pauses: Vec<Name>,
    #[serde(default)]
    pub(super) resumes: Vec<Name>,
    #[serde(default)]
    pub(super) tells: Vec<Name>,
    #[serde(default)]
    pub(super) assigns: Vec<Name>,
    batch: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WhoEntry {
    pub(super) roles: Vec<Name>,
    #[serde(default, rename = "as")]
    pub(super) relations: Vec<Name>,
    #[serde(default)]
    pub(super) checks: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InputEntry {
    pub(super) name: Name,
    #[serde(rename = "type")]
    ty: String,
    doc: String,
    pub(super) refers: Option<Name>,
    pub(super) column: Option<Name>,
    #[serde(default)]
    note: bool,
    #[serde(default)]
    keep: bool,
}

/// A problem at a place of the text.
pub(super) type Problem = (usize, String);

fn texts(names: &[Name]) -> Vec<String> {
    names.iter().map(|name| name.get_ref().clone()).collect()
}

/// Reads a lifecycle and checks that it holds together.
pub(super) fn read(file: &str, text: &str, offer: &Offer<'_>) -> Result<Flow, FlowError> {
    let entries: FlowFile =
        toml::from_str(text).map_err(|source| FlowError::Syntax { file: file.into(), source: Box::new(source) })?;
    let refused = |(at, problem): Problem| {
        let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        FlowError::Rule { file: file.into(), line, problem }
    };
    check::names(&entries, &entries.object, offer).map_err(refused)?;
    check::graph(&entries).map_err(refused)?;
    let clocks: Result<Vec<ClockRule>, Problem> = entries.clock.iter().map(clock).collect();
    Ok(Flow {
        clocks: clocks.map_err(refused)?,
        states: entries.state.iter().map(|s| State { code: s.code.get_ref().clone(), last: s.last }).collect(),
        duties: entries.duty.iter().map(duty).collect::<BTreeMap<_, _>>(),
        actions: entries.action.into_iter().map(action).collect(),
        object: entries.object,
        version: entries.version,
        doc: entries.doc,
    })
}

fn duty(entry: &DutyEntry) -> (String, Duty) {
    let duty = Duty { doc: entry.doc.clone(), actions: texts(&entry.actions), by_person: entry.by_person };
    (entry.code.get_ref().clone(), duty)
}

fn clock(entry: &ClockEntry) -> Result<ClockRule, Problem> {
    let end = match (entry.length, entry.unit, &entry.until) {
        (Some(length), Some(unit), None) if (1..=10_000).contains(&length) => End::After(length, unit),
        (None, None, Some(input)) => End::At(input.get_ref().clone()),
        _ => {
            let problem = format!("clock {}: give a length from 1 and its unit, or until", entry.kind.get_ref());
            return Err((entry.kind.span().start, problem));
        }
    };
    if !["LAW", "ARTICLE", "LOCAL", "DEFAULT"].contains(&entry.source.get_ref().as_str()) {
        return Err((entry.source.span().start, "source is LAW, ARTICLE, LOCAL or DEFAULT".into()));
    }
    Ok(ClockRule {
        kind: entry.kind.get_ref().clone(),
        end,
        source: entry.source.get_ref().clone(),
        basis: entry.basis.clone(),
        per: texts(&entry.per),
        into: texts(&entry.into),
        breach: entry.breach.as_ref().map(|name| name.get_ref().clone()),
        tells: texts(&entry.tells),
    })
}

fn action(entry: ActionEntry) -> Action {
    Action {
        doc: entry.doc,
        from: texts(&entry.from),
        to: texts(&entry.to),
        to_by: entry.to_by.map(Spanned::into_inner),
        who: entry
            .who
            .iter()
            .map(|w| Who { roles: texts(&w.roles), relations: texts(&w.relations), checks: texts(&w.checks) })
            .collect(),
        not: texts(&entry.not),
        checks: texts(&entry.checks),
        evidence: texts(&entry.evidence),
        inputs: entry
            .input
            .into_iter()
            .map(|i| Input {
                name: i.name.into_inner(),
                ty: i.ty,
                doc: i.doc,
                refers: i.refers.map(Spanned::into_inner),
                column: i.column.map(Spanned::into_inner),
                note: i.note,
                keep: i.keep,
            })
            .collect(),
        starts: texts(&entry.starts),
        stops: texts(&entry.stops),
        moves: texts(&entry.moves),
        pauses: texts(&entry.pauses),
        resumes: texts(&entry.resumes),
        tells: texts(&entry.tells),
        assigns: texts(&entry.assigns),
        batch: entry.batch,
        name: entry.name.into_inner(),
    }
}
