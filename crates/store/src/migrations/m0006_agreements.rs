//! Data-sharing agreements: which organisation's feed may be used for which purpose, from when to when, signed by whom.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, key, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let agreement = table(
            "agreement",
            [
                key(manager, "id"),
                key(manager, "feed"),
                key(manager, "organisation"),
                text("purpose"),
                text("data_category"),
                date("starts"),
                date_null("ends"),
                date_null("signed_by_supplier_on"),
                date_null("signed_by_recipient_on"),
            ],
            ["id"],
        );
        manager.create_table(agreement).await?;
        manager.create_index(index("agreement_by_source", "agreement", ["feed", "organisation"])).await
    }
}
