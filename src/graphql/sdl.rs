//! The published contract as text: for all, or what one role can use.

use std::collections::BTreeSet;

use async_graphql::SDLExportOptions;
use async_graphql::indexmap::IndexMap;

use super::model::{Model, ObjectDef, is_abstract};
use super::mutations::{self, Mutation};
use super::roots::{self, Root, RootField};
use super::{build, register};
use crate::access::{Access, Class, Clearance, Exposure, Facts, Family, Policy, Purpose, Relation, Rows, Verdict};
use crate::lifecycle::flow::Flows;
use crate::read::catalog::Catalog;
use crate::read::declare::{Kind, View};

/// Why the contract could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum SdlError {
    /// The registry refused the types.
    #[error("schema: {0}")]
    Schema(#[from] async_graphql::dynamic::SchemaError),
    /// The policy knows no such role.
    #[error("there is no role {0}")]
    Role(String),
}

/// The contract, sorted. With a role, only what that role can use for its usual purpose.
pub fn sdl(catalog: &Catalog, policy: &Policy, flows: &Flows, role: Option<&str>) -> Result<String, SdlError> {
    let mut model = build::model(catalog, flows);
    if let Some(role) = role {
        narrow(&mut model, catalog, policy, role)?;
        narrow_mutations(&mut model, flows, role);
    }
    // What no query reaches is not part of the contract; introspection does not tell it either.
    prune(&mut model);
    Ok(described(register::schema(&model)?.sdl_with_options(sorted())))
}

/// The contract as a part of a federation (Apollo Federation 2), sorted.
pub fn subgraph(catalog: &Catalog, flows: &Flows) -> Result<String, SdlError> {
    let mut model = build::model(catalog, flows);
    // The gateway knows these by itself.
    let theirs = |root: &RootField| matches!(root.root, Root::Entities | Root::Service);
    let theirs: Vec<&str> = roots::all().iter().filter(|root| theirs(root)).map(|root| root.name).collect();
    if let Some(query) = model.objects.get_mut("Query") {
        query.fields.retain(|name, _| !theirs.contains(&name.as_str()));
    }
    prune(&mut model);
    Ok(register::subgraph(&model)?.sdl_with_options(sorted().federation()))
}

/// The library describes its directives in other words than ours, and their arguments not at all.
fn described(sdl: String) -> String {
    let of = |verb: &str| format!("Directs the executor to {verb} this field or fragment");
    sdl.replace(
        &format!("{} only when the `if` argument is true.", of("include")),
        "包含. Includes the field or fragment where the argument is true.",
    )
    .replace(
        &format!("{} when the `if` argument is true.", of("skip")),
        "略过. Leaves the field or fragment out where the argument is true.",
    )
    .replace("@include(if: Boolean!)", r#"@include("""条件. Whether to include it.""" if: Boolean!)"#)
    .replace("@skip(if: Boolean!)", r#"@skip("""条件. Whether to leave it out.""" if: Boolean!)"#)
}

fn sorted() -> SDLExportOptions {
    SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items()
}

/// A holder of the role somewhere: the contract hangs on the role, not on the place.
fn somebody(purpose: Purpose) -> Facts {
    Facts {
        account_id: 0,
        posting_id: 0,
        organisation_id: 0,
        other_organisation_ids: vec![],
        department: None,
        division_code: String::new(),
        grid_ids: vec![],
        zone_id: None,
        mechanism_id: None,
        clearance: Clearance::Sensitive,
        purpose,
    }
}

fn narrow(model: &mut Model, catalog: &Catalog, policy: &Policy, role: &str) -> Result<(), SdlError> {
    let unknown = || SdlError::Role(role.to_owned());
    let usual = policy.role(role).and_then(|r| r.purposes.first().copied()).ok_or_else(unknown)?;
    let facts = somebody(usual);
    let access = Access::new(policy, role, &facts).ok_or_else(unknown)?;
    for view in catalog.views() {
        if let Some(object) = model.objects.get_mut(view.name) {
            if view.family.exposure() == Exposure::Closed && !lists(&access, view, catalog) {
                (object.node, object.fields) = (false, IndexMap::new());
            }
            object
                .fields
                .retain(|name, _| view.field(name).is_none_or(|f| shown(&access, view, f.class, &f.kind, catalog)));
        }
        keep_leaves(model, view);
    }
    let dead: BTreeSet<&str> =
        roots::all().iter().filter(|r| !answers(&access, catalog, &r.root)).map(|r| r.name).collect();
    if let Some(query) = model.objects.get_mut("Query") {
        query.fields.retain(|name, _| !dead.contains(name.as_str()));
    }
    Ok(())
}

/// Mutations of actions that the role can take.
fn narrow_mutations(model: &mut Model, flows: &Flows, role: &str) {
    let Some(root) = model.objects.get_mut("Mutation") else { return };
    let taken = |mutation: &Mutation| {
        let (Mutation::Action { view, action } | Mutation::Batch { view, action }) = mutation else { return true };
        let mut who = flows.every(view, action).flat_map(|(_, action)| &action.who);
        who.any(|who| who.roles.iter().any(|named| named == role))
    };
    let known = mutations::all(flows);
    root.fields.retain(|name, _| known.get(name).is_none_or(taken));
    // Who takes no action has nothing to attach.
    if root.fields.len() == 1 {
        model.objects.shift_remove("Mutation");
    }
}

/// Whether a root can answer this role with anything.
fn answers(access: &Access<'_>, catalog: &Catalog, root: &Root) -> bool {
    let listed = |view: &str| catalog.view(view).is_some_and(|v| lists(access, v, catalog));
    match root {
        Root::List { view, .. } => listed(view),
        Root::Lookup { view, .. } => {
            listed(view) || catalog.view(view).is_some_and(|v| v.family.exposure() == Exposure::Pointed)
        }
        Root::Statistics { summary } => catalog.summary(summary).is_some_and(|s| s.published || listed(s.view)),
        Root::Node
        | Root::Nodes
        | Root::Entities
        | Root::Service
        | Root::ChangesSince
        | Root::Overview
        | Root::Around
        | Root::Viewer
        | Root::RateLimit
        | Root::ServerTime
        | Root::ExplainAccess => true,
    }
}

fn lists(access: &Access<'_>, view: &View, catalog: &Catalog) -> bool {
    view.family.exposure() == Exposure::Open || ruled(access, view, catalog)
}

/// Whether a rule of the role can find rows of the view.
fn ruled(access: &Access<'_>, view: &View, catalog: &Catalog) -> bool {
    if view.owners.is_empty() || view.family == Family::Petition {
        return access.rows(view.family) != Rows::None;
    }
    view.owners.iter().filter_map(|o| catalog.view(o.view)).any(|owner| ruled(access, owner, catalog))
}

fn shown(access: &Access<'_>, view: &View, class: Class, kind: &Kind, catalog: &Catalog) -> bool {
    let reached = match kind {
        Kind::One { view: target, .. } | Kind::Many { view: target, .. } => {
            catalog.view(target).is_some_and(|t| t.family.exposure() != Exposure::Closed || lists(access, t, catalog))
        }
        Kind::Summary { summary, .. } => catalog
            .summary(summary)
            .is_some_and(|s| s.published || catalog.view(s.view).is_some_and(|v| lists(access, v, catalog))),
        _ => true,
    };
    let relations: &[Relation] = match view.table {
        _ if ruled(access, view, catalog) => &[Relation::Scope, Relation::Handler, Relation::Own],
        "organisation" => &[Relation::Own],
        _ => &[Relation::Outside],
    };
    reached && relations.iter().any(|r| access.verdict(view.family, class, *r, false) != Verdict::Hidden)
}

/// Filter leaves and sort keys follow the fields.
fn keep_leaves(model: &mut Model, view: &View) {
    let Some(object) = model.objects.get(view.name) else { return };
    let gone: BTreeSet<String> =
        view.fields.iter().map(|f| f.name.clone()).filter(|name| !object.fields.contains_key(name)).collect();
    if let Some(filter) = model.inputs.get_mut(&format!("{}Filter", view.name)) {
        filter.fields.retain(|f| !gone.contains(&f.name));
    }
    if let Some(order) = model.enums.get_mut(&format!("{}OrderField", view.name)) {
        let keys: BTreeSet<String> = gone.iter().map(|n| crate::read::declare::upper_snake(n)).collect();
        order.values.retain(|(value, _)| !keys.contains(value));
    }
}

/// Drops what can no longer be reached from the root, and fields whose type has no field left.
fn prune(model: &mut Model) {
    loop {
        let empty: BTreeSet<String> =
            model.objects.iter().filter(|(_, o)| o.fields.is_empty()).map(|(n, _)| n.clone()).collect();
        let before: usize = model.objects.values().map(|o| o.fields.len()).sum();
        for object in model.objects.values_mut() {
            object.fields.retain(|_, f| !empty.contains(f.ty.name()));
        }
        let after: usize = model.objects.values().map(|o| o.fields.len()).sum();
        if before == after {
            break;
        }
    }
    let reached = reached(model);
    retain(&mut model.objects, &reached);
    retain(&mut model.inputs, &reached);
    retain(&mut model.enums, &reached);
}

fn retain<T>(types: &mut IndexMap<String, T>, reached: &BTreeSet<String>) {
    types.retain(|name, _| reached.contains(name));
}

fn reached(model: &Model) -> BTreeSet<String> {
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut open = ["Query", "Mutation", "Subscription"].map(str::to_owned).to_vec();
    while let Some(name) = open.pop() {
        if !reached.insert(name.clone()) {
            continue;
        }
        if let Some(object) = model.objects.get(&name) {
            open.extend(names(object));
        }
        if let Some(input) = model.inputs.get(&name) {
            open.extend(input.fields.iter().map(|f| f.ty.name().to_owned()));
        }
        if is_abstract(&name) {
            open.extend(model.objects.iter().filter(|(_, o)| o.node).map(|(n, _)| n.clone()));
        }
    }
    reached
}

fn names(object: &ObjectDef) -> impl Iterator<Item = String> + '_ {
    object
        .fields
        .values()
        .flat_map(|f| std::iter::once(f.ty.name().to_owned()).chain(f.args.iter().map(|a| a.ty.name().to_owned())))
}

#[cfg(test)]
mod tests {
    use super::super::nouns;
    use super::*;
    use crate::lifecycle::Lifecycles;

    fn print(role: Option<&str>) -> String {
        with(role).expect("sdl")
    }

    fn with(role: Option<&str>) -> Result<String, SdlError> {
        let (catalog, policy) = (nouns::catalog().expect("catalog"), Policy::built_in().expect("policy"));
        let lifecycles = Lifecycles::built_in(catalog, &policy).expect("lifecycles");
        sdl(catalog, &policy, &lifecycles.flows, role)
    }

    #[test]
    fn a_role_sees_what_it_can_use() {
        let court = print(Some("COURT_CLERK"));
        assert!(court.contains("type Dispute implements Node"));
        assert!(!court.contains("hazards("));
        let public = print(Some("PUBLIC_STAT"));
        assert!(!public.contains("privateMobile"));
        assert!(public.contains("disputeStatistics("));
        assert!(!public.contains("type Party ") && !public.contains("type Hazard ") && !public.contains("loginName"));
        let keeper = print(Some("TOWN_CENTRE_OPERATOR"));
        assert!(keeper.contains("monthlyScore") && !print(Some("COUNTY_REGULATOR")).contains("monthlyScore"));
        assert!(!keeper.contains("type PetitionLink") && print(Some("PETITION_OFFICE")).contains("type PetitionLink"));
    }

    #[test]
    fn every_role_has_a_contract() {
        for role in Policy::built_in().expect("policy").roles() {
            print(Some(&role.code));
        }
    }

    #[test]
    fn an_unknown_role_is_refused() {
        assert!(matches!(with(Some("KING")), Err(SdlError::Role(_))));
    }
}
