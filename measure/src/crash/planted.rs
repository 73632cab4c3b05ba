//! Faults that are planted in what a storm has left: each must be found.

use xtask::scratch::Scratch;

use super::Acknowledged;
use super::check::{Found, stored};
use crate::table::Tables;

/// The columns that are looked at, with two hazards that were there before and three that were reported.
const SOUND: &[&str] = &[
    "CREATE TABLE hazard (id INTEGER, version INTEGER, no TEXT, description TEXT)",
    "CREATE TABLE status_event (hazard_id INTEGER)",
    "CREATE TABLE outbox (matter_id INTEGER, view TEXT, kind TEXT)",
    "CREATE TABLE sla_clock (hazard_id INTEGER)",
    "CREATE TABLE idempotency (object_id INTEGER)",
    "CREATE TABLE audit_entry (operation TEXT, decision TEXT, objects TEXT, object_no TEXT)",
    "INSERT INTO hazard VALUES (1, 3, 'YH-1', 'old'), (2, 1, 'YH-2', 'old')",
    "INSERT INTO status_event VALUES (1), (1), (1), (2)",
    "INSERT INTO hazard VALUES (11, 1, 'YH-11', 'a'), (12, 1, 'YH-12', 'b'), (13, 1, 'YH-13', 'c')",
    "INSERT INTO status_event VALUES (11), (12), (13)",
    "INSERT INTO outbox VALUES (11, 'Hazard', 'TRANSITION'), (12, 'Hazard', 'TRANSITION'), (13, 'Hazard', 'TRANSITION')",
    "INSERT INTO outbox VALUES (11, 'Hazard', 'CLOCK_NEAR')",
    "INSERT INTO sla_clock VALUES (11), (12), (13)",
    "INSERT INTO idempotency VALUES (11), (12), (13)",
    r#"INSERT INTO audit_entry VALUES ('reportHazard', 'ALLOW', '["Hazard:11"]', 'YH-11'),
       ('reportHazard', 'ALLOW', '["Hazard:12"]', 'YH-12'), ('reportHazard', 'ALLOW', '["Hazard:13"]', 'YH-13'),
       ('reportHazard', 'DENY', '[]', NULL)"#,
];

fn acknowledged() -> Vec<Acknowledged> {
    let done = |(hazard, description): (i64, &str)| Acknowledged {
        writer: 0,
        key: format!("key-{hazard}"),
        description: description.to_owned(),
        hazard,
    };
    [(11, "a"), (12, "b"), (13, "c")].map(done).to_vec()
}

fn found(fault: &str) -> Found {
    let folder = Scratch::new("planted").expect("a folder");
    let file = folder.path().join("city.sqlite");
    // An empty file is an empty database.
    std::fs::write(&file, []).expect("a file");
    let tables = Tables::open(&format!("sqlite:{}", file.display())).expect("a database");
    for sql in SOUND.iter().chain(Some(&fault).filter(|fault| !fault.is_empty())) {
        tables.rows(sql, 0).expect(sql);
    }
    stored(&tables, 10, &acknowledged()).expect("it can be read")
}

#[test]
fn what_is_sound_is_found_sound() {
    let found = found("");
    assert_eq!((found.made, found.lost.len(), found.half.len(), found.doubled.len()), (3, 0, 0, 0));
}

#[test]
fn what_is_lost_or_doubled_is_named() {
    for fault in ["DELETE FROM hazard WHERE id = 12", "UPDATE hazard SET description = 'x' WHERE id = 12"] {
        assert_eq!(found(fault).lost, ["key-12"], "{fault}");
    }
    let doubled = found("INSERT INTO hazard VALUES (14, 1, 'YH-14', 'b')").doubled;
    assert_eq!(doubled.len(), 1, "{doubled:?}");
}

#[test]
fn what_is_half_present_is_named() {
    for (fault, named) in [
        ("UPDATE hazard SET version = 2 WHERE id = 12", "YH-12: version 2"),
        ("DELETE FROM status_event WHERE hazard_id = 12", "YH-12: version 1, 0 status events"),
        ("INSERT INTO status_event VALUES (12)", "YH-12: version 1, 2 status events"),
        ("DELETE FROM outbox WHERE matter_id = 12", "YH-12: version 1, 0 events in the outbox"),
        ("DELETE FROM sla_clock WHERE hazard_id = 12", "YH-12: version 1, 0 clocks"),
        ("DELETE FROM idempotency WHERE object_id = 12", "YH-12: version 1, 0 keys of clients"),
        ("DELETE FROM audit_entry WHERE object_no = 'YH-12'", "YH-12: version 1, 0 entries in the trail"),
        (
            "UPDATE audit_entry SET object_no = 'YH-9' WHERE object_no = 'YH-12'",
            "YH-12: version 1, 0 entries in the trail",
        ),
        ("INSERT INTO sla_clock VALUES (15)", "clocks of no hazard, 15"),
        ("INSERT INTO idempotency VALUES (15)", "keys of clients of no hazard, 15"),
    ] {
        let half = found(fault).half;
        assert!(half.iter().any(|told| told.starts_with(named)), "{fault}: {half:?}");
    }
}
