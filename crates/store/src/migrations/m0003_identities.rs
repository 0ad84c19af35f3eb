//! Whose each source's people are, and why; and the cases that somebody should look at.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, key, keyed, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let identity = keyed(
            manager,
            "identity",
            [
                key(manager, "source"),
                key(manager, "source_person"),
                big_integer("person_id"),
                text("rule"),
                text("reason"),
                date_null("as_at"),
                big_integer("demographics_digest"),
            ],
            ["source", "source_person"],
        );
        manager.create_table(identity).await?;
        manager.create_index(index("identity_by_person", "identity", ["person_id"])).await?;
        let review = table(
            "linkage_review",
            [key(manager, "source"), key(manager, "source_person"), big_integer("person_id"), text("reason")],
            ["source", "source_person"],
        );
        manager.create_table(review).await
    }
}
