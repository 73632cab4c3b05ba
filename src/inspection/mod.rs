//! 检查. Inspections of key sites by one or several teams, rounds of supervision and exposures.
//!
//! Who may do what stands in `schema/flows/inspection.toml`.

mod effects;
mod rules;
pub(crate) mod view;

use crate::lifecycle::room::{Part, Room, given};

/// What the room brings to the lifecycle.
pub static ROOM: Room = Room {
    link: "inspection_id",
    prefix: Some("JC"),
    clocks: false,
    parts: &[
        Part { name: "teams", table: "inspection_team", column: "inspection_id", of: "", key: "id", shared: false },
        Part { name: "visits", table: "inspection_site", column: "inspection_id", of: "", key: "id", shared: false },
        Part { name: "sites", table: "key_site", column: "id", of: "visits", key: "site_id", shared: false },
    ],
    joined: None,
    relations: rules::RELATIONS,
    checks: rules::CHECKS,
    needs: |_, _| vec![],
    attaches: given,
    shows_persons: |_| false,
    effects: effects::EFFECTS,
    audiences: effects::AUDIENCES,
    waiting: &[],
};
