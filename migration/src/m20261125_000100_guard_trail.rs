//! 审计防改: seals and accesses are append-only as entries are, and a head never goes back.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Adds the triggers.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What is run on PostgreSQL.
const POSTGRES: [&str; 7] = [
    "CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    "ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER audit_seal_append_only",
    "CREATE TRIGGER audit_access_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_access \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    "ALTER TABLE audit_access ENABLE ALWAYS TRIGGER audit_access_append_only",
    "CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    "CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head \
     FOR EACH ROW WHEN (NEW.seq < OLD.seq OR NEW.chain <> OLD.chain) EXECUTE FUNCTION audit_is_append_only()",
    "ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_head_grows, ENABLE ALWAYS TRIGGER audit_head_stays",
];
/// Name of each trigger on SQLite, and what it stands before.
const SQLITE: [(&str, &str); 6] = [
    ("audit_seal_no_update", "UPDATE ON audit_seal"),
    ("audit_seal_no_delete", "DELETE ON audit_seal"),
    ("audit_access_no_update", "UPDATE ON audit_access"),
    ("audit_access_no_delete", "DELETE ON audit_access"),
    ("audit_head_stays", "DELETE ON audit_head"),
    ("audit_head_grows", "UPDATE ON audit_head WHEN NEW.seq < OLD.seq OR NEW.chain <> OLD.chain"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        match manager.get_database_backend() {
            DbBackend::Postgres => {
                for statement in POSTGRES {
                    connection.execute_unprepared(statement).await?;
                }
            }
            _ => {
                for (name, on) in SQLITE {
                    let refuse = "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END";
                    connection.execute_unprepared(&format!("CREATE TRIGGER {name} BEFORE {on} {refuse}")).await?;
                }
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        match manager.get_database_backend() {
            DbBackend::Postgres => {
                for (name, table) in [
                    ("audit_seal_append_only", "audit_seal"),
                    ("audit_access_append_only", "audit_access"),
                    ("audit_head_stays", "audit_head"),
                    ("audit_head_grows", "audit_head"),
                ] {
                    connection.execute_unprepared(&format!("DROP TRIGGER {name} ON {table}")).await?;
                }
            }
            _ => {
                for (name, _) in SQLITE {
                    connection.execute_unprepared(&format!("DROP TRIGGER {name}")).await?;
                }
            }
        }
        Ok(())
    }
}
