//! A lifecycle as a page with a Mermaid diagram.

use std::fmt::Write;

use super::{Action, End, Flow, Unit};

/// The page; `label` gives the Chinese label of a state.
pub(super) fn page(flow: &Flow, label: impl Fn(&str) -> String) -> String {
    let mut out = format!("# {} v{}\n\n{}\n\n", flow.object, flow.version, flow.doc);
    out.push_str("Written by `cargo xtask generate` from `schema/flows/`.\n\n```mermaid\nstateDiagram-v2\n");
    for state in &flow.states {
        let _ = writeln!(out, "    {} : {} {}", state.code, state.code, label(&state.code));
    }
    for action in &flow.actions {
        // What leaves the state as it is stands in the table below and would crowd the picture.
        for to in &action.to {
            if action.from.is_empty() {
                let _ = writeln!(out, "    [*] --> {to} : {}", action.name);
            }
            for from in &action.from {
                let _ = writeln!(out, "    {from} --> {to} : {}", action.name);
            }
        }
    }
    for state in flow.states.iter().filter(|state| state.last) {
        let _ = writeln!(out, "    {} --> [*]", state.code);
    }
    out.push_str("```\n\n");
    actions(flow, &mut out);
    duties(flow, &mut out);
    clocks(flow, &mut out);
    out
}

fn actions(flow: &Flow, out: &mut String) {
    out.push_str("| action | from | to | who | never | needs | clocks | told |\n|---|---|---|---|---|---|---|---|\n");
    for action in &flow.actions {
        let who: Vec<String> = action
            .who
            .iter()
            .map(|who| match who.relations.is_empty() {
                true => who.roles.join(", "),
                false => format!("{} as {}", who.roles.join(", "), who.relations.join(" and ")),
            })
            .collect();
        let mut needs = action.checks.clone();
        needs.extend(action.evidence.iter().map(|phase| format!("evidence {phase}")));
        let changes = [
            ("stops", &action.stops),
            ("starts", &action.starts),
            ("moves", &action.moves),
            ("pauses", &action.pauses),
            ("resumes", &action.resumes),
        ];
        let clocks =
            changes.into_iter().flat_map(|(does, kinds)| kinds.iter().map(move |kind| format!("{does} {kind}")));
        let clocks: Vec<String> = clocks.collect();
        let _ = writeln!(
            out,
            "| `{}` {} | {} | {} | {} | {} | {} | {} | {} |",
            action.name,
            action.doc,
            action.from.join(", "),
            if action.to.is_empty() { "stays".to_owned() } else { action.to.join(" or ") },
            who.join("; "),
            action.not.join(", "),
            needs.join(", "),
            clocks.join(", "),
            told(action)
        );
    }
}

/// Who is told; in bold who gets the matter to do.
fn told(action: &Action) -> String {
    let name = |name: &String| if action.assigns.contains(name) { format!("**{name}**") } else { name.clone() };
    action.tells.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn duties(flow: &Flow, out: &mut String) {
    if flow.duties.is_empty() {
        return;
    }
    out.push_str("\n| duty | held by whoever took | also by the organisation |\n|---|---|---|\n");
    for (code, duty) in &flow.duties {
        let also = if duty.by_person { "no" } else { "yes" };
        let _ = writeln!(out, "| {code} {} | {} | {also} |", duty.doc, duty.actions.join(", "));
    }
}

fn clocks(flow: &Flow, out: &mut String) {
    out.push_str("\n| clock | length | source | basis | told | when breached |\n|---|---|---|---|---|---|\n");
    for clock in &flow.clocks {
        let length = match &clock.end {
            End::After(n, unit) => format!("{n} {}", word(*unit)),
            End::At(input) => format!("until `{input}`"),
        };
        let _ = writeln!(
            out,
            "| {} | {length} | {} | {} | {} | {} |",
            clock.kind,
            clock.source,
            clock.basis,
            clock.tells.join(", "),
            clock.breach.as_deref().unwrap_or_default()
        );
    }
}

fn word(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "minutes",
        Unit::Hour => "hours",
        Unit::CalendarDay => "calendar days",
        Unit::WorkingDay => "working days",
    }
}
