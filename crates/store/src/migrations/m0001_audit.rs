//! Who looked at whom, and the head of the chain that makes a change to it visible.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let audit = table(
            "audit",
            [
                big_integer("id"),
                timestamp_with_time_zone("at"),
                text("user_id"),
                text("user_name"),
                text("role"),
                text("organisation"),
                text("purpose"),
                text_null("reason"),
                text("action"),
                text("resource"),
                big_integer_null("person_id"),
                boolean("permitted"),
                text("rules"),
                text("sentence"),
                text("masks"),
                text("policy_version"),
                text("correlation"),
                text("prev_hash"),
                text("hash"),
            ],
            ["id"],
        );
        manager.create_table(audit).await?;
        manager.create_index(index("audit_by_person", "audit", ["person_id", "id"])).await?;
        manager.create_index(index("audit_by_user", "audit", ["user_id", "id"])).await?;
        manager.create_index(index("audit_by_time", "audit", ["at"])).await?;
        let head = table("audit_head", [integer("one"), big_integer("last_id"), text("hash")], ["one"]);
        manager.create_table(head).await?;
        manager
            .get_connection()
            .execute_unprepared("INSERT INTO audit_head (one, last_id, hash) VALUES (1, 0, '')")
            .await?;
        Ok(())
    }
}
