//! 自查. A site's own staff goes through its checklist; what is not in order becomes a hazard.
//!
//! Who may do what stands in `schema/flows/self_inspection.toml`.

pub mod cycles;
mod effects;
mod rules;
pub(crate) mod view;

use crate::lifecycle::room::{Part, Room};

/// What the room brings to the lifecycle.
pub static ROOM: Room = Room {
    link: "self_inspection_id",
    prefix: None,
    clocks: false,
    parts: &[
        Part { name: "site", table: "key_site", column: "id", of: "", key: "site_id", shared: true },
        Part {
            name: "items",
            table: "checklist_item",
            column: "checklist_id",
            of: "",
            key: "checklist_id",
            shared: false,
        },
        // The program may find one missed at the same moment.
        Part { name: "cycles", table: "self_inspection_due", column: "site_id", of: "", key: "site_id", shared: true },
    ],
    joined: None,
    relations: rules::RELATIONS,
    checks: rules::CHECKS,
    needs: |_, _| vec![],
    attaches: rules::attaches,
    shows_persons: |_| false,
    effects: effects::EFFECTS,
    audiences: &[],
    waiting: &[],
};
