//! Agreements as versions of terms, signatures and ends, and compiled for every read; what a generation was made with and what
//! a later one no longer has; what people have asked for; who acts for whom.
//!
//! The agreements of m0006 named no recipient, so that they cannot be carried over: they are written and signed anew.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, key, keyed, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        agreements(manager).await?;
        sources(manager).await?;
        choices(manager).await
    }
}

async fn agreements(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table("agreement").to_owned()).await?;
    // Only ever added to: an agreement is the sum of its changes.
    let version = table(
        "agreement_version",
        [
            key(manager, "agreement"),
            integer("version"),
            timestamp_with_time_zone("at"),
            text("user_id"),
            text("user_name"),
            text("organisation"),
            big_integer("audit_id"),
            text("change"),
        ],
        ["agreement", "version"],
    );
    manager.create_table(version).await?;
    // Compiled from the versions at each change.
    let source = keyed(
        manager,
        "agreement_source",
        [
            key(manager, "agreement"),
            key(manager, "source"),
            text("purpose"),
            date("starts"),
            date_null("ends"),
        ],
        ["agreement", "source"],
    );
    manager.create_table(source).await?;
    let recipient = keyed(
        manager,
        "agreement_recipient",
        [key(manager, "agreement"), key(manager, "organisation")],
        ["agreement", "organisation"],
    );
    manager.create_table(recipient).await?;
    manager.create_table(table("agreement_change", [integer("one"), big_integer("n")], ["one"])).await?;
    manager
        .get_connection()
        .execute_unprepared("INSERT INTO agreement_change (one, n) VALUES (1, 0)")
        .await?;
    Ok(())
}

async fn sources(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let published = table(
        "published_source",
        [
            big_integer("generation"),
            key(manager, "source"),
            boolean("planning"),
            big_integer("people"),
            big_integer("events"),
        ],
        ["generation", "source"],
    );
    manager.create_table(published).await?;
    let removed = table(
        "source_removal",
        [
            big_integer("generation"),
            key(manager, "source"),
            key(manager, "purpose"),
            big_integer("people"),
            big_integer("events"),
            timestamp_with_time_zone("at"),
        ],
        ["generation", "source", "purpose"],
    );
    manager.create_table(removed).await
}

async fn choices(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let choice = keyed(
        manager,
        "person_choice",
        [
            big_integer("person_id"),
            key(manager, "kind"),
            key(manager, "organisation"),
            timestamp_with_time_zone("recorded_at"),
            text("recorded_by"),
        ],
        ["person_id", "kind", "organisation"],
    );
    manager.create_table(choice).await?;
    manager.create_index(index("choice_by_kind", "person_choice", ["kind", "organisation"])).await?;
    manager
        .get_connection()
        .execute_unprepared(
            "INSERT INTO person_choice (person_id, kind, organisation, recorded_at, recorded_by) \
             SELECT person_id, 'sharing', '', recorded_at, recorded_by FROM objection",
        )
        .await?;
    manager.drop_table(Table::drop().table("objection").to_owned()).await?;
    let proxy = table(
        "proxy",
        [
            big_integer("person_id"),
            key(manager, "user_id"),
            date("since"),
            date("until"),
            timestamp_with_time_zone("recorded_at"),
            text("recorded_by"),
        ],
        ["person_id", "user_id"],
    );
    manager.create_table(proxy).await?;
    manager.create_index(index("proxy_by_user", "proxy", ["user_id"])).await
}
