//! 审计记录: table `audit_entry`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::*;

/// Creates the table and its indexes.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const POSTGRES: [&str; 3] = [
    "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
    "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    "ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_append_only",
];
const SQLITE: [&str; 2] = [
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry \
     BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry \
     BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("audit_entry")
                    .col(key())
                    .col(int("chain"))
                    .col(int("seq"))
                    .col(int("at"))
                    .col(opt_int("account_id"))
                    .col(opt_int("posting_id"))
                    .col(opt_int("organisation_id"))
                    .col(text("role"))
                    .col(text("purpose"))
                    .col(text("operation"))
                    .col(opt_text("object_no"))
                    .col(text("objects"))
                    .col(text("fields"))
                    .col(opt_text("class"))
                    .col(text("decision"))
                    .col(text("rule"))
                    .col(text("prev_hash"))
                    .col(text("hash"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("audit_entry", &["chain", "seq"])).await?;
        manager.create_index(index("audit_entry", &["at", "id"])).await?;
        manager.create_index(index("audit_entry", &["account_id", "at"])).await?;
        let connection = manager.get_connection();
        let triggers = match manager.get_database_backend() {
            DbBackend::Postgres => &POSTGRES[..],
            _ => &SQLITE[..],
        };
        for trigger in triggers {
            connection.execute_unprepared(trigger).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("audit_entry").to_owned()).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION audit_is_append_only()").await?;
        }
        Ok(())
    }
}
