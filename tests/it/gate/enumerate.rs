//! Every root field, filter leaf, sort key, sum, figure and grouping of the API, each in a question of its own.

use fengqiao::graphql::model::Model;

use super::dice::Dice;
use super::generate::Generator;
use crate::oracle::Oracle;
use crate::oracle::query::{Cond, Figures, Grouping, Page, Root, Select, Selection};
use crate::oracle::spec::Kind;
use crate::oracle::summaries;

/// Rows of each list.
const ROWS: usize = 10;

/// All leaves of a type, with the leaves of its parts.
pub(crate) fn leaves(oracle: &Oracle, model: &Model, of: &str) -> Selection {
    let spec = oracle.spec.of(of);
    let fields = model.objects[of].fields.keys().filter_map(|name| {
        let below = match &spec.fields.get(name)?.kind {
            Kind::Column { api, .. } if api == "SelfInspectionAnswers" => {
                Select::Items(vec!["item".into(), "answer".into(), "photo".into()])
            }
            Kind::Column { .. } | Kind::Under14 | Kind::Derived => Select::Leaf,
            Kind::Point => Select::Point,
            Kind::Part { fields } => Select::Part(fields.clone()),
            _ => return None,
        };
        Some((name.clone(), below))
    });
    Selection { of: of.to_owned(), fields: fields.collect() }
}

/// All leaves of a type, of what it links to and of what belongs to it.
fn deep(oracle: &Oracle, model: &Model, of: &str) -> Selection {
    let mut selection = leaves(oracle, model, of);
    let names = model.objects[of].fields.keys();
    for (name, field) in names.filter_map(|name| Some((name, oracle.spec.of(of).fields.get(name)?))) {
        let page = || Page { first: Some(5), ..Page::default() };
        let below = match &field.kind {
            Kind::One { target, .. } => Select::One(leaves(oracle, model, target)),
            Kind::Many { target, connection: true, .. } => Select::Connection(page(), leaves(oracle, model, target)),
            Kind::Many { target, .. } => Select::List(page(), leaves(oracle, model, target)),
            Kind::Figures { summary, .. } => Select::Figures(all_figures(summary)),
            _ => continue,
        };
        selection.fields.push((name.clone(), below));
    }
    selection
}

fn all_figures(name: &str) -> Figures {
    let all = summaries::all();
    let summary = all.iter().find(|s| s.name == name).expect("a summary");
    let measures = summary.figures.iter().map(|f| f.0.to_owned());
    Figures { summary: name.to_owned(), measures: measures.collect(), ..Figures::default() }
}

/// The questions.
pub(crate) fn questions(oracle: &Oracle, model: &Model) -> Vec<Root> {
    let mut all = vec![];
    let mut generator = Generator { model, oracle, dice: Dice::new(7, 7) };
    for (name, def) in &model.objects["Query"].fields {
        let ty = def.ty.name();
        let Some(of) = ty.strip_suffix("Connection") else { continue };
        let list = |page: Page| Root::List(name.clone(), page, leaves(oracle, model, of));
        let page = || Page { first: Some(ROWS), count: true, ..Page::default() };
        all.push(Root::List(name.clone(), Page { first: Some(5), ..page() }, deep(oracle, model, of)));
        for leaf in &model.inputs[&format!("{of}Filter")].fields {
            // Related rows are asked for by one condition of theirs; the nesting is for the random questions.
            let conditions: Vec<Cond> = (0..4).find_map(|_| generator.leaf(of, &leaf.name, 1)).into_iter().collect();
            let conditions = conditions.into_iter().flat_map(|c| [c.clone(), Cond::Not(Box::new(Cond::All(vec![c])))]);
            all.extend(conditions.map(|c| list(Page { filter: Some(Cond::All(vec![c])), ..page() })));
        }
        for (key, _) in &model.enums[&format!("{of}OrderField")].values {
            for down in [false, true] {
                all.push(list(Page { order: vec![(key.clone(), key.to_lowercase(), down)], ..page() }));
            }
        }
        for (key, _) in model.enums.get(&format!("{of}SumField")).map(|sums| &sums.values).into_iter().flatten() {
            all.push(list(Page { sum: Some((key.clone(), key.to_lowercase())), ..page() }));
        }
    }
    for summary in summaries::all().iter().filter(|s| !s.root.is_empty()) {
        let figures = all_figures(summary.name);
        all.push(Root::Statistics(summary.root.into(), figures.clone()));
        for (by, _) in &summary.groups {
            let grouping = Grouping { by: (*by).to_owned(), measures: figures.measures.clone(), share: false };
            let grouped = Figures { groupings: vec![grouping], ..figures.clone() };
            all.push(Root::Statistics(summary.root.into(), grouped));
        }
    }
    let wholes = [
        "Dispute",
        "Hazard",
        "GridEvent",
        "KeySite",
        "Posting",
        "Party",
        "MediationSession",
        "MediationAgreement",
        "GovernanceCentre",
    ];
    for of in wholes {
        let table = oracle.city.table(&oracle.spec.of(of).table);
        all.extend(
            table.all().step_by(table.rows.len() / 8 + 1).map(|row| Root::Node(row.id(), deep(oracle, model, of))),
        );
    }
    all
}
