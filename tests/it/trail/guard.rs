//! The tables of the trail are append-only by trigger, and whoever takes the triggers away is found by verifying.

use std::slice::from_ref;

use fengqiao::trail::sign::SignatureAlgorithm;
use sea_orm::ConnectionTrait;

use super::ledger::{key, seal, verify_stored, work};
use crate::evidence::desk::{number, rows, run};
use crate::support::app::{OwnTestApp, TestApp};
use crate::support::backend::{Backend, on_both};

on_both!(
    nothing_in_the_trail_is_changed_or_removed,
    who_takes_the_triggers_away_is_found,
    what_is_put_outside_a_chain_is_found,
    who_changes_who_looked_is_found,
);

const TABLES: [&str; 3] = ["audit_entry", "audit_seal", "audit_access"];
/// What an entry must have beside its place.
const CONTENT: &str = "at, role, purpose, operation, objects, fields, decision, rule, prev_hash, hash";

async fn nothing_in_the_trail_is_changed_or_removed(own: &OwnTestApp) {
    let app = &own.0;
    work(app).await;
    let key = key(SignatureAlgorithm::Ed25519);
    let public = key.public();
    seal(app, key).await.unwrap();
    let before = rows(app, &TABLES).await;
    assert!(before.values().all(|rows| *rows > 0), "{before:?}");
    for table in TABLES {
        let mut attempts = vec![
            format!("UPDATE {table} SET at = at + 1"),
            format!("UPDATE {table} SET at = at WHERE id = (SELECT MIN(id) FROM {table})"),
            format!("DELETE FROM {table}"),
            format!("DELETE FROM {table} WHERE id = (SELECT MAX(id) FROM {table})"),
        ];
        match app.database.backend {
            Backend::Postgres => attempts.extend([
                format!("TRUNCATE {table}"),
                format!("INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET at = 0"),
            ]),
            // A row that replaces another one removes it without asking the trigger for removal.
            Backend::Sqlite => attempts.extend([
                format!("REPLACE INTO {table} SELECT * FROM {table}"),
                format!("INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT (id) DO UPDATE SET at = 0"),
                format!("UPDATE OR REPLACE {table} SET id = (SELECT MIN(id) FROM {table})"),
            ]),
        }
        for attempt in attempts {
            let refused = app.database.storage.write.execute_unprepared(&attempt).await;
            let refused = refused.expect_err(&attempt).to_string();
            assert!(refused.contains("append-only"), "{attempt}: {refused}");
        }
    }
    if app.database.backend == Backend::Sqlite {
        // Under a key of its own, in the place of another entry.
        let replaced = format!(
            "REPLACE INTO audit_entry (id, chain, seq, {CONTENT}) SELECT 1, chain, seq, {CONTENT} FROM audit_entry LIMIT 1"
        );
        let refused = app.database.storage.write.execute_unprepared(&replaced).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    // Heads go on, and neither back nor away.
    let mut attempts = vec![
        "UPDATE audit_head SET seq = seq - 1 WHERE seq > 0",
        "UPDATE audit_head SET chain = chain + 8",
        "DELETE FROM audit_head",
    ];
    attempts.push(match app.database.backend {
        Backend::Postgres => "TRUNCATE audit_head",
        Backend::Sqlite => {
            "REPLACE INTO audit_head (id, chain, seq, hash, at) SELECT id, chain, 0, hash, at FROM audit_head"
        }
    });
    for attempt in attempts {
        let refused = app.database.storage.write.execute_unprepared(attempt).await;
        let refused = refused.expect_err(attempt).to_string();
        assert!(refused.contains("append-only"), "{attempt}: {refused}");
    }
    assert_eq!(rows(app, &TABLES).await, before);
    verify_stored(app, from_ref(&public)).await.unwrap();
}

/// Takes the triggers away, as only the owner of the database can.
async fn unguard(app: &TestApp) {
    match app.database.backend {
        Backend::Postgres => {
            run(app, "ALTER TABLE audit_entry DISABLE TRIGGER ALL").await;
            run(app, "ALTER TABLE audit_head DISABLE TRIGGER ALL").await;
        }
        Backend::Sqlite => {
            for trigger in ["entry_no_update", "entry_no_delete", "entry_no_replace", "head_grows", "head_stays"] {
                run(app, &format!("DROP TRIGGER audit_{trigger}")).await;
            }
        }
    }
}

async fn who_takes_the_triggers_away_is_found(own: &OwnTestApp) {
    let app = &own.0;
    work(app).await;
    let key = key(SignatureAlgorithm::Ed25519);
    let public = key.public();
    seal(app, key).await.unwrap();
    unguard(app).await;
    let chain = number(app, "SELECT MIN(chain) FROM audit_entry WHERE seq = 5").await;
    let at = |seq: i64| format!("WHERE chain = {chain} AND seq = {seq}");
    // Each is done, found, and put right again, but for the last.
    for (column, value) in [
        ("at", "at + 1"),
        ("account_id", "account_id + 1"),
        ("posting_id", "NULL"),
        ("organisation_id", "organisation_id + 1"),
        ("role", "'COUNTY_PEACE_OFFICER'"),
        ("purpose", "'AUDIT'"),
        ("operation", "operation || ' '"),
        ("object_no", "'YH-330603-20260401-000000'"),
        ("objects", "'[]'"),
        ("fields", "'{\"Party.name\":[]}'"),
        ("class", "'SENSITIVE'"),
        ("decision", "CASE decision WHEN 'DENY' THEN 'ALLOW' ELSE 'DENY' END"),
        ("rule", "'nothing'"),
        ("prev_hash", "hash"),
        ("hash", "prev_hash"),
    ] {
        run(app, &format!("CREATE TABLE kept AS SELECT * FROM audit_entry {}", at(3))).await;
        run(app, &format!("UPDATE audit_entry SET {column} = {value} {}", at(3))).await;
        let fault = verify_stored(app, from_ref(&public)).await.expect_err(column);
        assert_eq!((fault.chain, fault.seq), (Some(chain), Some(3)), "{column}: {fault}");
        run(app, &format!("UPDATE audit_entry SET {column} = (SELECT {column} FROM kept) {}", at(3))).await;
        run(app, "DROP TABLE kept").await;
        verify_stored(app, from_ref(&public)).await.unwrap_or_else(|fault| panic!("{column}: {fault}"));
    }
    // A head that was set back leaves the end of its chain outside.
    let end = number(app, &format!("SELECT seq FROM audit_head WHERE chain = {chain}")).await;
    let set_back = |to: i64| format!("UPDATE audit_head SET seq = {to} WHERE chain = {chain}");
    run(app, &set_back(end - 1)).await;
    let fault = verify_stored(app, from_ref(&public)).await.unwrap_err();
    assert_eq!((fault.chain, fault.seq), (Some(chain), Some(end)), "{fault}");
    assert!(fault.problem.contains("it stands outside its chain"), "{fault}");
    // Where the end is gone as well, it is hidden, and not from the seal.
    run(app, &format!("CREATE TABLE kept AS SELECT * FROM audit_entry {}", at(end))).await;
    run(app, &format!("DELETE FROM audit_entry {}", at(end))).await;
    let before = format!("(SELECT hash FROM audit_entry {})", at(end - 1));
    run(app, &format!("UPDATE audit_head SET hash = {before} WHERE chain = {chain}")).await;
    let fault = verify_stored(app, from_ref(&public)).await.unwrap_err();
    assert_eq!((fault.chain, fault.seq), (Some(chain), Some(end)), "{fault}");
    assert!(fault.problem.contains(&format!("it is missing: the chain ends before, and a seal names entry {end}")));
    run(app, "INSERT INTO audit_entry SELECT * FROM kept").await;
    run(app, &format!("UPDATE audit_head SET hash = (SELECT hash FROM kept) WHERE chain = {chain}")).await;
    run(app, &set_back(end)).await;
    run(app, "DROP TABLE kept").await;
    // Of what was written after the last seal, the head alone knows how far it went.
    work(app).await;
    let last = number(app, &format!("SELECT seq FROM audit_head WHERE chain = {chain}")).await;
    run(app, &format!("CREATE TABLE kept AS SELECT * FROM audit_entry {}", at(last))).await;
    run(app, &format!("DELETE FROM audit_entry {}", at(last))).await;
    let fault = verify_stored(app, from_ref(&public)).await.unwrap_err();
    assert_eq!((fault.chain, fault.seq), (Some(chain), Some(last)), "{fault}");
    run(app, "INSERT INTO audit_entry SELECT * FROM kept").await;
    verify_stored(app, from_ref(&public)).await.unwrap();
    run(app, &format!("DELETE FROM audit_entry {}", at(4))).await;
    let fault = verify_stored(app, from_ref(&public)).await.unwrap_err();
    assert_eq!((fault.chain, fault.seq), (Some(chain), Some(4)), "{fault}");
}

/// An entry that no head covers stands in the database, and what is read of it is nothing that was written.
async fn what_is_put_outside_a_chain_is_found(own: &OwnTestApp) {
    let app = &own.0;
    work(app).await;
    let key = key(SignatureAlgorithm::Ed25519);
    let public = key.public();
    seal(app, key).await.unwrap();
    // To put in an entry, nothing must be lifted; to take it out again, the triggers.
    unguard(app).await;
    let chain = number(app, "SELECT MIN(chain) FROM audit_entry WHERE seq = 5").await;
    let end = number(app, &format!("SELECT seq FROM audit_head WHERE chain = {chain}")).await;
    let empty = number(app, "SELECT COALESCE(MIN(chain), 9) FROM audit_head WHERE seq = 0").await;
    let places =
        [(8, 1), (8, end), (-1, 1), (empty, 1), (chain, 0), (chain, -7), (chain, end + 1), (chain, end + 1_000)];
    let mut planted = places.map(|(chain, seq)| (chain.to_string(), seq.to_string(), (chain, seq))).to_vec();
    if app.database.backend == Backend::Sqlite {
        // A text where a number belongs is read as the number that it begins with, and is not that number.
        planted.push((chain.to_string(), "'2x'".to_owned(), (chain, 2)));
        planted.push((chain.to_string(), "'x'".to_owned(), (chain, 0)));
        planted.push((format!("'{chain}x'"), "1".to_owned(), (chain, 1)));
    }
    for (of, seq, named) in planted {
        let insert = format!(
            "INSERT INTO audit_entry (id, chain, seq, {CONTENT}) SELECT -1, {of}, {seq}, {CONTENT} FROM audit_entry LIMIT 1"
        );
        run(app, &insert).await;
        let fault = verify_stored(app, from_ref(&public)).await.expect_err(&insert);
        assert_eq!((fault.chain, fault.seq), (Some(named.0), Some(named.1)), "{of}, {seq}: {fault}");
        assert!(fault.problem.contains("it stands outside its chain") && fault.line.is_none(), "{fault}");
        run(app, "DELETE FROM audit_entry WHERE id = -1").await;
        verify_stored(app, from_ref(&public)).await.unwrap_or_else(|fault| panic!("{of}, {seq}: {fault}"));
    }
}

/// What a resident is told of those who looked stands beside the entries: it is held against them.
async fn who_changes_who_looked_is_found(own: &OwnTestApp) {
    let app = &own.0;
    work(app).await;
    let key = key(SignatureAlgorithm::Ed25519);
    let public = key.public();
    seal(app, key).await.unwrap();
    match app.database.backend {
        Backend::Postgres => run(app, "ALTER TABLE audit_access DISABLE TRIGGER ALL").await,
        Backend::Sqlite => {
            for trigger in ["update", "delete", "replace"] {
                run(app, &format!("DROP TRIGGER audit_access_no_{trigger}")).await;
            }
        }
    }
    // A record of the last entry that has one, and one of an entry that has none.
    let record = number(app, "SELECT MAX(id) FROM audit_access").await;
    let place = async |of: String| {
        let of = |column: &str| format!("SELECT {column} FROM audit_entry WHERE id = ({of})");
        (Some(number(app, &of("chain")).await), Some(number(app, &of("seq")).await))
    };
    let named = place(format!("SELECT entry_id FROM audit_access WHERE id = {record}")).await;
    let bare = "SELECT MIN(id) FROM audit_entry WHERE fields = '{}'".to_owned();
    let columns = "entry_id, at, account_id, organisation_id, purpose, view, matter_id, dispute_id";
    let insert = |entry: &str| {
        format!(
            "INSERT INTO audit_access (id, {columns}) SELECT -1, {entry}, at, account_id, organisation_id, purpose,
             view, matter_id, dispute_id FROM audit_access WHERE id = {record}"
        )
    };
    let on = format!("WHERE id = {record}");
    let mut done = vec![
        (format!("DELETE FROM audit_access {on}"), named),
        (insert("entry_id"), named),
        (insert(&format!("({bare})")), place(bare.clone()).await),
        (insert("7"), (None, None)),
        (format!("UPDATE audit_access SET entry_id = ({bare}) {on}"), place(bare.clone()).await),
    ];
    for set in [
        "at = at + 1",
        "account_id = NULL",
        "account_id = account_id + 8",
        "organisation_id = organisation_id + 1",
        "purpose = 'AUDIT'",
        "view = 'Hazard'",
        "matter_id = matter_id + 1",
        "dispute_id = NULL",
        "dispute_id = dispute_id + 1",
    ] {
        done.push((format!("UPDATE audit_access SET {set} {on}"), named));
    }
    if app.database.backend == Backend::Sqlite {
        // Read as the same number, and found by nobody who looks for it.
        done.push((format!("UPDATE audit_access SET dispute_id = dispute_id || 'x' {on}"), named));
        done.push((format!("UPDATE audit_access SET entry_id = entry_id || 'x' {on}"), named));
    }
    for (change, (chain, seq)) in done {
        run(app, "CREATE TABLE kept AS SELECT * FROM audit_access").await;
        run(app, &change).await;
        let fault = verify_stored(app, from_ref(&public)).await.expect_err(&change);
        // A record that was moved is missing at one entry and too much at another: the first of them is named.
        let moved = change.contains("SET entry_id") && (fault.chain, fault.seq) == named;
        assert!(moved || (fault.chain, fault.seq) == (chain, seq), "{change}: {fault}");
        assert!(fault.problem.contains("of access"), "{change}: {fault}");
        run(app, "DELETE FROM audit_access").await;
        run(app, "INSERT INTO audit_access SELECT * FROM kept").await;
        run(app, "DROP TABLE kept").await;
        verify_stored(app, from_ref(&public)).await.unwrap_or_else(|fault| panic!("{change}: {fault}"));
    }
}
