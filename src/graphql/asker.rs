//! 提问者. Who asks, as the gate and the trail know them, and what they ask by name.

use async_graphql_parser::Positioned;
use async_graphql_parser::types::{OperationDefinition, Selection};

use crate::access::{Access, Clearance, Facts};
use crate::http::Request;
use crate::identity::Viewer;
use crate::trail::entry::Who;

/// What the gate knows of the viewer.
pub fn facts(viewer: &Viewer) -> Facts {
    Facts {
        account_id: viewer.account_id(),
        posting_id: viewer.posting_id(),
        organisation_id: viewer.organisation_id(),
        other_organisation_ids: viewer.other_organisation_ids().to_vec(),
        department: viewer.organisation_department().map(str::to_owned),
        division_code: viewer.division_code().to_owned(),
        grid_ids: viewer.grid_ids().to_vec(),
        zone_id: viewer.zone_id(),
        mechanism_id: viewer.mechanism_id(),
        clearance: if viewer.clearance() == "SENSITIVE" { Clearance::Sensitive } else { Clearance::Personal },
        purpose: viewer.purpose(),
    }
}

/// Who asks, for the trail.
pub(super) fn who(access: &Access<'_>) -> Who {
    let facts = access.facts();
    Who {
        account_id: Some(facts.account_id),
        posting_id: Some(facts.posting_id),
        organisation_id: Some(facts.organisation_id),
        role: access.role().code.clone(),
        purpose: facts.purpose.code().to_owned(),
    }
}

/// The name of an operation for the trail; without one, the fields of its root.
pub(super) fn named(request: &Request, operation: &OperationDefinition) -> String {
    if let Some(name) = request.operation_name.as_ref().filter(|name| !name.is_empty()) {
        return name.clone();
    }
    let field = |selection: &Positioned<Selection>| match &selection.node {
        Selection::Field(field) => field.node.name.node.to_string(),
        _ => "...".to_owned(),
    };
    let fields: Vec<String> = operation.selection_set.node.items.iter().map(field).collect();
    fields.join(" ")
}
