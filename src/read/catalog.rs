//! All declarations together, checked against each other.

use std::collections::HashMap;

use serde::Deserialize;

use super::declare::{Kind, Scalar, View};
use super::summary::{GroupBy, Summary};

/// 代码. One entry of a code table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Name used by the API and in the database.
    pub code: String,
    /// Chinese label.
    pub zh: String,
    /// English label.
    pub en: String,
    /// Department that regulates the kind or category.
    pub department: Option<String>,
    /// First day; `None`: always.
    pub valid_from: Option<String>,
    /// Last day; `None`: in force.
    pub valid_to: Option<String>,
}

/// 代码表. A code table; an enum of the API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTable {
    /// Name of the table and of the enum.
    pub name: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Where the codes come from.
    pub source: String,
    /// Entries in order.
    #[serde(rename = "entry")]
    pub entries: Vec<Code>,
}

#[derive(Deserialize)]
struct CodesFile {
    table: Vec<CodeTable>,
}

/// Why the declarations do not fit together.
#[derive(Clone, Debug, thiserror::Error)]
#[error("declaration of {place}: {problem}")]
pub struct CatalogError {
    /// Type and field.
    pub place: String,
    /// What is wrong.
    pub problem: String,
}

/// 目录. All views, summaries and code tables.
#[derive(Debug)]
pub struct Catalog {
    views: Vec<View>,
    by_name: HashMap<&'static str, usize>,
    summaries: Vec<Summary>,
    codes: Vec<CodeTable>,
}

impl Catalog {
    /// Checks the declarations against each other and against the code tables.
    pub fn new(views: Vec<View>, summaries: Vec<Summary>, codes: &str) -> Result<Catalog, CatalogError> {
        let codes: CodesFile =
            toml::from_str(codes).map_err(|e| CatalogError { place: "codes.toml".into(), problem: e.to_string() })?;
        let by_name: HashMap<_, _> = views.iter().enumerate().map(|(i, v)| (v.name, i)).collect();
        let catalog = Catalog { views, by_name, summaries, codes: codes.table };
        catalog.check()?;
        Ok(catalog)
    }

    fn check(&self) -> Result<(), CatalogError> {
        for view in &self.views {
            for field in &view.fields {
                self.check_field(&field.kind)
                    .map_err(|problem| CatalogError { place: format!("{}.{}", view.name, field.name), problem })?;
            }
        }
        for summary in &self.summaries {
            let fail = |problem| CatalogError { place: summary.name.into(), problem };
            self.known_view(summary.view).map_err(fail)?;
            for dimension in &summary.dimensions {
                if let GroupBy::Code { codes, .. } = dimension.by {
                    self.known_codes(codes).map_err(fail)?;
                }
            }
        }
        Ok(())
    }

    fn check_field(&self, kind: &Kind) -> Result<(), String> {
        match kind {
            Kind::Column { scalar: Scalar::Enum(name), .. } => self.known_codes(name),
            Kind::One { view, .. } | Kind::Many { view, .. } => self.known_view(view),
            Kind::Summary { summary, .. } => match self.summary(summary) {
                Some(_) => Ok(()),
                None => Err(format!("no summary {summary}")),
            },
            Kind::Embed { fields, .. } | Kind::JsonList { fields, .. } => {
                fields.iter().try_for_each(|f| self.check_field(&f.kind))
            }
            Kind::Column { .. }
            | Kind::Point { .. }
            | Kind::YoungerThan { .. }
            | Kind::Computed { .. }
            | Kind::Actions
            | Kind::Link { .. } => Ok(()),
        }
    }

    fn known_view(&self, name: &str) -> Result<(), String> {
        self.by_name.contains_key(name).then_some(()).ok_or_else(|| format!("no view {name}"))
    }

    fn known_codes(&self, name: &str) -> Result<(), String> {
        self.codes(name).map(|_| ()).ok_or_else(|| format!("no code table {name}"))
    }

    /// All views.
    pub fn views(&self) -> &[View] {
        &self.views
    }

    /// The view of this name.
    pub fn view(&self, name: &str) -> Option<&View> {
        self.by_name.get(name).map(|i| &self.views[*i])
    }

    /// All summaries.
    pub fn summaries(&self) -> &[Summary] {
        &self.summaries
    }

    /// The summary of this name.
    pub fn summary(&self, name: &str) -> Option<&Summary> {
        self.summaries.iter().find(|s| s.name == name)
    }

    /// All code tables.
    pub fn code_tables(&self) -> &[CodeTable] {
        &self.codes
    }

    /// The code table of this name.
    pub fn codes(&self, name: &str) -> Option<&CodeTable> {
        self.codes.iter().find(|t| t.name == name)
    }
}
