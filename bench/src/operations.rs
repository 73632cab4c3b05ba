//! What is asked: the seven questions, and how much each may take beside its floor.

/// A question.
pub(crate) struct Operation {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it asks.
    pub(crate) what: &'static str,
    /// At most so many times the floor.
    pub(crate) bar: f64,
    /// Statements of the floor that writes the answer by hand; where the database writes it there is one. `None`: Q6, whose
    /// statements are counted in the run.
    pub(crate) statements: Option<u32>,
    /// The document, but of Q6, whose reports say all something else; `$PAGES` is found in the city, and so are the variables.
    pub(crate) document: &'static str,
}

/// The county that asks.
pub(crate) const COUNTY: &str = "330603";
/// Rows of a page of Q5, and of each page of Q7.
pub(crate) const PAGE: usize = 50;
pub(crate) const LONG_PAGE: usize = 100;
/// Pages of Q7.
pub(crate) const PAGES: usize = 10;

/// All of them.
pub(crate) const ALL: [Operation; 7] = [
    Operation {
        name: "Q1",
        what: "one hazard with site, grid and division",
        bar: 2.0,
        statements: Some(1),
        document: "query ($no: String!) { hazard(no: $no) { no status grade category description foundAt deadline version site { code name } grid { code name } division { code name } } }",
    },
    Operation {
        name: "Q2",
        what: "50 open hazards of a county with site and grid",
        bar: 1.5,
        statements: Some(1),
        document: "{ hazards(first: 50, filter: { division: [\"330603\"], status: [REPORTED, GRADED, ASSIGNED, RECTIFYING, RECTIFIED, ACCEPTED] }) { edges { node { no status grade foundAt deadline site { name grid { name } } } } } }",
    },
    Operation {
        name: "Q3",
        what: "10 grids of a township, 10 sites, 5 hazards each",
        bar: 1.5,
        statements: Some(3),
        document: "query ($division: [String!]!) { grids(first: 10, filter: { division: $division }) { edges { node { code name sites(first: 10) { edges { node { code name hazards(first: 5) { edges { node { no status grade foundAt } } } } } } } } } }",
    },
    Operation {
        name: "Q4",
        what: "counts of a county, from live rows",
        bar: 1.2,
        statements: Some(1),
        document: "{ hazardStatistics(division: \"330603\") { found writtenOff } }",
    },
    Operation {
        name: "Q5",
        what: "pages 351 to 450 of a county's disputes",
        bar: 1.5,
        statements: Some(1),
        document: "query ($after: String) { disputes(first: 50, after: $after, filter: { division: [\"330603\"] }) { edges { node { no title status riskLevel acceptedAt dueAt } } } }",
    },
    Operation { name: "Q6", what: "a hazard is reported", bar: 2.0, statements: None, document: "" },
    Operation {
        name: "Q7",
        what: "1,000 disputes of 12 fields, in ten pages",
        bar: 1.5,
        statements: Some(1),
        document: "{ $PAGES }",
    },
];

/// The twelve fields of Q7.
pub(crate) const TWELVE: &str =
    "no title status riskLevel channel scale peopleInvolved escalationRisk enterpriseRelated acceptedAt dueAt version";
