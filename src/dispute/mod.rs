//! 矛盾纠纷. A quarrel between people or units: registered, accepted, dispatched, mediated, agreed, performed, closed.
//!
//! Who may do what stands in `schema/flows/dispute.toml`.

mod effects;
mod intake;
mod join;
mod rules;
mod same;
pub(crate) mod summary;
pub(crate) mod view;

use crate::event;
use crate::lifecycle::room::{Part, Room, Waiting, given};

/// What the room brings to the lifecycle.
pub static ROOM: Room = Room {
    link: "dispute_id",
    prefix: Some("MD"),
    clocks: true,
    parts: &[
        Part { name: "parties", table: "party", column: "dispute_id", of: "", key: "id", shared: false },
        Part { name: "sessions", table: "mediation_session", column: "dispute_id", of: "", key: "id", shared: false },
        Part {
            name: "agreements",
            table: "mediation_agreement",
            column: "dispute_id",
            of: "",
            key: "id",
            shared: false,
        },
        Part {
            name: "confirmations",
            table: "judicial_confirmation",
            column: "dispute_id",
            of: "",
            key: "id",
            shared: false,
        },
        Part { name: "reports", table: "police_report", column: "dispute_id", of: "", key: "id", shared: false },
        Part { name: "types", table: "dispute_type", column: "dispute_id", of: "", key: "id", shared: false },
        Part {
            name: "mediation",
            table: "mediation_organisation",
            column: "id",
            of: "",
            key: "mediation_organisation_id",
            shared: false,
        },
        Part {
            name: "handler",
            table: "organisation",
            column: "id",
            of: "",
            key: "handling_organisation_id",
            shared: false,
        },
        Part {
            name: "centre",
            table: "governance_centre",
            column: "id",
            of: "",
            key: "accepted_centre_id",
            shared: false,
        },
        Part {
            name: "upper centre",
            table: "governance_centre",
            column: "id",
            of: "centre",
            key: "parent_id",
            shared: false,
        },
        Part {
            name: "signatures",
            table: "agreement_signature",
            column: "dispute_id",
            of: "",
            key: "id",
            shared: false,
        },
        Part { name: "mechanism", table: "joint_mechanism", column: "id", of: "", key: "mechanism_id", shared: false },
        // It may be concluded at the moment at which this one is taken out.
        Part { name: "main", table: "dispute", column: "id", of: "", key: "merged_into_id", shared: true },
        Part { name: "main parties", table: "party", column: "dispute_id", of: "main", key: "id", shared: false },
        Part { name: "joined there", table: "dispute", column: "merged_into_id", of: "main", key: "id", shared: false },
        Part { name: "gone over", table: "party", column: "joined_from_id", of: "", key: "id", shared: false },
        Part {
            name: "signed there",
            table: "agreement_signature",
            column: "party_id",
            of: "gone over",
            key: "id",
            shared: false,
        },
        Part { name: "joined", table: "dispute", column: "merged_into_id", of: "", key: "id", shared: false },
        Part { name: "joined parties", table: "party", column: "dispute_id", of: "joined", key: "id", shared: false },
    ],
    joined: Some("joined"),
    relations: rules::RELATIONS,
    checks: rules::CHECKS,
    needs: intake::needs,
    attaches: given,
    shows_persons: |_| true,
    effects: effects::EFFECTS,
    audiences: effects::AUDIENCES,
    waiting: &[Waiting { view: "GridEvent", column: "dispute_id", action: event::after }],
};
