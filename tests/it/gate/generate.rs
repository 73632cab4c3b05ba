//! Questions by chance, over all that the API offers.

use fengqiao::graphql::model::Model;

use super::dice::Dice;
use crate::oracle::Oracle;
use crate::oracle::query::{Cond, Figures, Grouping, Page, RangeOf, Root, Select, Selection};
use crate::oracle::spec::{Kind, LEVELS, TypeSpec};
use crate::oracle::summaries;
use crate::oracle::value::{Row, Val};

/// Lists that hold most of what the gate has to guard.
const GUARDED: [&str; 9] = [
    "hazards",
    "gridEvents",
    "disputes",
    "keySites",
    "rectificationOrders",
    "inspections",
    "selfInspections",
    "grids",
    "organisations",
];
const DAY: i64 = 86_400_000;

/// The first instant of the month of Shanghai in which `ms` lies.
fn month_start(ms: i64) -> i64 {
    let day = fengqiao::kernel::clock::shanghai_date(ms);
    fengqiao::kernel::clock::day_start_ms(&format!("{}-01", &day[..7])).expect("a day")
}

/// Makes questions.
pub(crate) struct Generator<'a> {
    /// What the API offers.
    pub(crate) model: &'a Model,
    /// Where values come from.
    pub(crate) oracle: &'a Oracle,
    /// Chance.
    pub(crate) dice: Dice,
}

impl Generator<'_> {
    /// A question.
    pub(crate) fn root(&mut self) -> Root {
        match self.dice.below(20) {
            0..10 => {
                let name = *self.dice.pick(&GUARDED);
                self.list(name)
            }
            10..13 => {
                let names = self.roots(|ty| ty.ends_with("Connection"));
                let name = self.dice.pick(&names).clone();
                self.list(&name)
            }
            13..15 => self.lookup(),
            15..17 => self.node(),
            _ => self.statistics(),
        }
    }

    fn roots(&self, is: impl Fn(&str) -> bool) -> Vec<String> {
        let all = &self.model.objects["Query"].fields;
        all.iter().filter(|(_, def)| is(def.ty.name())).map(|(name, _)| name.clone()).collect()
    }

    fn list(&mut self, name: &str) -> Root {
        let ty = self.model.objects["Query"].fields[name].ty.name().to_owned();
        let of = ty.trim_end_matches("Connection").to_owned();
        let page = self.page(&of, 2, true);
        let selection = self.selection(&of, 2);
        Root::List(name.to_owned(), page, selection)
    }

    fn lookup(&mut self) -> Root {
        let names = self.roots(|ty| self.oracle.spec.types.contains_key(ty));
        let name = self.dice.pick(&names).clone();
        let def = &self.model.objects["Query"].fields[&name];
        let of = def.ty.name().to_owned();
        let row = self.row(&of);
        let by = def.args.iter().filter(|arg| arg.name != "uscc").map(|arg| {
            let column = match arg.name.as_str() {
                "token" => "qr_token",
                "no" if def.args.len() == 2 => "round_no",
                other => other,
            };
            let value = match row.map(|row| row.get(column)) {
                Some(Val::Int(n)) => n.to_string(),
                Some(Val::Text(text)) => format!("{text:?}"),
                _ => "\"0\"".to_owned(),
            };
            (arg.name.clone(), value)
        });
        let by = by.collect();
        Root::Lookup(name.clone(), by, self.selection(&of, 2))
    }

    fn node(&mut self) -> Root {
        let types: Vec<String> = self.oracle.spec.types.keys().cloned().collect();
        let of = self.dice.pick(&types).clone();
        let id = self.row(&of).map_or(0, |row| row.id());
        Root::Node(id, self.selection(&of, 2))
    }

    fn statistics(&mut self) -> Root {
        let all = summaries::all();
        let roots: Vec<_> = all.iter().filter(|s| !s.root.is_empty()).collect();
        let summary = *self.dice.pick(&roots);
        let mut figures = self.figures(summary.name, 2, true);
        if self.dice.one_in(3) {
            let code = self.division(summary.of);
            figures.division = Some((code, self.dice.one_in(6)));
        }
        Root::Statistics(summary.root.to_owned(), figures)
    }

    fn figures(&mut self, name: &str, depth: usize, of_division: bool) -> Figures {
        let summary = summaries::all().into_iter().find(|s| s.name == name).expect("a summary");
        let figures = summary.figures.iter().map(|f| f.0.to_owned());
        let names: Vec<String> = figures.collect();
        let mut measures = self.dice.some(&names, 6);
        if measures.is_empty() {
            measures.push(names[0].clone());
        }
        let mut figures = Figures { summary: name.to_owned(), measures, of_division, ..Figures::default() };
        figures.published = of_division && summary.published && self.dice.one_in(4);
        if self.dice.one_in(3) {
            let from = self.oracle.now - DAY * i64::try_from(self.dice.below(500) + 1).expect("fits");
            figures.period = Some((from, from + DAY * i64::try_from(self.dice.below(300) + 1).expect("fits")));
        }
        if self.dice.one_in(5) {
            figures.as_of =
                Some(self.oracle.now - DAY * i64::try_from(self.dice.below(200) + 1).expect("fits") + 12_345_000);
        }
        if self.dice.one_in(2) {
            // Published figures are to be had of whole months only.
            figures.period = figures.period.map(|(from, to)| (month_start(from), month_start(to + 31 * DAY)));
            figures.as_of = figures.as_of.map(month_start);
        }
        if self.dice.one_in(if figures.published { 12 } else { 4 }) {
            figures.filter = Some(self.condition(summary.of, depth));
        }
        let most = if self.dice.one_in(3) { 4 } else { 1 };
        for _ in 0..self.dice.below(most) {
            let by = self.dice.pick(&summary.groups).0.to_owned();
            let share = summary.first_count().is_some() && self.dice.one_in(3);
            let own = if self.dice.one_in(2) { self.dice.some(&names, 3) } else { vec![] };
            let measures = if own.is_empty() { figures.measures.clone() } else { own };
            figures.groupings.push(Grouping { by, measures, share });
        }
        figures
    }

    /// Fields of a type, with relations down to a depth.
    fn selection(&mut self, of: &str, depth: usize) -> Selection {
        let spec = self.oracle.spec.of(of);
        let names: Vec<String> = self.model.objects[of].fields.keys().filter(|name| *name != "id").cloned().collect();
        let mut fields = vec![];
        for name in self.dice.some(&names, 9) {
            let Some(field) = spec.fields.get(&name) else { panic!("the oracle does not know {of}.{name}") };
            let below = match &field.kind {
                Kind::Column { api, .. } if api == "SelfInspectionAnswers" => {
                    Select::Items(vec!["item".into(), "answer".into(), "note".into(), "photo".into()])
                }
                Kind::Column { .. } | Kind::Under14 | Kind::Derived => Select::Leaf,
                Kind::Actions => continue,
                Kind::Point => Select::Point,
                Kind::Part { fields } => Select::Part(fields.clone()),
                _ if depth == 0 => continue,
                Kind::One { target, .. } => Select::One(self.selection(target, depth - 1)),
                Kind::Many { target, connection, .. } => {
                    let page = self.page(target, 1, *connection);
                    let selection = self.selection(target, depth - 1);
                    if *connection { Select::Connection(page, selection) } else { Select::List(page, selection) }
                }
                Kind::Figures { summary, .. } => Select::Figures(self.figures(summary, 1, of == "Division")),
            };
            fields.push((name, below));
        }
        Selection { of: of.to_owned(), fields }
    }

    fn page(&mut self, of: &str, depth: usize, connection: bool) -> Page {
        let mut page = Page::default();
        let size = if depth == 2 { 12 } else { 4 };
        match self.dice.below(5) {
            0 if connection => page.last = Some(self.dice.below(size) + 1),
            0 if depth == 2 => {}
            _ => page.first = Some(self.dice.below(size) + 1),
        }
        if self.dice.below(10) < if depth == 2 { 7 } else { 3 } {
            page.filter = Some(self.condition(of, depth));
        }
        if self.dice.one_in(if depth == 2 { 2 } else { 4 }) {
            let keys: Vec<String> =
                self.model.enums[&format!("{of}OrderField")].values.iter().map(|(key, _)| key.clone()).collect();
            for key in self.dice.some(&keys, 3) {
                let down = self.dice.one_in(2);
                page.order.push((key.clone(), key.to_lowercase(), down));
            }
        }
        page.count = connection && self.dice.one_in(2);
        if let Some(sums) = self.model.enums.get(&format!("{of}SumField")).filter(|_| connection)
            && self.dice.one_in(4)
        {
            let (name, _) = self.dice.pick(&sums.values);
            page.sum = Some((name.clone(), name.to_lowercase()));
        }
        page
    }

    /// A condition on rows of a type.
    fn condition(&mut self, of: &str, depth: usize) -> Cond {
        let names: Vec<String> =
            self.model.inputs[&format!("{of}Filter")].fields.iter().map(|f| f.name.clone()).collect();
        let wanted = if self.dice.one_in(3) { 2 } else { 1 };
        let mut parts: Vec<(String, Cond)> = vec![];
        for _ in 0..12 {
            let name = self.dice.pick(&names).clone();
            if parts.len() == wanted || parts.iter().any(|(taken, _)| *taken == name) {
                break;
            }
            parts.extend(self.leaf(of, &name, depth).map(|cond| (name, cond)));
        }
        Cond::All(parts.into_iter().map(|(_, cond)| cond).collect())
    }

    /// A condition by one member of a filter; `None`: it is not asked for, or there is no value for it.
    pub(crate) fn leaf(&mut self, of: &str, name: &str, depth: usize) -> Option<Cond> {
        let spec = self.oracle.spec.of(of);
        let ty = self.model.inputs[&format!("{of}Filter")].fields.iter().find(|f| f.name == name)?.ty.clone();
        let column = match spec.fields.get(name).map(|f| &f.kind) {
            Some(Kind::Column { column, .. }) => column.clone(),
            _ => String::new(),
        };
        let several =
            |this: &mut Self| (0..=this.dice.below(2)).map(|_| this.condition(of, depth - 1)).collect::<Vec<_>>();
        Some(match (name, ty.name()) {
            ("and" | "or" | "not", _) if depth == 0 => return None,
            ("and", _) => Cond::And(several(self)),
            ("or", _) => Cond::Or(several(self)),
            ("not", _) => Cond::Not(Box::new(self.condition(of, depth - 1))),
            ("exact" | "near", _) => return None,
            ("division", "String") => {
                let codes = (0..=self.dice.below(2)).map(|_| self.division(of)).collect();
                Cond::Division(codes, self.dice.one_in(4))
            }
            ("text", _) => Cond::Text(self.text(of)?),
            ("mine", _) => Cond::Mine,
            ("today", _) => Cond::Today,
            ("within", _) => {
                let row = self.row(of)?;
                let (lon, lat) = (row.get("lon").real()?, row.get("lat").real()?);
                let mut far = || f64::from(u32::try_from(self.dice.below(900)).expect("fits")) / 10_000.0 + 0.000_000_5;
                Cond::Within([lon - far(), lat - far(), lon + far(), lat + far()].map(|n| (n * 1e7).round() / 1e7))
            }
            (_, "String") => {
                let values = (0..=self.dice.below(3)).map(|_| self.value(of, &column).text().unwrap_or("x").to_owned());
                Cond::In(name.into(), values.collect(), true)
            }
            (_, "Boolean") => Cond::Is(name.into(), self.dice.one_in(2)),
            (_, "IntRange") => self.range(of, name, &column, RangeOf::Int),
            (_, "DecimalRange") => self.range(of, name, &column, RangeOf::Decimal),
            (_, "DateTimeRange") => self.range(of, name, &column, RangeOf::Instant),
            (_, "DateRange") => {
                let day = |this: &mut Self| {
                    this.dice.one_in(2).then(|| this.value(of, &column).text().map(str::to_owned)).flatten()
                };
                let (from, to) = (day(self), day(self));
                let null = self.dice.one_in(4).then(|| self.dice.one_in(2));
                Cond::Days { field: name.into(), from, to, null }
            }
            (_, filter) if filter.ends_with("Filter") => {
                if depth == 0 {
                    return None;
                }
                Cond::Some(name.into(), Box::new(self.condition(filter.trim_end_matches("Filter"), depth - 1)))
            }
            (_, code) => {
                let codes: Vec<String> =
                    self.model.enums.get(code)?.values.iter().map(|(code, _)| code.clone()).collect();
                let mut values = self.dice.some(&codes, 3);
                // Codes that rows have are asked for more often than others.
                values.extend(self.value(of, &column).text().map(str::to_owned));
                Cond::In(name.into(), values, false)
            }
        })
    }

    fn range(&mut self, of: &str, name: &str, column: &str, kind: RangeOf) -> Cond {
        let bound =
            |this: &mut Self| this.dice.one_in(2).then(|| this.value(of, column).int()).flatten().filter(|n| *n >= 0);
        let (from, to) = (bound(self), bound(self));
        let null = self.dice.one_in(5).then(|| self.dice.one_in(2));
        Cond::Range { field: name.into(), from, to, null, of: kind }
    }

    fn row(&mut self, of: &str) -> Option<Row<'_>> {
        let table = self.oracle.city.table(&self.oracle.spec.of(of).table);
        if table.rows.is_empty() { None } else { Some(Row { table, at: self.dice.below(table.rows.len()) }) }
    }

    fn value(&mut self, of: &str, column: &str) -> Val {
        self.row(of).map_or(Val::Null, |row| row.get(column).clone())
    }

    /// Two characters that some row has, seen or not.
    fn text(&mut self, of: &str) -> Option<String> {
        let spec: &TypeSpec = self.oracle.spec.of(of);
        let searched: Vec<String> = spec
            .fields
            .values()
            .filter(|field| field.searched)
            .filter_map(|field| if let Kind::Column { column, .. } = &field.kind { Some(column.clone()) } else { None })
            .collect();
        let column = self.dice.pick(&searched).clone();
        let text: Vec<char> = self.value(of, &column).text()?.chars().collect();
        let length = 2 + self.dice.below(3);
        let start = self.dice.below(text.len().saturating_sub(length).max(1));
        let part: String = text.into_iter().skip(start).take(length).collect();
        (part.trim().chars().count() >= 2).then_some(part)
    }

    /// A code of a division that rows of the type lie in, of any level.
    fn division(&mut self, of: &str) -> String {
        let column = self.oracle.spec.of(of).division.clone();
        let code = column.and_then(|column| self.value(of, &column).text().map(str::to_owned)).unwrap_or("3306".into());
        let lengths: Vec<usize> =
            LEVELS.iter().map(|(length, _)| *length).filter(|length| *length <= code.len()).collect();
        if lengths.is_empty() { code } else { code[..*self.dice.pick(&lengths)].to_owned() }
    }
}
