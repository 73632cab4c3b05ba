//! The policy files, read a second time.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What is shown of a field, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Shown {
    /// Nothing.
    Hidden,
    /// The masked form.
    Masked,
    /// The value.
    Full,
}

/// Classes by letter.
pub(crate) type Classes = BTreeMap<char, Shown>;

/// A role.
#[derive(Debug, Deserialize)]
pub(crate) struct Role {
    /// Code.
    pub(crate) code: String,
    /// Purposes, the usual one first.
    pub(crate) purposes: Vec<String>,
    /// Branches by family; a branch is atoms joined by `+`.
    #[serde(default)]
    pub(crate) rows: BTreeMap<String, Vec<String>>,
    /// Personal classes for the handler.
    #[serde(default)]
    pub(crate) handler: Classes,
    /// Personal classes in scope.
    #[serde(default)]
    pub(crate) scope: Classes,
    /// Personal classes of one's own records.
    #[serde(default)]
    pub(crate) own: Classes,
    /// Personal classes of places and sites.
    #[serde(default)]
    pub(crate) contacts: Classes,
    /// Personal classes of what the department regulates.
    #[serde(default)]
    pub(crate) regulated: Classes,
    /// Personal classes of the people who serve grids.
    #[serde(default)]
    pub(crate) staff: Classes,
}

/// A purpose.
#[derive(Debug, Deserialize)]
pub(crate) struct Purpose {
    /// The most that a class is shown.
    pub(crate) cap: Classes,
    /// Whether personal classes open for one's own records alone.
    #[serde(default)]
    pub(crate) own_only: bool,
}

#[derive(Deserialize)]
struct Roles {
    role: Vec<Role>,
}

/// All roles and purposes by code.
pub(crate) struct Policies {
    /// Roles.
    pub(crate) roles: BTreeMap<String, Role>,
    /// Purposes.
    pub(crate) purposes: BTreeMap<String, Purpose>,
}

impl Policies {
    /// Reads the files of `schema/policy`.
    pub(crate) fn read() -> Policies {
        let roles: Roles = toml::from_str(include_str!("../../../schema/policy/roles.toml")).expect("roles");
        let purposes = toml::from_str(include_str!("../../../schema/policy/purposes.toml")).expect("purposes");
        Policies { roles: roles.role.into_iter().map(|role| (role.code.clone(), role)).collect(), purposes }
    }
}
