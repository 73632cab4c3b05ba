//! Questions as data, and their text.

use std::fmt::{self, Display, Formatter};

/// A condition on rows.
#[derive(Clone, Debug)]
pub(crate) enum Cond {
    /// All of these, in one input object.
    All(Vec<Cond>),
    /// `and`.
    And(Vec<Cond>),
    /// `or`.
    Or(Vec<Cond>),
    /// `not`.
    Not(Box<Cond>),
    /// A text or code is one of these.
    In(String, Vec<String>, bool),
    /// A truth value.
    Is(String, bool),
    /// A range; the words of its bounds and how they are written.
    Range { field: String, from: Option<i64>, to: Option<i64>, null: Option<bool>, of: RangeOf },
    /// Days from (in) to (out).
    Days { field: String, from: Option<String>, to: Option<String>, null: Option<bool> },
    /// In the subtree of any of these, or filed under it.
    Division(Vec<String>, bool),
    /// Contains a text.
    Text(String),
    /// In a box: west, south, east, north.
    Within([f64; 4]),
    /// One's own organisation or grids.
    Mine,
    /// Stationed units on duty on this day of the week.
    Today,
    /// There is a related row that fits.
    Some(String, Box<Cond>),
}

/// What a range is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RangeOf {
    /// Whole numbers, both ends in.
    Int,
    /// Hundredths, both ends in.
    Decimal,
    /// Instants, half-open.
    Instant,
}

/// Which rows of a list, and what beside them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// `first`.
    pub(crate) first: Option<usize>,
    /// `last`.
    pub(crate) last: Option<usize>,
    /// `after`.
    pub(crate) after: Option<String>,
    /// `before`.
    pub(crate) before: Option<String>,
    /// `filter`.
    pub(crate) filter: Option<Cond>,
    /// `orderBy`: name in the API, column, descending.
    pub(crate) order: Vec<(String, String, bool)>,
    /// Whether `totalCount` is asked.
    pub(crate) count: bool,
    /// `sum`: name in the API and column.
    pub(crate) sum: Option<(String, String)>,
}

/// Fields of a type.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    /// The type.
    pub(crate) of: String,
    /// Its fields.
    pub(crate) fields: Vec<(String, Select)>,
}

/// What is selected below a field.
#[derive(Clone, Debug)]
pub(crate) enum Select {
    /// Nothing.
    Leaf,
    /// `lon`, `lat`, `crs`.
    Point,
    /// Fields of the same row.
    Part(Vec<String>),
    /// Items of a JSON list.
    Items(Vec<String>),
    /// One row.
    One(Selection),
    /// A list.
    List(Page, Selection),
    /// A connection.
    Connection(Page, Selection),
    /// Figures.
    Figures(Figures),
}

/// Figures of a summary.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    /// The summary.
    pub(crate) summary: String,
    /// `division` and `exact`, at the root only.
    pub(crate) division: Option<(String, bool)>,
    /// `period`.
    pub(crate) period: Option<(i64, i64)>,
    /// `asOf`.
    pub(crate) as_of: Option<i64>,
    /// `filter`.
    pub(crate) filter: Option<Cond>,
    /// Whether they are asked of a division, or of all: published figures are to be had there.
    pub(crate) of_division: bool,
    /// `published`, for figures of a division that may be.
    pub(crate) published: bool,
    /// Names of the figures.
    pub(crate) measures: Vec<String>,
    /// Groupings.
    pub(crate) groupings: Vec<Grouping>,
}

/// `groups(by)` of figures.
#[derive(Clone, Debug)]
pub(crate) struct Grouping {
    /// By what.
    pub(crate) by: String,
    /// Names of the figures of a group.
    pub(crate) measures: Vec<String>,
    /// Whether the share of each group is asked.
    pub(crate) share: bool,
}

impl Grouping {
    /// What the grouping at this place is called in the answer.
    pub(crate) fn key(at: usize) -> String {
        format!("groups{at}")
    }
}

/// A root field and what is asked below it.
#[derive(Clone, Debug)]
pub(crate) enum Root {
    /// A list.
    List(String, Page, Selection),
    /// A row by its code.
    Lookup(String, Vec<(String, String)>, Selection),
    /// A row by its id.
    Node(i64, Selection),
    /// Figures.
    Statistics(String, Figures),
}

impl Display for Root {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Root::List(name, page, selection) => write!(f, "{{{name}{}}}", Connection(page, selection)),
            Root::Lookup(name, by, selection) => {
                let by: Vec<String> = by.iter().map(|(arg, value)| format!("{arg}:{value}")).collect();
                write!(f, "{{{name}({}){selection}}}", by.join(","))
            }
            Root::Node(id, s) => {
                write!(f, "{{node(id:\"{}\"){{__typename ... on {}{s}}}}}", global_id(&s.of, *id), s.of)
            }
            Root::Statistics(name, figures) => write!(f, "{{{name}{figures}}}"),
        }
    }
}

/// The id of a row in the API.
pub(crate) fn global_id(of: &str, id: i64) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{of}:{id}"))
}

struct Connection<'a>(&'a Page, &'a Selection);

impl Display for Connection<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(page, selection) = self;
        write!(
            f,
            "{page}{{edges{{cursor node{selection}}} pageInfo{{hasNextPage hasPreviousPage startCursor endCursor}}"
        )?;
        if page.count {
            f.write_str(" totalCount totalCountIsExact")?;
        }
        if let Some((name, _)) = &page.sum {
            write!(f, " sum(field:{name})")?;
        }
        f.write_str("}")
    }
}

impl Display for Page {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut args = vec![];
        args.extend(self.first.map(|n| format!("first:{n}")));
        args.extend(self.last.map(|n| format!("last:{n}")));
        args.extend(self.after.as_ref().map(|c| format!("after:\"{c}\"")));
        args.extend(self.before.as_ref().map(|c| format!("before:\"{c}\"")));
        args.extend(self.filter.as_ref().map(|c| format!("filter:{c}")));
        if !self.order.is_empty() {
            let key = |(name, _, down): &(String, String, bool)| {
                format!("{{field:{name},direction:{}}}", if *down { "DESC" } else { "ASC" })
            };
            args.push(format!("orderBy:[{}]", self.order.iter().map(key).collect::<Vec<_>>().join(",")));
        }
        if args.is_empty() { Ok(()) } else { write!(f, "({})", args.join(",")) }
    }
}

impl Display for Selection {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("{id")?;
        for (name, below) in &self.fields {
            match below {
                Select::Leaf => write!(f, " {name}")?,
                Select::Point => write!(f, " {name}{{lon lat crs}}")?,
                Select::Part(fields) | Select::Items(fields) => write!(f, " {name}{{{}}}", fields.join(" "))?,
                Select::One(selection) => write!(f, " {name}{selection}")?,
                Select::List(page, selection) => write!(f, " {name}{page}{selection}")?,
                Select::Connection(page, selection) => write!(f, " {name}{}", Connection(page, selection))?,
                Select::Figures(figures) => write!(f, " {name}{figures}")?,
            }
        }
        f.write_str("}")
    }
}

impl Display for Figures {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut args = vec![];
        if let Some((code, exact)) = &self.division {
            args.push(format!("division:\"{code}\""));
            args.extend(exact.then(|| "exact:true".to_owned()));
        }
        if let Some((from, to)) = self.period {
            args.push(format!("period:{{from:\"{}\",to:\"{}\"}}", instant(from), instant(to)));
        }
        args.extend(self.as_of.map(|at| format!("asOf:\"{}\"", instant(at))));
        args.extend(self.filter.as_ref().map(|c| format!("filter:{c}")));
        args.extend(self.published.then(|| "published:true".to_owned()));
        if !args.is_empty() {
            write!(f, "({})", args.join(","))?;
        }
        let measure = |name: &String| match super::summaries::is_rate(&self.summary, name) {
            true => format!("{name}{{numerator denominator value}}"),
            false => name.clone(),
        };
        let measures = |names: &[String]| names.iter().map(measure).collect::<Vec<_>>().join(" ");
        write!(f, "{{{}", measures(&self.measures))?;
        for (at, Grouping { by, share, measures: names }) in self.groupings.iter().enumerate() {
            let (key, share) = (Grouping::key(at), if *share { " share{numerator denominator value}" } else { "" });
            write!(f, " {key}:groups(by:{by}){{key{share} figures{{{}}}}}", measures(names))?;
        }
        f.write_str("}")
    }
}

fn instant(ms: i64) -> String {
    fengqiao::kernel::clock::rfc3339(ms)
}

impl Display for Cond {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}", self.members())
    }
}

impl Cond {
    /// The members of the input object that says this.
    fn members(&self) -> String {
        let list = |all: &[Cond]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let bounds = |from: Option<String>, to: Option<String>, null: Option<bool>, words: [&str; 2]| {
            let mut parts = vec![];
            parts.extend(from.map(|v| format!("{}:{v}", words[0])));
            parts.extend(to.map(|v| format!("{}:{v}", words[1])));
            parts.extend(null.map(|v| format!("isNull:{v}")));
            parts.join(",")
        };
        match self {
            Cond::All(all) => all.iter().map(Cond::members).collect::<Vec<_>>().join(","),
            Cond::And(all) => format!("and:[{}]", list(all)),
            Cond::Or(all) => format!("or:[{}]", list(all)),
            Cond::Not(one) => format!("not:{one}"),
            Cond::In(field, values, quoted) => {
                let word = |v: &String| if *quoted { format!("{v:?}") } else { v.clone() };
                format!("{field}:[{}]", values.iter().map(word).collect::<Vec<_>>().join(","))
            }
            Cond::Is(field, truth) => format!("{field}:{truth}"),
            Cond::Range { field, from, to, null, of } => {
                let word = |n: i64| match of {
                    RangeOf::Int => n.to_string(),
                    RangeOf::Decimal => format!("\"{}.{:02}\"", n / 100, n % 100),
                    RangeOf::Instant => format!("{:?}", instant(n)),
                };
                let words = if *of == RangeOf::Instant { ["from", "to"] } else { ["min", "max"] };
                format!("{field}:{{{}}}", bounds(from.map(word), to.map(word), *null, words))
            }
            Cond::Days { field, from, to, null } => {
                let word = |day: &String| format!("{day:?}");
                let bounds = bounds(from.as_ref().map(word), to.as_ref().map(word), *null, ["from", "to"]);
                format!("{field}:{{{bounds}}}")
            }
            Cond::Division(codes, exact) => {
                let codes = codes.iter().map(|c| format!("{c:?}")).collect::<Vec<_>>().join(",");
                format!("division:[{codes}]{}", if *exact { ",exact:true" } else { "" })
            }
            Cond::Text(text) => format!("text:{text:?}"),
            Cond::Within([west, south, east, north]) => {
                format!("within:{{west:{west},south:{south},east:{east},north:{north}}}")
            }
            Cond::Mine => "mine:true".to_owned(),
            Cond::Today => "today:true".to_owned(),
            Cond::Some(field, below) => format!("{field}:{below}"),
        }
    }
}
