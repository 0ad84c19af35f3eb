//! Local accounts, their sessions, care coordinators' caseloads, and which practices an organisation works for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let user = table(
            "app_user",
            [
                text("id"),
                text("name"),
                text("role"),
                text("organisation"),
                text("password"),
                big_integer_null("person_id"),
                integer("failures"),
                timestamp_with_time_zone_null("locked_until"),
            ],
            ["id"],
        );
        manager.create_table(user).await?;
        let mut session = table(
            "session",
            [
                text("token_hash"),
                text("user_id"),
                timestamp_with_time_zone("signed_in_at"),
                timestamp_with_time_zone("seen_at"),
            ],
            ["token_hash"],
        );
        session.foreign_key(
            ForeignKey::create()
                .from("session", "user_id")
                .to("app_user", "id")
                .on_delete(ForeignKeyAction::Cascade),
        );
        manager.create_table(session).await?;
        let mut caseload = table(
            "caseload",
            [text("user_id"), big_integer("person_id"), date("since")],
            ["user_id", "person_id"],
        );
        caseload.foreign_key(
            ForeignKey::create()
                .from("caseload", "user_id")
                .to("app_user", "id")
                .on_delete(ForeignKeyAction::Cascade),
        );
        manager.create_table(caseload).await?;
        manager.create_index(index("caseload_by_person", "caseload", ["person_id"])).await?;
        let practices = table(
            "organisation_practice",
            [text("organisation"), text("practice")],
            ["organisation", "practice"],
        );
        manager.create_table(practices).await
    }
}
