//! The ledger of files and what became of their rows; the runs of the day and their steps.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, key, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let file = table(
            "feed_file",
            [
                key(manager, "sha256"),
                key(manager, "feed"),
                text("file_name"),
                big_integer("bytes"),
                text("batch"),
                timestamp_with_time_zone("landed_at"),
                text("state"),
                text("table_name"),
                text("sources"),
                big_integer("rows_read"),
                big_integer("rows_accepted"),
                big_integer("rows_repaired"),
                big_integer("rows_quarantined"),
                big_integer("rows_duplicate"),
                text("notes"),
            ],
            ["sha256"],
        );
        manager.create_table(file).await?;
        manager.create_index(index("feed_file_by_feed", "feed_file", ["feed", "landed_at"])).await?;
        let issue = table(
            "feed_issue",
            [
                key(manager, "sha256"),
                big_integer("number"),
                big_integer("line"),
                text("field"),
                boolean("quarantined"),
                text("class"),
                text("reason"),
            ],
            ["sha256", "number"],
        );
        manager.create_table(issue).await?;
        let repair = table(
            "feed_repair",
            [key(manager, "sha256"), key(manager, "field"), key(manager, "reason"), big_integer("n")],
            ["sha256", "field", "reason"],
        );
        manager.create_table(repair).await?;
        let run = table(
            "run",
            [
                text("id"),
                text("kind"),
                text("inputs"),
                text("state"),
                timestamp_with_time_zone("started_at"),
                timestamp_with_time_zone_null("ended_at"),
                text("message"),
            ],
            ["id"],
        );
        manager.create_table(run).await?;
        let step = table(
            "run_step",
            [
                text("run_id"),
                key(manager, "step"),
                key(manager, "part"),
                text("state"),
                text("counts"),
                timestamp_with_time_zone("started_at"),
                timestamp_with_time_zone_null("ended_at"),
            ],
            ["run_id", "step", "part"],
        );
        manager.create_table(step).await
    }
}
