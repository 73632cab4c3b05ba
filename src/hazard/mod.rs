//! 隐患. What is wrong at a site or in a grid: found, graded, ordered to be put right, put right, accepted, written off.
//!
//! Who may do what stands in `schema/flows/hazard.toml`.

mod effects;
mod rules;
pub(crate) mod summary;
pub(crate) mod view;

use crate::event;
use crate::lifecycle::room::{Part, Room, Waiting, given};

/// What the room brings to the lifecycle.
pub static ROOM: Room = Room {
    link: "hazard_id",
    prefix: Some("YH"),
    clocks: true,
    parts: &[
        Part { name: "order", table: "rectification_order", column: "id", of: "", key: "order_id", shared: true },
        Part {
            name: "assignments",
            table: "order_assignment",
            column: "order_id",
            of: "",
            key: "order_id",
            shared: false,
        },
        Part { name: "plans", table: "rectification_plan", column: "hazard_id", of: "", key: "id", shared: false },
        Part { name: "people", table: "posting", column: "organisation_id", of: "", key: "unit_id", shared: false },
        Part { name: "findings", table: "hazard", column: "order_id", of: "", key: "order_id", shared: false },
    ],
    joined: None,
    relations: rules::RELATIONS,
    checks: rules::CHECKS,
    needs: rules::needs,
    attaches: given,
    shows_persons: |_| false,
    effects: effects::EFFECTS,
    audiences: effects::AUDIENCES,
    waiting: &[Waiting { view: "GridEvent", column: "hazard_id", action: event::after }],
};
