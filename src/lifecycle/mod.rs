//! 闭环. How a matter moves: lifecycles as data, clocks, and who may take which action. Pure; it decides and fetches nothing.

pub mod calendar;
pub mod case;
pub mod clocks;
pub mod decide;
pub mod flow;

use crate::access::Policy;
use crate::read::catalog::Catalog;
use case::Room;
use flow::{FlowError, Flows, Offer};

/// The lifecycles of this build, checked against its roles, code tables and rooms.
pub fn built_in(catalog: &Catalog, policy: &Policy) -> Result<Flows, FlowError> {
    with_offer(catalog, policy, Flows::built_in)
}

/// Checks the text of a lifecycle against this build.
pub fn check(catalog: &Catalog, policy: &Policy, file: &str, text: &str) -> Result<flow::Flow, FlowError> {
    with_offer(catalog, policy, |offer| flow::Flow::read(file, text, offer))
}

fn with_offer<T>(catalog: &Catalog, policy: &Policy, work: impl FnOnce(&Offer<'_>) -> T) -> T {
    let states = |object: &str, code: &str| {
        let table = catalog.codes(&format!("{object}Status"));
        table.is_some_and(|table| table.entries.iter().any(|entry| entry.code == code))
    };
    work(&Offer {
        role: &|role| policy.role(role).is_some(),
        state: &states,
        check: &|object, name| room(object).is_some_and(|room| room.check(name).is_some()),
        relation: &|object, name| room(object).is_some_and(|room| room.relation(name).is_some()),
        view: &|view| catalog.view(view).is_some(),
    })
}

/// What the rooms of the nouns bring to their lifecycles.
pub fn room(object: &str) -> Option<&'static Room> {
    match object {
        "Dispute" => Some(&crate::dispute::rules::ROOM),
        "Hazard" => Some(&crate::hazard::rules::ROOM),
        _ => None,
    }
}
