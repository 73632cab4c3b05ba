//! 闭环. How a matter moves: lifecycles as data, clocks, who may take which action, and the one writer of state.

pub mod calendar;
pub mod case;
pub mod clocks;
pub mod decide;
pub mod flow;
pub(crate) mod ids;
pub mod load;
pub mod place;
pub mod refusal;
pub mod room;
pub mod tables;
pub(crate) mod view;
pub mod write;

use crate::access::Policy;
use crate::read::catalog::Catalog;
use calendar::{Calendar, CalendarError};
use flow::{FlowError, Flows, Offer};

/// The lifecycles of a build and the calendar that their clocks go by.
#[derive(Debug)]
pub struct Lifecycles {
    /// Lifecycles.
    pub flows: Flows,
    /// 工作日历.
    pub calendar: Calendar,
}

/// Why the lifecycles could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LifecycleError {
    /// A lifecycle does not hold together.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The working calendar does not hold together.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

impl Lifecycles {
    /// Those of this build, checked against its roles, code tables and rooms.
    pub fn built_in(catalog: &Catalog, policy: &Policy) -> Result<Lifecycles, LifecycleError> {
        Lifecycles::with(catalog, policy, &[])
    }

    /// Those of this build and more, each the text of a file under its name: a version that is tried out.
    pub fn with(catalog: &Catalog, policy: &Policy, files: &[(&str, &str)]) -> Result<Lifecycles, LifecycleError> {
        let flows = with_offer(catalog, policy, |offer| Flows::built_in(offer)?.with(files, offer))?;
        Ok(Lifecycles { flows, calendar: Calendar::built_in()? })
    }
}

/// Checks the text of a lifecycle against this build.
pub fn check(catalog: &Catalog, policy: &Policy, file: &str, text: &str) -> Result<flow::Flow, FlowError> {
    with_offer(catalog, policy, |offer| flow::Flow::read(file, text, offer))
}

fn with_offer<T>(catalog: &Catalog, policy: &Policy, work: impl FnOnce(&Offer<'_>) -> T) -> T {
    let has = |table: &str, code: &str| {
        catalog.codes(table).is_some_and(|table| table.entries.iter().any(|entry| entry.code == code))
    };
    let column = |object: &str, name: &str| {
        catalog.view(object).and_then(|view| tables::of(view.table)).is_some_and(|table| table.has(name))
    };
    work(&Offer {
        role: &|role| policy.role(role).is_some(),
        code: &has,
        column: &column,
        check: &|object, name| room::of(object).is_some_and(|room| room.check(name).is_some()),
        relation: &|object, name| room::of(object).is_some_and(|room| room.relation(name).is_some()),
        audience: &|object, name| room::of(object).is_some_and(|room| room.audience(name).is_some()),
        view: &|view| catalog.view(view).is_some(),
    })
}
