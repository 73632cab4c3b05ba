//! 网格事件. What a grid reports: talked over, handled, told back and watched (报事—会商—处置—反馈—长效跟踪).
//!
//! Who may do what stands in `schema/flows/grid_event.toml`.

mod effects;
mod rules;
pub(crate) mod view;

pub(crate) use effects::after;

use crate::lifecycle::room::{Part, Room, given};

/// What the room brings to the lifecycle.
pub static ROOM: Room = Room {
    link: "grid_event_id",
    prefix: Some("SJ"),
    clocks: true,
    parts: &[Part { name: "tasks", table: "event_task", column: "grid_event_id", of: "", key: "id", shared: false }],
    joined: None,
    relations: rules::RELATIONS,
    checks: rules::CHECKS,
    needs: rules::needs,
    attaches: given,
    // The dispute that begins with the same photos has them as personal.
    shows_persons: |action| action == "handOverToDispute",
    effects: effects::EFFECTS,
    audiences: effects::AUDIENCES,
    waiting: &[],
};
