//! 审计防替换: on SQLite, a row that replaces another one removes it without asking the triggers that stand before removal.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Adds the triggers.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Tables, and which row a new one would take the place of.
const TABLES: [(&str, &str); 4] = [
    ("audit_entry", "id = NEW.id OR chain = NEW.chain AND seq = NEW.seq"),
    ("audit_head", "id = NEW.id OR chain = NEW.chain"),
    ("audit_seal", "id = NEW.id"),
    ("audit_access", "id = NEW.id"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            return Ok(());
        }
        for (table, same) in TABLES {
            let trigger = format!(
                "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} \
                 WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) \
                 BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            );
            manager.get_connection().execute_unprepared(&trigger).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            return Ok(());
        }
        for (table, _) in TABLES {
            manager.get_connection().execute_unprepared(&format!("DROP TRIGGER {table}_no_replace")).await?;
        }
        Ok(())
    }
}
