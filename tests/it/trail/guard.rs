//! The tables of the trail are append-only by trigger, and whoever takes the triggers away is found by verifying.

use std::slice::from_ref;

use fengqiao::trail::sign::SignatureAlgorithm;
use sea_orm::ConnectionTrait;

use super::ledger::{key, seal, verify_stored, work};
use crate::evidence::desk::{number, rows, run};
use crate::support::app::{OwnTestApp, TestApp};
use crate::support::backend::{Backend, on_both};

on_both!(nothing_in_the_trail_is_changed_or_removed, who_takes_the_triggers_away_is_found);

const TABLES: [&str; 3] = ["audit_entry", "audit_seal", "audit_access"];

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
        let columns = "at, role, purpose, operation, objects, fields, decision, rule, prev_hash, hash";
        let replaced = format!(
            "REPLACE INTO audit_entry (id, chain, seq, {columns}) SELECT 1, chain, seq, {columns} FROM audit_entry LIMIT 1"
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
    // A head that was set back hides the end of its chain, and not from the seal.
    run(app, &format!("UPDATE audit_head SET seq = seq - 1 WHERE chain = {chain}")).await;
    let fault = verify_stored(app, from_ref(&public)).await.unwrap_err();
    assert!(fault.chain == Some(chain) && fault.problem.contains("it is missing"), "{fault}");
    run(app, &format!("UPDATE audit_head SET seq = seq + 1 WHERE chain = {chain}")).await;
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
