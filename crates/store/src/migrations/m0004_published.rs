//! What readers see: people, records and worklists of one generation, and the pointer to the current one.
//!
//! `objection` is not of a generation: it is what a person has asked for, and holds from the moment it is written.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, key, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let publication = table(
            "publication",
            [
                integer("one"),
                big_integer("generation"),
                text("digest"),
                date("data_as_at"),
                timestamp_with_time_zone("published_at"),
                text("manifest"),
            ],
            ["one"],
        );
        manager.create_table(publication).await?;
        let person = table(
            "person",
            [
                big_integer("generation"),
                big_integer("person_id"),
                big_integer_null("nhs_number"),
                text("family_name"),
                text("given_name"),
                key(manager, "family_key"),
                key(manager, "given_key"),
                date_null("birth_date"),
                date_null("death_date"),
                text("sex"),
                text("address"),
                text("postcode"),
                text("lsoa"),
                text("practice"),
                text("borough"),
                text("ethnic_category"),
            ],
            ["generation", "person_id"],
        );
        manager.create_table(person).await?;
        manager.create_index(index("person_by_number", "person", ["nhs_number", "generation"])).await?;
        manager
            .create_index(index("person_by_birth", "person", ["birth_date", "family_key", "generation"]))
            .await?;
        let record = table(
            "published_record",
            [big_integer("generation"), big_integer("person_id"), blob("body")],
            ["generation", "person_id"],
        );
        manager.create_table(record).await?;
        let worklist = table(
            "worklist_row",
            [
                big_integer("generation"),
                key(manager, "worklist"),
                big_integer("person_id"),
                big_integer("weight"),
                text("reason"),
                text("practice"),
                text("borough"),
                integer_null("group_number"),
                integer_null("age"),
            ],
            ["generation", "worklist", "person_id"],
        );
        manager.create_table(worklist).await?;
        manager
            .create_index(index(
                "worklist_row_by_practice",
                "worklist_row",
                ["generation", "worklist", "practice", "weight"],
            ))
            .await?;
        let objection = table(
            "objection",
            [big_integer("person_id"), timestamp_with_time_zone("recorded_at"), text("recorded_by")],
            ["person_id"],
        );
        manager.create_table(objection).await
    }
}
