//! Faults that are planted in what a storm has left: each must be found.

use std::path::Path;

use fengqiao::trail::entry::HashAlgorithm;
use xtask::scratch::Scratch;

use super::alarms::{self, Alarms};
use super::deed::{Acknowledged, Deed};
use super::found::Found;
use super::{content, matters, stored};
use crate::table::Tables;

/// No row that the storm made has a lower key.
const BEFORE: i64 = 100;
/// The columns that are looked at, with two hazards that were there before: the clock of the second is over,
/// and a cycle of a site.
const CITY: &[&str] = &[
    "CREATE TABLE hazard (id INTEGER, version INTEGER, status TEXT, no TEXT, description TEXT)",
    "CREATE TABLE dispute (id INTEGER, version INTEGER, status TEXT)",
    "CREATE TABLE grid_event (id INTEGER, version INTEGER, status TEXT)",
    "CREATE TABLE inspection (id INTEGER, version INTEGER, status TEXT)",
    "CREATE TABLE self_inspection (id INTEGER, version INTEGER, status TEXT)",
    "CREATE TABLE status_event (id INTEGER, hazard_id INTEGER, seq INTEGER, from_state TEXT, to_state TEXT, action TEXT,
     note TEXT, dispute_id INTEGER, grid_event_id INTEGER, inspection_id INTEGER, self_inspection_id INTEGER)",
    "CREATE TABLE outbox (view TEXT, matter_id INTEGER, seq INTEGER, kind TEXT)",
    "CREATE TABLE sla_clock (id INTEGER, hazard_id INTEGER, kind TEXT, next_alarm_at INTEGER, stopped_at INTEGER,
     breached_at INTEGER, dispute_id INTEGER, grid_event_id INTEGER)",
    "CREATE TABLE self_inspection_due (id INTEGER, site_id INTEGER, due_at INTEGER, state TEXT)",
    "CREATE TABLE idempotency (object_id INTEGER, seq INTEGER, view TEXT)",
    "CREATE TABLE audit_entry (operation TEXT, rule TEXT, decision TEXT, objects TEXT, object_no TEXT)",
    "CREATE TABLE evidence (id INTEGER, hazard_id INTEGER, status_event_id INTEGER, phase TEXT, hash TEXT)",
    "CREATE TABLE stored_file (hash TEXT, size INTEGER, thumbnail INTEGER)",
    "CREATE TABLE upload (id INTEGER, hash TEXT, state TEXT)",
    "INSERT INTO hazard VALUES (1, 2, 'GRADED', 'YH-1', 'old'), (2, 1, 'RECTIFYING', 'YH-2', 'old')",
    "INSERT INTO status_event (id, hazard_id, seq, from_state, to_state, action) VALUES
     (1, 1, 1, NULL, 'REPORTED', 'reportHazard'), (2, 1, 2, 'REPORTED', 'GRADED', 'gradeHazard'),
     (3, 2, 1, NULL, 'RECTIFYING', 'reportHazard')",
    "INSERT INTO sla_clock (id, hazard_id, kind, breached_at) VALUES (1, 1, 'HAZARD_GRADE', 7)",
    "INSERT INTO sla_clock (id, hazard_id, kind, next_alarm_at) VALUES (2, 2, 'HAZARD_RECTIFY', 7)",
    "INSERT INTO self_inspection_due VALUES (1, 4, 7, 'MISSED'), (2, 4, 7, 'DUE')",
];
/// What the storm does: three hazards are reported, the second is put right, and what is over is told.
const STORM: &[&str] = &[
    "INSERT INTO hazard VALUES (111, 1, 'REPORTED', 'YH-11', 'a'), (112, 2, 'RECTIFIED', 'YH-12', 'b'),
     (113, 1, 'REPORTED', 'YH-13', 'c')",
    "INSERT INTO status_event (id, hazard_id, seq, from_state, to_state, action, note) VALUES
     (121, 111, 1, NULL, 'REPORTED', 'reportHazard', NULL), (122, 112, 1, NULL, 'REPORTED', 'reportHazard', NULL),
     (123, 113, 1, NULL, 'REPORTED', 'reportHazard', NULL), (124, 112, 2, 'REPORTED', 'RECTIFIED', 'fixOnSite', 'm')",
    "INSERT INTO outbox VALUES ('Hazard', 111, 1, 'TRANSITION'), ('Hazard', 112, 1, 'TRANSITION'),
     ('Hazard', 113, 1, 'TRANSITION'), ('Hazard', 112, 2, 'TRANSITION')",
    "INSERT INTO sla_clock (id, hazard_id, kind, stopped_at) VALUES (131, 111, 'HAZARD_GRADE', NULL),
     (132, 112, 'HAZARD_GRADE', 9), (133, 113, 'HAZARD_GRADE', NULL), (134, 112, 'HAZARD_ACCEPT', NULL)",
    "INSERT INTO idempotency VALUES (111, 1, 'Hazard'), (112, 1, 'Hazard'), (113, 1, 'Hazard'), (112, 2, 'Hazard')",
    r#"INSERT INTO audit_entry VALUES
     ('reportHazard', 'Hazard v1 reportHazard', 'ALLOW', '["Hazard:111"]', 'YH-11'),
     ('reportHazard', 'Hazard v1 reportHazard', 'ALLOW', '["Hazard:112"]', 'YH-12'),
     ('reportHazard', 'Hazard v1 reportHazard', 'ALLOW', '["Hazard:113"]', 'YH-13'),
     ('fixOnSite', 'Hazard v1 fixOnSite', 'ALLOW', '["File:x","Hazard:112"]', 'YH-12'),
     ('fixOnSite', 'Hazard fixOnSite: NOT_PERMITTED', 'DENY', '["Hazard:112"]', NULL),
     ('sweepUploads', 'attached to nothing', 'ALLOW', '["File:x"]', NULL)"#,
    "INSERT INTO evidence VALUES (141, 112, 124, 'BEFORE', '{before}'), (142, 112, 124, 'AFTER', '{after}')",
    "INSERT INTO stored_file VALUES ('{before}', 6, 1), ('{after}', 5, 0)",
    "INSERT INTO upload VALUES (151, '{before}', 'DONE'), (152, '{after}', 'DONE'), (153, '{lost}', 'STORING')",
    "UPDATE hazard SET version = 2, status = 'ASSIGNED' WHERE id = 2",
    "INSERT INTO status_event (id, hazard_id, seq, from_state, to_state, action)
     VALUES (125, 2, 2, 'RECTIFYING', 'ASSIGNED', 'escalateHazard')",
    "INSERT INTO outbox VALUES ('Hazard', 2, 1, 'CLOCK_BREACHED'), ('Hazard', 2, 2, 'TRANSITION')",
    r#"INSERT INTO audit_entry VALUES
     ('escalateHazard', 'Hazard v1 escalateHazard', 'ALLOW', '["Hazard:2"]', 'YH-2')"#,
    "UPDATE sla_clock SET breached_at = 8, next_alarm_at = NULL WHERE id = 2",
    "UPDATE self_inspection_due SET state = 'MISSED' WHERE state = 'DUE'",
    "INSERT INTO outbox VALUES ('KeySite', 4, 0, 'CYCLE_MISSED')",
];

fn hash(content: &str) -> String {
    HashAlgorithm::Sm3.hash(content.as_bytes()).replace("sm3:", "")
}

fn acknowledged() -> Vec<Acknowledged> {
    let of = |key: &str, hazard, deed| Acknowledged { writer: 0, key: key.to_owned(), deed, hazard };
    let report =
        |hazard: i64, said: &str| of(&format!("key-{hazard}"), hazard, Deed::Report { description: said.to_owned() });
    let photos = [hash("before"), hash("after")];
    let fix = of("key-fix", 112, Deed::Fix { hazard: 112, measure: "m".to_owned(), photos });
    vec![report(111, "a"), report(112, "b"), report(113, "c"), fix]
}

/// Where a store in a folder has content.
fn place(store: &Path, content: &str) -> std::path::PathBuf {
    let hash = hash(content);
    store.join("files").join(&hash[..2]).join(hash)
}

/// What is found when a statement was run on what is sound, and something done to the store.
fn found_with(fault: &str, harm: impl FnOnce(&Path)) -> Found {
    let folder = Scratch::new("planted").expect("a folder");
    let file = folder.path().join("city.sqlite");
    // An empty file is an empty database.
    std::fs::write(&file, []).expect("a file");
    let tables = Tables::open(&format!("sqlite:{}", file.display())).expect("a database");
    let run = |sql: &str| {
        let sql = ["before", "after", "lost"]
            .iter()
            .fold(sql.to_owned(), |sql, content| sql.replace(&format!("{{{content}}}"), &hash(content)));
        tables.rows(&sql, 0).expect(&sql);
    };
    CITY.iter().for_each(|sql| run(sql));
    let alarms = Alarms::hold(&tables, 1).expect("alarms are held back");
    assert_eq!(alarms::waiting(&tables), Ok(0));
    alarms.release(&tables, 0).expect("alarms are let go");
    assert_eq!(alarms::waiting(&tables), Ok(2));
    STORM.iter().chain(Some(&fault).filter(|fault| !fault.is_empty())).for_each(|sql| run(sql));
    for content in ["before", "after"] {
        let place = place(folder.path(), content);
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        std::fs::write(&place, content).expect("content");
    }
    std::fs::write(place(folder.path(), "before").with_extension("small"), "small").expect("a small copy");
    harm(folder.path());
    let mut found = Found::default();
    stored::check(&tables, BEFORE, &acknowledged(), &mut found).expect("it can be read");
    matters::check(&tables, BEFORE, &mut found).expect("it can be read");
    content::check(&tables, folder.path(), BEFORE, &mut found).expect("it can be read");
    alarms::check(&tables, &alarms, &mut found).expect("it can be read");
    found
}

fn found(fault: &str) -> Found {
    found_with(fault, |_| {})
}

fn named(told: &[String], named: &str, fault: &str) {
    assert!(told.iter().any(|told| told.starts_with(named)), "{fault}: {told:?}");
}

#[test]
fn what_is_sound_is_found_sound() {
    let found = found("");
    assert_eq!((&found.lost, &found.half, &found.doubled), (&vec![], &vec![], &vec![]));
    assert_eq!((found.made, found.steps, found.over), (3, 1, 2));
    assert_eq!(found.reasons(&acknowledged()), Vec::<String>::new());
}

#[test]
fn what_is_lost_is_named() {
    for (fault, key) in [
        ("DELETE FROM hazard WHERE id = 113", "key-113"),
        ("UPDATE hazard SET description = 'x' WHERE id = 113", "key-113"),
        ("DELETE FROM status_event WHERE id = 124", "key-fix"),
        ("UPDATE status_event SET note = 'x' WHERE id = 124", "key-fix"),
        ("DELETE FROM evidence WHERE phase = 'AFTER'", "key-fix"),
        ("UPDATE evidence SET hash = '{before}'", "key-fix"),
    ] {
        assert_eq!(found(fault).lost, [key], "{fault}");
    }
    let of_fewer = found("DELETE FROM hazard WHERE id = 113").reasons(&acknowledged());
    named(&of_fewer, "3 reports and 1 steps were acknowledged, and 2 hazards and 1 steps are there", "fewer");
}

#[test]
fn what_is_doubled_is_named() {
    for (fault, told) in [
        ("INSERT INTO hazard VALUES (114, 1, 'REPORTED', 'YH-14', 'b')", "YH-14: b"),
        ("UPDATE status_event SET action = 'fixOnSite', note = 'm' WHERE id = 121", "YH-12: m"),
        (
            "INSERT INTO status_event (id, hazard_id, seq, from_state, to_state, action, note)
             VALUES (126, 112, 2, 'REPORTED', 'RECTIFIED', 'fixOnSite', 'm')",
            "Hazard 112: step 2 is there twice",
        ),
        ("INSERT INTO outbox VALUES ('Hazard', 112, 2, 'TRANSITION')", "Hazard 112: step 2 in the outbox: 2"),
        (
            r#"INSERT INTO audit_entry VALUES
             ('fixOnSite', 'Hazard v1 fixOnSite', 'ALLOW', '["Hazard:112"]', 'YH-12')"#,
            "Hazard 112: fixOnSite in the trail: 2",
        ),
        ("INSERT INTO idempotency VALUES (112, 2, 'Hazard')", "YH-12: keys of clients that led to version 2: 2"),
        ("INSERT INTO evidence VALUES (143, 112, 124, 'AFTER', '{after}')", "YH-12: photos AFTER: 2"),
        (
            "INSERT INTO sla_clock (id, hazard_id, kind) VALUES (135, 111, 'HAZARD_GRADE')",
            "YH-11: HAZARD_GRADE that runs",
        ),
        ("INSERT INTO outbox VALUES ('Hazard', 2, 1, 'CLOCK_BREACHED')", "Hazard 2: CLOCK_BREACHED in the outbox: 2"),
    ] {
        named(&found(fault).doubled, told, fault);
    }
}

#[test]
fn a_matter_that_does_not_fit_its_events_is_named() {
    for (fault, told) in [
        ("UPDATE hazard SET version = 3 WHERE id = 112", "Hazard 112: version 3 after 2 steps"),
        ("UPDATE hazard SET version = 1 WHERE id = 112", "Hazard 112: version 1 after 2 steps"),
        ("UPDATE hazard SET version = 3 WHERE id = 1", "Hazard 1: version 3 after 2 steps"),
        ("INSERT INTO dispute VALUES (5, 1, 'ACCEPTED')", "Dispute 5: version 1 after 0 steps"),
        ("UPDATE hazard SET status = 'REPORTED' WHERE id = 112", "Hazard 112: state REPORTED after a step to"),
        ("UPDATE status_event SET from_state = 'GRADED' WHERE id = 124", "Hazard 112: step 2 does not follow step 1"),
        ("UPDATE status_event SET seq = 3 WHERE id = 124", "Hazard 112: step 3 does not follow step 1"),
        ("DELETE FROM status_event WHERE id = 125", "Hazard 2: step 2 is in the outbox 1 times and was not taken"),
        ("DELETE FROM status_event WHERE id = 125", "Hazard 2: escalateHazard is in the trail 1 times more"),
        ("DELETE FROM outbox WHERE matter_id = 2 AND seq = 2", "Hazard 2: step 2 in the outbox: 0 and not 1"),
        ("DELETE FROM outbox WHERE matter_id = 112 AND seq = 2", "Hazard 112: step 2 in the outbox: 0 and not 1"),
        ("DELETE FROM audit_entry WHERE object_no = 'YH-2'", "Hazard 2: escalateHazard in the trail: 0 and not 1"),
        (
            "UPDATE audit_entry SET rule = 'Hazard v1 reportHazard' WHERE operation = 'fixOnSite'",
            "Hazard 112: fixOnSite in the trail: 0 and not 1",
        ),
        ("DELETE FROM hazard WHERE id = 113", "steps of no Hazard, 113"),
        ("DELETE FROM outbox WHERE kind = 'CYCLE_MISSED'", "KeySite 4: CYCLE_MISSED in the outbox: 0 and not 1"),
        ("DELETE FROM outbox WHERE kind = 'CLOCK_BREACHED'", "Hazard 2: CLOCK_BREACHED in the outbox: 0 and not 1"),
    ] {
        named(&found(fault).half, told, fault);
    }
}

#[test]
fn what_is_half_present_is_named() {
    for (fault, told) in [
        ("DELETE FROM status_event WHERE hazard_id = 111", "Hazard 111: version 1 after 0 steps"),
        ("DELETE FROM status_event WHERE id = 124", "YH-12: version 2 with 0 steps"),
        ("DELETE FROM sla_clock WHERE id = 131", "YH-11: HAZARD_GRADE that runs: 0 and not 1"),
        ("UPDATE sla_clock SET stopped_at = NULL WHERE id = 132", "YH-12: HAZARD_GRADE that has stopped: 0 and not 1"),
        ("DELETE FROM sla_clock WHERE id = 134", "YH-12: HAZARD_ACCEPT that runs: 0 and not 1"),
        ("DELETE FROM idempotency WHERE seq = 2", "YH-12: keys of clients that led to version 2: 0 and not 1"),
        ("DELETE FROM audit_entry WHERE object_no = 'YH-13'", "YH-13: entries in the trail for 113: 0 and not 1"),
        ("UPDATE audit_entry SET object_no = 'YH-9'", "YH-13: entries in the trail for 113: 0 and not 1"),
        ("DELETE FROM evidence WHERE phase = 'BEFORE'", "YH-12: photos BEFORE: 0 and not 1"),
        ("UPDATE evidence SET hazard_id = 111 WHERE id = 141", "evidence 141 is of no step of its matter"),
        ("UPDATE evidence SET status_event_id = NULL WHERE id = 141", "evidence 141 is of no step of its matter"),
        ("DELETE FROM stored_file WHERE size = 6", "evidence 141 has no row of its content"),
        ("INSERT INTO sla_clock (id, hazard_id, kind) VALUES (135, 115, 'HAZARD_GRADE')", "clocks of no hazard, 115"),
        ("INSERT INTO idempotency VALUES (115, 1, 'Hazard')", "keys of clients of no hazard, 115"),
        ("INSERT INTO evidence VALUES (143, 115, NULL, 'AFTER', '{after}')", "evidence of no hazard, 115"),
        ("UPDATE upload SET state = 'DONE' WHERE id = 153", "upload 153 has no row of its content"),
    ] {
        named(&found(fault).half, told, fault);
    }
}

#[test]
fn evidence_without_its_content_is_named() {
    let gone = found_with("", |store| std::fs::remove_file(place(store, "after")).expect("it is there"));
    named(&gone.half, "evidence 142 has no content", "gone");
    named(&gone.half, "upload 152 has no content", "gone");
    let cut = found_with("", |store| std::fs::write(place(store, "after"), "aft").expect("it is written"));
    named(&cut.half, "evidence 142 has other content than its hash says", "cut");
    let small = |store: &Path| std::fs::remove_file(place(store, "before").with_extension("small"));
    let bare = found_with("", |store| small(store).expect("it is there"));
    named(&bare.half, "evidence 141 has no small copy", "bare");
}

#[test]
fn alarms_that_never_rang_prove_nothing() {
    let told = found("UPDATE sla_clock SET breached_at = NULL WHERE id = 2");
    named(&told.doubled, "Hazard 2: CLOCK_BREACHED in the outbox: 1 and not 0", "told and not over");
    let silent = Found::default().reasons(&[]);
    named(&silent, "nothing was over", "silent");
}
