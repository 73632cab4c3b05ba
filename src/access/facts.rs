//! What the policy says to one viewer.

use super::policy::{Cap, Verdicts};
use super::{Branch, Class, Exposure, Family, Policy, Purpose, Role, Verdict};

/// 知密范围. Highest label of row that a posting may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Clearance {
    /// Up to personal rows.
    Personal,
    /// Also rows labelled sensitive (a party under 14).
    Sensitive,
}

/// What the gate knows of the viewer: taken from the posting, never from claims.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Facts {
    /// The account.
    pub account_id: i64,
    /// The posting.
    pub posting_id: i64,
    /// The posting's organisation.
    pub organisation_id: i64,
    /// The organisations of the person's other valid postings: they open nothing, and may exclude from a duty.
    pub other_organisation_ids: Vec<i64>,
    /// Department of the organisation; `None`: not a government body.
    pub department: Option<String>,
    /// The posting's division.
    pub division_code: String,
    /// The posting's grids, by key.
    pub grid_ids: Vec<i64>,
    /// The posting's functional zone.
    pub zone_id: Option<i64>,
    /// The posting's joint mechanism.
    pub mechanism_id: Option<i64>,
    /// Clearance of the posting.
    pub clearance: Clearance,
    /// Purpose of the request.
    pub purpose: Purpose,
}

/// 关系. How the viewer stands to a row. The order is the order of nearness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The viewer's rule does not find the row; it is shown because its family is open.
    Outside = 0,
    /// The viewer's rule finds the row.
    Scope = 1,
    /// The viewer's organisation handles, mediates or accepted the open matter, or regulates the unit.
    Handler = 2,
    /// The viewer is the person or unit concerned.
    Own = 3,
}

impl Relation {
    /// All relations, farthest first.
    pub const ALL: [Relation; 4] = [Relation::Outside, Relation::Scope, Relation::Handler, Relation::Own];
}

/// Which rows of a family a viewer may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows<'a> {
    /// None.
    None,
    /// Those that one of the branches finds.
    Where(&'a [Branch]),
}

/// The gate for one viewer.
#[derive(Clone, Copy)]
pub struct Access<'a> {
    role: &'a Role,
    cap: Option<&'a Cap>,
    facts: &'a Facts,
}

impl<'a> Access<'a> {
    /// The gate for the holder of `role`; `None` when the policy knows no such role.
    pub fn new(policy: &'a Policy, role: &str, facts: &'a Facts) -> Option<Access<'a>> {
        let role = policy.role(role)?;
        Some(Access { role, cap: policy.cap(facts.purpose), facts })
    }

    /// The viewer's role.
    pub fn role(&self) -> &'a Role {
        self.role
    }

    /// What the gate knows of the viewer.
    pub fn facts(&self) -> &'a Facts {
        self.facts
    }

    /// Whether the role may act for the purpose of the request.
    pub fn purpose_allowed(&self) -> bool {
        self.role.purposes.contains(&self.facts.purpose)
    }

    /// The row rule of a family.
    pub fn rows(&self, family: Family) -> Rows<'a> {
        match self.role.rows.get(&family) {
            Some(branches) if self.purpose_allowed() => Rows::Where(branches),
            _ => Rows::None,
        }
    }

    /// Whether the viewer may list rows of the family.
    pub fn lists(&self, family: Family) -> bool {
        family.exposure() == Exposure::Open || self.rows(family) != Rows::None
    }

    /// What the viewer is shown of a field of `class` on a row of `family` to which it stands in `relation`.
    ///
    /// On a row raised to sensitive (`raised`), personal classes are decided as sensitive.
    pub fn verdict(&self, family: Family, class: Class, relation: Relation, raised: bool) -> Verdict {
        let class = if raised && class >= Class::Personal { Class::Sensitive } else { class };
        if class == Class::Public {
            return Verdict::Full;
        }
        let by_role = match (class, relation) {
            (_, Relation::Outside) => Verdict::Hidden,
            (Class::Internal, _) => Verdict::Full,
            _ if family == Family::Staff => self.role.staff.of(class),
            (_, Relation::Own) if family.holds_contacts() => {
                self.contact(family, class, relation).max(self.role.own.of(class))
            }
            (_, Relation::Own) => self.role.own.of(class).max(self.role.scope.of(class)),
            _ if family.holds_contacts() => self.contact(family, class, relation),
            (_, Relation::Handler) => self.role.handler.of(class).max(self.role.scope.of(class)),
            (_, Relation::Scope) => self.role.scope.of(class),
        };
        by_role.min(self.most(class, relation))
    }

    /// Whether the role is shown more of the units that its department regulates.
    pub fn regulates(&self) -> bool {
        self.role.regulated != Verdicts::default()
    }

    fn contact(&self, family: Family, class: Class, relation: Relation) -> Verdict {
        match (family, relation) {
            (Family::Site, _) | (Family::Place, Relation::Handler) => {
                self.role.contacts.of(class).max(self.role.regulated.of(class))
            }
            _ => self.role.contacts.of(class),
        }
    }

    /// Whether it is the purpose, not the role, that hides a class.
    pub fn purpose_hides(&self, class: Class) -> bool {
        self.cap.is_none_or(|cap| cap.most(class) == Verdict::Hidden)
    }

    fn most(&self, class: Class, relation: Relation) -> Verdict {
        match self.cap {
            Some(cap) if !cap.own_only || relation == Relation::Own || class <= Class::Internal => cap.most(class),
            _ => Verdict::Hidden,
        }
    }
}
