//! Smaller questions that may differ for the same reason.

use crate::oracle::query::{Cond, Figures, Page, Root, Select, Selection};

/// Questions with one thing less.
pub(crate) fn smaller(root: &Root) -> Vec<Root> {
    match root {
        Root::List(name, page, selection) => {
            let pages = pages(page).into_iter().map(|page| Root::List(name.clone(), page, selection.clone()));
            let below = selections(selection).into_iter().map(|s| Root::List(name.clone(), page.clone(), s));
            pages.chain(below).collect()
        }
        Root::Lookup(name, by, selection) => {
            selections(selection).into_iter().map(|s| Root::Lookup(name.clone(), by.clone(), s)).collect()
        }
        Root::Node(id, selection) => selections(selection).into_iter().map(|s| Root::Node(*id, s)).collect(),
        Root::Statistics(name, f) => figures(f).into_iter().map(|f| Root::Statistics(name.clone(), f)).collect(),
    }
}

fn selections(selection: &Selection) -> Vec<Selection> {
    let mut smaller = vec![];
    for at in 0..selection.fields.len() {
        let mut without = selection.clone();
        without.fields.remove(at);
        smaller.push(without);
    }
    for (at, (_, below)) in selection.fields.iter().enumerate() {
        let inner: Vec<Select> = match below {
            Select::Leaf | Select::Point | Select::Items(_) => vec![],
            Select::Part(fields) => (1..fields.len()).map(|n| Select::Part(vec![fields[n].clone()])).collect(),
            Select::One(s) => selections(s).into_iter().map(Select::One).collect(),
            Select::List(page, s) => {
                let pages = pages(page).into_iter().map(|page| Select::List(page, s.clone()));
                pages.chain(selections(s).into_iter().map(|s| Select::List(page.clone(), s))).collect()
            }
            Select::Connection(page, s) => {
                let pages = pages(page).into_iter().map(|page| Select::Connection(page, s.clone()));
                pages.chain(selections(s).into_iter().map(|s| Select::Connection(page.clone(), s))).collect()
            }
            Select::Figures(f) => figures(f).into_iter().map(Select::Figures).collect(),
        };
        for select in inner {
            let mut with = selection.clone();
            with.fields[at].1 = select;
            smaller.push(with);
        }
    }
    smaller
}

fn pages(page: &Page) -> Vec<Page> {
    let mut smaller = vec![];
    let mut push = |change: &dyn Fn(&mut Page)| {
        let mut changed = page.clone();
        change(&mut changed);
        smaller.push(changed);
    };
    if page.filter.is_some() {
        push(&|page| page.filter = None);
    }
    if page.count {
        push(&|page| page.count = false);
    }
    if page.sum.is_some() {
        push(&|page| page.sum = None);
    }
    for at in 0..page.order.len() {
        push(&|page| drop(page.order.remove(at)));
    }
    if page.first != Some(1) {
        push(&|page| (page.first, page.last) = (Some(1), None));
    }
    for filter in page.filter.iter().flat_map(conditions) {
        push(&|page| page.filter = Some(filter.clone()));
    }
    smaller
}

fn figures(figures: &Figures) -> Vec<Figures> {
    let mut smaller = vec![];
    let mut push = |change: &dyn Fn(&mut Figures)| {
        let mut changed = figures.clone();
        change(&mut changed);
        smaller.push(changed);
    };
    for filter in figures.filter.iter().flat_map(conditions) {
        push(&|f| f.filter = Some(filter.clone()));
    }
    if figures.filter.is_some() {
        push(&|f| f.filter = None);
    }
    for at in 0..figures.groupings.len() {
        push(&|f| drop(f.groupings.remove(at)));
    }
    if figures.period.is_some() {
        push(&|f| f.period = None);
    }
    if figures.as_of.is_some() {
        push(&|f| f.as_of = None);
    }
    if figures.division.is_some() {
        push(&|f| f.division = None);
    }
    if figures.measures.len() > 1 {
        for at in 0..figures.measures.len() {
            push(&|f| drop(f.measures.remove(at)));
        }
    }
    smaller
}

fn conditions(cond: &Cond) -> Vec<Cond> {
    let among = |all: &[Cond], make: fn(Vec<Cond>) -> Cond| {
        let mut smaller: Vec<Cond> = all.to_vec();
        for at in 0..all.len() {
            let mut without = all.to_vec();
            without.remove(at);
            if !without.is_empty() {
                smaller.push(make(without));
            }
            for inner in conditions(&all[at]) {
                let mut with = all.to_vec();
                with[at] = inner;
                smaller.push(make(with));
            }
        }
        smaller
    };
    // Members of one object are already apart; a member that says `and` or `not` stands for itself.
    let apart = |conds: Vec<Cond>| conds.into_iter().map(|c| if let Cond::All(_) = c { c } else { Cond::All(vec![c]) });
    match cond {
        Cond::All(all) => apart(among(all, Cond::All))
            .filter(|c| !matches!(c, Cond::All(a) if a.len() == 1 && all.len() == 1 && same(&a[0], &all[0])))
            .collect(),
        Cond::And(all) => among(all, Cond::And),
        Cond::Or(all) => among(all, Cond::Or),
        Cond::Not(one) => {
            conditions(one).into_iter().map(|c| Cond::Not(Box::new(c))).chain([(**one).clone()]).collect()
        }
        Cond::In(field, values, quoted) if values.len() > 1 => {
            values.iter().map(|v| Cond::In(field.clone(), vec![v.clone()], *quoted)).collect()
        }
        Cond::Some(field, below) => {
            conditions(below).into_iter().map(|c| Cond::Some(field.clone(), Box::new(c))).collect()
        }
        _ => vec![],
    }
}

fn same(a: &Cond, b: &Cond) -> bool {
    a.to_string() == b.to_string()
}
