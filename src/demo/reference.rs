//! The reference data built into the program: divisions, outlines and code tables.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::DemoError;
use super::geo::Outlines;

const DIVISIONS: &str = include_str!("../../schema/reference/divisions.csv");
const BOUNDARIES: &str = include_str!("../../schema/reference/boundaries.geojson");
const CODES: &str = include_str!("../../schema/reference/codes.toml");

/// A division of the register.
#[derive(Deserialize)]
pub(crate) struct DivisionRow {
    /// Prefix code.
    pub(crate) code: String,
    /// Name as registered.
    pub(crate) name: String,
    /// `province` .. `village`.
    pub(crate) level: String,
    /// Code of the division above; empty for a province.
    pub(crate) parent_code: String,
}

/// A code table.
#[derive(Deserialize)]
pub(crate) struct CodeTable {
    /// Name of the enum type.
    pub(crate) name: String,
    /// Where the codes come from.
    pub(crate) source: String,
    /// Entries in display order.
    #[serde(rename = "entry")]
    pub(crate) entries: Vec<CodeRow>,
}

/// An entry of a code table.
#[derive(Deserialize)]
pub(crate) struct CodeRow {
    /// Code.
    pub(crate) code: String,
    /// Chinese label.
    pub(crate) zh: String,
    /// English label.
    pub(crate) en: String,
    /// First day. None: since the tables were drawn up.
    pub(crate) valid_from: Option<String>,
    /// Last day. None: in force.
    pub(crate) valid_to: Option<String>,
    /// Department that regulates the kind or category.
    pub(crate) department: Option<String>,
}

#[derive(Deserialize)]
struct CodeFile {
    table: Vec<CodeTable>,
}

/// Everything the city is built from.
pub(crate) struct Reference {
    /// All divisions, a parent before its subtree.
    pub(crate) divisions: Vec<DivisionRow>,
    /// Outlines of cities and counties.
    pub(crate) outlines: Outlines,
    /// Code tables.
    pub(crate) codes: Vec<CodeTable>,
    departments: BTreeMap<(String, String), String>,
}

impl Reference {
    /// Reads the files built into the program.
    pub(crate) fn read() -> Result<Self, DemoError> {
        let divisions = csv::Reader::from_reader(DIVISIONS.as_bytes())
            .deserialize()
            .collect::<Result<Vec<DivisionRow>, _>>()
            .map_err(|e| DemoError::Reference(format!("divisions.csv: {e}")))?;
        let codes: CodeFile = toml::from_str(CODES).map_err(|e| DemoError::Reference(format!("codes.toml: {e}")))?;
        let mut departments = BTreeMap::new();
        for table in &codes.table {
            for entry in &table.entries {
                if let Some(department) = &entry.department {
                    departments.insert((table.name.clone(), entry.code.clone()), department.clone());
                }
            }
        }
        Ok(Self { divisions, outlines: Outlines::read(BOUNDARIES)?, codes: codes.table, departments })
    }

    /// The department that regulates a kind of site or a category of hazard.
    pub(crate) fn department(&self, table: &str, code: &str) -> Result<&str, DemoError> {
        let key = (table.to_owned(), code.to_owned());
        self.departments
            .get(&key)
            .map(String::as_str)
            .ok_or_else(|| DemoError::Reference(format!("codes.toml names no department for {table} {code}")))
    }

    /// The name of a division.
    pub(crate) fn name(&self, code: &str) -> &str {
        self.divisions
            .binary_search_by(|row| row.code.as_str().cmp(code))
            .map_or("", |place| self.divisions[place].name.as_str())
    }

    /// The divisions directly below, by code.
    pub(crate) fn children<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a DivisionRow> {
        self.divisions.iter().filter(move |row| row.parent_code == code)
    }
}
