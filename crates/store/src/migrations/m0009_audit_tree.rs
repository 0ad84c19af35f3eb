//! The tree over the audit and its signed heads; what a row says besides; questions that people ask about accesses, and what
//! became of accesses that stood out.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, key, keyed, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut columns = [
            // The form in which a row is hashed: rows from before this number keep theirs.
            integer("form").default(1).to_owned(),
            text("sections").default("").to_owned(),
            text("subject").default("").to_owned(),
            text("agreement_version").default("").to_owned(),
        ];
        for column in &mut columns {
            let more = Table::alter().table("audit").add_column(column.take()).to_owned();
            manager.alter_table(more).await?;
        }
        let tile = table(
            "audit_tile",
            [integer("level"), big_integer("number"), blob("hashes")],
            ["level", "number"],
        );
        manager.create_table(tile).await?;
        let checkpoint = table(
            "audit_checkpoint",
            [big_integer("size"), timestamp_with_time_zone("at"), text("note")],
            ["size"],
        );
        manager.create_table(checkpoint).await?;
        let question = table(
            "access_question",
            [
                big_integer("audit_id"),
                big_integer("about_id"),
                big_integer("person_id"),
                text("question"),
                timestamp_with_time_zone("asked_at"),
                text_null("answer"),
                timestamp_with_time_zone_null("answered_at"),
                big_integer_null("answer_audit_id"),
            ],
            ["audit_id"],
        );
        manager.create_table(question).await?;
        manager.create_index(index("question_by_person", "access_question", ["person_id"])).await?;
        // Only ever added to: the latest outcome stands.
        let outcome = keyed(
            manager,
            "access_outcome",
            [
                big_integer("about_id"),
                big_integer("audit_id"),
                key(manager, "outcome"),
                text("note"),
                timestamp_with_time_zone("at"),
                text("user_id"),
                text("user_name"),
            ],
            ["about_id", "audit_id"],
        );
        manager.create_table(outcome).await
    }
}
