//! Second factors, recovery codes, failed attempts by account and by address, steps of a sign-in, and what a sign-in through an
//! identity provider waits for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ("app_user", timestamp_with_time_zone_null("disabled_at")),
            ("app_user", timestamp_with_time_zone_null("given_until")),
            ("app_user", text_null("totp_secret")),
            ("app_user", text_null("totp_proposed")),
            ("app_user", take(big_integer("totp_step").default(0))),
            ("session", take(text("stage").default("full"))),
            ("session", text_null("provider_session")),
            ("session", text_null("provider_token")),
        ];
        // SQLite takes one column at a time.
        for (table, mut column) in columns {
            let change = Table::alter().table(table).add_column(&mut column).take();
            manager.alter_table(change).await?;
        }
        // Failures are counted by what was typed, so that a name nobody has locks like one that somebody has.
        for column in ["failures", "locked_until"] {
            manager.alter_table(Table::alter().table("app_user").drop_column(column).take()).await?;
        }
        manager.create_index(index("session_by_user", "session", ["user_id"])).await?;
        let mut codes =
            table("recovery_code", [text("user_id"), text("code_hash")], ["user_id", "code_hash"]);
        codes.foreign_key(
            ForeignKey::create()
                .from("recovery_code", "user_id")
                .to("app_user", "id")
                .on_delete(ForeignKeyAction::Cascade),
        );
        manager.create_table(codes).await?;
        let failures = table(
            "sign_in_failure",
            [
                text("key"),
                integer("failures"),
                timestamp_with_time_zone("last_at"),
                timestamp_with_time_zone_null("locked_until"),
            ],
            ["key"],
        );
        manager.create_table(failures).await?;
        let waiting = table(
            "provider_sign_in",
            [
                text("state_hash"),
                text("browser_hash"),
                text("nonce"),
                text("verifier"),
                text("next"),
                timestamp_with_time_zone("began_at"),
            ],
            ["state_hash"],
        );
        manager.create_table(waiting).await
    }
}

fn take(column: &mut ColumnDef) -> ColumnDef {
    column.take()
}
