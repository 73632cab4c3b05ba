//! How statistics are declared: measures over the rows of a view, once, with their definition beside them.
//!
//! A measure counts rows that pass a [`Test`]; a rate is two counts, never a mean of rates (domain model, part 10).
//! Measures name the column that places a row in the period: when it entered (COHORT) or when it happened (FLOW).

/// A condition on the columns of one row.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants say what their parts are")]
pub enum Test {
    /// Every row.
    All,
    /// The column holds one of these codes.
    In(&'static str, &'static [&'static str]),
    /// The column is true.
    True(&'static str),
    /// The column is null.
    Null(&'static str),
    /// The instant in the column had come by `asOf`.
    By(&'static str),
    /// The instant in the column lies before `asOf` and the other had not come by then.
    Overdue { due: &'static str, done: &'static str },
    /// The instant lies within so many days before `asOf`.
    WithinDays(&'static str, i64),
    /// All of them.
    And(Vec<Test>),
    /// Any of them.
    Or(Vec<Test>),
    /// Not that.
    Not(Box<Test>),
    /// A row of `table` whose `key` is this row's id passes the test; with `period`, in the period by that column.
    Some { table: &'static str, key: &'static str, test: Box<Test>, period: Option<&'static str> },
}

/// Whether a measure looks at what entered in the period or at what happened in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// 队列口径. Objects that entered in the period, their state as of `asOf`.
    Cohort,
    /// 流量口径. Transitions that happened in the period.
    Flow,
    /// 时点口径. The state as of `asOf`.
    AsOf,
}

impl Basis {
    /// The code used in the API.
    pub fn code(self) -> &'static str {
        match self {
            Basis::Cohort => "COHORT",
            Basis::Flow => "FLOW",
            Basis::AsOf => "AS_OF",
        }
    }
}

/// What a measure computes.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the variants say what their parts are")]
pub enum Compute {
    /// Rows that pass.
    Count(Test),
    /// Distinct values of the column among rows that pass.
    Distinct(&'static str, Test),
    /// Sum of the column over rows that pass.
    Sum(&'static str, Test),
    /// Smallest instant in the column among rows that pass.
    Earliest(&'static str, Test),
    /// Mean days from one instant to another among rows that pass, two places.
    MeanDays { from: &'static str, to: &'static str, test: Test },
    /// Mean number of rows of `table` whose `key` is the row's id, among rows that pass, two places.
    MeanParts { table: &'static str, key: &'static str, test: Test },
    /// A rate: rows that pass both, by rows that pass the second.
    Rate { numerator: Test, denominator: Test, definition: &'static str, basis: Basis },
}

/// One figure of a summary.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Name in the API.
    pub name: &'static str,
    /// What it computes.
    pub compute: Compute,
    /// The column that places a row in the period; `None`: the period does not apply.
    pub period: Option<&'static str>,
    /// Whether it looks at a state that is kept only as it is now: then there is none as of an earlier instant.
    pub now: bool,
    /// Description; begins with the Chinese term.
    pub doc: &'static str,
}

/// By what a summary can be grouped.
#[derive(Clone, Debug)]
pub struct Dimension {
    /// Code in the API, UPPER_SNAKE.
    pub code: &'static str,
    /// What the groups are.
    pub by: GroupBy,
    /// Whether the groups are states that are kept only as they are now: then there are none as of an earlier instant.
    pub now: bool,
    /// Description; begins with the Chinese term.
    pub doc: &'static str,
}

/// What the groups of a dimension are.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the variants say what their parts are")]
pub enum GroupBy {
    /// The codes of a table, in a column.
    Code { column: &'static str, codes: &'static str },
    /// The month (Asia/Shanghai) of an instant.
    Month { column: &'static str },
    /// The divisions of one level, in a level column.
    Division { column: &'static str },
}

/// A summary of the rows of a view.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Name of the type in the API.
    pub name: &'static str,
    /// The view it sums up.
    pub view: &'static str,
    /// Description; begins with the Chinese term.
    pub doc: &'static str,
    /// Rows that are in no count at all are those that fail this.
    pub base: Test,
    /// Figures.
    pub measures: Vec<Measure>,
    /// Groupings.
    pub dimensions: Vec<Dimension>,
    /// Whether its figures are published: everybody may have them, as `read::published` makes them.
    pub published: bool,
}

impl Summary {
    /// A summary without figures.
    pub fn new(name: &'static str, view: &'static str, base: Test, doc: &'static str) -> Self {
        Summary { name, view, doc, base, measures: vec![], dimensions: vec![], published: false }
    }

    /// Its figures are published.
    pub fn published(mut self) -> Self {
        self.published = true;
        self
    }

    /// Its figures that are plain numbers of rows, so that those of all groups add up.
    pub fn counts(&self) -> impl Iterator<Item = &Measure> {
        self.measures.iter().filter(|m| matches!(m.compute, Compute::Count(_)))
    }

    /// Adds a figure.
    pub fn measure(
        mut self,
        name: &'static str,
        compute: Compute,
        period: Option<&'static str>,
        doc: &'static str,
    ) -> Self {
        self.measures.push(Measure { name, compute, period, now: false, doc });
        self
    }

    /// The figure added last looks at a state that is kept only as it is now.
    pub fn now(mut self) -> Self {
        if let Some(measure) = self.measures.last_mut() {
            measure.now = true;
        }
        self
    }

    /// Adds a count.
    pub fn count(self, name: &'static str, test: Test, period: Option<&'static str>, doc: &'static str) -> Self {
        self.measure(name, Compute::Count(test), period, doc)
    }

    /// Adds a rate.
    pub fn rate(
        self,
        name: &'static str,
        (numerator, denominator): (Test, Test),
        (basis, period): (Basis, Option<&'static str>),
        definition: &'static str,
        doc: &'static str,
    ) -> Self {
        self.measure(name, Compute::Rate { numerator, denominator, definition, basis }, period, doc)
    }

    /// Adds a grouping.
    pub fn group(mut self, code: &'static str, by: GroupBy, doc: &'static str) -> Self {
        self.dimensions.push(Dimension { code, by, now: false, doc });
        self
    }

    /// Adds a grouping by a state that is kept only as it is now.
    pub fn group_now(mut self, code: &'static str, by: GroupBy, doc: &'static str) -> Self {
        self.dimensions.push(Dimension { code, by, now: true, doc });
        self
    }
}

/// All of these.
pub fn and<const N: usize>(tests: [Test; N]) -> Test {
    Test::And(tests.to_vec())
}

/// Any of these.
pub fn or<const N: usize>(tests: [Test; N]) -> Test {
    Test::Or(tests.to_vec())
}

/// Not this.
pub fn not(test: Test) -> Test {
    Test::Not(Box::new(test))
}
