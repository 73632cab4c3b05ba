//! 授权. What the role that serves may do: everything that serving needs, and to the audit trail nothing but append.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::StorageError;

/// Tables of the trail that are only ever appended to.
const APPENDED: [&str; 3] = ["audit_entry", "audit_seal", "audit_access"];
/// The heads of its chains: they move on.
const HEADS: &str = "audit_head";
/// Longest name of a role.
const LONGEST: usize = 63;

/// Lets a role of the PostgreSQL server serve from the database: it reads and writes, and appends to the trail. What it had
/// before on the trail is taken away.
pub async fn grant_to(db: &DatabaseConnection, role: &str) -> Result<(), StorageError> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Err(StorageError::NoRoles);
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if role.is_empty() || role.len() > LONGEST || !role.chars().all(plain) {
        return Err(StorageError::RoleName);
    }
    let trail = [&APPENDED[..], &[HEADS]].concat().join(", ");
    let appended = APPENDED.join(", ");
    for statement in [
        format!("GRANT USAGE ON SCHEMA public TO \"{role}\""),
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \"{role}\""),
        format!("REVOKE ALL ON {trail} FROM \"{role}\""),
        format!("GRANT SELECT, INSERT ON {appended} TO \"{role}\""),
        format!("GRANT SELECT, UPDATE ON {HEADS} TO \"{role}\""),
    ] {
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Whether whoever is connected may change or remove entries of the trail, or lift what guards them. On SQLite whoever has
/// the file may, and nothing can be said about it.
pub async fn may_change_trail(db: &DatabaseConnection) -> Result<bool, StorageError> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(false);
    }
    let sql = "SELECT has_table_privilege('audit_entry', 'UPDATE, DELETE, TRUNCATE') \
               OR pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'audit_entry'::regclass), 'USAGE') AS may";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    Ok(match row {
        Some(row) => row.try_get("", "may")?,
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::{Scratch, UTF8};
    use super::super::{ReadPool, Storage, migrate_up};
    use super::*;

    #[tokio::test]
    async fn the_role_that_serves_appends_to_the_trail_and_no_more() {
        let scratch = Scratch::create(UTF8).await;
        let storage = Storage::open_to_maintain(&scratch.config()).await.unwrap();
        migrate_up(&storage.write, None).await.unwrap();
        let role = format!("serves_{}", crate::kernel::random::id().unwrap());
        storage.write.execute_unprepared(&format!("CREATE ROLE {role}")).await.unwrap();
        assert!(may_change_trail(&storage.write).await.unwrap(), "the owner may");
        assert!(matches!(grant_to(&storage.write, "x\"; DROP").await, Err(StorageError::RoleName)));
        grant_to(&storage.write, &role).await.unwrap();
        // One connection, so that the role is set on the one that is asked.
        let one = Storage::open_to_maintain(&scratch.config().with_readers(1)).await.unwrap();
        let mut connection = match &one.read {
            ReadPool::Postgres(warm) => warm.pool().acquire().await.unwrap(),
            ReadPool::Sqlite(..) => panic!("a server"),
        };
        let mut run = async |sql: String| {
            sqlx::Executor::execute(&mut *connection, sqlx::AssertSqlSafe(sql.as_str())).await.map(drop)
        };
        run("SET default_transaction_read_only = off".into()).await.unwrap();
        run(format!("SET ROLE {role}")).await.unwrap();
        run("INSERT INTO audit_access (id, entry_id, at, purpose, view, matter_id) VALUES (1, 1, 1, 'x', 'x', 1)"
            .into())
        .await
        .unwrap();
        run("UPDATE audit_head SET seq = seq WHERE chain = 0".into()).await.unwrap();
        run("UPDATE upload SET size = 1".into()).await.unwrap();
        for table in ["audit_entry", "audit_seal", "audit_access"] {
            for sql in
                [format!("UPDATE {table} SET at = 0"), format!("DELETE FROM {table}"), format!("TRUNCATE {table}")]
            {
                let refused = run(sql.clone()).await.unwrap_err().to_string();
                assert!(refused.contains("permission denied"), "{sql}: {refused}");
            }
        }
        let refused = run("ALTER TABLE audit_entry DISABLE TRIGGER ALL".into()).await.unwrap_err().to_string();
        assert!(refused.contains("must be owner"), "{refused}");
        drop(connection);
        one.close().await.unwrap();
        storage.write.execute_unprepared(&format!("DROP OWNED BY {role}")).await.unwrap();
        storage.write.execute_unprepared(&format!("DROP ROLE {role}")).await.unwrap();
        storage.close().await.unwrap();
        scratch.drop().await;
    }
}
