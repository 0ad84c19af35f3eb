//! Records opened in an emergency: by whom, whose, why, and until when.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let broken = table(
            "broken_glass",
            [
                big_integer("audit_id"),
                big_integer("person_id"),
                text("user_id"),
                text("user_name"),
                text("role"),
                text("organisation"),
                text("reason"),
                text("words"),
                timestamp_with_time_zone("broken_at"),
                timestamp_with_time_zone("ends_at"),
                // The hash of the session's token: with the session the glass is whole again.
                text("session"),
            ],
            ["audit_id"],
        );
        manager.create_table(broken).await?;
        manager.create_index(index("broken_glass_by_person", "broken_glass", ["person_id", "user_id"])).await
    }
}
