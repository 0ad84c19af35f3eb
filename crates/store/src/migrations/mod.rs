//! The tables. Numbered, forward only, each with what it holds; expand first, contract in a later number.
//!
//! | number | tables |
//! |---|---|
//! | m0001 | audit, audit_head |
//! | m0002 | app_user, session, caseload, organisation_practice |
//! | m0003 | identity, linkage_review |
//! | m0004 | publication, person, published_record, worklist_row, objection |
//! | m0005 | feed_file, feed_issue, feed_repair, run, run_step |
//! | m0006 | agreement |
//! | m0007 | linkage_case, linkage_verdict, linkage_decision, linkage_parting, linkage_quality, person_history |
//! | m0008 | agreement_version, agreement_source, agreement_recipient, agreement_change, published_source, source_removal, person_choice, proxy; agreement and objection go |
//! | m0009 | audit_tile, audit_checkpoint, access_question, access_outcome; more columns of audit |
//! | m0010 | recovery_code, sign_in_failure, provider_sign_in; columns of app_user and session |
//! | m0011 | broken_glass |
//! | m0012 | audit_shown |
//! | m0013 | team, team_member, team_person; carried_from of caseload, person_choice, proxy and broken_glass |

mod m0001_audit;
mod m0002_users;
mod m0003_identities;
mod m0004_published;
mod m0005_feeds;
mod m0006_agreements;
mod m0007_cases;
mod m0008_agreements;
mod m0009_audit_tree;
mod m0010_sign_in;
mod m0011_broken_glass;
mod m0012_audit_shown;
mod m0013_teams;

use sea_orm_migration::prelude::*;

pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_audit::Migration),
            Box::new(m0002_users::Migration),
            Box::new(m0003_identities::Migration),
            Box::new(m0004_published::Migration),
            Box::new(m0005_feeds::Migration),
            Box::new(m0006_agreements::Migration),
            Box::new(m0007_cases::Migration),
            Box::new(m0008_agreements::Migration),
            Box::new(m0009_audit_tree::Migration),
            Box::new(m0010_sign_in::Migration),
            Box::new(m0011_broken_glass::Migration),
            Box::new(m0012_audit_shown::Migration),
            Box::new(m0013_teams::Migration),
        ]
    }
}

/// A text column whose order matters: by bytes on both databases.
fn key(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.text().not_null();
    if manager.get_database_backend() == sea_orm::DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

/// A table of these columns with this primary key.
fn table<const N: usize>(
    name: &'static str,
    columns: impl IntoIterator<Item = ColumnDef>,
    primary: [&'static str; N],
) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    let mut index = Index::create();
    for column in primary {
        index.col(column);
    }
    table.primary_key(&mut index);
    table
}

/// The same, and on SQLite the rows live in the primary key itself: right for small rows looked up by it.
fn keyed<const N: usize>(
    manager: &SchemaManager<'_>,
    name: &'static str,
    columns: impl IntoIterator<Item = ColumnDef>,
    primary: [&'static str; N],
) -> TableCreateStatement {
    let mut table = table(name, columns, primary);
    if manager.get_database_backend() == sea_orm::DbBackend::Sqlite {
        table.extra("WITHOUT ROWID");
    }
    table
}

fn index<const N: usize>(
    name: &'static str,
    table: &'static str,
    columns: [&'static str; N],
) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(column);
    }
    index
}
