//! Teams, who is in them from when to when, and whom they look after. And, of all that holds for a person, for whom it was entered
//! when it came to them by a merge.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, key, table};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A team's number is that of the audit row of its making, as a referral's is.
        let team =
            table("team", [big_integer("id"), text("name"), text("kind"), text("organisation")], ["id"]);
        manager.create_table(team).await?;
        let member = table(
            "team_member",
            [
                big_integer("team"),
                key(manager, "user_id"),
                // The one they act for in the team: somebody who has moved is in it no more.
                text("organisation"),
                date("since"),
                date("until"),
            ],
            ["team", "user_id", "since"],
        );
        manager.create_table(member).await?;
        manager.create_index(index("team_member_by_user", "team_member", ["user_id"])).await?;
        let person = table(
            "team_person",
            [
                big_integer("referral"),
                big_integer("person_id"),
                big_integer("team"),
                date("since"),
                date("until"),
                text("reason"),
                text("referred_by"),
                text("role"),
                text("organisation"),
                text_null("ended_because"),
                text_null("ended_by"),
                big_integer_null("carried_from"),
            ],
            ["referral", "person_id"],
        );
        manager.create_table(person).await?;
        manager.create_index(index("team_person_by_person", "team_person", ["person_id", "team"])).await?;
        manager.create_index(index("team_person_by_team", "team_person", ["team"])).await?;
        for carried in ["caseload", "person_choice", "proxy", "broken_glass"] {
            let mut column = big_integer_null("carried_from");
            manager.alter_table(Table::alter().table(carried).add_column(&mut column).take()).await?;
        }
        Ok(())
    }
}
