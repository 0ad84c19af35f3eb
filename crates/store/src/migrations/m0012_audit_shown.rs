//! Whom each row of a list or a search named, so that a person finds it in their own history. The row itself, which is hashed,
//! says the same. And the agreements of a source, found by the source.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, keyed};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [big_integer("person_id"), big_integer("row_id")];
        manager.create_table(keyed(manager, "audit_shown", columns, ["person_id", "row_id"])).await?;
        manager.create_index(index("audit_shown_by_row", "audit_shown", ["row_id"])).await?;
        let by_source = index("agreement_source_by_source", "agreement_source", ["source", "purpose"]);
        manager.create_index(by_source).await
    }
}
