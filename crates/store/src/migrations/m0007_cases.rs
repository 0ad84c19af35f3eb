//! Links that somebody should look at, what was said of them and by whom, who became whom, and how well
//! records are linked.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, key, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let case = table(
            "linkage_case",
            [
                key(manager, "pair"),
                text("one_source"),
                text("one_source_person"),
                big_integer("one_person_id"),
                text("one_demographics"),
                text("other_source"),
                text("other_source_person"),
                big_integer("other_person_id"),
                text("other_demographics"),
                double("probability"),
                double("prior"),
                double("taken_off"),
                text("parts"),
                date("opened_on"),
                date_null("gone_on"),
            ],
            ["pair"],
        );
        manager.create_table(case).await?;
        manager
            .create_index(index("case_by_one", "linkage_case", ["one_source", "one_source_person"]))
            .await?;
        let by_other = index("case_by_other", "linkage_case", ["other_source", "other_source_person"]);
        manager.create_index(by_other).await?;
        // Only ever added to: what is decided follows from it.
        let said = table(
            "linkage_verdict",
            [
                key(manager, "pair"),
                big_integer("audit_id"),
                text("said"),
                timestamp_with_time_zone("at"),
                text("user_id"),
                text("user_name"),
                text("role"),
                text("note"),
            ],
            ["pair", "audit_id"],
        );
        manager.create_table(said).await?;
        let decision = table(
            "linkage_decision",
            [
                key(manager, "pair"),
                text("one_source"),
                text("one_source_person"),
                text("other_source"),
                text("other_source_person"),
                boolean("same"),
                timestamp_with_time_zone("at"),
            ],
            ["pair"],
        );
        manager.create_table(decision).await?;
        let parting = table(
            "linkage_parting",
            [
                big_integer("audit_id"),
                big_integer("person_id"),
                text("source"),
                text("source_person"),
                timestamp_with_time_zone("at"),
                text("user_id"),
                text("user_name"),
                text("role"),
                text("reason"),
                timestamp_with_time_zone_null("linked_at"),
            ],
            ["audit_id"],
        );
        manager.create_table(parting).await?;
        manager.create_index(index("parting_by_person", "linkage_parting", ["person_id"])).await?;
        let quality = table("linkage_quality", [integer("one"), text("counts")], ["one"]);
        manager.create_table(quality).await?;
        let history = table(
            "person_history",
            [
                key(manager, "source"),
                key(manager, "source_person"),
                timestamp_with_time_zone("at"),
                big_integer("person_id"),
                big_integer("former_person_id"),
                text("why"),
                text("reason"),
            ],
            ["source", "source_person", "at"],
        );
        manager.create_table(history).await?;
        manager.create_index(index("history_by_person", "person_history", ["person_id"])).await?;
        manager.create_index(index("history_by_former", "person_history", ["former_person_id"])).await
    }
}
